"""The door Memory for tests of what has to be kept: in this process, or in a database on disk behind its guard."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from in_memory import InMemory

from bot.state.circuit_breaker import CircuitBreaker, Patience
from bot.state.database import Database
from bot.state.database_url import address
from bot.state.memory import Memory
from bot.state.values import Preferences, ServerSettings

KINDS = ["here", "sqlite"]
SLOW = Patience(answer_s=30, person_s=60)
"""Of a machine that has other things to do."""


@asynccontextmanager
async def opened(kind: str, folder: Path) -> AsyncIterator[Memory]:
    """One of KINDS; opened again over the same folder, a database knows what was kept."""
    if kind == "here":
        yield InMemory()
        return
    guarded = CircuitBreaker(Database(address("", folder)), SLOW)
    await guarded.start()
    try:
        yield guarded
    finally:
        await guarded.close()


class Away(InMemory):
    """A database that cannot be reached: nothing is known, nothing is kept, and it says so."""

    working = False

    async def prefer(self, user: int, preferences: Preferences) -> None:
        """Is not kept."""

    async def set_server(self, guild: int, settings: ServerSettings, by: int) -> None:
        """Is not kept."""

    async def forget(self, user: int) -> bool:
        """Has to be tried again."""
        return False

    async def export(self, user: int) -> dict[str, Any] | None:
        """Cannot be read."""
        return None
