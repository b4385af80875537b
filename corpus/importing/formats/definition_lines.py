"""Definition lists written as lines: a name, and below it a line that begins with a colon (Pandoc, PHP Markdown Extra).

    Adagio
    : To be played slowly.

Also the indented lists of Sphinx and MyST (`.. glossary::`, ```{glossary}```). Knows no other Markdown.
"""

import re
from collections.abc import Iterator, Sequence
from textwrap import dedent

from corpus.importing.formats.document import Block, Item, Kind

_DEFINITION = re.compile(r"(?P<mark> {0,3}[:~](?:[ \t]+|$))")
_NO_NAME = re.compile(r" {4}|[ \t]*(?:[#>|]|[-*+][ \t]|\d+[.)][ \t]|`{3}|~{3}|<[a-z/!]|[:~][ \t])")
_MAX_NAMES = 4
_MAX_NAME = 160


def definition_lists(lines: Sequence[str], is_code: Sequence[bool]) -> Iterator[tuple[int, int, Block]]:
    """Yield (first line, line after it, list of one item) of each name with `:` lines below it; lines from 0."""
    at = 0
    while at < len(lines):
        start = _names_above(lines, at) if not is_code[at] and _DEFINITION.match(lines[at]) else None
        if start is None:
            at += 1
            continue
        names_end = at if lines[at - 1].strip() else at - 1
        end = _body_end(lines, at)
        names = tuple(line.strip() for line in lines[start:names_end])
        body = _body(lines[at:end])
        text = "\n".join(lines[start:end])
        yield start, end, Block(Kind.DEFINITIONS, text, start, items=(Item(body, start, names),))
        at = end


def _names_above(lines: Sequence[str], at: int) -> int | None:
    """Return the line on which the names above a definition begin, None when there are none."""
    end = at if at and lines[at - 1].strip() else at - 1
    start = end
    while start > 0 and lines[start - 1].strip() and not _NO_NAME.match(lines[start - 1]):
        start -= 1
    names = lines[start:end]
    fits = 0 < len(names) <= _MAX_NAMES and all(len(name) <= _MAX_NAME for name in names)
    return start if fits and not any(_DEFINITION.match(name) for name in names) else None


def _body_end(lines: Sequence[str], at: int) -> int:
    """Return the line after a definition: after its colon lines, what is indented, and what runs on."""
    end = at + 1
    while end < len(lines):
        line = lines[end]
        if _DEFINITION.match(line) or line.startswith(("  ", "\t")):
            end += 1
        elif not line.strip():
            after = next((number for number in range(end, len(lines)) if lines[number].strip()), len(lines))
            if after == len(lines) or not (_DEFINITION.match(lines[after]) or lines[after].startswith(("  ", "\t"))):
                return end
            end = after
        elif lines[end - 1].strip() and not _starts_next(lines, end):
            end += 1
        else:
            return end
    return end


def _starts_next(lines: Sequence[str], at: int) -> bool:
    """Return whether a line that follows without a gap is a heading or the next name."""
    following = next((line for line in lines[at + 1 : at + 3] if line.strip()), "")
    return bool(_DEFINITION.match(following)) or lines[at].lstrip().startswith("#")


def _body(lines: Sequence[str]) -> str:
    """Return the text of `:` lines without their colons; several definitions are several paragraphs."""
    pieces: list[list[str]] = []
    for line in lines:
        if mark := _DEFINITION.match(line):
            pieces.append([line[mark.end() :]])
        else:
            pieces[-1].append(line)
    return "\n\n".join("\n".join([first, dedent("\n".join(rest))]).strip("\n") for first, *rest in pieces)


def indented_list(lines: Sequence[str], first_line: int) -> Block:
    """Return the list in which names stand at the margin and their texts are indented. Lines that are options go.

    A gap between a name and its text is allowed, and several names above one text.
    """
    margin = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    items: list[Item] = []
    names: list[str] = []
    body: list[str] = []
    at = 0
    for number, line in enumerate(lines):
        if line.strip() and len(line) - len(line.lstrip()) == margin:
            if body and any(map(str.strip, body)):
                items.append(Item(dedent("\n".join(body)).strip("\n"), at, tuple(names)))
                names, body = [], []
            if not re.match(r"\s*:[\w-]+:|\.\. ", line):
                at = at if names else first_line + number
                names.append(re.split(r"\s:\s", line.strip())[0])
        elif names:
            body.append(line)
    if names and any(map(str.strip, body)):
        items.append(Item(dedent("\n".join(body)).strip("\n"), at, tuple(names)))
    return Block(Kind.DEFINITIONS, "\n".join(lines), first_line, items=tuple(items))
