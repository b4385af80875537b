"""The index of a running process: searches take the current one, changes put a new one in its place in one step.

A search holds the index it began with, so it sees the old one or the new one and never a mix.
"""

from collections.abc import Iterable
from contextlib import suppress
from threading import Lock

from corpus.entry import Entry
from index import manifest
from index.errors import IndexingError
from index.search import SearchIndex


class LiveIndex:
    """One index and the changes made to it while it is in use. `current` may be read by any thread at any time."""

    def __init__(self, index: SearchIndex) -> None:
        self.current = index
        self._changed: dict[str, Entry] = {}
        self._removed: set[str] = set()
        self._changing = Lock()

    def change(self, changed: Iterable[Entry] = (), removed: Iterable[str] = ()) -> None:
        """Adds or replaces entries and removes those with these slugs; findable from the next search on."""
        with self._changing:
            gone = set(removed)
            entries = {entry.slug: entry for entry in changed if entry.slug not in gone}
            self._removed = (self._removed | gone) - entries.keys()
            self._changed = {slug: one for slug, one in {**self._changed, **entries}.items() if slug not in gone}
            self.current = self.current.with_changes(entries.values(), gone)

    async def opened(self, _: str = "") -> SearchIndex:
        """The current index, after opening what was built since: the same for everybody."""
        return self.fresh()

    def fresh(self) -> SearchIndex:
        """The current index, after opening what was built since; what cannot be opened is passed over."""
        with suppress(IndexingError):  # a damaged build: the index in use still answers
            self.reopen()
        return self.current

    def reopen(self) -> bool:
        """Opens what was built since, if anything was, with the changes made here on top; says whether it did.

        Raises IndexingError when what was built cannot be used; the current index then stays.
        """
        with self._changing:
            if manifest.read(self.current.folder) == self.current.manifest:
                return False
            fresh = SearchIndex(self.current.folder, reranker=self.current.reranker)
            if self._changed or self._removed:
                fresh = fresh.with_changes(self._changed.values(), self._removed)
            self.current = fresh
            return True
