"""The panel of /setup on Discord. Its controls carry what they change, so that they work after a restart, and each
change starts from the settings as they are then.
"""

import logging
from dataclasses import replace

import discord
from discord import ui

from bot.discord_app.answers.responder import Acknowledged, Answering
from bot.discord_app.cards import answer_card as card
from bot.discord_app.cards import texts as words
from bot.discord_app.features.server_settings import panel_text as setup_text
from bot.state.memory import Memory
from bot.state.values import Adders, ServerSettings

log = logging.getLogger(__name__)

MOST_CHANNELS = 25
SHOWN_CHANGES = 3
"""Of the admin log, the newest."""

Interaction = discord.Interaction
Layout = ui.LayoutView


async def show(interaction: Interaction, answering: Answering) -> None:
    """Shows the panel to the admin who called for it."""
    if await answering.acknowledge(interaction, private=True) is Acknowledged.YES:
        await _draw(interaction, answering.desk.memory)


async def change(interaction: Interaction, answering: Answering, custom_id: str, values: tuple[str, ...]) -> None:
    """Carries out what an admin chose on a panel."""
    if not interaction.permissions.manage_guild:
        await answering.show(interaction, card.notice(setup_text.NO_ADMIN))
        return
    memory, guild = answering.desk.memory, interaction.guild_id or 0
    if setup_text.changed(ServerSettings(), custom_id, values) is None:
        await answering.show(interaction, card.notice(words.OUTDATED))
    elif await answering.acknowledge(interaction, update=True) is Acknowledged.YES:
        settings = setup_text.changed(await memory.server(guild), custom_id, values)
        if memory.working and settings:  # else these are not this server's settings, and would be written over them
            await memory.set_server(guild, settings, interaction.user.id)
        await _draw(interaction, memory)


async def _draw(interaction: Interaction, memory: Memory) -> None:
    """The panel as things are now: what was not kept does not look as if it were."""
    guild = interaction.guild_id or 0
    settings, changes = await memory.server(guild), await memory.changes(guild, SHOWN_CHANGES)
    try:
        view = _view(interaction, settings, setup_text.lately(changes), away=not memory.working)
        await interaction.edit_original_response(view=view)
    except discord.HTTPException as error:
        log.warning("a panel could not be shown: status %s, code %s", error.status, error.code)


def _view(interaction: Interaction, settings: ServerSettings, lately: str, *, away: bool) -> Layout:
    guild = interaction.guild
    # A channel or a role that was deleted is no choice any more, and Discord would refuse it as one.
    channels = [found for one in sorted(settings.study_channels) if guild and (found := guild.get_channel(one))]
    lacking = {
        channel.mention: missing for channel in channels if (missing := _missing(channel, interaction.app_permissions))
    }
    role = settings.adder_role if guild and guild.get_role(settings.adder_role) else 0
    settings = replace(settings, study_channels=frozenset(channel.id for channel in channels), adder_role=role)
    missing = setup_text.missing_permissions(interaction.app_permissions)
    reads = interaction.client.intents.message_content
    text = setup_text.panel_text(settings, reads_messages=reads, missing=missing, lacking=lacking)
    text = "\n".join(filter(None, [text, lately, setup_text.AWAY if away else ""]))
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
    """What I lack in a channel beyond what I lack here."""
    there = setup_text.missing_permissions(channel.permissions_for(channel.guild.me))
    return tuple(name for name in there if name not in setup_text.missing_permissions(here))


def _channels(settings: ServerSettings) -> "ui.ChannelSelect[Layout]":
    return ui.ChannelSelect(
        custom_id=setup_text.CHANNELS,
        placeholder="Study channels",
        channel_types=[discord.ChannelType.text, discord.ChannelType.forum],
        min_values=0,
        max_values=MOST_CHANNELS,
        default_values=[
            discord.SelectDefaultValue(id=one, type=discord.SelectDefaultValueType.channel)
            for one in sorted(settings.study_channels)[:MOST_CHANNELS]
        ],
    )


def _levels(settings: ServerSettings) -> "ui.Select[Layout]":
    usual = discord.SelectOption(label="The owner’s default", value=setup_text.NO_LEVEL, default=settings.level is None)
    levels = [
        discord.SelectOption(label=name, value=level.value, default=level is settings.level)
        for level, name in words.LEVELS.items()
    ]
    return ui.Select(
        custom_id=setup_text.LEVEL, placeholder="Level for people who chose none", options=[usual, *levels]
    )


def _minutes(settings: ServerSettings) -> "ui.Select[Layout]":
    offered = sorted({*setup_text.MINUTES, settings.listen_minutes})
    options = [
        discord.SelectOption(
            label=f"Listen mode: at most one answer in {one} minutes",
            value=str(one),
            default=one == settings.listen_minutes,
        )
        for one in offered
    ]
    return ui.Select(custom_id=setup_text.LISTEN_MINUTES, placeholder="Listen mode: how often", options=options)


def _allowance(settings: ServerSettings) -> "ui.Select[Layout]":
    options = [
        discord.SelectOption(
            label=f"{one} questions a day for each person" if one else "No limit to questions",
            value=str(one),
            default=one == settings.allowance,
        )
        for one in sorted({*setup_text.ALLOWED, settings.allowance})
    ]
    return ui.Select(custom_id=setup_text.ALLOWANCE, placeholder="Questions a day", options=options)


def _adders(settings: ServerSettings) -> "ui.Select[Layout]":
    options = [
        discord.SelectOption(label=text, value=one.value, default=one is settings.adders)
        for one, text in setup_text.WHO_ADDS.items()
    ]
    return ui.Select(custom_id=setup_text.ADDERS, placeholder="Who may add entries", options=options)


def _role(settings: ServerSettings) -> "ui.RoleSelect[Layout]":
    chosen = [discord.SelectDefaultValue(id=settings.adder_role, type=discord.SelectDefaultValueType.role)]
    return ui.RoleSelect(
        custom_id=setup_text.ROLE,
        placeholder="The role that adds entries",
        min_values=0,
        max_values=1,
        default_values=chosen if settings.adder_role else [],
    )


def _switches(settings: ServerSettings) -> "list[ui.Button[Layout]]":
    return [
        _switch("Listen mode", setup_text.LISTENING, settings.listening),
        _switch("Written answers", setup_text.MODEL, settings.model),
    ]


def _switch(label: str, custom_id: str, on: bool) -> "ui.Button[Layout]":
    style = discord.ButtonStyle.success if on else discord.ButtonStyle.secondary
    # It says what it switches to: pressed twice by mistake, it still does what was read on it.
    return ui.Button(label=f"{label}: {'on' if on else 'off'}", custom_id=f"{custom_id}:{not on}", style=style)
