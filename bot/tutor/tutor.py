"""The answering engine: a question in, events out. The whole story in one place.

Knows no Discord, no terminal, no environment and no database. Deciding is plan.py's, wording is authored.py's.
"""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace
from time import perf_counter

from bot.tutor import authored, plan
from bot.tutor.events import Event, Finished, Found
from bot.tutor.talk import Answer, Question, Turn
from corpus.entry import Entry, Level
from index.context import in_context
from index.live import LiveIndex
from index.search import SearchIndex

MOST_SEE_ALSO = 8


class Tutor:
    """Answers questions from one index, taking up what is built or changed between two questions."""

    def __init__(self, index: LiveIndex, default_level: Level = Level.PLAIN) -> None:
        self._index = index
        self._default_level = default_level

    async def ask(self, question: Question) -> AsyncGenerator[Event, None]:
        """Found, then Finished with the answer."""
        started = perf_counter()
        index = self._index.fresh()
        level = plan.level_of(question, self._default_level)
        decided = _plan(index, question, level)
        searched = perf_counter()
        answer = _say(index, question, decided, level)
        yield Found(answer.terms)
        timings = {"search": searched - started, "total": perf_counter() - started}
        yield Finished(replace(answer, timings_ms={name: round(1000 * took, 2) for name, took in timings.items()}))


def _plan(index: SearchIndex, question: Question, level: Level) -> plan.Plan:
    question = replace(question, history=tuple(_known(index, turn) for turn in question.history))
    named = index.terms.named(question.text)
    if found := plan.without_search(question, named, level):
        return found
    # The plan reads the text that was searched for: the places of the names that were found are places in it.
    meant = replace(question, text=in_context(question.text, question.terms, named))
    return plan.plan(meant, index.search(meant.text, level=level), level)


def _known(index: SearchIndex, turn: Turn) -> Turn:
    """The turn without terms that the glossary has lost since."""
    return replace(turn, terms=tuple(term for term in turn.terms if index.slugs_named(term)))


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
