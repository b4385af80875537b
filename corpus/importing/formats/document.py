"""The one tree that every format of running text becomes: blocks in their order, whose words are Markdown.

Pure values. Shapes read these and know no format; formats make them and know no glossary.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import PurePosixPath

from corpus.importing.formats.grid import Row
from corpus.importing.meaning.meta import Meta


class Kind(StrEnum):
    """What a block is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST = "list"
    DEFINITIONS = "definitions"
    TABLE = "table"
    CODE = "code"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a list (no names), or of a definition list: its names and the text below them. `line` from 1."""

    text: str
    line: int
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a page. `text` is its Markdown as it stands there, of a heading its words; `rank` is a heading's, 1 to 6.

    Lists and definition lists have `items`, tables `rows`, the header first.
    """

    kind: Kind
    text: str
    line: int
    rank: int = 0
    items: tuple[Item, ...] = ()
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A page as blocks. `text` is the whole of it as Markdown, `line` the line of the file on which that begins.

    `has_lines` is False when a converter has lost them; then they are looked for by the terms' words.
    """

    path: str
    text: str
    blocks: tuple[Block, ...]
    meta: Meta = field(default_factory=Meta)
    line: int = 1
    columns: Mapping[str, str] = field(default_factory=dict)
    has_lines: bool = True

    @property
    def stem(self) -> str:
        """Return the file's name without folders and ending."""
        return PurePosixPath(self.path).stem

    @property
    def title(self) -> str:
        """Return the words of the first heading, "" when there is none."""
        return next((block.text for block in self.blocks if block.kind is Kind.HEADING), "")
