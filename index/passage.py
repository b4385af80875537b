"""Passage and Hit: what can be found. Frozen values; know neither how they are stored nor how they are found."""

from dataclasses import dataclass
from hashlib import sha256

from corpus.entry import Level, Section
from corpus.text import unlinked


def text_digest(text: str) -> str:
    """sha256 of a text in hex: what its vector is known by. Texts with one digest have one vector."""
    return sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of one section of one entry, short enough to embed, that can be found and cited.

    `heading` is the question for a piece of an FAQ, else empty. `text` is Markdown, as the author wrote it.
    """

    slug: str
    term: str
    section: Section
    text: str
    heading: str = ""
    file: str = ""

    @property
    def level(self) -> Level | None:
        """The level it is written for, None for sections that serve every level."""
        return self.section.level

    @property
    def searchable(self) -> str:
        """What is embedded and indexed: the headword in front, so that "it" and "the method" have a name."""
        parts = (self.term, self.heading, unlinked(self.text))
        return ": ".join(" ".join(part.split()) for part in parts if part)


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for a question. Each score is None when that way of searching did not find the passage.

    score      what the hits are ranked by, higher is better
    dense      cosine of question and passage, -1 to 1
    lexical    BM25, higher is better
    named      1 when the question names the passage's entry
    """

    passage: Passage
    score: float
    dense: float | None = None
    lexical: float | None = None
    named: float | None = None
