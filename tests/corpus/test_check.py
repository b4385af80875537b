"""Each editorial rule, broken once: the finding names file, line and what is wrong."""

from dataclasses import replace

import pytest

from corpus.check import check
from corpus.entry import Entry, Faq, Origin, Section, Sense, Source
from corpus.glossary import Glossary
from corpus.undefined_terms import undefined_terms

_LINES = tuple(
    (name, n)
    for n, name in enumerate(["term", "aliases", "eli5", "plain", "student", "related", "prerequisites", "checks"], 2)
)


def _text(word: str, count: int) -> str:
    """`count` short words in sentences of five, the first of them telling."""
    return " ".join(f"{word} sees a red dog." for _ in range(count // 5))


def good(term: str, **fields: object) -> Entry:
    """An entry that breaks no rule, alone in a glossary with "cats", "dogs" and "birds"."""
    others = [one for one in ("cats", "dogs", "birds") if one != term]
    made = Entry(
        term=term,
        aliases=(f"{term}s",),
        category="Machine learning",
        summary=_text(f"{term}0", 10),
        eli5=_text(f"{term}1", 60),
        plain=_text(f"{term}2", 80),
        student=_text(f"{term}3", 120),
        practitioner=_text(f"{term}4", 120),
        expert=_text(f"{term}5", 120),
        example="Two cats.",
        why_it_matters="It does.",
        faq=(Faq("Why?", "Because."), Faq("How?", "So.")),
        follow_ups=("A?", "B?", "C?"),
        related=(*others[:2], "fish"),
        sources=(Source("Book."),),
        origin=Origin(f"{term}.md", _LINES),
    )
    return replace(made, **fields)


def _glossary(**fields: object) -> list[Entry]:
    return [
        good("fish", related=("cats", "dogs", "birds")),
        good("cats", **fields),
        good("dogs"),
        good("birds", related=("cats", "dogs", "fish")),
    ]


def test_a_good_glossary_has_no_finding() -> None:
    assert check(_glossary()) == []


@pytest.mark.parametrize(
    ("fields", "line", "says"),
    [
        ({"plain": ""}, 5, "Plain is missing"),
        ({"aliases": ()}, 2, "no alias"),
        ({"category": ""}, 1, "no category"),
        ({"student": "Far too short."}, 6, "Student has 3 words instead of 100 to 180"),
        ({"related": ("dogs", "birds")}, 7, "2 related instead of 3 to 8"),
        ({"related": ("dogs", "birds", "wolf")}, 7, '"wolf" in related is no entry'),
        ({"prerequisites": ("cats",)}, 8, "this entry itself"),
        ({"eli5": "Considerable extrapolation predominates everywhere. " * 12}, 4, "reading grade"),
        ({"student": _text("cats3", 115) + " It is $\\frac{1}{$ here."}, 6, "cannot be read"),
        ({"checks": ("1 + 1 == 3",)}, 9, "does not hold"),
        ({"checks": ("__import__('os')",)}, 9, "cannot be computed"),
        ({"plain": _text("it", 75) + " See [it](nowhere.md) there now."}, 5, "leads nowhere"),
        ({"student": _text("dogs3", 120)}, 6, "stands also in"),
        ({"senses": (Sense("pets", "animals"),)}, 1, "No other entry shares"),
    ],
)  # fmt: skip
def test_each_rule_says_where_and_what(fields: dict[str, object], line: int, says: str) -> None:
    findings = [str(one) for one in check(_glossary(**fields))]
    assert any(says in one and (one.startswith(f"cats.md:{line}:") or "dogs.md" in one) for one in findings), findings


def test_a_circle_of_prerequisites_is_a_finding() -> None:
    entries = [
        good("fish", related=("cats", "dogs", "birds")),
        good("cats", prerequisites=("dogs",)),
        good("dogs", prerequisites=("cats",)),
    ]
    assert any(
        "in a circle" in one.problem for one in check([*entries, good("birds", related=("cats", "dogs", "fish"))])
    )


def test_an_opening_may_be_shared_by_two_texts_and_no_more() -> None:
    entries = [good(f"term{n}", plain=f"Every single morning people number{n} " + _text(f"x{n}", 75)) for n in range(3)]
    assert not any("texts open with" in one.problem for one in check(entries[:2]))
    assert any('3 plain texts open with "every single morning people"' in one.problem for one in check(entries))


def test_clashing_names_come_alone() -> None:
    findings = check([good("cats"), good("dogs", aliases=("cats",))])
    assert ["already names" in one.problem for one in findings] == [True]


@pytest.mark.parametrize(
    ("text", "undefined"),
    [
        ("The hyperplane moves.", ["hyperplane"]),
        ("Two hyperplanes move and a hyperplane stays.", ["hyperplanes"]),
        ("A [hyperplane](hyperplane.md) and again the hyperplane.", []),
        ("A hyperplane, the flat cut between two groups, moves.", []),
        ("This is called a hyperplane and moves.", []),
        ("A hyperplane is a flat cut.", []),
        ("The model is in training.", []),
    ],
)
def test_jargon_is_what_is_neither_linked_nor_told_in_place(text: str, undefined: list[str]) -> None:
    entry = Entry(term="margin", plain=text)
    glossary = Glossary([entry, Entry(term="hyperplane"), Entry(term="model"), Entry(term="training")])
    assert list(undefined_terms(entry, Section.PLAIN, glossary)) == undefined


def test_an_acronym_is_jargon_only_as_it_is_written() -> None:
    entry = Entry(term="margin", plain="They play darts and then run DARTS.")
    glossary = Glossary([entry, Entry(term="architecture search", aliases=("DARTS",))])
    assert list(undefined_terms(entry, Section.PLAIN, glossary)) == ["DARTS"]


def test_eli5_has_no_jargon_even_when_it_is_told_in_place() -> None:
    entry = Entry(term="margin", eli5="A hyperplane, which is a flat cut.")
    assert list(undefined_terms(entry, Section.ELI5, Glossary([entry, Entry(term="hyperplane")]))) == ["hyperplane"]
