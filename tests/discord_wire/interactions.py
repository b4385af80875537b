"""Interactions on the wire: callbacks, the original response, follow-ups, tokens that expire.

Knows the state of each interaction; who presses what is told by `people`.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aiohttp import web
from discord_wire import bodies, check
from discord_wire.bodies import Sent
from discord_wire.faults import Refused
from discord_wire.limits import reply
from discord_wire.state import EPHEMERAL, LOADING, Channel, Json, Message, User

if TYPE_CHECKING:
    from discord_wire.server import Wire

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL_SUBMIT = 2, 3, 4, 5
MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9
ANSWERS = {
    COMMAND: {MESSAGE, DEFERRED, MODAL},
    COMPONENT: {MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE, MODAL},
    AUTOCOMPLETE: {CHOICES},
    MODAL_SUBMIT: {MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE},
}
ACKNOWLEDGE_S = 3.0
TOKEN_S = 15 * 60.0
USER_INSTALL_FOLLOW_UPS = 5


@dataclass(eq=False, slots=True)
class Interaction:
    """One interaction from dispatch to its last follow-up. Times are loop time in seconds."""

    id: int
    token: str
    kind: int
    user: User
    channel: Channel
    data: Json
    born_s: float
    source: Message | None = None
    """The message whose component was used, also for a modal opened from it."""
    acknowledged_s: float | None = None
    answer: int | None = None
    original: Message | None = None
    follow_ups: list[Message] = field(default_factory=list)
    modal: Json | None = None
    choices: list[Json] | None = None
    refusals: list[int] = field(default_factory=list)
    """The codes with which calls were refused: 10062, 40060, 50027..."""
    aged_s: float = 0.0
    """Seconds by which a test let the interaction's own clock run ahead."""

    @property
    def expired(self) -> bool:
        """Whether its token is past its 15 minutes."""
        return time.monotonic() - self.born_s + self.aged_s > TOKEN_S

    @property
    def latency_s(self) -> float | None:
        """Seconds from dispatch to the callback."""
        return None if self.acknowledged_s is None else self.acknowledged_s - self.born_s

    @property
    def from_user_install(self) -> bool:
        return self.channel.guild is not None and not self.channel.guild.bot_in

    def payload(self, wire: Wire) -> Json:
        """INTERACTION_CREATE."""
        guild, me = self.channel.guild, wire.me
        made: Json = {"id": str(self.id), "application_id": str(me.id), "type": self.kind, "token": self.token}
        made |= {
            "version": 1,
            "data": self.data,
            "locale": "en-GB",
            "entitlements": [],
            "channel_id": str(self.channel.id),
        }
        made |= {"attachment_size_limit": 10_485_760, "app_permissions": str(self.channel.bot_permissions)}
        made |= {"authorizing_integration_owners": self.owners(), "context": 0 if guild else 1}
        allowed = str(guild.permissions(self.user)) if guild else "0"
        made["channel"] = self.channel.payload(me) | {"permissions": allowed}
        if self.source is not None:
            made["message"] = self.source.payload(me)
        if guild is None:
            return made | {"user": self.user.payload()}
        made |= {"guild_id": str(guild.id), "guild": {"id": str(guild.id), "locale": "en-GB", "features": []}}
        return made | {"guild_locale": "en-GB", "member": guild.member(self.user) | {"permissions": allowed}}

    def owners(self) -> Json:
        """Whose installation is used: the guild's, the user's, or in a direct message nobody's."""
        guild = self.channel.guild
        if guild is None:
            return {"0": "0"}
        return {"0": str(guild.id)} if guild.bot_in else {"1": str(self.user.id)}

    def webhook(self, wire: Wire) -> Json:
        """What a message that answers this interaction carries about it."""
        about: Json = {"id": str(self.id), "type": self.kind, "user": self.user.payload()}
        made: Json = {"webhook_id": str(wire.me.id), "application_id": str(wire.me.id)}
        if self.kind == COMMAND:
            made["interaction"] = about | {"name": self.data["name"]}
        if self.source is not None:
            about |= {"interacted_message_id": str(self.source.id)}
        return made | {"interaction_metadata": about | {"authorizing_integration_owners": self.owners()}}


class Interactions:
    """The routes of interactions."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def routes(self) -> list[web.RouteDef]:
        """Everything below /interactions and /webhooks."""
        base, message = "/webhooks/{webhook_id}/{webhook_token}", "/messages/{message_id}"
        made = [
            web.post("/interactions/{interaction_id}/{webhook_token}/callback", self._callback),
            web.post(base, self._follow_up),
        ]
        for path in (f"{base}/messages/@original", base + message):
            made += [web.get(path, self._get), web.patch(path, self._patch), web.delete(path, self._delete)]
        return made

    async def _callback(self, request: web.Request) -> web.Response:
        wire, sent = self._wire, await bodies.read(request)
        route = "POST /interactions/{interaction_id}/{interaction_token}/callback"
        wire.schema.add(route, sent.body)
        one = self._acknowledgeable(request)
        data, kind = sent.body.get("data") or {}, sent.body["type"]
        if kind not in ANSWERS[one.kind] or (kind in (DEFERRED_UPDATE, UPDATE) and one.source is None):
            bodies.refuse(wire, route, [f"answer of type {kind} to an interaction of type {one.kind}"])
        self._take(one, kind, data, sent, f"{route} (type {kind})")
        one.acknowledged_s, one.answer = time.monotonic(), kind
        wire.changed()
        if request.query.get("with_response") not in ("1", "true"):
            return web.Response(status=204)
        return reply(self._told(one, kind))

    def _acknowledgeable(self, request: web.Request) -> Interaction:
        wire, now = self._wire, time.monotonic()
        one = wire.interactions.get(request.match_info["webhook_token"])
        if one is None or str(one.id) != request.match_info["interaction_id"]:
            raise Refused.of(10062)
        code = None
        if wire.faults.use("already") or one.acknowledged_s is not None:
            code = 40060
        elif wire.faults.use("too_late"):
            code = 10062
        elif now - one.born_s > ACKNOWLEDGE_S:
            code = 10062
            wire.late.append(now - one.born_s)
        if code is not None:
            raise self._refused(one, code)
        return one

    def _refused(self, one: Interaction, code: int) -> Refused:
        one.refusals.append(code)
        self._wire.changed()
        return Refused(404, 10015, "Unknown Webhook") if code == 10015 else Refused.of(code)

    def _take(self, one: Interaction, kind: int, data: Json, sent: Sent, route: str) -> None:
        if kind == CHOICES:
            bodies.refuse(self._wire, route, check.autocomplete(data))
            one.choices = data.get("choices") or []
        elif kind == MODAL:
            bodies.refuse(self._wire, route, check.modal(data))
            one.modal = data
        elif kind == DEFERRED:
            flags = LOADING | ((data.get("flags") or 0) & EPHEMERAL)
            one.original = self._wire.post(self._new(one, flags))
        elif kind == MESSAGE:
            bodies.checked(self._wire, route, sent, data)
            one.original = self._say(one, sent, data)
        else:
            one.original = one.source
            if kind == UPDATE and one.source is not None:
                bodies.checked(self._wire, route, sent, data, one.source)
                self._wire.change(one.source, sent, data)

    def _told(self, one: Interaction, kind: int) -> Json:
        about: Json = {"id": str(one.id), "type": one.kind}
        if one.original is None:
            return {"interaction": about}
        about |= {"response_message_id": str(one.original.id), "response_message_loading": one.original.loading}
        about["response_message_ephemeral"] = one.original.ephemeral
        if kind not in (MESSAGE, UPDATE):
            return {"interaction": about}
        return {"interaction": about, "resource": {"type": kind, "message": one.original.payload(self._wire.me)}}

    def _new(self, one: Interaction, flags: int = 0) -> Message:
        wire = self._wire
        kind = {1: 20}.get(one.data.get("type", 0), 23) if one.kind == COMMAND and one.original is None else 0
        made = Message(wire.ids.new(), one.channel, wire.me, time.monotonic(), flags=flags, type=kind)
        made.webhook, made.seen_by = one.webhook(wire), one.user
        return made

    def _say(self, one: Interaction, sent: Sent, data: Json) -> Message:
        made = self._new(one)
        bodies.write(self._wire, made, sent, data, new=True)
        return self._wire.post(made)

    async def _follow_up(self, request: web.Request) -> web.Response:
        wire, sent = self._wire, await bodies.read(request)
        route = "POST /webhooks/{webhook_id}/{webhook_token}"
        wire.schema.add(route, sent.body)
        one = self._valid(request)
        if one.from_user_install and len(one.follow_ups) >= USER_INSTALL_FOLLOW_UPS:
            raise Refused(400, 40094, "This interaction has reached its maximum number of follow ups")
        original = one.original
        if original is not None and original.loading:
            # As on Discord: the first follow-up to a deferred answer takes the place of "is thinking…".
            bodies.checked(wire, route, sent, sent.body, original)
            return reply(wire.change(original, sent, sent.body).payload(wire.me))
        bodies.checked(wire, route, sent, sent.body)
        made = self._say(one, sent, sent.body)
        one.follow_ups.append(made)
        return reply(made.payload(wire.me))

    def _valid(self, request: web.Request) -> Interaction:
        one = self._wire.interactions.get(request.match_info["webhook_token"])
        if one is None:
            raise Refused(404, 10015, "Unknown Webhook")
        if one.expired or self._wire.faults.tokens_expired:
            raise self._refused(one, 50027)
        if one.acknowledged_s is None:
            raise self._refused(one, 10015)
        return one

    def _message(self, request: web.Request) -> Message:
        one, wanted = self._valid(request), request.match_info.get("message_id")
        mine = [each for each in (one.original, one.source, *one.follow_ups) if each is not None]
        found = one.original if wanted is None else next((each for each in mine if str(each.id) == wanted), None)
        if found is None or found.ended:
            raise self._refused(one, 10008)
        return found

    async def _get(self, request: web.Request) -> web.Response:
        return reply(self._message(request).payload(self._wire.me))

    async def _patch(self, request: web.Request) -> web.Response:
        wire, sent = self._wire, await bodies.read(request)
        end = "{message_id}" if "message_id" in request.match_info else "@original"
        route = f"PATCH /webhooks/{{webhook_id}}/{{webhook_token}}/messages/{end}"
        wire.schema.add(route, sent.body)
        message = self._message(request)
        bodies.checked(wire, route, sent, sent.body, message)
        return reply(wire.change(message, sent, sent.body).payload(wire.me))

    async def _delete(self, request: web.Request) -> web.Response:
        self._wire.remove(self._message(request))
        return web.Response(status=204)
