"""The glossary as pages: all of it reachable, each page within Discord's limits."""

from discord_app.card_limits import assert_fits, assert_pings_nobody, controls
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.discord_app.cards.answer_card import Card, Select
from bot.discord_app.cards.browse_card import ON_PAGE, categories, page_of
from index.segment import Headword

words = st.text(max_size=150)
headwords = st.lists(st.builds(Headword, st.just("slug"), st.text(min_size=1, max_size=150), words, words), max_size=60)


def plain(count: int, category: str = "networks") -> list[Headword]:
    return [
        Headword(f"term-{n:03}", f"term {n:03}", category, f"Term number {n} is explained here.") for n in range(count)
    ]


def offered(card: Card) -> list[str]:
    return [option.value for row in card.rows if isinstance(row, Select) for option in row.options]


def test_all_terms_are_reached_by_turning_the_page() -> None:
    terms = plain(60)
    page, seen = 0, []
    for _ in range(3):
        card = page_of(terms[::-1], "", page)
        seen += offered(card)
        page = int(controls(card)["▶"].split(":")[2])
    assert seen == [one.term for one in terms]
    assert offered(page_of(terms, "", page)) == seen[:ON_PAGE]  # and round again
    assert offered(page_of(terms, "", -1)) == seen[2 * ON_PAGE :]


def test_one_page_has_no_buttons_to_turn_it_and_says_how_many_there_are() -> None:
    card = page_of(plain(1), "", 0)
    assert controls(card) == {}
    assert card.headline == "### All terms\n-# 1 term · page 1 of 1"


def test_a_category_is_found_whatever_its_case_and_stays_when_the_page_turns() -> None:
    long = "a category whose name is much longer than any button could carry along with it"
    terms = [*plain(30, long), *plain(3, "Other things")]
    card = page_of(terms, long.upper(), 0)
    assert card.headline.endswith("30 terms · page 1 of 2")
    version, turn, page, category = controls(card)["▶"].split(":", 3)
    assert (version, turn) == ("b1", "turn")
    assert len(offered(page_of(terms, category, int(page)))) == 5


def test_an_unknown_category_is_told_how_to_go_on() -> None:
    assert "`/browse`" in page_of(plain(3), "cooking", 0).body[0].markdown  # type: ignore[union-attr]
    assert page_of([], "", 0).rows == ()


def test_categories_that_begin_so_come_first_then_the_largest() -> None:
    terms = [*plain(3, "deep networks"), *plain(9, "old networks"), *plain(2, "networks"), *plain(5, "")]
    assert categories(terms, "net") == ["networks", "old networks", "deep networks"]
    assert categories(terms, "DEEP") == ["deep networks"]
    assert categories(terms, "") == ["old networks", "deep networks", "networks"]


@settings(deadline=None, max_examples=60)
@given(headwords, st.integers(-5, 5), st.sampled_from(["", "@everyone"]))
def test_every_page_fits_whatever_the_terms_are_called(terms: list[Headword], page: int, category: str) -> None:
    card = page_of(terms, category, page)
    assert_fits(card)
    assert_pings_nobody(card)


def test_the_widest_page_fits() -> None:
    for sign in ("*", "語", "😀", "@everyone ", "[a](https://e.org) "):
        terms = [Headword(str(n), f"{n}{sign * 90}", sign * 60, sign * 300) for n in range(60)]
        assert_fits(page_of(terms, "", 1))
        assert_fits(page_of(terms, sign * 60, 1))
