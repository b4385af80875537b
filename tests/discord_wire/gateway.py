"""The stand-in's gateway: HELLO, heartbeats, IDENTIFY, RESUME with replay, op 7 and 9, intents, shards, compression.

Knows no REST and no people: the server hands it events, and it decides which session sees what.
"""

from __future__ import annotations

import asyncio
import json
import time
import uuid
import zlib
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web
from discord_wire.state import Guild, Json, User

DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT, MEMBERS, INVALID, HELLO, ACK = 0, 1, 2, 6, 7, 8, 9, 10, 11
GUILDS, GUILD_MEMBERS, PRESENCES, GUILD_MESSAGES, GUILD_REACTIONS = 1 << 0, 1 << 1, 1 << 8, 1 << 9, 1 << 10
DM_MESSAGES, DM_REACTIONS, CONTENT = 1 << 12, 1 << 13, 1 << 15
PRIVILEGED = {"members": GUILD_MEMBERS, "presences": PRESENCES, "message_content": CONTENT}
ACK_S = 0.05
"""discord.py notes when it sent a heartbeat only after sending it: an answer quicker than that looks 41 s late."""
REMEMBERED = 5000
"""Events that a session can replay; a bot that missed more has to identify again."""


@dataclass(slots=True)
class Link:
    """One connection: its compressor and its queue of what is still to be written, with the time when it may go."""

    ws: web.WebSocketResponse
    request: web.Request
    pack: Callable[[str], bytes] | None
    queue: asyncio.Queue[tuple[float, str]] = field(default_factory=asyncio.Queue)

    def put(self, text: str, delay_s: float = 0.0) -> None:
        """Queues a payload; at once or `delay_s` later."""
        self.queue.put_nowait((time.monotonic() + delay_s, text))

    async def write(self) -> None:
        """Sends what is queued, in order, until the connection ends."""
        with suppress(ConnectionError, RuntimeError):
            while True:
                due_s, text = await self.queue.get()
                if due_s > time.monotonic():
                    await asyncio.sleep(due_s - time.monotonic())
                await (self.ws.send_bytes(self.pack(text)) if self.pack else self.ws.send_str(text))


@dataclass(slots=True)
class Session:
    """What lasts from IDENTIFY over all RESUMEs."""

    id: str
    shard: tuple[int, int]
    intents: int
    link: Link | None
    seq: int = 0
    sent: deque[tuple[int, str]] = field(default_factory=lambda: deque(maxlen=REMEMBERED))

    def sees(self, guild: Guild | None, needs: int) -> bool:
        """Whether this shard gets an event of that guild (None: a direct message), with the intents that it has."""
        home = (guild.id >> 22) % self.shard[1] if guild else 0
        return home == self.shard[0] and (not needs or bool(self.intents & needs))

    def send(self, event: str, data: Json, delay_s: float = 0.0) -> None:
        """Numbers an event, remembers it and writes it if somebody is connected."""
        self.seq += 1
        text = json.dumps({"op": DISPATCH, "t": event, "s": self.seq, "d": data})
        self.sent.append((self.seq, text))
        if self.link:
            self.link.put(text, delay_s)

    def missed(self, seq: int) -> list[str] | None:
        """The events after number `seq`; None where they are forgotten."""
        if self.sent and self.sent[0][0] > seq + 1:
            return None
        return [text for number, text in self.sent if number > seq]


@dataclass(slots=True)
class Gateway:
    """All sessions of the bot, and the switches by which a test disturbs them."""

    me: User
    token: str
    guilds: Callable[[], list[Guild]]
    changed: Callable[[], None]
    privileged: set[str] = field(default_factory=lambda: set(PRIVILEGED))
    """The privileged intents that are switched on in the developer portal; others close with 4014."""
    delay_s: float = 0.0
    """How late every event is written."""
    hello_s: float = 0.0
    """How long a new connection waits for HELLO: for so long nobody is connected and events are missed."""
    refuse_resumes: int = 0
    """How many of the coming RESUMEs are answered by op 9."""
    address: str = ""
    sessions: dict[str, Session] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    identified: list[float] = field(default_factory=list)
    resumed: list[float] = field(default_factory=list)
    readies: int = 0

    @property
    def connected(self) -> bool:
        """Whether every shard that identified has a connection."""
        return bool(self.sessions) and all(one.link for one in self.sessions.values())

    def dispatch(self, event: str, data: Json, guild: Guild | None, needs: int = 0, bare: Json | None = None) -> None:
        """Sends an event to those who may see it; `bare` to sessions without the message-content intent."""
        for one in self.sessions.values():
            if one.sees(guild, needs):
                shown = data if bare is None or one.intents & CONTENT else bare
                one.send(event, shown, self.delay_s)

    def reconnect(self) -> None:
        """Op 7: asks every client to come back and resume."""
        self._tell(RECONNECT, None)

    def invalidate(self, *, resumable: bool) -> None:
        """Op 9: the session ends; with `resumable` the client may still try to resume it."""
        self._tell(INVALID, resumable)
        if not resumable:
            self.sessions.clear()

    def drop(self) -> None:
        """Cuts every connection without a close frame, as a broken network does."""
        for one in self.links:
            if one.request.transport is not None:
                one.request.transport.abort()

    def _tell(self, op: int, data: object) -> None:
        for one in self.links:
            one.put(_text(op, data))

    async def close(self) -> None:
        """Ends every connection."""
        for one in list(self.links):
            await one.ws.close(code=1001)

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """The WebSocket route."""
        ws = web.WebSocketResponse(max_msg_size=0, timeout=0.5, compress=False)
        await ws.prepare(request)
        link = Link(ws, request, packer(request.query.get("compress")))
        link.put(_text(HELLO, {"heartbeat_interval": 41_250}), self.hello_s)
        self.links.append(link)
        writer = asyncio.create_task(link.write())
        try:
            async for message in ws:
                if message.type is WSMsgType.TEXT:
                    await self._receive(link, json.loads(message.data))
        finally:
            self._gone(link)
            writer.cancel()
        return ws

    def _gone(self, link: Link) -> None:
        self.links.remove(link)
        for one in self.sessions.values():
            one.link = None if one.link is link else one.link
        self.changed()

    async def _receive(self, link: Link, told: Json) -> None:
        op, data = told["op"], told.get("d")
        if op == HEARTBEAT:
            asyncio.get_running_loop().call_later(ACK_S, link.put, _text(ACK, None))
        elif op == IDENTIFY:
            await self._identify(link, data or {})
        elif op == RESUME:
            await self._resume(link, data or {})
        elif op == MEMBERS:
            self._members(link, data or {})

    async def _identify(self, link: Link, data: Json) -> None:
        self.identified.append(time.monotonic())
        if data["token"] != self.token:
            await link.ws.close(code=4004, message=b"Authentication failed.")
            return
        refused = sum(bit for name, bit in PRIVILEGED.items() if name not in self.privileged)
        if data["intents"] & refused:
            await link.ws.close(code=4014, message=b"Disallowed intent(s).")
            return
        index, count = data.get("shard") or (0, 1)
        self.sessions = {key: one for key, one in self.sessions.items() if one.shard != (index, count)}
        session = Session(uuid.uuid4().hex, (index, count), data["intents"], link)
        self.sessions[session.id] = session
        self._welcome(session)

    def _welcome(self, session: Session) -> None:
        mine = [one for one in self.guilds() if one.bot_in and session.sees(one, 0)]
        flags = (1 << 15) * ("members" in self.privileged) | (1 << 19) * ("message_content" in self.privileged)
        ready = {"v": 10, "user": self.me.payload() | {"verified": True, "mfa_enabled": False, "email": None}}
        ready |= {"guilds": [{"id": str(one.id), "unavailable": True} for one in mine], "session_id": session.id}
        ready |= {"resume_gateway_url": self.address, "shard": list(session.shard), "private_channels": []}
        session.send("READY", ready | {"application": {"id": str(self.me.id), "flags": flags}}, self.delay_s)
        if session.intents & GUILDS:
            for one in mine:
                everybody = bool(session.intents & GUILD_MEMBERS)
                session.send("GUILD_CREATE", one.payload(self.me, everybody), self.delay_s)
        self.readies += 1
        self.changed()

    async def _resume(self, link: Link, data: Json) -> None:
        self.resumed.append(time.monotonic())
        session = self.sessions.get(data.get("session_id") or "")
        missed = session.missed(data.get("seq") or 0) if session else None
        if data["token"] != self.token:
            await link.ws.close(code=4004, message=b"Authentication failed.")
        elif session is None or missed is None or self.refuse_resumes:
            self.refuse_resumes = max(0, self.refuse_resumes - 1)
            self.sessions.pop(data.get("session_id") or "", None)
            link.put(_text(INVALID, False))
        else:
            session.link = link
            for text in missed:
                link.put(text, self.delay_s)
            session.send("RESUMED", {})
            self.changed()

    def _members(self, link: Link, data: Json) -> None:
        session = next((one for one in self.sessions.values() if one.link is link), None)
        guild = next((one for one in self.guilds() if one.id == int(data["guild_id"])), None)
        if session is None or guild is None:
            return
        asked, query = {int(one) for one in data.get("user_ids") or []}, data.get("query") or ""
        people = [
            one for one in guild.members.values() if one.id in asked or (not asked and one.name.startswith(query))
        ]
        chunk: Json = {"guild_id": str(guild.id), "members": [guild.member(one) for one in people]}
        chunk |= {"chunk_index": 0, "chunk_count": 1, "not_found": []}
        session.send("GUILD_MEMBERS_CHUNK", chunk | ({"nonce": data["nonce"]} if data.get("nonce") else {}))


def _text(op: int, data: object) -> str:
    return json.dumps({"op": op, "d": data, "s": None, "t": None})


def packer(asked: str | None) -> Callable[[str], bytes] | None:
    """One compressor for one connection: zlib-stream, zstd-stream where that library is installed, or none."""
    if asked == "zlib-stream":
        stream = zlib.compressobj()
        return lambda text: stream.compress(text.encode()) + stream.flush(zlib.Z_SYNC_FLUSH)
    if asked == "zstd-stream":
        return _zstd()
    return None


def _zstd() -> Callable[[str], bytes]:
    import importlib

    library: Any = importlib.import_module("zstandard")
    stream = library.ZstdCompressor().compressobj()
    block = library.COMPRESSOBJ_FLUSH_BLOCK
    return lambda text: stream.compress(text.encode()) + stream.flush(block)
