"""/mydata: what is kept about a person, for that person: see it, take it along, pause it, have it forgotten."""

import io
import logging
from dataclasses import replace
from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot.discord_app import card, own_data, words
from bot.discord_app.answering import Acknowledged, Answering
from bot.discord_app.cogs.everywhere import everywhere

if TYPE_CHECKING:
    from bot.discord_app.client import StudyBot

log = logging.getLogger(__name__)
Interaction = discord.Interaction


class MyData(commands.Cog):
    """A person's own data."""

    def __init__(self, bot: "StudyBot") -> None:
        self._bot = bot

    @app_commands.command()
    @everywhere
    async def mydata(self, interaction: Interaction) -> None:
        """See, export, pause or delete what I keep about you."""
        answering = self._bot.answering

        async def shown() -> card.Card:
            known = await answering.desk.preferences(interaction.user.id)
            data = await answering.desk.memory.export(interaction.user.id)
            return own_data.overview(data, paused=known.paused, keep_days=self._bot.options.keep_days)

        await answering.show(interaction, shown)


async def carry_out(interaction: Interaction, answering: Answering, custom_id: str) -> None:
    """What a button under /mydata asks for."""
    user, memory = interaction.user.id, answering.desk.memory
    if custom_id == own_data.EXPORT:
        await _export(interaction, answering)
    elif custom_id == own_data.FORGET:
        await answering.change(interaction, own_data.confirmation())
    elif custom_id == own_data.SURE:

        async def gone() -> card.Card:
            done = await memory.forget(user)
            return card.notice(own_data.FORGOTTEN if done else own_data.NOT_NOW)

        await answering.change(interaction, gone)
    elif custom_id in {own_data.PAUSE, own_data.RESUME}:
        known = await memory.preferences(user)
        await memory.prefer(user, replace(known, paused=custom_id == own_data.PAUSE))
        await answering.change(interaction, card.notice(words.PAUSED if custom_id == own_data.PAUSE else words.RESUMED))
    else:
        await answering.show(interaction, card.notice(words.OUTDATED))


async def _export(interaction: Interaction, answering: Answering) -> None:
    if await answering.acknowledge(interaction, private=True) is not Acknowledged.YES:
        return
    data = await answering.desk.memory.export(interaction.user.id)
    try:
        if data is None:
            await interaction.edit_original_response(content=own_data.NO_EXPORT)
        else:
            file = discord.File(io.BytesIO(own_data.as_file(data)), own_data.FILE)
            await interaction.edit_original_response(content=own_data.EXPORTED, attachments=[file])
    except discord.HTTPException as error:
        log.warning("an export could not be delivered: status %s, code %s", error.status, error.code)
