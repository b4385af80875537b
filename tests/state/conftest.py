"""The same tests over every implementation: SQLite and PostgreSQL; the door Memory also over this process's memory."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from in_memory import InMemory
from postgres_server import MISSING, PostgresServer, binaries
from state_samples import Clock

from bot.state.circuit_breaker import CircuitBreaker
from bot.state.database import Database
from bot.state.database_url import address
from bot.state.memory import Memory


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    if not binaries():
        pytest.skip(MISSING)
    server = PostgresServer.started()
    yield server
    server.remove()


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of either kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'data' / 'memory.sqlite'}"
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.new_database()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def database(database_url: str, clock: Clock, tmp_path: Path) -> AsyncIterator[Database]:
    async with opened(database_url, clock) as made:
        yield made


@asynccontextmanager
async def opened(url: str, clock: Clock) -> AsyncIterator[Database]:
    made = Database(address(url, Path()), clock=clock)
    try:
        yield made
    finally:
        await made.close()


@pytest.fixture(params=["here", "sqlite", "postgres"])
async def memory(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Memory]:
    """The door, three times. The real clock: what is kept in this process knows no other."""
    if request.param == "here":
        yield InMemory()
        return
    url = f"sqlite:///{tmp_path / 'memory.sqlite'}"
    if request.param == "postgres":
        url = request.getfixturevalue("postgres").new_database()
    guarded = CircuitBreaker(Database(address(url, tmp_path)))
    await guarded.start()
    yield guarded
    await guarded.close()
