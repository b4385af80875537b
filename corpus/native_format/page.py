"""One text file of a glossary, native or foreign. A pure value; knows no disk and no format."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath


@dataclass(frozen=True)
class Page:
    """One file's text: `path` is relative to the folder it was read from, `text` has "\\n" line ends and no BOM.

    `raw` are the bytes of a file that is no text (a workbook, an archive). `columns` says what a table's columns or
    keys hold, {"term": "Begriff"}; empty = guess.
    """

    path: str
    text: str
    columns: Mapping[str, str] = field(default_factory=dict, hash=False)
    raw: bytes = b""

    @cached_property
    def stem(self) -> str:
        """Return the file's name without folders and ending."""
        return PurePosixPath(self.path).stem

    @cached_property
    def suffix(self) -> str:
        """Return the file's ending in lower case, with its dot."""
        return PurePosixPath(self.path).suffix.lower()
