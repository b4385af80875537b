"""A message that grows: the newest card is shown at the pace that Discord allows, and the last one always arrives.

Knows no Discord: a MessageTarget is anything that can show a card.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Protocol

from bot.discord_app.cards.answer_card import Card
from bot.discord_app.http.edit_throttle import EditThrottle

log = logging.getLogger(__name__)

MAX_LAST_TRIES = 6
"""How often the last edit is tried when Discord fails."""

DRAW_S = 30.0
"""How long one edit may take before it counts as refused."""

NextCard = Card | Callable[[], Card]
"""A card, or what makes it: of the many that come while a model writes only the drawn ones are made."""


class Gone(Exception):
    """The message, its channel or the right to write there is gone: nothing can be shown any more."""


class NotNow(Exception):
    """Discord refuses for the moment; `retry_after_s` says for how long."""

    def __init__(self, retry_after_s: float) -> None:
        super().__init__(f"again in {retry_after_s} s")
        self.retry_after_s = retry_after_s


class MessageTarget(Protocol):
    """One message. `draw` shows a card in place of what it showed before. Raises Gone and NotNow."""

    async def draw(self, card: Card) -> None:
        """Shows the card."""
        ...


class StreamingMessage:
    """Draws the newest card on a message, one at a time and never faster than the pace."""

    def __init__(
        self, target: MessageTarget, throttle: EditThrottle | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._canvas, self._pace, self._clock = target, throttle or EditThrottle(), clock
        self._newest: NextCard | None = None
        self._shown: Card | None = None
        self._drawing: asyncio.Task[None] | None = None
        self._one = asyncio.Lock()
        self._finishing = False
        self.gone = asyncio.Event()
        self.edits = 0

    def show(self, card: NextCard) -> None:
        """Shows a card as soon as the pace allows it, unless a newer one comes before; nothing after the last card."""
        if self._finishing or self.gone.is_set():
            return
        self._newest = card
        if self._drawing is None or self._drawing.done():
            self._drawing = asyncio.create_task(self._draw_newest())

    async def finish(self, card: Card) -> None:
        """Shows the last card, whatever was to be shown before. Raises Gone when there is nothing left to show it on."""
        self._finishing, self._newest = True, None
        if self._drawing:
            await asyncio.wait([self._drawing])
        for _ in range(MAX_LAST_TRIES):
            if self.gone.is_set():
                raise Gone
            if await self._drawn(card):
                return
        raise Gone

    async def _draw_newest(self) -> None:
        """Draws until nothing newer is there. What goes wrong here is noted: the last card tells the person."""
        try:
            while self._newest:
                await self._paced()
                newest, self._newest = self._newest, None
                if newest is None:  # the last card came meanwhile
                    return
                card = newest if isinstance(newest, Card) else newest()
                if card != self._shown and not await self._drawn(card) and not self._finishing:
                    self._newest = self._newest or newest
        except Gone:
            log.info("a growing card found its place gone")
        except Exception:
            log.exception("a growing card could not be drawn")

    async def _drawn(self, card: Card) -> bool:
        """Draws a card when the pace allows it; False when Discord refuses for the moment. Raises Gone."""
        async with self._one:
            await self._paced()
            try:
                async with asyncio.timeout(DRAW_S):
                    await self._canvas.draw(card)
            except NotNow as refused:
                self._pace.refused(refused.retry_after_s, self._clock())
                return False
            except TimeoutError:
                self._pace.refused(0.0, self._clock())
                return False
            except Gone:
                self.gone.set()
                raise
            self.edits, self._shown = self.edits + 1, card
            self._pace.edited(self._clock())
            return True

    async def _paced(self) -> None:
        await asyncio.sleep(self._pace.wait_s(self._clock()))
