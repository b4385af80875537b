"""Whether the first row of a table names its columns, and the rows by those names."""

from collections.abc import Mapping, Sequence

from corpus.importing.formats.grid import Row
from corpus.importing.formats.records import SAMPLE, Record
from corpus.importing.meaning.sentences import word_count
from corpus.importing.meaning.vocabulary import LANGUAGES, TEXTS, Field, field_of, words_of


def with_header(rows: Sequence[Row], asked: Mapping[str, str], is_sure: bool = False) -> list[Record]:
    """Return the rows by column name; where the first row is no header the columns are named "1", "2", ..."""
    if not rows:
        return []
    header = rows[0].cells if is_sure or is_header(rows, asked) else ()
    width = max(len(row.cells) for row in rows)
    keys: list[str] = []
    for number in range(width):
        name = header[number].strip(" *_`\n") if number < len(header) else ""
        keys.append(name if name and name not in keys else str(number + 1))
    return [Record(dict(zip(keys, row.cells, strict=False)), row.line) for row in rows[1 if header else 0 :]]


def is_header(rows: Sequence[Row], asked: Mapping[str, str]) -> bool:
    """Return whether the first row names the columns: in known words, in words asked for, or short above long texts."""
    first = rows[0].cells
    if any(not column.isdecimal() for column in asked.values()) or is_known_header(first):
        return True
    below = [max(map(word_count, row.cells)) for row in rows[1:SAMPLE]]
    brief = max(map(word_count, first)) <= 2 and max(map(len, first)) <= 20
    return brief and bool(below) and min(below) > 4


def is_known_header(cells: Sequence[str]) -> bool:
    """Return whether cells name columns in words that the vocabulary knows, or are names of languages."""
    fields = [field_of(cell) if cell.strip() else None for cell in cells]
    known = set(fields) - {None}
    if known & {Field.TERM, Field.ALIASES} and (known & set(TEXTS) or len(cells) > len(known) == 1):
        return True
    return sum(words_of(cell) in LANGUAGES for cell in cells) > 1 or len(known) > 2
