"""The answering engine: a question in, events out. The story of one answer, from top to bottom.

Knows no Discord, no terminal, no environment and no database. How a question is read and answered from the entries is
planning.py's; what no author wrote is generated_answer.py's.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from time import perf_counter
from typing import TYPE_CHECKING

from bot.tutor.about import Commands
from bot.tutor.dialogue import Answer, Question
from bot.tutor.errors import GenerationError, ModelBusy, Replaced
from bot.tutor.events import Event, Finished, Found
from bot.tutor.follow_ups import leading_on
from bot.tutor.planning import Planner, Work
from corpus.entry import Level
from index.hot_reload import LiveIndex
from index.per_server import Shelves
from index.search import SearchIndex

if TYPE_CHECKING:
    from bot.tutor.generated_answer import GeneratedText, Writer

log = logging.getLogger(__name__)

BUSY = "Many people are asking just now, so these are the glossary's own words."
FAILED = "The model could not write this answer just now, so these are the glossary's own words."
UNFOUNDED = "What the model wrote did not hold against the glossary, so these are the glossary's own words."
UNANSWERED = "The glossary does not answer just this; here is what it says about {terms}."


class Tutor:
    """Answers questions from one index, taking up what is built or changed between two questions.

    With Shelves, a guild's own entries lie over it for those who ask there, and for nobody else.
    """

    def __init__(
        self,
        index: LiveIndex | Shelves,
        default_level: Level = Level.PLAIN,
        writer: "Writer | None" = None,
        commands: Commands = Commands(),  # noqa: B008  frozen
    ) -> None:
        self._index = index
        self._default_level = default_level
        self._writer = writer
        self._commands = commands

    def over(self, index: LiveIndex | Shelves) -> "Tutor":
        """Return the same tutor over another index."""
        return Tutor(index, self._default_level, self._writer, self._commands)

    async def ask(self, question: Question) -> AsyncGenerator[Event, None]:
        """Found; Waiting, Text and Revised while a model writes; then Finished with the answer.

        Closing the iterator frees the model at once. Raises Replaced when the same person asked something newer.
        """
        started = perf_counter()
        index = await self._index.opened(question.asker.guild)
        writes = bool(self._writer and question.may_write)
        planner = Planner(index, self._default_level, self._writer.model if self._writer else "", self._commands)
        # Searching takes milliseconds, and a hundred askers at once would hold up the event loop for a second.
        prepared = await asyncio.to_thread(planner.prepare, question, writes=writes)
        searched = perf_counter()
        answer = prepared.fallback if isinstance(prepared, Work) else prepared
        yield Found(answer.terms, isinstance(prepared, Work))
        if isinstance(prepared, Work) and self._writer:
            async with aclosing(_write(self._writer, prepared, question, index)) as events:
                async for event in events:
                    if isinstance(event, Answer):
                        answer = event
                    else:
                        yield event
        timings = {"search": searched - started, "total": perf_counter() - started}
        yield Finished(replace(answer, timings_ms={name: round(1000 * took, 2) for name, took in timings.items()}))


async def _write(
    writer: "Writer", work: Work, question: Question, index: SearchIndex
) -> AsyncGenerator[Event | Answer, None]:
    """Yield the events of writing, and the answer as the last: the generated one where it stands, else the authored one."""
    from bot.tutor.generated_answer import GeneratedText  # what checks sentences takes a tenth of a second to load

    try:
        async with aclosing(writer.write(work.task, question.asker, index.embedder.embed)) as events:
            async for event in events:
                if isinstance(event, GeneratedText):
                    yield await asyncio.to_thread(_settled, writer, work, event, question, index)
                else:
                    yield event
    except Replaced:
        raise
    except ModelBusy:
        yield replace(work.fallback, note=BUSY)
    except GenerationError as error:
        log.warning("the model did not write an answer: %s", error)
        yield replace(work.fallback, note=FAILED)


def _settled(
    writer: "Writer", work: Work, generated: "GeneratedText", question: Question, index: SearchIndex
) -> Answer:
    from bot.tutor.generated_answer import build_answer

    if generated.grounded.refusal:
        note = UNANSWERED.format(terms=" and ".join(work.fallback.terms))
        return replace(work.fallback, note=note, answers=False)
    if not generated.grounded.stands:
        return replace(work.fallback, note=UNFOUNDED)
    made = build_answer(work.task, generated, work.fallback, writer.model)
    follow_ups = leading_on(question, made, generated.questions, lambda text: index.search(text, 1).answerable)
    return replace(made, follow_ups=follow_ups)
