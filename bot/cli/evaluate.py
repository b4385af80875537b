"""Asks a file of questions and measures whether the first characters of each answer hold what they have to.

What a nugget is, and when a text holds it, is nuggets.py's.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from bot.cli.nuggets import NuggetQuestion, Outcome, plain
from bot.tutor.dialogue import Answer, Origin, Question, Turn, readable
from corpus.entry import Level

FIRST = 900
"""Characters of an answer that count: what a person reads before deciding whether it answers."""

Ask = Callable[[Question], Answer]


@dataclass(frozen=True, slots=True)
class Result:
    """One question, its outcome, what its answer lacks, and how the answer began."""

    question: NuggetQuestion
    outcome: Outcome
    missing: tuple[str, ...]
    terms: tuple[str, ...]
    text: str


def ask_all(questions: Iterable[NuggetQuestion], ask: Ask, level: Level, first: int = FIRST) -> list[Result]:
    """Ask every question, after the questions of its history. `first`: how many characters of each answer count."""
    return [_result(question, ask, level, first) for question in questions]


def _result(asked: NuggetQuestion, ask: Ask, level: Level, first: int) -> Result:
    turns: list[Turn] = []
    for earlier in asked.history:
        turns.append(ask(Question(readable(earlier), usual=level, history=tuple(turns))).turn)
    answer = ask(Question(readable(asked.question), asked.level, usual=level, history=tuple(turns)))
    text = plain(answer.text)[:first]
    outcome = asked.outcome(text, declined=answer.origin is Origin.DECLINED)
    missing = () if outcome is Outcome.ANSWERED else tuple(asked.missing(text))
    return Result(asked, outcome, missing, answer.terms, text)


def show(console: Console, results: Sequence[Result], first: int) -> None:
    """Print the share answered by kind, then what each failed answer lacks."""
    kinds: dict[str, Counter[Outcome]] = defaultdict(Counter)
    for result in results:
        kinds[result.question.kind][result.outcome] += 1
    table = Table("kind", "questions", *Outcome, "share", box=None, title=f"In the first {first} characters")
    total: Counter[Outcome] = sum(kinds.values(), Counter())
    for kind, counts in [*sorted(kinds.items()), ("all", total)]:
        size = counts.total()
        table.add_row(kind, str(size), *(str(counts[o]) for o in Outcome), f"{counts[Outcome.ANSWERED] / size:.2f}")
    failures = Table("id", "kind", "outcome", "question", "answered about", "missing", box=None)
    for result in results:
        if result.outcome is not Outcome.ANSWERED:
            asked = result.question
            cells = (asked.id, asked.kind, result.outcome, asked.question[:80], ", ".join(result.terms))
            failures.add_row(*cells, "; ".join(result.missing)[:160])
    console.print(failures)
    console.print()
    console.print(table)


def as_json(results: Sequence[Result], first: int) -> str:
    """Return the results as one JSON object on one line."""
    counts = Counter(result.outcome for result in results)
    rows = [
        {
            "id": result.question.id,
            "kind": result.question.kind,
            "question": result.question.question,
            "outcome": result.outcome,
            "missing": result.missing,
            "terms": result.terms,
            "text": result.text,
        }
        for result in results
    ]
    summary = {
        "first": first,
        "questions": len(results),
        "share": round(counts[Outcome.ANSWERED] / len(results), 4),
        **{outcome.value: counts[outcome] for outcome in Outcome},
    }
    return json.dumps({**summary, "results": rows}, ensure_ascii=False)
