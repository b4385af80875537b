"""/browse, /random and /help."""

import random
from collections.abc import Iterator, Sequence
from typing import Any

from discord import app_commands, ui

from bot.discord_app.answers.glossary_search import TermLists
from bot.discord_app.answers.responder import as_request
from bot.discord_app.application.contexts import everywhere
from bot.discord_app.cards import answer_card, browse_card
from bot.discord_app.cards.help_text import Described, help_text
from bot.discord_app.feature_cog import Control, FeatureCog, Interaction, Layout, chosen_values
from bot.discord_app.services import Services

Known = Any
"""A command, a group of commands or a menu, which discord.py types by their cogs."""


class PageButton(Control, ui.DynamicItem[ui.Button[Layout]], template=browse_card.PAGE_TEMPLATE):
    """Turns the list to another page."""

    async def carry_out(self, interaction: Interaction, services: Services) -> None:
        """Show the page in place of the one before."""

        async def page() -> answer_card.Card:
            lists = await services.search.lists(interaction.guild_id)
            return browse_card.page_of(lists.headwords, self.fields["category"], int(self.fields["page"]))

        await services.answers.change(interaction, page)


class TermSelect(Control, ui.DynamicItem[ui.Select[Layout]], template=browse_card.TERM_SELECT):
    """Explains the chosen term."""

    async def carry_out(self, interaction: Interaction, services: Services) -> None:
        """Answer privately."""
        await services.answers.respond(
            interaction, as_request(interaction, chosen_values(interaction)[0]), private=True
        )


class Browsing(FeatureCog):
    """Looking around in the glossary."""

    dynamic_items = (PageButton, TermSelect)

    @app_commands.command()
    @app_commands.describe(category="Only the terms of one category; start typing")
    @everywhere
    async def browse(self, interaction: Interaction, category: app_commands.Range[str, 0, 60] = "") -> None:
        """List the terms of the glossary."""

        async def first_page() -> answer_card.Card:
            return browse_card.page_of((await self._lists(interaction.guild_id)).headwords, category, 0)

        await self.services.answers.show(interaction, first_page)

    @browse.autocomplete("category")
    async def _categories(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        lists = await self._lists(interaction.guild_id)
        return [app_commands.Choice(name=name, value=name) for name in browse_card.categories(lists.headwords, typed)]

    @app_commands.command()
    @everywhere
    async def random(self, interaction: Interaction) -> None:
        """Explain a term that you did not look for."""
        lists = await self._lists(interaction.guild_id)
        term = random.choice(lists.headwords).term  # noqa: S311  nothing depends on who guesses it
        await self.services.answers.respond(interaction, as_request(interaction, term))

    @app_commands.command()
    @everywhere
    async def help(self, interaction: Interaction) -> None:
        """What I can do, and how to ask."""
        known = [_described(command) for command in _each(self.bot.tree.get_commands())]
        await self.services.answers.show(interaction, answer_card.notice(help_text(known)))

    async def _lists(self, guild: int | None) -> TermLists:
        return await self.services.search.lists(guild)


def _each(known: Sequence[Known]) -> Iterator[Known]:
    """Return the commands, those of a group one by one."""
    for command in known:
        yield from _each(command.commands) if isinstance(command, app_commands.Group) else [command]


def _described(one: Known) -> Described:
    if isinstance(one, app_commands.ContextMenu):
        return Described(one.name, "", (), menu=True)
    options = tuple(option.name if option.required else f"[{option.name}]" for option in one.parameters)
    return Described(one.qualified_name, one.description, options)
