"""A file or a folder of a foreign glossary -> the entries that an import would write, and its report. Writes nothing.

Knows no format and no shape (reading.py does) and no command line. Never fails on a file's content: what is no entry is a
line in the report.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from corpus.entry import Entry
from corpus.errors import CorpusError
from corpus.importing import reading
from corpus.importing.draft import ParseResult
from corpus.importing.meaning.language import translations
from corpus.importing.merge import merged
from corpus.importing.report import ImportReport, SkippedItem
from corpus.importing.shapes import page_entry
from corpus.load import pages
from corpus.native_format.page import Page

MARKER = ".imported.json"
"""In a folder that an import wrote: the sha256 of each of its files, so that edits by hand are never overwritten."""

Progress = Callable[[int, int], None]
"""Told how many files of how many are read."""


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """The entries that an import would write, by slug, each with its origin; and its report."""

    entries: tuple[Entry, ...]
    report: ImportReport


def plan_import(
    path: Path,
    format: str | None = None,
    columns: Mapping[str, str] | None = None,
    progress: Progress = lambda done, of: None,
) -> ImportPlan:
    """Read a file or a folder, each page as what it looks like or in the format named, and settle clashes.

    `columns` says what a table's columns hold: {"term": "Begriff", "definition": "2"}. Raises NoEntries when there is
    no such path, CorpusError for the name of a format that is none.
    """
    if format:
        reading.check_format(format)
    found = list(pages(path, binary=reading.BINARY))
    readable = [replace(one, columns=columns or {}) for one in found if isinstance(one, Page)]
    skips = [
        SkippedItem(one.file, one.line or 1, f"unreadable: {one.problem}") for one in found if not isinstance(one, Page)
    ]
    left_out = {**_translated(readable), **_written_before(readable, path if path.is_dir() else path.parent)}
    results: dict[str, ParseResult] = {}
    for number, page in enumerate(readable, start=1):
        reason = left_out.get(page.path)
        results[page.path] = _skipped(page, reason) if reason else _read(page, format or "")
        progress(number, len(readable))
    results |= {
        page.path: _read(page, format or "", is_beside_entries=True) for page in _beside_entries(readable, results)
    }
    whole = merged([ParseResult(skips=tuple(skips)), *results.values()])
    report = ImportReport(len(found), len(whole.entries), whole.skips, whole.notes, tuple(sorted(whole.recognitions)))
    return ImportPlan(whole.entries, report)


def _translated(readable: list[Page]) -> dict[str, str]:
    """Return path -> why it is left out, for pages that say in another language what the kept ones say."""
    kept, others = translations(readable)
    return {path: f"translation: in {code}; {kept or 'the unmarked one'} is kept" for path, code in others.items()}


def _written_before(readable: list[Page], root: Path) -> dict[str, str]:
    """Return path -> why it is left out, for pages in a folder below that an import wrote: copies of other pages."""
    folders = {str(Path(page.path).parent) for page in readable} - {"."}
    written = {folder for folder in folders if (root / folder / MARKER).exists()}
    reason = "duplicate: written by an earlier import"
    return {page.path: reason for page in readable if str(Path(page.path).parent) in written}


def _beside_entries(readable: Iterable[Page], results: Mapping[str, ParseResult]) -> list[Page]:
    """Return the pages without entries in folders where at least two notes, and a third of them, are entries.

    Where notes link to each other, one is enough.
    """
    folders: dict[str, list[Page]] = defaultdict(list)
    for page in readable:
        if page.suffix in reading.PROSE:
            folders[str(PurePosixPath(page.path).parent)].append(page)
    found: list[Page] = []
    for beside in folders.values():
        notes = [page for page in beside if _is_note(results[page.path])]
        refused = [page for page in beside if _is_refused(results[page.path])]
        is_vault = any(re.search(r"\[\[[^\[\]\n]+\]\]", page.text) for page in beside)
        if len(notes) > (0 if is_vault else 1) and len(notes) >= (len(notes) + len(refused)) / 3:
            found += refused
    return found


def _is_note(result: ParseResult) -> bool:
    return any(one.shape == page_entry.SHAPE and one.entries for one in result.recognitions)


def _is_refused(result: ParseResult) -> bool:
    return not result.entries and any(skip.kind == "off-topic" for skip in result.skips)


def _skipped(page: Page, reason: str, line: int = 1) -> ParseResult:
    return ParseResult(skips=(SkippedItem(page.path, line, reason),))


def _read(page: Page, name: str, is_beside_entries: bool = False) -> ParseResult:
    """Return what a page holds; an error of its content becomes a line of the report."""
    if not page.text.strip() and not page.raw:
        return _skipped(page, "stub: the file is empty")
    try:
        result = reading.read(page, name, is_beside_entries)
    except CorpusError as error:
        return _skipped(page, f"unreadable: {error.problem} {error.repair}".strip(), error.line or 1)
    if result is None:
        return _skipped(page, f"unknown format: {page.suffix or 'this'} files are not read; --format chooses a reader")
    return result
