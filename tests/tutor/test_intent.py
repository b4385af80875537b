"""Tables of what people type, and what is read from it. No search, no model."""

import json
from pathlib import Path

import pytest

from bot.tutor.audience import level_asked_in, level_for
from bot.tutor.dialogue import Question
from bot.tutor.intent import Kind, changed_level, kind_of, level_of
from bot.tutor.several import questions_in
from bot.tutor.wishes import AboutBot, Wish, about_bot, letter_in, topic_in, wish_of
from corpus.entry import Level
from index.term_matching import Name, Named, Terms

EVAL = Path(__file__).parents[1] / "eval"
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
        ("why is my val loss going up", Kind.TROUBLE),
        ("Why does dropout help against overfitting?", Kind.WHY),
        ("what is the point of dropout", Kind.WHY),
        ("how does dropout work?", Kind.HOW),
        ("so how do I stop overfitting", Kind.TROUBLE),
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
    assert kind_of(text, named(text)) is kind


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
    assert changed_level(text, current) is level


def test_a_chosen_level_beats_the_words_and_they_beat_the_default() -> None:
    assert level_of(Question("explain dropout like I'm 5", Level.EXPERT), Level.PLAIN) is Level.EXPERT
    assert level_of(Question("explain dropout like I'm 5"), Level.PLAIN) is Level.ELI5
    assert level_of(Question("dropout", audience="an engineer"), Level.PLAIN) is Level.PRACTITIONER
    assert level_of(Question("dropout"), Level.STUDENT) is Level.STUDENT


def rows(name: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in (EVAL / name).read_text("utf-8").split("\n") if line]


def test_a_formula_wants_the_student_text_unless_a_level_is_named() -> None:
    assert level_of(Question("the formula of dropout"), Level.PLAIN) is Level.STUDENT
    assert level_of(Question("the formula of dropout, on an expert level"), Level.PLAIN) is Level.EXPERT


def test_levels_are_read_as_people_name_them() -> None:
    asked = rows("levels.jsonl")
    wrong = [row["text"] for row in asked if level_asked_in(row["text"]) != row["level"]]
    assert len(wrong) <= 0.03 * len(asked), wrong


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("how many trees do I need in a random forest", Kind.NUMBER),
        ("which optimizer should I use", Kind.CHOICE),
        ("my loss is nan after 3 epochs", Kind.TROUBLE),
        ("model wont converge no matter what i do", Kind.TROUBLE),
        ("RuntimeError: CUDA out of memory", Kind.TROUBLE),
        ("is dropout used at test time?", Kind.YES_NO),
        ("do you know how dropout works?", Kind.HOW),
    ],
)
def test_kinds_that_choose_the_text(text: str, kind: Kind) -> None:
    assert kind_of(text, named(text)) is kind


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        ("how do I cook rice? also what is dropout?", ["how do I cook rice?", "what is dropout?"]),
        ("whats a transformer and what is an rnn", ["whats a transformer", "what is an rnn"]),
        ("what does a reranker do, is it slow, and where does it sit?",
         ["what does a reranker do", "is it slow", "where does it sit?"]),
        ("what is the difference between precision and recall?", ["what is the difference between precision and recall?"]),
        ("when training stalls, what should I do?", ["when training stalls, what should I do?"]),
        ("thanks! what is dropout?", ["thanks! what is dropout?"]),
        ("ValueError: x? and what now?", ["ValueError: x? and what now?"]),
        ("a? what is b? what is c? what is d? what is e? what is f?", None),
    ],
)  # fmt: skip
def test_several_questions_are_several(text: str, questions: list[str] | None) -> None:
    assert len(questions_in(text)) <= 4
    if questions is not None:
        assert questions_in(text) == questions


@pytest.mark.parametrize("row", rows("wishes.jsonl"), ids=lambda row: row["question"])
def test_wishes_and_questions_about_the_bot(row: dict[str, str]) -> None:
    text, wish = row["question"], row["wish"]
    if wish in set(AboutBot):
        assert about_bot(text) is AboutBot(wish)
    elif wish in set(Wish):
        assert wish_of(text) is Wish(wish)
    elif wish in {"thanks", "greeting"}:
        assert kind_of(text, ()) is Kind.SMALL_TALK
    else:
        assert about_bot(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "what model fits small data",
        "how many layers does bert have",
        "examples of overfitting",
        "why does dropout help",
    ],
)
def test_questions_to_the_glossary_are_not_about_the_bot(text: str) -> None:
    assert about_bot(text) is None
    assert wish_of(text) is None


def test_lists_are_asked_for_by_letter_or_topic() -> None:
    assert about_bot("list all terms starting with B") is AboutBot.LIST
    assert letter_in("list all terms starting with B") == "B"
    assert topic_in("list all terms you have on reinforcement learning") == "reinforcement learning"
