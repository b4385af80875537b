"""Records -> entries: the rows of a table file, the objects of JSON or YAML, the notes of a deck of flash cards."""

from collections.abc import Sequence
from statistics import mean

from corpus.importing.draft import Draft, ParseResult
from corpus.importing.formats.records import Record
from corpus.importing.meaning.clean import plain
from corpus.importing.meaning.vocabulary import Field, field_of, says_glossary, words_of
from corpus.importing.report import Recognition, SkippedItem
from corpus.importing.shapes.proposal import Candidate
from corpus.importing.shapes.record_entries import drafts_of
from corpus.importing.shapes.scoring import definition_score, headword_score, is_of_program
from corpus.importing.to_entry import to_entries
from corpus.native_format.page import Page

SHAPE = "records"
_TREES = frozenset({".json", ".jsonl", ".ndjson", ".yaml", ".yml"})
_ACCEPTED = 0.45
_ACCEPTED_NAMED = 0.15
"""Where columns are called Term and Definition, hardly anything speaks against their being it."""


def read(records: Sequence[Record], page: Page, shape: str = SHAPE) -> ParseResult:
    """Return the entries of records. Raises MalformedEntry for a column that is asked for and not there."""
    drafts, unused, is_named = drafts_of(records, page.columns, page.path)
    if is_of_program(page.stem) and not page.columns and page.suffix in _TREES:
        reason = "off-topic: its name says that a program needs it; --column term=NAME reads it all the same"
        return ParseResult(skips=(SkippedItem(page.path, 1, reason),))
    if not is_named and page.suffix in _TREES and _is_of_any_program(records) and not says_glossary(page.stem):
        drafts = []
    confidence = score(drafts) * (0.97 if is_named else 0.65)
    if not drafts or confidence < (_ACCEPTED_NAMED if is_named else _ACCEPTED):
        reason = "off-topic: no column or key holds definitions of terms"
        return ParseResult(skips=(SkippedItem(page.path, 1, reason),))
    result = to_entries(drafts, page)
    seen = Recognition(page.path, shape, len(result.entries), round(confidence, 2), unused)
    return result + ParseResult(recognitions=(seen,))


def _is_of_any_program(records: Sequence[Record]) -> bool:
    """Return whether objects are named by a key that all kinds of objects have: {name: Build, run: make all}."""
    keys = {key for one in records[:50] for key in one.values}
    terms = {words_of(key) for key in keys if field_of(key) is Field.TERM}
    return bool(terms) and terms <= {"name", "title", "key"}


def score(drafts: Sequence[Draft]) -> float:
    """Return how plausible the names and texts of records are, from 0 to 1. Rows without a name count nothing."""
    filled = [one for one in drafts if one.title.strip()]
    if not filled:
        return 0.0
    candidates = [Candidate(one, "\n\n".join(one.texts.values()), 0, 0, one.size) for one in filled]
    names = [plain(one.title) for one in filled]
    distinct = 0.3 + 0.7 * len(set(names)) / len(names)
    return mean(map(headword_score, names)) * distinct * mean(map(definition_score, candidates))
