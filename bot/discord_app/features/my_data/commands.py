"""/mydata: what is kept about a person, for that person: see it, take it along, pause it, have it forgotten."""

import asyncio
from dataclasses import replace

from discord import app_commands, ui

from bot.discord_app.answers.responder import Acknowledged
from bot.discord_app.application.contexts import everywhere
from bot.discord_app.cards import answer_card
from bot.discord_app.cards.attachments import as_file, send_text
from bot.discord_app.feature_cog import Control, FeatureCog, Interaction, Layout
from bot.discord_app.features.my_data import card as data_card
from bot.discord_app.services import Services
from bot.state.memory import Memory


class DataButton(Control, ui.DynamicItem[ui.Button[Layout]], template=data_card.TEMPLATE):
    """A button under /mydata."""

    async def carry_out(self, interaction: Interaction, services: Services) -> None:
        """Do what was pressed; whatever reads or writes does so once the press has been acknowledged."""
        user, memory, answers = interaction.user.id, services.memory, services.answers

        async def forget() -> answer_card.Card:
            return data_card.forgotten(await memory.forget(user))

        async def back() -> answer_card.Card:
            return data_card.left_alone(paused=(await memory.preferences(user)).paused)

        match self.fields["action"]:
            case "export":
                await _export(interaction, services)
            case "forget":
                await answers.change(interaction, data_card.confirmation())
            case "sure":
                await answers.change(interaction, forget)
            case "back":
                await answers.change(interaction, back)
            case action:
                await answers.change(interaction, lambda: _switch(memory, user, paused=action == "pause"))


class MyData(FeatureCog):
    """A person's own data."""

    dynamic_items = (DataButton,)

    @app_commands.command()
    @everywhere
    async def mydata(self, interaction: Interaction) -> None:
        """See, export, pause or delete what I keep about you."""
        memory, days = self.services.memory, self.services.options.keep_days
        await self.services.answers.show(interaction, lambda: _overview(memory, interaction.user.id, days))


async def _overview(memory: Memory, user: int, keep_days: int) -> answer_card.Card:
    data = await memory.export(user)
    preferences = await memory.preferences(user)
    return data_card.overview(data if memory.working else None, paused=preferences.paused, keep_days=keep_days)


async def _switch(memory: Memory, user: int, *, paused: bool) -> answer_card.Card:
    """Pause or resume, and look whether it is so: a promise about privacy must not rest on a write that failed."""
    preferences = await memory.preferences(user)
    if memory.working:  # else these are not this person's preferences, and would be written over them
        await memory.prefer(user, replace(preferences, paused=paused))
    done = (await memory.preferences(user)).paused is paused and memory.working
    return data_card.switched(paused=paused, done=done)


async def _export(interaction: Interaction, services: Services) -> None:
    if await services.answers.acknowledge(interaction, private=True) is not Acknowledged.YES:
        return
    data = await services.memory.export(interaction.user.id)
    file = await asyncio.to_thread(data_card.as_file, data) if data is not None else None
    if file is None:
        sentence = data_card.NO_EXPORT if data is None else data_card.TOO_LARGE
        await send_text(interaction, sentence, fallback=data_card.NOT_SENT)
    else:
        await send_text(interaction, data_card.EXPORTED, as_file(file.name, file.data), fallback=data_card.NOT_SENT)
