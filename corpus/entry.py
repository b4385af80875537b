"""The vocabulary of the glossary: one Entry per term, its levels, sections and sources.

Frozen values without behaviour beyond derived facts. Knows no file format (readers/ and write.py do) and no other
entry (glossary.py does).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from slugify import slugify


class Level(StrEnum):
    """Who an explanation is for, from the simplest to the densest."""

    ELI5 = "eli5"
    PLAIN = "plain"
    STUDENT = "student"
    PRACTITIONER = "practitioner"
    EXPERT = "expert"

    def nearest(self, available: Iterable["Level"]) -> "Level | None":
        """The closest of the available levels; of two equally close ones the simpler. None when there is none."""
        order = list(Level)
        return min(
            sorted(available, key=order.index), key=lambda one: abs(order.index(one) - order.index(self)), default=None
        )


class Section(StrEnum):
    """A named part of an entry. The value is the name used in indexes and citations."""

    SUMMARY = "summary"
    ELI5 = "eli5"
    PLAIN = "plain"
    STUDENT = "student"
    PRACTITIONER = "practitioner"
    EXPERT = "expert"
    EXAMPLE = "example"
    WHY_IT_MATTERS = "why it matters"
    FAQ = "faq"
    FOLLOW_UPS = "follow-ups"
    RELATED = "related"

    @property
    def heading(self) -> str:
        """The section's heading in a native file, such as "Why it matters"."""
        return {"eli5": "ELI5", "faq": "FAQ"}.get(self.value, self.value.capitalize())

    @property
    def level(self) -> Level | None:
        """The level that this section is written for, None for the sections that serve every level."""
        return Level(self.value) if self.value in set(Level) else None


@dataclass(frozen=True, slots=True)
class Faq:
    """A question that people really ask, and its answer in Markdown."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where a statement can be checked: the paper, book or page that defines the term, as one line of text."""

    text: str


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
        """The line of a section's heading or a front-matter key, 1 when it is not in the file."""
        return dict(self.lines).get(section, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One term of the glossary with all its sections. Texts are Markdown; an empty text means "not written"."""

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
    example: str = ""
    why_it_matters: str = ""
    faq: tuple[Faq, ...] = ()
    follow_ups: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    prerequisites: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    checks: tuple[str, ...] = ()
    origin: Origin = field(default=Origin(""), compare=False)

    @property
    def slug(self) -> str:
        """The term as a file name without its ending: "A* search" -> "a-star-search"."""
        return slug_of(self.term)

    @property
    def names(self) -> tuple[str, ...]:
        """The term and its aliases: the names that this entry owns alone."""
        return (self.term, *self.aliases)

    @property
    def levels(self) -> tuple[Level, ...]:
        """The levels that an author wrote, from simple to dense."""
        return tuple(level for level in Level if self.at(level))

    def at(self, level: Level) -> str:
        """The text at a level, empty when no author wrote it."""
        text: str = getattr(self, level.value)
        return text

    def text(self, section: Section) -> str:
        """A section's prose, empty when it is missing; lists (faq, follow-ups, related) have none."""
        return str(getattr(self, section.value.replace(" ", "_"))) if section in PROSE else ""


PROSE = tuple(one for one in Section if one not in {Section.FAQ, Section.FOLLOW_UPS, Section.RELATED})
"""The sections that are running text, in the order of a native file."""


def slug_of(term: str) -> str:
    """The slug of any term. Signs that tell terms apart become words: C++ is not C, A* is not A."""
    signs = [["*", " star "], ["+", " plus "], ["#", " sharp "], ["&", " and "], ["'", ""], ["’", ""], ["²", "2"]]
    return slugify(term, replacements=signs) or f"u{ord(term[0]):x}" if term else ""
