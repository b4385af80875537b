"""Terms without any mark: "Term - text", "Term: text", "Term = text" in list items, or on lines of their own."""

import re
from collections.abc import Iterator

from corpus.importing.formats.document import Block, Document, Kind
from corpus.importing.meaning.clean import plain
from corpus.importing.shapes.proposal import Candidate, Proposal, candidate, categories

_PAIR = re.compile(
    r"(?P<name>[^\s=|>#*_`\[].{0,90}?)(?P<sign>\s+[-–—]{1,2}\s+|\s*[—–]\s+|\s+=>?\s*|\s+→\s*|::?\s+|\t+|\s\|\s|：|\s…+\s)(?P<text>\S.*)",
    re.DOTALL,
)
_MAX_NAME_WORDS = 9
_SIGNS = {"-": "dash", "–": "dash", "—": "dash", "=": "equals", "→": "arrow", ":": "colon", "：": "colon", "|": "bar"}


def propose(document: Document) -> Iterator[Proposal]:
    """Yield a proposal of the list items, of the paragraphs, of the lines, and of names above indented texts."""
    groups = categories(document)
    for sign in ("dash", "colon", "equals", "arrow", "tab", "bar"):
        items = tuple(_from_items(document, groups, sign))
        if len(items) > 1:
            yield Proposal("a term per list item", items, 0.4)
        for each_line in (True, False):
            lines = tuple(_from_lines(document, groups, sign, each_line))
            if len(lines) > 1:
                yield Proposal("a term per line", lines, 0.4)
    nested = tuple(_nested(document, groups))
    if len(nested) > 1:
        yield Proposal("a list item above its text", nested, 0.4)


def pair(text: str, sign: str) -> tuple[str, str] | None:
    """Return name and text of "Name - text" when it is cut by this kind of sign: dash, colon, equals, arrow, tab, bar."""
    found = _PAIR.match(text)
    if not found or "\n" in found["name"] or len(found["name"].split()) > _MAX_NAME_WORDS:
        return None
    kind = next((_SIGNS[one] for one in found["sign"].strip() if one in _SIGNS), "tab")
    return (plain(found["name"]), found["text"]) if kind == sign and plain(found["name"]) else None


def _from_items(document: Document, groups: list[str], sign: str) -> Iterator[Candidate]:
    for number, block in enumerate(document.blocks):
        if block.kind is Kind.LIST:
            for item in block.items:
                if found := pair(item.text, sign):
                    yield candidate((found[0],), found[1], item.line, (number, number), groups[number])


def _from_lines(document: Document, groups: list[str], sign: str, each_line: bool) -> Iterator[Candidate]:
    """Yield the pairs of paragraphs: one for each line, or one for each paragraph, whose further lines are text."""
    last: Candidate | None = None
    for number, block in enumerate(document.blocks):
        pairs = list(_pairs(block, sign, each_line)) if block.kind in {Kind.PARAGRAPH, Kind.OTHER} else []
        if last and (pairs or block.kind is Kind.HEADING):
            yield last
            last = None
        for (name, text), line in pairs:
            if last:
                yield last
            last = candidate((name,), text, line, (number, number), groups[number])
    if last:
        yield last


def _pairs(block: Block, sign: str, each_line: bool) -> Iterator[tuple[tuple[str, str], int]]:
    lines = block.text.split("\n")
    if not each_line:
        if found := pair(block.text, sign):
            yield found, block.line
        return
    starts = [number for number, line in enumerate(lines) if pair(line, sign)]
    # Lines that run on belong to the term above them; a paragraph that mostly runs on is prose.
    if not starts or starts[0] > 1 or len(starts) < len(lines) / 3:
        return
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        if found := pair("\n".join(lines[start:end]), sign):
            yield found, block.line + start


def _nested(document: Document, groups: list[str]) -> Iterator[Candidate]:
    """Yield each list item whose first line is a name and whose text is a list below it."""
    for number, block in enumerate(document.blocks):
        for item in block.items if block.kind is Kind.LIST else ():
            first, _, rest = item.text.partition("\n")
            bullets = re.findall(r"^[-*+][ \t]+(.*(?:\n(?![-*+] ).*)*)", rest, re.MULTILINE)
            if bullets and rest.lstrip()[:1] in "-*+" and len(first.split()) <= _MAX_NAME_WORDS:
                text = bullets[0] if len(bullets) == 1 else rest.strip("\n")
                yield candidate((plain(first.rstrip(":")),), text, item.line, (number, number), groups[number])
