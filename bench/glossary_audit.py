"""Writes docs/glossary-audit.md and its plot: the glossary in figures, and twenty entries drawn at random for a reader.

python bench/glossary_audit.py
"""

import random
import statistics
import sys
from pathlib import Path

PROJECT = Path(__file__).parent.parent
sys.path.insert(0, str(PROJECT))

import matplotlib

matplotlib.use("agg")
from matplotlib import pyplot

from corpus.check import LENGTHS, check, grade
from corpus.entry import Level
from corpus.load import ENTRIES, load
from corpus.native_format import write
from corpus.stats import by_category, by_section
from corpus.text import formulas

SEED = 20261120
DRAWN = 20
DOCS = PROJECT / "docs"


def plot(rows: list) -> None:
    figure, (lengths, grades) = pyplot.subplots(1, 2, figsize=(11, 4))
    levels = [row for row in rows if row.section in set(Level)]
    names = [str(row.section) for row in levels]
    lengths.boxplot([row.lengths for row in levels], tick_labels=names, whis=(0, 100))
    for place, row in enumerate(levels, 1):
        least, most = LENGTHS[row.section]
        lengths.hlines([least, most], place - 0.4, place + 0.4, colors="tab:red", linestyles=":")
    lengths.set(title="words (dotted: the rule)", ylim=(0, None))
    grades.boxplot([row.grades for row in levels], tick_labels=names, whis=(5, 95))
    grades.axhline(8, color="tab:red", linestyle=":")
    grades.set(title="Flesch-Kincaid grade (whiskers: 5 to 95 %)", ylim=(0, None))
    for axes in (lengths, grades):
        axes.tick_params(axis="x", labelrotation=20)
    figure.tight_layout()
    figure.savefig(DOCS / "glossary-audit.png", dpi=110)


def main() -> None:
    glossary = load(ENTRIES)
    entries, rows = list(glossary), by_section(glossary)
    plot(rows)
    eli5 = sorted(grade(entry.eli5) for entry in entries)
    lines = [
        "# The glossary in figures",
        "",
        "Made by `python bench/glossary_audit.py`; `python -m corpus stats` prints the same table.",
        "",
        f"{len(entries)} entries, {sum(len(one.names) for one in entries)} names, "
        f"{sum(len(one.faq) for one in entries)} questions answered, {sum(len(one.follow_ups) for one in entries)} follow-ups, "
        f"{sum(len(one.sources) for one in entries)} sources, "
        f"{sum(len(formulas(write.native(one))) for one in entries)} formulas, "
        f"{sum(len(one.checks) for one in entries)} numbers that a test recomputes. "
        f"Findings of `python -m corpus check`: {len(check(entries))}.",
        "",
        f"ELI5: median grade {statistics.median(eli5):.1f}, "
        f"{100 * sum(one <= 9 for one in eli5) / len(eli5):.1f} % at grade 9 or below, highest {eli5[-1]:.1f}.",
        "",
        "| category | entries |",
        "|---|---|",
        *(f"| {category} | {count} |" for category, count in by_category(glossary)),
        "",
        "| section | texts | words: least | median | most | grade: median | 95 % |",
        "|---|---|---|---|---|---|---|",
        *(f"| {' | '.join(row.cells)} |" for row in rows),
        "",
        "![lengths and reading grades of the five levels](glossary-audit.png)",
        "",
        f"## Twenty entries drawn at random (seed {SEED})",
        "",
    ]
    for entry in sorted(random.Random(SEED).sample(entries, DRAWN), key=lambda one: one.slug):
        body = (
            write.native(entry).split("---\n", 2)[2].strip().replace("\n### ", "\n##### ").replace("\n## ", "\n#### ")
        )
        lines += [f"### {entry.term}", "", "#### " + body.removeprefix("## "), ""]
    (DOCS / "glossary-audit.md").write_text("\n".join(lines), "utf-8")


if __name__ == "__main__":
    main()
