"""The answering engine: a question in, events out. The whole story in one place.

Knows no Discord, no terminal, no environment and no database. Deciding is plan.py's, wording is authored.py's.
"""

from collections.abc import AsyncIterator
from dataclasses import replace
from time import perf_counter

from bot.tutor import authored, plan
from bot.tutor.events import Event, Finished, Found
from bot.tutor.talk import Answer, Question
from corpus.entry import Entry, Level
from index.context import in_context
from index.search import SearchIndex


class Tutor:
    """Answers questions from one index."""

    def __init__(self, index: SearchIndex, default_level: Level = Level.PLAIN) -> None:
        self._index = index
        self._default_level = default_level

    async def ask(self, question: Question) -> AsyncIterator[Event]:
        """Found, then Finished with the answer."""
        started = perf_counter()
        level = plan.level_of(question, self._default_level)
        found = self._plan(question, level)
        searched = perf_counter()
        answer = self._say(question, found, level)
        yield Found(answer.terms)
        timings = {"search": searched - started, "total": perf_counter() - started}
        yield Finished(replace(answer, timings_ms={name: round(1000 * took, 2) for name, took in timings.items()}))

    def _plan(self, question: Question, level: Level) -> plan.Plan:
        named = self._index.terms.named(question.text)
        if found := plan.without_search(question, named, level):
            return found
        meant = in_context(question.text, question.terms, named)
        return plan.plan(question, self._index.search(meant, level=level), level)

    def _say(self, question: Question, decided: plan.Plan, level: Level) -> Answer:
        match decided:
            case plan.Authored(slug=slug, level=chosen, lead=lead, lead_section=first):
                entry = self._entry(slug)
                return authored.explanation(question, entry, chosen, self._see_also(entry), lead, first)
            case plan.Compare(slugs=slugs, level=chosen):
                return authored.comparison(question, [self._entry(slug) for slug in slugs], chosen)
            case plan.Senses(name=name, slugs=slugs):
                phrases = self._index.senses(name)
                return authored.choice(
                    question, name, [(self._entry(slug), phrases.get(slug, "")) for slug in slugs], level
                )
            case plan.SmallTalk():
                return authored.greeting(question, level)
            case plan.Declined(nearest=nearest):
                offered = nearest or self._index.terms.closest(question.text)
                return authored.declined(question, level, [self._index.term(slug) for slug in offered])

    def _entry(self, slug: str) -> Entry:
        return self._index.entry(slug)

    def _see_also(self, entry: Entry) -> list[str]:
        """The related terms that have an entry, by the entry's own name for itself."""
        slugs = [slug for name in entry.related for slug in self._index.slugs_named(name)[:1]]
        return [self._index.term(slug) for slug in dict.fromkeys(slugs) if slug != entry.slug]
