"""The values of a conversation: what is asked, what is said, and what it stands on. Frozen; they know no surface."""

import re
import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum

from bot.tutor.errors import UnusableQuestion
from bot.tutor.fair_scheduling import Asker
from corpus.entry import Level, Section
from index.passage import Passage

MAX_CHARACTERS = 2000
"""The longest question, as long as a Discord message."""


NOBODY = Asker()


class Origin(StrEnum):
    """Where an answer comes from: the entry itself, the model over passages, or nothing."""

    AUTHORED = "authored"
    WRITTEN = "written"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Turn:
    """One exchange: what was asked, the terms that the answer was about, the main one first, its level and its text.

    `passages` are those that a written answer was written from, so that another level can be written from them again.
    """

    question: str
    terms: tuple[str, ...]
    level: Level | None = None
    answer: str = ""
    passages: tuple[Passage, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, by whom and after what. `level` None: the asker did not choose one for this question; `usual` is
    the one that they chose for themselves.

    `role` and `audience` are free words for who explains and who listens; `history` is oldest first. With `passages`,
    found before for the same question, nothing is searched for again. `may_write`: a model may write the answer.
    """

    text: str
    level: Level | None = None
    role: str = ""
    audience: str = ""
    history: tuple[Turn, ...] = ()
    passages: tuple[Passage, ...] = ()
    usual: Level | None = None
    asker: Asker = NOBODY
    may_write: bool = True

    @property
    def terms(self) -> tuple[str, ...]:
        """The terms that the conversation was last about; none at its start."""
        return next((turn.terms for turn in reversed(self.history) if turn.terms), ())

    @property
    def last_level(self) -> Level | None:
        """The level that the conversation last spoke at."""
        return next((turn.level for turn in reversed(self.history) if turn.level), None)


@dataclass(frozen=True, slots=True)
class Citation:
    """The passage that a part of an answer stands on; shown as `[n] term › section (file)`."""

    n: int
    term: str
    section: Section
    file: str

    @property
    def level(self) -> Level | None:
        """The level of the cited section, None for sections that serve every level."""
        return self.section.level


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of an answer under its own heading ("" for the main one), in Markdown, and the citation it stands on.

    `folded`: it is not shown at once, but behind a button.
    """

    text: str
    heading: str = ""
    citation: int = 0
    folded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is said, with everything a surface needs to show and check it.

    `level` is the asked level, `level_given` that of the text: they differ when no author wrote the asked one. `sources`
    are the papers and books that the entries name. `model` wrote a written answer, from `passages`. `note` is one
    sentence about the answer itself: why it is not what was asked for. `answers`: it answers just what was asked; where
    it does not, the question is a gap of the glossary.
    """

    question: str
    level: Level
    origin: Origin
    parts: tuple[Part, ...]
    level_given: Level | None = None
    terms: tuple[str, ...] = ()
    citations: tuple[Citation, ...] = ()
    follow_ups: tuple[str, ...] = ()
    see_also: tuple[str, ...] = ()
    also_known_as: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    model: str = ""
    passages: tuple[Passage, ...] = ()
    note: str = ""
    answers: bool = True
    timings_ms: dict[str, float] = field(default_factory=dict)

    @property
    def is_gap(self) -> bool:
        """Return whether the glossary did not answer just what was asked."""
        return self.origin is Origin.DECLINED or not self.answers

    @property
    def shown(self) -> tuple[Part, ...]:
        """Return the parts that are shown at once."""
        return tuple(part for part in self.parts if not part.folded)

    @property
    def text(self) -> str:
        """Return what is shown at once as one Markdown text with its citation marks."""
        return "\n\n".join(_marked(part) for part in self.shown)

    @property
    def turn(self) -> Turn:
        """What a conversation remembers of this answer."""
        return Turn(self.question, self.terms, self.level_given or self.level, self.text, self.passages)


def _marked(part: Part) -> str:
    stop = "" if part.heading.endswith(("?", "!", ".")) else "."
    heading = f"**{part.heading}{stop}** " if part.heading else ""
    return f"{heading}{part.text}" + (f" [{part.citation}]" if part.citation else "")


def readable(text: str) -> str:
    """The text of a question without control characters and runs of spaces.

    Raises UnusableQuestion when nothing readable is left or it is longer than MAX_CHARACTERS.
    """
    visible = "".join(
        " " if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} else c
        for c in text[: 8 * MAX_CHARACTERS]
    )
    clean = re.sub(r"\s+", " ", visible).strip()
    if not clean:
        raise UnusableQuestion("The question is empty. Ask about a term, for example: What is overfitting?")
    if len(clean) > MAX_CHARACTERS:
        raise UnusableQuestion(f"The question is too long: at most {MAX_CHARACTERS} characters can be read at once.")
    if not any(c.isalnum() for c in clean):
        raise UnusableQuestion("There is no word in this question. Ask about a term, for example: What is overfitting?")
    return clean
