"""Fits the weights of bot/tutor/answer_weights.py to questions with nuggets, by cross-validation, and prints them.

    python bench/fit_answers.py QUESTIONS.jsonl [MORE.jsonl ...]

A text of the entries found counts as right when it holds every nugget of the question. The ranking is a softmax over the
texts of one question (a conditional logit model; McFadden 1974), the sureness a logistic regression over the best texts.
"""

import json
import os
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))
from bot import compose, settings
from bot.cli.nuggets import NuggetQuestion, plain, read_questions
from bot.tutor import answer_selection as selection
from bot.tutor.about import Commands
from bot.tutor.answer_weights import CLOSENESS, Closeness
from bot.tutor.dialogue import Question, Turn, readable
from bot.tutor.intent import Kind, kind_of
from bot.tutor.planning import Planner
from corpus.entry import Level, Section

FOLDS = 5
RIDGE = 0.3
STEPS = 250
KINDS = {
    Kind.TROUBLE: (Section.FAQ, Section.PRACTITIONER, Section.STUDENT, Section.PLAIN),
    Kind.HOW: (Section.FAQ, Section.PRACTITIONER, Section.STUDENT, Section.PLAIN, Section.SUMMARY),
    Kind.NUMBER: (Section.FAQ, Section.PRACTITIONER, Section.FACETS),
    Kind.CHOICE: (Section.FAQ, Section.PRACTITIONER),
    Kind.WHEN: (Section.FAQ, Section.PRACTITIONER),
    Kind.WHY: (Section.FAQ, Section.PLAIN, Section.WHY_IT_MATTERS, Section.SUMMARY, Section.STUDENT),
    Kind.DEFINITION: (Section.FAQ, Section.PLAIN, Section.SUMMARY, Section.FACETS),
    Kind.YES_NO: (Section.FAQ, Section.PRACTITIONER, Section.SUMMARY),
}
PAIRS = [(kind, section) for kind, sections in KINDS.items() for section in sections]


def rows_of(asked: NuggetQuestion, planner: Planner) -> list[dict]:
    turns: tuple[Turn, ...] = ()
    for earlier in asked.history:
        prepared = planner.prepare(Question(readable(earlier), history=turns), writes=False)
        turns = (*turns, prepared.turn)
    question = Question(readable(asked.question), asked.level, history=turns)
    named = tuple(planner._index.terms.named(question.text))
    meant = planner._search(question, named, asked.level or Level.PLAIN)
    result, text = meant.result, meant.question.text
    kind = kind_of(text, meant.named)
    scores = planner._scores(meant, result)
    rows = []
    asked_stems = selection.content_stems(text)
    scored = planner._scored(scores, result.vector, meant.named)
    for one in scored:
        entry = planner._index.entry(one.passage.slug)
        signs = selection.signs_of(one, selection.AskedOf.of(asked_stems, entry))
        whole = next((faq.answer for faq in entry.faq if faq.question == one.passage.heading), one.passage.text)
        shown = plain(selection.excerpt(whole, text, 500))
        held = [nugget.holds(shown) for nugget in asked.nuggets]
        share = 0.0 if any(p.search(shown) for p in asked.must_not) else sum(held) / len(held)
        rows.append({"signs": signs, "section": one.passage.section, "kind": kind, "share": share})
    return rows


def features(row: dict) -> list[float]:
    section = row["section"]
    return [
        *CLOSENESS.values(row["signs"]),
        *(float(section is one) for one in Section),
        *(float(row["kind"] is kind and section is one) for kind, one in PAIRS),
    ]


def fit(groups: list[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    """Weights in the features' own units, by Adam on the conditional log-likelihood with a ridge on scaled features."""
    every = np.concatenate([x for x, _ in groups])
    scale = every.std(0) + 1e-6
    data = [(x / scale, np.where(y >= 1, 1.0, 0.25 * y)) for x, y in groups if y.max() > 0]
    w = np.zeros(every.shape[1])
    m, v = np.zeros_like(w), np.zeros_like(w)
    for step in range(1, STEPS + 1):
        grad = RIDGE * 0.1 * w
        for x, y in data:
            s = x @ w
            p = np.exp(s - s.max())
            p /= p.sum()
            q = p * y
            q /= q.sum() + 1e-12
            grad -= x.T @ (q - p) / len(data)
        m, v = 0.9 * m + 0.1 * grad, 0.999 * v + 0.001 * grad * grad
        w -= 0.05 * (m / (1 - 0.9**step)) / (np.sqrt(v / (1 - 0.999**step)) + 1e-8)
    return w / scale


def sureness(groups, scores) -> np.ndarray:
    xs, ys = [], []
    for (rows, y), s in zip(groups, scores, strict=True):
        for i in np.argsort(-s)[:5]:
            signs = rows[i]["signs"]
            xs.append(
                [1, signs.cosine, signs.in_text, signs.is_faq * signs.in_heading, signs.is_faq * signs.heading_asked]
            )
            ys.append(float(y[i] >= 1))
    x, y = np.array(xs), np.array(ys)
    w = np.zeros(x.shape[1])
    for _ in range(4000):
        p = 1 / (1 + np.exp(-x @ w))
        w -= 0.5 * (x.T @ (p - y) / len(y) + 0.002 * np.r_[0, w[1:]])
    return w


def main() -> None:
    given = settings.read()
    index = compose.index(given).current
    planner = Planner(index, Level.PLAIN, "", Commands())
    questions = [(path, q) for path in sys.argv[1:] for q in read_questions(Path(path))]
    all_rows = [(path, rows_of(q, planner)) for path, q in questions]
    all_rows = [(path, rows) for path, rows in all_rows if rows]
    groups = [(np.array([features(r) for r in rows]), np.array([r["share"] for r in rows])) for _, rows in all_rows]
    order = np.random.RandomState(0).permutation(len(groups))
    scores = [None] * len(groups)
    for fold in range(FOLDS):
        held = set(order[fold::FOLDS].tolist())
        w = fit([groups[i] for i in range(len(groups)) if i not in held])
        for i in held:
            scores[i] = groups[i][0] @ w
    for path in sys.argv[1:]:
        ids = [i for i, (p, _) in enumerate(all_rows) if p == path]
        top = {k: np.mean([max(groups[i][1][np.argsort(-scores[i])[:k]]) >= 1 for i in ids]) for k in (1, 2, 3, 5)}
        print(Path(path).name, len(ids), {k: round(float(v), 3) for k, v in top.items()}, "possible",
              round(float(np.mean([groups[i][1].max() >= 1 for i in ids])), 3))  # fmt: skip
    w = fit(groups)
    names = list(Closeness._fields)
    n = len(names)
    closeness = dict(zip(names, np.round(w[:n], 2).tolist(), strict=True))
    by_section = {
        s.name: round(float(x), 2) for s, x in zip(Section, w[n : n + len(Section)], strict=True) if abs(x) > 0.005
    }
    by_kind = {
        f"{k.value}|{s.name}": round(float(x), 2) for (k, s), x in zip(PAIRS, w[n + len(Section) :], strict=True)
    }
    sure = sureness([(rows, y) for (_, rows), (_, y) in zip(all_rows, groups, strict=True)], scores)
    print(
        json.dumps(
            {
                "closeness": closeness,
                "by_section": by_section,
                "by_kind": by_kind,
                "sureness": np.round(sure, 2).tolist(),
            },
            indent=1,
        )
    )


if __name__ == "__main__":
    os.environ.setdefault("BOT_MODEL", "none")
    main()
