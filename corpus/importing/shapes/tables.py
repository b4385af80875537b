"""Tables with a column of terms and one of texts: all such tables of a page, each with its own columns."""

from collections.abc import Iterator, Sequence

from corpus.importing.formats.document import Document, Kind
from corpus.importing.formats.grid import Row
from corpus.importing.formats.header import with_header
from corpus.importing.formats.records import Record
from corpus.importing.shapes.proposal import Candidate, Proposal, categories
from corpus.importing.shapes.record_entries import drafts_of

SHAPE = "a table"


def propose(document: Document) -> Iterator[Proposal]:
    """Yield one proposal with the rows of every table that has a term and a text in each row."""
    groups = categories(document)
    found: list[Candidate] = []
    unused: dict[str, None] = {}
    named = True
    for number, block in enumerate(document.blocks):
        if block.kind is not Kind.TABLE or len(block.rows) < 2:
            continue
        drafts, left, is_named = drafts_of(
            _records(block.rows, document), document.columns, document.path, groups[number]
        )
        found += (
            Candidate(draft, "\n\n".join(draft.texts.values()), number, number, draft.size + len(draft.title))
            for draft in drafts
        )
        named &= is_named or not drafts
        unused |= dict.fromkeys(left if drafts else ())
    if found:
        yield Proposal(SHAPE, tuple(found), 0.92 if named else 0.6, tuple(unused))


def _records(rows: Sequence[Row], document: Document) -> list[Record]:
    """Return the rows below the header, by the names of the columns; a Markdown table always has a header."""
    return with_header(rows, document.columns, is_sure=document.path.endswith((".md", ".mdx", ".markdown")))
