"""Renders the pictures of docs/discord.md: what the bot really sends, drawn as Discord's dark theme would show it.

    python docs/render_cards.py [--fonts FOLDER]

Needs the `test` extra, for a Discord that is simulated in this process (simcord); Pillow, which nothing else here needs
(`pip install pillow`); the built index; and the DejaVu fonts, which most Linux systems have. A scripted text stands in
for a model's; everything else is the bot's own.
"""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import discord
import resvg_py
import simcord
from card_svg import Message, drawing
from card_text import Fonts
from PIL import Image

sys.path.append(str(Path(__file__).parents[1] / "tests"))
from generators import Scripted

from bot.discord_app.answers.conversation import ConversationService, Request
from bot.discord_app.answers.glossary_search import GlossarySearch
from bot.discord_app.answers.pending import PendingAnswers
from bot.discord_app.answers.responder import Responder
from bot.discord_app.answers.running import RunningAnswers
from bot.discord_app.cards.answer_card import Card
from bot.discord_app.cards.components import view_of
from bot.discord_app.cards.streaming_message import StreamingMessage
from bot.discord_app.client import StudyBot
from bot.discord_app.discord_text.latex_images import FormulaImages, Png
from bot.discord_app.http.edit_throttle import EditThrottle
from bot.discord_app.services import Options, Services
from bot.settings import Settings
from bot.state.circuit_breaker import CircuitBreaker
from bot.state.database import Database
from bot.state.database_url import address
from bot.state.values import Place, ServerSettings
from bot.tutor.fair_scheduling import Capacity
from bot.tutor.generated_answer import Writer
from bot.tutor.prompt import style_of
from bot.tutor.request_queue import RequestQueue
from bot.tutor.tutor import Tutor
from index.hot_reload import LiveIndex
from index.per_server import Shelves
from index.search import SearchIndex

PICTURES = Path(__file__).parent / "cards"
FONTS = Path("/usr/share/fonts/truetype/dejavu")
SHARPNESS = 1.5
"""Pixels of the picture for each pixel of the chat."""

COLOURS = 160
"""Of a picture; what anti-aliasing mixes is merged."""

STAND_IN = "a scripted text"
WHY = "Why does dropout help against overfitting?"
OTHERS = (
    "Why does dropout work better in large networks?",
    "Why does attention help with long sentences?",
    "Why does normalization help deep networks?",
)
UNFOUNDED = "It always doubles the accuracy."
SCRIPT = (
    "During training, dropout sets every unit's output to zero with a fixed probability, at random and afresh each time. "
    "Some of the parts, picked by lot, stay silent, and the others must manage, so knowledge gets spread and doubled. "
    f"{UNFOUNDED} "
    "The textbook remedy for overfitting is to reduce freedom, to stop at the minimum, or to add data."
)
"""What stands in for a model's words. One sentence is in no passage, and the bot drops it."""


@dataclass
class Recorder:
    """A canvas that keeps the cards it is asked to draw."""

    cards: list[Card] = field(default_factory=list)

    async def draw(self, card: Card) -> None:
        """Keeps the card."""
        self.cards.append(card)


@dataclass(frozen=True, slots=True)
class Group:
    """The simulated server, with a member and an admin."""

    guild: int
    channel: simcord.ChannelHandle
    ann: simcord.MemberActor
    admin: simcord.MemberActor
    names: Mapping[int, str]


def tutor_with(index: LiveIndex, writes: Scripted) -> Tutor:
    """The engine, with a script in the place of a model that writes one answer at a time."""
    schedule = RequestQueue(writes, Capacity(at_once=1, longest_wait_s=600))
    return Tutor(index, writer=Writer(schedule, STAND_IN, style_of("full", 4096)))


def bot_with(index: LiveIndex, folder: Path) -> StudyBot:
    """The bot as bot/compose.py makes it, with its notes in a folder of its own."""
    memory, shelves = memory_in(folder), Shelves(index)
    conversation = ConversationService(tutor_with(index, Scripted(SCRIPT)), memory)
    pending = PendingAnswers(folder / "in_flight")
    search = GlossarySearch(shelves)
    answers = Responder(conversation, RunningAnswers(conversation, search), FormulaImages(), pending)
    return StudyBot(Services(Options(folder), memory, conversation, answers, search, shelves))


def memory_in(folder: Path) -> CircuitBreaker:
    """What the bot keeps, in a file in this folder."""
    return CircuitBreaker(Database(address("", folder)))


@asynccontextmanager
async def group(bot: StudyBot) -> AsyncIterator[Group]:
    """A study group's server with the bot in it."""
    async with simcord.run(bot) as env:
        guild = env.create_guild("Study group")
        channel = guild.create_text_channel("machine-learning")
        everything = guild.create_role("Admins", permissions=discord.Permissions.all())
        ann = guild.add_member(env.create_user("ann"))
        admin = guild.add_member(env.create_user("admin"), roles=[everything])
        yield Group(guild.id, channel, ann, admin, {channel.id: "machine-learning"})


async def answers(index: LiveIndex, folder: Path) -> tuple[dict[str, Message], Mapping[int, str]]:
    """What the bot sends to the simulated Discord, by the names of the pictures; and the names of its channels."""
    bot = bot_with(index, folder)
    async with group(bot) as here:
        chosen = ServerSettings(study_channels=frozenset(here.names), listening=True)
        await bot.services.memory.set_server(here.guild, chosen, here.admin.id)

        async def used(name: str, **options: Any) -> Message:
            shown = await here.ann.slash(here.channel, name, **options)
            return _message(shown, f"ann used /{name}", opened=name == "level")

        made = {
            "student": await used("ask", question="What is dropout?", level="student"),
            "eli5": await used("ask", question="What is dropout?", level="eli5"),
            "declined": await used("ask", question="How do I cook rice?"),
            "written": await used("ask", question=WHY),
            "level": await used("level"),
            "browse": await used("browse", category="deep learning"),
            "setup": _message(await here.admin.slash(here.channel, "setup"), "admin used /setup"),
        }
        return made, here.names


def _message(shown: simcord.InteractionResult, used: str, *, opened: bool = False) -> Message:
    if shown.response is None:
        raise RuntimeError(f"nothing was shown: {used}")
    return Message(shown.response.components, used, shown.response.ephemeral, opened)


async def growing(index: LiveIndex, folder: Path) -> dict[str, Message]:
    """Two cards on their way: one that waits behind others, and one with the sentence that will not stand."""
    conversation = ConversationService(tutor_with(index, Scripted(SCRIPT, pause_s=0.1)), memory_in(folder))
    running, recorders, giving = RunningAnswers(conversation), [Recorder() for _ in (WHY, *OTHERS)], []
    for user, (question, recorder) in enumerate(zip((WHY, *OTHERS), recorders, strict=True), 1):
        asked = await conversation.question(Request(user, Place(1, 1), question))
        give = running.give(asked, user, Place(1, 1), StreamingMessage(recorder, EditThrottle(0.02)))
        giving.append(asyncio.create_task(give))
        await asyncio.sleep(0.3)  # so that they stand in the queue in this order
    await giving[0]
    for task in giving[1:]:
        task.cancel()
    await asyncio.gather(*giving, return_exceptions=True)
    shown = {"queue": _first(recorders[-1], "before you"), "writing": _first(recorders[0], UNFOUNDED[:17])}
    return {name: Message(await _components(card), "ann used /ask") for name, card in shown.items()}


def _first(recorder: Recorder, words: str) -> Card:
    return next(card for card in recorder.cards if words in str(card.body))


async def _components(card: Card) -> list[dict[str, Any]]:
    view, _ = await view_of(card, FormulaImages())
    components: list[dict[str, Any]] = view.to_components()
    return components


def _formulas_in(components: Any) -> list[str]:
    """The LaTeX of every picture among components and in those inside others."""
    found = []
    for one in components:
        found += [item["description"] for item in one.get("items", ())] + _formulas_in(one.get("components", ()))
    return found


async def render(fonts: Fonts, folder: Path) -> None:
    """Writes a PNG for each message."""
    settings = Settings(_env_file=None)  # the glossary of the project, whatever this machine's .env says
    index = LiveIndex(SearchIndex(settings.index, settings.corpus))
    with tempfile.TemporaryDirectory() as notes:
        messages, channels = await answers(index, Path(notes))
    with tempfile.TemporaryDirectory() as notes:
        messages |= await growing(index, Path(notes))
    images = FormulaImages()
    folder.mkdir(exist_ok=True)
    for name, message in messages.items():
        formulas: dict[str, Png] = {}
        for latex in _formulas_in(message.components):
            if picture := await images.render(latex):
                formulas[latex] = picture
        _write(folder / f"{name}.png", drawing(message, fonts, formulas, channels), fonts)
    await images.close()


def _write(path: Path, svg: str, fonts: Fonts) -> None:
    """The drawing as a PNG of few colours: a third of the bytes, and no eye sees it."""
    png = resvg_py.svg_to_bytes(
        svg_string=svg, zoom=SHARPNESS, font_dirs=[str(fonts.folder)], skip_system_fonts=True, font_family="DejaVu Sans"
    )
    with Image.open(BytesIO(png)) as picture:
        picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    sys.stdout.write(f"{path.name}  {path.stat().st_size / 1000:.0f} kB\n")


def main() -> None:
    """Reads the options, and renders."""
    parser = argparse.ArgumentParser(description="Render the pictures of docs/discord.md.")
    parser.add_argument("--fonts", type=Path, default=FONTS, help=f"folder of DejaVu fonts, {FONTS} by default")
    fonts = parser.parse_args().fonts
    if not (fonts / "DejaVuSansCondensed.ttf").is_file():
        parser.exit(1, f"There is no DejaVuSansCondensed.ttf in {fonts}. Install the DejaVu fonts or name --fonts.\n")
    with suppress(KeyboardInterrupt):
        asyncio.run(render(Fonts(fonts), PICTURES))


if __name__ == "__main__":
    main()
