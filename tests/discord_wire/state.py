"""What the stand-in remembers: users, guilds, channels and messages, and how Discord writes each as JSON.

Knows no HTTP, no gateway and no rules about who may do what.
"""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]

DISCORD_EPOCH_MS = 1_420_070_400_000
TEXT, DM, PUBLIC_THREAD, FORUM = 0, 1, 11, 15
SUPPRESS_EMBEDS, EPHEMERAL, LOADING, SUPPRESS_NOTIFICATIONS, V2 = 1 << 2, 1 << 6, 1 << 7, 1 << 12, 1 << 15
ADD_REACTIONS, VIEW_CHANNEL, SEND_MESSAGES, EMBED_LINKS, ATTACH_FILES = 1 << 6, 1 << 10, 1 << 11, 1 << 14, 1 << 15
READ_HISTORY, CREATE_THREADS, SEND_IN_THREADS = 1 << 16, 1 << 35, 1 << 38
ADMINISTRATOR, MANAGE_GUILD = 1 << 3, 1 << 5
MEMBER = VIEW_CHANNEL | SEND_MESSAGES | ADD_REACTIONS | READ_HISTORY | CREATE_THREADS | SEND_IN_THREADS | (1 << 31)
BOT = MEMBER | EMBED_LINKS | ATTACH_FILES
EVERYTHING = (1 << 53) - 1
KEPT = 2000
"""How many messages a channel remembers; older ones answer 10008, so that long runs stay within bounds."""


class Ids:
    """Snowflakes: they rise, and they carry the time at which they were made."""

    def __init__(self) -> None:
        self._last = 0

    def new(self) -> int:
        """One id, later than every one before it."""
        now = (int(time.time() * 1000) - DISCORD_EPOCH_MS) << 22
        self._last = max(now, self._last + 1)
        return self._last


def iso(seconds: float | None = None) -> str:
    """An instant as Discord writes it; now by default."""
    return datetime.fromtimestamp(time.time() if seconds is None else seconds, UTC).isoformat()


@dataclass(eq=False, slots=True)
class User:
    """A person or the bot."""

    id: int
    name: str
    bot: bool = False
    admin: bool = False
    closed_dms: bool = False
    """Whether the bot's direct messages are refused (50007)."""

    def payload(self) -> Json:
        """The user object."""
        made: Json = {"id": str(self.id), "username": self.name, "discriminator": "0", "global_name": self.name}
        made |= {"avatar": None, "public_flags": 0, "flags": 0, "primary_guild": None}
        return made | ({"bot": True} if self.bot else {})


@dataclass(eq=False, slots=True)
class Guild:
    """A server. `bot_in` is false for one that the bot knows from user installs only."""

    id: int
    name: str
    owner: User
    admin_role: int
    bot_role: int
    bot_in: bool = True
    bot_permissions: int = BOT
    channels: dict[int, Channel] = field(default_factory=dict)
    members: dict[int, User] = field(default_factory=dict)

    def permissions(self, user: User) -> int:
        """What a person may do everywhere in the guild."""
        return EVERYTHING if user.admin or user is self.owner else MEMBER

    def member(self, user: User, with_user: bool = True) -> Json:
        """The member object of one of its people, or of the bot."""
        roles = [str(self.bot_role)] if user.bot else [str(self.admin_role)] if user.admin else []
        made: Json = {"roles": roles, "nick": None, "avatar": None, "banner": None, "flags": 0, "pending": False}
        made |= {"joined_at": iso(0), "deaf": False, "mute": False, "premium_since": None}
        made["communication_disabled_until"] = None
        return made | ({"user": user.payload()} if with_user else {})

    def roles(self) -> list[Json]:
        """Everyone's role, the bot's and the admins'."""
        found = [
            (self.id, "@everyone", 0 if self.bot_permissions != BOT else MEMBER),
            (self.bot_role, "tutor", self.bot_permissions),
            (self.admin_role, "admin", EVERYTHING),
        ]
        return [
            {"id": str(one), "name": name, "permissions": str(allowed), "position": at, "color": 0, "hoist": False}
            | {"managed": False, "mentionable": False, "flags": 0, "icon": None, "unicode_emoji": None}
            | {"colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None}, "description": None}
            for at, (one, name, allowed) in enumerate(found)
        ]

    def payload(self, me: User, everybody: bool) -> Json:
        """GUILD_CREATE. Members are the bot alone unless the intent asks for everybody."""
        shown = [me, *self.members.values()] if everybody else [me]
        made: Json = {"id": str(self.id), "name": self.name, "owner_id": str(self.owner.id), "icon": None}
        made |= {"roles": self.roles(), "emojis": [], "stickers": [], "features": [], "large": False}
        made |= {"members": [self.member(one) for one in shown], "member_count": len(self.members) + 1}
        made |= {"channels": [one.payload(me) for one in self.channels.values() if not one.is_thread]}
        made |= {"threads": [one.payload(me) for one in self.channels.values() if one.is_thread and not one.archived]}
        made |= {"unavailable": False, "joined_at": iso(0), "preferred_locale": "en-GB", "presences": []}
        made |= {"voice_states": [], "stage_instances": [], "guild_scheduled_events": [], "soundboard_sounds": []}
        made |= {"verification_level": 0, "default_message_notifications": 1, "explicit_content_filter": 0}
        return made | {
            "mfa_level": 0,
            "nsfw_level": 0,
            "premium_tier": 0,
            "system_channel_id": None,
            "afk_timeout": 300,
        }


@dataclass(eq=False, slots=True)
class Channel:
    """A text channel, forum, thread or direct message."""

    id: int
    type: int
    name: str = ""
    guild: Guild | None = None
    recipient: User | None = None
    parent: Channel | None = None
    owner: int = 0
    archived: bool = False
    locked: bool = False
    topic: str | None = None
    denied: int = 0
    """Permissions that the bot lacks here and has elsewhere."""
    messages: OrderedDict[int, Message] = field(default_factory=OrderedDict)

    @property
    def is_thread(self) -> bool:
        return self.type == PUBLIC_THREAD

    @property
    def is_dm(self) -> bool:
        return self.type == DM

    @property
    def bot_permissions(self) -> int:
        """What the bot may do here, overwrites included."""
        if self.guild is None:
            return BOT
        if not self.guild.bot_in:
            return 0
        denied = self.denied | (self.parent.denied if self.parent else 0)
        return self.guild.bot_permissions & ~denied

    @property
    def seen(self) -> list[Message]:
        """The messages that stand here, oldest first, without those that only one person sees."""
        return [one for one in self.messages.values() if not one.ephemeral]

    def keep(self, message: Message) -> None:
        """Adds a message and forgets the oldest beyond `KEPT`."""
        self.messages[message.id] = message
        while len(self.messages) > KEPT:
            self.messages.popitem(last=False)

    def payload(self, me: User) -> Json:
        """The channel object."""
        last = next(reversed(self.messages), None)
        made: Json = {"id": str(self.id), "type": self.type, "flags": 0, "last_message_id": last and str(last)}
        if self.guild is None:
            return made | {"recipients": [self.recipient.payload()] if self.recipient else []}
        made |= {"guild_id": str(self.guild.id), "name": self.name, "rate_limit_per_user": 0}
        return made | (self._thread(me) if self.is_thread else self._place(me))

    def _place(self, me: User) -> Json:
        refused = {"id": str(me.id), "type": 1, "allow": "0", "deny": str(self.denied)}
        made: Json = {"position": 0, "permission_overwrites": [refused] if self.denied else [], "topic": self.topic}
        made |= {"nsfw": False, "parent_id": None}
        if self.type == FORUM:
            made |= {"available_tags": [], "default_reaction_emoji": None, "default_sort_order": None}
            made |= {"default_forum_layout": 0}
        return made

    def _thread(self, me: User) -> Json:
        assert self.parent is not None
        times = {"archive_timestamp": iso(), "create_timestamp": iso()}
        count = max(0, len(self.seen) - 1)
        made: Json = {"parent_id": str(self.parent.id), "owner_id": str(self.owner), "message_count": count}
        made |= {"member_count": 2, "total_message_sent": count, "thread_metadata": times | self.archive()}
        if self.owner == me.id:
            made["member"] = {"id": str(self.id), "user_id": str(me.id), "join_timestamp": iso(), "flags": 0}
        return made

    def archive(self) -> Json:
        """The part of a thread's metadata that changes."""
        return {"archived": self.archived, "auto_archive_duration": 1440, "locked": self.locked}


@dataclass(eq=False, slots=True)
class Message:
    """One message and its life: when it was sent, first said something, and was edited (loop time, seconds)."""

    id: int
    channel: Channel
    author: User
    sent_s: float
    content: str = ""
    components: list[Json] = field(default_factory=list)
    embeds: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    flags: int = 0
    type: int = 0
    nonce: str | None = None
    reply_to: Message | None = None
    answers: list[Message] = field(default_factory=list)
    """The bot's replies to it."""
    thread: Channel | None = None
    mentions: list[User] = field(default_factory=list)
    reactions: dict[str, set[int]] = field(default_factory=dict)
    webhook: Json = field(default_factory=dict)
    """For an answer to an interaction: application, webhook and interaction metadata."""
    seen_by: User | None = None
    """The one person who sees an ephemeral message."""
    edits: list[float] = field(default_factory=list)
    edited: str | None = None
    history: deque[tuple[float, str]] = field(default_factory=lambda: deque(maxlen=100))
    """What could be read, and since when."""
    ended: bool = False
    """Whether it was deleted."""

    @property
    def ephemeral(self) -> bool:
        return bool(self.flags & EPHEMERAL)

    @property
    def loading(self) -> bool:
        """Whether people see "is thinking…" instead of a text."""
        return bool(self.flags & LOADING)

    @property
    def is_v2(self) -> bool:
        return bool(self.flags & V2)

    @property
    def text(self) -> str:
        """Everything that can be read: content, embeds and text displays, a line each."""
        shown = [self.content, *(f"{one.get('title', '')}\n{one.get('description', '')}" for one in self.embeds)]
        shown += [one["content"] for one in walk(self.components) if one["type"] == 10]
        return "\n".join(part for part in (one.strip() for one in shown) if part)

    def payload(self, me: User, *, gateway: bool = False, bare: bool = False) -> Json:
        """The message object; on the gateway with guild and member; `bare` as a bot without the intent sees it."""
        made: Json = {"id": str(self.id), "channel_id": str(self.channel.id), "author": self.author.payload()}
        made |= {"content": "", "embeds": [], "attachments": [], "components": []}
        if not bare:
            made |= {"content": self.content, "embeds": self.embeds, "attachments": self.attachments}
            made["components"] = self.components
        made |= {"timestamp": iso(snowflake_s(self.id)), "edited_timestamp": self.edited, "tts": False}
        made |= {"mention_everyone": False, "mentions": [one.payload() for one in self.mentions], "mention_roles": []}
        made |= {"pinned": False, "type": self.type, "flags": self.flags, **self.webhook}
        made |= {"reactions": self._reactions(me)} if self.reactions else {}
        made |= {"nonce": self.nonce} if self.nonce else {}
        made |= {"thread": self.thread.payload(me)} if self.thread else {}
        made |= self._reference(me)
        guild = self.channel.guild
        if gateway and guild is not None:
            made |= {"guild_id": str(guild.id)}
            made |= {} if self.webhook else {"member": guild.member(self.author, with_user=False)}
        return made

    def _reactions(self, me: User) -> list[Json]:
        return [
            {"emoji": {"id": None, "name": name}, "count": len(who), "me": me.id in who, "me_burst": False}
            | {"count_details": {"burst": 0, "normal": len(who)}, "burst_colors": []}
            for name, who in self.reactions.items()
        ]

    def _reference(self, me: User) -> Json:
        if self.reply_to is None:
            return {}
        other = self.reply_to
        pointer = {"message_id": str(other.id), "channel_id": str(other.channel.id), "type": 0}
        pointer |= {"guild_id": str(other.channel.guild.id)} if other.channel.guild else {}
        quoted = other.payload(me)
        quoted.pop("referenced_message", None)
        return {"message_reference": pointer, "referenced_message": quoted}


def snowflake_s(snowflake: int) -> float:
    """When an id was made, in seconds since 1970."""
    return ((snowflake >> 22) + DISCORD_EPOCH_MS) / 1000


def walk(components: list[Json]) -> Iterator[Json]:
    """Every component of a tree, outer ones first."""
    for one in components:
        yield one
        yield from walk(one.get("components") or [])
        for key in ("accessory", "component"):
            if one.get(key):
                yield from walk([one[key]])
