"""Memory that never stands in an answer's way: when the database fails, defaults are given and nothing is kept.

One warning is logged, the database is tried again in growing intervals, and once it works everything goes on. Reading
and writing are switched off apart: a full disk can still be read. Knows no table; logs no text and no raw id.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any, TypeVar

from bot.state.database import Database
from bot.state.entries import GuildEntries
from bot.state.errors import StateError, StorageOff, Unkeepable
from bot.state.pseudonym import Pseudonyms
from bot.state.values import Change, Gap, Kept, Limits, Place, Preferences, ServerSettings, Verdict

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
    calm_s: float = 120.0
    sweep_every_s: float = 3600.0


class Guarded:
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
        self.names = Pseudonyms()

    @property
    def working(self) -> bool:
        """Whether what is kept now will be there later."""
        return self._reads and self._writes

    @property
    def entries(self) -> GuildEntries:
        """The servers' own entries, which do raise: an admin has to know what was not saved."""
        return self._database.entries

    async def start(self) -> None:
        """Opens the database, or goes on without it, and begins to delete what expires."""
        salt = await self._try(self._database.salt, b"", writes=True, limit_s=self._patience.person_s)
        self.names = Pseudonyms(salt) if salt else self.names
        self._sweeping = self._sweeping or asyncio.create_task(self._sweep_for_ever())

    async def close(self) -> None:
        """Stops what goes on in the background and lets go of the database."""
        for task in (self._recovering, self._sweeping):
            if task:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
        self._recovering = self._sweeping = None
        await self._database.close()

    async def preferences(self, user: int) -> Preferences:
        """How this person likes to be answered; the defaults while the database is away."""
        return await self._try(lambda: self._database.preferences(user), Preferences())

    async def prefer(self, user: int, preferences: Preferences) -> None:
        """Remembers a person's preferences."""
        await self._try(lambda: self._database.prefer(user, preferences), None, writes=True)

    async def server(self, guild: int) -> ServerSettings:
        """The settings of a server; the defaults while the database is away."""
        return await self._try(lambda: self._database.server(guild), ServerSettings())

    async def set_server(self, guild: int, settings: ServerSettings, by: int) -> None:
        """Changes a server's settings."""
        await self._try(lambda: self._database.set_server(guild, settings, by), None, writes=True)

    async def changes(self, guild: int, most: int = 50) -> Sequence[Change]:
        """The admin log of a server, newest first."""
        return await self._try(lambda: self._database.changes(guild, most), ())

    async def keep(self, kept: Kept) -> None:
        """Keeps an answer."""
        await self._try(lambda: self._database.keep(kept), None, writes=True)

    async def answer(self, answer_id: str) -> Kept | None:
        """The answer with this id."""
        return await self._try(lambda: self._database.answer(answer_id), None)

    async def recent(self, place: Place) -> Sequence[Kept]:
        """The last answers in a place, oldest first."""
        return await self._try(lambda: self._database.recent(place), ())

    async def unfinished(self) -> Sequence[Kept]:
        """The answers that a crash left in the middle."""
        return await self._try(self._database.unfinished, ())

    async def judge(self, answer_id: str, user: int, helpful: bool) -> None:
        """Keeps a 👍 or 👎."""
        await self._try(lambda: self._database.judge(answer_id, user, helpful), None, writes=True)

    async def allow(self, user: int, guild: int, limits: Limits) -> Verdict:
        """Takes a question from the allowances; while the database is away, from this process's own."""
        verdict = await self._try(lambda: self._database.allow(user, guild, limits), None, writes=True)
        now = datetime.now(UTC).timestamp()
        return verdict or self._database.buckets.take(user, guild, limits, now)

    async def gaps(self, guild: int | None = None) -> Sequence[Gap]:
        """What was asked and not answered well, oldest first."""
        return await self._try(lambda: self._database.gaps(guild), ())

    async def forget(self, user: int) -> bool:
        """Deletes everything about a person; False when it has to be tried again."""
        return await self._try(lambda: self._database.forget(user), False, writes=True, limit_s=self._patience.person_s)

    async def forget_guild(self, guild: int) -> bool:
        """Deletes everything about a server; False when it has to be tried again."""

        async def forget() -> bool:
            await self._database.forget_guild(guild)
            return True

        return await self._try(forget, False, writes=True, limit_s=self._patience.person_s)

    async def export(self, user: int) -> dict[str, Any] | None:
        """Everything about a person, as JSON takes it; None when it cannot be read just now."""
        return await self._try(lambda: self._database.export(user), None, limit_s=self._patience.person_s)

    async def _try(
        self, call: Callable[[], Awaitable[T]], default: T, *, writes: bool = False, limit_s: float = 0.0
    ) -> T:
        """What the call gives, or the default; a call that the database failed switches its side off."""
        if not (self._writes if writes else self._reads):
            return default
        try:
            async with asyncio.timeout(limit_s or self._patience.answer_s):
                return await self._anew(call)
        except Unkeepable:
            log.warning("a value could not be kept: the database refused it")
        except StorageOff as error:
            self._switch_off(error, writes=writes)
        except TimeoutError:
            self._switch_off(StorageOff("The database does not answer."), writes=writes)
        return default

    async def _anew(self, call: Callable[[], Awaitable[T]]) -> T:
        """The call; over a network a second time with new connections: a server that restarted has cut the old ones."""
        try:
            return await call()
        except StorageOff:
            if self._database.store.is_file:
                raise
            await self._database.close()
            return await call()

    def _switch_off(self, error: StorageOff, *, writes: bool) -> None:
        if self.working and monotonic() - self._worked_since > self._patience.calm_s:
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
    """The kind of the first cause. Its words may hold what people wrote."""
    cause = error.__cause__ or error
    first = getattr(cause, "orig", None) or cause
    return type(first).__name__
