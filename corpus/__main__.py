"""The command line of the glossary: `python -m corpus check | figures | format | import | show | stats`. Imports come late."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from corpus.command_line import problems_as_sentences
from corpus.entry import Level
from corpus.errors import CorpusError, NoEntries

if TYPE_CHECKING:
    from corpus.importing import ImportPlan

app = typer.Typer(
    help="Reads, checks and shows glossaries.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

ENTRIES = Path(__file__).parent / "entries"

Folder = Annotated[Path, typer.Argument(help="A folder of entries.", show_default="this project's glossary")]
CorpusOption = Annotated[Path, typer.Option("--corpus", help="A folder of entries.", show_default="this project's")]


@app.command()
def check(folder: Folder = ENTRIES) -> None:
    """Hold every entry against the editorial rules; exit status 1 when one is broken."""
    with problems_as_sentences(repairable=(CorpusError,)):
        from rich.console import Console
        from rich.progress import Progress

        from corpus.check import check as findings_about
        from corpus.load import read_entries

        entries, errors = read_entries(folder)
        with Progress(console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("checking", total=len(entries))
            findings = findings_about(
                entries, lambda: bar.advance(task), (folder if folder.is_dir() else folder.parent) / "figures"
            )
    for line in [*map(str, errors), *map(str, findings)]:
        typer.echo(line)
    broken = len(errors) + len(findings)
    typer.echo(f"{len(entries)} entries, {broken} finding{'' if broken == 1 else 's'}.", err=True)
    raise typer.Exit(1 if broken else 0)


@app.command()
def show(
    term: Annotated[str, typer.Argument(help="A term or an alias.")],
    level: Annotated[Optional[Level], typer.Option(help="Only the text at this level.", show_default=False)] = None,
    corpus: CorpusOption = ENTRIES,
) -> None:
    """Print an entry as it stands in its file."""
    with problems_as_sentences(repairable=(CorpusError,)):
        from corpus.load import load
        from corpus.native_format import write

        glossary = load(corpus)
        entry = glossary.find(term)
        meanings = glossary.senses(term)
        if entry is None and meanings:
            names = "; ".join(f"{one.term} ({sense.phrase})" for one, sense in meanings)
            raise NoEntries(f'"{term}" has several meanings: {names}.', repair="Ask for one of them.")
        if entry is None:
            raise NoEntries(f'There is no entry "{term}".', repair="`python -m bot ask` finds the nearest ones.")
    typer.echo(entry.at(level) if level else write.native(entry), nl=level is not None)


@app.command()
def stats(corpus: CorpusOption = ENTRIES) -> None:
    """Count the glossary: entries by category, and length and reading grade of each level."""
    with problems_as_sentences(repairable=(CorpusError,)):
        from rich.console import Console
        from rich.table import Table

        from corpus.load import load
        from corpus.stats import by_category, by_section

        glossary = load(corpus)
        categories = Table("category", "entries", box=None)
        for category, count in by_category(glossary):
            categories.add_row(category, str(count))
        sections = Table("section", "texts", "words: least", "median", "most", "grade: median", "95 %", box=None)
        for row in by_section(glossary):
            sections.add_row(*row.cells)
        console = Console()
        console.print(categories)
        console.print()
        console.print(sections)


@app.command("format")
def format_(folder: Folder = ENTRIES) -> None:
    """Rewrite entries the way this program writes them: same words, one order of keys and sections."""
    with problems_as_sentences(repairable=(CorpusError,)):
        from corpus.load import read_entries
        from corpus.native_format import write

        entries, errors = read_entries(folder)
        if errors:
            raise errors[0]
        changed = 0
        for entry in entries:
            path, text = (folder if folder.is_dir() else folder.parent) / entry.origin.file, write.native(entry)
            if path.read_text("utf-8") != text:
                beside = path.with_name(f".{path.name}.new")
                beside.write_text(text, "utf-8", newline="\n")
                beside.replace(path)
                changed += 1
    typer.echo(f"{changed} of {len(entries)} entries rewritten.")


def _show_preview(plan: "ImportPlan") -> None:
    from rich import print as show
    from rich.markup import escape
    from rich.table import Table

    from corpus.importing.preview import table_rows

    table = Table("Term", "Also", "Text", "Group", "File")
    for row in table_rows(plan):
        table.add_row(*map(escape, row))
    show(table)


@app.command("import")
def import_(
    path: Annotated[Path, typer.Argument(help="A file or a folder of a foreign glossary.", exists=True)],
    out: Annotated[Path, typer.Option(help="The folder to write native entries into.")] = Path("imported"),
    format_: Annotated[Optional[str], typer.Option("--format", help="Instead of guessing it per file.")] = None,
    column: Annotated[Optional[list[str]], typer.Option(help="ROLE=NAME for a table's column or key.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only report, write nothing.")] = False,
) -> None:
    """Turn a foreign glossary into native entries, and report what was left out and why."""
    with problems_as_sentences(repairable=(CorpusError,)):
        from rich.console import Console

        from corpus.importing import plan_import, write_import
        from corpus.importing.preview import report_lines

        if not all(name and value for name, _, value in (one.partition("=") for one in column or [])):
            raise CorpusError("A column is given as ROLE=NAME.", repair="Write, for example, --column term=Begriff.")
        columns = dict(one.partition("=")[::2] for one in column or [])
        started = time.monotonic()
        with Console(stderr=True).status("Reading …") as shown:
            plan = plan_import(
                path, format_, columns, lambda done, of: shown.update(f"{done:,} of {of:,} files read …")
            )
            if not dry_run:
                write_import(plan, out)
        if dry_run:
            _show_preview(plan)
        for line in report_lines(plan, str(path), str(out), time.monotonic() - started, dry_run):
            typer.echo(line)
        raise typer.Exit(0 if plan.report.written else 1)


@app.command()
def figures(
    out: Annotated[Path, typer.Option(help="The folder to write into.", show_default="this project's")] = ENTRIES
    / "figures",
) -> None:
    """Draw the glossary's pictures anew, each as an SVG file named after its entry."""
    with problems_as_sentences(repairable=(CorpusError, OSError)):
        from corpus.figures.registry import pictures

        changed, drawn = 0, pictures()
        out.mkdir(parents=True, exist_ok=True)
        for picture in drawn:
            path, svg = out / picture.file, picture.svg()
            if not path.exists() or path.read_text("utf-8") != svg:
                path.write_text(svg, "utf-8", newline="\n")
                changed += 1
    typer.echo(f"{changed} of {len(drawn)} pictures rewritten.")


if __name__ == "__main__":
    app(prog_name="python -m corpus")
