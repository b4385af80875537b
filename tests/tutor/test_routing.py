"""Tables of what people type, and what the plan makes of it. No search, no model: results are written by hand."""

import pytest

from bot.tutor import routing as plan
from bot.tutor.audience import level_asked_in, level_for
from bot.tutor.dialogue import Question, Turn
from bot.tutor.routing import Authored, Compare, Declined, Kind, Senses, SmallTalk
from corpus.entry import Level, Section
from index.passage import Hit, Passage
from index.search import SearchResult
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
    ("text", "kind"),
    [
        ("dropout", Kind.DEFINITION),
        ("What is dropout?", Kind.DEFINITION),
        ("whats dropout", Kind.DEFINITION),
        ("Explain dropout like I'm 5", Kind.DEFINITION),
        ("can you explain overfitting to my manager", Kind.DEFINITION),
        ("define token pls", Kind.DEFINITION),
        ("whats the diff btw l1 n l2", Kind.COMPARISON),
        ("dropout vs batch norm", Kind.COMPARISON),
        ("Is dropout better than L2?", Kind.COMPARISON),
        ("dropout or batch norm?", Kind.COMPARISON),
        ("compare l1 and l2", Kind.COMPARISON),
        ("why is my val loss going up", Kind.WHY),
        ("Why does dropout help against overfitting?", Kind.WHY),
        ("what is the point of dropout", Kind.WHY),
        ("how does dropout work?", Kind.HOW),
        ("so how do I stop overfitting", Kind.HOW),
        ("When should I use dropout?", Kind.WHEN),
        ("give me an example of overfitting", Kind.EXAMPLE),
        ("show me dropout in numbers", Kind.EXAMPLE),
        ("simpler please", Kind.LEVEL_CHANGE),
        ("i don't get it", Kind.LEVEL_CHANGE),
        ("more detail please", Kind.LEVEL_CHANGE),
        ("now explain it to my manager", Kind.LEVEL_CHANGE),
        ("eli5", Kind.LEVEL_CHANGE),
        ("how do I find groups of similar customers", Kind.HOW),
        ("what is the formula for the area of a circle", Kind.DEFINITION),
        ("how do I cook for my kids", Kind.HOW),
        ("thanks!", Kind.SMALL_TALK),
        ("Hello there", Kind.SMALL_TALK),
        ("ok cool, thank you so much", Kind.SMALL_TALK),
        ("dropout in transformers at test time", Kind.OPEN),
    ],
)
def test_kinds(text: str, kind: Kind) -> None:
    assert plan.kind_of(text, named(text)) is kind


@pytest.mark.parametrize(
    ("words", "level"),
    [
        ("Manager without much technical background", Level.PLAIN),
        ("a student without any technical background", Level.PLAIN),
        ("my 5 year old", Level.ELI5),
        ("ML engineer", Level.PRACTITIONER),
        ("PhD student", Level.EXPERT),
        ("first-year student", Level.STUDENT),
        ("expert", Level.EXPERT),
        ("my grandmother", Level.PLAIN),
        ("somebody", None),
        ("", None),
    ],
)
def test_an_audience_has_a_level(words: str, level: Level | None) -> None:
    assert level_for(words) is level


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("explain dropout like im 5", Level.ELI5),
        ("Explain dropout like I’m five", Level.ELI5),
        ("eli5 dropout", Level.ELI5),
        ("explain overfitting to my manager", Level.PLAIN),
        ("what is dropout in simple terms", Level.PLAIN),
        ("explain attention to a researcher", Level.EXPERT),
        ("What is an expert system?", None),
        ("explain dropout to a non-expert", Level.PLAIN),
        ("explain dropout to an 8-year-old", Level.ELI5),
        ("How does routing tokens to experts work in a mixture of experts?", None),
        ("How do you use imitation learning to copy an expert driver?", None),
        ("what is a multi-agent system for engineers", Level.PRACTITIONER),
        ("why is my val loss going up", None),
    ],
)
def test_a_question_may_ask_for_its_level(text: str, level: Level | None) -> None:
    assert level_asked_in(text) is level


@pytest.mark.parametrize(
    ("text", "current", "level"),
    [
        ("simpler please", Level.STUDENT, Level.PLAIN),
        ("simpler please", Level.ELI5, Level.ELI5),
        ("more detail", Level.STUDENT, Level.PRACTITIONER),
        ("deeper", Level.EXPERT, Level.EXPERT),
        ("for my manager", Level.EXPERT, Level.PLAIN),
    ],
)
def test_a_level_change_goes_one_step_or_where_it_is_told(text: str, current: Level, level: Level) -> None:
    assert plan.changed_level(text, current) is level


def test_a_chosen_level_beats_the_words_and_they_beat_the_default() -> None:
    assert plan.level_of(Question("explain dropout like I'm 5", Level.EXPERT), Level.PLAIN) is Level.EXPERT
    assert plan.level_of(Question("explain dropout like I'm 5"), Level.PLAIN) is Level.ELI5
    assert plan.level_of(Question("dropout", audience="an engineer"), Level.PLAIN) is Level.PRACTITIONER
    assert plan.level_of(Question("dropout"), Level.STUDENT) is Level.STUDENT


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("what is dropout?", Authored("dropout", Level.PLAIN)),
        ("what is a token", Authored("token", Level.PLAIN)),
        ("bias", Senses("bias", ("bias-term", "estimator-bias"), Level.PLAIN)),
        ("thanks", SmallTalk()),
        ("droput", None),
        ("how does dropout work", None),
        ("what is dropout at test time", None),
        ("how do I cook rice", None),
    ],
)
def test_names_alone_need_no_search(text: str, expected: plan.Plan | None) -> None:
    assert plan.without_search(Question(text), named(text), Level.PLAIN) == expected


def _result(text: str, *hits: tuple[str, Section, float], confidence: float) -> SearchResult:
    found = tuple(
        Hit(Passage(slug, slug, section, "text", "Why does it work?" if section is Section.FAQ else ""), score, score)
        for slug, section, score in hits
    )
    return SearchResult(found, named(text), confidence)


def _plan(text: str, *hits: tuple[str, Section, float], confidence: float = 0.9) -> plan.Plan:
    return plan.plan(Question(text), _result(text, *hits, confidence=confidence), Level.PLAIN)


def test_a_confident_question_is_answered_from_its_best_entry() -> None:
    assert _plan("how does dropout work", ("dropout", Section.PLAIN, 0.8)) == Authored("dropout", Level.PLAIN)


def test_a_faq_that_asks_the_same_comes_first() -> None:
    made = _plan("how come dropout works", ("dropout", Section.PLAIN, 0.8), ("dropout", Section.FAQ, 0.7))
    assert isinstance(made, Authored)
    assert made.lead is not None
    assert made.lead.section is Section.FAQ


def test_a_comparison_names_its_entries_in_their_order() -> None:
    assert _plan("l2 vs l1?", ("l1", Section.PLAIN, 0.8)) == Compare(("l2", "l1"), Level.PLAIN)


def test_a_shared_name_in_a_comparison_is_the_sense_that_was_found() -> None:
    made = _plan("bias vs overfitting", ("estimator-bias", Section.PLAIN, 0.8), ("bias-term", Section.PLAIN, 0.4))
    assert made == Compare(("estimator-bias", "overfitting"), Level.PLAIN)


def test_why_something_matters_is_answered_by_that_section() -> None:
    made = _plan("why does dropout matter?", ("dropout", Section.PLAIN, 0.8))
    assert made == Authored("dropout", Level.PLAIN, lead_section=Section.WHY_IT_MATTERS)


def test_everyday_words_alone_are_no_comparison() -> None:
    assert isinstance(_plan("token or loss of a wallet", ("token", Section.PLAIN, 0.2), confidence=0.1), Declined)


def test_an_example_comes_first_when_it_is_asked_for() -> None:
    made = _plan("give me an example of overfitting", ("overfitting", Section.PLAIN, 0.8))
    assert made == Authored("overfitting", Level.PLAIN, lead_section=Section.EXAMPLE)


def test_without_confidence_it_declines_with_the_nearest() -> None:
    hits = [
        ("a", Section.PLAIN, 0.2),
        ("a", Section.ELI5, 0.2),
        ("b", Section.PLAIN, 0.1),
        ("c", Section.FAQ, 0.1),
        ("d", Section.FAQ, 0.1),
    ]
    assert _plan("how do I cook rice", *hits, confidence=0.1) == Declined(("a", "b", "c"))
    assert _plan("xyzzy", confidence=0.0) == Declined(())


def test_simpler_tells_the_same_again_one_level_down() -> None:
    asked = Question("simpler please", history=(Turn("what is dropout", ("dropout",), Level.EXPERT),))
    assert plan.without_search(asked, (), Level.PLAIN) == Authored("dropout", Level.PRACTITIONER)
    both = Question(
        "eli5", history=(Turn("l1 or l2", ("L1 regularization", "L2 regularization"), Level.PLAIN), Turn("thanks", ()))
    )
    assert plan.without_search(both, (), Level.PLAIN) == Compare(("l1-regularization", "l2-regularization"), Level.ELI5)
    assert plan.without_search(Question("simpler please"), (), Level.PLAIN) == SmallTalk()
