"""The only door to the database's engine: connections, transactions, and foreign errors as ours.

Knows no table. SQLite writes ahead (WAL) and one transaction at a time; a killed process loses none that was done.
"""

import asyncio
import os
import sqlite3
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from filelock import FileLock
from sqlalchemy import URL, Connection, event, exc
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.state import schema
from bot.state.errors import StorageOff, Unkeepable

BUSY_S = 2.0
"""How long SQLite waits for another process that writes."""

_DAMAGE = ("SQLITE_CORRUPT", "SQLITE_NOTADB")
_REFUSED = (exc.DataError, exc.IntegrityError, OverflowError, ValueError)
"""Of a value, not of the database; asyncpg's word for a number that is too large is a ValueError."""

_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=NORMAL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=FAST",
    "PRAGMA cache_size=-16384",  # KiB
    "PRAGMA journal_size_limit=67108864",
)


@dataclass(slots=True)
class _Open:
    """An engine and how many are at it: one that is let go is disposed of by whoever leaves it last."""

    engine: AsyncEngine
    users: int = 0
    let_go: bool = False

    async def dispose(self) -> None:
        self.let_go = True
        if not self.users:
            await self.engine.dispose()


class Store:
    """One database. Opened when it is first used; every failure of it is a StorageOff."""

    def __init__(self, url: URL) -> None:
        self.url = url
        self.is_file = url.drivername.startswith("sqlite")
        self._engine: _Open | None = None
        self._opening = asyncio.Lock()
        self._writing = asyncio.Lock()

    @property
    def path(self) -> Path:
        """Return the file of an SQLite database."""
        return Path(str(self.url.database))

    async def open(self) -> None:
        """Opens the database and brings its tables up to date. Raises StorageOff, StorageTooNew."""
        async with self._opening:
            if self._engine is None:
                engine = self._made()
                try:
                    with _translated(self.url.drivername):
                        await self._prepare(engine)
                except BaseException:
                    await engine.dispose()
                    raise
                self._engine = _Open(engine)

    async def close(self) -> None:
        """Lets go of every connection; the next use opens the database again."""
        async with self._opening:
            opened, self._engine = self._engine, None
            if opened:
                await opened.dispose()

    @asynccontextmanager
    async def reading(self) -> AsyncGenerator[AsyncConnection, None]:
        """Return a connection that reads what is committed. Raises StorageOff."""
        async with self._connected("read") as connection:
            yield connection

    @asynccontextmanager
    async def snapshot(self) -> AsyncGenerator[AsyncConnection, None]:
        """Return a connection that sees one state of the database from beginning to end. Raises StorageOff."""
        async with self._connected("snapshot") as connection:
            yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncGenerator[AsyncConnection, None]:
        """Return a transaction: everything or, after an error, nothing. Raises StorageOff, Unkeepable."""
        async with self._turn(), self._connected("write") as connection, connection.begin():
            yield connection

    @asynccontextmanager
    async def _turn(self) -> AsyncGenerator[None, None]:
        """SQLite has one writer. Waiting here costs nothing; SQLite's own waiting sleeps."""
        if not self.is_file:
            yield
            return
        async with self._writing:
            yield

    @asynccontextmanager
    async def _connected(self, purpose: str) -> AsyncGenerator[AsyncConnection, None]:
        await self.open()
        opened = self._engine
        if opened is None:
            raise _off()
        opened.users += 1
        try:
            with _translated(self.url.drivername):
                async with opened.engine.execution_options(**self._options(purpose)).connect() as connection:
                    yield connection
        finally:
            opened.users -= 1
            if opened.let_go:
                await opened.dispose()

    def _options(self, purpose: str) -> dict[str, Any]:
        if self.is_file:
            return {"purpose": purpose}
        options: dict[str, dict[str, Any]] = {
            "read": {"isolation_level": "AUTOCOMMIT"},
            "snapshot": {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
        }
        return options.get(purpose, {})

    def _made(self) -> AsyncEngine:
        if not self.is_file:
            return create_async_engine(
                self.url, hide_parameters=True, pool_pre_ping=True, pool_size=8, connect_args={"timeout": BUSY_S}
            )
        engine = create_async_engine(self.url, hide_parameters=True, pool_size=4, connect_args={"timeout": BUSY_S})
        event.listen(engine.sync_engine, "connect", _configure)
        event.listen(engine.sync_engine, "begin", _begin)
        return engine

    async def _prepare(self, engine: AsyncEngine) -> None:
        if not self.is_file:
            await _up_to_date(engine)
            return
        await asyncio.to_thread(_private_file, self.path)
        # Two processes that make the same file at once would find it locked while it changes to WAL.
        async with _locked(self.path):
            await _up_to_date(engine.execution_options(purpose="write"))

    @asynccontextmanager
    async def writing_much(self) -> AsyncGenerator[AsyncConnection, None]:
        """Return the same for a change of many rows: SQLite may hold 128 MiB of them, or it would write the same pages often."""
        async with self._turn(), self._connected("write") as connection:
            try:
                async with connection.begin():
                    # What is written is put in its place by tidy(), which nobody waits for, not by this transaction's end.
                    await self._set(connection, cache_size=-131_072, wal_autocheckpoint=0)
                    yield connection
            finally:
                await self._set(connection, cache_size=-16_384, wal_autocheckpoint=1000)

    async def _set(self, connection: AsyncConnection, **pragmas: int) -> None:
        if self.is_file:
            for name, value in pragmas.items():
                await connection.exec_driver_sql(f"PRAGMA {name}={value}")

    async def tidy(self) -> None:
        """After a deletion: writes the log of an SQLite database back and empties it: older pages may be in it."""
        if self.is_file:
            async with self._turn(), self._connected("read") as connection:
                await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    async def set_aside(self) -> Path | None:
        """Moves a damaged file and what belongs to it aside; returns its new name, None when it is not damaged."""
        await self.close()
        async with _locked(self.path):
            return await asyncio.to_thread(_set_aside, self.path)


async def _up_to_date(engine: AsyncEngine) -> None:
    """Looks first: what is locked or full can still be read."""
    async with engine.execution_options(purpose="read").connect() as connection:
        if await connection.run_sync(schema.revision) == schema.HEAD:
            return
    async with engine.begin() as connection:
        await connection.run_sync(schema.upgrade)


def _configure(connection: Any, _: object) -> None:
    connection.isolation_level = None  # transactions begin where we say, see _begin
    cursor = connection.cursor()
    try:
        for pragma in _PRAGMAS:
            cursor.execute(pragma)
    except BaseException:
        connection.close()  # the pool drops a connection that it could not configure without closing it
        raise
    cursor.close()


def _begin(connection: Connection) -> None:
    """Return a transaction that writes takes the lock at once: taken later, SQLite would refuse instead of waiting."""
    statement = {"write": "BEGIN IMMEDIATE", "snapshot": "BEGIN"}.get(
        connection.get_execution_options().get("purpose", "read")
    )
    if statement:
        connection.exec_driver_sql(statement)


def _private_file(path: Path) -> None:
    """Makes the folder and an empty file that only this user can read; an existing one stays as it is."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


@asynccontextmanager
async def _locked(path: Path) -> AsyncGenerator[None, None]:
    lock = FileLock(path.with_name(path.name + ".lock"), timeout=10 * BUSY_S, thread_local=False)
    await asyncio.to_thread(lock.acquire)
    try:
        yield
    finally:
        lock.release()


def _set_aside(path: Path) -> Path | None:
    if not _is_damaged(path):
        return None
    aside = path.with_name(f"{path.name}.damaged-{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}")
    for end in ("", "-wal", "-shm"):
        part = path.with_name(path.name + end)
        if part.exists():
            part.rename(aside.with_name(aside.name + end))
    return aside


def _is_damaged(path: Path) -> bool:
    if not path.exists():
        return False
    connection = sqlite3.connect(path, timeout=BUSY_S)
    try:
        return bool(connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",))
    except sqlite3.DatabaseError as error:
        return error.sqlite_errorname.startswith(_DAMAGE)
    finally:
        connection.close()


@contextmanager
def _translated(driver: str) -> Iterator[None]:
    try:
        yield
    except _failures(driver) as error:
        if any(isinstance(cause, _REFUSED) for cause in _chain(error)):
            raise Unkeepable("This cannot be kept as it is: the database refused the value.") from error
        raise _off(damaged=any(_damage(cause) for cause in _chain(error))) from error


@cache
def _failures(driver: str) -> tuple[type[BaseException], ...]:
    """Return what a driver raises when its database fails. asyncpg's own errors come through while it connects."""
    common = (exc.SQLAlchemyError, sqlite3.Error, OSError, TimeoutError, OverflowError)
    if not driver.startswith("postgresql"):
        return common
    import asyncpg

    return (*common, asyncpg.PostgresError, asyncpg.InterfaceError)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Return the error and what it came from, down to the driver's own."""
    while error is not None:
        yield error
        error = getattr(error, "orig", None) or error.__cause__


def _damage(error: BaseException) -> bool:
    return (getattr(error, "sqlite_errorname", None) or "").startswith(_DAMAGE)


def _off(*, damaged: bool = False) -> StorageOff:
    return StorageOff("What is kept cannot be reached just now. Try again in a minute.", damaged=damaged)
