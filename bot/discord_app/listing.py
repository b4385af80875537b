"""What the glossary holds, as lists for autocomplete and browsing; made once for each state of the index.

Knows no Discord. `read` looks at the whole glossary: call it off the event loop.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from bot.discord_app.autocomplete import Names
from bot.discord_app.browse import Headword
from index.live import LiveIndex
from index.search import SearchIndex

if TYPE_CHECKING:
    from index.embed import Vectors


@dataclass(frozen=True, slots=True)
class Lists:
    """The terms of one state of the glossary."""

    names: Names
    headwords: tuple[Headword, ...]


class Listing:
    """The lists of an index that changes while it is in use."""

    def __init__(self, index: LiveIndex) -> None:
        self._index = index
        self._of: SearchIndex | None = None
        self._lists: Lists | None = None
        self._reading = Lock()

    def read(self) -> Lists:
        """The lists of the current index."""
        current = self._index.current
        with self._reading:
            if self._lists is None or self._of is not current:
                self._lists, self._of = _read(current), current
            return self._lists

    def terms_in(self, text: str) -> list[str]:
        """The terms that a text names, in its order, each once; everyday words only where nothing else is named."""
        current = self._index.current
        named = current.terms.named(text)
        sure = [one for one in named if not one.name.everyday] or named
        return list(dict.fromkeys(current.term(one.slugs[0]) for one in sure))

    def term(self, slug: str) -> str:
        """The term of an entry; "" when the glossary has none with this slug."""
        try:
            return self._index.current.term(slug)
        except KeyError:
            return ""

    def embed(self, texts: Sequence[str]) -> "Vectors":
        """The texts as unit vectors, float32 [len(texts), dim]."""
        return self._index.current.embedder.embed(texts)

    def speaks_of(self, text: str) -> bool:
        """Whether the glossary has anything to say to a text: it names a term, or a search is sure enough."""
        current = self._index.current
        if any(not one.name.everyday for one in current.terms.named(text)):
            return True
        return current.search(text, 1).answerable

    def confidence(self, text: str) -> float:
        """How surely the glossary answers a text, 0 to 1."""
        return self._index.current.search(text, 1).confidence


def _read(index: SearchIndex) -> Lists:
    found = index.headwords()
    terms = {one.slug: one.term for one in found}
    names = [(name, terms[slug]) for name, slug in index.written_names() if slug in terms]
    headwords = tuple(Headword(one.term, one.category, one.summary) for one in found)
    return Lists(Names([*names, *((term, term) for term in terms.values())]), headwords)
