"""Answers as text for a terminal and as JSON. Shows; decides nothing and asks nothing."""

import json
from typing import Any

from rich.console import Console, Group
from rich.markdown import Markdown
from rich.padding import Padding
from rich.text import Text

from bot.cli.link import link_to
from bot.latex_text import readable as without_latex
from bot.tutor.dialogue import Answer, Citation, Origin, Part, Question

MOST_NAMES = 6
"""Of "also known as": the list also serves the search and can be long."""


def show(console: Console, given: Answer, links_for: Question | None = None, *, whole: bool = False) -> None:
    """Prints an answer: its level and origin, text, follow-ups by number, see also, sources.

    With `links_for`, see also is printed as links that ask on for that question's role and audience. `whole`: the parts
    that a card folds are printed, too.
    """
    console.print()
    console.print(_headline(given))
    if given.note:
        console.print(_indented(given.note, "yellow", above=1))
    for part in given.parts if whole else given.shown:
        console.print(_part(part))
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


def _part(part: Part) -> Padding:
    mark = f" [{part.citation}]" if part.citation else ""
    heading = [Text(f"\n{part.heading}", style="bold")] if part.heading else [Text()]
    return Padding(Group(*heading, Markdown(without_latex(part.text) + mark)), (0, 2))


def _indented(line: str, style: str, above: int = 0) -> Padding:
    return Padding(Text(line, style=style), (above, 2, 0, 2))


def _headline(given: Answer) -> Text:
    origins = {
        Origin.AUTHORED: "from the glossary",
        Origin.WRITTEN: f"written by {given.model} from {_counted(len(given.citations), 'passage')}",
        Origin.DECLINED: "not in this glossary",
    }
    line = Text("  " + (", ".join(given.terms) or given.question[:80]), style="bold")
    if given.origin is not Origin.DECLINED and given.terms and given.level_given:
        line.append(f"  ·  {given.level_given}", style="green")
        if given.level_given is not given.level:
            line.append(f" (no {given.level} text was written)", style="yellow")
    return (
        line.append(f"  ·  {origins[given.origin]}", style="dim")
        if given.terms or given.origin is Origin.DECLINED
        else line
    )


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _source(one: Citation) -> str:
    return f"[{one.n}] {one.term} › {one.section}" + (f" ({one.file})" if one.file else "")


def as_json(given: Answer) -> str:
    """The answer as one JSON object on one line."""
    made: dict[str, Any] = {
        "question": given.question,
        "level": given.level,
        "level_given": given.level_given,
        "origin": given.origin,
        "model": given.model,
        "note": given.note,
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
