"""What the panel of /setup says, and what its controls change. Pure: settings and facts in, text and settings out."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from bot.discord_app.application.invite import PERMISSIONS
from bot.discord_app.cards.texts import LEVELS
from bot.discord_app.discord_text import sanitize
from bot.discord_app.discord_text.split import clip
from bot.state.values import Adders, Change, ServerSettings
from corpus.entry import Level

CHANNELS = "p1:channels"
LEVEL = "p1:level"
LISTEN_MINUTES = "p1:minutes"
LISTENING = "p1:listening"
MODEL = "p1:model"
ALLOWANCE = "p1:allowance"
ADDERS = "p1:adders"
ROLE = "p1:role"
"""The custom_ids of the panel's controls; those of switches have `:True` or `:False` behind them."""

TEMPLATE = r"p1:(?P<control>[a-z]+)(?::(?P<value>True|False))?"

NO_LEVEL = "none"
MINUTES = (5, 10, 30, 60, 240)
ALLOWED = (0, 10, 25, 50, 100, 500)
"""Questions in a day that the panel offers; 0 for no limit."""

WHO_ADDS = {
    Adders.ADMINS: "Only admins add entries",
    Adders.ROLE: "Admins and one role add entries",
    Adders.EVERYONE: "Everybody adds entries",
}
NO_ADMIN = "Only people who may manage this server can change how I answer here."

AWAY = "> My memory cannot be reached just now: these may not be your settings, and nothing was changed. Try again in a minute."
_ID = re.compile(r"(?<!\d)(\d{15,20})(?!\d)(?!…)")
MAX_CHANGE_CHARACTERS = 120
"""Characters of a line of the log."""
MAX_LACKING = 5
"""Channels whose lack of permissions is said one by one; of twenty-five there would be no room."""

NO_INTENT = (
    "I cannot read messages that do not mention me, so in study channels mention me or reply to me. To change that, the "
    "owner switches on “Message Content Intent” under Bot at <https://discord.com/developers/applications> and sets "
    "`DISCORD_MESSAGE_CONTENT=true`."
)


def missing_permissions(permissions: object) -> tuple[str, ...]:
    """Return the permissions that I need and do not have here, by the names that Discord shows."""
    value = int(getattr(permissions, "value", 0))
    return tuple(name for name, bit in PERMISSIONS.items() if not value & bit)


def changed(settings: ServerSettings, control: str, values: Sequence[str]) -> ServerSettings | None:
    """Return the settings after a control was used; None for a control or a value of another version."""
    change = _CHANGES.get(control)
    try:
        return change(settings, tuple(values)) if change else None
    except (ValueError, IndexError):
        return None


def _is_on(value: str) -> bool:
    return ("False", "True").index(value) == 1


def _number(value: str) -> int:
    return int(value) if value.isdecimal() else int("not a number")


_CHANGES: dict[str, Callable[[ServerSettings, tuple[str, ...]], ServerSettings]] = {
    CHANNELS: lambda before, chosen: replace(before, study_channels=frozenset(map(_number, chosen))),
    LEVEL: lambda before, chosen: replace(before, level=None if chosen[0] == NO_LEVEL else Level(chosen[0])),
    LISTEN_MINUTES: lambda before, chosen: replace(before, listen_minutes=_number(chosen[0])),
    ALLOWANCE: lambda before, chosen: replace(before, allowance=_number(chosen[0])),
    ADDERS: lambda before, chosen: replace(before, adders=Adders(chosen[0])),
    ROLE: lambda before, chosen: replace(before, adder_role=_number(chosen[0]) if chosen else 0),
    LISTENING: lambda before, chosen: replace(before, listening=_is_on(chosen[0])),
    MODEL: lambda before, chosen: replace(before, model=_is_on(chosen[0])),
}


def settings_text(
    settings: ServerSettings,
    *,
    reads_messages: bool,
    missing: Sequence[str] = (),
    lacking: Mapping[str, Sequence[str]] | None = None,
) -> str:
    """Return the settings as they are, and what keeps them from working: `missing` permissions here, `lacking` in channels."""
    channels = " ".join(f"<#{channel_id}>" for channel_id in sorted(settings.study_channels)) or "none"
    lines = [
        "### How I answer on this server",
        f"**Study channels:** {channels}. A question there opens a thread.",
        f"**Listen mode:** {_listening(settings)}",
        f"**Written answers:** {'on' if settings.model else 'off; only the glossary’s own words'}",
        f"**Own entries:** {_adders(settings)}",
        f"**Questions a day for each person:** {settings.allowance or 'no limit'}",
        f"**Level for people who chose none:** {LEVELS[settings.level] if settings.level else 'the owner’s default'}",
    ]
    if settings.study_channels and not reads_messages:
        lines.append(f"> {NO_INTENT}")
    if missing:
        lines.append(
            f"> I lack these permissions here: {', '.join(missing)}. An admin gives them under Server Settings › Roles."
        )
    elsewhere = list((lacking or {}).items())
    for channel, names in elsewhere[:MAX_LACKING]:
        lines.append(f"> In {channel} I also lack: {', '.join(names)}. See that channel’s settings › Permissions.")
    if len(elsewhere) > MAX_LACKING:
        lines.append(f"> So it is in {len(elsewhere) - MAX_LACKING} more channels.")
    return "\n".join(lines)


def lately(changes: Sequence[Change]) -> str:
    """Return the newest lines of the admin log, in small print; "" for none."""
    return "\n".join(
        f"-# <t:{int(change.at.timestamp())}:R> {f'<@{change.by}>' if change.by else 'somebody'}: {_named(change.what)}"
        for change in changes
    )


def _named(what: str) -> str:
    """Return what changed, with channels and the role as Discord shows them by name."""
    settings = (sanitize.plain(setting) for setting in clip(what, MAX_CHANGE_CHARACTERS).split("; "))
    return "; ".join(
        _ID.sub(r"<#\1>" if setting.startswith("study channels") else r"<@&\1>", setting)
        if setting.startswith(("study channels", "adder role"))
        else setting
        for setting in settings
    )


def _adders(settings: ServerSettings) -> str:
    said = WHO_ADDS[settings.adders].casefold()
    if settings.adders is not Adders.ROLE:
        return said
    return f"{said}: <@&{settings.adder_role}>" if settings.adder_role else f"{said}; choose the role below"


def _listening(settings: ServerSettings) -> str:
    if not settings.listening:
        return "off; I answer every question in study channels"
    return (
        f"on; I answer a question between people only when I am sure, at most one in {settings.listen_minutes} minutes"
    )
