"""Rows of cells out of a delimited text (CSV, TSV, "|", ";") or a Markdown table, with their lines. Knows no column's meaning."""

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.errors import MalformedEntry

DELIMITERS = (",", "\t", ";", "|", "^")
_SAMPLE = 60_000
_CODE = re.compile(r"(`+)[^`\n]+\1")
MAX_CELL = 131_072
"""Characters; csv's own limit. A larger cell is a quote that never closes."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its cells and the line it starts on, from 1."""

    cells: tuple[str, ...]
    line: int


def delimiter(text: str) -> str:
    """The sign that cuts most rows into the same number of at least two cells, "" when none does."""
    return (
        max(((_evenness(text[:_SAMPLE], one), one) for one in DELIMITERS), default=((0.0, 0), ""))[1]
        if _even(text)
        else ""
    )


def _even(text: str) -> bool:
    return max(_evenness(text[:_SAMPLE], one) for one in DELIMITERS) > (0.7, 1)


def _evenness(sample: str, sign: str) -> tuple[float, int]:
    """(share of rows with the commonest number of cells, that number) when a text is cut at this sign."""
    try:
        widths = [len(row) for row in csv.reader(io.StringIO(sample, newline=""), delimiter=sign) if any(row)]
    except csv.Error:
        return 0.0, 0
    # The sample may end in the middle of a row.
    widths = widths[:-1] if len(sample) == _SAMPLE and len(widths) > 1 else widths
    width, count = Counter(widths).most_common(1)[0] if widths else (0, 0)
    return (count / len(widths), min(width, 2)) if width > 1 else (0.0, 0)


def rows(text: str, sign: str, file: str = "") -> list[Row]:
    """The rows that hold anything. Raises MalformedEntry with the line of a quote that never closes."""
    reader, found, line = csv.reader(io.StringIO(text, newline=""), delimiter=sign), [], 1
    try:
        for cells in reader:
            if any(one.strip() for one in cells):
                found.append(Row(tuple(cells), line))
            line = reader.line_num + 1
    except csv.Error as error:
        raise MalformedEntry(
            f"The table breaks off here ({error}).",
            file=file,
            line=line,
            repair="Look for a quote that is opened and never closed.",
        ) from error
    return found


def pipe_rows(lines: Sequence[str], first_line: int) -> list[Row]:
    """Return the rows of a Markdown table: its lines without the rule below the header."""
    return [
        Row(tuple(_cells(line)), first_line + number)
        for number, line in enumerate(lines)
        if number != 1 and line.strip()
    ]


def _cells(line: str) -> list[str]:
    """Return the cells of a line; a bar after a backslash or inside of code cuts nothing."""
    masked = _CODE.sub(lambda found: found[0].replace("|", "\0"), line.strip().removeprefix("|"))
    masked = masked[:-1] if masked.endswith("|") and not masked.endswith("\\|") else masked
    return [cell.replace("\0", "|").replace("\\|", "|").strip() for cell in re.split(r"(?<!\\)\|", masked)]
