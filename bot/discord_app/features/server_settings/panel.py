"""The panel of /setup on Discord. Its controls carry what they change, so that they work after a restart, and each
change starts from the settings as they are then.
"""

import logging
from dataclasses import replace

import discord
from discord import ui

from bot.discord_app.answers.responder import Acknowledged
from bot.discord_app.cards import answer_card, texts
from bot.discord_app.feature_cog import Control, Interaction, Layout, chosen_values
from bot.discord_app.features.server_settings import deletion, panel_text
from bot.discord_app.services import Services
from bot.state.memory import Memory
from bot.state.values import Adders, ServerSettings

log = logging.getLogger(__name__)

MAX_CHANNELS = 25
SHOWN_CHANGES = 3
"""Of the admin log, the newest."""


async def show(interaction: Interaction, services: Services) -> None:
    """Show the panel to the admin who called for it."""
    if await services.answers.acknowledge(interaction, private=True) is Acknowledged.YES:
        await _draw(interaction, services.memory)


class PanelControl(Control, ui.DynamicItem[ui.Item[Layout]], template=panel_text.TEMPLATE):
    """A button or a select of the panel."""

    async def carry_out(self, interaction: Interaction, services: Services) -> None:
        """Change the setting, and draw the panel anew."""
        control, values = f"p1:{self.fields['control']}", chosen_values(interaction)
        if self.fields["value"]:
            values = (self.fields["value"],)
        answers, memory, guild = services.answers, services.memory, interaction.guild_id or 0
        if not interaction.permissions.manage_guild:
            await answers.show(interaction, answer_card.notice(panel_text.NO_ADMIN))
        elif panel_text.changed(ServerSettings(), control, values) is None:
            await answers.show(interaction, answer_card.notice(texts.OUTDATED))
        elif await answers.acknowledge(interaction, update=True) is Acknowledged.YES:
            settings = panel_text.changed(await memory.server(guild), control, values)
            if memory.working and settings:  # else these are not this server's settings, and would be written over them
                await memory.set_server(guild, settings, interaction.user.id)
            await _draw(interaction, memory)


async def _draw(interaction: Interaction, memory: Memory) -> None:
    """Return the panel as things are now: what was not kept does not look as if it were."""
    guild = interaction.guild_id or 0
    settings, changes = await memory.server(guild), await memory.changes(guild, SHOWN_CHANGES)
    try:
        view = _view(interaction, settings, panel_text.lately(changes), away=not memory.working)
        await interaction.edit_original_response(view=view)
    except discord.HTTPException as error:
        log.warning("a panel could not be shown: status %s, code %s", error.status, error.code)


def _view(interaction: Interaction, settings: ServerSettings, lately: str, *, away: bool) -> Layout:
    guild = interaction.guild
    # A channel or a role that was deleted is no choice any more, and Discord would refuse it as one.
    channels = [
        found for channel_id in sorted(settings.study_channels) if guild and (found := guild.get_channel(channel_id))
    ]
    lacking = {
        channel.mention: missing for channel in channels if (missing := _missing(channel, interaction.app_permissions))
    }
    role = settings.adder_role if guild and guild.get_role(settings.adder_role) else 0
    settings = replace(settings, study_channels=frozenset(channel.id for channel in channels), adder_role=role)
    missing = panel_text.missing_permissions(interaction.app_permissions)
    reads = interaction.client.intents.message_content
    text = panel_text.settings_text(settings, reads_messages=reads, missing=missing, lacking=lacking)
    text = "\n".join(filter(None, [text, lately, panel_text.AWAY if away else ""]))
    view = Layout(timeout=None)
    box: ui.Container[Layout] = ui.Container(ui.TextDisplay(text))
    view.add_item(box)
    for item in (_channels(settings), _levels(settings), _minutes(settings), _allowance(settings), _adders(settings)):
        view.add_item(ui.ActionRow(item))
    if settings.adders is Adders.ROLE:
        view.add_item(ui.ActionRow(_role(settings)))
    view.add_item(ui.ActionRow(*_switches(settings)))
    view.stop()
    return view


def _missing(channel: discord.abc.GuildChannel, here: discord.Permissions) -> tuple[str, ...]:
    """Return what I lack in a channel beyond what I lack here."""
    there = panel_text.missing_permissions(channel.permissions_for(channel.guild.me))
    return tuple(name for name in there if name not in panel_text.missing_permissions(here))


def _channels(settings: ServerSettings) -> "ui.ChannelSelect[Layout]":
    return ui.ChannelSelect(
        custom_id=panel_text.CHANNELS,
        placeholder="Study channels",
        channel_types=[discord.ChannelType.text, discord.ChannelType.forum],
        min_values=0,
        max_values=MAX_CHANNELS,
        default_values=[
            discord.SelectDefaultValue(id=channel, type=discord.SelectDefaultValueType.channel)
            for channel in sorted(settings.study_channels)[:MAX_CHANNELS]
        ],
    )


def _levels(settings: ServerSettings) -> "ui.Select[Layout]":
    usual = discord.SelectOption(label="The owner’s default", value=panel_text.NO_LEVEL, default=settings.level is None)
    levels = [
        discord.SelectOption(label=name, value=level.value, default=level is settings.level)
        for level, name in texts.LEVELS.items()
    ]
    return ui.Select(
        custom_id=panel_text.LEVEL, placeholder="Level for people who chose none", options=[usual, *levels]
    )


def _minutes(settings: ServerSettings) -> "ui.Select[Layout]":
    offered = sorted({*panel_text.MINUTES, settings.listen_minutes})
    options = [
        discord.SelectOption(
            label=f"Listen mode: at most one answer in {number} minutes",
            value=str(number),
            default=number == settings.listen_minutes,
        )
        for number in offered
    ]
    return ui.Select(custom_id=panel_text.LISTEN_MINUTES, placeholder="Listen mode: how often", options=options)


def _allowance(settings: ServerSettings) -> "ui.Select[Layout]":
    options = [
        discord.SelectOption(
            label=f"{number} questions a day for each person" if number else "No limit to questions",
            value=str(number),
            default=number == settings.allowance,
        )
        for number in sorted({*panel_text.ALLOWED, settings.allowance})
    ]
    return ui.Select(custom_id=panel_text.ALLOWANCE, placeholder="Questions a day", options=options)


def _adders(settings: ServerSettings) -> "ui.Select[Layout]":
    options = [
        discord.SelectOption(label=text, value=one.value, default=one is settings.adders)
        for one, text in panel_text.WHO_ADDS.items()
    ]
    return ui.Select(custom_id=panel_text.ADDERS, placeholder="Who may add entries", options=options)


def _role(settings: ServerSettings) -> "ui.RoleSelect[Layout]":
    chosen = [discord.SelectDefaultValue(id=settings.adder_role, type=discord.SelectDefaultValueType.role)]
    return ui.RoleSelect(
        custom_id=panel_text.ROLE,
        placeholder="The role that adds entries",
        min_values=0,
        max_values=1,
        default_values=chosen if settings.adder_role else [],
    )


def _switches(settings: ServerSettings) -> "list[ui.Button[Layout]]":
    return [
        _switch("Listen mode", panel_text.LISTENING, settings.listening),
        _switch("Written answers", panel_text.MODEL, settings.model),
        ui.Button(label="Delete everything", custom_id=deletion.ASK, style=discord.ButtonStyle.danger),
    ]


def _switch(label: str, custom_id: str, on: bool) -> "ui.Button[Layout]":
    style = discord.ButtonStyle.success if on else discord.ButtonStyle.secondary
    # It says what it switches to: pressed twice by mistake, it still does what was read on it.
    return ui.Button(label=f"{label}: {'on' if on else 'off'}", custom_id=f"{custom_id}:{not on}", style=style)
