"""Each editorial rule, broken once: the finding names file, line and what is wrong."""

from dataclasses import replace
from pathlib import Path

import pytest

from corpus.check import check
from corpus.check_text import text_findings
from corpus.entry import Entry, Facet, Faq, Figure, Origin, Section, Sense, Source
from corpus.glossary import Glossary
from corpus.undefined_terms import undefined_terms

_PLACES = (
    *("term", "aliases", "eli5", "plain", "student", "related", "prerequisites", "checks", "faq", "facets"),
    *("sources", "reviewed", "figure", "everyday example"),
)
_LINES = tuple((name, line) for line, name in enumerate(_PLACES, 2))


def _text(word: str, count: int) -> str:
    """`count` short words in sentences of five, the first of them telling."""
    return " ".join(f"{word} sees a red dog." for _ in range(count // 5))


def _faq(term: str, *more: Faq, count: int = 8) -> tuple[Faq, ...]:
    return (*(Faq(f"Why {term} number {n}?", "Because.") for n in range(count - len(more))), *more)


def good(term: str, **fields: object) -> Entry:
    """An entry that breaks no rule, alone in a glossary with "cats", "dogs" and "birds"."""
    others = [one for one in ("cats", "dogs", "birds") if one != term]
    made = Entry(
        term=term,
        aliases=(f"the {term}",),
        category="Machine learning",
        summary=_text(f"{term}0", 10),
        eli5=f"All {term} sleep. " + _text(f"{term}1", 60),
        plain=f"Here {term} sleep. " + _text(f"{term}2", 80),
        student=_text(f"{term}3", 120),
        practitioner=_text(f"{term}4", 120),
        expert=_text(f"{term}5", 120),
        everyday_example=_text(f"{term}6", 20),
        example="Two cats.",
        why_it_matters="It does.",
        faq=_faq(term),
        follow_ups=("A?", "B?", "C?"),
        related=(*others[:2], "fish"),
        sources=(Source("Book."),),
        reviewed="2026-11",
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
        ({"student": "Far too short."}, 6, "Student has 3 words instead of 100 to 190"),
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
        ({"eli5": _text("It", 60) + " Now cats."}, 4, "ELI5 does not name the term"),
        ({"plain": _text("It", 80) + " Now cats."}, 5, "Plain does not name the term"),
        ({"aliases": ("felines",)}, 3, 'alias "felines" never occurs'),
        ({"faq": _faq("cats", count=7)}, 10, "7 faq instead of 8 to 11"),
        ({"faq": _faq("cats", count=12)}, 10, "12 faq instead of 8 to 11"),
        ({"faq": _faq("cats", Faq("Why not", "So."))}, 10, "question mark"),
        ({"faq": _faq("cats", Faq("Why not?", _text("so", 85)))}, 10, "has 85 words, over 80"),
        ({"faq": _faq("cats", Faq("Why not?", ""))}, 10, "has no answer"),
        ({"faq": _faq("cats", Faq("Why not?", "Great question! So."))}, 10, "clears its throat"),
        ({"faq": _faq("cats", Faq("Why Cats, number 0?", "So."))}, 10, "stands twice"),
        ({"faq": _faq("cats", Faq("Why not?", "See [it](nowhere.md)."))}, 10, "leads nowhere"),
        ({"facets": (Facet("lynx", "It hunts."),)}, 11, '"lynx" has 1 sentences'),
        ({"facets": (Facet("lynx", "It hunts. " * 6),)}, 11, '"lynx" has 6 sentences'),
        ({"facets": (Facet("the cats", "It hunts. It eats."),)}, 11, "also a name of the entry"),
        ({"sources": (Source("Book.", url="ftp://a.b"),)}, 12, "does not begin with http"),
        ({"sources": (Source("Book.", doi="doi:10.1/2"),)}, 12, "does not begin with 10."),
        ({"reviewed": ""}, 13, "no `reviewed`"),
        ({"figure": Figure("cats.svg")}, 14, "has no alt text"),
        ({"everyday_example": "Too short."}, 15, "Everyday example has 2 words"),
        ({"everyday_example": _text("it", 20) + " It is $x$."}, 15, "has a formula"),
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
    entries = [
        good(f"term{n}", plain=f"Every single morning people number{n} " + f"of term{n} see it. " + _text(f"x{n}", 75))
        for n in range(3)
    ]
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


@pytest.mark.parametrize(
    ("alias", "text"),
    [
        ("K-Means", ""),
        ("kmeans", ""),
        ("k-means algorithm", ""),
        ("LSTM", ""),
        ("LSTMs", ""),
        ("naive clustering", "It is also called naïve clustering."),
        ("clustered naively", "They were clustered, naively."),
    ],
)
def test_an_alias_may_be_a_form_an_abbreviation_or_a_word_of_the_text(alias: str, text: str) -> None:
    term = "long short-term memory" if alias.startswith("LSTM") else "k-means"
    entry = Entry(term=term, aliases=(alias,), student=text, reviewed="2026-11")
    assert [str(finding) for finding in text_findings(entry)] == []


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("cats.svg", None, "is not in figures/"),
        ("../cats.svg", None, "without a folder"),
        ("cats.png", None, "has to be the name of an .svg file"),
        ("cats.svg", "<svg", "is no XML"),
        ("cats.svg", "<html/>", "is no SVG"),
        ("cats.svg", "<!DOCTYPE svg><svg/>", "document type"),
        ("cats.svg", " " * 40_001, "40,001 bytes"),
    ],
)
def test_a_picture_is_there_readable_and_small(tmp_path: Path, name: str, content: str | None, says: str) -> None:
    if content is not None:
        (tmp_path / name).write_text(content)
    findings = [str(finding) for finding in check(_glossary(figure=Figure(name, "Cats.")), figures=tmp_path)]
    assert len(findings) == 1
    assert findings[0].startswith("cats.md:14:")
    assert says in findings[0]


def test_a_good_picture_is_no_finding(tmp_path: Path) -> None:
    (tmp_path / "cats.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    assert check(_glossary(figure=Figure("cats.svg", "Cats.")), figures=tmp_path) == []
