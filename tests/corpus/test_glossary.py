"""Names to entries, shared names, relations, circles and clashes."""

from itertools import pairwise

import pytest

from corpus.entry import Entry, Level, Origin, Section, Sense, slug_of
from corpus.errors import NameClash
from corpus.glossary import Glossary, clashes, exact, folded


@pytest.mark.parametrize(
    ("term", "slug"),
    [
        ("A* search", "a-star-search"),
        ("k-means++", "k-means-plus-plus"),
        ("C++", "c-plus-plus"),
        ("C#", "c-sharp"),
        ("Bayes’ theorem", "bayes-theorem"),
        ("naïve Bayes", "naive-bayes"),
        ("机器学习", "ji-qi-xue-xi"),
        ("???", "u3f-u3f-u3f"),
        ("==", "u3d-u3d"),
        (".NET", "dot-net"),
    ],
)
def test_slugs_keep_terms_apart(term: str, slug: str) -> None:
    assert slug_of(term) == slug


@pytest.mark.parametrize("typed", ["Drop-Out", "drop out", "DROP_OUT", "dröp–out"])
def test_a_name_is_found_however_it_is_typed(typed: str) -> None:
    glossary = Glossary([Entry(term="dropout", aliases=("drop-out",))])
    assert glossary.find(typed) is glossary["dropout"]


def test_folding_removes_what_people_do_not_mean() -> None:
    assert folded("Bayes’  Theorem") == folded("bayes' theorem") == "bayes theorem"


def test_a_shared_name_belongs_to_nobody_and_lists_its_senses() -> None:
    glossary = Glossary(
        [Entry(term="A", senses=(Sense("LDA", "topics"),)), Entry(term="B", senses=(Sense("lda", "classes"),))]
    )
    assert glossary.find("LDA") is None
    assert [(entry.term, sense.phrase) for entry, sense in glossary.senses("LDA")] == [
        ("A", "topics"),
        ("B", "classes"),
    ]


def test_relations_without_an_entry_are_left_out() -> None:
    glossary = Glossary([Entry(term="a", related=("b", "nothing", "a")), Entry(term="b")])
    assert glossary.related(glossary["a"]) == [glossary["b"]]


def test_a_circle_of_prerequisites_is_shown_in_its_order() -> None:
    glossary = Glossary(
        [Entry(term=x, prerequisites=(y,)) for x, y in (("a", "b"), ("b", "c"), ("c", "a"))] + [Entry(term="d")]
    )
    circle = [entry.term for entry in glossary.prerequisite_circle()]
    assert circle[0] == circle[-1]
    assert all(glossary.prerequisites(glossary.find(x))[0].term == y for x, y in pairwise(circle))


def test_two_owners_of_a_name_are_refused_with_both_files() -> None:
    one = Entry(term="a", aliases=("same",), origin=Origin("a.md", (("aliases", 3),)))
    two = Entry(term="b", aliases=("same",), origin=Origin("b.md", (("aliases", 4),)))
    with pytest.raises(NameClash, match=r'^b\.md:4: "same" already names a \(a\.md\)\.'):
        Glossary([one, two])
    assert len(list(clashes([one, two, Entry(term="a")]))) == 2


@pytest.mark.parametrize(
    ("asked", "there", "given"),
    [
        (Level.EXPERT, [Level.ELI5, Level.STUDENT], Level.STUDENT),
        (Level.STUDENT, [Level.PLAIN, Level.PRACTITIONER], Level.PLAIN),
        (Level.ELI5, [Level.ELI5], Level.ELI5),
        (Level.PLAIN, [], None),
    ],
)
def test_the_nearest_level_is_given_the_simpler_of_two(asked: Level, there: list[Level], given: Level | None) -> None:
    assert asked.nearest(there) is given


def test_sections_know_their_heading_and_level() -> None:
    assert [one.heading for one in (Section.ELI5, Section.WHY_IT_MATTERS, Section.FAQ)] == [
        "ELI5",
        "Why it matters",
        "FAQ",
    ]
    assert Section.EXPERT.level is Level.EXPERT
    assert Section.SUMMARY.level is None


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("权力", "权利"), ("Masse", "Maße"), ("schon", "schön"), ("año", "ano"), ("Operator", "operator"), ("R", "r"),
        (".NET", "net"), ("==", "="), ("C", "C++"), ("ma", "má"),
    ],
)  # fmt: skip
def test_names_that_differ_by_a_sign_are_two_entries(first: str, second: str) -> None:
    glossary = Glossary([Entry(term=second), Entry(term=first)])
    assert len(glossary) == len({entry.slug for entry in glossary}) == 2
    assert [glossary.find(name).term for name in (first, second)] == [first, second]
    assert {entry.slug for entry in Glossary(reversed(list(glossary)))} == {entry.slug for entry in glossary}


def test_a_loose_spelling_finds_an_entry_only_where_one_can_be_meant() -> None:
    glossary = Glossary([Entry(term="año"), Entry(term="ano"), Entry(term="niño")])
    assert glossary.find("ANO") is None
    assert glossary.find("nino") is glossary.find("niño")
    assert exact("n\u0303") == exact("\u00f1")
