"""The glossary in figures: how many entries, how long each level is and how hard to read. Pure."""

import statistics
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from corpus.check import grade
from corpus.entry import PROSE, Entry, Section
from corpus.text import words


@dataclass(frozen=True, slots=True)
class SectionStats:
    """One section over all entries: the word counts and the reading grades of its texts, sorted."""

    section: Section
    lengths: tuple[int, ...]
    grades: tuple[float, ...]

    @property
    def cells(self) -> tuple[str, ...]:
        """A row of a table: count, least, median and most words, median and 95th percentile of the grade."""
        if not self.lengths:
            return (self.section, "0", "", "", "", "", "")
        grades = (statistics.median(self.grades), percentile(self.grades, 95))
        lengths = (self.lengths[0], round(statistics.median(self.lengths)), self.lengths[-1])
        return (self.section, str(len(self.lengths)), *map(str, lengths), *(f"{one:.1f}" for one in grades))


def by_category(entries: Iterable[Entry]) -> list[tuple[str, int]]:
    """(category, entries in it), the largest first."""
    return Counter(entry.category for entry in entries).most_common()


def by_section(entries: Iterable[Entry]) -> list[SectionStats]:
    """The figures of each section that is running text, in an entry's order."""
    every = list(entries)
    found = []
    for section in PROSE:
        texts = [text for entry in every if (text := entry.text(section))]
        lengths = sorted(len(words(text)) for text in texts)
        found.append(SectionStats(section, tuple(lengths), tuple(sorted(map(grade, texts)))))
    return found


def percentile(values: tuple[float, ...], share: int) -> float:
    """The smallest of the sorted values that at least `share` percent of them do not exceed (nearest rank)."""
    return values[max(0, -(-share * len(values) // 100) - 1)]
