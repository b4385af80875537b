"""Delimited text -> rows: CSV, TSV, exports of Anki (with `#` lines) and of Quizlet (any two separators), Excel's `sep=`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from corpus.importing.formats import grid
from corpus.importing.formats.grid import Row
from corpus.importing.formats.header import with_header
from corpus.importing.formats.records import Record
from corpus.importing.meaning.vocabulary import TEXTS, Field, field_of
from corpus.native_format import front_matter
from corpus.native_format.page import Page

SUFFIXES = frozenset({".csv", ".tsv", ".psv", ".tab"})
_ANKI = re.compile(r"^#(?P<key>[a-z ]+):(?P<value>[^\n]*)\n", re.MULTILINE)
_SEPARATORS = {"tab": "\t", "comma": ",", "semicolon": ";", "space": " ", "pipe": "|", "colon": ":"}
_SEP_LINE = re.compile(r"\s*\"?sep=(?P<sign>.)\"?[ \t]*\n")


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a file and, where it says so itself, what its columns hold: {"aliases": "2"}. `dropped` from 1."""

    rows: tuple[Row, ...]
    header: tuple[str, ...] = ()
    dropped: frozenset[int] = frozenset()
    said: Mapping[str, str] = field(default_factory=dict)


def recognises(page: Page) -> bool:
    """Return whether a text is a table: by its ending, by Anki's `#` lines, or because one sign cuts each line alike."""
    if page.suffix in SUFFIXES:
        return True
    if page.suffix not in {"", ".txt"} or front_matter.begins(page.text):
        return False
    if page.text.startswith("#separator:") or _quizlet(page.text):
        return True
    sign = grid.delimiter(page.text)
    if not sign or page.text.strip().count("\n") < 1:
        return False
    head = {field_of(cell) for cell in page.text.partition("\n")[0].split(sign)}
    return sign in "\t|;" or (Field.TERM in head and bool(head & set(TEXTS)))


def read(page: Page) -> Table:
    """Return the rows. Raises MalformedEntry with the line of a quote that never closes."""
    if page.text.startswith("#separator:"):
        return _anki(page)
    if rows := _quizlet(page.text):
        return Table(rows)
    text, sign, skipped = page.text, "", 0
    if found := _SEP_LINE.match(text):
        text, sign, skipped = text[found.end() :], found["sign"], text.count("\n", 0, found.end())
    rows = tuple(
        Row(row.cells, row.line + skipped) for row in grid.rows(text, sign or grid.delimiter(text) or ",", page.path)
    )
    return Table(_from_header(_split_again(rows)))


def _split_again(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """Return rows that were quoted as a whole ("term,definition") cut at their first sign; other rows as they are."""
    if not rows or any(len(row.cells) > 1 for row in rows):
        return rows
    sign = next((one for one in ("\t", ";", "|", ",") if all(one in row.cells[0] for row in rows)), "")
    return tuple(Row(tuple(row.cells[0].split(sign, 1)), row.line) for row in rows) if sign else rows


def _from_header(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """Return the rows from the header on: titles and notes above it, which fill one cell, go."""
    for number, row in enumerate(rows[:15]):
        fields = {field_of(cell) for cell in row.cells if cell.strip()}
        if fields & {Field.TERM, Field.ALIASES} and fields & set(TEXTS):
            return rows[number:]
        if sum(bool(cell.strip()) for cell in row.cells) > 1 and number:
            break
    return rows


def from_header(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """Return the rows of a sheet from its header on."""
    return _from_header(rows)


def _anki(page: Page) -> Table:
    """Return the notes of Anki's text export; its columns of tags, decks and identifiers are no text."""
    said: dict[str, str] = {}
    at = 0
    while found := _ANKI.match(page.text, at):
        said[found["key"]] = found["value"].strip("\r")
        at = found.end()
    name = said.get("separator", "tab")
    sign = _SEPARATORS.get(name.casefold(), name or "\t")
    line = page.text.count("\n", 0, at)
    rows = tuple(Row(row.cells, row.line + line) for row in grid.rows(page.text[at:], sign, page.path))
    header = tuple(said["columns"].split(sign)) if "columns" in said else ()
    dropped = frozenset(
        int(value)
        for key, value in said.items()
        if key.endswith("column") and value.isdecimal() and key != "deck column"
    )
    return Table(rows, header, dropped)


def _quizlet(text: str) -> tuple[Row, ...]:
    """Return the rows of one long line in which tabs part name and text, and semicolons the cards; () for another."""
    if text.count("\t") < 2 or text.strip().count("\n") > text.count("\t") / 3:
        return ()
    cards = [card for card in text.strip().split(";") if card.strip()]
    fits = len(cards) > 1 and all(card.count("\t") == 1 for card in cards)
    return tuple(Row(tuple(cell.strip() for cell in card.split("\t")), 1) for card in cards) if fits else ()


def records(page: Page) -> list[Record]:
    """Return the rows below the header by column name, without columns that only its program needs."""
    table = read(page)
    if table.header:
        keyed = [Record(dict(zip(table.header, row.cells, strict=False)), row.line) for row in table.rows]
    else:
        keyed = with_header(table.rows, page.columns)
    if not table.dropped:
        return keyed
    keys = list(keyed[0].values) if keyed else []
    dropped = {keys[number - 1] for number in table.dropped if number <= len(keys)}
    return [Record({key: cell for key, cell in one.values.items() if key not in dropped}, one.line) for one in keyed]
