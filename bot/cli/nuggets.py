"""Nuggets: the facts without which a question is not answered, and whether a text holds them. Pure; asks nothing.

A nugget is held when one of its patterns matches. The form is that of the nugget-based
evaluation of question answering (Voorhees: Overview of the TREC 2003 Question Answering Track).
"""

import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from corpus.entry import Level
from corpus.errors import CorpusError

_MARK = re.compile(r"\[\d+\]")
_LATEX_COMMAND = re.compile(r"\\(?:text|mathrm|mathbf|mathit|operatorname|mathcal|mathbb)\b")
_SIGNS = re.compile(r"[*_`#$\\{}]")
_QUOTES = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "−": "-", "‑": "-"})


class UnreadableQuestions(CorpusError):
    """A file of questions with nuggets cannot be used."""


class Outcome(StrEnum):
    """How far a text answers a question."""

    ANSWERED = "answered"
    PARTLY = "partly"
    NOT = "not"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Nugget:
    """A fact, and the patterns of which one has to match a text that states it."""

    fact: str
    patterns: tuple[re.Pattern[str], ...]

    def holds(self, text: str) -> bool:
        """Return whether a plain text states the fact."""
        return any(pattern.search(text) for pattern in self.patterns)


@dataclass(frozen=True, slots=True)
class NuggetQuestion:
    """A question with what its answer must and must not hold. `history`: earlier questions, the oldest first."""

    id: str
    question: str
    history: tuple[str, ...]
    kind: str
    level: Level | None
    nuggets: tuple[Nugget, ...]
    must_not: tuple[re.Pattern[str], ...]

    def missing(self, text: str) -> list[str]:
        """Return the facts that a plain text does not state, and what it must not say and does."""
        facts = [nugget.fact for nugget in self.nuggets if not nugget.holds(text)]
        return facts + [f"says {pattern.pattern}" for pattern in self.must_not if pattern.search(text)]

    def outcome(self, text: str, *, declined: bool) -> Outcome:
        """Return how far a plain text answers: all nuggets and nothing forbidden, some nuggets, or none."""
        wrong = any(pattern.search(text) for pattern in self.must_not)
        held = sum(nugget.holds(text) for nugget in self.nuggets)
        if held == len(self.nuggets) and not wrong:
            return Outcome.ANSWERED
        if declined:
            return Outcome.DECLINED
        return Outcome.PARTLY if held and not wrong else Outcome.NOT


def plain(text: str) -> str:
    """Return a text as patterns are matched against: NFKC, without marks and signs, simple quotes, on one line."""
    text = _MARK.sub("", _LATEX_COMMAND.sub("", text))
    text = _SIGNS.sub("", unicodedata.normalize("NFKC", text).translate(_QUOTES))
    return " ".join(text.split())


def read_questions(path: Path) -> list[NuggetQuestion]:
    """Read a file with one JSON object a line. An empty question is looked up by `text_ref` in the files beside it.

    Raises UnreadableQuestions with the line.
    """
    try:
        lines = path.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableQuestions(f"{path} cannot be read ({error}).", repair="Check the path.") from error
    questions = []
    texts: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            if not row.get("question"):
                texts = texts or _texts_beside(path)
                row["question"] = texts[row["text_ref"]]
            questions.append(_question(row))
        except (ValueError, KeyError, TypeError, AttributeError, re.error) as error:
            raise UnreadableQuestions(
                f"This line is no question with nuggets ({type(error).__name__}: {error}).",
                file=str(path), line=number, repair="docs/answering.md shows the form of a line.",
            ) from error  # fmt: skip
    if not questions:
        raise UnreadableQuestions(f"There is no question in {path}.", repair="Write one JSON object a line.")
    return questions


def _texts_beside(path: Path) -> dict[str, str]:
    texts: dict[str, str] = {}
    for other in sorted(path.parent.glob("*.jsonl")):
        rows = (json.loads(line) for line in other.read_text("utf-8").split("\n") if line.strip())
        texts |= {row["id"]: row["question"] for row in rows if row.get("id") and row.get("question")}
    return texts


def _question(row: dict[str, Any]) -> NuggetQuestion:
    level = row.get("level")
    return NuggetQuestion(
        id=str(row.get("id", "")),
        question=row["question"],
        history=tuple(row.get("history") or ()),
        kind=str(row.get("kind") or "open"),
        level=Level(level) if level else None,
        nuggets=tuple(Nugget(str(nugget.get("fact", "")), _patterns(nugget["any"])) for nugget in row["nuggets"]),
        must_not=_patterns(row.get("must_not") or ()),
    )


def _patterns(sources: Sequence[str]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(source, re.IGNORECASE) for source in sources)
