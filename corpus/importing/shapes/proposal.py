"""What a shape says a page holds: candidates for entries, with the part of the page that each explains.

Pure values; scoring.py judges them, choice.py takes the best.
"""

import re
from dataclasses import dataclass, field

from corpus.importing.draft import Draft
from corpus.importing.formats.document import Block, Document, Kind
from corpus.importing.meaning.vocabulary import Field, field_of, says_glossary
from corpus.importing.shapes.outline import Outline, outlined
from corpus.importing.shapes.page_text import related_names

_ONE_LINE = re.compile(r"[^#*_:\n][^#\n]*")
"""A text that has no labelled parts; looking for them takes most of the time of a long page."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One entry that a page may hold, and the blocks that it was read from: `first` to `last`, by their number.

    `explained` counts the characters of the page that it accounts for; `starts_with_prose` is False where a list or a
    table follows the name at once, which names of groups have.
    """

    draft: Draft
    text: str
    first: int
    last: int
    explained: int
    starts_with_prose: bool = True

    @property
    def name(self) -> str:
        """Return the title as the page has it."""
        return self.draft.title


@dataclass(frozen=True, slots=True)
class Proposal:
    """All the entries that one shape sees on a page. `evidence` from 0 to 1: how surely such a structure is a glossary."""

    shape: str
    candidates: tuple[Candidate, ...]
    evidence: float
    unused: tuple[str, ...] = field(default=())


def candidate(
    names: tuple[str, ...], text: str, line: int, blocks: tuple[int, int], category: str = "", prose: bool = True
) -> Candidate:
    """Return a candidate whose text may hold labelled parts of its own, such as "Example: …"."""
    title, *others = names
    # The name stands above the text as its title would, so that labels below it are read as an entry page's are.
    is_plain = _ONE_LINE.fullmatch(text) and ":" not in text[:60]
    outline = Outline(title, {Field.DEFINITION: text}, {}) if is_plain else outlined(text, line, title)
    lists = {
        Field.RELATED: related_names(outline.texts.get(Field.RELATED, "")),
        Field.ALIASES: (*others, *related_names(outline.texts.get(Field.ALIASES, ""))),
    }
    draft = Draft(title=title, line=line, texts=outline.texts, lists=lists, category=category)
    return Candidate(draft, text, *blocks, len(title) + len(text), prose)


def categories(document: Document) -> list[str]:
    """Return for each block the words of the nearest heading above it that may name a group of terms, "" for none."""
    found, current = [], ""
    headings = [block for block in document.blocks if block.kind is Kind.HEADING]
    title = headings[0] if headings and headings[0].rank == 1 else None
    for block in document.blocks:
        if block.kind is Kind.HEADING:
            current = "" if block is title or not _is_group(block) else block.text
        found.append(current)
    return found


def _is_group(block: Block) -> bool:
    """Return whether a heading may name a group: no letter of the alphabet, no part that every page has."""
    bare = "".join(filter(str.isalnum, block.text))
    return (
        len(bare) > 2
        and not says_glossary(block.text)
        and field_of(block.text) is None
        and len(block.text.split()) <= 8
    )
