"""The stand-in itself: a Discord of one's own on loopback, inside the test's event loop.

`Wire` holds the state, tells the gateway what happens, and waits for things to come about. It knows no discord.py: the bot
is another process that speaks HTTP and WebSocket. Nothing of a message's limits or of rate limits is decided here.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from collections import Counter, OrderedDict
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Self

from aiohttp import web
from discord_wire import bodies
from discord_wire.bodies import Sent
from discord_wire.door import API, Door
from discord_wire.faults import Faults
from discord_wire.gateway import DM_MESSAGES, DM_REACTIONS, GUILD_MESSAGES, GUILD_REACTIONS, GUILDS, PRIVILEGED, Gateway
from discord_wire.interactions import Interaction, Interactions
from discord_wire.limits import Limits
from discord_wire.rest import Rest
from discord_wire.schema import Schema
from discord_wire.state import BOT, DM, PUBLIC_THREAD, Channel, Guild, Ids, Json, Message, User

if TYPE_CHECKING:
    from discord_wire.people import Person, Place
    from discord_wire.process import BotProcess

TOKEN = "bm90LWEtcmVhbC10b2tlbg.for-the.stand-in"
CDN_BYTES = 64 * 2**20
INTERACTIONS_KEPT = 20_000
WAKE_S = 0.005
"""Changes within this time wake those who wait only once."""


class Wire:
    """`async with Wire() as discord:` — then guilds, people, a bot, and questions to all of them."""

    def __init__(self, *, shards: int = 1, privileged: Sequence[str] = tuple(PRIVILEGED), token: str = TOKEN) -> None:
        self.token, self.shards = token, shards
        self.ids, self.limits, self.faults, self.schema = Ids(), Limits(), Faults(), Schema()
        self.me = User(self.ids.new(), "tutor", bot=True)
        self.owner = User(self.ids.new(), "owner", admin=True)
        self.users: dict[int, User] = {self.me.id: self.me, self.owner.id: self.owner}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.commands: dict[int, list[Json]] = {}
        """Registered commands by guild; the global ones under 0."""
        self.interactions: OrderedDict[str, Interaction] = OrderedDict()
        self.gateway = Gateway(self.me, token, lambda: list(self.guilds.values()), self.changed, set(privileged))
        self.found: list[str] = []
        self.crashes: list[str] = []
        """Tracebacks of the stand-in's own mistakes."""
        self.late: list[float] = []
        """Ages in seconds of callbacks that came after three seconds."""
        self.traffic: Counter[str] = Counter()
        """Requests by "METHOD /route"."""
        self.invalid: Counter[int] = Counter()
        """401, 403 and 429 given: 10,000 in ten minutes ban an address."""
        self.url = ""
        self._cdn: OrderedDict[str, bytes] = OrderedDict()
        self._waiting: list[asyncio.Future[None]] = []
        self._wake: asyncio.TimerHandle | None = None
        self._runner: web.AppRunner | None = None
        self.bots: list[BotProcess] = []
        self._readies_wanted = shards

    async def __aenter__(self) -> Self:
        app = web.Application(middlewares=[Door(self).guarded], client_max_size=30 * 2**20)
        for one in [*Rest(self).routes(), *Interactions(self).routes()]:
            app.router.add_route(one.method, API + one.path, one.handler)
        app.router.add_get("/cdn/{path:.+}", self._file)
        app.router.add_get("/", self.gateway.serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0, backlog=1024)
        await site.start()
        port = self._runner.addresses[0][1]
        self.url, self.gateway.address = f"http://127.0.0.1:{port}", f"ws://127.0.0.1:{port}/"
        return self

    async def __aexit__(self, *_: object) -> None:
        for one in self.bots:
            await one.kill()
        await self.gateway.close()
        if self._runner is not None:
            await self._runner.cleanup()
        if self._wake is not None:
            self._wake.cancel()

    # what a test arranges

    def guild(self, name: str, *, bot_in: bool = True, bot_permissions: int = BOT) -> Place:
        """A server; with `bot_in` false the bot is there only as an app that users installed for themselves."""
        from discord_wire.people import Place

        made = Guild(self.ids.new(), name, self.owner, self.ids.new(), self.ids.new(), bot_in, bot_permissions)
        self.guilds[made.id] = made
        made.members |= {one.id: one for one in self.users.values() if not one.bot}
        if bot_in:
            self.gateway.dispatch("GUILD_CREATE", made.payload(self.me, everybody=False), made, GUILDS)
        return Place(self, made)

    def person(self, name: str, *, admin: bool = False) -> Person:
        """Somebody who is a member of every guild."""
        from discord_wire.people import Person

        user = User(self.ids.new(), name, admin=admin)
        self.users[user.id] = user
        for one in self.guilds.values():
            one.members[user.id] = user
        return Person(self, user)

    def add_channel(self, channel: Channel) -> Channel:
        """Makes a channel known; tells a connected bot."""
        self.channels[channel.id] = channel
        if channel.guild is not None:
            channel.guild.channels[channel.id] = channel
            if not channel.is_thread:
                self.tell_channel("CHANNEL_CREATE", channel)
        return channel

    def dm_with(self, user: User) -> Channel:
        """The direct messages between the bot and somebody."""
        found = next((one for one in self.channels.values() if one.recipient is user), None)
        return found or self.add_channel(Channel(self.ids.new(), DM, recipient=user))

    async def start_bot(self, *arguments: str, env: dict[str, str] | None = None, cwd: str | None = None) -> BotProcess:
        """Starts `python -m bot ARGUMENTS`, or a script if the first argument ends with .py, pointed at this stand-in."""
        from discord_wire.process import BotProcess

        self._readies_wanted = self.gateway.readies + self.shards
        made = await BotProcess.start(self, arguments, env or {}, cwd)
        self.bots.append(made)
        return made

    async def bot_ready(self, timeout_s: float = 60.0, *, commands: bool = True) -> None:
        """Waits until the bot started last is connected, has its guilds, and has registered commands."""

        def ready() -> bool:
            self._alive()
            came = self.gateway.readies >= self._readies_wanted and self.gateway.connected
            return came and (not commands or any(self.commands.values()))

        await self.until(ready, timeout_s, "a connected bot with commands")

    def _alive(self) -> None:
        if self.bots and self.bots[-1].ended is not None:
            raise AssertionError(f"The bot ended with {self.bots[-1].ended}:\n{self.bots[-1].output[-4000:]}")

    # what a test asks

    @property
    def violations(self) -> list[str]:
        """Everything that a body of the bot's did wrong, by the limits written by hand and by Discord's description."""
        return [*self.found, *self.schema.problems]

    def thinking(self) -> list[Message]:
        """Messages that still say "is thinking…"."""
        return [one for channel in self.channels.values() for one in channel.messages.values() if one.loading]

    def assert_clean(self) -> None:
        """No violation, no mistake of the stand-in's own, no 429 caused, nothing acknowledged late."""
        assert not self.crashes, "\n".join(self.crashes)
        assert not self.violations, "\n".join(self.violations)
        assert not self.limits.caused, self.limits.caused
        assert not self.late, self.late

    async def until(self, true: Callable[[], bool], timeout_s: float, what: str) -> None:
        """Waits until `true()`; asked anew after each thing that happens. Raises AssertionError that names `what`."""
        deadline = time.monotonic() + timeout_s
        while not true():
            left = deadline - time.monotonic()
            if left <= 0:
                logs = "\n".join(one.output[-4000:] for one in self.bots[-1:])
                raise AssertionError(f"Not within {timeout_s} s: {what}\n{self.crashes}\n{logs}")
            waiter = asyncio.get_running_loop().create_future()
            self._waiting.append(waiter)
            await asyncio.wait([waiter], timeout=min(left, 1.0))

    def advance(self, seconds: float) -> None:
        """Ages every interaction, so that tokens run out."""
        for one in self.interactions.values():
            one.aged_s += seconds

    # what happens

    def changed(self) -> None:
        """Something happened: those who wait look again. Many changes at a time wake them once."""
        if self._wake is None:
            self._wake = asyncio.get_running_loop().call_later(WAKE_S, self._rouse)

    def _rouse(self) -> None:
        self._wake, waiting, self._waiting = None, self._waiting, []
        for one in waiting:
            if not one.done():
                one.set_result(None)

    def post(self, message: Message) -> Message:
        """A new message stands in its channel."""
        message.channel.keep(message)
        message.channel.archived = False
        if message.reply_to is not None and message.author is self.me:
            message.reply_to.answers.append(message)
        self._announce("MESSAGE_CREATE", message)
        return message

    def change(self, message: Message, sent: Sent, data: Json) -> Message:
        """A message is edited by a checked body."""
        bodies.write(self, message, sent, data)
        self._announce("MESSAGE_UPDATE", message)
        return message

    def remove(self, message: Message) -> None:
        """A message is deleted."""
        message.ended = True
        message.channel.messages.pop(message.id, None)
        if not message.ephemeral:
            guild = message.channel.guild
            gone = {"id": str(message.id), "channel_id": str(message.channel.id)}
            gone |= {"guild_id": str(guild.id)} if guild else {}
            self._tell("MESSAGE_DELETE", gone, guild, GUILD_MESSAGES if guild else DM_MESSAGES)
        self.changed()

    def is_private(self, message: Message) -> bool:
        """Whether only the message-content intent lets the bot read it."""
        return not (message.author is self.me or message.channel.is_dm or self.me in message.mentions)

    def _announce(self, event: str, message: Message) -> None:
        if not message.ephemeral:
            guild = message.channel.guild
            whole = message.payload(self.me, gateway=True)
            bare = message.payload(self.me, gateway=True, bare=True) if self.is_private(message) else None
            self._tell(event, whole, guild, GUILD_MESSAGES if guild else DM_MESSAGES, bare)
        self.changed()

    def _tell(self, event: str, data: Json, guild: Guild | None, needs: int, bare: Json | None = None) -> None:
        if guild is None or guild.bot_in:
            self.gateway.dispatch(event, data, guild, needs, bare)

    def tell_channel(self, event: str, channel: Channel, **extra: object) -> None:
        """A channel or thread came or changed."""
        self._tell(event, channel.payload(self.me) | extra, channel.guild, GUILDS)

    def start_thread(self, parent: Channel, name: str, owner: User, message: Message | None) -> Channel:
        """A thread under a channel; it takes the id of the message that it starts from."""
        number = message.id if message else self.ids.new()
        made = Channel(number, PUBLIC_THREAD, name, parent.guild, parent=parent, owner=owner.id)
        self.add_channel(made)
        self.tell_channel("THREAD_CREATE", made, newly_created=True)
        if message is not None:
            message.thread = made
            self._announce("MESSAGE_UPDATE", message)
        return made

    def react(self, message: Message, emoji: str, user: User) -> None:
        """Somebody reacts to a message."""
        message.reactions.setdefault(emoji, set()).add(user.id)
        guild = message.channel.guild
        told: Json = {"user_id": str(user.id), "channel_id": str(message.channel.id), "message_id": str(message.id)}
        told |= {"emoji": {"id": None, "name": emoji}, "type": 0, "burst": False}
        told |= {"guild_id": str(guild.id), "member": guild.member(user)} if guild else {}
        self._tell("MESSAGE_REACTION_ADD", told, guild, GUILD_REACTIONS if guild else DM_REACTIONS)

    def interact(
        self, kind: int, user: User, channel: Channel, data: Json, source: Message | None = None
    ) -> Interaction:
        """Somebody uses a command, a component or a modal."""
        made = Interaction(self.ids.new(), uuid.uuid4().hex, kind, user, channel, data, time.monotonic(), source)
        self.interactions[made.token] = made
        while len(self.interactions) > INTERACTIONS_KEPT:
            self.interactions.popitem(last=False)
        home = channel.guild if channel.guild is not None and channel.guild.bot_in else None
        for _ in range(1 + self.faults.use("duplicates")):
            self.gateway.dispatch("INTERACTION_CREATE", made.payload(self), home)
        return made

    def store(self, path: str, data: bytes) -> None:
        """Keeps an uploaded file for download; the oldest go beyond `CDN_BYTES`."""
        self._cdn[path] = data
        while len(self._cdn) > 1 and sum(map(len, self._cdn.values())) > CDN_BYTES:
            self._cdn.popitem(last=False)

    def stored(self, attachment: Json) -> bytes:
        """The bytes of an attachment."""
        return self._cdn[attachment["url"].partition("/cdn/")[2]]

    @property
    def application_flags(self) -> int:
        """Which privileged intents are switched on, as the application object tells it."""
        bits = {"presences": 1 << 13, "members": 1 << 15, "message_content": 1 << 19}
        return sum(bits[one] for one in self.gateway.privileged)

    async def _file(self, request: web.Request) -> web.Response:
        data = self._cdn.get(request.match_info["path"])
        return web.Response(status=404) if data is None else web.Response(body=data)
