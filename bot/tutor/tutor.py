"""The answering engine: a question in, events out. The whole story in one place.

Knows no Discord, no terminal, no environment and no database. Deciding is plan.py's, wording is authored.py's, and
what no author wrote is written.py's.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from time import perf_counter
from typing import TYPE_CHECKING

from bot.tutor import glossary_answer as authored
from bot.tutor import routing as plan
from bot.tutor.context_selection import material
from bot.tutor.dialogue import Answer, Question, Turn
from bot.tutor.errors import GenerationError, ModelBusy, Replaced
from bot.tutor.events import Event, Finished, Found
from bot.tutor.follow_ups import leading_on
from corpus.entry import Entry, Level, slug_of
from index.followup_rewrite import in_context
from index.hot_reload import LiveIndex
from index.per_server import Shelves
from index.search import SearchIndex, SearchResult

if TYPE_CHECKING:
    from bot.tutor.generated_answer import Draft, Writer
    from bot.tutor.prompt import Task

log = logging.getLogger(__name__)

MOST_SEE_ALSO = 8

BUSY = "Many people are asking just now, so these are the glossary's own words."
FAILED = "The model could not write this answer just now, so these are the glossary's own words."
UNFOUNDED = "What the model wrote did not hold against the glossary, so these are the glossary's own words."
UNANSWERED = "The glossary does not answer just this; here is what it says about {terms}."


@dataclass(frozen=True, slots=True)
class _Work:
    """What the model is to write, and what is said otherwise."""

    task: "Task"
    otherwise: Answer


class Tutor:
    """Answers questions from one index, taking up what is built or changed between two questions.

    With Shelves, a guild's own entries lie over it for those who ask there, and for nobody else.
    """

    def __init__(
        self, index: LiveIndex | Shelves, default_level: Level = Level.PLAIN, writer: "Writer | None" = None
    ) -> None:
        self._index = index
        self._default_level = default_level
        self._writer = writer

    def over(self, index: LiveIndex | Shelves) -> "Tutor":
        """The same tutor over another index."""
        return Tutor(index, self._default_level, self._writer)

    async def ask(self, question: Question) -> AsyncGenerator[Event, None]:
        """Found; Waiting, Text and Revised while a model writes; then Finished with the answer.

        Closing the iterator frees the model at once. Raises Replaced when the same person asked something newer.
        """
        started = perf_counter()
        index = await self._index.opened(question.asker.guild)
        writes = bool(self._writer and question.may_write)
        # Searching takes milliseconds, and a hundred askers at once would hold up the event loop for a second.
        prepared = await asyncio.to_thread(_prepare, index, question, self._default_level, writes)
        searched = perf_counter()
        answer = prepared.otherwise if isinstance(prepared, _Work) else prepared
        yield Found(answer.terms, isinstance(prepared, _Work))
        if isinstance(prepared, _Work) and self._writer:
            async with aclosing(_write(self._writer, prepared, question, index)) as events:
                async for event in events:
                    if isinstance(event, Answer):
                        answer = event
                    else:
                        yield event
        timings = {"search": searched - started, "total": perf_counter() - started}
        yield Finished(replace(answer, timings_ms={name: round(1000 * took, 2) for name, took in timings.items()}))


async def _write(
    writer: "Writer", work: _Work, question: Question, index: SearchIndex
) -> AsyncGenerator[Event | Answer, None]:
    """The events of writing, and the answer as the last: the written one where it stands, else the authored one."""
    from bot.tutor.generated_answer import Draft  # what checks sentences takes a tenth of a second to load

    try:
        async with aclosing(writer.write(work.task, question.asker, index.embedder.embed)) as events:
            async for event in events:
                if isinstance(event, Draft):
                    yield await asyncio.to_thread(_settled, writer, work, event, question, index)
                else:
                    yield event
    except Replaced:
        raise
    except ModelBusy:
        yield replace(work.otherwise, note=BUSY)
    except GenerationError as error:
        log.warning("the model did not write an answer: %s", error)
        yield replace(work.otherwise, note=FAILED)


def _settled(writer: "Writer", work: _Work, draft: "Draft", question: Question, index: SearchIndex) -> Answer:
    from bot.tutor import generated_answer as written

    if draft.grounded.refusal:
        return replace(work.otherwise, note=UNANSWERED.format(terms=" and ".join(work.otherwise.terms)))
    if not draft.grounded.stands:
        return replace(work.otherwise, note=UNFOUNDED)
    made = written.answer(work.task, draft, work.otherwise, writer.model)
    follow_ups = leading_on(question, made, draft.questions, lambda text: index.search(text, 1).answerable)
    return replace(made, follow_ups=follow_ups)


def _prepare(index: SearchIndex, question: Question, default_level: Level, writes: bool) -> Answer | _Work:
    question = replace(question, history=tuple(_known(index, turn) for turn in question.history))
    level = plan.level_of(question, question.usual or default_level)
    meant, decided, result = _plan(index, question, level)
    answer = _say(index, question, decided, level)
    to_write = plan.written(meant, decided, result) if writes else None
    return _Work(_task(index, question, to_write, result), answer) if to_write else answer


def _plan(
    index: SearchIndex, question: Question, level: Level
) -> tuple[Question, plan.Plan, SearchResult | None]:  # fmt: skip
    """The question as it is meant, how the entries answer it, and what was found for it, None when nothing was sought."""
    named = index.terms.named(question.text)
    if found := plan.without_search(question, named, level):
        return question, found, None
    # The plan reads the text that was searched for: the places of the names that were found are places in it.
    meant = replace(question, text=in_context(question.text, question.terms, named))
    result = index.search(meant.text, level=level)
    return meant, plan.plan(meant, result, level), result


def _task(index: SearchIndex, question: Question, wanted: plan.Written, result: SearchResult | None) -> "Task":
    from bot.tutor.prompt import Task

    own = [index.passages(slug) for slug in wanted.slugs]
    found = [hit.passage for hit in result.hits] if result else []
    passages = wanted.passages or material(own, found, wanted.level)
    history = question.history[:-1] if wanted.kind is plan.Kind.LEVEL_CHANGE else question.history
    return Task(wanted.about, wanted.kind, wanted.level, passages, question.role, question.audience, history)


def _known(index: SearchIndex, turn: Turn) -> Turn:
    """The turn without terms that the glossary has lost since."""
    return replace(turn, terms=tuple(term for term in turn.terms if slug_of(term) in index.slugs_named(term)))


def _say(index: SearchIndex, question: Question, decided: plan.Plan, level: Level) -> Answer:
    match decided:
        case plan.Authored(slug=slug, level=chosen, lead=lead, lead_section=first):
            entry = index.entry(slug)
            return authored.explanation(question, entry, chosen, _see_also(index, [entry]), lead, first)
        case plan.Compare(slugs=slugs, level=chosen):
            entries = [index.entry(slug) for slug in slugs]
            return authored.comparison(question, entries, chosen, _see_also(index, entries))
        case plan.Senses(name=name, slugs=slugs):
            senses = index.senses(name)
            return authored.choice(question, [(index.entry(slug), senses.get(slug)) for slug in slugs], level)
        case plan.SmallTalk():
            return authored.greeting(question, level, [index.term(slug) for slug in index.some()])
        case plan.Declined(nearest=nearest):
            offered = nearest or index.terms.closest(question.text)
            return authored.declined(question, level, [index.term(slug) for slug in offered])


def _see_also(index: SearchIndex, entries: Sequence[Entry]) -> list[str]:
    """The related terms that have an entry, by the entry's own name for itself, without those already told."""
    told = {entry.slug for entry in entries}
    slugs = [slug for entry in entries for name in entry.related for slug in index.slugs_named(name)[:1]]
    return [index.term(slug) for slug in dict.fromkeys(slugs) if slug not in told][:MOST_SEE_ALSO]
