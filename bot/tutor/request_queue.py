"""Puts a generator behind the fair queue: streams that wait their turn, share identical work and can be closed anytime.

Deciding who is next is fair_queue.py's. Knows no model, no question and no surface. One event loop, no threads.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256

from bot.tutor.errors import GenerationError, ModelBusy, ModelFailed, ModelUnavailable, Replaced
from bot.tutor.events import Text, Waiting
from bot.tutor.fair_scheduling import Asker, Capacity, Change, FairQueue, Load, Ticket
from bot.tutor.generator import Generator, Limits, Message


@dataclass(slots=True, eq=False)
class _Writing:
    """One generation: its text so far, and everybody who listens."""

    task: asyncio.Task[None] | None = None
    pieces: list[str] = field(default_factory=list)
    listeners: set["_Listener"] = field(default_factory=set)
    ended: bool = False
    failure: BaseException | None = None

    def add(self, piece: str) -> None:
        self.pieces.append(piece)
        self.wake()

    def wake(self) -> None:
        for listener in self.listeners:
            listener.wake.set()


@dataclass(slots=True, eq=False)
class _Listener:
    """One stream. It holds its ticket until the generation ends; after that it only reads what is left."""

    ticket: Ticket
    messages: tuple[Message, ...]
    limits: Limits
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    position: int = 0
    writing: _Writing | None = None
    failure: GenerationError | None = None
    alarm: asyncio.TimerHandle | None = None

    def quiet(self) -> None:
        if self.alarm:
            self.alarm.cancel()
            self.alarm = None


class Schedule:
    """A generator with a fair queue before it. `clock` gives seconds that never go back."""

    def __init__(
        self, generator: Generator, capacity: Capacity | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._generator = generator
        self._clock = clock
        self._queue = FairQueue(capacity or Capacity())
        self._listeners: dict[Ticket, _Listener] = {}
        self._writings: dict[int, _Writing] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        # A cancelled generation gives its place in the queue back at once; the next one begins when it has closed.
        self._slots = asyncio.Semaphore(self._queue.capacity.at_once)
        self._closed = False

    @property
    def load(self) -> Load:
        """How busy it is now."""
        return self._queue.load(self._clock())

    async def stream(
        self, messages: Sequence[Message], limits: Limits, asker: Asker
    ) -> AsyncGenerator[Waiting | Text, None]:
        """Waiting whenever the position changes, then the text from its start; closing it leaves nothing behind.

        Pieces that a slow reader has not taken yet come as one. Raises ModelBusy when it would wait or has waited too
        long, ModelUnavailable when the schedule is closed, Replaced when the same person asks something else, and what
        the generator raises.
        """
        listener = self._enter(tuple(messages), limits, asker)
        told = heard = 0
        try:
            while True:
                listener.wake.clear()
                writing = listener.writing
                if listener.failure:
                    raise listener.failure
                if writing is None and listener.position != told:
                    told = listener.position
                    yield Waiting(told)
                elif writing and heard < len(writing.pieces):
                    text, heard = "".join(writing.pieces[heard:]), len(writing.pieces)
                    yield Text(text)
                elif writing and writing.ended:
                    if writing.failure:
                        raise writing.failure
                    return
                else:
                    await listener.wake.wait()
        finally:
            await self._leave(listener)

    async def close(self) -> None:
        """Breaks off everything that runs or waits, and takes nothing on from now on."""
        self._closed = True
        # Those that wait go first, so that none of them is begun in passing.
        for listener in sorted(self._listeners.values(), key=lambda one: one.writing is not None):
            self._dismiss(listener, ModelUnavailable("The tutor is shutting down. Ask again when it is back."))
        if self._tasks:
            await asyncio.wait(self._tasks)

    def _enter(self, messages: tuple[Message, ...], limits: Limits, asker: Asker) -> _Listener:
        if self._closed:
            raise ModelUnavailable("The tutor is shutting down. Ask again when it is back.")
        key = sha256(repr((messages, limits)).encode("utf-8", "surrogatepass")).hexdigest()
        self._shed()
        ticket, change = self._queue.enter(asker, key, self._clock())
        listener = self._listeners[ticket] = _Listener(ticket, messages, limits)
        self._apply(change)
        if listener.writing is None:
            self._set_alarm(listener)
        return listener

    async def _leave(self, listener: _Listener) -> None:
        self._forget(listener)
        if cancelled := self._apply(self._queue.leave(listener.ticket, self._clock())):
            await asyncio.wait(cancelled)

    def _dismiss(self, listener: _Listener, failure: GenerationError) -> None:
        """Takes the ticket away; the stream raises `failure` when it is next asked for something."""
        self._tell(listener, failure)
        self._apply(self._queue.leave(listener.ticket, self._clock()))

    def _tell(self, listener: _Listener, failure: GenerationError) -> None:
        self._forget(listener)
        listener.failure = failure
        listener.wake.set()

    def _forget(self, listener: _Listener) -> None:
        listener.quiet()
        self._listeners.pop(listener.ticket, None)
        if listener.writing:
            listener.writing.listeners.discard(listener)

    def _apply(self, change: Change) -> list[asyncio.Task[None]]:
        """Does what the queue decided; the tasks that were cancelled by it."""
        cancelled = list(self._cancel(change.abandoned))
        for ticket in change.replaced:
            self._tell(self._listeners[ticket], Replaced("A newer question of yours took the place of this one."))
        for ticket, generation in change.answered:
            self._answer(self._listeners[ticket], generation)
        self._tell_positions()
        return cancelled

    def _cancel(self, generations: Iterable[int]) -> Iterable[asyncio.Task[None]]:
        for generation in generations:
            if task := self._writings.pop(generation).task:
                task.cancel()
                yield task

    def _answer(self, listener: _Listener, generation: int) -> None:
        listener.quiet()
        writing = self._writings.get(generation)
        if writing is None:
            writing = self._writings[generation] = _Writing()
            writing.task = asyncio.create_task(self._write(writing, listener.messages, listener.limits))
            self._tasks.add(writing.task)
            writing.task.add_done_callback(partial(self._ended, generation, writing))
        writing.listeners.add(listener)
        listener.writing = writing
        listener.wake.set()

    def _tell_positions(self) -> None:
        for ticket, turn in self._queue.turns(self._clock()).items():
            listener = self._listeners[ticket]
            if listener.position != turn.position:
                listener.position = turn.position
                listener.wake.set()

    async def _write(self, writing: _Writing, messages: Sequence[Message], limits: Limits) -> None:
        async with self._slots, aclosing(self._generator.stream(messages, limits)) as pieces:
            async for piece in pieces:
                writing.add(piece)

    def _ended(self, generation: int, writing: _Writing, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        writing.ended = True
        writing.failure = ModelFailed("The model broke off. Ask again.") if task.cancelled() else task.exception()
        for listener in writing.listeners:
            self._listeners.pop(listener.ticket, None)
        writing.wake()
        if self._writings.pop(generation, None):
            self._apply(self._queue.finish(generation, self._clock()))

    def _set_alarm(self, listener: _Listener) -> None:
        now_s = self._clock()
        left_s = listener.ticket.entered_s + self._queue.capacity.longest_wait_s - now_s
        listener.alarm = asyncio.get_running_loop().call_later(max(left_s, 0.001), self._alarmed, listener)

    def _alarmed(self, listener: _Listener) -> None:
        self._shed()
        if listener.ticket in self._listeners:  # the loop's clock may be a little ahead of ours
            self._set_alarm(listener)

    def _shed(self) -> None:
        for ticket in self._queue.overdue(self._clock()):
            # It may have been let in when the one before it went.
            if (listener := self._listeners.get(ticket)) and listener.writing is None:
                self._dismiss(listener, ModelBusy("The model was busy for too long. Ask again in a minute."))
