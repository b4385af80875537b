"""Our buttons and selects as Discord hands them back: found by their custom_id, whoever sent them and whenever.

What a press does is in presses.py.
"""

import logging
import re
from typing import Any, Self

import discord
from discord import ui

from bot.discord_app.cards import texts as words
from bot.discord_app.incoming.answer_buttons import Presses

log = logging.getLogger(__name__)

BUTTONS = r"(?:t\d+:(?!s:)|b\d+:turn:|p\d+:(?:listening|model):|y\d+:).*"
SELECTS = r"(?:t\d+:s:|b\d+:show|v\d+:level|p\d+:(?:level|minutes|adders|allowance)|g\d+:draft).*"
CHANNELS = r"p\d+:channels.*"
ROLES = r"p\d+:role.*"
OURS = re.compile("|".join((BUTTONS, SELECTS, CHANNELS, ROLES)))
"""Every custom_id that one of the classes below answers, of any version."""

Interaction = discord.Interaction
Layout = ui.LayoutView


class _CarriedOut:
    """What all of them do: become the control that was used, and hand it to the presses."""

    @classmethod
    async def from_custom_id(cls, _: Interaction, item: ui.Item[Layout], __: re.Match[str], /) -> Self:
        """The control that was used."""
        return cls(item)  # type: ignore[call-arg]  # every class below is a DynamicItem, which is made of its item

    async def callback(self, interaction: Interaction) -> None:
        """Carries out what was pressed or chosen."""
        await _carry_out(interaction)


class PressedButton(_CarriedOut, ui.DynamicItem[ui.Button[Layout]], template=BUTTONS):
    """Any button of ours on any message."""


class MadeChoice(_CarriedOut, ui.DynamicItem[ui.Select[Layout]], template=SELECTS):
    """Any select of ours."""


class ChosenChannels(_CarriedOut, ui.DynamicItem[ui.ChannelSelect[Layout]], template=CHANNELS):
    """The select of study channels."""


class ChosenRole(_CarriedOut, ui.DynamicItem[ui.RoleSelect[Layout]], template=ROLES):
    """The select of the role that adds entries."""


async def _carry_out(interaction: Interaction) -> None:
    presses = getattr(interaction.client, "presses", None)
    if not isinstance(presses, Presses):
        raise TypeError("the client of these buttons has no Presses")
    data: Any = interaction.data or {}
    try:
        await presses.pressed(interaction, str(data.get("custom_id", "")), tuple(data.get("values", ())))
    except Exception:  # discord.py would only note it, and the person would wait for an answer
        log.exception("a press could not be carried out")
        await apologise(interaction)


async def apologise(interaction: discord.Interaction[Any]) -> None:
    """Says in one sentence that something went wrong, when it can still be said."""
    try:
        if interaction.type is discord.InteractionType.autocomplete:
            return
        if interaction.response.is_done():
            await interaction.followup.send(words.BROKEN_OFF, ephemeral=True)
        else:
            await interaction.response.send_message(words.BROKEN_OFF, ephemeral=True)
    except discord.HTTPException as error:
        log.info("an apology could not be delivered: code %s", error.code)
