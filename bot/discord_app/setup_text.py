"""What the panel of /setup says, and what its controls change. Pure: settings and facts in, text and settings out."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.discord_app.invite import PERMISSIONS
from bot.discord_app.words import LEVELS
from bot.state.values import ServerSettings
from corpus.entry import Level

CHANNELS = "p1:channels"
LEVEL = "p1:level"
LISTEN_MINUTES = "p1:minutes"
LISTENING = "p1:listening"
MODEL = "p1:model"
"""The custom_ids of the panel's controls; those of switches have `:True` or `:False` behind them."""

NO_LEVEL = "none"
MINUTES = (5, 10, 30, 60, 240)
NO_ADMIN = "Only people who may manage this server can change how I answer here."

NO_INTENT = (
    "I cannot read messages that do not mention me, so in study channels mention me or reply to me. To change that, the "
    "owner switches on “Message Content Intent” under Bot at <https://discord.com/developers/applications> and sets "
    "`DISCORD_MESSAGE_CONTENT=true`."
)


def missing_permissions(permissions: object) -> tuple[str, ...]:
    """The permissions that I need and do not have here, by the names that Discord shows."""
    value = int(getattr(permissions, "value", 0))
    return tuple(name for name, bit in PERMISSIONS.items() if not value & bit)


def changed(settings: ServerSettings, custom_id: str, values: Sequence[str]) -> ServerSettings | None:
    """The settings after a control was used; None for a control or a value of another version."""
    chosen = values[0] if values else ""
    made: dict[str, ServerSettings] = {
        f"{LISTENING}:True": replace(settings, listening=True),
        f"{LISTENING}:False": replace(settings, listening=False),
        f"{MODEL}:True": replace(settings, model=True),
        f"{MODEL}:False": replace(settings, model=False),
    }
    if custom_id == CHANNELS and all(one.isdigit() for one in values):
        return replace(settings, study_channels=frozenset(map(int, values)))
    if custom_id == LEVEL and chosen in {NO_LEVEL, *Level}:
        return replace(settings, level=None if chosen == NO_LEVEL else Level(chosen))
    if custom_id == LISTEN_MINUTES and chosen.isdigit():
        return replace(settings, listen_minutes=int(chosen))
    return made.get(custom_id)


def panel_text(
    settings: ServerSettings,
    *,
    reads_messages: bool,
    missing: Sequence[str] = (),
    lacking: Mapping[str, Sequence[str]] | None = None,
) -> str:
    """The settings as they are, and what keeps them from working: `missing` permissions here, `lacking` in channels."""
    channels = " ".join(f"<#{one}>" for one in sorted(settings.study_channels)) or "none"
    lines = [
        "### How I answer on this server",
        f"**Study channels:** {channels}. A question there opens a thread.",
        f"**Listen mode:** {_listening(settings)}",
        f"**Written answers:** {'on' if settings.model else 'off; only the glossary’s own words'}",
        f"**Level for people who chose none:** {LEVELS[settings.level] if settings.level else 'the owner’s default'}",
    ]
    if settings.study_channels and not reads_messages:
        lines.append(f"> {NO_INTENT}")
    if missing:
        lines.append(
            f"> I lack these permissions here: {', '.join(missing)}. An admin gives them under Server Settings › Roles."
        )
    for channel, names in (lacking or {}).items():
        lines.append(f"> In {channel} I also lack: {', '.join(names)}. See that channel’s settings › Permissions.")
    return "\n".join(lines)


def _listening(settings: ServerSettings) -> str:
    if not settings.listening:
        return "off; I answer every question in study channels"
    return (
        f"on; I answer a question between people only when I am sure, at most one in {settings.listen_minutes} minutes"
    )
