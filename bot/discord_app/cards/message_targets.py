"""Cards on Discord's messages: the response of an interaction, or an ordinary message. Translates Discord's refusals."""

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import discord

from bot.discord_app.cards import texts as words
from bot.discord_app.cards.answer_card import Button, Card
from bot.discord_app.cards.components import view_of
from bot.discord_app.cards.custom_id import Action, Press
from bot.discord_app.cards.streaming_message import Canvas, Gone, NotNow
from bot.discord_app.discord_text.latex_images import FormulaImages
from bot.discord_app.http.edit_throttle import Pace
from bot.discord_app.http.rate_limits import BROKEN_LINE, paced

log = logging.getLogger(__name__)

TOKEN_EXPIRED = {50027, 10015, 10062}
"""Invalid webhook token, unknown webhook, unknown interaction: after fifteen minutes the message is ours no more."""

RETRY_S = 2.0

Message = discord.Message | discord.InteractionMessage


@dataclass(slots=True)
class ResponseCanvas:
    """The response of a deferred interaction; when its token has expired, an ordinary message instead.

    `before` is called before the first card is drawn. `lost`: there is no response to draw on from the beginning.
    """

    interaction: discord.Interaction
    formulas: FormulaImages
    private: bool = False
    pace: Pace | None = None
    before: Callable[[], None] | None = None
    lost: bool = False
    _drawn: discord.InteractionMessage | None = None
    _after: "MessageCanvas | None" = None

    async def draw(self, card: Card) -> None:
        """Shows the card. Raises Gone and NotNow."""
        if not self.lost:
            await self._draw(card)
        if self.lost:
            await self._draw_after(card)

    async def _draw(self, card: Card) -> None:
        view, files = await view_of(card, self.formulas)
        if self.before and not self._drawn:
            self.before()
        try:
            with paced(self.pace):
                self._drawn = await self.interaction.edit_original_response(view=view, attachments=files)
        except discord.HTTPException as error:
            if error.code not in TOKEN_EXPIRED:
                raise _translated(error) from error
            log.info("an interaction's token had expired: code %s", error.code)
            self.lost = True
        except BROKEN_LINE as error:
            raise _broken(error) from error

    async def _draw_after(self, card: Card) -> None:
        """Draws a message in the same place; what was private, and what may not stand there, goes to the person directly."""
        if self._after:
            await self._after.draw(card)
            return
        person, channel = self.interaction.user, self.interaction.channel
        if not self.private and isinstance(channel, discord.abc.Messageable):
            try:
                await self._draw_in(channel, card)
            except Gone:
                log.info("an answer goes to the person, since its channel takes none")
                await self._draw_in(person, card)
        else:
            await self._draw_in(person, card)

    async def _draw_in(self, place: discord.abc.Messageable, card: Card) -> None:
        canvas = MessageCanvas(place, self.formulas, pace=self.pace)
        await canvas.draw(card)
        self._after = canvas
        await self._clear()

    async def _clear(self) -> None:
        """Takes away what was drawn while the token was good: it would stay half an answer for ever."""
        if self._drawn is None or self.private:
            return
        channel = self.interaction.client.get_partial_messageable(self._drawn.channel.id)
        try:
            await channel.get_partial_message(self._drawn.id).delete()
        except (discord.HTTPException, *BROKEN_LINE) as error:
            log.info("half an answer could not be taken away: %r", error)


@dataclass(slots=True)
class MessageCanvas:
    """An ordinary message of ours; the first card sends it, the later ones edit it.

    `sending` is told its nonce before it goes out, `sent` its id.
    """

    place: discord.abc.Messageable
    formulas: FormulaImages
    reply_to: discord.Message | None = None
    pace: Pace | None = None
    sending: Callable[[str], None] | None = None
    sent: Callable[[int], None] | None = None
    message: Message | None = None
    _nonce: str = ""

    async def draw(self, card: Card) -> None:
        """Shows the card. Raises Gone and NotNow."""
        view, files = await view_of(card, self.formulas)
        # The same nonce again: when a send is tried twice, Discord makes one message of it.
        self._nonce = self._nonce or secrets.token_hex(12)
        try:
            with paced(self.pace):
                if self.message:
                    self.message = await self.message.edit(view=view, attachments=files)
                    return
                if self.sending:
                    self.sending(self._nonce)
                answered: Any = self.reply_to.to_reference(fail_if_not_exists=False) if self.reply_to else None
                self.message = await self.place.send(view=view, files=files, nonce=self._nonce, reference=answered)
        except discord.HTTPException as error:
            raise _translated(error) from error
        except BROKEN_LINE as error:
            raise _broken(error) from error
        if self.sent:
            self.sent(self.message.id)


@dataclass(slots=True)
class Overheard:
    """A canvas whose cards say that nobody called for them, with a button that anybody may press."""

    canvas: Canvas
    answer: str

    async def draw(self, card: Card) -> None:
        """Shows the card. Raises Gone and NotNow."""
        footer = "\n".join(part for part in (card.footer, words.LISTENING) if part)
        dismiss = (Button("Dismiss", Press(Action.DISMISS, self.answer).custom_id),)
        await self.canvas.draw(replace(card, footer=footer, rows=(*card.rows, dismiss)))


def _broken(error: Exception) -> NotNow:
    """The line to Discord broke: the card is drawn again, which does no harm where it had arrived."""
    log.info("the line broke while a card was drawn: %r", error)
    return NotNow(RETRY_S)


def _translated(error: discord.HTTPException) -> Gone | NotNow:
    """What a refusal means: nothing to write on any more, or not now."""
    log.info("Discord refused a card: status %s, code %s", error.status, error.code)
    if error.status == 429 or error.status >= 500:
        return NotNow(float(getattr(error, "retry_after", RETRY_S)))
    return Gone()
