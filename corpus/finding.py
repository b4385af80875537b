"""What every check yields: one breach of an editorial rule, at its file and line."""

from dataclasses import dataclass

from corpus.entry import Entry


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One breach of a rule, at its file and line (from 1)."""

    file: str
    line: int
    problem: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.problem}"


def at(entry: Entry, place: str, problem: str) -> Finding:
    """Return a finding at a section or a front-matter key of an entry."""
    return Finding(entry.origin.file or entry.slug, entry.origin.line(place), problem)
