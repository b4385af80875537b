"""Foreign glossaries -> native entries: first a plan, which writes nothing, then the writing, which loses nothing.

Knows no format (corpus/readers/ does) and no command line. `plan_import` never fails on a file's content: what is no
entry is a line in the report. `write_import` writes a new folder and renames it in.
"""

import hashlib
import json
import os
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from corpus import write
from corpus.entry import PROSE, Entry, slug_of
from corpus.errors import CorpusError, MalformedEntry
from corpus.glossary import folded
from corpus.load import pages
from corpus.readers import native, reader, reader_for
from corpus.readers.language import translations
from corpus.readers.page import Page, Reading, Redirect, Skip

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
    """Reads a file or a folder, each page with the reader that recognises it (or the one named), and settles what clashes.

    `columns` says what a table's columns hold: {"term": "Begriff", "definition": "2"}. Raises NoEntries when there is
    no such path, CorpusError for the name of a format that is none.
    """
    if format:
        reader(format)
    found = list(pages(path))
    root = path if path.is_dir() else path.parent
    readable = [replace(one, columns=columns or {}) for one in found if isinstance(one, Page)]
    skips = [Skip(one.file, one.line or 1, f"unreadable: {one.problem}") for one in found if not isinstance(one, Page)]
    kept, other = translations(readable)
    reading = Reading(skips=tuple(skips))
    written = {one for one in {str(Path(page.path).parent) for page in readable} if (root / one / MARKER).exists()}
    parts = [reading]
    for page in readable:
        if str(Path(page.path).parent) in written and path.resolve() != (root / Path(page.path).parent).resolve():
            parts.append(_skipped(page, "duplicate: written by an earlier import"))
        elif page.path in other:
            parts.append(
                _skipped(page, f"translation: in {other[page.path]}; {kept or 'the unmarked language'} is kept")
            )
        else:
            parts.append(_read(page, format))
    return _settled(parts, len(found))


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


def _settled(parts: list[Reading], files: int) -> ImportPlan:
    """One entry per slug, one owner per name, relations by their entries' terms."""
    skips = [skip for one in parts for skip in one.skips]
    notes = [note for one in parts for note in one.notes]
    entries = _unique(_told_once([entry for one in parts for entry in one.entries], skips), skips)
    entries = _with_redirects(entries, [redirect for one in parts for redirect in one.redirects], skips)
    entries = _without_clashes(entries, notes)
    entries = _resolved(entries)
    entries = [entry for entry in entries if _round_trips(entry, skips)]
    report = ImportReport(files, len(entries), tuple(sorted(skips)), tuple(sorted(notes)))
    return ImportPlan(tuple(entries), report)


def _size(entry: Entry) -> int:
    return len(write.native(entry))


def _told_once(entries: Iterable[Entry], skips: list[Skip]) -> list[Entry]:
    """Where one file tells the same text under two names, such as RMSE and its long form: one entry, the other an alias."""
    kept: dict[tuple[str, ...], Entry] = {}
    for number, entry in enumerate(entries):
        key = (entry.origin.file, *(entry.text(section) for section in PROSE))
        first = kept.get(key)
        if first is None or first.slug == entry.slug:
            kept[key if first is None else (*key, str(number))] = entry
            continue
        long, short = (first, entry) if len(first.term) >= len(entry.term) else (entry, first)
        kept[key] = replace(long, aliases=(*long.aliases, short.term, *short.aliases))
        reason = f'duplicate: "{short.term}" has the very text of "{long.term}" and is now its alias'
        skips.append(Skip(short.origin.file, short.origin.line("term"), reason))
    return list(kept.values())


def _unique(entries: Iterable[Entry], skips: list[Skip]) -> list[Entry]:
    """The richest of the entries with one slug or one name, by slug; the others are reported."""
    best: dict[str, Entry] = {}
    by_name: dict[str, str] = {}
    for entry in sorted(entries, key=lambda one: (-_size(one), one.origin.file, one.origin.line("term"))):
        slug = entry.slug if entry.slug in best else by_name.get(folded(entry.term), entry.slug)
        if slug in best:
            first = best[slug].origin
            reason = f'duplicate: "{entry.term}" is told in more words in {first.file}:{first.line("term")}'
            skips.append(Skip(entry.origin.file, entry.origin.line("term"), reason))
        else:
            best[slug] = entry
            by_name[folded(entry.term)] = slug
    return [best[slug] for slug in sorted(best)]


class _Names:
    """From what pages call an entry (term, alias, file name, slug) to its slug; a term wins over an alias."""

    def __init__(self, entries: list[Entry]) -> None:
        self._slugs: dict[str, str] = {}
        for entry in entries:
            self._add(entry.term, entry.slug)
        for entry in entries:
            for name in (Path(entry.origin.file).stem, *entry.aliases):
                self._add(name, entry.slug)

    def _add(self, name: str, slug: str) -> None:
        for key in (folded(name), slug_of(name)):
            self._slugs.setdefault(key, slug)

    def find(self, name: str) -> str | None:
        """The slug of the entry that a page means, a plural included."""
        keys = (
            folded(name),
            slug_of(name),
            folded(name).removesuffix("s"),
            f"{folded(name)}s",
            slug_of(name.replace("_", " ")),
        )
        return next((self._slugs[key] for key in keys if key in self._slugs), None)


def _with_redirects(entries: list[Entry], redirects: list[Redirect], skips: list[Skip]) -> list[Entry]:
    """Adds each redirect's name to the entry it points to, through other redirects if need be; all are reported."""
    names = _Names(entries)
    onwards = {folded(one.name): one.targets for one in redirects}
    more: dict[str, list[str]] = defaultdict(list)
    terms = {entry.slug: entry.term for entry in entries}
    for one in sorted(redirects, key=lambda redirect: (redirect.file, redirect.line, redirect.name)):
        slug = _followed(one.targets, names, onwards)
        if slug is None:
            reason = f'alias: "{one.name}" only points to "{one.targets[0]}", which has no entry here'
        elif names.find(one.name) in {slug, None}:
            more[slug].append(one.name)
            reason = f'alias: "{one.name}" points to "{terms[slug]}" and is now its alias'
        else:
            reason = f'alias: "{one.name}" points to "{terms[slug]}", but has an entry of its own'
        skips.append(Skip(one.file, one.line, reason))
    return [
        replace(entry, aliases=(*entry.aliases, *more[entry.slug])) if more[entry.slug] else entry for entry in entries
    ]


def _followed(targets: tuple[str, ...], names: _Names, onwards: Mapping[str, tuple[str, ...]]) -> str | None:
    """The slug of the first target with an entry, at most five redirects away."""
    for _ in range(5):
        if found := next((slug for one in targets if (slug := names.find(one))), None):
            return found
        targets = tuple(further for one in targets for further in onwards.get(folded(one), ()))[:20]
    return None


def _without_clashes(entries: list[Entry], notes: list[Skip]) -> list[Entry]:
    """Drops every alias that is another entry's term, or that two entries claim: it would name neither alone."""
    terms = {folded(entry.term): entry for entry in entries}
    claims: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        for key in {folded(alias) for alias in entry.aliases}:
            claims[key].append(entry)
    return [replace(entry, aliases=tuple(_own(entry, terms, claims, notes))) for entry in entries]


def _own(
    entry: Entry, terms: Mapping[str, Entry], claims: Mapping[str, list[Entry]], notes: list[Skip]
) -> Iterator[str]:
    seen = {folded(entry.term)}
    for alias in entry.aliases:
        key = folded(alias)
        others = [terms[key]] if key in terms else [one for one in claims[key] if one is not entry]
        if key and key not in seen and not others:
            yield alias
        elif key and key not in seen:
            reason = f'note: alias "{alias}" of "{entry.term}" is dropped, since "{others[0].term}" is called so, too'
            notes.append(Skip(entry.origin.file, entry.origin.line("term"), reason))
        seen.add(key)


def _resolved(entries: list[Entry]) -> list[Entry]:
    """Relations written as slugs, plurals or aliases become the terms they mean; the others stay as they are written."""
    names, terms = _Names(entries), {entry.slug: entry.term for entry in entries}

    def resolved(entry: Entry, relations: tuple[str, ...]) -> tuple[str, ...]:
        meant = [terms[slug] if (slug := names.find(one)) else one for one in relations]
        return tuple({folded(one): one for one in reversed(meant) if folded(one) != folded(entry.term)}.values())[::-1]

    return [
        replace(one, related=resolved(one, one.related), prerequisites=resolved(one, one.prerequisites))
        for one in entries
    ]


def _round_trips(entry: Entry, skips: list[Skip]) -> bool:
    """Whether the entry can be read back as it is; the last net below the readers, whose texts are made to hold."""
    try:
        if native.entry(write.native(entry)) == entry:
            return True
        problem = "its text would not be read back as it is"
    except MalformedEntry as error:
        problem = error.problem
    skips.append(
        Skip(entry.origin.file, entry.origin.line("term"), f'unreadable: "{entry.term}" cannot be written: {problem}')
    )
    return False


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
        _recover(out)
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


def _recover(out: Path) -> None:
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
    """Renames the new folder in. A process that dies here leaves the old import as a hidden folder for `_recover`."""
    old = _old(out)
    if out.exists():
        shutil.rmtree(old, ignore_errors=True)
        out.rename(old)
    new.rename(out)
    shutil.rmtree(old, ignore_errors=True)
