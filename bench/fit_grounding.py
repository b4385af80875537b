"""Fits the weights of bot/tutor/grounding/scoring.py to labelled sentences, by cross-validation over passages, and prints them.

    python bench/fit_grounding.py [tests/eval/grounding.jsonl]

Two logistic regressions: what a passage speaks of (supported against unrelated), and whether it says the same of it
(supported against contradicted, negated and number changed). A passage is never in both parts of a split. Rows of the
set "unseen" were written after the signs were settled; nothing is fitted to them: they are judged by the weights in the
code, through ground() itself, alone with their passage and among six.
"""

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import astuple, fields
from pathlib import Path

import numpy as np

PROJECT = Path(__file__).parent.parent
sys.path.insert(0, str(PROJECT))

from sklearn.linear_model import LogisticRegression

from bot.tutor.grounding.checker import Embed, evidence_of, ground
from bot.tutor.grounding.claims import read
from bot.tutor.grounding.missing import missing_numbers
from bot.tutor.grounding.scoring import MIN_AGREES, MIN_SAID, Agreement, Presence, features
from corpus.entry import Section
from corpus.text import unlinked
from index.passage import Passage
from index.search import SearchIndex

FOLDS, SHUFFLES, AMONG = 5, 4, 6
KEPT, UNSAID = "supported", "unrelated"
LABELS = ("supported", "contradicted", "unrelated", "number changed", "negated")


def load(path: Path) -> list[dict]:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    for row in rows:
        row["made"] = Passage(row["slug"], row["term"], Section(row["section"]), row["passage"], row["heading"])
    return rows


class Measured:
    """Every pair's signs, whether it lacks a number, its label and the number of its passage."""

    def __init__(self, rows: list[dict], embed: Embed) -> None:
        presence, agreement, lost, labels, passages, self.texts = [], [], [], [], [], []
        for number, row in enumerate(rows):
            passage = evidence_of([row["made"]], embed)[1]
            vectors = embed([unlinked(one["text"]) for one in row["sentences"]])
            for one, vector in zip(row["sentences"], vectors, strict=True):
                claim = read(one["text"])
                said, agrees = features(claim, vector, passage)
                presence.append(astuple(said))
                agreement.append(astuple(agrees))
                lost.append(bool(missing_numbers(claim, passage.everything)))
                labels.append(one["label"])
                passages.append(number)
                self.texts.append((row["slug"], one["text"]))
        self.presence, self.agreement = np.array(presence), np.array(agreement)
        self.lost, self.labels, self.passages = np.array(lost), np.array(labels), np.array(passages)
        self.kept = self.labels == KEPT


def regression(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, float]:
    """Weights and constant over the raw signs; the penalty is on scaled ones. The classes weigh the same."""
    mean, spread = x.mean(axis=0), x.std(axis=0) + 1e-9
    model = LogisticRegression(C=1.0, class_weight="balanced", max_iter=10_000).fit((x - mean) / spread, y)
    weights = model.coef_[0] / spread
    return weights, float(model.intercept_[0] - weights @ mean)


def fit(data: Measured, part: np.ndarray) -> tuple[tuple[np.ndarray, float], tuple[np.ndarray, float]]:
    about = part & (data.kept | (data.labels == UNSAID))
    same = part & (data.labels != UNSAID) & ~data.lost
    return regression(data.presence[about], data.kept[about]), regression(data.agreement[same], data.kept[same])


def probabilities(x: np.ndarray, model: tuple[np.ndarray, float]) -> np.ndarray:
    return 1 / (1 + np.exp(-(x @ model[0] + model[1])))


def held_out(data: Measured) -> tuple[np.ndarray, np.ndarray]:
    """The two probabilities of each pair, [SHUFFLES, pairs], by weights that never saw its passage."""
    said, agrees = np.zeros((2, SHUFFLES, len(data.labels)))
    for seed in range(SHUFFLES):
        order = np.random.default_rng(seed).permutation(np.unique(data.passages))
        for fold in range(FOLDS):
            test = np.isin(data.passages, order[fold::FOLDS])
            about, same = fit(data, ~test)
            said[seed, test] = probabilities(data.presence, about)[test]
            agrees[seed, test] = probabilities(data.agreement, same)[test]
    return said, agrees


def table(data: Measured, said: np.ndarray, agrees: np.ndarray) -> None:
    """What other thresholds would do, on held-out folds."""
    print("\n| said | agrees | kept | caught |", " | ".join(LABELS[1:]), "|")
    for a in (0.3, MIN_SAID, 0.6):
        for b in (0.3, MIN_AGREES, 0.6):
            ok = (said >= a) & (agrees >= b) & ~data.lost
            caught = [1 - ok[:, data.labels == label].mean() for label in LABELS[1:]]
            shares = [ok[:, data.kept].mean(), 1 - ok[:, ~data.kept].mean(), *caught]
            print(f"| {a} | {b} |", " | ".join(f"{one:.3f}" for one in shares), "|")


def report(title: str, labels: np.ndarray, accepted: np.ndarray) -> None:
    """Prints shares per label; `accepted` is bool [..., pairs]."""
    accepted = np.atleast_2d(accepted)
    errors = labels != KEPT
    print(f"\n{title}: kept {accepted[:, ~errors].mean():.3f}, caught {(~accepted[:, errors]).mean():.3f}")
    for label in LABELS:
        of = accepted[:, labels == label]
        print(f"  {label:15} {(labels == label).sum():4} pairs  accepted {of.mean():.3f}  dropped {1 - of.mean():.3f}")


def unseen(rows: list[dict], embed: Embed, others: Callable[[int], list[Passage]]) -> tuple[np.ndarray, list]:
    """Judges every pair through ground(); the passage stands first, so accepted means cited as [1]."""
    accepted, wrong = [], []
    for number, row in enumerate(rows):
        for one in row["sentences"]:
            judged = ground(one["text"], [row["made"], *others(number)], embed).sentences
            ok = all(each.supported for each in judged)
            accepted.append(ok)
            if ok != (one["label"] == KEPT):
                wrong.append((one["label"], row["slug"], one["text"], "; ".join(each.reason for each in judged)))
    return np.array(accepted), wrong


def nearest(rows: list[dict], embed: Embed) -> Callable[[int], list[Passage]]:
    """The passages of other entries that are closest in meaning: what a search would put beside it."""
    vectors = embed([row["made"].searchable for row in rows])
    cosines = vectors @ vectors.T

    def of(number: int) -> list[Passage]:
        order = [i for i in np.argsort(-cosines[number]) if rows[i]["slug"] != rows[number]["slug"]]
        return [rows[i]["made"] for i in order[: AMONG - 1]]

    return of


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pairs", nargs="?", type=Path, default=PROJECT / "tests" / "eval" / "grounding.jsonl")
    parser.add_argument("--index", type=Path, default=Path(os.environ.get("BOT_INDEX", PROJECT / "index" / "built")))
    given = parser.parse_args()
    embed = SearchIndex(given.index).embedder.embed
    rows = load(given.pairs)
    fitted, fresh = ([row for row in rows if row["set"] == name] for name in ("fitted", "unseen"))
    data = Measured(fitted, embed)
    print(f"{len(fitted)} passages, {len(data.labels)} pairs:", dict(Counter(data.labels.tolist())))
    held = held_out(data)
    accepted = (held[0] >= MIN_SAID) & (held[1] >= MIN_AGREES) & ~data.lost
    report("Held-out folds", data.labels, accepted)
    table(data, *held)
    for label in LABELS:
        wrong = [i for i in np.flatnonzero(data.labels == label) if (accepted[:, i].mean() >= 0.5) != (label == KEPT)]
        print(
            f"\n{label}, mostly judged wrong:", *(f"{data.texts[i][0]}: {data.texts[i][1]}" for i in wrong), sep="\n  "
        )
    everything = np.ones(len(data.labels), dtype=bool)
    about, same = fit(data, everything)
    for kind, (weights, constant) in ((Presence, about), (Agreement, same)):
        named = ", ".join(f"{one.name}={w:.2f}" for one, w in zip(fields(kind), weights, strict=True))
        print(f"\n{kind.__name__}({named}), {constant:.2f}")
    labels = np.array([one["label"] for row in fresh for one in row["sentences"]])
    for title, others in (("alone", lambda number: []), ("among six", nearest(rows, embed))):
        shift = len(fitted) if title == "among six" else 0
        accepted, wrong = unseen(fresh, embed, lambda number, others=others, shift=shift: others(number + shift))
        report(f"Unseen, {title}", labels, accepted)
    print("\nWrong among six:", *(" | ".join(one) for one in wrong), sep="\n  ")


if __name__ == "__main__":
    main()
