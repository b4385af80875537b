"""The glossary that comes with the project: every rule of the checker holds, and its promises in numbers."""

import statistics

import pytest

from corpus.check import check, grade
from corpus.load import ENTRIES, load, read_entries

CATEGORIES = {
    "AI general",
    "Machine learning",
    "Deep learning",
    "Reinforcement learning",
    "LLM & agents",
    "NLP",
    "Computer vision",
    "MLOps & hardware",
    "Ethics & safety",
    "Statistics & maths",
}


@pytest.mark.slow
def test_no_rule_is_broken() -> None:
    entries, errors = read_entries(ENTRIES)
    assert errors == []
    assert list(map(str, check(entries))) == []


def test_the_glossary_is_as_large_as_it_says() -> None:
    glossary = load(ENTRIES)
    assert len(glossary) >= 450
    assert {entry.category for entry in glossary} == CATEGORIES
    for term in ("deep learning", "learning to rank", "DBSCAN", "t-test", "eigenvalue", "experience replay", "padding"):
        assert glossary.find(term), term
    assert len(glossary.senses("bias")) == 3


def test_a_child_can_read_what_is_written_for_one() -> None:
    grades = [grade(entry.eli5) for entry in load(ENTRIES)]
    assert statistics.median(grades) <= 8
    assert sum(one <= 9 for one in grades) >= 0.95 * len(grades)
