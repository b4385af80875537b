"""Acknowledging comes before answering: Discord waits three seconds for the one, people wait longer for the other.

Knows no Discord. An acknowledgement is urgent; the work of answers waits while one is under way, but not for ever, and
only some of it is done at a time.
"""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

MAX_AT_WORK = 8
"""Answers that are looked up at one time; more would only share the processor, and hold up the loop together."""

MAX_WAIT_S = 1.5
"""How long the work of an answer waits for acknowledgements: longer, and a steady crowd would never be answered."""


class Priority:
    """Lets urgent things go first."""

    def __init__(self) -> None:
        self._urgent = 0
        self._quiet = asyncio.Event()
        self._quiet.set()
        self._slots = asyncio.Semaphore(MAX_AT_WORK)

    @contextmanager
    def urgent(self) -> Iterator[None]:
        """Do something that work has to wait for."""
        self._urgent += 1
        self._quiet.clear()
        try:
            yield
        finally:
            self._urgent -= 1
            if not self._urgent:
                self._quiet.set()

    @asynccontextmanager
    async def work(self) -> AsyncGenerator[None, None]:
        """Do a part of an answer once nothing urgent is under way and a place is free."""
        async with self._slots:
            if not self._quiet.is_set():
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._quiet.wait(), MAX_WAIT_S)
            yield
