"""An import's report for a person who does not program: doubts first, samples, what was left out, what to do next."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from corpus.entry import Entry
from corpus.importing.meaning.clean import plain
from corpus.importing.plan import ImportPlan
from corpus.importing.report import ImportReport, Recognition, SkippedItem

_SAMPLES = 3
_WIDTH = 76
_MAX_LISTED = 200
_MAX_TABLE = 40


def report_lines(plan: ImportPlan, source: str, out: str, seconds: float, dry_run: bool) -> Iterator[str]:
    """Yield the lines of the report, in the order in which a person needs them."""
    report = plan.report
    yield from _doubts(report.doubts)
    yield from _how_read(report.recognitions)
    yield from _unused(report.recognitions)
    yield from _samples(plan.entries)
    yield from _listed("Left out", report.skips)
    yield from _listed("Changed", report.notes)
    yield ""
    yield _counts(report, out, seconds, dry_run)
    yield from _next(report, source, out, dry_run)


def table_rows(plan: ImportPlan) -> list[tuple[str, str, str, str, str]]:
    """Return the preview's rows: term, other names, what its text begins with, group, file and line."""
    return [
        (
            entry.term,
            ", ".join(entry.aliases),
            _short(plain(entry.summary), 60),
            entry.category,
            f"{entry.origin.file}:{entry.origin.line('term')}",
        )
        for entry in plan.entries[:_MAX_TABLE]
    ]


def _doubts(doubts: Sequence[Recognition]) -> Iterator[str]:
    if not doubts:
        return
    yield "Please look at these first; it is not sure that they were understood:"
    for one in doubts[:20]:
        yield f"  {one.file}: read as {one.shape}, {_entries(one.entries)}, {_sure(one.confidence)}"
    if len(doubts) > 20:
        yield f"  … and {len(doubts) - 20} more files"
    yield ""


def _how_read(recognitions: Sequence[Recognition]) -> Iterator[str]:
    groups: dict[str, list[Recognition]] = defaultdict(list)
    for one in recognitions:
        groups[one.shape].append(one)
    for shape, files in sorted(groups.items(), key=lambda pair: -sum(one.entries for one in pair[1])):
        count = sum(one.entries for one in files)
        lowest = min(one.confidence for one in files)
        where = files[0].file if len(files) == 1 else f"{len(files)} files"
        yield f"Read as {shape}: {_entries(count)} from {where} ({_sure(lowest)})"


def _unused(recognitions: Sequence[Recognition]) -> Iterator[str]:
    for one in recognitions:
        if one.unused:
            yield f"Not used in {one.file}: the columns {', '.join(one.unused)} (--column ROLE=NAME uses one)"


def _samples(entries: Sequence[Entry]) -> Iterator[str]:
    if not entries:
        return
    yield ""
    step = max(len(entries) // _SAMPLES, 1)
    for entry in entries[::step][:_SAMPLES]:
        others = f" (also: {', '.join(entry.aliases[:3])})" if entry.aliases else ""
        yield f"  {entry.term}{others}"
        yield f"    {_short(plain(entry.summary), _WIDTH)}"


def _listed(title: str, items: Sequence[SkippedItem]) -> Iterator[str]:
    if not items:
        return
    kinds = Counter(item.kind for item in items)
    yield ""
    yield f"{title}: {', '.join(f'{count} {kind}' for kind, count in kinds.most_common())}"
    for item in items[:_MAX_LISTED]:
        yield f"{item.file}:{item.line}: {item.reason}"
    if len(items) > _MAX_LISTED:
        yield f"… and {len(items) - _MAX_LISTED:,} more lines of the same kinds"


def _counts(report: ImportReport, out: str, seconds: float, dry_run: bool) -> str:
    where = "would be written" if dry_run else f"written to {out}"
    kinds = ", ".join(f"{count} {kind}" for kind, count in report.kinds.items())
    skipped = f"{report.skipped:,} skipped" + (f" ({kinds})" if kinds else "")
    return f"{report.read:,} read, {_entries(report.written)} {where} in {max(seconds, 0.1):.1f} s, {skipped}."


def _next(report: ImportReport, source: str, out: str, dry_run: bool) -> Iterator[str]:
    if not report.written:
        yield "Nothing was recognized as a glossary. `--format NAME` names the format, `--column term=NAME` a column."
    elif dry_run:
        yield f'Next: python -m corpus import "{source}" --out "{out}"'
    else:
        yield f'Next: python -m corpus check "{out}", then python -m index build --corpus "{out}"'


def _entries(count: int) -> str:
    return "1 entry" if count == 1 else f"{count:,} entries"


def _sure(confidence: float) -> str:
    word = "sure" if confidence >= 0.8 else "fairly sure" if confidence >= 0.5 else "not sure"
    return f"{word}, {confidence:.0%}"


def _short(text: str, width: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= width else line[: width - 1].rstrip() + "…"
