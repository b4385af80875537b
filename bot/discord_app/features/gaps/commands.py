"""/gaps: what the glossary could not answer on this server, for its admins."""

import asyncio
from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot.discord_app.answers.glossary_search import Listing
from bot.discord_app.answers.responder import Acknowledged, Answering
from bot.discord_app.cards import answer_card as card
from bot.discord_app.cards.attachments import as_file, deliver
from bot.discord_app.features.gaps import card as gap_list
from bot.state.gaps import Group, draft, grouped

if TYPE_CHECKING:
    from bot.discord_app.client import StudyBot


MOST = 2_000
"""Gaps that are grouped, the newest: more would keep an admin waiting, and each is embedded."""

Interaction = discord.Interaction


class Gaps(commands.Cog):
    """What is missing in the glossary."""

    def __init__(self, bot: "StudyBot") -> None:
        self._bot = bot

    @app_commands.command()
    @app_commands.guild_only()
    @app_commands.guild_install()
    @app_commands.default_permissions(manage_guild=True)
    async def gaps(self, interaction: Interaction) -> None:
        """What the glossary could not answer here (admins)."""
        answering, listing = self._bot.answering, self._bot.presses.listing
        if not _may_see(interaction):
            await answering.show(interaction, card.notice(gap_list.NO_ADMIN))
            return

        async def shown() -> card.Card:
            groups = await _groups(interaction, answering, listing)
            return card.notice(gap_list.AWAY) if groups is None else gap_list.listed(groups)

        await answering.show(interaction, shown)


async def draft_one(interaction: Interaction, answering: Answering, listing: Listing, value: str) -> None:
    """Sends the beginning of an entry for the chosen gap, as a file in the glossary's own format."""
    if not _may_see(interaction):
        await answering.show(interaction, card.notice(gap_list.NO_ADMIN))
        return
    if await answering.acknowledge(interaction, private=True) is not Acknowledged.YES:
        return
    groups = await _groups(interaction, answering, listing)
    group = gap_list.chosen(groups or (), value)
    if group is None:
        await deliver(interaction, gap_list.AWAY if groups is None else gap_list.GONE)
        return
    file = as_file(gap_list.file_name(group), draft(group).encode("utf-8", "replace"))
    await deliver(interaction, gap_list.DRAFTED, file, otherwise=gap_list.NOT_SENT)


def _may_see(interaction: Interaction) -> bool:
    """The command can be given to others in Discord's own settings; what people asked is for admins all the same."""
    return bool(interaction.guild_id and interaction.permissions.manage_guild)


async def _groups(interaction: Interaction, answering: Answering, listing: Listing) -> list[Group] | None:
    """This server's gaps by meaning; None while the memory cannot be reached."""
    memory = answering.desk.memory
    found = await memory.gaps(interaction.guild_id or 0)
    if not memory.working and not found:
        return None
    return await asyncio.to_thread(grouped, found[-MOST:], listing.embed)
