"""A simulated server with its people, and words for what they see. Knows simcord and Discord's payloads."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from fnmatch import fnmatch
from typing import Any

import discord
import pytest
import simcord
from in_memory import InMemory
from simcord._runtime import _attach_bot
from simcord.interactions import base_payload

from bot.discord_app.client import StudyBot

WHY = "how do units of dropout behave in wide layers?"
"""A question that no author has answered: a model writes, where there is one."""

STEP_S = 0.1


@dataclass
class World:
    """A server with two members and an admin, the bot in it, and what the bot is made of."""

    env: simcord.Env
    bot: StudyBot
    memory: InMemory
    make: Callable[..., StudyBot]
    guild: simcord.GuildHandle = field(init=False)
    channel: simcord.ChannelHandle = field(init=False)
    ann: simcord.MemberActor = field(init=False)
    ben: simcord.MemberActor = field(init=False)
    admin: simcord.MemberActor = field(init=False)

    def __post_init__(self) -> None:
        self.guild = self.env.create_guild("Study group")
        self.channel = self.guild.create_text_channel("general")
        self.ann = self.guild.add_member(self.env.create_user("ann"))
        self.ben = self.guild.add_member(self.env.create_user("ben"))
        everything = self.guild.create_role("Admins", permissions=discord.Permissions.all())
        self.admin = self.guild.add_member(self.env.create_user("admin"), roles=[everything])

    async def restart(self, *, forgetful: bool = False, **options: Any) -> StudyBot:
        """A new process of the bot over the same Discord; `forgetful`: what was kept in memory is gone."""
        self.memory = InMemory() if forgetful else self.memory
        self.bot = self.make(self.memory, **options)
        await self.env.restart_bot(self.bot)
        return self.bot

    async def begin(self, operation: Awaitable[Any]) -> None:
        """Does something that takes its time: simcord waits for its end and gives up, the bot works on."""
        with suppress(TimeoutError):
            await operation

    async def until(self, condition: Callable[[], bool], within_s: float = 60.0) -> None:
        """Lets time pass until something is so: simcord's clock by its own leaps, so that nobody waits for it."""
        for _ in range(int(within_s / STEP_S)):
            if condition():
                return
            self.env.backend.advance_clock(STEP_S)
            await self.begin(self.env.settle(timeout=0.02))
        raise AssertionError("it did not come to pass")

    def last(self) -> discord.Message:
        """The last message in the channel, as it is now."""
        return self.channel.history()[-1]

    async def kill(self) -> None:
        """Ends the process of the bot in the middle of what it does: it says nothing more and strikes nothing out."""
        self.env.backend.faults.append(
            {"method": "*", "path": "*", "status": 403, "code": 0, "message": "", "times": None}
        )
        notes = [(one, one.read_bytes()) for one in (self.bot.services.options.data / "in_flight").iterdir()]
        await self.env._detach_bot()
        self.env.backend.faults.clear()
        for path, note in notes:
            path.write_bytes(note)

    async def start(self) -> None:
        """Starts a new process after the old one was killed."""
        self.bot = self.env.bot = self.make(self.memory)
        await _attach_bot(self.env, self.bot)

    async def post(
        self, forum: simcord.ChannelHandle, by: simcord.MemberActor, name: str, content: str
    ) -> simcord.ChannelHandle:
        """A new thread of a forum with its first post, which simcord's people cannot write by themselves."""
        backend = self.env.backend
        thread = backend.create_thread(forum.id, name, owner_id=by.id)
        # Discord gives the first post the id of its thread.
        with pytest.MonkeyPatch.context() as patch:
            others = backend.snowflake
            ids = iter([thread.id])
            patch.setattr(backend, "snowflake", lambda: next(ids, None) or others())
            backend.create_message(thread.id, by.id, content)
        await self.env.settle()
        return next(one for one in forum.threads if one.id == thread.id)

    def sent(self) -> list[dict[str, Any]]:
        """The bodies of everything that the bot has sent or changed as a message."""
        found = []
        for one in self.env.http_requests:
            body = one.json
            if one.method in {"POST", "PATCH"} and isinstance(body, dict):
                body = body.get("data") or {} if one.path.endswith("/callback") else body
                found += [body] if "components" in body or "content" in body else []
        return found

    def foreign(self, name: str, options: list[dict[str, Any]], guild: int = 0) -> tuple[Any, dict[str, Any]]:
        """A command of somebody who installed the bot for themselves, between two people or on a server without it."""
        backend = self.env.backend
        user = self.env.create_user("carl")
        channel = backend.get_dm_channel(user.id)
        command = backend.find_command(name, None, type=1)
        assert command is not None
        data = {"id": command["id"], "name": name, "type": 1, "options": options}
        record, payload = base_payload(
            backend, type=2, channel_id=channel.id, guild_id=None, user_id=user.id, data=data
        )
        payload["context"] = 2
        payload["channel"] = {"id": payload["channel_id"], "type": 3, "recipients": [], "name": None}
        payload["authorizing_integration_owners"] = {"1": str(user.id)}
        if guild:
            payload |= {
                "context": 0,
                "guild_id": str(guild),
                "guild": {"id": str(guild), "features": [], "locale": "en"},
            }
            payload["channel"] = {"id": payload["channel_id"], "type": 0, "name": "elsewhere", "position": 0}
            member = {"roles": [], "joined_at": "2026-01-01T00:00:00+00:00", "deaf": False, "mute": False, "flags": 0}
            payload["member"] = {**member, "user": payload.pop("user"), "permissions": "0"}
        return record, payload

    def requests(self, method: str, pattern: str) -> int:
        """How many requests the bot has made whose path matches."""
        return sum(one.method == method and fnmatch(one.path, pattern) for one in self.env.http_requests)


Shown = simcord.ResponseMessage | discord.Message


def parts(shown: Shown) -> Iterator[dict[str, Any]]:
    """Every component of a message, also those inside others."""
    # A response has its components as they were sent, a message has objects of discord.py.
    raw: list[Any] = [one if isinstance(one, dict) else one.to_dict() for one in shown.components]
    waiting = list(raw)
    while waiting:
        one = waiting.pop(0)
        yield one
        waiting = [*one.get("components", ()), *waiting]


def text(shown: Shown | None) -> str:
    """What a person reads on a card."""
    assert shown is not None, "nothing is shown"
    return "\n".join(one["content"] for one in parts(shown) if one["type"] == 10)


MORE = "More …"
"""The menu of an answer card; its options count as buttons here: people press them all the same."""


def menu(shown: Shown) -> dict[str, Any]:
    """The menu “More” of a card; {} when it has none."""
    return next((one for one in parts(shown) if one["type"] == 3 and one.get("placeholder") == MORE), {})


def buttons(shown: Shown | None) -> list[str]:
    """The labels of the buttons of a card, and of what its menu “More” offers, without related terms."""
    assert shown is not None, "nothing is shown"
    pressed = [one["label"] for one in parts(shown) if one["type"] == 2]
    offered = menu(shown).get("options", ())
    return [*pressed, *(one["label"] for one in offered if not one["value"].startswith("s:"))]


async def click_in_menu(click: Any, select: Any, actor: Any, shown: Shown, **named: Any) -> Any:
    """Presses a button, or chooses what stands in the menu “More” under this label."""
    options = {one["label"]: one["value"] for one in menu(shown).get("options", ())}
    if named.get("label") in options:
        return await select(actor, shown, [options[named["label"]]], custom_id=menu(shown)["custom_id"])
    return await click(actor, shown, **named)


async def select_in_menu(select: Any, actor: Any, shown: Shown, values: Any, **named: Any) -> Any:
    """Chooses in a select; a related term by its name alone."""
    offered = {one["value"] for one in menu(shown).get("options", ())}
    return await select(actor, shown, [f"s:{one}" if f"s:{one}" in offered else one for one in values], **named)


def button(shown: Shown, label: str) -> dict[str, Any]:
    """The button with this label."""
    return next(one for one in parts(shown) if one["type"] == 2 and one["label"] == label)


def choices(shown: Shown) -> list[str]:
    """The values of the select of a card."""
    values = [option["value"] for one in parts(shown) if one["type"] == 3 for option in one["options"]]
    return [one.removeprefix("s:") for one in values if not menu(shown) or one.startswith("s:")]
