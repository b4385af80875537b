"""What commands that build an index share: the progress bar, and the build that an installed program does by itself."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from index.places import BUILT, ENTRIES


@contextmanager
def progress_bar(start: str) -> "Iterator[Callable[[str, int, int], None]]":
    """A bar on standard error, and what moves it: called with what is done, how much of it and how much there is."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(start, total=None)
        yield lambda what, done, of: bar.update(task, description=what, completed=done, total=of)


def build_shipped(embedder: str) -> None:
    """Builds the index of the shipped glossary into this person's data folder, with a bar. Raises IndexingError."""
    from index.build import build

    with progress_bar("building the index of the glossary, once") as progress:
        build([ENTRIES], BUILT, embedder, progress)
