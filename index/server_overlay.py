"""Entries laid over an index that others share, so that every name they claim means them.

Pure but for embedding. Knows no key and keeps nothing (shelves.py does).
"""

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from corpus.entry import Entry
from corpus.glossary import folded
from index.search import SearchIndex
from index.term_matching import Match, telling, words

if TYPE_CHECKING:
    from index.embed import Vectors

LONGEST_NAME = 100
"""Characters of a term or an alias."""

MOST_ALIASES = 50

_WORD = "qzqz"
"""A word that no language has."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a key added: its entries, and the slugs of shared entries that it does not want to see.

    `version` grows with every change; contents of an older version never take the place of newer ones.
    """

    entries: tuple[Entry, ...] = ()
    hidden: frozenset[str] = frozenset()
    version: int = 0

    def __bool__(self) -> bool:
        return bool(self.entries or self.hidden)


@dataclass(frozen=True, slots=True)
class View:
    """A key's contents laid over one state of the shared index; `vectors` maps what was embedded for it."""

    key: str
    contents: Contents
    shared: SearchIndex
    index: SearchIndex
    vectors: "Mapping[str, Vectors]"


class _Kept(dict[str, "Vectors"]):
    """Vectors by text that takes up earlier ones when they are looked for, and so ends as what is in use."""

    def __init__(self, *before: "Mapping[str, Vectors]") -> None:
        super().__init__()
        self._before = before

    def __contains__(self, text: object) -> bool:
        if isinstance(text, str) and not super().__contains__(text):
            found = next((one[text] for one in self._before if text in one), None)
            if found is None:
                return False
            self[text] = found
        return super().__contains__(text)


def same_embedder(one: SearchIndex, other: SearchIndex) -> bool:
    """Whether what was embedded for one index can be used with the other."""
    made = (
        (index.manifest.embedder, index.manifest.embedder_fingerprint, index.manifest.dim) for index in (one, other)
    )
    return len(set(made)) == 1


def laid(key: str, contents: Contents, shared: SearchIndex, before: "Mapping[str, Vectors]") -> View:
    """The contents over a shared index; embeds what `before` does not hold."""
    entries, gone = over(shared, contents)
    if not entries and not gone:
        return View(key, contents, shared, shared, {})
    base, count = copy(shared), shared._count
    base._known = known = _Kept(before, shared._known)  # not the shared one itself: it would grow with every key
    base._count = lambda text: 0 if text in before else count(text)  # what was a passage before fits again
    made = base.with_changes(entries, gone)
    made._known, made._count = dict(known), count
    made.terms  # noqa: B018  made now rather than by the first question
    return View(key, contents, shared, made, made._known)


def over(shared: SearchIndex, contents: Contents) -> tuple[list[Entry], set[str]]:
    """The entries to lay over the shared index, and the slugs to take out of it, so that every name means the key's own.

    A shared entry loses aliases and senses that the key's entries claim; one that loses its term steps aside.
    """
    own = {made.slug: made for entry in contents.entries if (made := usable(entry))}
    gone = {slug for slug in contents.hidden if slug not in own}
    claimed = {folded(name): name for entry in own.values() for name in entry.names}
    changed: dict[str, Entry] = {}
    for name in claimed.values():
        for slug, names in _owners(shared, name).items():
            if slug in own or slug in gone:
                continue
            other = changed.get(slug) or shared.entry(slug)
            if folded(other.term) in names:
                gone.add(slug)
                changed.pop(slug, None)
            else:
                changed[slug] = _without(other, names)
    return [*own.values(), *changed.values()], gone


def usable(entry: Entry) -> Entry | None:
    """The entry with those of its names that can be asked for; None when its term cannot be."""
    if not is_name(entry.term):
        return None
    aliases = dict.fromkeys(one for one in entry.aliases if is_name(one))
    senses = tuple(one for one in entry.senses if is_name(one.name))
    return replace(entry, aliases=tuple(aliases)[:MOST_ALIASES], senses=senses[:MOST_ALIASES])


def is_name(name: str) -> bool:
    """Whether a term or an alias can name anything: it is not too long and has a word that is not in every question."""
    return len(name) <= LONGEST_NAME and bool(words(name)) and telling(f"{_WORD} {name}") != [_WORD]


def _owners(shared: SearchIndex, name: str) -> dict[str, set[str]]:
    """Slug -> the folded names under which the shared index knows the name, also written apart or together."""
    found: dict[str, set[str]] = {slug: {folded(name)} for slug in shared.slugs_named(name)}
    named = shared.terms.named(name)
    if len(named) == 1 and named[0].match is Match.EXACT and named[0].end - named[0].start == len(words(name)):
        for slug in named[0].slugs:
            found.setdefault(slug, set()).add(named[0].name.folded)
    return found


def _without(entry: Entry, names: set[str]) -> Entry:
    aliases = tuple(one for one in entry.aliases if folded(one) not in names)
    return replace(entry, aliases=aliases, senses=tuple(one for one in entry.senses if folded(one.name) not in names))
