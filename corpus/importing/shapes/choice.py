"""Which shape reads a page: every shape proposes entries for all of it, the best score wins, and says how sure it is.

A section that the winner leaves unread is read by the shape that fits it best, if one fits well.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from corpus.importing.draft import ParseResult, joined
from corpus.importing.formats.document import Document, Kind
from corpus.importing.meaning.meta import Meta
from corpus.importing.meaning.vocabulary import says_glossary
from corpus.importing.report import Recognition, SkippedItem
from corpus.importing.shapes import asked, definitions, headings, lead_ins, lines, page_entry, pasted_page, tables
from corpus.importing.shapes.page_entry import PageReading
from corpus.importing.shapes.proposal import Candidate, Proposal
from corpus.importing.shapes.scoring import coverage, evidence, is_about_project, says_so, score
from corpus.importing.to_entry import to_entries
from corpus.native_format.page import Page

SHAPES: tuple[Callable[[Document], Iterator[Proposal]], ...] = (
    headings.propose,
    definitions.propose,
    lead_ins.propose,
    lines.propose,
    tables.propose,
    asked.propose,
)
ACCEPTED = 0.45
"""Scores below this are no glossary."""

_SECTION_SCORE = 0.6
_MIN_TERMS = 3
_SURELY_A_LIST = 0.8
_MIN_SURE_TERMS = 2
_SURE_EVIDENCE = 0.84


def read(document: Document, is_beside_entries: bool = False) -> ParseResult:
    """Return the entries of a page as its best shape reads it, with how sure that is."""
    whole = pasted_page.read(document)
    page = whole or page_entry.read(document, is_beside_entries)
    shape = pasted_page.SHAPE if whole else page_entry.SHAPE
    ranked = ranking(document) if not is_project_page(document) else []
    best_score, best = ranked[0] if ranked else (0.0, None)
    if best is None or not _beats_page(best_score, best, page, document):
        sections = [] if page.result.entries else list(_said_sections(document))
        if sections:
            return joined(read(section) + ParseResult(notes=(_only(section),)) for section in sections)
        count = len(page.result.entries)
        whole_page = Recognition(document.path, shape, count, round(page.confidence, 2))
        return page.result + ParseResult(recognitions=(whole_page,) if count else ())
    best = _completed(best, document)
    drafts = [one.draft for one in sorted(best.candidates, key=lambda one: (one.draft.line, one.first))]
    result = to_entries(drafts, Page(document.path, document.text))
    seen = Recognition(document.path, best.shape, len(result.entries), round(min(best_score, 1.0), 2), best.unused)
    return joined((result, ParseResult(recognitions=(seen,), notes=_notes(best, document))))


def ranking(document: Document) -> list[tuple[float, Proposal]]:
    """Return the proposals of all shapes with their scores, the best first; of equal ones that with more entries."""
    found = [
        (score(one, document), one)
        for propose in SHAPES
        for one in propose(document)
        if len(one.candidates) >= _MIN_TERMS
        or (len(one.candidates) == _MIN_SURE_TERMS and evidence(one, document) > _SURE_EVIDENCE)
    ]
    return sorted(found, key=lambda pair: (-round(pair[0], 2), -len(pair[1].candidates)))


def _beats_page(points: float, best: Proposal, page: PageReading, document: Document) -> bool:
    """Return whether a page is read as a list of terms rather than as the entry of one."""
    if points < ACCEPTED or (is_about_project(document) and best.shape != definitions.SHAPE):
        return False
    refused = page_entry.special(document, document.title)
    if refused and (refused.kind == "draft" or points < _SURELY_A_LIST):
        return False
    # A page of one term has lists and tables in it; a list of terms seldom has front matter that makes it an entry.
    is_entry = bool(page.result.entries or page.result.redirects) and not says_so(document)
    return points > (page.confidence if is_entry else 0.0)


def _completed(best: Proposal, document: Document) -> Proposal:
    """Return the proposal with what other shapes see in the sections that it leaves unread."""
    more: list[Candidate] = []
    used = {number for one in best.candidates for number in range(one.first, one.last + 1)}
    for start, end in _sections(document):
        if used & set(range(start, end)):
            continue
        section = replace(document, blocks=document.blocks[start:end])
        ranked = ranking(section)
        if ranked and ranked[0][0] >= _SECTION_SCORE:
            more += (replace(one, first=one.first + start, last=one.last + start) for one in ranked[0][1].candidates)
    return replace(best, candidates=(*best.candidates, *more)) if more else best


def _sections(document: Document) -> Iterable[tuple[int, int]]:
    """Return (first block, block after it) of each part of the page below a heading of the highest rank that cuts it."""
    ranks = [block.rank for block in document.blocks if block.kind is Kind.HEADING]
    rank = min((one for one in set(ranks) if ranks.count(one) > 1), default=0)
    starts = [
        number for number, block in enumerate(document.blocks) if block.kind is Kind.HEADING and block.rank <= rank
    ]
    return zip(starts, [*starts[1:], len(document.blocks)], strict=True) if rank else ()


def _said_sections(document: Document) -> Iterator[Document]:
    """Yield the part of a page of another kind that calls itself a glossary and can be read as one."""
    for start, block in enumerate(document.blocks):
        if block.kind is not Kind.HEADING or not says_glossary(block.text) or not start > 0:
            continue
        rest = document.blocks[start + 1 :]
        end = next((n for n, one in enumerate(rest) if one.kind is Kind.HEADING and one.rank <= block.rank), len(rest))
        section = replace(document, blocks=(block, *rest[:end]), text="", meta=Meta(), line=block.line)
        ranked = ranking(section)
        if ranked and ranked[0][0] >= ACCEPTED:
            yield section


def _only(section: Document) -> SkippedItem:
    return SkippedItem(section.path, section.line, f'note: only the section "{section.title}" was read')


def is_project_page(document: Document) -> bool:
    """Return whether headings say that this is a project's front page, and none of them its title says glossary."""
    headings = [block.text for block in document.blocks if block.kind is Kind.HEADING]
    return not says_so(document) and page_entry.has_project_heading(headings)


def _notes(best: Proposal, document: Document) -> tuple[SkippedItem, ...]:
    """Return what a person should know about a page that was not read as a whole."""
    share = coverage(best, document)
    if share > 0.7:
        return ()
    reason = (
        f"note: about {round((1 - share) * 100)} % of the page's text is no part of its {len(best.candidates)} entries"
    )
    return (SkippedItem(document.path, document.line, reason),)
