"""The command line: `python -m bot ask | chat`. Chooses a surface; everything heavy is imported when a command runs."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from corpus.command_line import problems_as_sentences
from corpus.entry import Level

if TYPE_CHECKING:
    from rich.console import Console

app = typer.Typer(
    help="A tutor that explains the terms of a glossary at your level, from text that can be checked.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

LevelOption = Annotated[Optional[Level], typer.Option(help="Who the answer is for.", show_default=False)]
RoleOption = Annotated[str, typer.Option(help="Who explains, in free words: “ML engineer”.", show_default=False)]
AudienceOption = Annotated[str, typer.Option(help="Who listens, in free words: “a manager”.", show_default=False)]


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="What you want to know.", show_default=False)] = "",
    level: LevelOption = None,
    role: RoleOption = "",
    audience: AudienceOption = "",
    link: Annotated[str, typer.Option(help="Ask with a link: ?concept=…&target_audience=…", show_default=False)] = "",
    links: Annotated[bool, typer.Option("--links", help="Print “see also” as such links.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Answer one question."""
    with _problems_as_sentences():
        from dataclasses import replace

        from bot import compose, settings, terminal
        from bot.tutor.errors import UnusableQuestion
        from bot.tutor.link import question_from
        from bot.tutor.talk import Question, readable

        if question and link:
            raise UnusableQuestion("Give a question or a link, not both.")
        asked = Question(readable(question), level, role, audience) if not link else question_from(link)
        if link:
            asked = replace(
                asked, level=level or asked.level, role=role or asked.role, audience=audience or asked.audience
            )
        given = terminal.answer(compose.tutor(settings.read()), asked)
        if as_json:
            sys.stdout.write(terminal.as_json(given) + "\n")
        else:
            terminal.show(_console(), given, asked if links else None)


@app.command()
def chat(level: LevelOption = None, role: RoleOption = "", audience: AudienceOption = "") -> None:
    """Talk with the tutor in this terminal."""
    with _problems_as_sentences():
        from bot import compose, settings, terminal
        from bot.tutor.talk import Question

        terminal.Chat(_console(), compose.tutor(settings.read()), Question("", level, role, audience)).run()


@contextmanager
def _problems_as_sentences() -> Iterator[None]:
    from bot.settings import SettingsError
    from bot.tutor.errors import TutorError
    from corpus.errors import CorpusError
    from index.errors import IndexingError

    repairable = (CorpusError, IndexingError, SettingsError)
    with problems_as_sentences(repairable=repairable, unusable=(TutorError,), reworded=_with_own_build_command):
        yield


def _with_own_build_command(sentence: str) -> str:
    """The sentence with the command that builds the index of these settings, not of the project's own glossary."""
    from bot import settings
    from index.errors import REBUILD

    if REBUILD not in sentence:
        return sentence
    return sentence.replace(REBUILD, f"{REBUILD}{settings.build_options(settings.read())}")


def _console() -> "Console":
    from rich.console import Console

    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal without Unicode shows what it can
    return Console(highlight=False)


if __name__ == "__main__":
    app(prog_name="python -m bot")
