"""/level: the level at which a person is answered, with a taste of two."""

from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot.discord_app.cards import texts as words
from bot.discord_app.cards.answer_card import Card, Option, Select
from bot.discord_app.discord_text import sanitize as inert
from bot.discord_app.discord_text.render import TextBlock
from bot.discord_app.discord_text.split import split
from bot.discord_app.incoming.answer_buttons import LEVEL_SELECT
from bot.discord_app.incoming.contexts import everywhere
from bot.tutor.dialogue import Question
from bot.tutor.events import Finished
from corpus.entry import Level

if TYPE_CHECKING:
    from bot.discord_app.client import StudyBot

TASTE = 500
"""Characters of each of the two texts."""


class Levels(commands.Cog):
    """Choosing a level."""

    def __init__(self, bot: "StudyBot") -> None:
        self._bot = bot

    @app_commands.command()
    @everywhere
    async def level(self, interaction: discord.Interaction) -> None:
        """Choose the level at which I explain to you."""

        async def offer() -> Card:
            return await self._offer(interaction.user.id)

        # Two answers are made for the taste: Discord is not left waiting for them.
        await self._bot.answering.show(interaction, offer)

    async def _offer(self, user: int) -> Card:
        known = await self._bot.answering.desk.preferences(user)
        options = tuple(Option(words.LEVELS[one], one, words.DESCRIBED[one], one is known.level) for one in Level)
        select = Select(LEVEL_SELECT, "Your level", options)
        lists = await self._bot.presses.listing.lists()
        term = next((one.term for one in lists.headwords if one.term == "overfitting"), lists.headwords[0].term)
        tastes = [await self._taste(term, one) for one in (Level.ELI5, Level.PRACTITIONER)]
        opening = TextBlock(words.CHOOSE_LEVEL.format(term=inert.plain(term)))
        return Card("### Your level", (opening, *tastes), "", (select,))

    async def _taste(self, term: str, level: Level) -> TextBlock:
        async for event in self._bot.answering.desk.tutor.ask(Question(term, level, may_write=False)):
            if isinstance(event, Finished):
                text = inert.answer(event.answer.parts[0].text)
                return TextBlock(f"**{words.LEVELS[level]}**\n{split(text, TASTE)[0]}")
        return TextBlock(f"**{words.LEVELS[level]}**")
