"""What the glossary holds, as lists for autocomplete and browsing; made once for each state of the index.

Knows no Discord. `read` looks at the whole glossary: call it off the event loop.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from bot.discord_app.answers.term_completion import TermCompleter
from bot.tutor.dialogue import Answer, Origin
from corpus.entry import Level, Section
from index.per_server import Shelves
from index.search import SearchIndex
from index.segment import Headword

if TYPE_CHECKING:
    from index.embed import Vectors


@dataclass(frozen=True, slots=True)
class TermLists:
    """The terms of one state of the glossary."""

    names: TermCompleter
    headwords: tuple[Headword, ...]


MAX_CACHED = 64
"""Servers whose lists are kept; those of the others are made again when they are needed."""


class GlossarySearch:
    """The lists of an index that changes while it is in use, for each server with its own entries; 0 for none."""

    def __init__(self, shelves: Shelves) -> None:
        self._shelves = shelves
        self._lists: OrderedDict[int, tuple[SearchIndex, TermLists]] = OrderedDict()
        self._reading = Lock()

    async def lists(self, guild: int | None = 0) -> TermLists:
        """Return the lists of a server, read off the event loop."""
        await self._shelves.opened(_key(guild))
        return await asyncio.to_thread(self.read, guild)

    async def own(self, guild: int | None) -> TermCompleter:
        """Return the names of what a server added itself."""
        await self._shelves.opened(_key(guild))
        contents = self._shelves.contents(_key(guild))
        entries = contents.entries if contents else ()
        return TermCompleter((name, entry.term) for entry in entries for name in entry.names)

    def read(self, guild: int | None = 0) -> TermLists:
        """Return the lists of a server as far as it is in memory."""
        current = self._index(guild)
        with self._reading:
            of, lists = self._lists.get(guild or 0, (None, None))
            if lists is None or of is not current:
                lists = _read(current)
                self._lists[guild or 0] = current, lists
            self._lists.move_to_end(guild or 0)
            while len(self._lists) > MAX_CACHED:
                self._lists.popitem(last=False)
            return lists

    async def terms_in(self, text: str, guild: int | None = 0) -> list[str]:
        """Return the terms that a text names, in its order, each once; everyday words only where nothing else is named."""
        return await asyncio.to_thread(_terms_in, await self._opened(guild), text)

    async def term(self, slug: str, guild: int | None = 0) -> str:
        """Return the term of an entry; "" when the glossary has none with this slug."""
        current = await self._opened(guild)
        try:
            return current.term(slug)
        except KeyError:
            return ""

    async def levels(self, answer: Answer, guild: int | None = 0) -> tuple[Level, ...]:
        """Return the levels at which an answer can be told: those that its entries have, or all that a model can write."""
        if answer.origin is not Origin.AUTHORED:
            return tuple(Level)
        index = await self._opened(guild)
        entries = [index.entry(slug) for term in answer.terms for slug in index.slugs_named(term)[:1]]
        texts = {section.level for entry in entries for section in Section if section.level and entry.text(section)}
        return tuple(level for level in Level if level in texts)

    def embed(self, texts: Sequence[str]) -> "Vectors":
        """Return the texts as unit vectors, float32 [len(texts), dim]."""
        return self._index(0).embedder.embed(texts)

    async def speaks_of(self, text: str, guild: int | None = 0) -> bool:
        """Return whether the glossary has anything to say to a text: it names a term, or a search is sure enough."""
        return await asyncio.to_thread(_speaks_of, await self._opened(guild), text)

    async def confidence(self, text: str, guild: int | None = 0) -> float:
        """Return how surely the glossary answers a text, 0 to 1."""
        current = await self._opened(guild)
        return (await asyncio.to_thread(current.search, text, 1)).confidence

    async def _opened(self, guild: int | None) -> SearchIndex:
        """Return the index of a server: after a start its entries have to be loaded first."""
        return await self._shelves.opened(_key(guild))

    def _index(self, guild: int | None) -> SearchIndex:
        return self._shelves.view(_key(guild))


def _key(guild: int | None) -> str:
    return str(guild or "")


def _terms_in(index: SearchIndex, text: str) -> list[str]:
    named = index.terms.named(text)
    sure = [match for match in named if not match.name.everyday] or named
    return list(dict.fromkeys(index.term(match.slugs[0]) for match in sure))


def _speaks_of(index: SearchIndex, text: str) -> bool:
    if any(not named.name.everyday for named in index.terms.named(text)):
        return True
    return index.search(text, 1).answerable


def _read(index: SearchIndex) -> TermLists:
    found = index.headwords()
    terms = {headword.slug: headword.term for headword in found}
    names = [(name, terms[slug]) for name, slug in index.written_names() if slug in terms]
    return TermLists(TermCompleter([*names, *((term, term) for term in terms.values())]), tuple(found))
