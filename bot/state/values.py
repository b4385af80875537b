"""The values that are kept: preferences, turns, answers, settings of a server. Frozen; they know no database.

Ids are Discord's snowflakes (64-bit integers); times are in UTC.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from bot.tutor.talk import Answer, Question
from corpus.entry import Level


@dataclass(frozen=True, slots=True)
class Preferences:
    """How a person likes to be answered. `paused`: nothing of what they ask is kept."""

    level: Level | None = None
    role: str = ""
    audience: str = ""
    paused: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where a conversation goes on: a channel, a thread or a direct message, and the guild around it (0 for none)."""

    channel: int
    guild: int = 0


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer as it was given, with its question: enough to show its card again and to go on from it.

    `id` stands in the custom_id of the card's buttons; `message` is the card's message, 0 before it is sent. `finished`
    is False while the answer is still being written: after a crash such a card is closed.
    """

    id: str
    place: Place
    user: int
    question: Question
    answer: Answer
    message: int = 0
    finished: bool = True
    at: datetime = field(default_factory=lambda: datetime.now(UTC))


class Adders(StrEnum):
    """Who may add entries to a server's own glossary."""

    ADMINS = "admins"
    ROLE = "role"
    EVERYONE = "everyone"


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """What the admins of a server chose. `allowance`: questions a person may ask in a day, 0 for no limit.

    `listening`: in study channels, questions between people are answered too, at most one in `listen_minutes`.
    """

    study_channels: frozenset[int] = frozenset()
    listening: bool = False
    listen_minutes: int = 10
    level: Level | None = None
    model: bool = True
    adders: Adders = Adders.ADMINS
    adder_role: int = 0
    allowance: int = 0
