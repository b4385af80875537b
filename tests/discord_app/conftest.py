"""The real bot over the small glossary, on a simulated Discord: one process, no wire, discord.py's own code throughout."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import simcord
import simcord.http.client
from discord_app.world import World

from bot.discord_app.answers.conversation import Desk
from bot.discord_app.answers.glossary_search import Listing
from bot.discord_app.answers.pending import Journal
from bot.discord_app.answers.responder import Answering
from bot.discord_app.answers.running import Replies
from bot.discord_app.client import Options, StudyBot
from bot.discord_app.discord_text.latex_images import FormulaImages
from bot.discord_app.features.server_glossary.loader import loader
from bot.discord_app.incoming.answer_buttons import Presses
from bot.state.circuit_breaker import Guarded
from bot.state.memory import InMemory, Memory
from bot.tutor.fair_scheduling import Capacity
from bot.tutor.generated_answer import Writer
from bot.tutor.generator import Generator
from bot.tutor.prompt import style_of
from bot.tutor.request_queue import Schedule
from bot.tutor.tutor import Tutor
from corpus.entry import Level
from index.hot_reload import LiveIndex
from index.per_server import Shelves
from index.search import SearchIndex


@pytest.fixture
def writes() -> Generator | None:
    """What writes; none unless a test says so."""
    return None


@pytest.fixture
def bot_options() -> dict[str, Any]:
    """How the bot is made: `message_content`, `in_place`, `capacity`; `glossary`, which makes the desk of servers' own
    entries from their storage and the shelves.
    """
    return {}


@pytest.fixture
def make(
    small_index: SearchIndex, tmp_path: Path, writes: Generator | None, bot_options: dict[str, Any]
) -> Callable[..., StudyBot]:
    """Makes a bot, as bot/compose.py does."""

    def made(memory: Memory, **changed: Any) -> StudyBot:
        options = {
            "in_place": True,
            "message_content": False,
            "writes": writes,
            "capacity": None,
            "glossary": None,
            **bot_options,
            **changed,
        }
        index = LiveIndex(small_index)
        storage = memory.entries if isinstance(memory, Guarded) and options["glossary"] else None
        shelves = Shelves(index, loader(storage) if storage else None)
        writer = None
        if options["writes"]:
            writer = Writer(
                Schedule(options["writes"], options["capacity"] or Capacity()), "a small model", style_of("full", 4096)
            )
        desk = Desk(Tutor(shelves, Level.PLAIN, writer), memory)
        answering = Answering(desk, Replies(desk), FormulaImages(), Journal(tmp_path / "in_flight"))
        presses = Presses(answering, Listing(shelves), in_place=options["in_place"])
        glossary = options["glossary"](storage, shelves) if storage else None
        return StudyBot(answering, presses, Options(tmp_path, message_content=options["message_content"]), glossary)

    return made


@pytest.fixture(autouse=True)
def paths_as_on_the_wire(monkeypatch: pytest.MonkeyPatch) -> None:
    """discord.py quotes the @ of "@original", and the HTTP client beneath, which simcord does not have, takes it back."""
    read = simcord.http.client._path_of
    monkeypatch.setattr(simcord.http.client, "_path_of", lambda url: unquote(read(url)))


@pytest.fixture
def memory() -> InMemory:
    """What the bot keeps."""
    return InMemory()


@pytest.fixture
def simcord_bot(make: Callable[..., StudyBot], memory: InMemory) -> StudyBot:
    """The bot that simcord's fixture starts. What it raises and nobody catches fails the test."""
    return make(memory)


@pytest.fixture
def world(simcord_env: simcord.Env, simcord_bot: StudyBot, memory: InMemory, make: Callable[..., StudyBot]) -> World:
    """The simulated Discord with the bot in it."""
    return World(simcord_env, simcord_bot, memory, make)
