"""What an import says about itself: each thing that was left out, with file, line and reason, and how pages were read.

Pure values; preview.py turns them into text for a person.
"""

from collections import Counter
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class SkippedItem:
    """Something that is no entry, with the reason in words a person reads in a report. Lines count from 1.

    A reason starts with its kind and a colon ("stub: ..."), so that a report can count kinds.
    """

    file: str
    line: int
    reason: str

    @property
    def kind(self) -> str:
        """Return the reason's first words: stub, alias, list page, template, draft, off-topic, duplicate, ..."""
        return self.reason.partition(":")[0]


@dataclass(frozen=True, slots=True, order=True)
class Recognition:
    """How one file was read: as which shape, how many entries that gave, and how sure that is, from 0 to 1."""

    file: str
    shape: str
    entries: int
    confidence: float
    unused: tuple[str, ...] = ()

    @property
    def is_doubtful(self) -> bool:
        """Return whether a person should look at the result before using it."""
        return self.confidence < DOUBTFUL


DOUBTFUL = 0.5


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What a person reads at the end. `read` counts terms and pages that were looked at: written plus skipped.

    `skips` are what was not written, `notes` what was written with a change (an alias dropped, ...), `recognitions` how
    each file was read; all sorted. `out` is the folder that was written.
    """

    files: int
    written: int
    skips: tuple[SkippedItem, ...] = ()
    notes: tuple[SkippedItem, ...] = ()
    recognitions: tuple[Recognition, ...] = ()
    out: str = ""

    @property
    def read(self) -> int:
        """Return how many terms and pages were looked at."""
        return self.written + self.skipped

    @property
    def skipped(self) -> int:
        """Return how many terms and pages are no entry."""
        return len(self.skips)

    @property
    def kinds(self) -> dict[str, int]:
        """Return how many were skipped for each kind of reason, the most frequent first."""
        return dict(sorted(Counter(item.kind for item in self.skips).items(), key=lambda pair: (-pair[1], pair[0])))

    @property
    def doubts(self) -> tuple[Recognition, ...]:
        """Return the files of which it is not sure that they were understood, the least sure first."""
        return tuple(sorted((one for one in self.recognitions if one.is_doubtful), key=lambda one: one.confidence))
