"""PowerPoint files -> document: each slide's title is a heading, its text and its notes stand below it.

Reads the XML in the archive itself, since only titles, texts and notes are wanted.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree

from corpus.errors import MalformedEntry
from corpus.importing.formats.document import Document
from corpus.importing.formats.markdown import blocks
from corpus.importing.meaning.meta import Meta
from corpus.native_format.page import Page

_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_SHOWN = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_MAX_BYTES = 50_000_000


def read(page: Page) -> Document:
    """Return the slides in their order. Raises MalformedEntry for a file that is no presentation."""
    try:
        with zipfile.ZipFile(io.BytesIO(page.raw)) as archive:
            text = "\n\n".join(_slides(archive))
    except (zipfile.BadZipFile, KeyError, ElementTree.ParseError, ValueError, OSError) as error:
        problem = "This is no presentation that can be read."
        raise MalformedEntry(problem, file=page.path, repair="Save it as .pptx again.") from error
    return Document(page.path, text, tuple(blocks(text)), Meta(text=text), 1, page.columns, has_lines=False)


def _slides(archive: zipfile.ZipFile) -> Iterator[str]:
    names = [one for one in archive.namelist() if re.fullmatch(r"ppt/slides/slide\d+\.xml", one)]
    for name in sorted(names, key=lambda one: int(re.sub(r"\D", "", one))):
        root = _part(archive, name)
        title, body = "", []
        for shape in root.iter(f"{_SHOWN}sp"):
            kind = next((one.attrib.get("type", "") for one in shape.iter(f"{_SHOWN}ph")), "")
            paragraphs = list(_paragraphs(shape))
            if kind in {"title", "ctrTitle"} and not title:
                title = " ".join(paragraphs)
            elif kind not in {"sldNum", "dt", "ftr"}:
                body += paragraphs
        for table in root.iter(f"{_DRAWING}tbl"):
            body.append(_table(table))
        notes = name.replace("slides/slide", "notesSlides/notesSlide")
        if notes in archive.namelist():
            body += [one for one in _paragraphs(_part(archive, notes)) if not one.isdigit()]
        yield "\n\n".join([f"## {title}" if title else "", *body])


def _part(archive: zipfile.ZipFile, name: str) -> ElementTree.Element:
    with archive.open(name) as packed:
        raw = packed.read(_MAX_BYTES)
    if b"<!ENTITY" in raw:
        raise ValueError("the part defines entities")
    return ElementTree.fromstring(raw)  # noqa: S314


def _paragraphs(element: ElementTree.Element) -> Iterator[str]:
    for paragraph in element.iter(f"{_DRAWING}p"):
        if words := "".join(one.text or "" for one in paragraph.iter(f"{_DRAWING}t")).strip():
            yield words


def _table(table: ElementTree.Element) -> str:
    rows = [
        [" ".join(_paragraphs(cell)).replace("|", "\\|") for cell in row.iter(f"{_DRAWING}tc")]
        for row in table.iter(f"{_DRAWING}tr")
    ]
    lines = [f"| {' | '.join(row)} |" for row in rows if row]
    return "\n".join([*lines[:1], "|" + "---|" * len(rows[0]), *lines[1:]]) if lines else ""
