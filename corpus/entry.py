"""The vocabulary of the glossary: one Entry per term, its levels, sections and sources.

Frozen values without behavior beyond derived facts. Knows no file format (native_format and importing do) and no
other entry (glossary.py does).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from slugify import slugify


class Level(StrEnum):
    """Who an explanation is for, from the simplest to the densest."""

    ELI5 = "eli5"
    PLAIN = "plain"
    STUDENT = "student"
    PRACTITIONER = "practitioner"
    EXPERT = "expert"

    def nearest(self, available: Iterable["Level"]) -> "Level | None":
        """Return the closest of the available levels, of two equally close ones the simpler; None when there is none."""
        order = list(Level)
        return min(
            sorted(available, key=order.index),
            key=lambda level: abs(order.index(level) - order.index(self)),
            default=None,
        )


class Section(StrEnum):
    """A named part of an entry. The value is the name used in indexes and citations."""

    SUMMARY = "summary"
    ELI5 = "eli5"
    PLAIN = "plain"
    STUDENT = "student"
    PRACTITIONER = "practitioner"
    EXPERT = "expert"
    EVERYDAY_EXAMPLE = "everyday example"
    EXAMPLE = "example"
    WHY_IT_MATTERS = "why it matters"
    FACETS = "facets"
    FAQ = "faq"
    FOLLOW_UPS = "follow-ups"
    RELATED = "related"

    @property
    def heading(self) -> str:
        """Return the section's heading in a native file, such as "Why it matters"."""
        return {"eli5": "ELI5", "faq": "FAQ"}.get(self.value, self.value.capitalize())

    @property
    def level(self) -> Level | None:
        """Return the level that this section is written for, None for the sections that serve every level."""
        return Level(self.value) if self.value in set(Level) else None


@dataclass(frozen=True, slots=True)
class Faq:
    """A question that people really ask, and its answer in Markdown. `level` None: the answer serves every level."""

    question: str
    answer: str
    level: Level | None = None


@dataclass(frozen=True, slots=True)
class Facet:
    """A narrower thing that an entry also covers under its own name, such as GRPO in PPO, with its own short text."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where a statement can be checked: a paper, book or page as one line of text, with an address where one is known.

    `url` begins with http:// or https://, `doi` is bare: 10.1000/182.
    """

    text: str
    url: str = ""
    doi: str = ""

    @property
    def link(self) -> str:
        """Return the address to open, empty when none is known."""
        return self.url or (f"https://doi.org/{self.doi}" if self.doi else "")


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture beside the entries, by its file name in `figures/`, and the text that says the same in words."""

    file: str
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Sense:
    """One meaning of a name that several entries share: `LDA` is for this entry "a topic model for text"."""

    name: str
    phrase: str


@dataclass(frozen=True, slots=True)
class Origin:
    """The file an entry was read from and the line of each section (from 1); what findings and citations point at."""

    file: str
    lines: tuple[tuple[str, int], ...] = ()

    def line(self, section: str) -> int:
        """Return the line of a section's heading or a front-matter key, 1 when it is not in the file."""
        return dict(self.lines).get(section, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One term of the glossary with all its sections. Texts are Markdown; an empty text means "not written".

    `reviewed` is the month of the last reading, YYYY-MM.
    """

    term: str
    aliases: tuple[str, ...] = ()
    category: str = ""
    senses: tuple[Sense, ...] = ()
    summary: str = ""
    eli5: str = ""
    plain: str = ""
    student: str = ""
    practitioner: str = ""
    expert: str = ""
    everyday_example: str = ""
    example: str = ""
    why_it_matters: str = ""
    facets: tuple[Facet, ...] = ()
    faq: tuple[Faq, ...] = ()
    follow_ups: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    prerequisites: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    reviewed: str = ""
    figure: Figure | None = None
    checks: tuple[str, ...] = ()
    origin: Origin = field(default=Origin(""), compare=False)
    given_slug: str = field(default="", compare=False)
    """What a glossary calls it where another entry's term has the same slug (glossary.py); empty almost always."""

    @property
    def slug(self) -> str:
        """Return the term as a file name without its ending: "A* search" -> "a-star-search"."""
        return self.given_slug or slug_of(self.term)

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the thing itself: its term and its aliases."""
        return (self.term, *self.aliases)

    @property
    def owned_names(self) -> tuple[str, ...]:
        """Return every name that leads to this entry alone: term, aliases and the names of its facets."""
        return (*self.names, *(facet.name for facet in self.facets))

    @property
    def levels(self) -> tuple[Level, ...]:
        """Return the levels that an author wrote, from simple to dense."""
        return tuple(level for level in Level if self.at(level))

    def at(self, level: Level) -> str:
        """Return the text at a level, empty when no author wrote it."""
        text: str = getattr(self, level.value)
        return text

    def text(self, section: Section) -> str:
        """Return a section's prose, empty when it is missing; lists (facets, faq, follow-ups, related) have none."""
        return str(getattr(self, section.value.replace(" ", "_"))) if section in PROSE else ""


PROSE = tuple(
    section for section in Section if section not in {Section.FACETS, Section.FAQ, Section.FOLLOW_UPS, Section.RELATED}
)
"""The sections that are running text, in the order of a native file."""


@lru_cache(maxsize=200_000)
def slug_of(term: str) -> str:
    """Return the slug of any term. Signs that tell terms apart become words: C++ is not C, A* is not A."""
    signs = [["*", " star "], ["+", " plus "], ["#", " sharp "], ["&", " and "], ["'", ""], ["’", ""], ["²", "2"]]
    unnamed = "-".join(f"u{ord(sign):x}" for sign in term.strip()[:8])
    return slugify(re.sub(r"(?<!\S)\.(?=\w)", "dot ", term), replacements=signs) or unnamed
