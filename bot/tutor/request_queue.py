"""Puts a generator behind a fair queue: streams wait their turn, share identical work and can be closed at any time.

Deciding who is next is fair_scheduling.py's. Knows no model, no question and no surface. One event loop, no threads.
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
from bot.tutor.fair_scheduling import Asker, Capacity, Change, FairQueue, Ticket
from bot.tutor.generator import Generator, Limits, Message


@dataclass(slots=True, eq=False)
class _Generation:
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
    generation: _Generation | None = None
    failure: GenerationError | None = None
    alarm: asyncio.TimerHandle | None = None

    def quiet(self) -> None:
        if self.alarm:
            self.alarm.cancel()
            self.alarm = None


class RequestQueue:
    """A generator with a fair queue before it. `clock` gives seconds that never go back."""

    def __init__(
        self, generator: Generator, capacity: Capacity | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._generator = generator
        self._clock = clock
        self._queue = FairQueue(capacity or Capacity())
        self._listeners: dict[Ticket, _Listener] = {}
        self._generations: dict[int, _Generation] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        # A cancelled generation gives its place in the queue back at once; the next one begins when it has closed.
        self._slots = asyncio.Semaphore(self._queue.capacity.at_once)
        self._closed = False

    async def stream(
        self, messages: Sequence[Message], limits: Limits, asker: Asker
    ) -> AsyncGenerator[Waiting | Text, None]:
        """Yield Waiting whenever the position changes, then the text from its start; closing it leaves nothing behind.

        Pieces that a slow reader has not taken yet come as one. Raises ModelBusy when it would wait or has waited too
        long, ModelUnavailable when the queue is closed, Replaced when the same person asks something else, and what
        the generator raises.
        """
        listener = self._enter(tuple(messages), limits, asker)
        reported_position = pieces_sent = 0
        try:
            while True:
                listener.wake.clear()
                generation = listener.generation
                if listener.failure:
                    raise listener.failure
                if generation is None and listener.position != reported_position:
                    reported_position = listener.position
                    yield Waiting(reported_position)
                elif generation and pieces_sent < len(generation.pieces):
                    text, pieces_sent = "".join(generation.pieces[pieces_sent:]), len(generation.pieces)
                    yield Text(text)
                elif generation and generation.ended:
                    if generation.failure:
                        raise generation.failure
                    return
                else:
                    await listener.wake.wait()
        finally:
            await self._leave(listener)

    async def close(self) -> None:
        """Break off everything that runs or waits, and takes nothing on from now on."""
        self._closed = True
        # Those that wait go first, so that none of them is begun in passing.
        for listener in sorted(self._listeners.values(), key=lambda listener: listener.generation is not None):
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
        if listener.generation is None:
            self._set_alarm(listener)
        return listener

    async def _leave(self, listener: _Listener) -> None:
        self._forget(listener)
        if cancelled := self._apply(self._queue.leave(listener.ticket, self._clock())):
            await asyncio.wait(cancelled)

    def _dismiss(self, listener: _Listener, failure: GenerationError) -> None:
        """Take the ticket away; the stream raises `failure` when it is next asked for something."""
        self._fail(listener, failure)
        self._apply(self._queue.leave(listener.ticket, self._clock()))

    def _fail(self, listener: _Listener, failure: GenerationError) -> None:
        self._forget(listener)
        listener.failure = failure
        listener.wake.set()

    def _forget(self, listener: _Listener) -> None:
        listener.quiet()
        self._listeners.pop(listener.ticket, None)
        if listener.generation:
            listener.generation.listeners.discard(listener)

    def _apply(self, change: Change) -> list[asyncio.Task[None]]:
        """Do what the queue decided; return the tasks that were cancelled by it."""
        cancelled = list(self._cancel(change.abandoned))
        for ticket in change.replaced:
            self._fail(self._listeners[ticket], Replaced("A newer question of yours took the place of this one."))
        for ticket, number in change.answered:
            self._answer(self._listeners[ticket], number)
        self._report_positions()
        return cancelled

    def _cancel(self, numbers: Iterable[int]) -> Iterable[asyncio.Task[None]]:
        for number in numbers:
            if task := self._generations.pop(number).task:
                task.cancel()
                yield task

    def _answer(self, listener: _Listener, number: int) -> None:
        listener.quiet()
        generation = self._generations.get(number)
        if generation is None:
            generation = self._generations[number] = _Generation()
            generation.task = asyncio.create_task(self._write(generation, listener.messages, listener.limits))
            self._tasks.add(generation.task)
            generation.task.add_done_callback(partial(self._ended, number, generation))
        generation.listeners.add(listener)
        listener.generation = generation
        listener.wake.set()

    def _report_positions(self) -> None:
        for ticket, turn in self._queue.turns(self._clock()).items():
            listener = self._listeners[ticket]
            if listener.position != turn.position:
                listener.position = turn.position
                listener.wake.set()

    async def _write(self, generation: _Generation, messages: Sequence[Message], limits: Limits) -> None:
        async with self._slots, aclosing(self._generator.stream(messages, limits)) as pieces:
            async for piece in pieces:
                generation.add(piece)

    def _ended(self, number: int, generation: _Generation, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        generation.ended = True
        generation.failure = ModelFailed("The model broke off. Ask again.") if task.cancelled() else task.exception()
        for listener in generation.listeners:
            self._listeners.pop(listener.ticket, None)
        generation.wake()
        if self._generations.pop(number, None):
            self._apply(self._queue.finish(number, self._clock()))

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
            if (listener := self._listeners.get(ticket)) and listener.generation is None:
                self._dismiss(listener, ModelBusy("The model was busy for too long. Ask again in a minute."))
