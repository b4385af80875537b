"""Sentences, words, formulas and links of Markdown prose."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.text import formulas, links, sentences, unlinked, words


@given(st.text())
def test_sentences_joined_are_the_text(text: str) -> None:
    assert "".join(sentences(text)) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three?", ["One. ", "Two! ", "Three?"]),
        ("It is 0.5. Then it is not.", ["It is 0.5. ", "Then it is not."]),
        ("See e.g. Smith et al. for more. End.", ["See e.g. Smith et al. for more. ", "End."]),
        ("J. Smith wrote it. Good.", ["J. Smith wrote it. ", "Good."]),
        ("With $f(x) = 1. A$ inside. Next.", ["With $f(x) = 1. A$ inside. ", "Next."]),
        ("Call `model.eval(). Now` first. Then.", ["Call `model.eval(). Now` first. ", "Then."]),
        ("A:\n\n$$x.\\ Y$$\n\nso it is", ["A:\n\n", "$$x.\\ Y$$\n\n", "so it is"]),
        ("“Really?” She nodded.", ["“Really?” ", "She nodded."]),
        ("", []),
    ],
)
def test_sentences_are_cut_where_a_reader_would(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


def test_formulas_are_found_and_money_is_not() -> None:
    assert formulas("$$a$$ and $b_1$ cost \\$5 and $5 or $6") == ["a", "b_1"]


def test_links_are_words_to_a_reader() -> None:
    assert unlinked("a [neural network](neural-network.md) learns") == "a neural network learns"
    assert links("[x](y.md)") == [("x", "y.md")]


def test_a_formula_counts_as_one_word() -> None:
    assert len(words("the loss $L = \\sum_i l_i$ of `model.fit(x, y)` is non-negative")) == 7
