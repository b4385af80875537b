"""A plan's entries -> a folder of native files, which is whole at every moment and never overwrites a person's work."""

import hashlib
import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

from corpus.errors import CorpusError
from corpus.importing.plan import MARKER, ImportPlan
from corpus.importing.report import ImportReport
from corpus.native_format import write


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
        files = {f"{entry.slug}.md": write.native(entry).encode() for entry in plan.entries}
        sums = {name: hashlib.sha256(raw).hexdigest() for name, raw in files.items()}
        for name, raw in files.items():
            (new / name).write_bytes(raw)
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
