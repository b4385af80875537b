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
    fields = [field_of(cell) if cell.strip() else None for cell in first]
    known = set(fields) - {None}
    if any(not column.isdecimal() for column in asked.values()):
        return True
    if known & {Field.TERM, Field.ALIASES} and (known & set(TEXTS) or len(first) > len(known) == 1):
        return True
    if sum(words_of(cell) in LANGUAGES for cell in first) > 1 or len(known) > 2:
        return True
    below = [max(map(word_count, row.cells)) for row in rows[1:SAMPLE]]
    return bool(known & set(TEXTS)) and bool(below) and max(map(word_count, first)) <= 3 and sorted(below)[len(below) // 2] > 3
