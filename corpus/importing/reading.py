"""One file -> entries: which format it has, then which shape fits best. `FORMATS` are the names that `--format` takes."""

from collections.abc import Callable
from dataclasses import dataclass

from corpus.errors import CorpusError, MalformedEntry
from corpus.importing.draft import ParseResult
from corpus.importing.formats import (
    anki,
    delimited,
    html,
    latex,
    markdown,
    pandoc,
    pdf,
    records,
    rst,
    slides,
    terminology,
    text_markup,
    triples,
    workbook,
)
from corpus.importing.formats.document import Document
from corpus.importing.formats.header import is_header, is_known_header, with_header
from corpus.importing.report import Recognition, SkippedItem
from corpus.importing.shapes import choice, record_list
from corpus.native_format import read as native
from corpus.native_format.page import Page

PROSE = frozenset({"", ".md", ".markdown", ".mdown", ".mkd", ".mdx", ".qmd", ".rmd", ".txt", ".text"})
"""Endings of files that may be read as prose; program code, for one, may not, whatever it seems to define."""


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file: the endings that name it, and how one becomes a document or entries."""

    endings: frozenset[str]
    read: Callable[[Page], Document | ParseResult]
    recognises: Callable[[Page], bool] | None = None


def _endings(listed: str) -> frozenset[str]:
    return frozenset(f".{one}" for one in listed.split())


def _native(page: Page) -> ParseResult:
    entry = native.entry(page.text, page.path)
    return ParseResult((entry,), recognitions=(Recognition(page.path, "this project's own format", 1, 1.0),))


def _is_native(page: Page) -> bool:
    """Return whether a page is native: other glossaries write `term:` in their front matter, too."""
    if (
        page.suffix not in {".md", ".markdown"}
        or not page.text.startswith("---\n")
        or "\nterm:" not in page.text[:4000]
    ):
        return False
    try:
        native.entry(page.text)
    except MalformedEntry:
        return False
    return True


def _table(page: Page) -> ParseResult:
    table = delimited.read(page)
    result = record_list.read(delimited.records(page), page, "a table")
    if (
        table.header
        or not table.rows
        or page.columns
        or not is_header(table.rows, {})
        or is_known_header(table.rows[0].cells)
    ):
        return result
    reason = f"note: the first row ({', '.join(table.rows[0].cells)}) was taken for the names of the columns"
    return result + ParseResult(notes=(SkippedItem(page.path, table.rows[0].line, reason),))


def _json(page: Page) -> ParseResult:
    return record_list.read(records.json_records(page), page)


def _yaml(page: Page) -> ParseResult:
    return record_list.read(records.yaml_records(page), page)


def _workbook(page: Page) -> ParseResult:
    return record_list.read(
        [one for rows in workbook.read(page) for one in with_header(rows, page.columns)], page, "a sheet"
    )


def _deck(page: Page) -> ParseResult:
    return record_list.read(anki.read(page), page, "flash cards")


def _terms(page: Page) -> ParseResult:
    return record_list.read(terminology.read(page), page, "a terminology file")


def _triples(page: Page) -> ParseResult:
    return record_list.read(triples.read(page), page, "SKOS")


def _latex(page: Page) -> Document | ParseResult:
    found = latex.read(page)
    return record_list.read(found, page, "LaTeX glossary commands") if found else pandoc.read(page)


def _xml(page: Page) -> Document | ParseResult:
    if triples.recognises(page):
        return _triples(page)
    is_terminology = page.suffix in {".tbx", ".dita", ".ditamap"} or terminology.recognises(page)
    return _terms(page) if is_terminology else pandoc.read(page)


FORMATS: dict[str, Format] = {
    "native": Format(frozenset(), _native, _is_native),
    "json": Format(_endings("json jsonl ndjson geojson json5 jsonld"), _json, records.recognises),
    "yaml": Format(_endings("yml yaml"), _yaml),
    "workbook": Format(_endings("xlsx xlsm"), _workbook),
    "anki": Format(_endings("apkg colpkg"), _deck),
    "pdf": Format(_endings("pdf"), pdf.read),
    "slides": Format(_endings("pptx"), slides.read),
    "triples": Format(_endings("ttl nt n3 rdf owl trig"), _triples),
    "xml": Format(_endings("xml tbx dita ditamap skos docbook dbk"), _xml),
    "latex": Format(_endings("tex ltx sty"), _latex),
    "asciidoc": Format(_endings("adoc asciidoc asc"), text_markup.asciidoc),
    "org": Format(_endings("org"), text_markup.org),
    "mediawiki": Format(_endings("mediawiki wiki"), text_markup.mediawiki),
    "pandoc": Format(_endings(pandoc.ENDINGS), pandoc.read),
    "html": Format(_endings("html htm xhtml"), html.read, html.recognises),
    "rst": Format(_endings("rst rest"), rst.read, rst.recognises),
    "table": Format(delimited.SUFFIXES, _table, delimited.recognises),
    "markdown": Format(PROSE, markdown.read),
}
BINARY = frozenset(_endings("xlsx xlsm apkg colpkg pdf pptx") | _endings(pandoc.BINARY))
"""Endings of files that are no text."""


def format_of(page: Page) -> str:
    """Return the name of the format that a page has, "" when none fits."""
    for name, one in FORMATS.items():
        if page.suffix in one.endings and page.suffix not in PROSE:
            return name if name != "native" else "markdown"
    if page.suffix not in PROSE:
        return "html" if html.recognises(page) else ""
    return next((name for name, one in FORMATS.items() if one.recognises and one.recognises(page)), "markdown")


def read(page: Page, name: str = "", is_beside_entries: bool = False) -> ParseResult | None:
    """Return what a page holds, read in the named format or the one it has; None when it has none.

    Raises CorpusError for a format that does not exist, and MalformedEntry for a page that cannot be read.
    """
    if name:
        check_format(name)
    chosen = name or format_of(page)
    if not chosen:
        return None
    found = FORMATS[chosen].read(page)
    return found if isinstance(found, ParseResult) else choice.read(found, is_beside_entries)


def check_format(name: str) -> None:
    """Raise CorpusError when there is no format of this name."""
    if name not in FORMATS:
        raise CorpusError(f'There is no format "{name}".', repair=f"Use one of: {', '.join(FORMATS)}.")
