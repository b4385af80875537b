"""Many people ask the product at once on the wire, some of them what a model has to write; what each of them saw, and when.

Knows no limits and judges nothing.
"""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

from discord_app.wired import Product, answered
from discord_wire.handles import Handle, Used
from discord_wire.people import Person
from discord_wire.state import Channel

from bot.tutor import tutor as engine
from corpus.load import load

ENTRIES = Path(__file__).parents[2] / "corpus" / "entries"
CHANNELS = 20
NOTES = (engine.UNFOUNDED, engine.BUSY, engine.FAILED)
WHOLE_S = 120.0


@dataclass(frozen=True, slots=True)
class Seen:
    """One person's answer: whether a model was to write it, its text, and seconds from the asking on.

    `acknowledged_s` is None for a message, which nothing acknowledges; `edits` counts what came after the first text.
    """

    written: bool
    text: str
    acknowledged_s: float | None
    first_s: float
    whole_s: float
    edits: int

    @property
    def note(self) -> str:
        """What the card says of how it came about; "" for nothing."""
        return next((one for one in NOTES if one in self.text), "")


class Crowd:
    """People in twenty channels, who never ask the same twice."""

    def __init__(self, tutor: Product, people: int) -> None:
        self._tutor = tutor
        guild = next(iter(tutor.discord.guilds.values()))
        self._channels = [
            tutor.discord.add_channel(Channel(tutor.discord.ids.new(), 0, f"room {one}", guild))
            for one in range(CHANNELS)
        ]
        self._people = [tutor.discord.person(f"person {one}") for one in range(people)]
        self._terms = cycle(sorted(entry.term for entry in load(ENTRIES)))

    async def ask(self) -> list[Seen]:
        """Everybody asks at once: seven in ten by command, two directly, one by a mention; half of it is to be written."""
        asked = [self._asks(number, person) for number, person in enumerate(self._people)]
        for handle in asked:
            await answered(handle, WHOLE_S)
        return [_seen(handle, written=bool(number % 2)) for number, handle in enumerate(asked)]

    def _asks(self, number: int, person: Person) -> Handle:
        term = next(self._terms)
        question = f"Is {term} still useful in transformers?" if number % 2 else f"What is {term}?"
        channel = self._channels[number % CHANNELS]
        if number % 10 in (3, 6):
            return person.dm(question)
        if number % 10 == 9 or number % 20 == 8:
            return person.say(channel, question, mention_bot=True) if number < 2 * CHANNELS else person.dm(question)
        return person.slash("ask", question=question, where=channel)


def _seen(handle: Handle, *, written: bool) -> Seen:
    acknowledged_s = handle.latency_s if isinstance(handle, Used) else None
    card = handle.shown[0]
    told = [at - handle.began_s for at, text in card.history if text]
    return Seen(written, handle.text, acknowledged_s, told[0], told[-1], len(told) - 1)


def percentiles(values: Sequence[float]) -> tuple[float, float]:
    """The middle one, and the one that 99 of a hundred do not exceed."""
    ordered = sorted(values)
    return statistics.median(ordered), ordered[min(len(ordered) - 1, int(0.99 * len(ordered)))]


def family(pid: int) -> Iterator[int]:
    """The process and what it started (Linux)."""
    yield pid
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in path.read_text("ascii").split():
            yield from family(int(child))


def resident_mb(pid: int) -> float:
    """The resident memory of one process in MB."""
    lines = Path(f"/proc/{pid}/status").read_text("ascii").splitlines()
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS")), 0.0)


async def loaded(tutor: Product) -> None:
    """Asks until the model's own text is what was judged: then it is loaded."""
    for number in range(20):
        asked = tutor.ada.slash("ask", question=f"How did dropout change the history of chess {number} times?")
        await answered(asked, WHOLE_S)
        if engine.FAILED not in asked.text and engine.BUSY not in asked.text:
            return
        await asyncio.sleep(1)
    raise AssertionError("the model was not loaded")
