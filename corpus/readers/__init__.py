"""The readers, one per format, from the most specific to the least; the first that recognises a page reads it.

Readers are imported when they are needed: opening the glossary takes `native` alone, and has to be fast.
"""

from importlib import import_module
from typing import cast

from corpus.errors import CorpusError, MalformedEntry
from corpus.readers.page import Page, Reader

NAMES = (
    "native",
    "table",
    "html",
    "rst",
    "listing",
    "explainer",
    "astro",
    "hugo",
    "term_page",
    "front_matter",
    "essay",
)
"""The formats by the name that `--format` takes; each is a module of this package."""

STRUCTURED = frozenset({"table", "html", "rst"})
"""Formats that are recognised whatever the file's ending is."""

PROSE = frozenset({"", ".md", ".markdown", ".mdown", ".mkd", ".mdx", ".qmd", ".rmd", ".txt", ".text"})
"""Endings of files that may be read as prose; program code, for one, may not, whatever it seems to define."""


def reader(name: str) -> Reader:
    """The reader of this name. Raises CorpusError when there is none."""
    if name not in NAMES:
        raise CorpusError(f'There is no format "{name}".', repair=f"Use one of: {', '.join(NAMES)}.")
    return cast(Reader, import_module("corpus.native_format.read" if name == "native" else f"corpus.readers.{name}"))


def reader_for(page: Page) -> Reader | None:
    """The reader that recognises a page, None when no format fits."""
    fit = (reader(name) for name in NAMES if page.suffix in PROSE or name in STRUCTURED)
    return next((one for one in fit if one.recognises(page) and _reads(one, page)), None)


def _reads(one: Reader, page: Page) -> bool:
    """Whether a page that looks native is: other glossaries write `term:` in their front matter, too."""
    if one is not reader("native"):
        return True
    try:
        one.read(page)
    except MalformedEntry:
        return False
    return True
