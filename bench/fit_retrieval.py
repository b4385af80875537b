"""Fits the weights of index/ranking.py to questions with known terms, by cross-validation, and draws docs/retrieval.png.

    python bench/fit_retrieval.py QUESTIONS.jsonl... --refuse OTHERS.jsonl...

Ranking: a softmax over the candidate entries of a question, so that the right ones get the probability (conditional
logit, McFadden 1974), with a small L2 penalty. Confidence: logistic regression on questions against out-of-scope ones.
Every figure is of held-out folds; the weights printed at the end are fitted to everything.
"""

import argparse
import json
import sys
from dataclasses import fields
from pathlib import Path

import numpy as np

PROJECT = Path(__file__).parent.parent
sys.path.insert(0, str(PROJECT))

from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from index import ranking
from index.followup_rewrite import in_context
from index.ranking import Confidence, Weights
from index.search import NEAREST, SHARING, SearchIndex, _telling_places
from index.term_matching import corrected

SIGNS = [one.name for one in fields(Weights)]
DENSE = ["best", "best_three", "summary"]
LEXICAL = ["words", "words_three"]
NAMES = ["term", "everyday_term", "typo", "first", "longer"]
CONFIDENCE_SIGNS = [one.name for one in fields(Confidence) if one.name != "constant"]
FOLDS, SEEDS, PENALTY = 5, 4, 2e-4


def unit(cls: type, sign: str) -> object:
    """Weights with 1 for one sign and 0 for the others: the score is then that sign's value."""
    return cls(**{one.name: float(one.name == sign) for one in fields(cls)})


def evidence(index: SearchIndex, row: dict) -> tuple[dict, list]:
    text = in_context(row["question"], row.get("history", ()), index.terms.named(row["question"]))
    named, layer = index.terms.named(text), index._layers[0]
    text = corrected(text, named)
    dense = layer.vectors.nearest(index.embedder.embed([text])[0], NEAREST)
    found = ranking.gather(dense, layer.words.best(text, SHARING), named, layer.places)
    signs = {slug: [one.score(unit(Weights, sign)) for sign in SIGNS] for slug, one in found.items()}
    telling = _telling_places(text)
    best = max(found.values(), key=lambda one: one.score(), default=None)
    missing = index._missing(text, named, index.passages(best.slug)) if best else 0.0
    sure = [
        logit(ranking.confidence(dense, named, telling, missing, unit(Confidence, sign))) for sign in CONFIDENCE_SIGNS
    ]
    return signs, sure


def logit(p: float) -> float:
    return float(np.log(p / (1 - p)))


def load(paths: list[Path]) -> list[dict]:
    return [json.loads(line) | {"file": path.name} for path in paths for line in path.read_text().splitlines()]


class Ranker:
    """The conditional logit over candidates, restricted to some signs."""

    def __init__(self, use: list[str]) -> None:
        self.use = [SIGNS.index(one) for one in use]

    def fit(self, rows: list[dict]) -> np.ndarray:
        def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
            total, slope = 0.0, np.zeros_like(w)
            for row in rows:
                if not row["right"].any():
                    continue
                x = row["x"][:, self.use]
                z = x @ w
                p = np.exp(z - z.max())
                p /= p.sum()
                right = p * row["right"]
                total -= np.log(right.sum() + 1e-12)
                slope -= (right / right.sum() - p) @ x
            return total / len(rows) + PENALTY * w @ w, slope / len(rows) + 2 * PENALTY * w

        return minimize(loss, np.zeros(len(self.use)), jac=True, method="L-BFGS-B").x

    def ranked(self, row: dict, w: np.ndarray) -> list[str]:
        return [row["slugs"][i] for i in np.argsort(-(row["x"][:, self.use] @ w), kind="stable")]


def held_out(rows: list[dict], use: list[str]) -> dict[str, dict[str, float]]:
    """Metrics of each file's questions, each question judged by weights that never saw it."""
    ranker, hits = Ranker(use), {}
    for seed in range(SEEDS):
        order = np.random.default_rng(seed).permutation(len(rows))
        for fold in range(FOLDS):
            test = set(order[fold::FOLDS].tolist())
            w = ranker.fit([row for i, row in enumerate(rows) if i not in test])
            for i in test:
                ranked, gold = ranker.ranked(rows[i], w), rows[i]["gold"]
                place = min((k for k, slug in enumerate(ranked) if any(slug in one for one in gold)), default=10**6)
                values = [place < 1, place < 3, place < 5, 1 / (place + 1), all(set(ranked[:5]) & one for one in gold)]
                hits.setdefault(rows[i]["file"], []).append(values)
    names = ("recall@1", "recall@3", "recall@5", "mrr", "all_recall@5")
    return {
        file: dict(zip(names, np.mean(values, axis=0).round(3).tolist(), strict=True)) for file, values in hits.items()
    }


def probabilities(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The mean of held-out probabilities over several splits."""
    total = np.zeros(len(y))
    for seed in range(SEEDS):
        order = np.random.default_rng(seed).permutation(len(y))
        for fold in range(FOLDS):
            test = order[fold::FOLDS]
            train = np.setdiff1d(order, test)
            total[test] += regression().fit(x[train], y[train]).predict_proba(x[test])[:, 1] / SEEDS
    return total


def regression() -> LogisticRegression:
    return LogisticRegression(C=30, class_weight="balanced", max_iter=10_000)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("questions", nargs="+", type=Path)
    parser.add_argument("--refuse", nargs="+", type=Path, required=True)
    parser.add_argument("--index", type=Path, default=PROJECT / "index" / "built")
    given = parser.parse_args()
    index = SearchIndex(given.index)
    rows, inside = [], []
    for row in load(given.questions):
        gold = [set(found) for term in row["gold_terms"] if (found := index.slugs_named(term))]
        if not gold:
            continue
        signs, sure = evidence(index, row)
        slugs = list(signs)
        right = np.array([any(slug in one for one in gold) for slug in slugs])
        rows.append(
            {
                "slugs": slugs,
                "x": np.array([signs[one] for one in slugs]),
                "right": right,
                "gold": gold,
                "file": row["file"],
            }
        )
        inside.append((row["file"], sure, row["question"]))
    outside = [(row["file"], evidence(index, row)[1], row["question"]) for row in load(given.refuse)]
    for label, use in (
        ("dense alone", DENSE),
        ("words alone", LEXICAL),
        ("names alone", NAMES),
        ("without words", DENSE + NAMES),
        ("without names", DENSE + LEXICAL),
        ("without dense", LEXICAL + NAMES),
        ("all", SIGNS),
    ):
        print(f"{label:14}", held_out(rows, use))
    weights = Ranker(SIGNS).fit(rows)
    print("Weights", dict(zip(SIGNS, weights.round(2).tolist(), strict=True)))
    refusing(inside, outside)


def refusing(inside: list[tuple], outside: list[tuple]) -> None:
    x = np.array([sure for _, sure, _ in inside + outside])
    y = np.array([1] * len(inside) + [0] * len(outside))
    files = np.array([file for file, _, _ in inside + outside])
    p = probabilities(x, y)
    for threshold in (0.2, 0.3, 0.4, 0.5, 0.6, 0.7):
        refused = {file: round(float((p[files == file] < threshold).mean()), 3) for file in dict.fromkeys(files)}
        print(f"refused below {threshold}:", refused)
    model = regression().fit(x, y)
    found = dict(zip(CONFIDENCE_SIGNS, model.coef_[0].round(2).tolist(), strict=True))
    print("Confidence", {"constant": round(float(model.intercept_[0]), 2), **found})
    texts = [text for _, _, text in inside + outside]
    for wrong, label in (
        (np.where((y == 1) & (p < 0.5))[0], "refused wrongly"),
        (np.where((y == 0) & (p >= 0.5))[0], "let in"),
    ):
        print(label, *(f"{p[i]:.2f} {files[i]}: {texts[i][:90]}" for i in wrong), sep="\n  ")
    draw(p, y)


def draw(p: np.ndarray, y: np.ndarray) -> None:
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot

    thresholds = np.linspace(0.02, 0.98, 97)
    refused = [p < one for one in thresholds]
    precision = [float((y[r] == 0).mean()) if r.any() else 1.0 for r in refused]
    recall = [float(r[y == 0].mean()) for r in refused]
    lost = [float(r[y == 1].mean()) for r in refused]
    figure, axes = pyplot.subplots(figsize=(7, 4))
    axes.plot(thresholds, precision, label="precision of refusing")
    axes.plot(thresholds, recall, label="recall of refusing")
    axes.plot(thresholds, lost, label="good questions refused")
    axes.axvline(ranking.MIN_CONFIDENCE, color="grey", linestyle=":", label="the threshold")
    axes.set(
        xlabel="threshold on the confidence", ylabel="share", ylim=(-0.02, 1.02), title="Refusing, on held-out folds"
    )
    axes.legend(loc="center right")
    figure.tight_layout()
    figure.savefig(PROJECT / "docs" / "retrieval.png", dpi=110)


if __name__ == "__main__":
    main()
