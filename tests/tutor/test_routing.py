"""Which plan a question gets. No search, no model: names, sides and texts are written by hand."""

import pytest

from bot.tutor import routing
from bot.tutor.answer_selection import Candidate
from bot.tutor.comparison import Side
from bot.tutor.dialogue import Question, Turn
from bot.tutor.routing import Compare, Explained, Senses, Shown, SmallTalk
from bot.tutor.wishes import Wish
from corpus.entry import Level, Section
from index.term_matching import Name, Named, Terms

TERMS = Terms(
    [
        Name("dropout", ("dropout",)),
        Name("l1 regularization", ("l1",)),
        Name("l1", ("l1",)),
        Name("l2", ("l2",)),
        Name("overfitting", ("overfitting",)),
        Name("token", ("token",), everyday=True),
        Name("loss", ("loss-function",), everyday=True),
        Name("batch norm", ("batch-normalization",)),
        Name("bias", ("bias-term", "estimator-bias"), everyday=True),
    ]
)


def named(text: str) -> tuple[Named, ...]:
    return tuple(TERMS.named(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("what is dropout?", Explained("dropout", Level.PLAIN, "dropout")),
        ("what is a token", Explained("token", Level.PLAIN, "token")),
        ("bias", Senses("bias", ("bias-term", "estimator-bias"), Level.PLAIN)),
        ("droput", None),
        ("how does dropout work", None),
        ("what is dropout at test time", None),
        ("how do I cook rice", None),
    ],
)
def test_names_alone_need_no_search(text: str, expected: routing.Plan | None) -> None:
    assert routing.by_name(Question(text), named(text), Level.PLAIN) == expected


def side(text: str) -> Side:
    found = TERMS.named(text)
    return Side(text, found[0] if found else None)


def test_a_comparison_names_its_entries_in_their_order() -> None:
    made = routing.by_sides([side("l2"), side("l1")], ("l1",), Level.PLAIN)
    assert made == Compare(("l2", "l1"), Level.PLAIN, (), ("l2", "l1"))


def test_a_side_without_an_entry_is_named() -> None:
    made = routing.by_sides([side("l2"), side("sparkles")], (), Level.PLAIN)
    assert made == Compare(("l2",), Level.PLAIN, ("sparkles",), ("l2",))
    assert routing.by_sides([side("glitter"), side("sparkles")], (), Level.PLAIN) is None


def test_a_shared_name_in_a_comparison_is_the_sense_that_was_found() -> None:
    made = routing.by_sides([side("bias"), side("overfitting")], ("estimator-bias", "bias-term"), Level.PLAIN)
    assert made is not None
    assert made.slugs == ("estimator-bias", "overfitting")


def text_of(score: float, text: str = "text", sure: float = 0.6) -> Candidate:
    return Candidate("dropout", Section.FAQ, "Why?", text, None, score, sure)


def test_the_best_texts_lead_and_those_far_behind_do_not() -> None:
    made = routing.by_candidates([text_of(9, "a"), text_of(8, "b"), text_of(1, "c")], Level.PLAIN)
    assert made is not None
    assert [candidate.text for candidate in made.candidates] == ["a", "b"]
    assert made.answers


def test_a_text_that_was_just_told_does_not_lead_again() -> None:
    made = routing.by_candidates([text_of(9, "a"), text_of(8, "b")], Level.PLAIN, told="a [1]")
    assert made is not None
    assert made.candidates[0].text == "b"


def test_texts_that_hardly_fit_are_said_to_be_only_near() -> None:
    made = routing.by_candidates([text_of(9, sure=0.1)], Level.PLAIN)
    assert made is not None
    assert not made.answers


HISTORY = (Turn("what is dropout", ("dropout",), Level.EXPERT),)


def test_simpler_tells_the_same_again_one_level_down() -> None:
    asked = Question("simpler please", history=HISTORY)
    assert routing.at_another_level(asked, Level.PLAIN) == Explained("dropout", Level.PRACTITIONER)
    after_thanks = Question("simpler please", history=(*HISTORY, Turn("thanks", ())))
    assert routing.at_another_level(after_thanks, Level.PLAIN) == Explained("dropout", Level.PRACTITIONER)
    both = Question(
        "eli5", history=(Turn("l1 or l2", ("L1 regularization", "L2 regularization"), Level.PLAIN), Turn("thanks", ()))
    )
    assert routing.at_another_level(both, Level.PLAIN) == Compare(
        ("l1-regularization", "l2-regularization"), Level.ELI5
    )
    assert routing.at_another_level(Question("simpler please"), Level.PLAIN) == SmallTalk()


@pytest.mark.parametrize(
    ("wish", "plan"),
    [
        (Wish.SHORTER, Shown("dropout", Level.EXPERT, Section.SUMMARY)),
        (Wish.WHY, Shown("dropout", Level.EXPERT, Section.WHY_IT_MATTERS)),
        (Wish.EXAMPLE, Shown("dropout", Level.EXPERT, Section.EXAMPLE)),
        (Wish.AGAIN, Explained("dropout", Level.PRACTITIONER)),
        (Wish.TABLE, routing.CannotDo(Wish.TABLE)),
    ],
)
def test_a_wish_is_done_where_an_author_wrote_for_it(wish: Wish, plan: routing.Plan) -> None:
    assert routing.by_wish(Question("…", history=HISTORY), wish, Level.PLAIN) == plan


def test_a_wish_without_an_answer_before_it_is_none() -> None:
    assert routing.by_wish(Question("shorter"), Wish.SHORTER, Level.PLAIN) is None
