"""The real bot over the small glossary, on a simulated Discord: one process, no wire, discord.py's own code throughout."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import simcord
import simcord.http.client
from discord_app.world import World, click_in_menu, select_in_menu
from in_memory import InMemory

from bot.discord_app.answers.conversation import ConversationService
from bot.discord_app.answers.glossary_search import GlossarySearch
from bot.discord_app.answers.pending import PendingAnswers
from bot.discord_app.answers.responder import Responder
from bot.discord_app.answers.running import RunningAnswers
from bot.discord_app.client import StudyBot
from bot.discord_app.discord_text.latex_images import FormulaImages
from bot.discord_app.features.server_glossary.loader import loader
from bot.discord_app.services import Options, Services
from bot.state.circuit_breaker import CircuitBreaker
from bot.state.memory import Memory
from bot.tutor.fair_scheduling import Capacity
from bot.tutor.generated_answer import Writer
from bot.tutor.generator import Generator
from bot.tutor.prompt import style_of
from bot.tutor.request_queue import RequestQueue
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
    """How the bot is made: `message_content`, `in_place`, `capacity`; `glossary`: servers have own entries."""
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
            "glossary": False,
            **bot_options,
            **changed,
        }
        index = LiveIndex(small_index)
        storage = memory.entries if isinstance(memory, CircuitBreaker) and options["glossary"] else None
        shelves = Shelves(index, loader(storage) if storage else None)
        writer = None
        if options["writes"]:
            writer = Writer(
                RequestQueue(options["writes"], options["capacity"] or Capacity()),
                "a small model",
                style_of("full", 4096),
            )
        options_made = Options(tmp_path, message_content=options["message_content"], in_place=options["in_place"])
        conversation = ConversationService(Tutor(shelves, Level.PLAIN, writer), memory)
        pending = PendingAnswers(tmp_path / "in_flight")
        search = GlossarySearch(shelves)
        answers = Responder(conversation, RunningAnswers(conversation, search), FormulaImages(), pending)
        return StudyBot(Services(options_made, memory, conversation, answers, search, shelves, storage))

    return made


@pytest.fixture(autouse=True)
def paths_as_on_the_wire(monkeypatch: pytest.MonkeyPatch) -> None:
    """discord.py quotes the @ of "@original", and the HTTP client beneath, which simcord does not have, takes it back."""
    read = simcord.http.client._path_of
    monkeypatch.setattr(simcord.http.client, "_path_of", lambda url: unquote(read(url)))


@pytest.fixture(autouse=True)
def menus_like_buttons(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who clicks on what stands in the menu “More” chooses it there."""
    click, select = simcord.MemberActor.click, simcord.MemberActor.select
    monkeypatch.setattr(simcord.MemberActor, "click", partialmethod_of(click_in_menu, click, select))
    monkeypatch.setattr(simcord.MemberActor, "select", partialmethod_of(select_in_menu, select))


def partialmethod_of(wrapper: Any, *originals: Any) -> Any:
    """A method that is given those which it stands for."""

    async def method(actor: Any, *arguments: Any, **named: Any) -> Any:
        return await wrapper(*originals, actor, *arguments, **named)

    return method


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
