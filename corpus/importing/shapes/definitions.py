"""A list of names with their texts: definition lists of any format, abbreviation lists, <details> with a summary."""

from collections.abc import Iterator

from corpus.importing.formats.document import Document, Kind
from corpus.importing.meaning.clean import plain
from corpus.importing.shapes.proposal import Proposal, candidate, categories

SHAPE = "a definition list"


def propose(document: Document) -> Iterator[Proposal]:
    """Yield one proposal with the items of all definition lists of the page."""
    groups = categories(document)
    found = [
        candidate(tuple(map(plain, item.names)), item.text, item.line, (number, number), groups[number])
        for number, block in enumerate(document.blocks)
        if block.kind is Kind.DEFINITIONS
        for item in block.items
        if item.names and item.names[0].strip()
    ]
    if found:
        yield Proposal(SHAPE, tuple(found), 0.9 if len(found) > 1 else 0.6)
