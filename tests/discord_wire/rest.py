"""The routes for channels, messages, threads, reactions, commands and the application itself.

Knows what Discord answers and with which code it refuses; interactions have a file of their own.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from aiohttp import web
from discord_wire import bodies, check
from discord_wire.bodies import Sent
from discord_wire.faults import Refused
from discord_wire.limits import reply
from discord_wire.state import (
    ADD_REACTIONS,
    ATTACH_FILES,
    CREATE_THREADS,
    DM,
    FORUM,
    READ_HISTORY,
    SEND_IN_THREADS,
    SEND_MESSAGES,
    VIEW_CHANNEL,
    Channel,
    Json,
    Message,
    User,
)

if TYPE_CHECKING:
    from discord_wire.server import Wire

CHANNEL, MESSAGES = "/channels/{channel_id}", "/channels/{channel_id}/messages"
ONE = f"{MESSAGES}/{{message_id}}"
COMMANDS = "/applications/{application_id}/commands"
GUILD_COMMANDS = "/applications/{application_id}/guilds/{guild_id}/commands"
UNSET = (
    *("description", "home_header", "splash", "discovery_splash", "banner", "application_id", "afk_channel_id"),
    *("widget_channel_id", "max_presences", "vanity_url_code", "rules_channel_id", "safety_alerts_channel_id"),
    *("public_updates_channel_id", "incidents_data"),
)
COUNTS = {"system_channel_flags": 0, "max_members": 500_000, "max_stage_video_channel_users": 0} | {
    "max_video_channel_users": 25,
    "premium_subscription_count": 0,
    "premium_progress_bar_enabled": False,
}
"""What a guild's own route tells beyond GUILD_CREATE."""
NONCES_KEPT_S = 300.0


class Rest:
    """The routes that need the bot's token."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._nonces: dict[tuple[int, str], Message] = {}

    def routes(self) -> list[web.RouteDef]:
        """Method, path and handler of each."""
        react = f"{ONE}/reactions/{{emoji}}"
        return [
            web.get("/users/@me", self._me),
            web.get("/oauth2/applications/@me", self._application),
            web.get("/applications/@me", self._application),
            web.get("/gateway", self._gateway),
            web.get("/gateway/bot", self._gateway_bot),
            web.get("/users/{user_id}", self._user),
            web.post("/users/@me/channels", self._open_dm),
            web.get("/guilds/{guild_id}", self._guild),
            web.get("/guilds/{guild_id}/members/{user_id}", self._member),
            *(web.get(path, self._commands) for path in (COMMANDS, GUILD_COMMANDS)),
            *(web.put(path, self._put_commands) for path in (COMMANDS, GUILD_COMMANDS)),
            web.get(CHANNEL, self._channel),
            web.patch(CHANNEL, self._patch_channel),
            web.get(MESSAGES, self._history),
            web.post(MESSAGES, self._send),
            web.get(ONE, self._message),
            web.patch(ONE, self._edit),
            web.delete(ONE, self._delete),
            web.post(f"{CHANNEL}/typing", self._typing),
            web.put(f"{react}/@me", self._react),
            web.delete(f"{react}/@me", self._unreact),
            web.post(f"{ONE}/threads", self._thread_from),
            web.post(f"{CHANNEL}/threads", self._thread),
            web.put(f"{CHANNEL}/thread-members/@me", self._join),
        ]

    async def _me(self, request: web.Request) -> web.Response:
        return reply(
            self._wire.me.payload() | {"verified": True, "mfa_enabled": False, "locale": "en-GB", "email": None}
        )

    async def _application(self, request: web.Request) -> web.Response:
        wire = self._wire
        made: Json = {"id": str(wire.me.id), "name": wire.me.name, "icon": None, "description": "", "summary": ""}
        made |= {"bot_public": True, "bot_require_code_grant": False, "verify_key": "0" * 64, "type": None}
        made |= {"owner": wire.owner.payload(), "team": None, "flags": wire.application_flags, "hook": True}
        made |= {
            "integration_types_config": {"0": {}, "1": {}},
            "interactions_endpoint_url": None,
            "bot": wire.me.payload(),
        }
        made |= {"approximate_guild_count": len(wire.guilds), "redirect_uris": [], "explicit_content_filter": 0}
        made |= {"approximate_user_install_count": 0, "approximate_user_authorization_count": 0}
        made |= {"flags_new": str(wire.application_flags), "role_connections_verification_url": None}
        made |= {"eligible_oauth2_scopes": []}
        return reply(made)

    async def _gateway(self, request: web.Request) -> web.Response:
        return reply({"url": self._wire.gateway.address})

    async def _gateway_bot(self, request: web.Request) -> web.Response:
        start = {"total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": 1}
        shards = {"shards": self._wire.shards, "session_start_limit": start}
        return reply({"url": self._wire.gateway.address} | shards)

    async def _user(self, request: web.Request) -> web.Response:
        return reply(self._known_user(request.match_info["user_id"]).payload())

    def _known_user(self, wanted: object) -> User:
        user = self._wire.users.get(int(str(wanted)))
        if user is None:
            raise Refused(404, 10013, "Unknown User")
        return user

    async def _open_dm(self, request: web.Request) -> web.Response:
        body = (await bodies.read(request)).body
        self._wire.schema.add("POST /users/@me/channels", body)
        return reply(self._wire.dm_with(self._known_user(body["recipient_id"])).payload(self._wire.me))

    async def _guild(self, request: web.Request) -> web.Response:
        guild = self._wire.guilds.get(int(request.match_info["guild_id"]))
        if guild is None or not guild.bot_in:
            raise Refused(404, 10004, "Unknown Guild")
        made = guild.payload(self._wire.me, everybody=False) | dict.fromkeys(UNSET)
        return reply(made | {"region": "", "nsfw": False, "widget_enabled": False} | COUNTS)

    async def _member(self, request: web.Request) -> web.Response:
        guild = self._wire.guilds.get(int(request.match_info["guild_id"]))
        user = self._known_user(request.match_info["user_id"])
        if guild is None or (user.id not in guild.members and not user.bot):
            raise Refused(404, 10007, "Unknown Member")
        return reply(guild.member(user))

    async def _commands(self, request: web.Request) -> web.Response:
        return reply(self._wire.commands.get(int(request.match_info.get("guild_id", 0)), []))

    async def _put_commands(self, request: web.Request) -> web.Response:
        wire, guild = self._wire, request.match_info.get("guild_id")
        listed: list[Json] = (await bodies.read(request)).body  # type: ignore[assignment]
        route = f"PUT {GUILD_COMMANDS if guild else COMMANDS}"
        wire.schema.add(route, listed)
        bodies.refuse(wire, route, check.commands(listed))
        old = {(one["type"], one["name"]): one["id"] for one in wire.commands.get(int(guild or 0), [])}
        wire.commands[int(guild or 0)] = [self._registered(one, guild, old) for one in listed]
        wire.changed()
        return reply(wire.commands[int(guild or 0)])

    def _registered(self, one: Json, guild: str | None, old: dict[tuple[int, str], str]) -> Json:
        wire, kind = self._wire, one.get("type", 1)
        made: Json = {"description": "", "default_member_permissions": None, "nsfw": False, "options": []}
        made |= (
            {"contexts": None}
            | one
            | {"integration_types": one.get("integration_types") or [0]}
            | {"type": kind, "version": str(wire.ids.new())}
        )
        made |= {"id": old.get((kind, one["name"])) or str(wire.ids.new()), "application_id": str(wire.me.id)}
        return made | ({"guild_id": guild} if guild else {})

    def _place(self, request: web.Request, *needed: int) -> Channel:
        channel = self._wire.channels.get(int(request.match_info["channel_id"]))
        if channel is None:
            raise Refused(404, 10003, "Unknown Channel")
        if not channel.bot_permissions & VIEW_CHANNEL:
            raise Refused.of(50001)
        if any(not channel.bot_permissions & one for one in needed):
            raise Refused.of(50013)
        return channel

    def _found(self, request: web.Request, *needed: int) -> Message:
        channel = self._place(request, *needed)
        found = channel.messages.get(int(request.match_info["message_id"]))
        if found is None or found.ephemeral:
            raise Refused.of(10008)
        return found

    def _own(self, request: web.Request) -> Message:
        found = self._found(request)
        if found.author is not self._wire.me:
            raise Refused(403, 50005, "Cannot edit a message authored by another user")
        return found

    async def _channel(self, request: web.Request) -> web.Response:
        return reply(self._place(request).payload(self._wire.me))

    async def _patch_channel(self, request: web.Request) -> web.Response:
        wire, channel = self._wire, self._place(request)
        body = (await bodies.read(request)).body
        wire.schema.add(f"PATCH {CHANNEL}", body)
        channel.name = body.get("name", channel.name)
        channel.archived, channel.locked = body.get("archived", channel.archived), body.get("locked", channel.locked)
        wire.tell_channel("THREAD_UPDATE" if channel.is_thread else "CHANNEL_UPDATE", channel)
        return reply(channel.payload(wire.me))

    async def _history(self, request: web.Request) -> web.Response:
        channel, query = self._place(request, READ_HISTORY), request.query
        found, limit = channel.seen, int(query.get("limit", 50))
        if "before" in query:
            found = [one for one in found if one.id < int(query["before"])]
        if "after" in query:
            found = [one for one in found if one.id > int(query["after"])][:limit]
        return reply([self._shown(one) for one in reversed(found[-limit:])])

    async def _message(self, request: web.Request) -> web.Response:
        return reply(self._shown(self._found(request, READ_HISTORY)))

    def _shown(self, message: Message) -> Json:
        allowed = "message_content" in self._wire.gateway.privileged
        return message.payload(self._wire.me, bare=self._wire.is_private(message) and not allowed)

    async def _send(self, request: web.Request) -> web.Response:
        wire, channel = self._wire, self._place(request)
        self._may_send(channel)
        sent = await bodies.read(request)
        wire.schema.add(f"POST {MESSAGES}", sent.body)
        if sent.files and not channel.bot_permissions & ATTACH_FILES:
            raise Refused.of(50013)
        bodies.checked(wire, f"POST {MESSAGES}", sent, sent.body)
        return reply(self._sent(channel, sent).payload(wire.me))

    def _sent(self, channel: Channel, sent: Sent) -> Message:
        wire, nonce = self._wire, sent.body.get("nonce")
        key = (channel.id, str(nonce))
        before = self._nonces.get(key) if nonce and sent.body.get("enforce_nonce") else None
        if before is not None and time.monotonic() - before.sent_s < NONCES_KEPT_S:
            return before
        made = Message(wire.ids.new(), channel, wire.me, time.monotonic(), nonce=nonce and str(nonce))
        self._refer(made, sent.body.get("message_reference"))
        bodies.write(wire, made, sent, sent.body, new=True)
        if nonce:
            self._nonces[key] = made
        return wire.post(made)

    def _refer(self, made: Message, reference: Json | None) -> None:
        if reference is None:
            return
        made.reply_to = made.channel.messages.get(int(reference["message_id"]))
        if made.reply_to is None and reference.get("fail_if_not_exists", True):
            raise Refused(400, 50035, "Invalid Form Body: message_reference: Unknown message")
        made.type = 19 if made.reply_to else 0

    def _may_send(self, channel: Channel) -> None:
        if channel.recipient is not None and channel.recipient.closed_dms:
            raise Refused.of(50007)
        if channel.type == FORUM:
            raise Refused(400, 50008, "Cannot send messages in a non-text channel")
        needed = SEND_IN_THREADS if channel.is_thread else SEND_MESSAGES
        if channel.type != DM and not channel.bot_permissions & needed:
            raise Refused.of(50013)
        if channel.archived and channel.locked:
            raise Refused(400, 50083, "Thread is archived")

    async def _edit(self, request: web.Request) -> web.Response:
        wire, sent = self._wire, await bodies.read(request)
        wire.schema.add(f"PATCH {ONE}", sent.body)
        message = self._own(request)
        bodies.checked(wire, f"PATCH {ONE}", sent, sent.body, message)
        return reply(wire.change(message, sent, sent.body).payload(wire.me))

    async def _delete(self, request: web.Request) -> web.Response:
        found = self._found(request)
        if found.author is not self._wire.me:
            raise Refused.of(50013)
        self._wire.remove(found)
        return web.Response(status=204)

    async def _typing(self, request: web.Request) -> web.Response:
        self._may_send(self._place(request))
        return web.Response(status=204)

    async def _react(self, request: web.Request) -> web.Response:
        found = self._found(request, ADD_REACTIONS)
        self._wire.react(found, request.match_info["emoji"], self._wire.me)
        return web.Response(status=204)

    async def _unreact(self, request: web.Request) -> web.Response:
        self._found(request).reactions.get(request.match_info["emoji"], set()).discard(self._wire.me.id)
        return web.Response(status=204)

    async def _thread_from(self, request: web.Request) -> web.Response:
        wire, body = self._wire, (await bodies.read(request)).body
        route = f"POST {ONE}/threads"
        wire.schema.add(route, body)
        message = self._found(request, CREATE_THREADS)
        bodies.refuse(wire, route, check.thread(body))
        if message.channel.guild is None or message.channel.is_thread:
            raise Refused(400, 50024, "Cannot execute action on this channel type")
        if message.thread is not None:
            raise Refused(400, 160004, "A thread has already been created for this message")
        made = wire.start_thread(message.channel, body["name"], wire.me, message)
        return reply(made.payload(wire.me), 201)

    async def _thread(self, request: web.Request) -> web.Response:
        wire, sent = self._wire, await bodies.read(request)
        wire.schema.add(f"POST {CHANNEL}/threads", sent.body)
        parent = self._place(request, SEND_MESSAGES if "message" in sent.body else CREATE_THREADS)
        bodies.refuse(wire, f"POST {CHANNEL}/threads", check.thread(sent.body))
        made = wire.start_thread(parent, sent.body["name"], wire.me, None)
        if parent.type != FORUM:
            return reply(made.payload(wire.me), 201)
        first = Sent(sent.body["message"], sent.files)
        bodies.checked(wire, f"POST {CHANNEL}/threads", first, first.body)
        message = Message(made.id, made, wire.me, time.monotonic())
        bodies.write(wire, message, first, first.body, new=True)
        return reply(made.payload(wire.me) | {"message": wire.post(message).payload(wire.me)}, 201)

    async def _join(self, request: web.Request) -> web.Response:
        self._place(request)
        return web.Response(status=204)
