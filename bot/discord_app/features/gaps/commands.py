"""/gaps: what the glossary could not answer on this server, for its admins."""

import asyncio

from discord import app_commands, ui

from bot.discord_app.answers.responder import Acknowledged
from bot.discord_app.cards import answer_card
from bot.discord_app.cards.attachments import as_file, send_text
from bot.discord_app.feature_cog import Control, FeatureCog, Interaction, Layout, chosen_values
from bot.discord_app.features.gaps import card as gaps_card
from bot.discord_app.services import Services
from bot.state.gaps import Group, draft, grouped

MAX_GAPS = 2_000
"""Gaps that are grouped, the newest: more would keep an admin waiting, and each is embedded."""


class DraftSelect(Control, ui.DynamicItem[ui.Select[Layout]], template=gaps_card.DRAFT):
    """Drafts an entry for the chosen gap."""

    async def carry_out(self, interaction: Interaction, services: Services) -> None:
        """Send the beginning of an entry as a file in the glossary's own format."""
        if not _may_see(interaction):
            await services.answers.show(interaction, answer_card.notice(gaps_card.NO_ADMIN))
            return
        if await services.answers.acknowledge(interaction, private=True) is not Acknowledged.YES:
            return
        groups = await _groups(interaction, services)
        group = gaps_card.chosen(groups or (), chosen_values(interaction)[0])
        if group is None:
            await send_text(interaction, gaps_card.AWAY if groups is None else gaps_card.GONE)
            return
        file = as_file(gaps_card.file_name(group), draft(group).encode("utf-8", "replace"))
        await send_text(interaction, gaps_card.DRAFTED, file, fallback=gaps_card.NOT_SENT)


class Gaps(FeatureCog):
    """What is missing in the glossary."""

    dynamic_items = (DraftSelect,)

    @app_commands.command()
    @app_commands.guild_only()
    @app_commands.guild_install()
    @app_commands.default_permissions(manage_guild=True)
    async def gaps(self, interaction: Interaction) -> None:
        """What the glossary could not answer here (admins)."""
        answers = self.services.answers
        if not _may_see(interaction):
            await answers.show(interaction, answer_card.notice(gaps_card.NO_ADMIN))
            return

        async def card() -> answer_card.Card:
            groups = await _groups(interaction, self.services)
            return answer_card.notice(gaps_card.AWAY) if groups is None else gaps_card.listed(groups)

        await answers.show(interaction, card)


def _may_see(interaction: Interaction) -> bool:
    """Return whether this person may; what people asked is for admins, whoever was given the command."""
    return bool(interaction.guild_id and interaction.permissions.manage_guild)


async def _groups(interaction: Interaction, services: Services) -> list[Group] | None:
    """Return this server's gaps by meaning; None while the memory cannot be reached."""
    gaps = await services.memory.gaps(interaction.guild_id or 0)
    if not services.memory.working and not gaps:
        return None
    return await asyncio.to_thread(grouped, gaps[-MAX_GAPS:], services.search.embed)
