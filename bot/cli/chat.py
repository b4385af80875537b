"""Asking in a terminal: an answer that grows while it is written, and a conversation. Knows no Discord.

What is printed in the end is terminal.py's; here is what happens until then.
"""

import asyncio
import re
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import aclosing
from types import TracebackType
from typing import Any, Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.markdown import Markdown
from rich.padding import Padding
from rich.spinner import Spinner
from rich.text import Text as Words

from bot.cli.show import show
from bot.latex_text import readable as without_latex
from bot.tutor.audience import level_for
from bot.tutor.dialogue import Answer, Question, readable
from bot.tutor.errors import TutorError, UnusableQuestion
from bot.tutor.events import Event, Finished, Found, Revised, Text, Waiting
from bot.tutor.tutor import Tutor
from corpus.entry import Level

_PICK = re.compile(r"(?:number |no\.? |#)?(\d{1,3})[.)]?(?: please)?", re.IGNORECASE)
SHOWN_LINES = 12
"""Of an answer that grows: its end. A whole screen of it could not be taken back."""

_HELP = """Type a question, or the number of a follow-up.
/level NAME   explain at another level: eli5, plain, student, practitioner, expert
/why          why the last term matters
/help         this text
/quit         leave (Ctrl-D does too); Ctrl-C stops an answer"""


class Growing:
    """What stands on the screen while an answer comes: a spinner, the place in the queue, the text so far."""

    def __init__(self) -> None:
        self._terms: tuple[str, ...] = ()
        self._text = ""
        self._spinner = Spinner("dots", "looking it up")

    def take(self, event: Event) -> None:
        """Brings what is shown up to an event."""
        match event:
            case Found(terms=terms):
                self._terms = terms
                self._spinner.update(text=f"reading about {' and '.join(terms)}" if terms else "")
            case Waiting(position=position):
                self._spinner.update(text=f"waiting for the model, number {position} in the queue")
            case Text(text=text):
                self._text += text
                self._spinner.update(text="writing")
            case Revised(text=text):
                self._text = text
            case _:
                pass

    def __rich__(self) -> RenderableType:
        lines = without_latex(self._text).strip().splitlines()[-SHOWN_LINES:]
        head = Words("  " + ", ".join(self._terms), style="bold")
        return Group(Words(), head, Padding(Markdown("\n".join(lines)), (0, 2)), Padding(self._spinner, (0, 2)))


class Asking:
    """Asks one tutor, many times, in one event loop; at the end `close` lets go of its model."""

    def __init__(
        self, tutor: Tutor, close: Callable[[], Coroutine[Any, Any, None]], console: Console | None = None
    ) -> None:
        self._tutor, self._close, self._console = tutor, close, console
        self._runner = asyncio.Runner()

    def __enter__(self) -> Self:
        self._runner.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._runner.run(self._close())
        finally:
            self._runner.__exit__(kind, error, trace)

    def ask(self, question: Question) -> Answer:
        """The whole answer; on a console, its coming is shown. Ctrl-C frees the model and raises KeyboardInterrupt."""
        return self._runner.run(self._asked(question))

    async def _asked(self, question: Question) -> Answer:
        events = self._tutor.ask(question)
        if not self._console or not self._console.is_terminal:
            return await finished(events)
        growing = Growing()
        with Live(growing, console=self._console, transient=True, refresh_per_second=12):
            return await finished(events, growing)


async def finished(events: AsyncGenerator[Event, None], growing: Growing | None = None) -> Answer:
    """The answer that the events end with."""
    async with aclosing(events):
        async for event in events:
            if isinstance(event, Finished):
                return event.answer
            if growing:
                growing.take(event)
    raise AssertionError("every question ends with Finished or a TutorError")


class Chat:
    """A conversation in the terminal: what was said, and the level it goes on at."""

    def __init__(self, console: Console, asking: Asking, first: Question) -> None:
        self._console, self._asking, self._next = console, asking, first
        self._last: Answer | None = None

    def run(self) -> None:
        """Reads lines until the person leaves."""
        self._console.print("Ask about a term; /help tells more.", style="dim")
        while True:
            try:
                line = self._console.input("\n[bold]> [/bold]").strip()
            except (EOFError, KeyboardInterrupt):
                self._console.print()
                return
            if line.casefold() in {"/quit", "/exit", "quit", "exit"}:
                return
            if line:
                self._turn(line)

    def _turn(self, line: str) -> None:
        try:
            if line.startswith("/") or line.casefold() == "help":
                self._command(*line.removeprefix("/").split(maxsplit=1))
            else:
                self._ask(self._chosen(line))
        except TutorError as problem:
            self._console.print(str(problem), style="yellow")
        except KeyboardInterrupt:
            self._console.print("Stopped.", style="yellow")

    def _command(self, name: str = "", argument: str = "") -> None:
        last, name = self._last, name.casefold()
        if name == "level":
            level = level_for(argument)
            if level is None:
                self._console.print(f"Levels are {', '.join(Level)}.", style="yellow")
                return
            self._next = Question("", level, self._next.role, self._next.audience, self._next.history)
            self._again(last, level) if last and last.terms else self._console.print(f"From now on: {level}.")
        elif name == "why" and last and last.terms:
            self._ask(f"Why does {last.terms[0]} matter?")
        else:
            self._console.print(_HELP, highlight=False)

    def _again(self, last: Answer, level: Level) -> None:
        """The last answer at another level: a written one from the passages it was written from."""
        self._ask(f"for {level} please" if last.passages else last.terms[0])

    def _chosen(self, line: str) -> str:
        """The follow-up that a line picks ("2", "2.", "#2", "number 2"), or the line itself. Raises UnusableQuestion."""
        picked = _PICK.fullmatch(line)
        offered = self._last.follow_ups if self._last else ()
        if not picked:
            return line
        if not 0 < int(picked[1]) <= len(offered):
            raise UnusableQuestion(f"There are {len(offered)} follow-ups to choose from.")
        return offered[int(picked[1]) - 1]

    def _ask(self, text: str) -> None:
        asked = Question(readable(text), self._next.level, self._next.role, self._next.audience, self._next.history)
        given = self._asking.ask(asked)
        show(self._console, given)
        self._last = given
        level = given.level if asked.level else None  # "simpler please" changes a chosen level for good
        self._next = Question("", level, asked.role, asked.audience, (*asked.history, given.turn)[-20:])
