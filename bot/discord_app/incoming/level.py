"""/level: the level at which a person is answered, with a taste of two."""

from discord import app_commands, ui

from bot.discord_app.application.contexts import everywhere
from bot.discord_app.cards import texts
from bot.discord_app.cards.answer_card import Card, Option, Select, notice
from bot.discord_app.discord_text import sanitize
from bot.discord_app.discord_text.render import TextBlock
from bot.discord_app.discord_text.split import split
from bot.discord_app.feature_cog import Control, FeatureCog, Interaction, Layout, chosen_values
from bot.discord_app.services import Services
from bot.tutor.dialogue import Answer, Question
from bot.tutor.events import Finished
from corpus.entry import Level

PREVIEW = 500
"""Characters of each of the two texts."""


LEVEL_SELECT = "v1:level"


class LevelSelect(Control, ui.DynamicItem[ui.Select[Layout]], template=LEVEL_SELECT):
    """Remembers the level that a person chose."""

    async def carry_out(self, interaction: Interaction, services: Services) -> None:
        """Remember it, and say so privately."""
        values = chosen_values(interaction)
        if not values or values[0] not in set(Level):
            await services.answers.show(interaction, notice(texts.OUTDATED))
            return
        level = Level(values[0])
        await services.conversation.set_level(interaction.user.id, level)
        await services.answers.show(interaction, notice(texts.LEVEL_SET.format(level=texts.LEVELS[level])))


class Levels(FeatureCog):
    """Choosing a level."""

    dynamic_items = (LevelSelect,)

    @app_commands.command()
    @everywhere
    async def level(self, interaction: Interaction) -> None:
        """Choose the level at which I explain to you."""

        async def offer() -> Card:
            return await self._offer(interaction.user.id)

        # Two answers are made for the taste: Discord is not left waiting for them.
        await self.services.answers.show(interaction, offer)

    async def _offer(self, user: int) -> Card:
        known = await self.services.conversation.preferences(user)
        options = tuple(
            Option(texts.LEVELS[level], level, texts.DESCRIBED[level], level is known.level) for level in Level
        )
        select = Select(LEVEL_SELECT, "Your level", options)
        lists = await self.services.search.lists()
        term = next(
            (headword.term for headword in lists.headwords if headword.term == "overfitting"), lists.headwords[0].term
        )
        previews = [await self._preview(term, level) for level in (Level.ELI5, Level.PRACTITIONER)]
        opening = TextBlock(texts.CHOOSE_LEVEL.format(term=sanitize.plain(term)))
        return Card("### Your level", (opening, *previews), "", (select,))

    @staticmethod
    def _text_at(answer: Answer, level: Level) -> str:
        """Return the part that is written for the level, the first one where there is none."""
        written = {citation.n for citation in answer.citations if citation.level is level}
        return next((part.text for part in answer.parts if part.citation in written), answer.parts[0].text)

    async def _preview(self, term: str, level: Level) -> TextBlock:
        async for event in self.services.conversation.tutor.ask(Question(term, level, may_write=False)):
            if isinstance(event, Finished):
                text = sanitize.answer(self._text_at(event.answer, level))
                return TextBlock(f"**{texts.LEVELS[level]}**\n{split(text, PREVIEW)[0]}")
        return TextBlock(f"**{texts.LEVELS[level]}**")
