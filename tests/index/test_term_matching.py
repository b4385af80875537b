"""Which names a question holds: a table of what people type."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.term_matching import Match, Name, Terms, bases, corrected, words

NAMES = {
    "overfitting": ("overfitting", "overfit"),
    "k-means-clustering": ("k means clustering", "k means"),
    "backpropagation": ("backpropagation",),
    "l1-regularization": ("l1 regularization", "l1"),
    "l2-regularization": ("l2 regularization", "l2"),
    "gradient-descent": ("gradient descent",),
    "stochastic-gradient-descent": ("stochastic gradient descent", "sgd"),
    "token": ("token",),
    "stationarity": ("stationarity", "differencing"),
    "embedding": ("embedding",),
    "a-star-search": ("a* search",),
    "c-plus-plus": ("c++",),
}
TERMS = Terms(
    [Name(name, (slug,), everyday=name == "token") for slug, names in NAMES.items() for name in names]
    + [Name("bias", ("bias-term", "estimator-bias"))]
)


def found(question: str) -> list[tuple[str, Match]]:
    return [(one.slugs[0], one.match) for one in TERMS.named(question)]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What is overfitting?", [("overfitting", Match.EXACT)]),
        ("my model overfits", [("overfitting", Match.INFLECTED)]),
        ("it overfitted badly", [("overfitting", Match.INFLECTED)]),
        ("whats the diff btw l1 n l2", [("l1-regularization", Match.EXACT), ("l2-regularization", Match.EXACT)]),
        ("k-means vs kmeans", [("k-means-clustering", Match.EXACT)] * 2),
        ("back propagation", [("backpropagation", Match.EXACT)]),
        ("back-propagation!", [("backpropagation", Match.EXACT)]),
        ("stochastic gradient descent", [("stochastic-gradient-descent", Match.EXACT)]),
        ("gradeint decent", [("gradient-descent", Match.TYPO)]),
        ("embeddings", [("embedding", Match.INFLECTED)]),
        ("what do they embed", []),
        ("difference between l1 and l2", [("l1-regularization", Match.EXACT), ("l2-regularization", Match.EXACT)]),
        ("A* search in C++", [("a-star-search", Match.EXACT), ("c-plus-plus", Match.EXACT)]),
        ("how do I cook rice", []),
        ("", []),
        ("?!", []),
    ],
)
def test_names_in_questions(question: str, expected: list[tuple[str, Match]]) -> None:
    assert found(question) == expected


def test_a_shared_name_has_all_its_entries() -> None:
    assert TERMS.named("what is bias")[0].slugs == ("bias-term", "estimator-bias")


def test_a_mistyped_name_is_spelled_right_for_the_search() -> None:
    assert corrected("Gradeint decent, why?", TERMS.named("Gradeint decent, why?")) == "gradient descent why"
    assert corrected("Overfitting, why?", TERMS.named("Overfitting, why?")) == "Overfitting, why?"


def test_everyday_words_are_marked() -> None:
    assert [one.name.everyday for one in TERMS.named("a token for overfitting")] == [True, False]


def test_the_closest_names_are_offered_whatever_is_typed() -> None:
    assert TERMS.closest("gradient descend", 2) == ["gradient-descent", "stochastic-gradient-descent"]
    assert len(TERMS.closest("xyzzy", 3)) == 3


@given(st.text())
def test_any_question_can_be_read_and_names_never_overlap(question: str) -> None:
    spans = [(one.start, one.end) for one in TERMS.named(question)]
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))
    assert all(0 <= start < end <= len(words(question)) for start, end in spans)


@pytest.mark.parametrize(
    ("word", "base"),
    [
        ("networks", "network"),
        ("losses", "loss"),
        ("entropies", "entropy"),
        ("pruned", "prune"),
        ("overfitting", "overfit"),
        ("bias", "bias"),
    ],
)
def test_inflected_words_lead_to_their_base(word: str, base: str) -> None:
    assert base in bases(word)
