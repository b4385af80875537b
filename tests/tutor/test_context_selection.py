"""Which passages a written answer may stand on."""

from bot.tutor.context_selection import select_context
from corpus.entry import Level, Section
from index.passage import Passage


def passages(slug: str) -> list[Passage]:
    sections = [Section.SUMMARY, Section.ELI5, Section.PLAIN, Section.STUDENT, Section.EXAMPLE, Section.FAQ]
    return [Passage(slug, slug, section, f"{slug} {section}") for section in sections]


def texts(found: tuple[Passage, ...]) -> list[str]:
    return [one.text for one in found]


def test_of_one_entry_what_the_search_found_comes_first() -> None:
    own = passages("dropout")
    found = [own[5], own[3], passages("noise")[0]]
    assert texts(select_context([own], found, Level.PLAIN)) == [
        "dropout FAQ" if Section.FAQ == "FAQ" else f"dropout {Section.FAQ}",
        f"dropout {Section.STUDENT}",
        f"dropout {Section.PLAIN}",
        f"noise {Section.SUMMARY}",
    ]


def test_each_of_several_entries_has_its_core_in_turn() -> None:
    own = [passages("l1"), passages("l2")]
    found = [own[0][5], own[0][4], own[0][3]]
    made = texts(select_context(own, found, Level.STUDENT))
    assert made[:4] == [
        f"l1 {Section.STUDENT}",
        f"l2 {Section.STUDENT}",
        f"l1 {Section.SUMMARY}",
        f"l2 {Section.SUMMARY}",
    ]
    assert made[4:] == [f"l1 {Section.FAQ}", f"l1 {Section.EXAMPLE}"]


def test_without_a_search_the_entry_speaks_at_its_level_first() -> None:
    made = texts(select_context([passages("dropout")], [], Level.ELI5))
    assert made[0] == f"dropout {Section.ELI5}"
    assert len(made) == len(set(made)) == 6


def test_a_missing_level_is_replaced_by_the_nearest() -> None:
    own = [one for one in passages("dropout") if one.level is not Level.PLAIN]
    assert texts(select_context([own], [own[0]], Level.PLAIN))[1] == f"dropout {Section.ELI5}"


def test_an_entry_that_is_gone_leaves_the_others() -> None:
    assert texts(select_context([[], passages("l2")], [], Level.PLAIN))[0] == f"l2 {Section.PLAIN}"


def test_of_one_entry_three_hits_come_first_then_its_level_then_the_other_hits_then_other_entries() -> None:
    own, other = passages("dropout"), passages("noise")[0]
    hits = [other, own[5], own[4], own[3], own[1]]
    assert texts(select_context([own], hits, Level.PLAIN)) == [
        f"dropout {Section.FAQ}",
        f"dropout {Section.EXAMPLE}",
        f"dropout {Section.STUDENT}",
        f"dropout {Section.PLAIN}",
        f"dropout {Section.ELI5}",
        f"noise {Section.SUMMARY}",
    ]
