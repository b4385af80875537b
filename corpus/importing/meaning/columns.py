"""Which column of a table, or key of an object, holds what: asked for, named by common words, or guessed by shape.

Knows no file format: it sees names and the texts below them.
"""

import re
from collections.abc import Mapping, Sequence
from statistics import median

from corpus.errors import MalformedEntry
from corpus.importing.meaning.sentences import word_count
from corpus.importing.meaning.vocabulary import LANGUAGES, TEXTS, Field, field_of, words_of

_MAX_TERM_WORDS = 6


def chosen(
    names: Sequence[str], values: Sequence[Sequence[str]], asked: Mapping[str, str], file: str = ""
) -> dict[int, Field]:
    """Column number -> role. `values[n]` are column n's texts (a sample will do), `asked` is {"term": "Begriff"}.

    Raises MalformedEntry when a column that is asked for is not there.
    """
    found = _asked(names, asked, file)
    for number, name in enumerate(names):
        role = field_of(name) if name else None
        if role and number not in found and (role not in found.values() or role in _MANY):
            found[number] = role
    _abbreviations(values, found)
    _languages(names, found)
    if Field.TERM not in found.values() and (short := _shortest(values, found)) is not None:
        found[short] = Field.TERM
    if not set(found.values()) & set(TEXTS) and (long := _longest(values, found)) is not None:
        found[long] = Field.DEFINITION
    return found


def _abbreviations(values: Sequence[Sequence[str]], found: dict[int, Field]) -> None:
    """Make a column of abbreviations that of the terms where there is none, and their long forms the texts."""
    others = [number for number in sorted(found) if found[number] is Field.ALIASES]
    if Field.TERM not in found.values() and others:
        found[others[0]] = Field.TERM
    if not set(found.values()) & set(TEXTS) and Field.TERM in found.values():
        rest = [number for number in sorted(found) if found[number] is Field.ALIASES and _is_filled(values[number])]
        found.update(dict.fromkeys(rest[:1], Field.DEFINITION))


def _is_filled(texts: Sequence[str]) -> bool:
    return sum(bool(one.strip()) for one in texts) > 0.8 * len(texts)


def _languages(names: Sequence[str], found: dict[int, Field]) -> None:
    """Read columns that are named by languages as a word and its translation, or its names where it has a text too."""
    spoken = [number for number, name in enumerate(names) if words_of(name) in LANGUAGES and number not in found]
    if len(spoken) < 2 or Field.TERM in found.values():
        return
    told = bool(set(TEXTS) & set(found.values()))
    found[spoken[0]] = Field.TERM
    for number in spoken[1:]:
        found[number] = Field.ALIASES if told else Field.DEFINITION
        told = True


_MANY = frozenset({Field.ALIASES, Field.SOURCES, Field.RELATED})
"""Fields that several columns may fill."""


def is_glossary(roles: Mapping[int, Field]) -> bool:
    """Whether these columns make a glossary: a term, and something said about it."""
    return Field.TERM in roles.values() and bool(set(roles.values()) & set(TEXTS))


def _asked(names: Sequence[str], asked: Mapping[str, str], file: str) -> dict[int, Field]:
    found: dict[int, Field] = {}
    for word, column in asked.items():
        role = next((one for one in Field if one.value == word.replace("_", " ").casefold()), None) or field_of(word)
        number = names.index(column) if column in names else int(column[:4]) - 1 if column.isdecimal() else -1
        if role is None or not 0 <= number < len(names):
            known = ", ".join(one for one in names if one) or f"1 to {len(names)}"
            problem = f'There is no column "{column}".' if role else f'"{word}" is not what a column can hold.'
            repair = f"Columns: {known}." if role else f"Use one of: {', '.join(Field)}."
            raise MalformedEntry(problem, file=file, line=1, repair=repair)
        found[number] = role
    return found


def _shortest(values: Sequence[Sequence[str]], taken: Mapping[int, Field]) -> int | None:
    """Return the column of short texts that differ from row to row, the leftmost of equally good ones."""
    fit = [
        number
        for number, texts in enumerate(values)
        if number not in taken
        and _is_text(texts, 0, _MAX_TERM_WORDS)
        and len(set(texts)) > 0.8 * len(texts)
        and not _is_key(texts)
    ]
    return fit[0] if fit else None


def _longest(values: Sequence[Sequence[str]], taken: Mapping[int, Field]) -> int | None:
    fit = [
        (sum(map(len, texts)), -number)
        for number, texts in enumerate(values)
        if number not in taken and _is_text(texts, 1, None) and not _is_key(texts) and len(set(texts)) > len(texts) / 2
    ]
    return -max(fit)[1] if fit else None


def _is_text(texts: Sequence[str], least: int, most: int | None) -> bool:
    words = [word_count(one) for one in texts if one.strip()]
    return bool(words) and median(words) >= least and (most is None or median(words) <= most)


def _is_key(texts: Sequence[str]) -> bool:
    """Return whether texts are numbers, checksums or other keys of a program, which no word looks like."""
    filled = [one.strip() for one in texts if one.strip()]
    words = sum(bool(_WORDS.fullmatch(one)) for one in filled)
    spaced = sum(" " in one for one in filled)
    lengths = {len(one) for one in filled}
    return (
        bool(filled)
        and words < 0.3 * len(filled)
        and spaced < 0.1 * len(filled)
        and min(lengths) > (4 if len(lengths) < 4 else 0)
    )


_WORDS = re.compile(r"[^\W\d_]+(?:[ .,/()'’-]+[^\W\d_]*)*")
