"""/setup: one private panel in which an admin says where and how the bot answers on this server."""

from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot.discord_app.features.server_settings import panel

if TYPE_CHECKING:
    from bot.discord_app.client import StudyBot


class Setup(commands.Cog):
    """The settings of a server."""

    def __init__(self, bot: "StudyBot") -> None:
        self._bot = bot

    @app_commands.command()
    @app_commands.guild_only()
    @app_commands.guild_install()
    @app_commands.default_permissions(manage_guild=True)
    async def setup(self, interaction: discord.Interaction) -> None:
        """Where and how I answer on this server (admins)."""
        await panel.show(interaction, self._bot.answering)
