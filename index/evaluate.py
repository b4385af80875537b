"""How well questions with known terms find them, and how well others are refused. Metrics by ir-measures.

Each way of searching is measured alone beside the whole, so that a part that gains nothing is seen.
"""

import json
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import perf_counter
from typing import Any

import ir_measures
from ir_measures import RR, Success

from index import ranking
from index.errors import UnusableQuestions
from index.followup_rewrite import in_context
from index.search import SearchIndex
from index.term_matching import Named

_NOTHING = ranking.Weights(**dict.fromkeys(ranking.Weights.__dataclass_fields__, 0.0))
PARTS = {
    "dense": ("best", "best_three", "summary"),
    "lexical": ("words", "words_three"),
    "terms": ("term", "everyday_term", "typo", "first", "longer"),
    "fused": tuple(ranking.Weights.__dataclass_fields__),
}
"""The weights that each way of searching is left with."""


ENOUGH = 15
"""Hits that hold at least five entries, at most three hits being of one."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a file, the terms that answer it (none: it should be refused) and the terms before it."""

    text: str
    terms: tuple[str, ...] = ()
    history: tuple[str, ...] = ()


@dataclass(slots=True)
class Outcome:
    """What came of one question: the right entries by term, those found by each part, confidence and milliseconds."""

    asked: Asked
    gold: list[set[str]]
    found: dict[str, list[str]]
    confidence: float
    answerable: bool
    ms: float = field(default=0.0)


def read(path: Path) -> list[Asked]:
    """Questions of a JSON-lines file: `question`, `gold_terms`, `history`. Raises UnusableQuestions with the line."""
    found = []
    try:
        lines = path.read_text("utf-8").rstrip("\n").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise UnusableQuestions(f"{path} cannot be read. Give a UTF-8 file with one JSON object a line.") from error
    for number, line in enumerate(lines, 1):
        try:
            row: dict[str, Any] = json.loads(line)
            if not isinstance(row["question"], str):
                raise TypeError("a question is a text")
            found.append(Asked(row["question"], tuple(row.get("gold_terms", ())), tuple(row.get("history", ()))))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise UnusableQuestions(
                f'{path}:{number} is no question. Write {{"question": …, "gold_terms": […]}}.'
            ) from error
    return found


def evaluate(
    index: SearchIndex, inside: Sequence[Asked], outside: Sequence[Asked], progress: Callable[[], None] = lambda: None
) -> dict[str, Any]:
    """The figures of `python -m index eval --json`, and under "missed" the questions that went wrong."""
    outcomes = []
    for asked in inside:
        outcomes.append(_ask(index, asked))
        progress()
    refusals = []
    for asked in outside:
        refusals.append(_ask(index, asked))
        progress()
    covered = [one for one in outcomes if one.gold]
    milliseconds = sorted(one.ms for one in [*outcomes, *refusals])
    parts = {part: _recalls(covered, part) for part in PARTS}
    return {
        "questions": len(outcomes),
        "covered": len(covered),
        **parts["fused"],
        "refusal": _refusal(covered, refusals),
        "latency_ms": {
            "p50": round(statistics.median(milliseconds), 2),
            "p95": round(_percentile(milliseconds, 0.95), 2),
        },
        "parts": parts,
        "missed": [_missed(one) for one in covered if not _first_is_right(one) or not one.answerable]
        + [{"question": one.asked.text, "refused": False} for one in refusals if one.answerable],
        "uncovered": sorted({term for one in outcomes if not one.gold for term in one.asked.terms}),
    }


def _ask(index: SearchIndex, asked: Asked) -> Outcome:
    started = perf_counter()
    text = in_context(asked.text, asked.history, index.terms.named(asked.text))
    result = index.search(text, ENOUGH)
    ms = 1000 * (perf_counter() - started)
    gold = [set(slugs) for term in asked.terms if (slugs := index.slugs_named(term))]
    found = {part: [one.slug for one in ranked] for part, ranked in _by_part(index, text, result.named).items()}
    return Outcome(asked, gold, found | {"fused": list(result.slugs)}, result.confidence, result.answerable, ms)


def _by_part(index: SearchIndex, text: str, named: Sequence[Named]) -> dict[str, list[ranking.Evidence]]:
    evidence = index.evidence(text, named)
    ranked = {}
    for part, kept in PARTS.items():
        weights = replace(_NOTHING, **{name: getattr(ranking.WEIGHTS, name) for name in kept})
        ranked[part] = sorted(evidence, key=lambda one: (-one.score(weights), one.slug))[:20]
    return ranked


def _recalls(outcomes: Sequence[Outcome], part: str) -> dict[str, float]:
    """A question is found at k when any of its right entries is among the first k; all_recall wants every one."""
    qrels, run = [], []
    for number, one in enumerate(outcomes):
        qrels += [ir_measures.Qrel(str(number), slug, 1) for slug in set().union(*one.gold)]
        run += [ir_measures.ScoredDoc(str(number), slug, -float(place)) for place, slug in enumerate(one.found[part])]
    measures = {"recall@1": Success @ 1, "recall@3": Success @ 3, "recall@5": Success @ 5, "mrr": RR}
    made = ir_measures.calc_aggregate(measures.values(), qrels, run) if outcomes else {}
    every = [all(set(one.found[part][:5]) & slugs for slugs in one.gold) for one in outcomes]
    return {name: round(float(made.get(measure, 0.0)), 4) for name, measure in measures.items()} | {
        "all_recall@5": round(sum(every) / max(1, len(every)), 4)
    }


def _refusal(covered: Sequence[Outcome], refusals: Sequence[Outcome]) -> dict[str, float]:
    right = sum(not one.answerable for one in refusals)
    wrong = sum(not one.answerable for one in covered)
    precision, recall = right / max(1, right + wrong), right / max(1, len(refusals))
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    figures = {"precision": precision, "recall": recall, "f1": f1, "false_refusal": wrong / max(1, len(covered))}
    return {name: round(value, 4) for name, value in figures.items()}


def _first_is_right(one: Outcome) -> bool:
    return any(set(one.found["fused"][:1]) & slugs for slugs in one.gold)


def _missed(one: Outcome) -> dict[str, Any]:
    return {
        "question": one.asked.text,
        "terms": list(one.asked.terms),
        "found": one.found["fused"][:3],
        "confidence": round(one.confidence, 3),
        "refused": not one.answerable,
    }


def _percentile(values: Sequence[float], share: float) -> float:
    return values[min(len(values) - 1, int(share * len(values)))]
