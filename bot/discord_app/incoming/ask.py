"""/ask, /explain and /compare."""

import discord
from discord import app_commands

from bot.discord_app.answers.responder import as_request
from bot.discord_app.answers.term_completion import TermCompleter
from bot.discord_app.application.contexts import everywhere
from bot.discord_app.cards.texts import LEVELS
from bot.discord_app.feature_cog import FeatureCog
from corpus.entry import Level

Interaction = discord.Interaction
LEVEL_CHOICES = [app_commands.Choice(name=name, value=level.value) for level, name in LEVELS.items()]
TERM = "A term of the glossary; start typing"
LEVEL = "For whom; without it, your own level"


class Asking(FeatureCog):
    """Questions as slash commands."""

    @app_commands.command()
    @app_commands.describe(
        question="What you want to know",
        level=LEVEL,
        audience="Who it is for, in your own words: “my manager”",
        private="Show the answer only to me",
    )
    @app_commands.choices(level=LEVEL_CHOICES)
    @everywhere
    async def ask(
        self,
        interaction: Interaction,
        question: app_commands.Range[str, 1, 2000],
        level: str = "",
        audience: app_commands.Range[str, 0, 200] = "",
        private: bool = False,
    ) -> None:
        """Ask anything about the terms of the glossary."""
        request = as_request(interaction, question, level=_level(level), audience=audience)
        await self.services.answers.respond(interaction, request, private=private)

    @app_commands.command()
    @app_commands.describe(term=TERM, level=LEVEL)
    @app_commands.choices(level=LEVEL_CHOICES)
    @everywhere
    async def explain(self, interaction: Interaction, term: app_commands.Range[str, 1, 100], level: str = "") -> None:
        """Explain one term."""
        await self.services.answers.respond(interaction, as_request(interaction, term, level=_level(level)))

    @app_commands.command()
    @app_commands.describe(term_a=TERM, term_b="The term to set beside it", level=LEVEL)
    @app_commands.choices(level=LEVEL_CHOICES)
    @everywhere
    async def compare(
        self,
        interaction: Interaction,
        term_a: app_commands.Range[str, 1, 100],
        term_b: app_commands.Range[str, 1, 100],
        level: str = "",
    ) -> None:
        """Set two terms side by side."""
        asked = f"What is the difference between {term_a} and {term_b}?"
        await self.services.answers.respond(interaction, as_request(interaction, asked, level=_level(level)))

    @explain.autocomplete("term")
    @compare.autocomplete("term_a")
    @compare.autocomplete("term_b")
    async def _terms(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        # The lists are read off the event loop: after a change of the glossary that takes a moment.
        names: TermCompleter = (await self.services.search.lists(interaction.guild_id)).names
        return [app_commands.Choice(name=choice.name, value=choice.term) for choice in names.matching(typed)]


def _level(value: str) -> Level | None:
    return Level(value) if value in set(Level) else None
