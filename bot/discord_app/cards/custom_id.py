"""What a button or a select carries: the state that lets it work after a restart, in at most 100 characters. Pure.

The form is `t1:action:argument:answer:slug`. The answer's id finds what was kept; where nothing was kept any more, the
slug and the level say enough to answer from the glossary again.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from bot.discord_app.limits import CUSTOM_ID

VERSION = "t1"
PATTERN = r"t\d+:.*"
"""Every custom_id of ours, of any version."""

_ANSWER = re.compile(r"[A-Za-z0-9_-]{1,32}")
_ARGUMENT = re.compile(r"[A-Za-z0-9_.-]{0,40}")
_SLUG = re.compile(r"[A-Za-z0-9_-]*")


class Action(StrEnum):
    """What a press asks for; the value is what stands in the custom_id."""

    LEVEL = "l"
    FOLLOW_UP = "f"
    OWN_QUESTION = "o"
    SEE_ALSO = "s"
    MY_LEVEL = "m"
    WHY = "y"
    EXAMPLE = "e"
    SOURCES = "c"
    HELPFUL = "u"
    UNHELPFUL = "d"
    DELETE = "x"
    STOP = "q"
    RETRY = "r"
    PAGE = "p"
    DISMISS = "z"


@dataclass(frozen=True, slots=True)
class Press:
    """What was pressed: the action with its argument, on the card of an answer, about an entry ("" for several)."""

    action: Action
    answer: str
    argument: str = ""
    slug: str = ""

    @property
    def custom_id(self) -> str:
        """The press as a custom_id; a slug that does not fit is left out. Raises ValueError for what cannot be read again."""
        if not (_ANSWER.fullmatch(self.answer) and _ARGUMENT.fullmatch(self.argument) and _SLUG.fullmatch(self.slug)):
            raise ValueError(f"no custom_id can carry {self!r}")
        short = ":".join((VERSION, self.action, self.argument, self.answer, ""))
        return short + self.slug if len(short) + len(self.slug) <= CUSTOM_ID else short


@dataclass(frozen=True, slots=True)
class Stale:
    """A control of another version of this bot."""


def read(custom_id: str) -> Press | Stale:
    """What a custom_id asks for; Stale for one that this version did not make."""
    version, *parts = custom_id.split(":")
    if version != VERSION or len(parts) != 4 or parts[0] not in set(Action):
        return Stale()
    action, argument, answer, slug = parts
    if not (_ANSWER.fullmatch(answer) and _ARGUMENT.fullmatch(argument) and _SLUG.fullmatch(slug)):
        return Stale()
    return Press(Action(action), answer, argument, slug)
