"""Settings -> parts. The only place that names concrete classes; heavy imports happen here, inside functions."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.settings import Settings, SettingsError

if TYPE_CHECKING:
    from bot.models.catalogue import Model
    from bot.models.local import LocalModel
    from bot.models.server import ServedModel
    from bot.models.store import Store
    from bot.state.database import Database
    from bot.tutor.request_queue import RequestQueue
    from bot.tutor.tutor import Tutor
    from index.hot_reload import LiveIndex


@dataclass(frozen=True, slots=True)
class Engine:
    """The answering engine, the index it reads, and the model behind it, when there is one."""

    tutor: "Tutor"
    index: "LiveIndex"
    model: "LocalModel | ServedModel | None" = None
    queue: "RequestQueue | None" = None

    async def close(self) -> None:
        """Stops what is being written and lets go of the model."""
        if self.queue:
            await self.queue.close()
        if self.model:
            await self.model.close()


SOON_S = 1.0
LOADING_S = 600.0
"""How long somebody who has this process to themselves waits for a model to load."""


def engine(settings: Settings, *, patient: bool = True) -> Engine:
    """The engine over the built index. `patient`: an answer waits until the model is loaded, instead of going out
    without it. Raises IndexingError with what to run, and UnusableModel.
    """
    from bot.tutor.tutor import Tutor

    found_in = index(settings)
    if (found := _model(settings, LOADING_S if patient else SOON_S)) is None:
        return Engine(Tutor(found_in, settings.level), found_in)

    from bot.tutor.fair_scheduling import Capacity
    from bot.tutor.generated_answer import Writer
    from bot.tutor.prompt import style_of
    from bot.tutor.request_queue import RequestQueue

    model, card = found
    capacity = Capacity(
        at_once=settings.model_at_once, longest_wait_s=settings.model_wait_s, second=settings.second_question
    )
    queue = RequestQueue(model, capacity)
    writer = Writer(queue, card.name, style_of(card.prompt, card.context))
    return Engine(Tutor(found_in, settings.level, writer), found_in, model, queue)


def index(settings: Settings) -> "LiveIndex":
    """The built index; an installed program builds that of the shipped glossary itself, where there is none that fits.

    Raises IndexingError with what to run.
    """
    from index.command_line import build_shipped
    from index.errors import ForeignIndex, NoIndex, StaleIndex
    from index.hot_reload import LiveIndex
    from index.places import BUILT, ENTRIES, IS_CHECKOUT
    from index.search import SearchIndex

    try:
        found = SearchIndex(settings.index, settings.corpus, reranker=settings.reranker)
    except (NoIndex, StaleIndex, ForeignIndex):
        if IS_CHECKOUT or (settings.corpus, settings.index) != ([ENTRIES], BUILT):
            raise  # somebody builds here
        build_shipped(settings.embedder)
        found = SearchIndex(settings.index, settings.corpus, reranker=settings.reranker)
    return LiveIndex(found)


def store(settings: Settings) -> "Store":
    """The models that were fetched to this machine."""
    from bot.models.store import Store

    return Store(settings.models)


def _model(settings: Settings, patience_s: float) -> "tuple[LocalModel | ServedModel, Model] | None":
    """What will write, and its entry in the catalogue; None when nothing will. Raises UnusableModel."""
    setting = settings.model.strip()
    if setting.casefold() == "none":
        return None
    kept = store(settings)
    if setting.casefold() == "auto" and not kept.folder.is_dir():
        return None  # the usual case, and nothing about this machine has to be found out for it

    from bot.models import hardware as machine
    from bot.models.catalogue import Local, Model, Served, without_libraries
    from bot.tutor.errors import UnusableModel

    match kept.choose(setting, machine.read()):
        case Served(url=url):
            from bot.models.server import ServedModel

            return ServedModel(url, api_key=settings.model_key), Model(name="a model server")
        case Local(path=path, gguf_file=file, model=card):
            if not machine.has_model_libraries():
                if setting.casefold() == "auto":
                    return None  # nobody asked for this one: the glossary answers
                raise UnusableModel(without_libraries(card.name))

            from bot.models.local import LocalModel

            local = LocalModel(
                str(path),
                gguf_file=file,
                context=card.context,
                template_options=card.template,
                at_once=settings.model_at_once,
                patience_s=patience_s,
            )
            return local, card
        case _:
            return None


def database(settings: Settings) -> "Database":
    """What is kept. Raises UnusableAddress, and SettingsError when there can be no folder for it."""
    from bot.state.database import Database
    from bot.state.database_url import address

    try:
        settings.data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(
            f"BOT_DATA cannot be used: {settings.data} can be no folder ({error.strerror}). Name another one in .env."
        ) from error
    return Database(address(settings.database_url, settings.data), settings.keep_days)


def log_to_terminal() -> None:
    """What happens, one line each, on standard error."""
    import logging

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for name in ("discord", "alembic", "httpx", "httpx2", "faiss"):
        logging.getLogger(name).setLevel(logging.WARNING)


async def _loaded(made: Engine) -> None:
    """Loads the model while the first questions are answered without it; what goes wrong is said once."""
    import logging

    from bot.tutor.errors import TutorError

    if made.model:
        try:
            await made.model.ready()
        except TutorError as problem:
            logging.getLogger(__name__).warning("answers come from the glossary alone: %s", problem)


CLOSING_S = 1.0
"""How long each part may take to let go: ten seconds are promised for all of it."""


async def run_discord(settings: Settings) -> None:
    """Runs the bot until it is told to stop. Raises CannotStart, IndexingError, UnusableModel, UnusableAddress."""
    from bot.discord_app.application.token import checked

    token = checked(settings.discord_token)
    made = engine(settings, patient=False)

    from bot.discord_app.answers.conversation import Allowances, ConversationService
    from bot.discord_app.answers.glossary_search import GlossarySearch
    from bot.discord_app.answers.pending import PendingAnswers
    from bot.discord_app.answers.responder import Responder
    from bot.discord_app.answers.running import RunningAnswers
    from bot.discord_app.client import StudyBot
    from bot.discord_app.discord_text.latex_images import FormulaImages
    from bot.discord_app.features.server_glossary.loader import loader, watch
    from bot.discord_app.run import run
    from bot.discord_app.services import Options, Services
    from bot.state.circuit_breaker import CircuitBreaker
    from index.per_server import Shelves

    memory = CircuitBreaker(database(settings))
    shelves = Shelves(made.index, loader(memory.entries))
    allowances = Allowances(settings.direct_allowance, settings.server_allowance)
    conversation = ConversationService(made.tutor.over(shelves), memory, allowances)
    formulas = FormulaImages(settings.data / "formulas")
    # Each shard ends only its own answers when it starts.
    pending = PendingAnswers(settings.data / "in_flight" / str(settings.shard[0] if settings.shard else 0))
    options = Options(
        settings.data, settings.discord_message_content, settings.shard, settings.keep_days, settings.in_place
    )
    search = GlossarySearch(shelves)
    answers = Responder(conversation, RunningAnswers(conversation, search), formulas, pending)
    bot = StudyBot(Services(options, memory, conversation, answers, search, shelves, memory.entries))
    await memory.start()
    background = [asyncio.create_task(_loaded(made)), asyncio.create_task(watch(memory.entries, shelves))]
    try:
        await run(bot, token)
    finally:
        for task in background:
            task.cancel()
        for closing in (formulas.close(), made.close(), memory.close()):
            with suppress(TimeoutError):
                await asyncio.wait_for(closing, CLOSING_S)
