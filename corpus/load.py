"""Folders of files -> pages and glossaries. The only reader of the disk here; formats are readers/'."""

import os
from collections.abc import Iterator
from pathlib import Path

from corpus.entry import Entry
from corpus.errors import CorpusError, NoEntries, UnreadableFile
from corpus.glossary import Glossary, clashes
from corpus.native_format import read as native
from corpus.native_format.encoding import decoded
from corpus.native_format.page import Page

ENTRIES = Path(__file__).parent / "entries"
"""The glossary that comes with this project."""

MAX_BYTES = 8_000_000
"""A larger file is no glossary page but a data dump; tables and HTML exports of whole glossaries stay below it."""

MAX_BINARY_BYTES = 50_000_000
"""Of a workbook, a deck or a document, whose pictures and sounds count, too."""


def load(*folders: Path) -> Glossary:
    """The glossary in one or more folders of native files. Raises the first CorpusError, and says how many follow."""
    entries, errors = read_entries(*folders)
    errors += clashes(entries)
    if errors:
        more = f" ({len(errors) - 1} more: python -m corpus check)" if len(errors) > 1 else ""
        first = errors[0]
        raise type(first)(first.problem, file=first.file, line=first.line, repair=first.repair + more)
    return Glossary(entries)


def read_entries(*folders: Path) -> tuple[list[Entry], list[CorpusError]]:
    """Every native entry below the folders, and an error for each file that is none. Raises NoEntries."""
    entries: list[Entry] = []
    errors: list[CorpusError] = []
    for folder in folders:
        for page in pages(folder, endings={".md"}):
            if isinstance(page, CorpusError):
                errors.append(page)
                continue
            try:
                entries.append(native.entry(page.text, page.path))
            except CorpusError as error:
                errors.append(error)
    if not entries and not errors:
        raise NoEntries(
            f"There is no entry in {', '.join(map(str, folders))}.",
            repair="Entries are Markdown files; `python -m corpus import` makes them from other formats.",
        )
    return entries, errors


def pages(
    folder: Path, endings: set[str] | None = None, binary: frozenset[str] = frozenset()
) -> Iterator[Page | UnreadableFile]:
    """Every file below a folder in the order of its path, hidden ones and links left out; a file alone is one page.

    Files with one of the `binary` endings come as bytes. What cannot be read is yielded as an UnreadableFile, so that
    one bad file never hides the others. Raises NoEntries
    when there is no such folder.
    """
    if not folder.exists():
        raise NoEntries(f"There is no folder {folder}.", repair="Check the path.")
    root = folder if folder.is_dir() else folder.parent
    paths = sorted(folder.rglob("*")) if folder.is_dir() else [folder]
    for path in paths:
        relative = path.relative_to(root)
        if any(part.startswith(".") for part in relative.parts) or (endings and path.suffix.lower() not in endings):
            continue
        if problem := _bad_link(path, root):
            yield UnreadableFile(problem, file=_printable(relative), repair="Copy the file itself here.")
        elif path.is_file():
            yield _page(path, _printable(relative), path.suffix.lower() in binary)


def _bad_link(path: Path, root: Path) -> str:
    """What is wrong with a link, as a sentence; "" for a good link and for what is none."""
    if not path.is_symlink():
        return ""
    target = Path(os.path.realpath(path))
    if not target.exists():
        return "This link leads nowhere or in a circle."
    return "" if target.is_relative_to(os.path.realpath(root)) else "This link leads out of the folder."


def _printable(path: Path) -> str:
    """A path as text that can be written anywhere: names that are no valid text keep only what is."""
    return path.as_posix().encode(errors="replace").decode()


def _page(path: Path, name: str, is_binary: bool) -> Page | UnreadableFile:
    try:
        if path.stat().st_size > (MAX_BINARY_BYTES if is_binary else MAX_BYTES):
            size = f"{path.stat().st_size / 1e6:.0f} MB"
            return UnreadableFile(
                f"The file is {size} large.", file=name, repair=f"Split it below {MAX_BYTES // 10**6} MB."
            )
        raw = path.read_bytes()
        return Page(name, "", raw=raw) if is_binary else Page(name, decoded(raw))
    except (OSError, ValueError) as error:
        problem = getattr(error, "strerror", None) or str(error)
        return UnreadableFile(f"{problem.rstrip('.')}.", file=name, repair="Save it as UTF-8 text that you may read.")
