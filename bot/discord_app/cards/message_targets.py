"""Cards on Discord's messages: the response of an interaction, or an ordinary message. Translates Discord's refusals."""

import logging
import secrets
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any, TypeVar

import discord
from discord import ui

from bot.discord_app.cards import texts
from bot.discord_app.cards.answer_card import Button, Card
from bot.discord_app.cards.card_order import CardClaim
from bot.discord_app.cards.components import view_of
from bot.discord_app.cards.custom_id import Action, Press
from bot.discord_app.cards.streaming_message import Gone, MessageTarget, NotNow
from bot.discord_app.discord_text.latex_images import FormulaImages
from bot.discord_app.http.edit_throttle import EditThrottle
from bot.discord_app.http.rate_limits import BROKEN_LINE, throttled

log = logging.getLogger(__name__)
T = TypeVar("T")

TOKEN_EXPIRED = {50027, 10015, 10062}
"""Invalid webhook token, unknown webhook, unknown interaction: after fifteen minutes the message is ours no more."""

EDITED_TOO_OFTEN = 30046
"""Discord takes only so many edits of a message that is older than an hour, and says so as a 429."""

RETRY_S = 2.0

MAX_ATTEMPTS = 2
"""Times that a pressed card is tried to be changed before the answer goes below it."""

NO_MENTIONS = discord.AllowedMentions.none()
"""Goes with everything that is sent and edited: an edit without it could ping."""

Message = discord.Message | discord.InteractionMessage


@dataclass(slots=True)
class ResponseTarget:
    """The response of a deferred interaction.

    When its token has expired, an ordinary message instead. When it is a card that was pressed (`in_place`) and cannot
    be changed, a private message below it. `before` is called before the first card is drawn. `lost`: there is no
    response to draw on from the beginning. `claim`: the right to draw on the pressed card.
    """

    interaction: discord.Interaction
    formulas: FormulaImages
    private: bool = False
    throttle: EditThrottle | None = None
    before: Callable[[], None] | None = None
    lost: bool = False
    in_place: bool = False
    claim: CardClaim | None = None
    _drawn: discord.InteractionMessage | None = None
    _attempts: int = 0
    _follow_up: discord.WebhookMessage | None = None
    _instead: "ChannelTarget | None" = None

    async def draw(self, card: Card) -> None:
        """Show the card. Raises Gone and NotNow."""
        async with _claimed(self.claim):
            if not self.lost:
                await self._draw(card)
            if self.lost:
                await self._draw_instead(card)

    async def _draw(self, card: Card) -> None:
        if self.before and not self._drawn:
            self.before()
        self._attempts += 1
        if self.in_place and self._attempts > MAX_ATTEMPTS and not self._follow_up:
            await self._send_follow_up(card)
            return
        try:
            with throttled(self.throttle):
                if self._follow_up:
                    await self._edit_follow_up(card)
                else:
                    self._drawn = await _with_or_without_files(card, self.formulas, self._edit_response)
            self._attempts = 0
        except discord.HTTPException as error:
            if error.code in TOKEN_EXPIRED:
                log.info("an interaction's token had expired: code %s", error.code)
                self.lost = True
            elif self.in_place and not self._follow_up and _is_final(error):
                log.info("a pressed card cannot be changed: code %s", error.code)
                await self._send_follow_up(card)
            else:
                raise _translated(error) from error
        except BROKEN_LINE as error:
            raise _broken(error) from error

    async def _edit_response(self, view: ui.LayoutView, files: list[discord.File]) -> discord.InteractionMessage:
        return await self.interaction.edit_original_response(view=view, attachments=files, allowed_mentions=NO_MENTIONS)

    async def _send_follow_up(self, card: Card) -> None:
        """Answer privately below a card that cannot be changed."""

        async def send(view: ui.LayoutView, files: list[discord.File]) -> discord.WebhookMessage:
            return await self.interaction.followup.send(
                view=view, files=files, ephemeral=True, wait=True, allowed_mentions=NO_MENTIONS
            )

        try:
            self._follow_up = await _with_or_without_files(card, self.formulas, send)
        except discord.HTTPException as error:
            raise _translated(error) from error

    async def _edit_follow_up(self, card: Card) -> None:
        follow_up = self._follow_up

        async def edit(view: ui.LayoutView, files: list[discord.File]) -> object:
            return follow_up and await follow_up.edit(view=view, attachments=files, allowed_mentions=NO_MENTIONS)

        await _with_or_without_files(card, self.formulas, edit)

    async def _draw_instead(self, card: Card) -> None:
        """Draw a message in the same place; what was private, and what may not stand there, goes to the person."""
        if self._instead:
            await self._instead.draw(card)
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
        target = ChannelTarget(place, self.formulas, throttle=self.throttle)
        await target.draw(card)
        self._instead = target
        await self._clear()

    async def _clear(self) -> None:
        """Take away what was drawn while the token was good: it would stay half an answer for ever."""
        if self._drawn is None or self.private:
            return
        channel = self.interaction.client.get_partial_messageable(self._drawn.channel.id)
        try:
            await channel.get_partial_message(self._drawn.id).delete()
        except (discord.HTTPException, *BROKEN_LINE) as error:
            log.info("half an answer could not be taken away: %r", error)


@dataclass(slots=True)
class ChannelTarget:
    """An ordinary message of ours; the first card sends it, the later ones edit it.

    `sending` is told its nonce before it goes out, `sent` its id. `claim`: the right to draw on it.
    """

    place: discord.abc.Messageable
    formulas: FormulaImages
    reply_to: discord.Message | None = None
    throttle: EditThrottle | None = None
    sending: Callable[[str], None] | None = None
    sent: Callable[[int], None] | None = None
    message: Message | None = None
    claim: CardClaim | None = None
    _nonce: str = ""

    async def draw(self, card: Card) -> None:
        """Show the card. Raises Gone and NotNow."""
        async with _claimed(self.claim):
            # The same nonce again: when a send is tried twice, Discord makes one message of it.
            self._nonce = self._nonce or secrets.token_hex(12)
            was_sent = self.message is not None
            try:
                with throttled(self.throttle):
                    await _with_or_without_files(card, self.formulas, self._edit if was_sent else self._send)
            except discord.HTTPException as error:
                raise _translated(error) from error
            except BROKEN_LINE as error:
                raise _broken(error) from error
            if self.sent and self.message and not was_sent:
                self.sent(self.message.id)

    async def _edit(self, view: ui.LayoutView, files: list[discord.File]) -> None:
        if self.message:
            self.message = await self.message.edit(view=view, attachments=files, allowed_mentions=NO_MENTIONS)

    async def _send(self, view: ui.LayoutView, files: list[discord.File]) -> None:
        if self.sending:
            self.sending(self._nonce)
        answered: Any = self.reply_to.to_reference(fail_if_not_exists=False) if self.reply_to else None
        self.message = await self.place.send(
            view=view, files=files, nonce=self._nonce, reference=answered, allowed_mentions=NO_MENTIONS
        )


@dataclass(slots=True)
class UnsolicitedTarget:
    """A target whose cards say that nobody called for them, with a button that anybody may press."""

    target: MessageTarget
    answer: str

    async def draw(self, card: Card) -> None:
        """Show the card. Raises Gone and NotNow."""
        footer = "\n".join(part for part in (card.footer, texts.LISTENING) if part)
        dismiss = (Button("Dismiss", Press(Action.DISMISS, self.answer).custom_id),)
        await self.target.draw(replace(card, footer=footer, rows=(*card.rows, dismiss)))


@asynccontextmanager
async def _claimed(claim: CardClaim | None) -> AsyncGenerator[None, None]:
    if claim is None:
        yield
        return
    async with claim.drawing():
        yield


async def _with_or_without_files(
    card: Card, formulas: FormulaImages, put: Callable[[ui.LayoutView, list[discord.File]], Awaitable[T]]
) -> T:
    """Put a card somewhere; where its pictures are refused, again with the formulas as text."""
    view, files = await view_of(card, formulas)
    try:
        return await put(view, files)
    except KeyError as error:  # discord.py, of a 429 that does not say how long to wait
        raise NotNow(RETRY_S) from error
    except discord.HTTPException as error:
        if not files or not _is_final(error) or error.code in TOKEN_EXPIRED:
            raise
        log.info("pictures were refused: status %s, code %s", error.status, error.code)
        note = texts.NO_PICTURES if error.status == HTTPStatus.FORBIDDEN else ""
        footer = "\n".join(part for part in (card.footer, note) if part)
        view, _ = await view_of(replace(card, footer=footer), None)
        return await put(view, [])


def _is_final(error: discord.HTTPException) -> bool:
    """Return whether the same request would be refused again."""
    return error.code == EDITED_TOO_OFTEN or (error.status != 429 and error.status < 500)


def _broken(error: Exception) -> NotNow:
    """The line to Discord broke: the card is drawn again, which does no harm where it had arrived."""
    log.info("the line broke while a card was drawn: %r", error)
    return NotNow(RETRY_S)


def _translated(error: discord.HTTPException) -> Gone | NotNow:
    """Return what a refusal means: nothing to write on any more, or not now."""
    log.info("Discord refused a card: status %s, code %s", error.status, error.code)
    if not _is_final(error):
        return NotNow(float(getattr(error, "retry_after", RETRY_S)))
    return Gone(f"code {error.code}")
