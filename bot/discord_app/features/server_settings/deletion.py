"""/setup, “Delete everything”: asks once more, then deletes all that is kept of a server."""

from discord import ui

from bot.discord_app.cards.answer_card import Button, Card, Tone, notice
from bot.discord_app.discord_text.render import TextBlock
from bot.discord_app.feature_cog import Control, Interaction, Layout
from bot.discord_app.features.server_settings import panel_text
from bot.discord_app.services import Services

ASK, SURE, KEEP = "x1:ask", "x1:sure", "x1:keep"
TEMPLATE = r"x1:(?P<step>ask|sure|keep)"

QUESTION = (
    "This deletes what I keep of this server: its settings, its own entries with all their versions, the log of changes, "
    "the gaps, and the answers that I gave here. It cannot be brought back. `/glossary export` first takes the entries along."
)
DELETED = "Everything that I kept of this server is gone."
KEPT = "Nothing was deleted."
NOT_NOW = "My memory cannot be reached just now, so nothing was deleted. Please try again in a minute."


class DeletionButton(Control, ui.DynamicItem[ui.Button[Layout]], template=TEMPLATE):
    """A button on the way to deleting what belongs to a server."""

    async def carry_out(self, interaction: Interaction, services: Services) -> None:
        """Ask, delete or leave alone."""
        guild = interaction.guild_id or 0

        async def delete() -> Card:
            done = await services.memory.forget_guild(guild)
            return notice(DELETED) if done else notice(NOT_NOW, (Button("Try again", SURE, Tone.DANGER),))

        if not (guild and interaction.permissions.manage_guild):
            await services.answers.show(interaction, notice(panel_text.NO_ADMIN))
        elif self.fields["step"] == "ask":
            await services.answers.show(interaction, confirmation())
        elif self.fields["step"] == "sure":
            await services.answers.change(interaction, delete)
        else:
            await services.answers.change(interaction, notice(KEPT))


def confirmation() -> Card:
    """Make the question before everything is deleted."""
    row = (Button("Yes, delete everything", SURE, Tone.DANGER), Button("No, keep it", KEEP))
    return Card("### Delete everything of this server?", (TextBlock(QUESTION),), "", (row,))
