"""The glossary: entries by slug, names to entries, and the graph between entries.

Pure: it is given entries and never reads a file (load.py does). A name is looked up as it is written first, and only
then without its case, accents, hyphens and signs, where that leaves one entry; inflections and typos are
index.term_matching's business.
"""

import re
import unicodedata
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter

from corpus.entry import Entry, Sense, slug_of
from corpus.errors import NameClash

_APOSTROPHES = re.compile("['’ʼ`]")
_SEPARATORS = re.compile(r"[\s\-_‐‑–]+")


def folded(name: str) -> str:
    """A name with the differences removed that people do not mean: case, hyphens, apostrophes, widths, accents.

    >>> folded("K-Means"), folded("Bayes’ theorem"), folded("naïve Bayes")
    ('k means', 'bayes theorem', 'naive bayes')
    """
    bare = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return _SEPARATORS.sub(" ", _APOSTROPHES.sub("", bare.casefold())).strip()


def exact(name: str) -> str:
    """Return a name as it is compared: in Unicode NFC, with one kind of hyphen, apostrophe and space.

    Case, accents and signs stay, since año is not ano, R not r and .NET not net.

    >>> exact("k‑Means  clustering") == exact("k-Means clustering"), exact("R") == exact("r")
    (True, False)
    """
    return _SEPARATORS.sub(" ", _APOSTROPHES.sub("'", unicodedata.normalize("NFC", name))).strip()


def with_distinct_slugs(entries: Iterable[Entry]) -> list[Entry]:
    """Return the entries in the order of their slugs, of which no two are equal.

    Of several terms with one slug (权力 and 权利, R and r) the first in alphabetical order keeps it; the others get a
    short checksum of their term behind it, which is the same in every run.
    """
    taken: set[str] = set()
    distinct: list[Entry] = []
    for entry in sorted(entries, key=lambda one: (slug_of(one.term), one.term)):
        slug = slug_of(entry.term)
        if slug in taken:
            checksum = zlib.crc32(unicodedata.normalize("NFC", entry.term).encode())
            slug = f"{slug}-{checksum:08x}"
        taken.add(slug)
        distinct.append(entry if slug == entry.slug else replace(entry, given_slug=slug))
    return sorted(distinct, key=lambda entry: entry.slug)


class Glossary:
    """Entries, each under its slug, findable by any of their names.

    Raises NameClash when two entries own one name; `clashes(entries)` lists all of them instead.
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        ordered = with_distinct_slugs(entries)
        for clash in clashes(ordered):
            raise clash
        self._by_slug = {entry.slug: entry for entry in ordered}
        self._by_name = {exact(name): entry for entry in ordered for name in entry.owned_names}
        self._by_folded: dict[str, Entry | None] = {}
        for entry in ordered:
            for key in {folded(name) for name in entry.owned_names}:
                # A name that only case, accents or signs tell apart from another's is nobody's when written loosely.
                self._by_folded[key] = None if key in self._by_folded else entry
        self._senses: dict[str, list[tuple[Entry, Sense]]] = defaultdict(list)
        for entry in ordered:
            for sense in entry.senses:
                self._senses[folded(sense.name)].append((entry, sense))

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._by_slug.values())

    def __len__(self) -> int:
        return len(self._by_slug)

    def __getitem__(self, slug: str) -> Entry:
        return self._by_slug[slug]

    def __contains__(self, slug: str) -> bool:
        return slug in self._by_slug

    def find(self, name: str) -> Entry | None:
        """Return the entry that owns this term or alias, None when no entry or more than one could be meant."""
        return self._by_name.get(exact(name)) or self._by_folded.get(folded(name))

    def senses(self, name: str) -> list[tuple[Entry, Sense]]:
        """Every entry that could be meant by a shared name such as "bias", with the sense it has there."""
        return list(self._senses.get(folded(name), ()))

    def related(self, entry: Entry) -> list[Entry]:
        """The entries that the author named as related, in that order; names without an entry are left out."""
        return [found for name in entry.related if (found := self.find(name)) and found is not entry]

    def prerequisites(self, entry: Entry) -> list[Entry]:
        """The entries to understand first, in the author's order; names without an entry are left out."""
        return [found for name in entry.prerequisites if (found := self.find(name)) and found is not entry]

    def prerequisite_circle(self) -> list[Entry]:
        """Entries that each need the next, the first repeated at the end; [] if there is no circle."""
        graph = {entry.slug: [needed.slug for needed in self.prerequisites(entry)] for entry in self}
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as circle:
            return [self._by_slug[slug] for slug in reversed(circle.args[1])]
        return []


def clashes(entries: Iterable[Entry]) -> Iterator[NameClash]:
    """Yield one error for every name that a second entry claims, at the second entry's file."""
    owners: dict[str, Entry] = {}
    for entry in entries:
        for name in entry.owned_names:
            owner = owners.setdefault(exact(name), entry)
            if owner is not entry:
                yield _clash(entry, name, owner)


def _place(entry: Entry, name: str) -> str:
    """Return the key or section of a file in which an entry claims a name."""
    if name == entry.term:
        return "term"
    return "aliases" if name in entry.aliases else "facets"


def _clash(entry: Entry, name: str, owner: Entry) -> NameClash:
    return NameClash(
        f'"{name}" already names {owner.term} ({owner.origin.file or owner.slug}).',
        file=entry.origin.file,
        line=entry.origin.line(_place(entry, name)),
        repair="Take the name out of one of the two, or move it to `disambiguation` in both.",
    )
