"""The base of our cogs and of our buttons and selects: a cog is given the services and registers its own controls.

A control is found by its custom_id, whoever sent it and whenever, so that it works after a restart.
"""

import logging
import re
from typing import Any, ClassVar, Self

import discord
from discord import ui
from discord.ext import commands

from bot.discord_app.cards import texts
from bot.discord_app.services import Services

log = logging.getLogger(__name__)

Interaction = discord.Interaction
Layout = ui.LayoutView
Components = list[dict[str, Any]]
"""What a submitted form holds, as Discord sends it."""


class FeatureCog(commands.Cog):
    """A cog with its buttons and selects (`dynamic_items`), and perhaps a form, whose custom_id `form` matches."""

    dynamic_items: ClassVar[tuple[type[ui.DynamicItem[Any]], ...]] = ()
    form: ClassVar[re.Pattern[str] | None] = None

    def __init__(self, bot: commands.Bot, services: Services) -> None:
        self.bot = bot
        self.services = services

    async def cog_load(self) -> None:
        """Register the controls."""
        self.bot.add_dynamic_items(*self.dynamic_items)

    async def cog_unload(self) -> None:
        """Take the controls back."""
        self.bot.remove_dynamic_items(*self.dynamic_items)

    def knows(self, custom_id: str) -> bool:
        """Return whether one of this cog's controls has this custom_id."""
        templates = [item.__discord_ui_compiled_template__ for item in self.dynamic_items]
        return any(template.fullmatch(custom_id) for template in [*templates, *([self.form] if self.form else [])])

    @commands.Cog.listener()
    async def on_interaction(self, interaction: Interaction) -> None:
        """Take the form of this cog, when it was submitted."""
        if self.form and interaction.type is discord.InteractionType.modal_submit:
            data: Any = interaction.data or {}
            if match := self.form.fullmatch(str(data.get("custom_id", ""))):
                await self.submitted(interaction, match, data.get("components", ()))

    async def submitted(self, interaction: Interaction, match: re.Match[str], components: Components) -> None:
        """Carry out what a submitted form asks for."""
        raise NotImplementedError


class Control:
    """What all our buttons and selects do; `fields` are the named groups of the template in their custom_id."""

    fields: dict[str, str]

    @classmethod
    async def from_custom_id(cls, _: Interaction, item: ui.Item[Layout], match: re.Match[str], /) -> Self:
        """Return the control that was used."""
        control = cls(item)  # type: ignore[call-arg]  # every subclass is a DynamicItem, which is made of its item
        control.fields = {name: text or "" for name, text in match.groupdict().items()}
        return control

    async def callback(self, interaction: Interaction) -> None:
        """Carry out what was pressed or chosen; when that fails, say so."""
        try:
            await self.carry_out(interaction, services_of(interaction))
        except Exception:  # discord.py would only note it, and the person would wait for an answer
            log.exception("a press could not be carried out")
            await apologise(interaction)

    async def carry_out(self, interaction: Interaction, services: Services) -> None:
        """Do what this control is for."""
        raise NotImplementedError


def services_of(interaction: Interaction) -> Services:
    """Return the services of the bot that got this interaction."""
    services = getattr(interaction.client, "services", None)
    if not isinstance(services, Services):
        raise TypeError("the client of this control has no Services")
    return services


def chosen_values(interaction: Interaction) -> tuple[str, ...]:
    """Return what was chosen in a select."""
    data: Any = interaction.data or {}
    return tuple(data.get("values", ()))


async def apologise(interaction: discord.Interaction[Any]) -> None:
    """Say in one sentence that something went wrong, when it can still be said."""
    try:
        if interaction.type is discord.InteractionType.autocomplete:
            return
        if interaction.response.is_done():
            await interaction.followup.send(texts.BROKEN_OFF, ephemeral=True)
        else:
            await interaction.response.send_message(texts.BROKEN_OFF, ephemeral=True)
    except discord.HTTPException as error:
        log.info("an apology could not be delivered: code %s", error.code)
