"""What is kept, in a database: the door Memory, and what admins and the command line need besides.

Raises StorageOff when the database fails; circuit_breaker.py turns that into defaults, so that answers go on.
"""

import asyncio
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import URL, delete

from bot.state import allowance, answers, jobs, privacy
from bot.state import preferences as people
from bot.state.buckets import Buckets
from bot.state.dialect import hurry, insert, one_at_a_time
from bot.state.entries import GuildEntries
from bot.state.errors import StateError
from bot.state.memory import GRACE_DAYS
from bot.state.store import Store
from bot.state.tables import installation
from bot.state.values import Change, Gap, Limits, Place, Preferences, ServerSettings, StoredAnswer, Swept, Verdict

KEEP_DAYS = 30
_MAX_FORGOTTEN = 1_000
_PROBE = "x" * 65_536
_NEVER = datetime.min.replace(tzinfo=UTC)


class Database:
    """Everything that is kept in one database. Opened, and its tables brought up to date, when it is first used."""

    def __init__(
        self, url: URL, keep_days: int = KEEP_DAYS, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self.store = Store(url)
        self.entries = GuildEntries(self.store, clock)
        self.keep_days = keep_days
        self.buckets = Buckets()
        self._clock = clock
        self._forgotten: dict[int, datetime] = {}
        self._tidying: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Opens the database. Raises StorageOff, StorageTooNew."""
        await self.store.open()

    async def close(self) -> None:
        """Lets go of the database."""
        if self._tidying:
            await self._tidying
        await self.store.close()

    async def preferences(self, user: int) -> Preferences:
        """Return how this person likes to be answered."""
        async with self.store.reading() as connection:
            return await people.preferences(connection, user)

    async def prefer(self, user: int, preferences: Preferences) -> None:
        """Remembers a person's preferences."""
        async with self.store.writing() as connection:
            await people.prefer(connection, user, preferences, self._clock())

    async def server(self, guild: int) -> ServerSettings:
        """Return the settings of a server."""
        async with self.store.reading() as connection:
            return await people.server(connection, guild)

    async def set_server(self, guild: int, settings: ServerSettings, by: int) -> None:
        """Changes a server's settings and writes down who did."""
        async with self.store.writing() as connection:
            await people.set_server(connection, guild, settings, by, self._clock())

    async def changes(self, guild: int, most: int = 50) -> Sequence[Change]:
        """Return the admin log of a server, newest first."""
        async with self.store.reading() as connection:
            return await people.changes(connection, guild, most)

    async def save(self, stored: StoredAnswer) -> None:
        """Keeps an answer, unless its asker paused the memory, or was forgotten after the question."""
        await self.save_all([stored])

    async def save_all(self, several: Sequence[StoredAnswer]) -> None:
        """Keeps several answers in one transaction."""
        async with self.store.writing() as connection:
            # In the order of their people, so that two processes never wait for each other.
            for user in sorted({stored.user for stored in several}):
                await one_at_a_time(connection, user, hurried=True)
            for stored in several:
                if stored.at > self._forgotten.get(stored.user, _NEVER):
                    await answers.save(connection, stored)

    async def answer(self, answer_id: str) -> StoredAnswer | None:
        """Return the answer with this id."""
        async with self.store.reading() as connection:
            return await answers.answer(connection, answer_id, self._expiry())

    async def recent(self, place: Place) -> Sequence[StoredAnswer]:
        """Return the last answers in a place, oldest first."""
        async with self.store.reading() as connection:
            return await answers.recent(connection, place.channel, self._expiry())

    async def judge(self, answer_id: str, user: int, helpful: bool) -> None:
        """Keeps a 👍 or 👎."""
        async with self.store.writing() as connection:
            await answers.judge(connection, answer_id, user, helpful, self._clock())

    async def gaps(self, guild: int | None = None) -> Sequence[Gap]:
        """Return the gaps of a server, 0 for direct messages, None for all; oldest first."""
        async with self.store.reading() as connection:
            return await answers.left_gaps(connection, guild, self._expiry())

    async def allow(self, user: int, guild: int, limits: Limits) -> Verdict:
        """Takes a question from the person's allowance and the server's, or from neither."""
        now = self._clock().timestamp()
        if not (limits.user or limits.guild):
            return Verdict()
        with suppress(_NotAllowed):
            async with self.store.writing() as connection:
                await hurry(connection)
                verdict = await allowance.take(connection, user, guild, limits, now)
                if verdict and not verdict.allowed:
                    raise _NotAllowed  # takes back a token that one of two buckets gave
        return verdict or self.buckets.take(user, guild, limits, now)

    async def forget(self, user: int) -> bool:
        """Deletes everything about a person, now; what is still being answered to them is not kept either."""
        self._forgotten.pop(user, None)
        self._forgotten[user] = self._clock()
        while len(self._forgotten) > _MAX_FORGOTTEN:
            del self._forgotten[next(iter(self._forgotten))]
        self.buckets.forget(user)
        async with self.store.writing_much() as connection:
            await one_at_a_time(connection, user)  # what is just being kept about them is kept first, and then deleted
            await privacy.forget(connection, user)
        self._tidying = asyncio.create_task(self._tidy())
        return True

    async def _tidy(self) -> None:
        with suppress(StateError):  # the next checkpoint does it
            await self.store.tidy()

    async def forget_guild(self, guild: int) -> bool:
        """Deletes everything about a server, now."""
        async with self.store.writing_much() as connection:
            await privacy.forget_guild(connection, guild)
        return True

    async def left_guild(self, guild: int) -> None:
        """Notes that a server removed the bot."""
        async with self.store.writing() as connection:
            await privacy.leave(connection, guild, self._clock())

    async def joined_guilds(self, guilds: Collection[int]) -> None:
        """Notes that the bot is in these servers: nothing about them is deleted."""
        async with self.store.writing() as connection:
            await privacy.stay(connection, guilds)

    async def known_guilds(self) -> set[int]:
        """Return the servers about which something is kept and that are not noted as left."""
        async with self.store.reading() as connection:
            return await privacy.known_guilds(connection)

    async def export(self, user: int) -> dict[str, Any]:
        """Return everything about a person, as JSON takes it."""
        async with self.store.snapshot() as connection:
            return await privacy.export(connection, user)

    async def sweep(self) -> Swept:
        """Deletes what has expired, a little at a time."""
        now, before = self._clock(), self._expiry()
        answers_gone = 0
        while some := await self._swept_turns(before):
            answers_gone += some
            await asyncio.sleep(0)  # others may write in between
        async with self.store.writing() as connection:
            gaps_gone = await privacy.sweep_gaps(connection, before)
            buckets, lines = await privacy.sweep_rest(connection, now, before)
        return Swept(answers_gone, gaps_gone, buckets, lines, await self._sweep_guilds(now))

    async def _sweep_guilds(self, now: datetime) -> int:
        async with self.store.reading() as connection:
            gone = await privacy.long_left(connection, now - timedelta(days=GRACE_DAYS))
        for guild in gone:
            await self.forget_guild(guild)
        return len(gone)

    async def _swept_turns(self, before: datetime) -> int:
        async with self.store.writing() as connection:
            return await privacy.sweep_turns(connection, before)

    async def claims(self, job: str, every: timedelta) -> bool:
        """Return whether this process, of all that share the database, does a job now."""
        async with self.store.writing() as connection:
            return await jobs.claim(connection, job, every, self._clock())

    async def probe(self) -> None:
        """Writes something of some size and deletes it: whether there is room again. Raises StorageOff."""
        async with self.store.writing() as connection:
            row = {"name": "probe", "value": _PROBE}
            statement = insert(connection, installation).values(**row)
            await connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=row))
        async with self.store.writing() as connection:
            await connection.execute(delete(installation).where(installation.c.name == "probe"))

    async def recover(self, *, damaged: bool) -> Path | None:
        """Opens the database anew; a damaged file is moved aside first, and its new name returned. Raises StorageOff."""
        aside = await self.store.set_aside() if damaged and self.store.is_file else None
        await self.store.close()
        await self.store.open()
        await self.probe()
        return aside

    def _expiry(self) -> datetime:
        return self._clock() - timedelta(days=self.keep_days)


class _NotAllowed(Exception):
    """Rolls a transaction back."""
