"""The command line of the index: `python -m index build | search | eval | seed`. Heavy imports happen when a command runs."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from corpus.command_line import problems_as_sentences
from corpus.errors import CorpusError
from index.errors import IndexingError
from index.model_files import DEFAULT_MODEL
from index.places import BUILT, ENTRIES

if TYPE_CHECKING:
    from index.search import SearchResult

app = typer.Typer(
    help="Builds the search index of a glossary and searches it.",
    no_args_is_help=True,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
)

SEED = Path(__file__).parent / "seed_vectors.bin"

IndexOption = Annotated[Path, typer.Option("--index", help="The folder of the built index.")]


@app.command()
def build(
    corpus: Annotated[
        Optional[list[Path]], typer.Option(help="A folder of entries; may be given several times.")
    ] = None,
    out: Annotated[Path, typer.Option(help="The folder to build into.")] = BUILT,
    embedder: Annotated[str, typer.Option(help="Embedding model, a name or a folder.")] = DEFAULT_MODEL,
) -> None:
    """Build the index; only what changed is embedded again."""
    with problems_as_sentences(repairable=(CorpusError, IndexingError)):
        from index.build import build as build_index
        from index.command_line import progress_bar

        with progress_bar("reading the glossary") as progress:
            report = build_index(corpus or [ENTRIES], out, embedder, progress)
    made = report.manifest
    took = ", ".join(f"{step} {seconds:.1f} s" for step, seconds in report.seconds.items())
    typer.echo(
        f"{made.entries} entries, {made.passages} passages in {out}: {report.embedded} embedded, {report.seeded} from the "
        f"seed vectors, {report.reused} kept ({took})."
    )


@app.command()
def seed(
    corpus: Annotated[
        Optional[list[Path]], typer.Option(help="A folder of entries; may be given several times.")
    ] = None,
    out: Annotated[Path, typer.Option(help="The file of seed vectors.")] = SEED,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit status 1 when the file is stale.")
    ] = False,
) -> None:
    """Write the vectors that travel with the program, so that a first index needs no embedding."""
    with problems_as_sentences(repairable=(CorpusError, IndexingError)):
        from index import seeding
        from index.command_line import progress_bar

        folders = corpus or [ENTRIES]
        if check:
            report = seeding.check(folders, DEFAULT_MODEL, out)
            typer.echo(
                f"{report.texts} texts: {report.texts - report.missing} have a vector in {out.name}, {report.missing} "
                f"have to be embedded; {report.unused} vectors belong to no text any more."
            )
            if report.stale:
                typer.echo("Run: python -m index seed", err=True)
            raise typer.Exit(1 if report.stale else 0)
        with progress_bar("reading the glossary") as progress:
            count = seeding.write(folders, DEFAULT_MODEL, out, progress)
    typer.echo(f"{count} vectors in {out} ({out.stat().st_size / 1e6:.1f} MB).")


@app.command()
def search(
    question: Annotated[str, typer.Argument(help="What to look for.")],
    k: Annotated[int, typer.Option(min=1, max=1000, help="How many passages.")] = 10,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    index: IndexOption = BUILT,
) -> None:
    """Show the passages that are found for a question, with their scores."""
    with problems_as_sentences(repairable=(IndexingError,)):
        from index.search import SearchIndex

        found = SearchIndex(index).search(question.encode("utf-8", "replace").decode(), k)
    if as_json:
        sys.stdout.write(json.dumps(_as_json(question, found), ensure_ascii=False) + "\n")
    else:
        _print_hits(found)


def _as_json(question: str, found: "SearchResult") -> dict[str, Any]:
    hits = [
        {
            "term": hit.passage.term,
            "section": hit.passage.section,
            "text": hit.passage.text,
            "score": round(hit.score, 4),
        }
        | {name: round(value, 4) for name in ("dense", "lexical", "named") if (value := getattr(hit, name)) is not None}
        for hit in found.hits
    ]
    named = [{"name": one.name.folded, "match": one.match, "slugs": one.slugs} for one in found.named]
    return {"question": question, "confidence": round(found.confidence, 4), "named": named, "hits": hits}


def _print_hits(found: "SearchResult") -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    title = f"confidence {found.confidence:.2f}" + ("" if found.answerable else ": a question like this is refused")
    table = Table("score", "dense", "words", "term › section", "passage", box=None, title=title, title_justify="left")
    for hit in found.hits:
        dense, shared = (f"{one:.2f}" if one is not None else "" for one in (hit.dense, hit.lexical))
        start = " ".join(hit.passage.text.split())[:90]
        table.add_row(
            f"{hit.score:.2f}", dense, shared, escape(f"{hit.passage.term} › {hit.passage.section}"), escape(start)
        )
    Console(highlight=False).print(table)


@app.command("eval")
def evaluate(
    questions: Annotated[Path, typer.Argument(help="JSON lines: question, gold_terms, history.")],
    out_of_scope: Annotated[Optional[Path], typer.Option(help="JSON lines of questions to refuse.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    index: IndexOption = BUILT,
) -> None:
    """Measure how often questions find their terms, and how often others are refused."""
    with problems_as_sentences(repairable=(IndexingError,)):
        from rich.console import Console
        from rich.progress import Progress

        from index.evaluate import evaluate as measure
        from index.evaluate import read
        from index.search import SearchIndex

        inside, outside = read(questions), read(out_of_scope) if out_of_scope else []
        opened = SearchIndex(index)
        with Progress(console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("asking", total=len(inside) + len(outside))
            made = measure(opened, inside, outside, lambda: bar.advance(task))
    missed = made.pop("missed")
    uncovered = made.pop("uncovered")
    if as_json:
        sys.stdout.write(json.dumps(made) + "\n")
        return
    _print_evaluation(made, missed, uncovered)


def _print_evaluation(made: dict[str, Any], missed: list[dict[str, Any]], uncovered: list[str]) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console(highlight=False)
    console.print(f"{made['questions']} questions, {made['covered']} whose terms have an entry", end="")
    console.print(f"; none for: {', '.join(uncovered)}" if uncovered else "")
    table = Table("", *made["parts"]["fused"], box=None)
    for part, figures in made["parts"].items():
        table.add_row(part, *(f"{value:.3f}" for value in figures.values()))
    console.print(table)
    console.print("refusal " + ", ".join(f"{name} {value:.3f}" for name, value in made["refusal"].items()))
    console.print(
        f"latency {made['latency_ms']['p50']} ms at the median, {made['latency_ms']['p95']} ms at the 95th percentile"
    )
    misses = Table("missed", "wanted", "found", "confidence", box=None)
    for one in missed:
        wanted = ", ".join(one["terms"]) if "terms" in one else "a refusal"
        found = "refused" if one["refused"] else ", ".join(one.get("found", ["an answer"]))
        misses.add_row(escape(one["question"][:70]), escape(wanted), found, str(one.get("confidence", "")))
    console.print(misses)


if __name__ == "__main__":
    app(prog_name="python -m index")
