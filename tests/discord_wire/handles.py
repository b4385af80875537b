"""What came of something that a person did: the callback, the answers, what they say and when they said it.

Knows no people and no bot; `people` makes the handles. Times are seconds since the person acted.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import takewhile
from typing import TYPE_CHECKING, Self

from discord_wire.interactions import MODAL, Interaction
from discord_wire.state import Channel, Json, Message, User, walk

if TYPE_CHECKING:
    from discord_wire.server import Wire

PATIENCE_S = 30.0
BUTTON = 2
SELECTS = (3, 5, 6, 7, 8)


MENU, STRING_SELECT = "More …", 3
"""A list whose options count as buttons: what people press there stands in it."""


def buttons(message: Message) -> list[Json]:
    """The buttons of a message, in reading order."""
    return [one for one in walk(message.components) if one["type"] == BUTTON]


def labels(message: Message) -> list[str]:
    """What stands on its buttons, and in its menu: label, or emoji where there is none."""
    pressed = [one.get("label") or (one.get("emoji") or {}).get("name", "") for one in buttons(message)]
    return [*pressed, *menu_options(message)]


def menu_options(message: Message) -> dict[str, Json]:
    """The options of its lists that carry a placeholder with dots, by label: what a person can press there."""
    menus = [one for one in selects(message) if one["type"] == STRING_SELECT and one.get("placeholder") == MENU]
    return {option["label"]: one for one in menus for option in one["options"]}


def selects(message: Message) -> list[Json]:
    """The selects of a message."""
    return [one for one in walk(message.components) if one["type"] in SELECTS]


class Handle:
    """Something that a person did, and what came of it. Times are seconds since they did it."""

    def __init__(self, wire: Wire, channel: Channel, user: User, began: int) -> None:
        self.wire, self.channel, self.user, self._began = wire, channel, user, began
        self.began_s = time.monotonic()

    @property
    def messages(self) -> list[Message]:
        """The bot's messages in answer, oldest first; those that only say "is thinking…" included."""
        raise NotImplementedError

    @property
    def shown(self) -> list[Message]:
        """Those of them that say something."""
        return [one for one in self.messages if not one.loading and not one.ended]

    @property
    def message(self) -> Message:
        """The first of them. Raises AssertionError where there is none yet."""
        assert self.messages, "no message yet"
        return self.messages[0]

    @property
    def text(self) -> str:
        """Everything that the person reads now."""
        return "\n".join(one.text for one in self.shown)

    @property
    def labels(self) -> list[str]:
        """The labels of all buttons shown."""
        return [label for one in self.shown for label in labels(one)]

    @property
    def ephemeral(self) -> bool:
        return self.message.ephemeral

    @property
    def edits_s(self) -> list[float]:
        """When the answers were edited."""
        return sorted(at - self.began_s for one in self.messages for at in one.edits if at >= self.began_s)

    @property
    def first_text_s(self) -> float | None:
        """How long until something could be read."""
        return self.first_s("")

    def first_s(self, part: str) -> float | None:
        """How long until an answer contained `part`, such as the answer's own words and not a place in a queue."""
        said = [at for one in self.messages for at, text in one.history if part in text]
        return min((at - self.began_s for at in said if at >= self.began_s), default=None)

    @property
    def later(self) -> list[Message]:
        """Every public message of the bot's in the channel since."""
        newest = takewhile(lambda one: one.id > self._began, reversed(self.channel.messages.values()))
        return [one for one in newest if one.author is self.wire.me and not one.ephemeral][::-1]

    async def until(self, true: Callable[[Self], bool], what: str, timeout_s: float = PATIENCE_S) -> Self:
        """Waits until something holds of this handle."""
        try:
            await self.wire.until(lambda: true(self), timeout_s, f"{what}, for {self.user.name}")
        except AssertionError as late:
            raise AssertionError(f"{late}\nshown: {[one.text[:200] for one in self.messages]}") from None
        return self

    async def says(self, part: str = "", timeout_s: float = PATIENCE_S) -> Self:
        """Waits until the answer contains `part`."""
        return await self.until(lambda me: bool(me.shown) and part in me.text, f"an answer with {part!r}", timeout_s)

    async def edited(self, timeout_s: float = PATIENCE_S) -> Self:
        """Waits for an edit, say of the card whose button was pressed."""
        return await self.until(lambda me: bool(me.edits_s), "an edit", timeout_s)

    async def offers(self, label: str, timeout_s: float = PATIENCE_S) -> Self:
        """Waits until the answer has a button of that label."""
        return await self.until(lambda me: label in me.labels, f"a button {label!r}", timeout_s)


class Used(Handle):
    """A command, component or modal that somebody used."""

    def __init__(self, wire: Wire, interaction: Interaction) -> None:
        super().__init__(wire, interaction.channel, interaction.user, interaction.id)
        self.interaction, self.began_s = interaction, interaction.born_s

    @property
    def messages(self) -> list[Message]:
        one = self.interaction
        return [each for each in (one.original, *one.follow_ups) if each is not None]

    @property
    def latency_s(self) -> float | None:
        """Seconds until the callback."""
        return self.interaction.latency_s

    @property
    def refusals(self) -> list[int]:
        """The codes with which the bot's calls for this interaction were refused."""
        return self.interaction.refusals

    async def acknowledged(self, timeout_s: float = PATIENCE_S) -> float:
        """Waits for the callback; the seconds that it took."""
        await self.until(lambda me: me.latency_s is not None, "a callback", timeout_s)
        return self.latency_s or 0.0

    async def modal(self, timeout_s: float = PATIENCE_S) -> Json:
        """Waits for the modal that it opens."""
        await self.until(lambda me: me.interaction.answer == MODAL, "a modal", timeout_s)
        return self.interaction.modal or {}

    async def choices(self, timeout_s: float = PATIENCE_S) -> list[str]:
        """Waits for the choices that it offers: their names."""
        await self.until(lambda me: me.interaction.choices is not None, "choices", timeout_s)
        return [one["name"] for one in self.interaction.choices or []]


class Said(Handle):
    """A message that somebody wrote. Its answers are replies to it, what stands in a thread made from it, and in a direct
    message or a thread whatever the bot says after it."""

    def __init__(self, wire: Wire, sent: Message) -> None:
        super().__init__(wire, sent.channel, sent.author, sent.id)
        self.sent, self.began_s = sent, sent.sent_s

    @property
    def messages(self) -> list[Message]:
        replies = [one for one in self.sent.answers if not one.ended]
        thread = [one for one in self.sent.thread.seen if one.author is self.wire.me] if self.sent.thread else []
        if replies or thread:
            return replies + thread
        return (
            [one for one in self.later if one.reply_to is None] if self.channel.is_dm or self.channel.is_thread else []
        )
