"""What a button or a select carries: the state that lets it work after a restart, in at most 100 characters. Pure.

The form is `t1:action:argument:answer:slug`. The answer's id finds what was kept; where nothing was kept any more, the
slug and the level say enough to answer from the glossary again.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.discord_app.limits import MAX_CUSTOM_ID

VERSION = "t1"
TEMPLATE = re.compile(
    rf"{VERSION}:(?P<action>[a-z]):(?P<argument>[A-Za-z0-9_.-]{{0,40}}):"
    r"(?P<answer>[A-Za-z0-9_-]{1,32}):(?P<slug>[A-Za-z0-9_-]*)"
)
"""The custom_ids of this version."""


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
    MORE = "k"


@dataclass(frozen=True, slots=True)
class Press:
    """What was pressed: the action with its argument, on the card of an answer, about an entry ("" for several)."""

    action: Action
    answer: str
    argument: str = ""
    slug: str = ""

    @property
    def custom_id(self) -> str:
        """Return the press as a custom_id, without a slug that does not fit. Raises ValueError for what cannot be read again."""
        short = ":".join((VERSION, self.action, self.argument, self.answer, ""))
        if not TEMPLATE.fullmatch(short + self.slug):
            raise ValueError(f"no custom_id can carry {self!r}")
        return short + self.slug if len(short) + len(self.slug) <= MAX_CUSTOM_ID else short


@dataclass(frozen=True, slots=True)
class Stale:
    """A control of another version of this bot."""


def read(custom_id: str) -> Press | Stale:
    """Return what a custom_id asks for; Stale for one that this version did not make."""
    match = TEMPLATE.fullmatch(custom_id)
    return press_of(match.groupdict()) if match else Stale()


def press_of(fields: Mapping[str, str]) -> Press | Stale:
    """Return the press whose TEMPLATE's named groups these are; Stale for an unknown action."""
    if fields["action"] not in set(Action):
        return Stale()
    return Press(Action(fields["action"]), fields["answer"], fields["argument"], fields["slug"])
