"""Which level a question is answered at, where several things speak for one."""

import pytest

from bot.tutor.dialogue import Question
from bot.tutor.intent import level_of
from corpus.entry import Level


@pytest.mark.parametrize(
    ("question", "level"),
    [
        (Question("what is the formula of dropout?"), Level.STUDENT),
        (Question("explain the formula of dropout like I'm 5"), Level.ELI5),
        (Question("explain the formula of dropout like I'm 5", Level.EXPERT), Level.EXPERT),
        (Question("what is the formula of dropout?", audience="eli5"), Level.STUDENT),
        (Question("what is dropout?", audience="eli5"), Level.ELI5),
        (Question("what is dropout?"), Level.PLAIN),
    ],
)
def test_a_chosen_level_goes_before_words_and_words_before_a_formula(question: Question, level: Level) -> None:
    assert level_of(question, Level.PLAIN) is level
