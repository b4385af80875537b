"""A heading per term: for each rank of headings, the names are its headings and the texts what stands below them."""

from collections.abc import Iterator

from corpus.importing.formats.document import Document, Kind
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
    blocks, groups = document.blocks, categories(document)
    starts = [number for number, block in enumerate(blocks) if block.kind is Kind.HEADING and block.rank <= rank]
    for at, end in zip(starts, [*starts[1:], len(blocks)], strict=True):
        if blocks[at].rank != rank or (len(blocks[at].text) == 1 and blocks[at].text.isalpha()):
            continue
        inner = blocks[at + 1 : end]
        pieces = [f"{'#' * one.rank} {one.text}" if one.kind is Kind.HEADING else one.text for one in inner]
        is_prose = bool(inner) and inner[0].kind not in _FIRST_IS_GROUP
        group = next((groups[number] for number in range(at - 1, -1, -1) if _above(document, number, rank)), "")
        yield candidate((blocks[at].text,), "\n\n".join(pieces), blocks[at].line, (at, end - 1), group, is_prose)


def _above(document: Document, number: int, rank: int) -> bool:
    block = document.blocks[number]
    return block.kind is Kind.HEADING and block.rank < rank
