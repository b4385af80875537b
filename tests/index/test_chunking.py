"""Entries to passages: nothing lost, nothing over the limit, each with its section, level and headword."""

from hashing_embedder import HashingEmbedder
from hypothesis import given
from hypothesis import strategies as st

from corpus.entry import Entry, Faq, Level, Section
from index.chunking import passages, pieces

_COUNT = HashingEmbedder().count_tokens


def _squeezed(text: str) -> str:
    return "".join(text.split())


@given(st.text(), st.integers(1, 50))
def test_pieces_hold_the_whole_text_and_fit(text: str, limit: int) -> None:
    found = list(pieces(text, lambda piece: _COUNT(piece) <= limit))
    assert _squeezed("".join(found)) == _squeezed(text)
    assert all(_COUNT(piece) <= limit for piece in found)


@given(st.text(max_size=300), st.integers(1, 30))
def test_pieces_end_when_nothing_fits(text: str, limit: int) -> None:
    found = list(pieces(text, lambda piece: len(piece.encode()) <= limit - 1))
    assert _squeezed("".join(found)) == _squeezed(text)


def test_sentences_stay_whole_where_they_fit() -> None:
    text = "One two three. Four five six. Seven eight nine."
    assert list(pieces(text, lambda piece: _COUNT(piece) <= 6)) == [
        "One two three. Four five six. ",
        "Seven eight nine.",
    ]


def test_passages_know_where_they_are_from() -> None:
    entry = Entry(term="deep net", plain="Plain [words](x.md).", faq=(Faq("Why?", "So."),))
    plain, faq = passages(entry, _COUNT)
    assert (plain.slug, plain.section, plain.level, plain.text) == (
        "deep-net",
        Section.PLAIN,
        Level.PLAIN,
        "Plain [words](x.md).",
    )
    assert plain.searchable == "deep net: Plain words."
    assert (faq.section, faq.level, faq.heading, faq.searchable) == (Section.FAQ, None, "Why?", "deep net: Why?: So.")


def test_the_headword_counts_towards_the_limit() -> None:
    entry = Entry(term="a b c", plain="One two three four. Five six seven eight.")
    found = passages(entry, _COUNT, max_tokens=8)
    assert [one.text for one in found] == ["One two three four.", "Five six seven eight."]
    assert all(_COUNT(one.searchable) <= 8 for one in found)
