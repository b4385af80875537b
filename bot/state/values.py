"""The values that are kept: preferences, turns, answers, settings of a server. Frozen; they know no database.

Ids are Discord's snowflakes (64-bit integers); times are in UTC.
"""

import re
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from enum import StrEnum

from bot.tutor.dialogue import Answer, Question
from corpus.entry import Level

_MENTION = re.compile(r"<@[!&]?\d+>")


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


class Cause(StrEnum):
    """Why a question is a gap: nothing was found, or somebody pressed 👎."""

    DECLINED = "declined"
    UNHELPFUL = "unhelpful"


@dataclass(frozen=True, slots=True)
class Gap:
    """A question that the glossary did not answer well, and the terms nearest to it. Nobody knows who asked it."""

    question: str
    nearest: tuple[str, ...] = ()
    cause: str = Cause.DECLINED
    guild: int = 0
    at: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """An answer as it was given, with its question: enough to show its card again and to go on from it.

    `id` stands in the custom_id of the card's buttons. `finished` is False while the answer is still being written:
    after a crash such a card is closed. The conversation before it (`question.history`) is not kept with it: each turn
    is kept once, under the person who asked.
    """

    id: str
    place: Place
    user: int
    question: Question
    answer: Answer
    finished: bool = True
    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def gap(self, cause: Cause) -> Gap:
        """Return the gap that this answer leaves: its question without mentions of people, and the terms that were offered."""
        nearest = self.answer.terms or self.answer.see_also
        return Gap(_MENTION.sub("@somebody", self.question.text), nearest, cause, self.place.guild, self.at)


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

    def changed_from(self, before: "ServerSettings") -> str:
        """Return what changed, for people: "level: none → expert; listening: off → on"; "" for nothing."""
        pairs = ((setting.name, getattr(before, setting.name), getattr(self, setting.name)) for setting in fields(self))
        return "; ".join(
            f"{name.replace('_', ' ')}: {_said(old)} → {_said(new)}" for name, old, new in pairs if old != new
        )


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, frozenset):
        return ", ".join(map(str, sorted(value))) or "none"
    return str(value) if value else "none"


SETTINGS = "settings"
ENTRIES = "entries"
"""What a change is about."""


@dataclass(frozen=True, slots=True)
class Change:
    """A line of a server's admin log: who changed what, and when. `by` is 0 once that person was forgotten."""

    id: int
    guild: int
    by: int
    kind: str
    what: str
    at: datetime


@dataclass(frozen=True, slots=True)
class GuildEntry:
    """A version of an entry of a server's own glossary, as a native file; its text is empty where it was removed."""

    slug: str
    text: str
    version: int
    change: int
    by: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Rate:
    """A token bucket: `capacity` questions at once, and `per_s` new ones a second."""

    capacity: float
    per_s: float

    @classmethod
    def daily(cls, questions: int) -> "Rate":
        """So many questions in a day, all at once if somebody likes; they come back one by one."""
        return cls(questions, questions / 86_400)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a question may cost: of the person's bucket in this server, and of the whole server's; None for no limit."""

    user: Rate | None = None
    guild: Rate | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a question may be asked now; when not, in how many seconds, and whether it is the whole server's limit."""

    allowed: bool = True
    wait_s: float = 0.0
    everybody: bool = False


@dataclass(frozen=True, slots=True)
class Swept:
    """How many rows went because their time was over."""

    answers: int = 0
    gaps: int = 0
    allowances: int = 0
    changes: int = 0
    guilds: int = 0
