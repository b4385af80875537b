"""/setup: one private panel in which an admin says where and how the bot answers on this server.

Here it is also noticed when a server removes the bot: what belongs to it is then deleted after some days.
"""

import logging

import discord
from discord import app_commands
from discord.ext import commands

from bot.discord_app.feature_cog import FeatureCog, Interaction
from bot.discord_app.features.server_settings import panel
from bot.discord_app.features.server_settings.deletion import DeletionButton

log = logging.getLogger(__name__)


class Setup(FeatureCog):
    """The settings of a server."""

    dynamic_items = (panel.PanelControl, DeletionButton)

    @app_commands.command()
    @app_commands.guild_only()
    @app_commands.guild_install()
    @app_commands.default_permissions(manage_guild=True)
    async def setup(self, interaction: Interaction) -> None:
        """Where and how I answer on this server (admins)."""
        await panel.show(interaction, self.services)

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Note that a server removed the bot."""
        log.info("a server removed the bot")
        await self.services.memory.left_guild(guild.id)

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Note that a server has the bot, again or for the first time."""
        await self.services.memory.joined_guilds([guild.id])

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Notice what changed while the bot was away."""
        present = {guild.id for guild in self.bot.guilds}
        await self.services.memory.joined_guilds(present)
        for guild in await self.services.memory.known_guilds() - present:
            if self._is_of_this_shard(guild):
                await self.services.memory.left_guild(guild)

    def _is_of_this_shard(self, guild: int) -> bool:
        shard, shards = self.services.options.shard or (0, 1)
        return (guild >> 22) % shards == shard  # Discord's own rule
