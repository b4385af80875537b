"""/mydata: what is kept about a person, for that person: see it, take it along, pause it, have it forgotten."""

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot.discord_app.answers.responder import Acknowledged, Answering
from bot.discord_app.cards import answer_card as card
from bot.discord_app.cards import texts as words
from bot.discord_app.cards.attachments import as_file, deliver
from bot.discord_app.features.my_data import card as own_data
from bot.discord_app.incoming.contexts import everywhere
from bot.state.memory import Memory

if TYPE_CHECKING:
    from bot.discord_app.client import StudyBot

Interaction = discord.Interaction


class MyData(commands.Cog):
    """A person's own data."""

    def __init__(self, bot: "StudyBot") -> None:
        self._bot = bot

    @app_commands.command()
    @everywhere
    async def mydata(self, interaction: Interaction) -> None:
        """See, export, pause or delete what I keep about you."""
        answering, days = self._bot.answering, self._bot.options.keep_days
        await answering.show(interaction, lambda: _overview(answering.desk.memory, interaction.user.id, days))


async def carry_out(interaction: Interaction, answering: Answering, custom_id: str) -> None:
    """What a button under /mydata asks for. Whatever reads or writes does so once the press has been acknowledged."""
    user, memory = interaction.user.id, answering.desk.memory
    if custom_id == own_data.EXPORT:
        await _export(interaction, answering)
    elif custom_id == own_data.FORGET:
        await answering.change(interaction, own_data.confirmation())
    elif custom_id == own_data.SURE:

        async def gone() -> card.Card:
            return own_data.forgotten(await memory.forget(user))

        await answering.change(interaction, gone)
    elif custom_id == own_data.BACK:

        async def back() -> card.Card:
            return own_data.left_alone(paused=(await memory.preferences(user)).paused)

        await answering.change(interaction, back)
    elif custom_id in {own_data.PAUSE, own_data.RESUME}:
        await answering.change(interaction, lambda: _switch(memory, user, paused=custom_id == own_data.PAUSE))
    else:
        await answering.show(interaction, card.notice(words.OUTDATED))


async def _overview(memory: Memory, user: int, keep_days: int) -> card.Card:
    data = await memory.export(user)
    known = await memory.preferences(user)
    return own_data.overview(data if memory.working else None, paused=known.paused, keep_days=keep_days)


async def _switch(memory: Memory, user: int, *, paused: bool) -> card.Card:
    """Pauses or resumes, and looks whether it is so: a promise about privacy must not rest on a write that failed."""
    known = await memory.preferences(user)
    if memory.working:  # else these are not this person's preferences, and would be written over them
        await memory.prefer(user, replace(known, paused=paused))
    done = (await memory.preferences(user)).paused is paused and memory.working
    return own_data.switched(paused=paused, done=done)


async def _export(interaction: Interaction, answering: Answering) -> None:
    if await answering.acknowledge(interaction, private=True) is not Acknowledged.YES:
        return
    data = await answering.desk.memory.export(interaction.user.id)
    made = await asyncio.to_thread(own_data.as_file, data) if data is not None else None
    if made is None:
        sentence = own_data.NO_EXPORT if data is None else own_data.TOO_LARGE
        await deliver(interaction, sentence, otherwise=own_data.NOT_SENT)
    else:
        await deliver(interaction, own_data.EXPORTED, as_file(made.name, made.data), otherwise=own_data.NOT_SENT)
