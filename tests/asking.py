"""Asks a tutor and waits for the whole answer, in a loop of its own."""

import asyncio

from bot.cli.chat import finished
from bot.tutor.dialogue import Answer, Question
from bot.tutor.tutor import Tutor


def answer(tutor: Tutor, question: Question) -> Answer:
    """The answer to a question."""
    return asyncio.run(finished(tutor.ask(question)))


def ask(tutor: Tutor, text: str, **fields: object) -> Answer:
    """The answer to a question in a line."""
    return answer(tutor, Question(text, **fields))  # type: ignore[arg-type]
