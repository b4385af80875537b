"""One order for each card: of several presses on a card, and edits of its question, the last one wins.

An earlier one stops, and never draws over a later one. Knows no Discord; a press is a number that grows with time.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bot.discord_app.cards.streaming_message import Gone

MAX_CARDS = 1_000
"""Cards whose order is remembered, those used last."""


@dataclass(slots=True)
class _Card:
    newest: int = 0
    drawing: asyncio.Lock = field(default_factory=asyncio.Lock)
    stop: Callable[[], object] | None = None


class CardClaim:
    """The right of one press to draw on a card, until a later press claims the card."""

    def __init__(self, card: _Card, press: int) -> None:
        self._card = card
        self._press = press

    @property
    def is_newest(self) -> bool:
        """Return whether no later press has claimed the card."""
        return self._press >= self._card.newest

    def when_superseded(self, stop: Callable[[], object]) -> None:
        """Call `stop` when a later press claims the card."""
        if self.is_newest:
            self._card.stop = stop
        else:
            stop()

    @asynccontextmanager
    async def drawing(self) -> AsyncGenerator[None, None]:
        """Hold the card while it is drawn. Raises Gone when a later press has it."""
        async with self._card.drawing:
            if not self.is_newest:
                raise Gone("superseded")
            yield


class CardOrder:
    """The newest press of each card."""

    def __init__(self) -> None:
        self._cards: OrderedDict[int, _Card] = OrderedDict()

    def claim(self, card: int, press: int) -> CardClaim:
        """Claim a card for a press; an earlier one stops. A press that comes after a later one has no right to draw."""
        claimed = self._cards.setdefault(card, _Card())
        self._cards.move_to_end(card)
        while len(self._cards) > MAX_CARDS:
            self._cards.popitem(last=False)
        if press >= claimed.newest:
            claimed.newest = press
            stop, claimed.stop = claimed.stop, None
            if stop:
                stop()
        return CardClaim(claimed, press)
