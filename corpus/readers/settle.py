"""Readings of many pages -> entries that can live in one glossary: one per slug, one owner per name, relations that meet.

Pure: decides and says why, as skips and notes, and writes nothing. Knows no format and no disk.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any

from corpus.entry import PROSE, Entry, slug_of
from corpus.errors import MalformedEntry
from corpus.glossary import folded
from corpus.native_format import read as native
from corpus.native_format import write
from corpus.readers.page import Reading, Redirect, Skip

_MAX_SAME_TEXT = 2
_slug = lru_cache(maxsize=100_000)(slug_of)
"""The slug of a name; relations ask for the same ones again and again."""


def settled(readings: Iterable[Reading]) -> Reading:
    """All the readings as one, whose entries clash in nothing; sorted by slug, skips and notes by file and line."""
    whole = list(readings)
    skips = [skip for one in whole for skip in one.skips]
    notes = [note for one in whole for note in one.notes]
    entries = _unique(_told_once([entry for one in whole for entry in one.entries], skips), skips)
    entries = _with_redirects(entries, [redirect for one in whole for redirect in one.redirects], skips)
    entries = _resolved(_without_clashes(entries, notes))
    entries = [entry for entry in entries if _round_trips(entry, skips)]
    return Reading(tuple(entries), tuple(sorted(skips)), notes=tuple(sorted(notes)))


def _size(entry: Entry) -> int:
    return sum(len(entry.text(section)) for section in PROSE) + sum(len(one.answer) for one in entry.faq)


def _told_once(entries: Iterable[Entry], skips: list[Skip]) -> list[Entry]:
    """Where one file tells one text under two or three names (RMSE and its long form): one entry, the others aliases.

    The same text under many names is no definition of theirs but a phrase of the file, and is left as it is.
    """
    groups: dict[tuple[str, ...], list[Entry]] = defaultdict(list)
    for entry in entries:
        groups[(entry.origin.file, *(entry.text(section) for section in PROSE))].append(entry)
    kept: list[Entry] = []
    for group in groups.values():
        first = max(group, key=lambda one: len(one.term))
        others = [one for one in group if folded(one.term) != folded(first.term)]
        if not 0 < len(others) <= _MAX_SAME_TEXT:
            kept.extend(group)
            continue
        kept.append(replace(first, aliases=(*first.aliases, *(name for one in others for name in one.names))))
        kept.extend(one for one in group if one is not first and one not in others)
        for one in others:
            reason = f'duplicate: "{one.term}" has the very text of "{first.term}" and is now its alias'
            skips.append(Skip(one.origin.file, one.origin.line("term"), reason))
    return kept


def _unique(entries: Iterable[Entry], skips: list[Skip]) -> list[Entry]:
    """The richest of the entries with one slug or one name, by slug; the others are reported."""
    best: dict[str, Entry] = {}
    by_name: dict[str, str] = {}
    for entry in sorted(entries, key=lambda one: (-_size(one), one.origin.file, one.origin.line("term"))):
        slug = entry.slug if entry.slug in best else by_name.get(folded(entry.term), entry.slug)
        if slug in best:
            first, merged = best[slug].origin, _merged(best[slug], entry)
            added = "; what it has beyond that was added there" if merged != best[slug] else ""
            best[slug] = merged
            reason = f'duplicate: "{entry.term}" is told in more words in {first.file}:{first.line("term")}{added}'
            skips.append(Skip(entry.origin.file, entry.origin.line("term"), reason))
        else:
            best[slug] = entry
            by_name[folded(entry.term)] = slug
    return [best[slug] for slug in sorted(best)]


def _merged(entry: Entry, other: Entry) -> Entry:
    """The entry with what only the other one has: its missing sections, and more names, questions and relations."""
    lists: dict[str, Any] = {
        "aliases": [one for one in (*entry.aliases, *other.names) if folded(one) != folded(entry.term)],
        **{name: (*getattr(entry, name), *getattr(other, name)) for name in _LISTS},
    }
    texts: dict[str, Any] = {
        section.value.replace(" ", "_"): entry.text(section) or other.text(section) for section in PROSE
    }
    fields: dict[str, Any] = texts | {name: _once(values) for name, values in lists.items()}
    return replace(entry, **fields)


_LISTS = ("faq", "follow_ups", "related", "prerequisites", "sources")


def _once(values: Iterable[Any]) -> tuple[Any, ...]:
    """The values without those that repeat an earlier one up to case, in their order."""
    first: dict[str, Any] = {}
    for one in values:
        first.setdefault(folded(str(one)), one)
    return tuple(first.values())


class _Names:
    """From what pages call an entry (term, alias, file name, slug) to its slug; a term wins over an alias."""

    def __init__(self, entries: list[Entry]) -> None:
        self._slugs: dict[str, str] = {}
        for entry in entries:
            self._add(entry.term, entry.slug)
        for entry in entries:
            for name in (PurePosixPath(entry.origin.file).stem, *entry.aliases):
                self._add(name, entry.slug)

    def _add(self, name: str, slug: str) -> None:
        for key in (folded(name), _slug(name)):
            self._slugs.setdefault(key, slug)

    def find(self, name: str) -> str | None:
        """The slug of the entry that a page means, a plural included."""
        keys = (
            folded(name),
            _slug(name),
            folded(name).removesuffix("s"),
            f"{folded(name)}s",
            _slug(name.replace("_", " ")),
        )
        return next((self._slugs[key] for key in keys if key in self._slugs), None)


def _with_redirects(entries: list[Entry], redirects: list[Redirect], skips: list[Skip]) -> list[Entry]:
    """Adds each redirect's name to the entry it points to, through other redirects if need be; all are reported."""
    names = _Names(entries)
    onwards = {folded(one.name): one.targets for one in redirects}
    more: dict[str, list[str]] = defaultdict(list)
    terms = {entry.slug: entry.term for entry in entries}
    for one in sorted(redirects, key=lambda redirect: (redirect.file, redirect.line, redirect.name)):
        slug = _followed(one.targets, names, onwards)
        if slug is None:
            reason = f'alias: "{one.name}" only points to "{one.targets[0]}", which has no entry here'
        elif names.find(one.name) in {slug, None}:
            more[slug].extend((one.name, *one.aliases))
            reason = f'alias: "{one.name}" points to "{terms[slug]}" and is now its alias'
        else:
            reason = f'alias: "{one.name}" points to "{terms[slug]}", but has an entry of its own'
        skips.append(Skip(one.file, one.line, reason))
    return [
        replace(entry, aliases=(*entry.aliases, *more[entry.slug])) if more[entry.slug] else entry for entry in entries
    ]


def _followed(targets: tuple[str, ...], names: _Names, onwards: Mapping[str, tuple[str, ...]]) -> str | None:
    """The slug of the first target with an entry, at most five redirects away."""
    for _ in range(5):
        if found := next((slug for one in targets if (slug := names.find(one))), None):
            return found
        targets = tuple(further for one in targets for further in onwards.get(folded(one), ()))[:20]
    return None


def _without_clashes(entries: list[Entry], notes: list[Skip]) -> list[Entry]:
    """Drops every alias that is another entry's term, or that two entries claim: it would name neither alone."""
    terms = {folded(entry.term): entry for entry in entries}
    claims: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        for key in {folded(alias) for alias in entry.aliases}:
            claims[key].append(entry)
    return [replace(entry, aliases=tuple(_own(entry, terms, claims, notes))) for entry in entries]


def _own(
    entry: Entry, terms: Mapping[str, Entry], claims: Mapping[str, list[Entry]], notes: list[Skip]
) -> Iterator[str]:
    seen = {folded(entry.term)}
    for alias in entry.aliases:
        key = folded(alias)
        others = [terms[key]] if key in terms else [one for one in claims[key][:2] if one is not entry]
        if key and key not in seen and not others:
            yield alias
        elif key and key not in seen:
            reason = f'note: alias "{alias}" of "{entry.term}" is dropped, since "{others[0].term}" is called so, too'
            notes.append(Skip(entry.origin.file, entry.origin.line("term"), reason))
        seen.add(key)


def _resolved(entries: list[Entry]) -> list[Entry]:
    """Relations written as slugs, plurals or aliases become the terms they mean; the others stay as they are written."""
    names, terms = _Names(entries), {entry.slug: entry.term for entry in entries}

    def resolved(entry: Entry, relations: tuple[str, ...]) -> tuple[str, ...]:
        meant = [terms[slug] if (slug := names.find(one)) else one for one in relations]
        return tuple({folded(one): one for one in reversed(meant) if folded(one) != folded(entry.term)}.values())[::-1]

    return [
        replace(one, related=resolved(one, one.related), prerequisites=resolved(one, one.prerequisites))
        for one in entries
    ]


def _round_trips(entry: Entry, skips: list[Skip]) -> bool:
    """Whether the entry can be read back as it is; the last net below the readers, whose texts are made to hold."""
    try:
        if native.entry(write.native(entry)) == entry:
            return True
        problem = "its text would not be read back as it is"
    except MalformedEntry as error:
        problem = error.problem
    skips.append(
        Skip(entry.origin.file, entry.origin.line("term"), f'unreadable: "{entry.term}" cannot be written: {problem}')
    )
    return False
