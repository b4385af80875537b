"""Tables for a chat: aligned columns in a code block, or a list where they would be too wide. Pure text.

Widths are those of a fixed-pitch font: two for CJK signs and emoji, none for combining marks.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from wcwidth import width

WIDEST = 56
"""Columns of a fixed-pitch font that a table may take; a phone shows about 40 and scrolls or wraps the rest."""

_GAP = "  "


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell: as plain text for aligned columns, as Markdown for a list."""

    plain: str
    markdown: str


@dataclass(frozen=True, slots=True)
class Table:
    """Header and rows; `right` says for each column whether it is aligned to the right."""

    header: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    right: tuple[bool, ...]


def shown(table: Table) -> str:
    """Return the table as Markdown for Discord."""
    lines = _aligned(table)
    if max(map(width, lines)) <= WIDEST:
        return "\n".join(["```", *lines, "```"])
    return "\n".join(_item(table.header, row) for row in table.rows)


def _aligned(table: Table) -> list[str]:
    rows = [[cell.plain for cell in row] for row in (table.header, *table.rows)]
    widths = [max(1, *map(width, column)) for column in zip(*rows, strict=True)]
    lines = [_line(row, widths, table.right) for row in rows]
    return [lines[0], _GAP.join("-" * columns for columns in widths), *lines[1:]]


def _line(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    padded = []
    for cell, wide, to_right in zip(cells, widths, right, strict=True):
        space = " " * (wide - width(cell))
        padded.append(space + cell if to_right else cell + space)
    return _GAP.join(padded).rstrip()


def _item(header: Sequence[Cell], row: Sequence[Cell]) -> str:
    """Return a row as a list item: the first cell in bold, the others under it with their headings."""
    name, *cells = row
    title = f"**{name.markdown}**" if name.markdown and "*" not in name.markdown else name.markdown or "…"
    named = [(head.markdown, cell.markdown) for head, cell in zip(header[1:], cells, strict=True) if cell.markdown]
    if len(header) == 2:
        return f"- {title}" + "".join(f": {text}" for _, text in named)
    return "\n".join([f"- {title}", *(f"  - {head}: {text}" if head else f"  - {text}" for head, text in named)])
