"""On a message, under Apps: “Explain this” and “Explain at my level”."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.discord_app.answers.responder import as_request
from bot.discord_app.application.contexts import everywhere
from bot.discord_app.cards import answer_card, texts
from bot.discord_app.cards.browse_card import TERM_SELECT
from bot.discord_app.cards.custom_id import Press, read
from bot.discord_app.feature_cog import FeatureCog
from bot.discord_app.incoming.button_handlers import ButtonHandlers
from bot.discord_app.incoming.message_rules import is_question
from bot.discord_app.incoming.message_text import text_of
from bot.discord_app.services import Services

MAX_TERMS = 25


class Menus(FeatureCog):
    """Explains somebody's message to whoever asks, and to nobody else."""

    def __init__(self, bot: commands.Bot, services: Services) -> None:
        super().__init__(bot, services)
        self._menus = [
            everywhere(app_commands.ContextMenu(name="Explain this", callback=self._explain)),
            everywhere(app_commands.ContextMenu(name="Explain at my level", callback=self._at_my_level)),
        ]

    async def cog_load(self) -> None:
        """Add the menus, which a cog does not do by itself."""
        await super().cog_load()
        for menu in self._menus:
            self.bot.tree.add_command(menu)

    async def cog_unload(self) -> None:
        """Take the menus back."""
        await super().cog_unload()
        for menu in self._menus:
            self.bot.tree.remove_command(menu.name, type=menu.type)

    async def _explain(self, interaction: discord.Interaction, message: discord.Message) -> None:
        text = text_of(message)
        terms = await self._terms(text, interaction.guild_id)
        if len(terms) == 1:
            await self.services.answers.respond(interaction, as_request(interaction, terms[0]), private=True)
        elif terms:
            await self.services.answers.show(interaction, _choice(terms))
        elif is_question(text):
            await self.services.answers.respond(interaction, as_request(interaction, text[:2000]), private=True)
        else:
            await self.services.answers.show(interaction, answer_card.notice(texts.NOTHING_FOUND))

    async def _at_my_level(self, interaction: discord.Interaction, message: discord.Message) -> None:
        """Return what the message is about at the presser's level; one of our own answers is told anew."""
        if press := press_on(message):
            await ButtonHandlers(self.services).at_my_level(interaction, press)
            return
        terms = await self._terms(text_of(message), interaction.guild_id)
        if len(terms) > 1:
            await self.services.answers.show(interaction, _choice(terms))
        elif terms:
            await self.services.answers.respond(interaction, as_request(interaction, terms[0]), private=True)
        else:
            await self.services.answers.show(interaction, answer_card.notice(texts.NOTHING_FOUND))

    async def _terms(self, text: str, guild: int | None) -> list[str]:
        return (await self.services.search.terms_in(text, guild))[:MAX_TERMS]


def _choice(terms: list[str]) -> answer_card.Card:
    """Return the terms of a message, to choose one from."""
    options = tuple(answer_card.Option(term[:100], term[:100]) for term in terms)
    return answer_card.notice(texts.WHICH_TERM, answer_card.Select(TERM_SELECT, "Explain …", options))


def press_on(message: discord.Message) -> Press | None:
    """Return what a control of the answer that this message is asks for; None for any other message."""
    for component in message.components:
        for child in getattr(component, "children", ()):
            press = read(getattr(child, "custom_id", None) or "")
            if isinstance(press, Press):
                return press
    return None
