"""What a reader is given and what it gives back. Pure values; knows no disk."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath
from typing import Protocol

from corpus.entry import Entry


@dataclass(frozen=True)
class Page:
    """One file's text: `path` is relative to the imported folder, `text` has "\\n" line ends and no BOM.

    `columns` says what a table's columns or keys hold, {"term": "Begriff"}; empty = guess.
    """

    path: str
    text: str
    columns: Mapping[str, str] = field(default_factory=dict, hash=False)

    @cached_property
    def stem(self) -> str:
        """The file's name without folders and ending."""
        return PurePosixPath(self.path).stem

    @cached_property
    def suffix(self) -> str:
        """The file's ending in lower case, with its dot."""
        return PurePosixPath(self.path).suffix.lower()


@dataclass(frozen=True, slots=True, order=True)
class Skip:
    """Something that is no entry, with the reason in words a person reads in a report. Lines count from 1.

    A reason starts with its kind and a colon ("stub: ..."), so that a report can count kinds.
    """

    file: str
    line: int
    reason: str

    @property
    def kind(self) -> str:
        """The reason's first words: stub, alias, list page, template, draft, off-topic, duplicate, translation, ..."""
        return self.reason.partition(":")[0]


@dataclass(frozen=True, slots=True)
class Redirect:
    """A name whose whole text is "see X": an alias of the first of the targets that has an entry."""

    name: str
    targets: tuple[str, ...]
    file: str
    line: int
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader found on one page. Notes are about entries that were read, but not word for word."""

    entries: tuple[Entry, ...] = ()
    skips: tuple[Skip, ...] = field(default=())
    redirects: tuple[Redirect, ...] = field(default=())
    notes: tuple[Skip, ...] = field(default=())

    def __add__(self, other: "Reading") -> "Reading":
        return Reading(
            self.entries + other.entries,
            self.skips + other.skips,
            self.redirects + other.redirects,
            self.notes + other.notes,
        )


class Reader(Protocol):
    """One format. A module of this package is a reader when it has these two functions.

    `recognises` looks at structure only and is cheap; `read` never raises on text that `recognises` accepted, except
    CorpusError with the line and the repair.
    """

    def recognises(self, page: Page) -> bool:
        """Whether the page has this format's structure."""
        ...

    def read(self, page: Page) -> Reading:
        """The entries on the page."""
        ...
