"""/browse, /random and /help."""

import random
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.discord_app.answers.glossary_search import Lists
from bot.discord_app.answers.responder import as_request
from bot.discord_app.cards import answer_card as card
from bot.discord_app.cards import browse_card as browse
from bot.discord_app.cards.help_text import Described, help_text
from bot.discord_app.incoming.contexts import everywhere

if TYPE_CHECKING:
    from bot.discord_app.client import StudyBot

Interaction = discord.Interaction
Known = Any
"""A command, a group of commands or a menu, which discord.py types by their cogs."""


class Browsing(commands.Cog):
    """Looking around in the glossary."""

    def __init__(self, bot: "StudyBot") -> None:
        self._bot = bot

    @app_commands.command()
    @app_commands.describe(category="Only the terms of one category; start typing")
    @everywhere
    async def browse(self, interaction: Interaction, category: app_commands.Range[str, 0, 60] = "") -> None:
        """List the terms of the glossary."""

        async def first_page() -> card.Card:
            return browse.page_of((await self._lists(interaction.guild_id)).headwords, category, 0)

        await self._bot.answering.show(interaction, first_page)

    @browse.autocomplete("category")
    async def _categories(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        lists = await self._lists(interaction.guild_id)
        return [app_commands.Choice(name=name, value=name) for name in browse.categories(lists.headwords, typed)]

    @app_commands.command()
    @everywhere
    async def random(self, interaction: Interaction) -> None:
        """Explain a term that you did not look for."""
        lists = await self._lists(interaction.guild_id)
        term = random.choice(lists.headwords).term  # noqa: S311  nothing depends on who guesses it
        await self._bot.answering.respond(interaction, as_request(interaction, term))

    @app_commands.command()
    @everywhere
    async def help(self, interaction: Interaction) -> None:
        """What I can do, and how to ask."""
        known = [_described(one) for one in _each(self._bot.tree.get_commands())]
        await self._bot.answering.show(interaction, card.notice(help_text(known)))

    async def _lists(self, guild: int | None) -> Lists:
        return await self._bot.presses.listing.lists(guild)


def _each(known: Sequence[Known]) -> Iterator[Known]:
    """The commands, those of a group one by one."""
    for one in known:
        yield from _each(one.commands) if isinstance(one, app_commands.Group) else [one]


def _described(one: Known) -> Described:
    if isinstance(one, app_commands.ContextMenu):
        return Described(one.name, "", (), menu=True)
    options = tuple(option.name if option.required else f"[{option.name}]" for option in one.parameters)
    return Described(one.qualified_name, one.description, options)
