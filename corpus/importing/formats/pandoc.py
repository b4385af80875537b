"""Formats that pandoc reads (Word, OpenDocument, EPUB, RTF, LaTeX text, DocBook, Textile, Jupyter, …) -> document, by HTML.

Pandoc runs as a process of its own with bounded time and memory, and in its sandbox, where it opens no other file.
"""

import re
import subprocess

from corpus.errors import MalformedEntry
from corpus.importing.formats import html
from corpus.importing.formats.document import Document
from corpus.importing.formats.extra import needed
from corpus.native_format.page import Page

_READERS = {
    ".docx": "docx", ".odt": "odt", ".epub": "epub", ".rtf": "rtf", ".ipynb": "ipynb", ".tex": "latex", ".ltx": "latex",
    ".xml": "docbook", ".dbk": "docbook", ".docbook": "docbook", ".textile": "textile", ".opml": "opml", ".t2t": "t2t",
    ".fb2": "fb2", ".muse": "muse", ".typ": "typst", ".man": "man", ".creole": "creole", ".dokuwiki": "dokuwiki",
    ".tsv": "tsv", ".org": "org", ".mediawiki": "mediawiki", ".wiki": "mediawiki", ".adoc": "asciidoc",
}  # fmt: skip
ENDINGS = "docx odt epub rtf ipynb docbook dbk textile opml t2t fb2 muse typ creole dokuwiki"
BINARY = "docx odt epub"
MAX_S = 30.0
MAX_MEMORY_BYTES = 4 * 1024**3
_MAX_HTML = 20_000_000


def read(page: Page) -> Document:
    """Return a page as a document. Raises MalformedEntry when pandoc is not there, breaks off or takes too long."""
    raw = page.raw or page.text.encode()
    source = _html(raw, _READERS.get(page.suffix, "markdown"), page)
    # The line of a term is looked for in the source, which an archive does not have.
    return html.from_html(source, page, has_lines=not page.raw)


def is_installed() -> bool:
    """Return whether pandoc came with the extra `import`."""
    try:
        needed("pypandoc", Page("x", ""))
    except MalformedEntry:
        return False
    return True


def _html(raw: bytes, reader: str, page: Page) -> str:
    command = [
        str(needed("pypandoc", page).get_pandoc_path()), "--sandbox", "--from", reader, "--to", "html5", "--mathjax",
        "--wrap=none", "+RTS", f"-M{MAX_MEMORY_BYTES // 1024**2}m", "-RTS",
    ]  # fmt: skip
    try:
        done = subprocess.run(command, input=raw, capture_output=True, timeout=MAX_S, check=False)  # noqa: S603 - no shell
    except subprocess.TimeoutExpired as error:
        problem = f"Reading it takes longer than {MAX_S:.0f} seconds."
        raise MalformedEntry(problem, file=page.path, repair="Split the file.") from error
    except OSError as error:
        repair = "Run: pip install 'study-group-tutor[import]'"
        raise MalformedEntry("Pandoc cannot be started.", file=page.path, repair=repair) from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        reason = re.sub(r"\s+", " ", said[-1])[:200] if said else f"status {done.returncode}"
        problem = f"Pandoc cannot read this as {reader} ({reason})."
        raise MalformedEntry(problem, file=page.path, repair="Check the file, or save it in another format.")
    return done.stdout[:_MAX_HTML].decode(errors="replace")
