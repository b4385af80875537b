"""Ends the cards that an earlier process left in the middle: none stays "thinking", none shows half an answer."""

import logging
import secrets
import time
from typing import Any, cast

import discord
from discord import ui

from bot.discord_app.answers.pending import TOKEN_LIFE_S, PendingAnswer, PendingAnswers
from bot.discord_app.cards import answer_card, texts
from bot.discord_app.cards.components import view_of
from bot.discord_app.cards.message_targets import NO_MENTIONS
from bot.discord_app.discord_text.latex_images import FormulaImages
from bot.discord_app.http.rate_limits import BROKEN_LINE
from bot.state.memory import Memory

log = logging.getLogger(__name__)


async def end(client: discord.Client, pending: PendingAnswers, formulas: FormulaImages, memory: Memory) -> None:
    """Say on each pending card that it was interrupted, and offer Retry; a message without a reply gets one now."""
    for begun in pending.left():
        # An unanswered response says by itself that it failed once its token has expired.
        if not begun.token or begun.message or time.time() - begun.at_s < TOKEN_LIFE_S:
            if await memory.answer(begun.answer) is None:
                await memory.save(begun.stored)  # before the button is there to be pressed
            await _end(client, begun, formulas)
        pending.end(begun.answer)


async def _message(
    client: discord.Client, begun: PendingAnswer, view: ui.LayoutView
) -> discord.PartialMessage | discord.Message:
    """Return the message of a card. One whose id never came is sent again: by its nonce Discord knows whether it is there."""
    channel = client.get_partial_messageable(begun.channel)
    if begun.message:
        return channel.get_partial_message(begun.message)
    answered: Any = None
    if begun.reply_to:
        answered = discord.MessageReference(
            message_id=begun.reply_to, channel_id=begun.channel, fail_if_not_exists=False
        )
    return await channel.send(
        view=view, nonce=begun.nonce or secrets.token_hex(12), reference=answered, allowed_mentions=NO_MENTIONS
    )


async def _end(client: discord.Client, begun: PendingAnswer, formulas: FormulaImages) -> None:
    view, _ = await view_of(answer_card.failed(texts.INTERRUPTED, begun.answer), formulas)
    try:
        if begun.token:
            hook = discord.Webhook.partial(begun.application, begun.token, client=client)
            # The API takes this name in the place of an id.
            await hook.edit_message(cast("int", "@original"), view=view, attachments=[], allowed_mentions=NO_MENTIONS)
        else:
            await (await _message(client, begun, view)).edit(view=view, attachments=[], allowed_mentions=NO_MENTIONS)
    except (discord.HTTPException, *BROKEN_LINE) as error:
        log.info("an interrupted card could not be ended: %r", error)
