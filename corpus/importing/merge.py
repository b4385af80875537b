"""Readings of many pages -> entries that can live in one glossary: one per slug, one owner per name, relations that meet.

Pure: decides and says why, as skips and notes, and writes nothing. Knows no format and no disk.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

from corpus.entry import PROSE, Entry, Section, slug_of
from corpus.errors import MalformedEntry
from corpus.glossary import exact, folded, with_distinct_slugs
from corpus.importing.draft import Link, ParseResult, Redirect, joined
from corpus.importing.meaning.clean import plain
from corpus.importing.report import SkippedItem
from corpus.native_format import read as native
from corpus.native_format import write


def merged(results: Iterable[ParseResult]) -> ParseResult:
    """Return all results as one, whose entries clash in nothing; sorted by slug, skips and notes by file and line."""
    whole = joined(results)
    skips, notes = list(whole.skips), list(whole.notes)
    entries = _unique(whole.entries, skips, notes)
    entries = _with_redirects(entries, list(whole.redirects), skips)
    entries = _resolved(_without_clashes(entries, notes), whole.links)
    entries = [entry for entry in entries if _round_trips(entry, skips)]
    return ParseResult(
        tuple(entries), tuple(sorted(skips)), notes=tuple(sorted(notes)), recognitions=whole.recognitions
    )


def _size(entry: Entry) -> int:
    return sum(len(entry.text(section)) for section in PROSE) + sum(len(one.answer) for one in entry.faq)


def _unique(entries: Iterable[Entry], skips: list[SkippedItem], notes: list[SkippedItem]) -> list[Entry]:
    """Return the entries, those of one name made one, by slug. Names are equal only letter for letter (glossary.exact)."""
    best: dict[str, Entry] = {}
    for entry in sorted(entries, key=lambda one: (-_size(one), one.origin.file, one.origin.line("term"))):
        key = exact(entry.term)
        first = best.setdefault(key, entry)
        if first is entry:
            continue
        place = f"{first.origin.file}:{first.origin.line('term')}"
        where = entry.origin.file, entry.origin.line("term")
        best[key] = _merged(first, entry)
        if _agree(first, entry):
            added = "; what it has beyond that was added there" if best[key] != first else ""
            skips.append(SkippedItem(*where, f'duplicate: "{entry.term}" is told in more words in {place}{added}'))
        elif _size(entry) <= _MAX_SECOND_TEXT:
            best[key] = _with_second_text(best[key], entry)
            notes.append(
                SkippedItem(*where, f'note: "{entry.term}" has another text in {place}; both are kept in one entry')
            )
        else:
            skips.append(
                SkippedItem(*where, f'duplicate: "{entry.term}" has another, longer text in {place}, which is kept')
            )
    return with_distinct_slugs(best.values())


_MAX_SECOND_TEXT = 4_000
"""Characters of a second text under one name that are kept beside the first; more is another page on the same thing."""


def _text(entry: Entry) -> str:
    return next((text for section in _TELLING if (text := entry.text(section))), "")


_TELLING = (Section.PLAIN, Section.STUDENT, Section.SUMMARY, Section.PRACTITIONER, Section.EXPERT, Section.ELI5)


def _agree(first: Entry, second: Entry) -> bool:
    """Return whether what the second says stands in the first, or begins as it does."""
    said, whole = _bare(_text(second)), "\n".join(_bare(first.text(section)) for section in PROSE)
    return said in whole or _bare(second.summary) in whole


def _bare(text: str) -> str:
    return "".join(filter(str.isalnum, plain(text).casefold()))


def _with_second_text(entry: Entry, other: Entry) -> Entry:
    """Return the entry with another meaning of its name below its own."""
    return replace(entry, plain="\n\n".join(filter(None, (entry.plain or entry.summary, _text(other)))))


def _merged(entry: Entry, other: Entry) -> Entry:
    """Return the entry with what only the other one has: its missing sections, and more names, questions, relations."""
    lists: dict[str, Any] = {
        "aliases": [one for one in (*entry.aliases, *other.names) if exact(one) != exact(entry.term)],
        **{name: (*getattr(entry, name), *getattr(other, name)) for name in _LISTS},
    }
    texts: dict[str, Any] = {
        section.value.replace(" ", "_"): entry.text(section) or other.text(section) for section in PROSE
    }
    fields: dict[str, Any] = texts | {name: _once(values) for name, values in lists.items()}
    return replace(entry, **fields)


_LISTS = ("faq", "follow_ups", "related", "prerequisites", "sources")


def _once(values: Iterable[Any]) -> tuple[Any, ...]:
    """Return the values without those that repeat an earlier one, in their order."""
    first: dict[str, Any] = {}
    for one in values:
        first.setdefault(exact(str(one)), one)
    return tuple(first.values())


class _Names:
    """From what pages call an entry (term, alias, file name, slug) to its slug; a term wins over an alias.

    As it is written first, then loosely, so that a link to `año` never leads to `ano` while there is an año.
    """

    def __init__(self, entries: list[Entry]) -> None:
        self._exact: dict[str, str] = {}
        self._loose: dict[str, str] = {}
        files = Counter(entry.origin.file for entry in entries)
        for entry in entries:
            self._add(entry.term, entry.slug)
        for entry in entries:
            # The name of a file with many entries is none of theirs.
            stem = [PurePosixPath(entry.origin.file).stem] if files[entry.origin.file] == 1 else []
            for name in (*stem, *entry.aliases):
                self._add(name, entry.slug)

    def _add(self, name: str, slug: str) -> None:
        self._exact.setdefault(exact(name), slug)
        for key in (folded(name), slug_of(name)):
            self._loose.setdefault(key, slug)

    def find(self, name: str) -> str | None:
        """Return the slug of the entry that a page means, a plural included."""
        if found := self._exact.get(exact(name)):
            return found
        loose = folded(name)
        keys = (loose, slug_of(name), loose.removesuffix("s"), f"{loose}s", slug_of(name.replace("_", " ")))
        return next((self._loose[key] for key in keys if key and key in self._loose), None)


def _with_redirects(entries: list[Entry], redirects: list[Redirect], skips: list[SkippedItem]) -> list[Entry]:
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
        skips.append(SkippedItem(one.file, one.line, reason))
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


def _without_clashes(entries: list[Entry], notes: list[SkippedItem]) -> list[Entry]:
    """Drop every alias that is another entry's term, or that two entries claim: it would name neither alone."""
    terms = {exact(entry.term): entry for entry in entries}
    claims: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        for key in {exact(alias) for alias in entry.aliases}:
            claims[key].append(entry)
    return [replace(entry, aliases=tuple(_own(entry, terms, claims, notes))) for entry in entries]


def _own(
    entry: Entry, terms: Mapping[str, Entry], claims: Mapping[str, list[Entry]], notes: list[SkippedItem]
) -> Iterator[str]:
    seen = {exact(entry.term)}
    for alias in entry.aliases:
        key = exact(alias)
        others = [terms[key]] if key in terms else [one for one in claims[key][:2] if one is not entry]
        if key and key not in seen and not others:
            yield alias
        elif key and key not in seen:
            reason = f'note: alias "{alias}" of "{entry.term}" is dropped, since "{others[0].term}" is called so, too'
            notes.append(SkippedItem(entry.origin.file, entry.origin.line("term"), reason))
        seen.add(key)


MAX_LINKED = 8
"""Links in running text that count as relations when a page names none itself."""


def _resolved(entries: list[Entry], links: Iterable[Link]) -> list[Entry]:
    """Return the entries with relations written as slugs, plurals or aliases made the terms they mean.

    Names that mean no entry stay as they are written. Where a page names no relations, its links to other entries are.
    """
    names, terms = _Names(entries), {entry.slug: entry.term for entry in entries}
    linked: dict[tuple[str, str], list[Link]] = defaultdict(list)
    for link in links:
        linked[link.owner, link.file].append(link)

    def resolved(entry: Entry, relations: Iterable[str]) -> tuple[str, ...]:
        meant = [terms[slug] if (slug := names.find(one)) else one for one in relations]
        return tuple({exact(one): one for one in reversed(meant) if exact(one) != exact(entry.term)}.values())[::-1]

    def related(entry: Entry) -> Iterable[str]:
        if entry.related:
            return entry.related
        found = (_meant(link, names, terms) for link in linked[entry.term, entry.origin.file])
        return [name for name in dict.fromkeys(found) if name and name != entry.term][:MAX_LINKED]

    return [
        replace(one, related=resolved(one, related(one)), prerequisites=resolved(one, one.prerequisites))
        for one in entries
    ]


def _meant(link: Link, names: _Names, terms: Mapping[str, str]) -> str:
    """Return the term that a link leads to, "" where that has no entry."""
    page, _, anchor = link.target.partition("#")
    last = anchor or PurePosixPath(page.removesuffix("/index.md").rstrip("/")).stem
    # Where several glossaries spell anchors differently, the words that are shown decide last.
    slug = (
        names.find(last) or names.find(re.sub(r"^(?:term|gls|glossary|def)[-_:]", "", last)) or names.find(link.words)
    )
    return terms[slug] if slug else ""


def _round_trips(entry: Entry, skips: list[SkippedItem]) -> bool:
    """Whether the entry can be read back as it is; the last net below the readers, whose texts are made to hold."""
    try:
        if native.entry(write.native(entry)) == entry:
            return True
        problem = "its text would not be read back as it is"
    except MalformedEntry as error:
        problem = error.problem
    skips.append(
        SkippedItem(
            entry.origin.file, entry.origin.line("term"), f'unreadable: "{entry.term}" cannot be written: {problem}'
        )
    )
    return False
