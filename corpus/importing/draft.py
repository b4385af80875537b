"""What is found on a foreign page: drafts of terms in its own markup, and the results that reading a page has.

Pure values; to_entry.py makes entries of drafts, merge.py one glossary of results.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from corpus.entry import Entry, Faq
from corpus.importing.meaning.vocabulary import Field
from corpus.importing.report import Recognition, SkippedItem


@dataclass(frozen=True, slots=True)
class Redirect:
    """A name whose whole text is "see X": an alias of the first of the targets that has an entry."""

    name: str
    targets: tuple[str, ...]
    file: str
    line: int
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """A place in an entry's text that may lead to another entry: the words shown, and where they lead (maybe nowhere)."""

    owner: str
    file: str
    line: int
    words: str
    target: str


@dataclass(frozen=True, slots=True)
class ParseResult:
    """What was found on one page. Notes are about entries that were read, but not word for word."""

    entries: tuple[Entry, ...] = ()
    skips: tuple[SkippedItem, ...] = ()
    redirects: tuple[Redirect, ...] = ()
    notes: tuple[SkippedItem, ...] = ()
    recognitions: tuple[Recognition, ...] = ()
    links: tuple[Link, ...] = ()

    def __add__(self, other: "ParseResult") -> "ParseResult":
        return joined((self, other))


def joined(results: Iterable[ParseResult]) -> ParseResult:
    """Return several results as one, in their order."""
    whole = list(results)
    return ParseResult(
        tuple(entry for one in whole for entry in one.entries),
        tuple(skip for one in whole for skip in one.skips),
        tuple(redirect for one in whole for redirect in one.redirects),
        tuple(note for one in whole for note in one.notes),
        tuple(recognition for one in whole for recognition in one.recognitions),
        tuple(link for one in whole for link in one.links),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One term as a foreign page has it, in its own markup. `texts` are the roles of prose, `lists` the roles of names.

    `lines` says where roles stand in the file, from 1; `line` is the term's.
    """

    title: str
    line: int = 1
    texts: Mapping[Field, str] = field(default_factory=dict)
    lists: Mapping[Field, tuple[str, ...]] = field(default_factory=dict)
    faq: tuple[Faq, ...] = ()
    follow_ups: tuple[str, ...] = ()
    category: str = ""
    lines: tuple[tuple[str, int], ...] = ()

    @property
    def size(self) -> int:
        """Characters of its texts."""
        return sum(map(len, self.texts.values())) + sum(len(one.answer) for one in self.faq)
