"""/gaps: what the glossary could not answer on this server, for its admins."""

import asyncio
import io
import logging
from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot.discord_app import card, gap_list, setup_text
from bot.discord_app.answering import Acknowledged, Answering
from bot.discord_app.listing import Listing
from bot.state.gaps import Group, draft, grouped
from corpus.entry import slug_of

if TYPE_CHECKING:
    from bot.discord_app.client import StudyBot

log = logging.getLogger(__name__)
Interaction = discord.Interaction


class Gaps(commands.Cog):
    """What is missing in the glossary."""

    def __init__(self, bot: "StudyBot") -> None:
        self._bot = bot

    @app_commands.command()
    @app_commands.guild_only()
    @app_commands.default_permissions(manage_guild=True)
    async def gaps(self, interaction: Interaction) -> None:
        """What the glossary could not answer here (admins)."""
        answering, listing = self._bot.answering, self._bot.presses.listing

        async def shown() -> card.Card:
            return gap_list.listed(await _groups(interaction, answering, listing))

        await answering.show(interaction, shown)


async def draft_one(interaction: Interaction, answering: Answering, listing: Listing, value: str) -> None:
    """Sends the beginning of an entry for the chosen gap, as a file in the glossary's own format."""
    if not interaction.permissions.manage_guild:
        await answering.show(interaction, card.notice(setup_text.NO_ADMIN))
        return
    if await answering.acknowledge(interaction, private=True) is not Acknowledged.YES:
        return
    groups = await _groups(interaction, answering, listing)
    try:
        if not value.isdigit() or int(value) >= len(groups):
            await interaction.edit_original_response(content=gap_list.ALL_ANSWERED)
            return
        text = draft(groups[int(value)])
        file = discord.File(io.BytesIO(text.encode()), f"{slug_of(groups[int(value)].question)[:60] or 'entry'}.md")
        await interaction.edit_original_response(content=gap_list.DRAFTED, attachments=[file])
    except discord.HTTPException as error:
        log.warning("a draft could not be delivered: status %s, code %s", error.status, error.code)


async def _groups(interaction: Interaction, answering: Answering, listing: Listing) -> list[Group]:
    found = await answering.desk.memory.gaps(interaction.guild_id or 0)
    return await asyncio.to_thread(grouped, found, listing.embed)
