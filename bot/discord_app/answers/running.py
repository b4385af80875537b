"""From a question to a finished card: shows what comes as it comes, and never leaves a card without an ending.

Knows no Discord: it draws on a StreamingMessage and keeps what was said.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial

from bot.discord_app.answers.conversation import ConversationService, new_id, slug_shown, to_stored, unanswered
from bot.discord_app.answers.glossary_search import GlossarySearch
from bot.discord_app.answers.priority import Priority
from bot.discord_app.cards import answer_card, texts
from bot.discord_app.cards.streaming_message import Gone, NextCard, StreamingMessage
from bot.state.values import Place, StoredAnswer
from bot.tutor.dialogue import Answer, Question
from bot.tutor.errors import Replaced, TutorError
from bot.tutor.events import Event, Finished, Found, Revised, Text, Waiting
from corpus.entry import Level

log = logging.getLogger(__name__)

SAVE_S = 4.0
"""How long an answer waits for the memory."""

TO_ANSWER = 0.6
"""The part of the time before a shutdown in which answers may still come; the rest is for saying that they stopped."""


@dataclass(slots=True)
class _RunningAnswer:
    """One answer that is being given: what was asked, where it is shown, and what came so far."""

    id: str
    question: Question
    user: int
    place: Place
    message_stream: StreamingMessage
    public: bool
    only_this: bool = False
    terms: tuple[str, ...] = ()
    text: str = ""
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    """When it was asked: what was asked before somebody was forgotten is not kept after it."""

    def stored(self, answer: Answer | None, finished: bool = True) -> StoredAnswer:
        given = answer or unanswered(self.question, self.terms)
        return StoredAnswer(
            self.id, self.place, self.user, to_stored(self.question), given, finished=finished, at=self.at
        )

    def after(self, event: Event) -> NextCard | None:
        """Return what is to be seen after an event; None for no change."""
        match event:
            case Found(terms=terms, to_write=to_write):
                self.terms = terms
                # An authored answer is there at once: nothing is shown before it.
                return answer_card.streaming(terms, "", self.id) if to_write else None
            case Waiting(position=position):
                return answer_card.waiting(self.terms, texts.waiting(position), self.id)
            case Text(text=text):
                self.text += text
            case Revised(text=text):
                self.text = text
            case _:
                return None
        return partial(answer_card.streaming, self.terms, self.text, self.id)


@dataclass(slots=True)
class RunningAnswers:
    """The answers that are being given now, by id: what a Stop button stops, and what a shutdown has to end."""

    conversation: ConversationService
    search: GlossarySearch | None = None
    tasks: dict[str, asyncio.Task[Answer]] = field(default_factory=dict)
    stopped: set[str] = field(default_factory=set)
    leaving: bool = False
    priority: Priority = field(default_factory=Priority)
    _open: set[asyncio.Task[StoredAnswer | None]] = field(default_factory=set)

    async def give(
        self,
        question: Question,
        user: int,
        place: Place,
        message_stream: StreamingMessage,
        *,
        public: bool = True,
        answer_id: str = "",
        only_this: bool = False,
    ) -> StoredAnswer | None:
        """Answers on this card; the kept answer, or None when it ended otherwise. Ends the card in every case.

        An id that is being answered already is left to who came first.
        """
        job = _RunningAnswer(answer_id or new_id(), question, user, place, message_stream, public, only_this)
        if job.id in self.tasks:
            return None
        # Responder can be stopped; ending the card is a task of its own that nobody's cancellation breaks off.
        answering = asyncio.create_task(self._answer(job))
        self.tasks[job.id] = answering
        if self.leaving:
            answering.cancel()
        ending = asyncio.create_task(self._end(job, answering))
        self._open.add(ending)
        ending.add_done_callback(self._open.discard)
        try:
            return await asyncio.shield(ending)
        except asyncio.CancelledError:
            answering.cancel()
            await asyncio.wait([ending])
            raise

    def stop(self, answer_id: str) -> bool:
        """Stops an answer, which frees the model; False when it is no longer being given."""
        answering = self.tasks.get(answer_id)
        if answering is None or not answering.cancel():
            return False
        self.stopped.add(answer_id)
        return True

    async def finish(self, within_s: float) -> None:
        """Lets running answers end; those that do not in time say that they stopped. New ones say so at once."""
        self.leaving = True
        if self._open:
            await asyncio.wait(self._open, timeout=TO_ANSWER * within_s)
        for answering in self.tasks.values():
            answering.cancel()
        if self._open:
            await asyncio.wait(self._open, timeout=(1 - TO_ANSWER) * within_s)

    async def _answer(self, job: _RunningAnswer) -> Answer:
        async with aclosing(self.conversation.tutor.ask(job.question)) as events:
            async with self.priority.work():
                first = await anext(events)
            async for event in _behind(first, events):
                if isinstance(event, Finished):
                    return event.answer
                if job.message_stream.gone.is_set():
                    raise Gone
                if coming := job.after(event):
                    job.message_stream.show(coming)
                if isinstance(event, Found) and event.to_write:
                    # Kept before it is there, so that a Retry knows what was asked, even after a crash.
                    await self._save(job.stored(None, finished=False))
        raise AssertionError("every question ends with Finished or a TutorError")

    async def _end(self, job: _RunningAnswer, answering: asyncio.Task[Answer]) -> StoredAnswer | None:
        try:
            outcome = await self._outcome(job.id, answering)
            answer = outcome if isinstance(outcome, Answer) else None
            stored = job.stored(answer, finished=answer is not None)
            await self._save(stored)  # is known at once and written soon: nobody waits for a disk
            try:
                await job.message_stream.finish(await self._last(job, outcome))
            except Gone:
                log.info("an answer found its place gone")
            except Exception:
                log.exception("the last card could not be drawn")
                await _say(job.message_stream, answer_card.failed(texts.BROKEN, job.id))
            await self._bounded(self.conversation.memory.written(job.id))
            return stored if answer else None
        finally:
            self.tasks.pop(job.id, None)
            self.stopped.discard(job.id)

    async def _outcome(self, answer_id: str, answering: asyncio.Task[Answer]) -> Answer | str:
        """Return the answer, or the sentence that says why there is none."""
        try:
            return await answering
        except (asyncio.CancelledError, Gone):
            return self._why_ended(answer_id)
        except Replaced:
            return texts.REPLACED
        except TutorError as problem:
            return str(problem)
        except Exception:
            log.exception("an answer failed")
            return texts.BROKEN

    def _why_ended(self, answer_id: str) -> str:
        if answer_id in self.stopped:
            return texts.STOPPED
        return texts.LEAVING if self.leaving else texts.INTERRUPTED

    async def _last(self, job: _RunningAnswer, outcome: Answer | str) -> answer_card.Card:
        if isinstance(outcome, str):
            return answer_card.failed(outcome, job.id)
        levels = await self.search.levels(outcome, job.place.guild) if self.search else tuple(Level)
        if job.only_this:
            outcome = replace(outcome, parts=outcome.parts[:1], also_known_as=())
        return answer_card.answered(outcome, job.id, slug_shown(outcome), public=job.public, levels=levels)

    async def _save(self, stored: StoredAnswer) -> None:
        await self._bounded(self.conversation.save(stored))

    async def _bounded(self, saving: Awaitable[None]) -> None:
        """Wait for the memory; one that fails or hangs holds nobody's answer up."""
        try:
            async with asyncio.timeout(SAVE_S):
                await saving
        except Exception:
            log.exception("an answer was not kept")


async def _behind(first: Event, events: AsyncGenerator[Event, None]) -> AsyncGenerator[Event, None]:
    yield first
    async for event in events:
        yield event


async def _say(message_stream: StreamingMessage, shown: answer_card.Card) -> None:
    """Shows a card where something has gone wrong already."""
    try:
        await message_stream.finish(shown)
    except Exception:
        log.exception("a card was left without its ending")
