"""Answers on their way into the database: known at once, written soon, many in one transaction.

A crowd's answers are written together, and no card waits for a disk. While the database is away they wait here and, where
there is a place for it, in a small file that only this user can read: it is read again at the next start. Knows no table.
"""

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from bot.state.serialization import answer_to_spill
from bot.state.values import Place, StoredAnswer

log = logging.getLogger(__name__)

MAX_BATCH = 64
"""Answers in one transaction."""

MAX_WAITING = 2_000
"""Answers that wait for the database; of more the oldest are given up."""

RETRY_S = 0.5
"""How long after a write that failed the next one is tried."""

Write = Callable[[Sequence[StoredAnswer]], Awaitable[bool]]
"""Writes answers together; False when the database is away."""

_STORED = TypeAdapter(StoredAnswer)


class WriteQueue:
    """What is to be written, by id: the newest state of an answer takes the place of an older one."""

    def __init__(
        self, write: Write, spill: Path | None = None, is_hidden: Callable[[int], bool] = lambda _: False
    ) -> None:
        """`is_hidden`: whether a person has paused the memory: what is to be dropped in the database is not shown before."""
        self._write = write
        self._spill = spill
        self._is_hidden = is_hidden
        self._waiting: dict[str, StoredAnswer] = {}
        self._writing: dict[str, StoredAnswer] = {}
        self._done: dict[str, asyncio.Event] = {}
        self._something = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._spilled = False

    def start(self) -> None:
        """Read what an earlier process could not write, and begin to write."""
        for stored in self._read_spill():
            self._waiting.setdefault(stored.id, stored)
            self._something.set()
        self._spilled = bool(self._waiting)
        self._begin()

    def add(self, stored: StoredAnswer) -> None:
        """Take an answer to be written."""
        self._waiting[stored.id] = replace(stored, question=replace(stored.question, history=()))
        while len(self._waiting) > MAX_WAITING:
            del self._waiting[next(iter(self._waiting))]
        if self._spilled:
            self._append([stored])
        self._something.set()
        self._begin()

    def get(self, answer_id: str) -> StoredAnswer | None:
        """Return an answer that is not written yet."""
        stored = self._waiting.get(answer_id) or self._writing.get(answer_id)
        return None if stored is None or self._is_hidden(stored.user) else stored

    def in_place(self, place: Place) -> list[StoredAnswer]:
        """Return the answers in a place that are not written yet, oldest first."""
        unwritten = {**self._writing, **self._waiting}
        return [stored for stored in unwritten.values() if stored.place == place and not self._is_hidden(stored.user)]

    async def written(self, answer_id: str, within_s: float) -> None:
        """Wait until an answer is written or spilled."""
        if answer_id not in self._waiting and answer_id not in self._writing:
            return
        done = self._done.setdefault(answer_id, asyncio.Event())
        with suppress(TimeoutError):
            await asyncio.wait_for(done.wait(), within_s)

    async def all_written(self, within_s: float) -> None:
        """Wait until nothing that is here now is unwritten."""
        await asyncio.gather(*(self.written(answer_id, within_s) for answer_id in [*self._writing, *self._waiting]))

    def forget(self, user: int) -> None:
        """Drop what is to be written about a person."""
        self._drop(lambda stored: stored.user == user)

    def forget_guild(self, guild: int) -> None:
        """Drop what is to be written about a server."""
        self._drop(lambda stored: stored.place.guild == guild)

    async def close(self, within_s: float) -> None:
        """Write what is left, and spill what cannot be written."""
        await self.all_written(within_s)
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None
        if left := [*self._writing.values(), *self._waiting.values()]:
            self._rewrite_spill(left)

    def _begin(self) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        while True:
            await self._something.wait()
            self._something.clear()
            await asyncio.sleep(0)  # what comes in the same turn of the loop is written together
            while self._waiting:
                batch = dict(list(self._waiting.items())[:MAX_BATCH])
                for answer_id in batch:
                    del self._waiting[answer_id]
                self._writing = batch
                if await self._write(list(batch.values())):
                    self._writing = {}
                    self._tell(batch)
                else:
                    self._writing = {}
                    self._waiting = {**batch, **self._waiting}
                    self._spill_all()
                    await asyncio.sleep(RETRY_S)
            if self._spilled:
                self._remove_spill()

    def _tell(self, answers: Iterator[str] | dict[str, StoredAnswer]) -> None:
        for answer_id in answers:
            if done := self._done.pop(answer_id, None):
                done.set()

    def _drop(self, is_meant: Callable[[StoredAnswer], bool]) -> None:
        self._waiting = {name: stored for name, stored in self._waiting.items() if not is_meant(stored)}
        if self._spilled:
            self._rewrite_spill(list(self._waiting.values()))

    def _spill_all(self) -> None:
        if not self._spilled:
            self._rewrite_spill(list(self._waiting.values()))
        self._tell(dict(self._waiting))

    def _rewrite_spill(self, answers: Sequence[StoredAnswer]) -> None:
        self._remove_spill()
        self._append(answers)

    def _append(self, answers: Sequence[StoredAnswer]) -> None:
        if self._spill is None:
            return
        try:
            file = os.open(self._spill, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            with os.fdopen(file, "a", encoding="utf-8") as lines:
                lines.writelines(
                    f"{answer_to_spill(stored)}\n" for stored in answers if not self._is_hidden(stored.user)
                )
            self._spilled = True
        except OSError as error:
            log.info("answers that cannot be written could not be put aside either: %s", type(error).__name__)

    def _remove_spill(self) -> None:
        self._spilled = False
        if self._spill:
            with suppress(OSError):
                self._spill.unlink(missing_ok=True)

    def _read_spill(self) -> list[StoredAnswer]:
        if self._spill is None or not self._spill.exists():
            return []
        answers = {}
        for line in self._spill.read_text("utf-8", "replace").splitlines():
            with suppress(ValidationError):
                stored = _STORED.validate_json(line)
                answers[stored.id] = stored
        return list(answers.values())
