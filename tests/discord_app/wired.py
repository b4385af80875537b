"""The product in a process of its own against the stand-in: how it is started, and a model server that a test holds back.

The model quotes the passages it was given, so that what it writes stands. Knows nothing of single faults.
"""

from __future__ import annotations

import asyncio
import base64
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web
from discord_wire.handles import Handle
from discord_wire.people import Person
from discord_wire.process import BotProcess
from discord_wire.server import Wire
from discord_wire.state import Message

from bot.discord_app.cards import texts

TOKEN = f"{base64.b64encode(b'123456789012345678').decode()}.for-the.stand-in"
READY_S = 120.0
"""A watchdog: a start takes two seconds on a quiet machine."""

AUTHORED = ("What is dropout?", "What is overfitting?", "What is a learning rate?", "What is batch normalization?")
WRITTEN = (
    "How did dropout change the history of chess?",
    "Who was the first person to notice overfitting?",
    "Does the learning rate matter for a poet in Paris?",
)
"""Questions that the glossary answers in its authors' words, and such that a model writes about."""

FROM_GLOSSARY = "from the glossary"
UNFINISHED = (texts.LOOKING, "writing …", texts.NEXT_IN_QUEUE, "in the queue")
"""What stands on a card that has no ending yet."""


def wire(**options: Any) -> Wire:
    """A stand-in whose token the product takes for one."""
    return Wire(token=TOKEN, **options)


def settings(index: Path, data: Path, model: str = "none", **more: str) -> dict[str, str]:
    """The environment in which the product runs."""
    return {"BOT_INDEX": str(index), "BOT_DATA": str(data), "BOT_MODEL": model, "DATABASE_URL": ""} | more


@dataclass(eq=False)
class Product:
    """A running bot, the Discord that it is on, and a person who asks."""

    discord: Wire
    env: dict[str, str]
    ada: Person

    @property
    def bot(self) -> BotProcess:
        """The process started last."""
        return self.discord.bots[-1]

    async def start(self, *, ready: bool = True) -> BotProcess:
        """Starts it, again after a kill."""
        made = await self.discord.start_bot("discord", env=self.env)
        if ready:
            await self.discord.bot_ready(READY_S)
        return made

    async def assert_over(self) -> None:
        """Ends the bot. No card hangs, none speaks of a fault, no body was wrong, and nothing came late or too often."""
        await self.bot.stop()
        assert not self.discord.thinking()
        assert not unfinished(self.discord)
        assert texts.BROKEN not in "".join(one.text for one in cards(self.discord))
        self.discord.assert_clean()


def unfinished(discord: Wire) -> list[str]:
    """The texts of our cards that still say that more is coming."""
    return [one.text for one in cards(discord) if one.loading or any(sign in one.text for sign in UNFINISHED)]


def cards(discord: Wire) -> list[Message]:
    """Our messages that stand somewhere."""
    return [one for each in discord.channels.values() for one in each.messages.values() if one.author is discord.me]


@asynccontextmanager
async def product(env: dict[str, str], **options: Any) -> AsyncIterator[Product]:
    """The product, ready, on a server with one channel."""
    async with wire(**options) as discord:
        discord.guild("Study group").channel("general")
        made = Product(discord, env, discord.person("ada"))
        await made.start()
        yield made
        assert not discord.crashes, "\n".join(discord.crashes)


async def answered(handle: Handle, timeout_s: float = 30.0) -> str:
    """Waits until a card has its buttons, and so its ending; its text."""
    await handle.until(lambda one: "Sources" in one.labels, "a finished card", timeout_s)
    return handle.text


@dataclass
class QuotingModel:
    """An OpenAI-compatible server. It writes a sentence of a passage, then waits for `go`, then writes the rest."""

    pause_s: float = 0.0
    go: asyncio.Event = field(default_factory=asyncio.Event)
    asked: int = 0
    left: int = 0
    """Answers that whoever asked for them did not wait for."""
    url: str = ""

    async def completions(self, request: web.Request) -> web.StreamResponse:
        """Streams one answer."""
        self.asked += 1
        prompt = (await request.json())["messages"][-1]["content"]
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        try:
            for number, sentence in enumerate(_quoted(prompt)):
                if number:
                    await asyncio.wait_for(self.go.wait(), 60)
                for word in re.findall(r"\S+\s*", sentence):
                    await response.write(_chunk(word))
                    await asyncio.sleep(self.pause_s)
            await response.write(_chunk("", ends="stop") + b"data: [DONE]\n\n")
        except (ConnectionError, asyncio.CancelledError):
            self.left += 1
            raise
        return response

    async def models(self, _: web.Request) -> web.Response:
        """What it serves."""
        return web.json_response({"object": "list", "data": [{"id": "quoting", "object": "model"}]})


@asynccontextmanager
async def quoting(pause_s: float = 0.0) -> AsyncIterator[QuotingModel]:
    """The model server, on loopback."""
    model, app = QuotingModel(pause_s), web.Application()
    app.router.add_post("/v1/chat/completions", model.completions)
    app.router.add_get("/v1/models", model.models)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5, handler_cancellation=True)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    model.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    try:
        yield model
    finally:
        await runner.cleanup()


def _quoted(prompt: str) -> list[str]:
    """Three sentences of the passages, marked with their numbers."""
    found = re.findall(r"^\[(\d)\] [^:\n]+: (.+?[.])(?: |$)", prompt, re.MULTILINE)
    said = [(number, sentence.rsplit("? ", 1)[-1]) for number, sentence in found]  # without the question of a FAQ
    return [f"{sentence[:-1]} [{number}]. " for number, sentence in said if not sentence.endswith("?")][:3]


def _chunk(text: str, *, ends: str | None = None) -> bytes:
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": ends}
    return (
        b"data: " + json.dumps({"id": "1", "object": "chat.completion.chunk", "choices": [choice]}).encode() + b"\n\n"
    )
