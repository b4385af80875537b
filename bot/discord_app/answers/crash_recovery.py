"""Ends the cards that an earlier process left in the middle: none stays "thinking", none shows half an answer."""

import logging
import time
from typing import Any, cast

import discord
from discord import ui

from bot.discord_app.answers.pending import TOKEN_LIFE_S, Begun, Journal
from bot.discord_app.cards import answer_card as card
from bot.discord_app.cards import texts as words
from bot.discord_app.cards.components import view_of
from bot.discord_app.discord_text.latex_images import FormulaImages
from bot.discord_app.http.rate_limits import BROKEN_LINE

log = logging.getLogger(__name__)


async def end(client: discord.Client, journal: Journal, formulas: FormulaImages) -> None:
    """Says on each card of the journal that it was interrupted, and offers Retry."""
    for begun in journal.left():
        # An unanswered response says by itself that it failed once its token has expired.
        if begun.message or time.time() - begun.at_s < TOKEN_LIFE_S:
            await _end(client, begun, formulas)
        journal.end(begun.answer)


async def _message(
    client: discord.Client, begun: Begun, view: ui.LayoutView
) -> discord.PartialMessage | discord.Message:
    """The message of a card. One whose id never came is sent again: by its nonce Discord knows whether it is there."""
    channel = client.get_partial_messageable(begun.channel)
    if begun.message:
        return channel.get_partial_message(begun.message)
    answered: Any = None
    if begun.reply_to:
        answered = discord.MessageReference(
            message_id=begun.reply_to, channel_id=begun.channel, fail_if_not_exists=False
        )
    return await channel.send(view=view, nonce=begun.nonce, reference=answered)


async def _end(client: discord.Client, begun: Begun, formulas: FormulaImages) -> None:
    view, _ = await view_of(card.failed(words.INTERRUPTED, begun.answer), formulas)
    try:
        if begun.token:
            hook = discord.Webhook.partial(begun.application, begun.token, client=client)
            # The API takes this name in the place of an id.
            await hook.edit_message(cast("int", "@original"), view=view, attachments=[])
        else:
            await (await _message(client, begun, view)).edit(view=view, attachments=[])
    except (discord.HTTPException, *BROKEN_LINE) as error:
        log.info("an interrupted card could not be ended: %r", error)
