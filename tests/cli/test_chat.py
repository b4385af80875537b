"""A conversation in the terminal: what is typed, what is shown while an answer comes, and what Ctrl-C stops."""

import asyncio
import io
import os
import signal
from collections.abc import Iterator

import pytest
from rich.console import Console

from bot.cli.chat import Asking, Chat, Growing
from bot.tutor.dialogue import Question
from bot.tutor.events import Found, Revised, Text, Waiting
from bot.tutor.generated_answer import Writer
from bot.tutor.generator import Limits, Message, Scripted
from bot.tutor.prompt import style_of
from bot.tutor.request_queue import Schedule
from bot.tutor.tutor import Tutor
from index.hot_reload import LiveIndex
from index.search import SearchIndex


class _Keyboard(Console):
    """A terminal at which these lines are typed."""

    def __init__(self, typed: str) -> None:
        self.shown = io.StringIO()
        super().__init__(file=self.shown, width=100, highlight=False)
        self._lines = iter(typed.splitlines())

    def input(self, *_: object, **__: object) -> str:
        try:
            return next(self._lines)
        except StopIteration:
            raise EOFError from None


async def _nothing() -> None:
    """Nothing has to be let go of."""


def _chat(index: SearchIndex, typed: str, writer: Writer | None = None) -> str:
    console = _Keyboard(typed)
    with Asking(Tutor(LiveIndex(index), writer=writer), _nothing, console) as asking:
        Chat(console, asking, Question("")).run()
    return console.shown.getvalue()


def test_a_follow_up_is_asked_by_its_number(small_index: SearchIndex) -> None:
    assert "Dropout silences random units" in _chat(small_index, "overfitting\n3")


def test_the_level_changes_in_the_middle_of_a_chat(small_index: SearchIndex) -> None:
    text = _chat(small_index, "overfitting\n/level expert\n/level nonsense")
    assert "overfitting told at level expert" in text
    assert "Levels are eli5, plain, student, practitioner, expert." in text


def test_a_level_chosen_before_the_first_question_holds(small_index: SearchIndex) -> None:
    assert "dropout told at level eli5" in _chat(small_index, "/level eli5\ndropout")


def test_why_help_and_nonsense_do_not_end_the_chat(small_index: SearchIndex) -> None:
    text = _chat(small_index, "dropout\n/why\n/help\n!!!\n\ntoken\n/quit\noverfitting")
    assert "Why dropout matters." in text
    assert "/quit" in text
    assert "There is no word in this question" in text
    assert "A token is a piece of text." in text
    assert "memorised" not in text


class _Interrupted:
    """A model at which somebody presses Ctrl-C."""

    def __init__(self) -> None:
        self.closed = 0

    async def stream(self, messages: list[Message], limits: Limits):  # type: ignore[no-untyped-def]
        try:
            yield "Dropout "
            os.kill(os.getpid(), signal.SIGINT)
            await asyncio.sleep(60)
        finally:
            self.closed += 1


@pytest.fixture
def keyboard_signals() -> Iterator[None]:
    """Ctrl-C as in a terminal: what is started in the background has it switched off."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("keyboard_signals")
def test_ctrl_c_stops_the_answer_and_not_the_chat(small_index: SearchIndex) -> None:
    model = _Interrupted()
    writer = Writer(Schedule(model), "a model", style_of("short", 4096))
    text = _chat(small_index, "why does dropout help against overfitting?\ntoken", writer)
    assert model.closed == 1
    assert "Stopped." in text
    assert "A token is a piece of text." in text


def test_a_written_answer_is_told_at_another_level_from_the_same_passages(small_index: SearchIndex) -> None:
    model = Scripted("Dropout silences random units.")
    writer = Writer(Schedule(model), "a model", style_of("short", 4096))
    text = _chat(small_index, "why does dropout help against overfitting?\n/level expert", writer)
    assert model.started == 2
    assert "written by a model from 1 passage" in text
    assert "expert  ·  written by a model" in text


@pytest.mark.parametrize(
    ("events", "seen"),
    [
        ([Found(("dropout",), to_write=True)], "reading about dropout"),
        ([Found(("dropout",)), Waiting(3)], "number 3 in the queue"),
        ([Found(("dropout",)), Text("Units are "), Text("silenced.")], "Units are silenced."),
        ([Found(("dropout",)), Text("It was made in 1066."), Revised("Units")], "Units"),
    ],
)
def test_what_is_seen_while_an_answer_comes(events: list[Found | Waiting | Text | Revised], seen: str) -> None:
    growing, shown = Growing(), io.StringIO()
    for event in events:
        growing.take(event)
    Console(file=shown, width=100).print(growing)
    assert seen in shown.getvalue()
    assert "1066" not in shown.getvalue()
