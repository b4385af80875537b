"""PDF files -> document, by layout: where a name stands apart (bold, or at the margin of an indented text), it is a term.

A PDF knows no structure, so what comes out is a guess; choice.py and the report treat it as such. Needs pypdf.
"""

import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from corpus.errors import MalformedEntry
from corpus.importing.formats.document import Document
from corpus.importing.formats.extra import needed
from corpus.importing.formats.markdown import blocks
from corpus.importing.meaning.meta import Meta
from corpus.native_format.page import Page

MAX_PAGES = 500
_BOLD = re.compile(r"bold|black|heavy|semibold|demi|-bd\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Run:
    """Words with one font, and where they begin: `x` from the left, `y` from below, both in points."""

    text: str
    x: float
    y: float
    size: float
    is_bold: bool


def read(page: Page) -> Document:
    """Return the text of all pages. Raises MalformedEntry for a file that is locked, broken, or holds only pictures."""
    pypdf = needed("pypdf", page)
    try:
        reader = pypdf.PdfReader(io.BytesIO(page.raw))
        sheets = [_lines(sheet) for sheet in reader.pages[:MAX_PAGES]]
    except Exception as error:  # pypdf meets broken files with errors of many classes
        problem = f"This is no PDF that can be read ({type(error).__name__})."
        raise MalformedEntry(problem, file=page.path, repair="Save it as text or as .docx.") from error
    text = "\n".join(_markdown(_without_furniture(sheets)))
    if len(text) < 20:
        problem = "The PDF holds no text, perhaps only pictures of it."
        raise MalformedEntry(problem, file=page.path, repair="Run a text recognition over it first.")
    return Document(page.path, text, tuple(blocks(text)), Meta(text=text), 1, page.columns, has_lines=False)


def _lines(sheet: Any) -> list[list[_Run]]:
    """Return the lines of a page from top to bottom, each as its runs from left to right."""
    runs: list[_Run] = []

    def visit(text: str, _: Any, matrix: Any, font: Any, size: float) -> None:
        if text.strip():
            name = str((font or {}).get("/BaseFont", ""))
            runs.append(
                _Run(
                    text.replace("\n", " "),
                    float(matrix[4]),
                    round(float(matrix[5]), 1),
                    float(size or 0),
                    bool(_BOLD.search(name)),
                )
            )

    sheet.extract_text(visitor_text=visit)
    lines: list[list[_Run]] = []
    for run in runs:
        if lines and abs(lines[-1][0].y - run.y) < 2:
            lines[-1].append(run)
        else:
            lines.append([run])
    return lines


def _without_furniture(sheets: list[list[list[_Run]]]) -> list[list[_Run]]:
    """Return all lines without page numbers and the headers and footers that most pages repeat."""
    seen = Counter(
        _words(line) for lines in sheets for line in {id(one): one for one in (*lines[:2], *lines[-2:])}.values()
    )
    repeated = {words for words, count in seen.items() if count > max(2, len(sheets) / 2)}
    return [
        line
        for lines in sheets
        for line in lines
        if _words(line) not in repeated and not re.fullmatch(r"\W*(?:page |seite )?\d*\W*", _words(line), re.IGNORECASE)
    ]


def _words(line: list[_Run]) -> str:
    return " ".join("".join(run.text for run in line).split())


def _markdown(lines: list[list[_Run]]) -> Iterator[str]:
    """Yield Markdown lines: large lines are headings, bold heads of lines bold, a gap or a bold head a new paragraph."""
    if not lines:
        return
    usual = Counter(round(run.size) for line in lines for run in line for _ in range(len(run.text))).most_common(1)[0][
        0
    ]
    margin = Counter(round(line[0].x) for line in lines).most_common()
    left = min(x for x, count in margin if count > 1) if any(count > 1 for _, count in margin) else round(lines[0][0].x)
    gaps = sorted(abs(one[0].y - other[0].y) for one, other in pairwise(lines))
    gap = gaps[len(gaps) // 3] if gaps else 12.0
    before: list[_Run] | None = None
    for line in lines:
        head = "".join(run.text for run in line if run.is_bold) if line[0].is_bold else ""
        starts = before is None or abs(before[0].y - line[0].y) > 1.4 * gap or (head and not before[0].is_bold)
        hangs = before is not None and round(line[0].x) == left < round(before[0].x) - 4
        if starts or hangs:
            yield ""
        if round(line[0].size) > usual * 1.15 and len(_words(line)) < 80:
            yield f"## {_words(line)}"
            yield ""
        elif head.strip() and len(head.split()) < 10:
            rest = "".join(run.text for run in line if not run.is_bold)
            yield f"**{' '.join(head.split())}**{_separator(rest)}{rest.lstrip()}".rstrip()
        else:
            yield _words(line)
        before = line


def _separator(rest: str) -> str:
    """Return what goes between a bold name and its text: a colon, unless the text has one or the sentence runs on."""
    runs_on = re.match(r"\s*(?:[-:–—=(.,]|(?:is|are|was|were|means?|refers|ist|sind|est|sont|es|son)\b)", rest)
    return " " if runs_on or not rest.strip() else ": "
