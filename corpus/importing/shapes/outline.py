"""A foreign Markdown page cut into its title and its roles, by headings and by what authors use instead of headings.

A heading is `## Example`, `**Example:**` alone, or a known label that opens a paragraph: `**Why it matters:** because`,
`Example: a cat`. A heading that says nothing known stays with its text in the definition, or in the section that it
stands below, so that nothing is lost. Knows no entry; line numbers count from the page's first line.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from corpus.importing.meaning.clean import plain
from corpus.importing.meaning.names import asked_term
from corpus.importing.meaning.vocabulary import Field, field_of
from corpus.native_format.markdown import headings

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_BOLD = re.compile(r"[ \t]{0,3}(\*{1,2}|_{1,2})([^*_\n]{1,160}(?:[*_][^*_\n]+)*?)\1(:?)[ \t]*")
_LABEL = re.compile(r"([^\W\d_][\w' /&()-]{1,50}?)[ \t]*:(?:[ \t]+|$)")
_PSEUDO = 7
"""The rank of what stands for a heading without being one: below every real heading."""

_MAX_HEADING_WORDS = 25


@dataclass(frozen=True, slots=True)
class Head:
    """A heading: its words, rank, line, and the text that follows on the same line (a run-in heading)."""

    words: str
    rank: int
    line: int
    rest: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """The text from one heading to the next. The piece before the first heading has no words and rank 0."""

    words: str
    rank: int
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Outline:
    """A page's title ("" when it has none), the text of its roles, and their lines. `asides` are the unknown headings,
    `labelled` the fields that a heading names.
    """

    title: str
    texts: dict[Field, str]
    lines: dict[Field, int]
    asides: tuple[str, ...] = ()
    labelled: frozenset[Field] = frozenset()


def outlined(text: str, first_line: int = 1, title: str = "") -> Outline:
    """The outline of a Markdown page; `title` is its name where something else than the page's text says it."""
    found = list(pieces(text, first_line))
    first = next((number for number, one in enumerate(found) if one.rank), None)
    if first is not None and _is_title(found, first, title):
        title = title or found[first].words
        found[first] = Piece("", 0, found[first].text, found[first].line)
    texts: dict[Field, list[str]] = {}
    lines: dict[Field, int] = {}
    asides: list[str] = []
    labelled: set[Field] = set()
    role, rank = Field.DEFINITION, 0
    for one in found:
        known = field_of(one.words) if one.rank else None
        if known:
            labelled.add(known)
            role, rank = known, one.rank
        elif one.rank and (one.rank <= rank or role is Field.DEFINITION):
            role, rank = Field.DEFINITION, min(rank, one.rank)
            asides.append(one.words)
        # Several headings that fill one section keep their words, so that the section reads as the author cut it.
        named = one.rank and (
            not known or ("?" in one.words and role in _ASKED) or (role in texts and known in _JOINED)
        )
        body = f"#### {one.words}\n\n{one.text}".strip() if named and one.text.strip() else one.text
        if body.strip():
            texts.setdefault(role, []).append(body)
            lines.setdefault(role, one.line)
    return Outline(
        title, {one: "\n\n".join(bodies) for one, bodies in texts.items()}, lines, tuple(asides), frozenset(labelled)
    )


_ASKED = frozenset({Field.FAQ, Field.FOLLOW_UPS})
_JOINED = frozenset(
    {Field.WHY_IT_MATTERS, Field.EXAMPLE, Field.STUDENT, Field.PRACTITIONER, Field.EXPERT, Field.FOLLOW_UPS}
)


def _is_title(found: list[Piece], first: int, title: str) -> bool:
    """Whether the first heading names the page: nothing stands before it, and it is above or unlike the others."""
    head = found[first]
    if any(one.text.strip() for one in found[:first]):
        return False
    if title:
        return head.rank == 1 or head.words.casefold() == title.casefold()
    known, lower = field_of(head.words), all(one.rank > head.rank for one in found[first + 1 :])
    if known and not asked_term(head.words):
        return head.rank == 1 and lower and len(found) > first + 1
    return head.rank == 1 or lower or (head.rank == _PSEUDO and bool(head.text.strip()))


@lru_cache(maxsize=8)
def pieces(text: str, first_line: int = 1) -> tuple[Piece, ...]:
    """The page cut at every heading, in order. The first piece is what stands before the first heading, maybe empty."""
    lines = text.split("\n")
    heads = list(_heads(lines))
    starts = [Head("", 0, -1), *heads]
    ends = [head.line for head in heads] + [len(lines)]
    return tuple(
        Piece(
            head.words,
            head.rank,
            "\n".join([*filter(None, [head.rest]), *lines[head.line + 1 : end]]).strip("\n"),
            first_line + max(head.line, 0),
        )
        for head, end in zip(starts, ends, strict=True)
    )


def _heads(lines: list[str]) -> Iterator[Head]:
    """Yield every heading, lines from 0: the real ones, and what authors use in their place. Blanks out underlines."""
    text = "\n".join(lines)
    real = {start: (end, rank, words) for start, end, rank, words in headings(text)}
    fence = ""
    for number, one in enumerate(lines):
        if found := _FENCE.match(one):
            if not fence:
                fence = found[1]
            elif found[1].startswith(fence):
                fence = ""
        if number in real:
            end, rank, words = real[number]
            lines[number + 1 : end] = [""] * (end - number - 1)
            yield Head(plain(words).rstrip(":"), rank, number)
        elif not fence and not found and one.strip():
            before = lines[number - 1] if number else ""
            after = lines[number + 1] if number + 1 < len(lines) else ""
            if head := _head(one, number, not before.strip(), after):
                yield head


def _head(one: str, number: int, opens: bool, after: str) -> Head | None:
    """Return the heading that a line stands for. `opens` = it opens a paragraph; `after` = the next line."""
    if bold := _BOLD.match(one):
        return _bold_head(one, number, opens, after, bold)
    label = _LABEL.match(one) if opens else None
    if label and (role := field_of(label[1])) and role not in _NEVER_BARE:
        return Head(label[1].strip(), _PSEUDO, number, one[label.end() :])
    return None


_NEVER_BARE = frozenset({Field.TERM, Field.CATEGORY, Field.TAGS, Field.NAVIGATION, Field.DEFINITION})
"""Words that are headings when they are marked as such, but too common in running text to be labels by a colon alone."""


def _bold_head(one: str, number: int, opens: bool, after: str, bold: re.Match[str]) -> Head | None:
    words, rest = plain(bold[2]).rstrip(":").strip(), one[bold.end() :]
    if not rest.strip():
        alone = not after.strip() and len(words.split()) <= _MAX_HEADING_WORDS
        return Head(words, _PSEUDO, number) if opens and (alone or field_of(words)) else None
    labelled = bold[2].endswith(":") or bold[3]
    return Head(words, _PSEUDO, number, rest) if labelled and opens and field_of(words) else None
