"""Foreign glossaries -> native entries: first a plan, which writes nothing, then the writing, which loses nothing.

Knows no format (corpus/readers/ does) and no command line. `plan_import` never fails on a file's content: what is no
entry is a line in the report. `write_import` writes a new folder and renames it in.
"""

import hashlib
import json
import os
import shutil
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from corpus.entry import Entry
from corpus.errors import CorpusError
from corpus.load import pages
from corpus.native_format import write
from corpus.readers import reader, reader_for
from corpus.readers.language import translations
from corpus.readers.page import Page, Reading, Skip
from corpus.readers.settle import settled

MARKER = ".imported.json"
"""In a folder that an import wrote: the sha256 of each of its files, so that edits by hand are never overwritten."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What a person reads at the end. `read` counts terms and pages that were looked at: written plus skipped.

    `skips` are what was not written, `notes` what was written with a change (an alias dropped, ...); both sorted.
    """

    files: int
    written: int
    skips: tuple[Skip, ...] = ()
    notes: tuple[Skip, ...] = ()
    out: str = ""

    @property
    def read(self) -> int:
        """Terms and pages that were looked at."""
        return self.written + self.skipped

    @property
    def skipped(self) -> int:
        """Terms and pages that are no entry."""
        return len(self.skips)

    @property
    def kinds(self) -> dict[str, int]:
        """How many were skipped for each kind of reason, the most frequent first."""
        return dict(sorted(Counter(one.kind for one in self.skips).items(), key=lambda one: (-one[1], one[0])))


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """The entries that an import would write, by slug, each with its origin; and its report."""

    entries: tuple[Entry, ...]
    report: ImportReport


def plan_import(path: Path, format: str | None = None, columns: Mapping[str, str] | None = None) -> ImportPlan:
    """Reads a file or a folder, each page with the reader that recognises it or the one named, and settles clashes.

    `columns` says what a table's columns hold: {"term": "Begriff", "definition": "2"}. Raises NoEntries when there is
    no such path, CorpusError for the name of a format that is none.
    """
    if format:
        reader(format)
    found = list(pages(path))
    readable = [replace(one, columns=columns or {}) for one in found if isinstance(one, Page)]
    skips = [Skip(one.file, one.line or 1, f"unreadable: {one.problem}") for one in found if not isinstance(one, Page)]
    left_out = {**_translated(readable), **_written_before(readable, path if path.is_dir() else path.parent)}
    readings = [_skipped(one, left_out[one.path]) if one.path in left_out else _read(one, format) for one in readable]
    whole = settled([Reading(skips=tuple(skips)), *readings])
    return ImportPlan(whole.entries, ImportReport(len(found), len(whole.entries), whole.skips, whole.notes))


def _translated(readable: list[Page]) -> dict[str, str]:
    """Path -> why it is left out, for pages that tell in another language what others tell in the one that is kept."""
    kept, others = translations(readable)
    return {path: f"translation: in {code}; {kept or 'the unmarked one'} is kept" for path, code in others.items()}


def _written_before(readable: list[Page], root: Path) -> dict[str, str]:
    """Path -> why it is left out, for pages in a folder below that an import wrote: they are copies of other pages."""
    folders = {str(Path(page.path).parent) for page in readable} - {"."}
    written = {one for one in folders if (root / one / MARKER).exists()}
    reason = "duplicate: written by an earlier import"
    return {page.path: reason for page in readable if str(Path(page.path).parent) in written}


def _skipped(page: Page, reason: str, line: int = 1) -> Reading:
    return Reading(skips=(Skip(page.path, line, reason),))


def _read(page: Page, name: str | None) -> Reading:
    """The page's reading; an error of its content becomes a line of the report."""
    if not page.text.strip():
        return _skipped(page, "stub: the file is empty")
    try:
        chosen = reader(name) if name else reader_for(page)
        if chosen is None:
            return _skipped(
                page, f"unknown format: {page.suffix or 'this'} files are not read; --format chooses a reader"
            )
        return chosen.read(page)
    except CorpusError as error:
        return _skipped(page, f"unreadable: {error.problem} {error.repair}".strip(), error.line or 1)


def write_import(plan: ImportPlan, out: Path) -> ImportReport:
    """Writes the plan's entries into `out`, which is then exactly this import, and says so in a report.

    The files are written into a new folder beside `out` that is renamed in, so a reader sees the old import or the new
    one. Raises CorpusError when `out` holds something that is no import, or that was edited since. A plan without
    entries writes nothing.
    """
    out = out.absolute()
    report = replace(plan.report, out=str(out))
    if not plan.entries:
        return report
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        recover(out)
        _refuse_foreign(out)
        _swap(_filled(plan, out.with_name(f".{out.name}.{os.getpid()}.new")), out)
    except OSError as error:
        problem = f"The folder cannot be written ({error.strerror})."
        raise CorpusError(problem, file=str(out), repair="Choose another --out, or make room.") from error
    return report


def _filled(plan: ImportPlan, new: Path) -> Path:
    """A new folder with the plan's files and the marker."""
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir()
    try:
        sums = {}
        for entry in plan.entries:
            raw = write.native(entry).encode()
            (new / f"{entry.slug}.md").write_bytes(raw)
            sums[f"{entry.slug}.md"] = hashlib.sha256(raw).hexdigest()
        (new / MARKER).write_text(json.dumps(sums, indent=1) + "\n", encoding="utf-8")
    except OSError:
        shutil.rmtree(new, ignore_errors=True)
        raise
    return new


def _old(out: Path) -> Path:
    return out.with_name(f".{out.name}.old")


def recover(out: Path) -> None:
    """Puts back what a process that died between the two renames left beside `out`."""
    if _old(out).is_dir() and not out.exists():
        _old(out).rename(out)


def _refuse_foreign(out: Path) -> None:
    """Raises CorpusError when `out` holds anything but what an import wrote."""
    if out.exists() and not out.is_dir():
        raise CorpusError("This is a file.", file=str(out), repair="Choose a folder with --out.")
    there = sorted(one for one in out.rglob("*") if one.is_file()) if out.exists() else []
    if not there:
        return
    try:
        sums = json.loads((out / MARKER).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        sums = None
    if not isinstance(sums, dict):
        raise CorpusError(
            "The folder holds files that no import wrote.", file=str(out), repair="Choose a new folder with --out."
        )
    for one in there:
        if (
            one.name != MARKER
            and sums.get(one.relative_to(out).as_posix()) != hashlib.sha256(one.read_bytes()).hexdigest()
        ):
            problem = f"{one.name} was edited or added after the import that wrote this folder."
            raise CorpusError(problem, file=str(out), repair="Choose a new folder with --out, or move that file away.")


def _swap(new: Path, out: Path) -> None:
    """Renames the new folder in. A process that dies here leaves the old import as a hidden folder for `recover`."""
    old = _old(out)
    if out.exists():
        shutil.rmtree(old, ignore_errors=True)
        out.rename(old)
    new.rename(out)
    shutil.rmtree(old, ignore_errors=True)
