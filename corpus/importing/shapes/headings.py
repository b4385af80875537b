"""A heading per term: for each rank of headings, the names are its headings and the texts what stands below them."""

from collections.abc import Iterator, Sequence

from corpus.importing.formats.document import Block, Document, Kind
from corpus.importing.meaning.names import alike
from corpus.importing.meaning.vocabulary import field_of
from corpus.importing.shapes.lead_ins import led_in
from corpus.importing.shapes.proposal import Candidate, Proposal, candidate, categories

SHAPE = "a heading per term"
_FIRST_IS_GROUP = frozenset({Kind.HEADING, Kind.TABLE, Kind.LIST, Kind.DEFINITIONS})


def propose(document: Document) -> Iterator[Proposal]:
    """Yield a proposal for each rank of which the page has at least two headings."""
    ranks = [block.rank for block in document.blocks if block.kind is Kind.HEADING]
    for rank in sorted(set(ranks)):
        if ranks.count(rank) > 1:
            yield Proposal(SHAPE, tuple(_candidates(document, rank)), 0.4)


def _candidates(document: Document, rank: int) -> Iterator[Candidate]:
    blocks = document.blocks
    above = _groups_above(document, categories(document), rank)
    starts = [number for number, block in enumerate(blocks) if block.kind is Kind.HEADING and block.rank <= rank]
    for at, end in zip(starts, [*starts[1:], len(blocks)], strict=True):
        if blocks[at].rank != rank or (len(blocks[at].text) == 1 and blocks[at].text.isalpha()):
            continue
        inner = blocks[at + 1 : end]
        pieces = [f"{'#' * one.rank} {one.text}" if one.kind is Kind.HEADING else one.text for one in inner]
        is_prose = bool(inner) and inner[0].kind not in _FIRST_IS_GROUP and not _leads_to_others(blocks[at], inner)
        group = above[at]
        yield candidate((blocks[at].text,), "\n\n".join(pieces), blocks[at].line, (at, end - 1), group, is_prose)


def _leads_to_others(heading: Block, inner: Sequence[Block]) -> bool:
    """Return whether the text below a heading begins with another name and its text: "**Blob:** …" below Data."""
    found = led_in(inner[0].text) if inner[0].kind is Kind.PARAGRAPH else None
    if not found or alike(found[0][0], heading.text) or field_of(found[0][0]) is not None:
        return False
    # "**Cross-site scripting** is an attack" below XSS says what the heading means.
    return not found[1].startswith(found[0][0])


def _groups_above(document: Document, groups: list[str], rank: int) -> list[str]:
    """Return for each block the group that the nearest heading of a higher rank above it names."""
    above, current = [], ""
    for number, block in enumerate(document.blocks):
        above.append(current)
        if block.kind is Kind.HEADING and block.rank < rank:
            current = groups[number]
    return above
