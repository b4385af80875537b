"""/setup: one private panel in which an admin says where and how the bot answers on this server."""

from discord import app_commands

from bot.discord_app.feature_cog import FeatureCog, Interaction
from bot.discord_app.features.server_settings import panel


class Setup(FeatureCog):
    """The settings of a server."""

    dynamic_items = panel.CONTROLS

    @app_commands.command()
    @app_commands.guild_only()
    @app_commands.guild_install()
    @app_commands.default_permissions(manage_guild=True)
    async def setup(self, interaction: Interaction) -> None:
        """Where and how I answer on this server (admins)."""
        await panel.show(interaction, self.services)
