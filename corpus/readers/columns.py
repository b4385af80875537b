"""Which column of a table, or key of an object, holds what: asked for, named by common words, or guessed by shape.

Knows no file format: it sees names and the texts below them.
"""

from collections.abc import Mapping, Sequence
from statistics import median

from corpus.errors import MalformedEntry
from corpus.readers.sentences import word_count
from corpus.readers.vocabulary import TEXTS, Slot, slot_of

_MAX_TERM_WORDS = 6
_MIN_TEXT_WORDS = 4


def chosen(
    names: Sequence[str], values: Sequence[Sequence[str]], asked: Mapping[str, str], file: str = ""
) -> dict[int, Slot]:
    """Column number -> slot. `values[n]` are column n's texts (a sample will do), `asked` is {"term": "Begriff"}.

    Raises MalformedEntry when a column that is asked for is not there.
    """
    found = _asked(names, asked, file)
    for number, name in enumerate(names):
        slot = slot_of(name) if name else None
        if slot and number not in found and (slot not in found.values() or slot in _MANY):
            found[number] = slot
    if Slot.TERM not in found.values() and (short := _shortest(values, found)) is not None:
        found[short] = Slot.TERM
    if not set(found.values()) & set(TEXTS) and (long := _longest(values, found)) is not None:
        found[long] = Slot.DEFINITION
    return found


_MANY = frozenset({Slot.ALIASES, Slot.SOURCES, Slot.RELATED})
"""Slots that several columns may fill."""


def is_glossary(slots: Mapping[int, Slot]) -> bool:
    """Whether these columns make a glossary: a term, and something said about it."""
    return Slot.TERM in slots.values() and bool(set(slots.values()) & set(TEXTS))


def _asked(names: Sequence[str], asked: Mapping[str, str], file: str) -> dict[int, Slot]:
    found: dict[int, Slot] = {}
    for word, column in asked.items():
        slot = next((one for one in Slot if one.value == word.replace("_", " ").casefold()), None) or slot_of(word)
        number = names.index(column) if column in names else int(column[:4]) - 1 if column.isdecimal() else -1
        if slot is None or not 0 <= number < len(names):
            known = ", ".join(one for one in names if one) or f"1 to {len(names)}"
            problem = f'There is no column "{column}".' if slot else f'"{word}" is not what a column can hold.'
            repair = f"Columns: {known}." if slot else f"Use one of: {', '.join(Slot)}."
            raise MalformedEntry(problem, file=file, line=1, repair=repair)
        found[number] = slot
    return found


def _shortest(values: Sequence[Sequence[str]], taken: Mapping[int, Slot]) -> int | None:
    """The column of short texts that differ from row to row, the leftmost of equally good ones."""
    fit = [
        number
        for number, texts in enumerate(values)
        if number not in taken
        and _is_text(texts, 0, _MAX_TERM_WORDS)
        and len(set(texts)) > 0.8 * len(texts)
        and not _numeric(texts)
    ]
    return fit[0] if fit else None


def _longest(values: Sequence[Sequence[str]], taken: Mapping[int, Slot]) -> int | None:
    fit = [
        (sum(map(len, texts)), -number)
        for number, texts in enumerate(values)
        if number not in taken and _is_text(texts, _MIN_TEXT_WORDS, None)
    ]
    return -max(fit)[1] if fit else None


def _is_text(texts: Sequence[str], least: int, most: int | None) -> bool:
    words = [word_count(one) for one in texts if one.strip()]
    return bool(words) and median(words) >= least and (most is None or median(words) <= most)


def _numeric(texts: Sequence[str]) -> bool:
    return sum(one.strip().replace(".", "").isdigit() for one in texts) > len(texts) / 2
