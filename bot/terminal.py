"""Ask and chat in a terminal. Shows events and answers; decides nothing. Knows no Discord."""

import asyncio
import json
import re
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from rich.console import Console, Group
from rich.markdown import Markdown
from rich.padding import Padding
from rich.text import Text

from bot.formula import readable as without_latex
from bot.tutor.audience import level_for
from bot.tutor.errors import TutorError, UnusableQuestion
from bot.tutor.events import Event, Finished
from bot.tutor.link import link_to
from bot.tutor.talk import Answer, Citation, Origin, Question, readable
from bot.tutor.tutor import Tutor
from corpus.entry import Level

_PICK = re.compile(r"(?:number |no\.? |#)?(\d{1,3})[.)]?(?: please)?", re.IGNORECASE)
MOST_NAMES = 6
"""Of "also known as": the list also serves the search and can be long."""

_HELP = """Type a question, or the number of a follow-up.
/level NAME   explain at another level: eli5, plain, student, practitioner, expert
/why          why the last term matters
/help         this text
/quit         leave (Ctrl-D does too)"""


def answer(tutor: Tutor, question: Question) -> Answer:
    """Asks and waits for the whole answer."""
    return asyncio.run(_finished(tutor.ask(question)))


async def _finished(events: AsyncGenerator[Event, None]) -> Answer:
    async with aclosing(events):
        async for event in events:
            if isinstance(event, Finished):
                return event.answer
    raise AssertionError("every question ends with Finished or a TutorError")


def show(console: Console, given: Answer, links_for: Question | None = None) -> None:
    """Prints an answer: its level and origin, text, follow-ups by number, see also, sources.

    With `links_for`, see also is printed as links that ask on for that question's role and audience.
    """
    console.print()
    console.print(_headline(given))
    for part in given.parts:
        mark = f" [{part.citation}]" if part.citation else ""
        heading = [Text(f"\n{part.heading}", style="bold")] if part.heading else [Text()]
        console.print(Padding(Group(*heading, Markdown(without_latex(part.text) + mark)), (0, 2)))
    console.print()
    for number, follow_up in enumerate(given.follow_ups, 1):
        console.print(_indented(f"{number}. {follow_up}", "cyan"))
    if links_for:
        console.print(_indented("See also:", "dim", above=1))
        for name in given.see_also:
            console.print(Text(f"  - [{name}]({link_to(name, links_for)})"), soft_wrap=True)
    elif given.see_also and given.origin is not Origin.DECLINED:  # a refusal has named them already
        console.print(_indented(f"See also: {', '.join(given.see_also)}", "dim", above=1))
    if given.also_known_as:
        console.print(_indented(f"Also known as: {', '.join(given.also_known_as[:MOST_NAMES])}", "dim", above=1))
    for place, one in enumerate(given.citations):
        console.print(_indented(_source(one), "dim", above=place == 0))
    for place, source in enumerate(given.sources):
        console.print(_indented(f"· {source}", "dim", above=place == 0))


def _indented(line: str, style: str, above: int = 0) -> Padding:
    return Padding(Text(line, style=style), (above, 2, 0, 2))


def _headline(given: Answer) -> Text:
    origins = {
        Origin.AUTHORED: "from the glossary",
        Origin.WRITTEN: "written from the glossary",
        Origin.DECLINED: "not in this glossary",
    }
    line = Text("  " + (", ".join(given.terms) or given.question[:80]), style="bold")
    if given.origin is Origin.AUTHORED and given.terms:
        shown = given.level_given or given.level
        line.append(f"  ·  {shown}", style="green")
        if shown is not given.level:
            line.append(f" (no {given.level} text was written)", style="yellow")
    return (
        line.append(f"  ·  {origins[given.origin]}", style="dim")
        if given.terms or given.origin is Origin.DECLINED
        else line
    )


def _source(one: Citation) -> str:
    return f"[{one.n}] {one.term} › {one.section}" + (f" ({one.file})" if one.file else "")


def as_json(given: Answer) -> str:
    """The answer as one JSON object on one line."""
    made: dict[str, Any] = {
        "question": given.question,
        "level": given.level,
        "level_given": given.level_given,
        "origin": given.origin,
        "text": given.text,
        "terms": given.terms,
        "citations": [
            {"n": one.n, "term": one.term, "section": one.section, "level": one.level, "file": one.file}
            for one in given.citations
        ],
        "follow_ups": given.follow_ups,
        "see_also": given.see_also,
        "also_known_as": given.also_known_as,
        "timings_ms": given.timings_ms,
    }
    return json.dumps(made, ensure_ascii=False)


class Chat:
    """A conversation in the terminal: what was said, and the level it goes on at."""

    def __init__(self, console: Console, tutor: Tutor, first: Question) -> None:
        self._console, self._tutor, self._next = console, tutor, first
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

    def _command(self, name: str = "", argument: str = "") -> None:
        last, name = self._last, name.casefold()
        if name == "level":
            level = level_for(argument)
            if level is None:
                self._console.print(f"Levels are {', '.join(Level)}.", style="yellow")
                return
            self._next = Question("", level, self._next.role, self._next.audience, self._next.history)
            self._ask(last.terms[0]) if last and last.terms else self._console.print(f"From now on: {level}.")
        elif name == "why" and last and last.terms:
            self._ask(f"Why does {last.terms[0]} matter?")
        else:
            self._console.print(_HELP, highlight=False)

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
        given = answer(self._tutor, asked)
        show(self._console, given)
        self._last = given
        level = given.level if asked.level else None  # "simpler please" changes a chosen level for good
        self._next = Question("", level, asked.role, asked.audience, (*asked.history, given.turn)[-20:])
