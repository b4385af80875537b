"""From a question to a finished card: shows what comes as it comes, and never leaves a card without an ending.

Knows no Discord: it draws on a LiveCard and keeps what was said.
"""

import asyncio
import logging
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

from bot.discord_app.answers.conversation import Desk, as_kept, new_id, slug_shown, unanswered
from bot.discord_app.cards import answer_card as card
from bot.discord_app.cards import texts as words
from bot.discord_app.cards.streaming_message import Coming, Gone, LiveCard
from bot.state.values import Kept, Place
from bot.tutor.dialogue import Answer, Question
from bot.tutor.errors import Replaced, TutorError
from bot.tutor.events import Event, Finished, Found, Revised, Text, Waiting

log = logging.getLogger(__name__)

KEEP_S = 2.0
"""How long an answer waits for the memory; then it goes out without being kept."""

TO_ANSWER = 0.6
"""The part of the time before a shutdown in which answers may still come; the rest is for saying that they stopped."""


@dataclass(slots=True)
class _Job:
    """One answer that is being given: what was asked, where it is shown, and what came so far."""

    id: str
    question: Question
    user: int
    place: Place
    live: LiveCard
    public: bool
    terms: tuple[str, ...] = ()
    text: str = ""
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    """When it was asked: what was asked before somebody was forgotten is not kept after it."""

    def kept(self, answer: Answer | None, finished: bool = True) -> Kept:
        given = answer or unanswered(self.question, self.terms)
        return Kept(self.id, self.place, self.user, as_kept(self.question), given, finished=finished, at=self.at)

    def after(self, event: Event) -> Coming | None:
        """What is to be seen after an event; None for no change."""
        match event:
            case Found(terms=terms, to_write=to_write):
                self.terms = terms
                # An authored answer is there at once: nothing is shown before it.
                return card.growing(terms, "", self.id) if to_write else None
            case Waiting(position=position):
                return card.waiting(self.terms, words.waiting(position), self.id)
            case Text(text=text):
                self.text += text
            case Revised(text=text):
                self.text = text
            case _:
                return None
        return partial(card.growing, self.terms, self.text, self.id)


@dataclass(slots=True)
class Replies:
    """The answers that are being given now, by id: what a Stop button stops, and what a shutdown has to end."""

    desk: Desk
    running: dict[str, asyncio.Task[Answer]] = field(default_factory=dict)
    stopped: set[str] = field(default_factory=set)
    leaving: bool = False
    _open: set[asyncio.Task[Kept | None]] = field(default_factory=set)

    async def give(
        self, question: Question, user: int, place: Place, live: LiveCard, *, public: bool = True, answer_id: str = ""
    ) -> Kept | None:
        """Answers on this card; the kept answer, or None when it ended otherwise. Ends the card in every case.

        An id that is being answered already is left to who came first.
        """
        job = _Job(answer_id or new_id(), question, user, place, live, public)
        if job.id in self.running:
            return None
        # Answering can be stopped; ending the card is a task of its own that nobody's cancellation breaks off.
        answering = asyncio.create_task(self._answer(job))
        self.running[job.id] = answering
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
        answering = self.running.get(answer_id)
        if answering is None or not answering.cancel():
            return False
        self.stopped.add(answer_id)
        return True

    async def finish(self, within_s: float) -> None:
        """Lets running answers end; those that do not in time say that they stopped. New ones say so at once."""
        self.leaving = True
        if self._open:
            await asyncio.wait(self._open, timeout=TO_ANSWER * within_s)
        for answering in self.running.values():
            answering.cancel()
        if self._open:
            await asyncio.wait(self._open, timeout=(1 - TO_ANSWER) * within_s)

    async def _answer(self, job: _Job) -> Answer:
        async with aclosing(self.desk.tutor.ask(job.question)) as events:
            async for event in events:
                if isinstance(event, Finished):
                    return event.answer
                if job.live.gone.is_set():
                    raise Gone
                if coming := job.after(event):
                    job.live.show(coming)
                if isinstance(event, Found) and event.to_write:
                    # Kept before it is there, so that a Retry knows what was asked, even after a crash.
                    await self._keep(job.kept(None, finished=False))
        raise AssertionError("every question ends with Finished or a TutorError")

    async def _end(self, job: _Job, answering: asyncio.Task[Answer]) -> Kept | None:
        try:
            outcome = await self._outcome(job.id, answering)
            answer = outcome if isinstance(outcome, Answer) else None
            kept = job.kept(answer)
            await self._keep(kept)
            try:
                await job.live.finish(_last(job, outcome))
            except Gone:
                log.info("an answer found its place gone")
            except Exception:
                log.exception("the last card could not be drawn")
                await _say(job.live, card.failed(words.BROKEN, job.id))
            return kept if answer else None
        finally:
            self.running.pop(job.id, None)
            self.stopped.discard(job.id)

    async def _outcome(self, answer_id: str, answering: asyncio.Task[Answer]) -> Answer | str:
        """The answer, or the sentence that says why there is none."""
        try:
            return await answering
        except (asyncio.CancelledError, Gone):
            return self._why_ended(answer_id)
        except Replaced:
            return words.REPLACED
        except TutorError as problem:
            return str(problem)
        except Exception:
            log.exception("an answer failed")
            return words.BROKEN

    def _why_ended(self, answer_id: str) -> str:
        if answer_id in self.stopped:
            return words.STOPPED
        return words.LEAVING if self.leaving else words.INTERRUPTED

    async def _keep(self, kept: Kept) -> None:
        """Keeps an answer; a memory that fails or hangs holds nobody's answer up."""
        try:
            async with asyncio.timeout(KEEP_S):
                await self.desk.keep(kept)
        except Exception:
            log.exception("an answer was not kept")


def _last(job: _Job, outcome: Answer | str) -> card.Card:
    if isinstance(outcome, str):
        return card.failed(outcome, job.id)
    return card.answered(outcome, job.id, slug_shown(outcome), public=job.public)


async def _say(live: LiveCard, shown: card.Card) -> None:
    """Shows a card where something has gone wrong already."""
    try:
        await live.finish(shown)
    except Exception:
        log.exception("a card was left without its ending")
