"""Questions with or without answers, in the ways authors write them: numbered, bold, as headings, as Q and A.

Text in, Faq values and follow-up questions out. Knows no entry.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import dedent

from corpus.entry import Faq
from corpus.importing.meaning.clean import line, plain

_MARK = re.compile(
    r" {0,3}(?:#{1,6}[ \t]+|[-*+][ \t]+)?(?:\*\*|__)?"
    r"(?:follow[- ]?up question |question |q|frage )?(?P<number>\d{1,3})?[ \t]*[.):]?"
    r"(?:\*\*|__)?[ \t]*[:.]?[ \t]*(?:\*\*|__)?",
    re.IGNORECASE,
)
_QUESTION = re.compile(r"(?P<question>[^?!\n]{3,300}(?:\n[^?!\n]{1,200}){0,3}\?)(?:\*\*|__)?[ \t]*(?P<rest>[^\n]*)")
_SENTENCE_END = re.compile(r"[.!][ \n]+[A-Z]")
_ANSWER_MARK = re.compile(
    r"^\s*(?:[-*+][ \t]+)?(?:\*\*|__)?(?:a|answer|antwort)[ \t]*\d*[ \t]*:(?:\*\*|__)?[ \t]*", re.IGNORECASE
)
_NUMBERED = re.compile(r"^ {0,3}(\d{1,3})[.)][ \t]+", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it stands in a text; the answer is empty when the author gave none there."""

    number: int
    question: str
    answer: str


def asked(text: str, answers: str = "") -> list[Asked]:
    """The questions of a text in order; those without an answer get the one of the same number from `answers`."""
    elsewhere = _numbered(answers)
    found = []
    for count, (number, question, answer) in enumerate(_questions(text), start=1):
        found.append(Asked(number or count, question, answer or elsewhere.get(number or count, "")))
    return found


def sorted_out(found: list[Asked]) -> tuple[tuple[Faq, ...], tuple[str, ...]]:
    """(answered ones, open ones): what an entry keeps as FAQ and as follow-ups."""
    answered = tuple(Faq(one.question, one.answer) for one in found if one.answer)
    return answered, tuple(one.question for one in found if not one.answer)


def _questions(text: str) -> Iterator[tuple[int, str, str]]:
    """(number or 0, question, answer) of each question that opens a line where a question can start."""
    lines = text.split("\n")
    starts = [(at, found) for at in range(len(lines)) if (found := _start(lines, at))]
    ends = [at for at, _ in starts[1:]] + [len(lines)]
    for (at, (number, question, rest, used)), end in zip(starts, ends, strict=False):
        yield number, question, _answer("\n".join([rest, *lines[at + used : end]]))


def _start(lines: list[str], at: int) -> tuple[int, str, str, int] | None:
    """(number, question, text after it, lines that it takes) when a question starts in this line."""
    one = lines[at]
    if not one.strip() or one.startswith("    "):
        return None
    mark = _MARK.match(one)
    marked = bool(mark and mark[0].strip())
    opens = at == 0 or not lines[at - 1].strip()
    if not (marked or opens) or not mark:
        return None
    head = "\n".join(lines[at : at + 4])[mark.end() : mark.end() + 1000]
    found = _QUESTION.match(head)
    if not found or _SENTENCE_END.search(found["question"]) or "\n\n" in found["question"]:
        return None
    question = line(plain(found["question"])).strip("*_ ")
    return int(mark["number"] or 0), question, found["rest"].strip("*_ "), 1 + found["question"].count("\n")


def _answer(text: str) -> str:
    """An answer without its marks: "**A:** because", a single bullet, the indentation of a numbered list."""
    body = _ANSWER_MARK.sub(
        "", dedent("\n".join(one.rstrip() for one in text.strip("\n").split("\n"))).strip("\n"), count=1
    )
    first, *rest = body.split("\n")
    bullet = re.match(r"[ \t]*[-*+][ \t]+", first)
    if bullet and not any(re.match(r"[ \t]{0,3}[-*+][ \t]", one) for one in rest):
        body = "\n".join([first[bullet.end() :], dedent("\n".join(rest))])
    else:
        body = "\n".join([first.strip(), dedent("\n".join(rest))])
    return body.strip()


def _numbered(text: str) -> dict[int, str]:
    """The items of a numbered list by their number."""
    starts = list(_NUMBERED.finditer(text))
    ends = [one.start() for one in starts[1:]] + [len(text)]
    return {int(one[1]): _answer(text[one.end() : end]) for one, end in zip(starts, ends, strict=False)}
