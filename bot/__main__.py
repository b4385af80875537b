"""The command line: `python -m bot ask | chat | discord | …`.

Chooses a surface; everything heavy is imported when a command runs.
"""

import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from corpus.__main__ import app as corpus_app
from corpus.command_line import problems_as_sentences
from corpus.entry import Level
from index.__main__ import app as index_app

if TYPE_CHECKING:
    from rich.console import Console

    from bot.cli.chat import Asking
    from bot.settings import Settings
    from bot.state.database import Database

app = typer.Typer(
    help="A tutor that explains the terms of a glossary at your level, from text that can be checked.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(corpus_app, name="corpus")
app.add_typer(index_app, name="index")

LevelOption = Annotated[Optional[Level], typer.Option(help="Who the answer is for.", show_default=False)]
RoleOption = Annotated[str, typer.Option(help="Who explains, in free words: “ML engineer”.", show_default=False)]
ModelOption = Annotated[
    str, typer.Option(help="What writes where no author wrote: none, a name, a folder, a URL.", show_default=False)
]
AudienceOption = Annotated[str, typer.Option(help="Who listens, in free words: “a manager”.", show_default=False)]


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        sys.stdout.write(f"study-group-tutor {version('study-group-tutor')}\n")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Explain the terms of a glossary at your level, from text that can be checked."""


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="What you want to know.", show_default=False)] = "",
    level: LevelOption = None,
    role: RoleOption = "",
    audience: AudienceOption = "",
    link: Annotated[str, typer.Option(help="Ask with a link: ?concept=…&target_audience=…", show_default=False)] = "",
    links: Annotated[bool, typer.Option("--links", help="Print “see also” as such links.")] = False,
    model: ModelOption = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Answer one question."""
    with _problems_as_sentences():
        from dataclasses import replace

        from bot.cli import show as terminal
        from bot.cli.link import question_from
        from bot.tutor.dialogue import Question, readable
        from bot.tutor.errors import UnusableQuestion

        if question and link:
            raise UnusableQuestion("Give a question or a link, not both.")
        asked = Question(readable(question), level, role, audience) if not link else question_from(link)
        if link:
            asked = replace(
                asked, level=level or asked.level, role=role or asked.role, audience=audience or asked.audience
            )
        with _asking(model, None if as_json else _console()) as asking:
            given = asking.ask(asked)
        if as_json:
            sys.stdout.write(terminal.as_json(given) + "\n")
        else:
            terminal.show(_console(), given, asked if links else None)


@app.command()
def chat(
    level: LevelOption = None, role: RoleOption = "", audience: AudienceOption = "", model: ModelOption = ""
) -> None:
    """Talk with the tutor in this terminal."""
    with _problems_as_sentences():
        from bot.cli.chat import Chat
        from bot.tutor.dialogue import Question

        console = _console()
        with _asking(model, console) as asking:
            Chat(console, asking, Question("", level, role, audience)).run()


@app.command("eval")
def evaluate(
    file: Annotated[Path, typer.Argument(help="Questions with nuggets, one JSON object a line.", show_default=False)],
    level: LevelOption = None,
    model: ModelOption = "none",
    first: Annotated[int, typer.Option(min=1, help="How many characters of each answer count.")] = 900,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Ask a file of questions and measure whether the answers hold what they have to."""
    with _problems_as_sentences():
        from bot.cli import evaluate as evaluation
        from bot.cli.nuggets import read_questions

        questions = read_questions(file)
        with _asking(model, None) as asking:
            results = evaluation.ask_all(questions, asking.ask, level or Level.PLAIN, first)
        if as_json:
            sys.stdout.write(evaluation.as_json(results, first) + "\n")
        else:
            evaluation.show(_console(), results, first)


models = typer.Typer(help="The models that can write where no author wrote.", invoke_without_command=True)
app.add_typer(models, name="models")


@models.callback()
def list_models(context: typer.Context) -> None:
    """List the models that the tutor knows, with what fits this machine."""
    if context.invoked_subcommand:
        return
    with _problems_as_sentences():
        from bot import compose, settings
        from bot.cli import models as models_command

        given = settings.read()
        models_command.list_models(_console(), compose.store(given), given.model)


@models.command()
def pull(name: Annotated[str, typer.Argument(help="The model's name in the list.")]) -> None:
    """Fetch a model; what was interrupted goes on where it stopped."""
    with _problems_as_sentences():
        from bot import compose, settings
        from bot.cli import models as models_command

        models_command.pull(_console(), compose.store(settings.read()), name)


@app.command()
def discord() -> None:
    """Run the bot on Discord, with DISCORD_TOKEN from .env."""
    with _problems_as_sentences():
        import asyncio

        from bot import compose, settings

        compose.log_to_terminal()
        asyncio.run(compose.run_discord(settings.read()))


@app.command()
def invite() -> None:
    """Print the link that adds the bot to a server, with the least permissions it needs."""
    with _problems_as_sentences():
        from bot import settings
        from bot.discord_app.application.invite import application_of, invite_link
        from bot.discord_app.application.token import checked

        application = application_of(checked(settings.read().discord_token))
        sys.stdout.write(f"{invite_link(application or 0)}\n")


data = typer.Typer(help="What is kept: backups, moving, a person's data.", no_args_is_help=True)
app.add_typer(data, name="data")
ReplaceOption = Annotated[bool, typer.Option("--replace", help="Put it in the place of what is there.")]
UserArgument = Annotated[str, typer.Argument(help="Discord's number of a person: Copy User ID.", show_default=False)]


@data.command()
def backup(path: Annotated[Path, typer.Argument(help="The file to write.")]) -> None:
    """Write everything that is kept into one file."""
    _on_what_is_kept(lambda do, console, kept, _: do.write_backup(console, kept, path))


@data.command()
def restore(
    path: Annotated[Path, typer.Argument(help="A file of `data backup`.")], replace: ReplaceOption = False
) -> None:
    """Restore a backup into an empty database, also one of another kind."""
    _on_what_is_kept(lambda do, console, kept, _: do.read_backup(console, kept, path, replace=replace))


@data.command()
def migrate(
    url: Annotated[str, typer.Argument(help="The other database: postgresql://… or sqlite:///FILE")],
    replace: ReplaceOption = False,
) -> None:
    """Copy everything into another database."""
    _on_what_is_kept(lambda do, console, kept, given: do.move_to(console, kept, url, given.data, replace=replace))


@data.command()
def export(
    user: UserArgument,
    out: Annotated[Optional[Path], typer.Option(help="The file to write.", show_default=False)] = None,
) -> None:
    """Print everything that is kept about a person, as JSON."""
    _on_what_is_kept(lambda do, console, kept, _: do.export(console, kept, user, out))


@data.command()
def forget(user: UserArgument, yes: Annotated[bool, typer.Option("--yes", help="Do not ask again.")] = False) -> None:
    """Delete everything that is kept about a person."""
    _on_what_is_kept(lambda do, console, kept, _: do.forget(console, kept, user, sure=yes))


@app.command()
def gaps(
    draft: Annotated[
        Optional[int], typer.Option(help="Print an entry to begin with for this gap.", show_default=False)
    ] = None,
) -> None:
    """List what the glossary could not answer, by meaning, the most asked first."""
    from bot import compose

    _on_what_is_kept(
        lambda do, console, kept, given: do.show_gaps(console, kept, compose.index(given).current.embedder.embed, draft)
    )


def _on_what_is_kept(work: "Callable[[Any, Console, Database, Settings], Coroutine[Any, Any, None]]") -> None:
    """Runs one of data_command's functions on the database of these settings."""
    with _problems_as_sentences():
        import asyncio

        from bot import compose, settings
        from bot.cli import data as data_command

        given = settings.read()
        asyncio.run(work(data_command, _console(), compose.database(given), given))


def _asking(model: str, console: "Console | None") -> "Asking":
    """What asks the engine of these settings, with another model when one is named."""
    from bot import compose, settings
    from bot.cli.chat import Asking

    given = settings.read()
    engine = compose.engine(given.model_copy(update={"model": model}) if model else given)
    return Asking(engine.tutor, engine.close, console)


@contextmanager
def _problems_as_sentences() -> Iterator[None]:
    from bot.discord_app.application.token import CannotStart
    from bot.settings import SettingsError
    from bot.tutor.errors import TutorError
    from corpus.errors import CorpusError
    from index.errors import IndexingError

    repairable = (CorpusError, IndexingError, SettingsError, CannotStart)
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
