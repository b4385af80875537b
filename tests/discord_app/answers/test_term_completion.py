"""Choices while somebody types: prefix, then inside, then spelling."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.discord_app.answers.term_completion import Choice, TermCompleter
from bot.discord_app.limits import MAX_CHOICE_NAME, MAX_CHOICES, size
from corpus.load import ENTRIES, load

TERMS = {
    "overfitting": ("overfit",),
    "underfitting": (),
    "gradient descent": ("steepest descent",),
    "stochastic gradient descent": ("SGD",),
    "descent direction": (),
    "k-means clustering": ("k-means",),
    "naïve Bayes": ("naive Bayes classifier",),
    "C++": (),
}


def names(terms: dict[str, tuple[str, ...]]) -> TermCompleter:
    return TermCompleter((name, term) for term, others in terms.items() for name in (term, *others))


@pytest.fixture(scope="module")
def few() -> TermCompleter:
    return names(TERMS)


def terms(found: list[Choice]) -> list[str]:
    return [one.term for one in found]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("over", ["overfitting"]),
        ("OVERFITTING", ["overfitting"]),
        ("descent", ["descent direction", "gradient descent", "stochastic gradient descent"]),
        ("gradient", ["gradient descent", "stochastic gradient descent"]),
        ("K Means", ["k-means clustering"]),
        ("naive", ["naïve Bayes"]),
        ("c++", ["C++"]),
        ("overfiting", ["overfitting"]),
        ("gradeint", ["gradient descent"]),
        ("stocastic", ["stochastic gradient descent"]),
        ("zzzz", []),
        ("qx", []),
    ],
)
def test_prefix_comes_before_inside_before_spelling(few: TermCompleter, typed: str, first: list[str]) -> None:
    assert terms(few.matching(typed))[: len(first) or None] == first


def test_another_name_is_shown_with_its_term(few: TermCompleter) -> None:
    assert few.matching("sgd")[0] == Choice("SGD → stochastic gradient descent", "stochastic gradient descent")
    assert few.matching("overfit")[0] == Choice("overfit → overfitting", "overfitting")  # typed in full


def test_a_term_comes_under_its_own_name_while_both_begin_so(few: TermCompleter) -> None:
    assert few.matching("overf")[0] == Choice("overfitting", "overfitting")
    assert terms(few.matching("k")) == ["k-means clustering"]


def test_who_has_typed_nothing_sees_terms_from_all_over_the_alphabet() -> None:
    many = names({f"{letter}{n}": () for letter in "abcdefghijklmnopqrstuvwxyz" for n in range(20)})
    found = terms(many.matching("  "))
    assert len(found) == MAX_CHOICES
    assert len({one[0] for one in found}) >= 24
    assert terms(names({"one": (), "two": ()}).matching("")) == ["one", "two"]
    assert TermCompleter([]).matching("") == TermCompleter([]).matching("a") == []


def test_many_names_of_few_terms_do_not_hide_the_others() -> None:
    crowded = names({"alpha": tuple(f"net {n}" for n in range(60)), "a net": ()})
    assert terms(crowded.matching("net")) == ["alpha", "a net"]


def test_a_term_that_discord_cannot_carry_is_left_out_and_a_long_other_name_gives_way() -> None:
    long = names({"x" * 101: ("short",), "term": ("y" * 99,), "😀" * 51: ()})
    assert terms(long.matching("")) == ["term"]
    assert long.matching("short") == []
    assert long.matching("yyyy") == [Choice("term", "term")]


@settings(deadline=None, max_examples=40)
@given(
    st.dictionaries(st.text(max_size=120), st.lists(st.text(max_size=120), max_size=3).map(tuple), max_size=20),
    st.text(),
)
def test_choices_always_fit_discord(made: dict[str, tuple[str, ...]], typed: str) -> None:
    found = names(made).matching(typed)
    assert len(found) <= MAX_CHOICES
    assert len(set(terms(found))) == len(found)
    assert all(0 < size(one.name) <= MAX_CHOICE_NAME and 0 < size(one.term) <= MAX_CHOICE_NAME for one in found)
    assert set(terms(found)) <= made.keys()


@pytest.mark.slow
def test_every_name_of_the_glossary_leads_to_its_term_when_it_is_typed_in_full() -> None:
    entries = list(load(ENTRIES))
    every = TermCompleter((name, one.term) for one in entries for name in one.names)
    for one in entries[::3]:
        assert [every.matching(name)[0].term for name in one.names] == [one.term] * len(one.names)
