"""Entry -> passages: sections cut at sentences to what the embedder can read at once. Pure; knows no tokenizer but
the counting function it is given.
"""

import re
from collections.abc import Callable, Iterator

from corpus.entry import PROSE, Entry, Section
from corpus.text import sentences
from index.passage import Passage

MAX_TOKENS = 200
"""Longest passage in tokens of the embedder, headword included. all-MiniLM-L6-v2 reads 256 and was trained on 128."""

Counter = Callable[[str], int]


def passages(entry: Entry, count_tokens: Counter, max_tokens: int = MAX_TOKENS) -> list[Passage]:
    """The entry's passages in the order of its sections. No word of a section is lost, none stands in two passages."""
    found: list[Passage] = []
    for section, heading, text in _sections(entry):
        frame = Passage(entry.slug, entry.term, section, "", heading, entry.origin.file)

        def fits(piece: str, frame: Passage = frame) -> bool:
            return count_tokens(_with_text(frame, piece).searchable) <= max_tokens

        found += [_with_text(frame, piece.strip()) for piece in pieces(text, fits)]
    return found


def pieces(text: str, fits: Callable[[str], bool]) -> Iterator[str]:
    """Cuts a text into as few runs of whole sentences as fit; a sentence that does not fit is cut at words, and a
    word that does not fit in halves.
    """
    if len(text) <= 1 or fits(text):  # a single character goes through even when the headword fills the limit
        if text.strip():
            yield text
        return
    run = ""
    for part in _smaller(text):
        if run and not fits(run + part):
            yield from pieces(run, fits)
            run = ""
        run += part
    yield from pieces(run, fits)


def _smaller(text: str) -> list[str]:
    parts = sentences(text)
    if len(parts) == 1:
        parts = re.findall(r"\S+\s*|\s+", text)
    if len(parts) == 1:
        parts = [text[: len(text) // 2], text[len(text) // 2 :]]
    return parts


def _with_text(frame: Passage, text: str) -> Passage:
    return Passage(frame.slug, frame.term, frame.section, text, frame.heading, frame.file)


def _sections(entry: Entry) -> Iterator[tuple[Section, str, str]]:
    for section in PROSE:
        if text := entry.text(section):
            yield section, "", text
    for facet in entry.facets:
        yield Section.FACETS, facet.name, facet.text
    for faq in entry.faq:
        yield Section.FAQ, faq.question, faq.answer
