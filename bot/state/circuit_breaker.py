"""Memory that never stands in an answer's way: when the database fails, defaults are given and nothing is kept.

One warning is logged, the database is tried again in growing intervals, and once it works everything goes on. Reading
and writing are switched off apart: a full disk can still be read. Knows no table; logs no text and no raw id.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any, TypeVar

from bot.state.database import Database
from bot.state.entries import GuildEntries
from bot.state.errors import StateError, StorageOff, Unkeepable
from bot.state.memory import MAX_TURNS
from bot.state.values import Change, Gap, Limits, Place, Preferences, ServerSettings, StoredAnswer, Verdict
from bot.state.write_queue import WriteQueue

log = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds: for what an answer waits for, for what a person asked for in person, and between two tries.

    `calm_s`: so long it has to work before a new failure is worth a new warning.
    """

    answer_s: float = 3.0
    person_s: float = 60.0
    first_retry_s: float = 1.0
    longest_retry_s: float = 60.0
    quiet_period_s: float = 120.0
    sweep_every_s: float = 3600.0
    close_s: float = 0.7


class CircuitBreaker:
    """The door Memory in front of a Database. Start it before use and close it at the end."""

    def __init__(self, database: Database, patience: Patience = Patience()) -> None:
        self._database = database
        self._patience = patience
        self._reads = self._writes = True
        self._damaged = False
        self._recovering: asyncio.Task[None] | None = None
        self._sweeping: asyncio.Task[None] | None = None
        self._retry_s = patience.first_retry_s
        self._worked_since = float("-inf")
        store = database.store
        spill = store.path.with_name(f"{store.path.name}.unsaved") if store.is_file else None
        self._paused: set[int] = set()
        self._queue = WriteQueue(self._write, spill, self._paused.__contains__)

    @property
    def working(self) -> bool:
        """Return whether what is kept now will be there later."""
        return self._reads and self._writes

    @property
    def entries(self) -> GuildEntries:
        """Return the servers' own entries, which do raise: an admin has to know what was not saved."""
        return self._database.entries

    async def start(self) -> None:
        """Opens the database, or goes on without it, and begins to delete what expires."""
        await self._try(self._database.open, None, writes=True, limit_s=self._patience.person_s)
        self._queue.start()
        self._sweeping = self._sweeping or asyncio.create_task(self._sweep_for_ever())

    async def close(self) -> None:
        """Writes what is still to be written, stops what goes on in the background and lets go of the database."""
        await self._queue.close(self._patience.close_s)
        for task in (self._recovering, self._sweeping):
            if task:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
        self._recovering = self._sweeping = None
        await self._database.close()

    async def preferences(self, user: int) -> Preferences:
        """Return how this person likes to be answered; the defaults while the database is away."""
        preferences = await self._try(lambda: self._database.preferences(user), Preferences())
        self._note_pause(user, preferences)
        return preferences

    def _note_pause(self, user: int, preferences: Preferences) -> None:
        (self._paused.add if preferences.paused else self._paused.discard)(user)

    async def prefer(self, user: int, preferences: Preferences) -> None:
        """Remembers a person's preferences."""
        await self._queue.all_written(self._patience.answer_s)  # what was asked before a pause is kept
        await self._try(lambda: self._database.prefer(user, preferences), None, writes=True)
        self._note_pause(user, preferences)

    async def server(self, guild: int) -> ServerSettings:
        """Return the settings of a server; the defaults while the database is away."""
        return await self._try(lambda: self._database.server(guild), ServerSettings())

    async def set_server(self, guild: int, settings: ServerSettings, by: int) -> None:
        """Changes a server's settings."""
        await self._try(lambda: self._database.set_server(guild, settings, by), None, writes=True)

    async def changes(self, guild: int, most: int = 50) -> Sequence[Change]:
        """Return the admin log of a server, newest first."""
        return await self._try(lambda: self._database.changes(guild, most), ())

    async def save(self, stored: StoredAnswer) -> None:
        """Keeps an answer: it is known at once, and written soon, together with others."""
        self._queue.add(stored)
        await asyncio.sleep(0)  # who saves much lets others work

    async def written(self, answer_id: str) -> None:
        """Waits until a saved answer is written; not longer than an answer may wait."""
        await self._queue.written(answer_id, self._patience.answer_s)

    async def answer(self, answer_id: str) -> StoredAnswer | None:
        """The answer with this id."""
        return self._queue.get(answer_id) or await self._try(lambda: self._database.answer(answer_id), None)

    async def recent(self, place: Place) -> Sequence[StoredAnswer]:
        """Return the last answers in a place, oldest first."""
        nothing: Sequence[StoredAnswer] = ()
        read = await self._try(lambda: self._database.recent(place), nothing)
        unwritten = self._queue.in_place(place)
        newest = {stored.id: stored for stored in (*read, *unwritten)}  # in the order of the first time
        return list(newest.values())[-MAX_TURNS:]

    async def judge(self, answer_id: str, user: int, helpful: bool) -> None:
        """Keeps a 👍 or 👎."""
        await self._queue.written(answer_id, self._patience.answer_s)
        await self._try(lambda: self._database.judge(answer_id, user, helpful), None, writes=True)

    async def allow(self, user: int, guild: int, limits: Limits) -> Verdict:
        """Takes a question from the allowances; while the database is away, from this process's own."""
        verdict = await self._try(lambda: self._database.allow(user, guild, limits), None, writes=True)
        now = datetime.now(UTC).timestamp()
        return verdict or self._database.buckets.take(user, guild, limits, now)

    async def gaps(self, guild: int | None = None) -> Sequence[Gap]:
        """Return what was asked and not answered well, oldest first."""
        await self._queue.all_written(self._patience.answer_s)
        return await self._try(lambda: self._database.gaps(guild), ())

    async def forget(self, user: int) -> bool:
        """Deletes everything about a person; False when it has to be tried again."""
        self._queue.forget(user)
        return await self._try(lambda: self._database.forget(user), False, writes=True, limit_s=self._patience.person_s)

    async def forget_guild(self, guild: int) -> bool:
        """Deletes everything about a server; False when it has to be tried again."""
        self._queue.forget_guild(guild)
        return await self._try(
            lambda: self._database.forget_guild(guild), False, writes=True, limit_s=self._patience.person_s
        )

    async def left_guild(self, guild: int) -> None:
        """Notes that a server removed the bot."""
        await self._try(lambda: self._database.left_guild(guild), None, writes=True)

    async def joined_guilds(self, guilds: Collection[int]) -> None:
        """Notes that the bot is in these servers."""
        await self._try(lambda: self._database.joined_guilds(guilds), None, writes=True)

    async def known_guilds(self) -> set[int]:
        """Return the servers about which something is kept and that are not noted as left."""
        return await self._try(self._database.known_guilds, set())

    async def export(self, user: int) -> dict[str, Any] | None:
        """Return everything about a person, as JSON takes it; None when it cannot be read just now."""
        await self._queue.all_written(self._patience.answer_s)
        return await self._try(lambda: self._database.export(user), None, limit_s=self._patience.person_s)

    async def _try(
        self, call: Callable[[], Awaitable[T]], default: T, *, writes: bool = False, limit_s: float = 0.0
    ) -> T:
        """Return what the call gives, or the default; a call that the database failed switches its side off."""
        if not (self._writes if writes else self._reads):
            return default
        try:
            async with asyncio.timeout(limit_s or self._patience.answer_s):
                return await self._with_reconnect(call)
        except Unkeepable:
            log.warning("a value could not be kept: the database refused it")
        except StorageOff as error:
            self._switch_off(error, writes=writes)
        except TimeoutError:
            self._switch_off(StorageOff("The database does not answer."), writes=writes)
        return default

    async def _write(self, several: Sequence[StoredAnswer]) -> bool:
        """Write answers together; False when the database is away. One that it refuses is written down and dropped."""
        if not self._writes:
            return False

        async def write() -> bool:
            await self._database.save_all(several)
            return True

        try:
            async with asyncio.timeout(self._patience.person_s):
                return await self._with_reconnect(write)
        except Unkeepable:
            if len(several) == 1:
                log.warning("a value could not be kept: the database refused it")
                return True
            return all([await self._write([stored]) for stored in several])
        except StorageOff as error:
            self._switch_off(error, writes=True)
        except TimeoutError:
            self._switch_off(StorageOff("The database does not answer."), writes=True)
        return False

    async def _with_reconnect(self, call: Callable[[], Awaitable[T]]) -> T:
        """Return the call; over a network a second time with new connections: a server that restarted has cut the old ones."""
        try:
            return await call()
        except StorageOff:
            if self._database.store.is_file:
                raise
            await self._database.close()
            return await call()

    def _switch_off(self, error: StorageOff, *, writes: bool) -> None:
        if self.working and monotonic() - self._worked_since > self._patience.quiet_period_s:
            self._retry_s = self._patience.first_retry_s
            log.warning("memory is off, answers go on: %s (%s)", error, _cause(error))
        self._writes = False
        self._reads = self._reads and writes
        self._damaged = self._damaged or error.damaged
        if not self._recovering or self._recovering.done():
            self._recovering = asyncio.create_task(self._recover())

    async def _recover(self) -> None:
        while not self.working:
            await asyncio.sleep(self._retry_s)
            self._retry_s = min(2 * self._retry_s, self._patience.longest_retry_s)
            try:
                async with asyncio.timeout(self._patience.person_s):
                    aside = await self._database.recover(damaged=self._damaged)
            except (StateError, TimeoutError, OSError) as error:
                self._damaged = self._damaged or (isinstance(error, StorageOff) and error.damaged)
                log.info("memory is still off (%s)", _cause(error))
                continue
            self._reads = self._writes = True
            self._damaged = False
            self._worked_since = monotonic()
            log.info("memory works again%s", f"; the damaged file is now {aside.name}" if aside else "")

    async def _sweep_for_ever(self) -> None:
        """Deletes what has expired, in one of the processes that share the database."""
        every = timedelta(seconds=self._patience.sweep_every_s)
        while True:
            if await self._try(lambda: self._database.claims("sweep", every), False, writes=True):
                swept = await self._try(
                    self._database.sweep, None, writes=True, limit_s=max(self._patience.person_s, every.total_seconds())
                )
                log.info("expired and deleted: %s", swept)
            await asyncio.sleep(every.total_seconds())


def _cause(error: BaseException) -> str:
    """Return the kind of the first cause. Its words may hold what people wrote."""
    cause = error.__cause__ or error
    first = getattr(cause, "orig", None) or cause
    return type(first).__name__
