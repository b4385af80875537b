"""One index for everybody, and over it what some groups added for themselves: a key (a server's id) opens its own view.

A view is the shared index with the key's entries laid over it; nothing of a key is in the shared index or in another
view. Knows neither what a key stands for nor where its entries are kept: a loader brings them when they are needed.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from threading import Lock
from typing import TYPE_CHECKING

from corpus.entry import Entry
from index.hot_reload import LiveIndex
from index.search import SearchIndex
from index.server_overlay import Contents, View, laid, same_embedder

if TYPE_CHECKING:
    from index.embed import Vectors

Load = Callable[[str], Awaitable[Contents | None]]
"""Brings what a key added; None when that cannot be known just now. Is called from the event loop."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much stays in memory, what was used last first: keys with entries, their entries together, all keys.

    `patience_s`: how long a question waits for entries that are not in memory yet; `retry_s`: when a loader that knew
    nothing is asked again.
    """

    keys: int = 200
    entries: int = 20_000
    all_keys: int = 10_000
    patience_s: float = 1.5
    retry_s: float = 5.0


class _Shelf:
    """The view of one key, what was there before it, and the lock under which it is laid over a new shared index."""

    def __init__(self, view: View, before: "_Shelf | None" = None) -> None:
        self.view = view
        # The view before is not kept whole: its contents, and the vectors that this one does not need.
        self.previous = before.view.contents if before else None
        old = before.view.vectors if before and same_embedder(before.view.shared, view.shared) else {}
        self.dropped = {text: vector for text, vector in old.items() if text not in view.vectors}
        self.stale = False
        self._laying = Lock()

    def over(self, shared: SearchIndex) -> SearchIndex:
        view = self.view
        if view.shared is shared or not view.contents:
            return view.index if view.contents else shared
        with self._laying:
            if self.view.shared is not shared:
                self.view = laid(self.view.key, self.view.contents, shared, self.known(shared))
            return self.view.index

    def known(self, shared: SearchIndex) -> "dict[str, Vectors]":
        """Vectors by text, of this view and of the one before it; none where another model embeds."""
        return {**self.view.vectors, **self.dropped} if same_embedder(self.view.shared, shared) else {}


class Shelves:
    """The views of all keys over one live index. Any thread may read; the key "" is the shared index itself."""

    def __init__(self, live: LiveIndex, load: Load | None = None, bounds: Bounds = Bounds(),
                 clock: Callable[[], float] = time.monotonic) -> None:  # fmt: skip
        """Without `load` everything that is put stays in memory."""
        self.live = live
        self._load = load
        self._bounds = bounds
        self._clock = clock
        self._shelves: OrderedDict[str, _Shelf] = OrderedDict()
        self._lock = Lock()
        self._loading: dict[str, asyncio.Task[None]] = {}
        self._not_before: dict[str, float] = {}

    @property
    def current(self) -> SearchIndex:
        """The shared index."""
        return self.live.current

    def fresh(self, key: str = "") -> SearchIndex:
        """The view of a key as far as it is in memory, over what was built since. May take as long as laying it."""
        shared = self.live.fresh()
        shelf = self._shelf(key)
        return shelf.over(shared) if shelf else shared

    def view(self, key: str = "") -> SearchIndex:
        """The view of a key as far as it is in memory, without a look at the disk."""
        shelf = self._shelf(key)
        return shelf.over(self.live.current) if shelf else self.live.current

    async def opened(self, key: str = "") -> SearchIndex:
        """The view of a key, its entries loaded first. When that takes too long, what there is; the loading goes on."""
        if key and self._load and self._is_wanted(key):
            task = self._loading.get(key)
            if task is None:
                task = self._loading[key] = asyncio.create_task(self._bring(key, self._load))
                task.add_done_callback(lambda _: self._loading.pop(key, None))
            # Whoever asked may leave: the loading goes on for those who come after.
            await asyncio.wait({task}, timeout=self._bounds.patience_s)
            if task.done() and not task.cancelled():
                task.result()
        return await asyncio.to_thread(self.fresh, key)

    def laid(self, key: str, contents: Contents, beside: View | None = None) -> View:
        """The view that these contents would make: everything slow, and nothing that anybody sees. See `publish`.

        What was embedded for a view `beside`, made before and never published, is not embedded again.
        """
        if not key:
            raise ValueError("the key of nobody holds no entries")
        shelf, shared = self._shelf(key), self.live.current
        if beside and beside.shared is shared and replace(beside.contents, version=contents.version) == contents:
            return replace(beside, contents=contents)
        known = shelf.known(shared) if shelf else {}
        if beside and same_embedder(beside.shared, shared):
            known |= beside.vectors
        return laid(key, contents, shared, known)

    def publish(self, view: View) -> None:
        """Puts a view in the place of the key's present one, in one step, unless that is of a newer version."""
        with self._lock:
            before = self._shelves.get(view.key)
            if before and before.view.contents.version > view.contents.version:
                return
            self._set(view, before)

    def put(self, key: str, entries: Iterable[Entry], hidden: Iterable[str] = (), version: int = 0) -> SearchIndex:
        """Lays and publishes what a key has from now on; returns its view."""
        self.publish(made := self.laid(key, Contents(tuple(entries), frozenset(hidden), version)))
        return made.index

    def rollback(self, key: str) -> bool:
        """Puts back what was there before the last change; says whether there was anything. Embeds nothing."""
        shelf = self._shelf(key)
        if shelf is None or shelf.previous is None:
            return False
        version = shelf.view.contents.version
        self.publish(self.laid(key, replace(shelf.previous, version=version)))
        return True

    def drop(self, key: str) -> None:
        """Forgets what is in memory of a key; with a loader it is brought again when it is asked for."""
        with self._lock:
            self._shelves.pop(key, None)

    def compare(self, latest: Mapping[str, int]) -> None:
        """Takes note of the newest versions by key: what is older here is loaded again when it is next asked for."""
        with self._lock:
            for key, shelf in self._shelves.items():
                shelf.stale = latest.get(key, 0) != shelf.view.contents.version

    def contents(self, key: str) -> Contents | None:
        """What is in memory of a key, None when nothing is."""
        shelf = self._shelf(key)
        return shelf.view.contents if shelf else None

    def _shelf(self, key: str) -> _Shelf | None:
        with self._lock:
            shelf = self._shelves.get(key) if key else None
            if shelf:
                self._shelves.move_to_end(key)
            return shelf

    def _is_wanted(self, key: str) -> bool:
        shelf = self._shelf(key)
        return (shelf is None or shelf.stale) and self._clock() >= self._not_before.get(key, 0.0)

    async def _bring(self, key: str, load: Load) -> None:
        contents = await load(key)
        if contents is None:
            self._not_before[key] = self._clock() + self._bounds.retry_s
            return
        self._not_before.pop(key, None)
        view = await asyncio.to_thread(self.laid, key, contents)
        self._replace_stale(view)

    def _replace_stale(self, view: View) -> None:
        """What was loaded is the truth even where its version is lower: the key may have been forgotten and begun anew.

        Only what was put while it was being loaded, by a change of this process, is newer.
        """
        with self._lock:
            before = self._shelves.get(view.key)
            if before and not before.stale:
                return
            self._set(view, before)

    def _set(self, view: View, before: _Shelf | None) -> None:
        self._shelves[view.key] = _Shelf(view, before)
        self._shelves.move_to_end(view.key)
        self._make_room()

    def _make_room(self) -> None:
        """Lets go of what was not used for the longest time; never of the last one used."""
        if self._load is None:
            return
        full = [(key, len(one.view.contents.entries)) for key, one in self._shelves.items() if one.view.contents]
        entries = sum(count for _, count in full)
        for place, (key, count) in enumerate(full[:-1]):
            if len(full) - place <= self._bounds.keys and entries <= self._bounds.entries:
                break
            del self._shelves[key]
            entries -= count
        while len(self._shelves) > self._bounds.all_keys:
            self._shelves.popitem(last=False)
