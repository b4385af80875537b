"""From where servers' entries are kept to where they are searched: read, loaded when asked for, watched for changes.

Knows the storage and the views; no Discord, and nothing of how an entry comes about.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Protocol

from bot.state.errors import StorageOff
from bot.state.values import Change, GuildEntry
from corpus.entry import Entry, Origin
from corpus.errors import CorpusError
from corpus.glossary import folded
from corpus.native_format import read as native
from index.per_server import Load, Shelves
from index.server_overlay import Contents

log = logging.getLogger(__name__)

WATCH_S = 1.0
FILE = "this server's glossary"
"""What a citation of a server's entry points at."""


class Storage(Protocol):
    """Where a server's entries are kept, with every version. Methods raise StateError."""

    async def of(self, guild: int) -> list[GuildEntry]:
        """Return the entries of a server as they are now."""
        ...

    async def latest(self) -> dict[int, int]:
        """Return the latest change by server."""
        ...

    async def write(
        self, guild: int, texts: Mapping[str, str | None], by: int, expected: Mapping[str, int] | None = None
    ) -> Change:
        """Writes and removes entries, all or none."""
        ...

    async def undo(self, guild: int, change: int, by: int) -> Change:
        """Brings back what was before a change."""
        ...

    async def history(self, guild: int, slug: str = "", most: int = 50) -> list[GuildEntry]:
        """Versions, newest first."""
        ...


@dataclass(frozen=True, slots=True)
class Own:
    """A server's entries as they are stored, and each as it reads; one that cannot be read stands only in `rows`."""

    rows: dict[str, GuildEntry]
    entries: dict[str, Entry]

    def named(self, name: str) -> Entry | None:
        """Return the entry with this term or alias, or this slug."""
        wanted = folded(name)
        found = (one for slug, one in self.entries.items() if slug == name or wanted in map(folded, one.names))
        return next(found, None)


def loader(storage: Storage) -> Load:
    """Brings a server's entries to its view; None while the storage does not answer."""

    async def load(key: str) -> Contents | None:
        try:
            version = (await storage.latest()).get(int(key), 0)
            rows = await storage.of(int(key)) if version else []
        except StorageOff:
            return None
        own = await asyncio.to_thread(read_rows, rows)
        return Contents(tuple(own.entries.values()), version=version)

    return load


async def watch(storage: Storage, shelves: Shelves, every_s: float = WATCH_S) -> None:
    """Takes note of what other processes change, for ever."""
    while True:
        with suppress(StorageOff):  # the guard of the storage has said so
            shelves.compare({str(guild): change for guild, change in (await storage.latest()).items()})
        await asyncio.sleep(every_s)


def read_rows(rows: Sequence[GuildEntry]) -> Own:
    """Return the rows with what each says; what cannot be read is passed over with a line in the log."""
    entries = {}
    for row in rows:
        try:
            made = native.entry(row.text)
        except CorpusError:
            log.warning("an entry of a server, written by change %d, cannot be read", row.change)
            continue
        entries[row.slug] = replace(made, origin=Origin(FILE))
    return Own({row.slug: row for row in rows}, entries)
