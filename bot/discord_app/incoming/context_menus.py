"""On a message, under Apps: “Explain this” and “Explain at my level”."""

from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot.discord_app.answers.responder import as_request
from bot.discord_app.cards import answer_card as card
from bot.discord_app.cards import texts as words
from bot.discord_app.cards.custom_id import Press, read
from bot.discord_app.incoming.contexts import everywhere
from bot.discord_app.incoming.message_rules import is_question

if TYPE_CHECKING:
    from bot.discord_app.client import StudyBot

MOST_TERMS = 25


class Menus(commands.Cog):
    """Explains somebody's message to whoever asks, and to nobody else."""

    def __init__(self, bot: "StudyBot") -> None:
        self._bot = bot
        self._menus = [
            everywhere(app_commands.ContextMenu(name="Explain this", callback=self._explain)),
            everywhere(app_commands.ContextMenu(name="Explain at my level", callback=self._at_my_level)),
        ]

    async def cog_load(self) -> None:
        """Adds the menus, which a cog does not do by itself."""
        for menu in self._menus:
            self._bot.tree.add_command(menu)

    async def cog_unload(self) -> None:
        """Takes the menus back."""
        for menu in self._menus:
            self._bot.tree.remove_command(menu.name, type=menu.type)

    async def _explain(self, interaction: discord.Interaction, message: discord.Message) -> None:
        text = message.content or _text_of(message)
        terms = await self._terms(text, interaction.guild_id)
        if len(terms) == 1:
            await self._bot.answering.respond(interaction, as_request(interaction, terms[0]), private=True)
        elif terms:
            await self._bot.answering.show(interaction, _choice(terms))
        elif is_question(text):
            await self._bot.answering.respond(interaction, as_request(interaction, text[:2000]), private=True)
        else:
            await self._bot.answering.show(interaction, card.notice(words.NOTHING_FOUND))

    async def _at_my_level(self, interaction: discord.Interaction, message: discord.Message) -> None:
        """What the message is about at the presser's level; one of our own answers is told anew."""
        if made_by := _control_of(message):
            await self._bot.presses.at_my_level(interaction, made_by)
            return
        terms = await self._terms(message.content or _text_of(message), interaction.guild_id)
        if len(terms) > 1:
            await self._bot.answering.show(interaction, _choice(terms))
        elif terms:
            await self._bot.answering.respond(interaction, as_request(interaction, terms[0]), private=True)
        else:
            await self._bot.answering.show(interaction, card.notice(words.NOTHING_FOUND))

    async def _terms(self, text: str, guild: int | None) -> list[str]:
        return (await self._bot.presses.listing.terms_in(text, guild))[:MOST_TERMS]


def _choice(terms: list[str]) -> card.Card:
    """The terms of a message, to choose one from."""
    options = tuple(card.Option(term[:100], term[:100]) for term in terms)
    return card.notice(words.WHICH_TERM, card.Select("b1:show", "Explain …", options))


def _text_of(message: discord.Message) -> str:
    """The text of a message made of components, as our own cards are."""
    found = []
    for component in message.components:
        children = getattr(component, "children", [component])
        found += [child.content for child in children if isinstance(child, discord.TextDisplay)]
    return "\n".join(found)


def _control_of(message: discord.Message) -> str:
    """The custom_id of a control of the answer that this message is; "" for any other message."""
    for component in message.components:
        for child in getattr(component, "children", ()):
            custom_id = getattr(child, "custom_id", None) or ""
            if isinstance(read(custom_id), Press):
                return str(custom_id)
    return ""
