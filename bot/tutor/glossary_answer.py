"""The entry's own words as an answer: at a level, with sections and citations. Pure; invents nothing.

Every sentence here that is about the subject is an author's; what is ours are headings and the words of declining.
"""

import re
from collections.abc import Sequence

from bot.tutor.dialogue import Answer, Citation, Origin, Part, Question
from bot.tutor.follow_ups import asking_for, follow_ups
from corpus.entry import Entry, Level, Section, Sense
from corpus.text import unlinked
from index.passage import Passage

GREETING = (
    "I explain the terms of this glossary at the level you like.{examples} After an answer you can say “simpler please”, "
    "“for an expert”, “why?” or “give me an example”."
)


PARTING = "You're welcome. Ask again whenever you like."

_PARTING = re.compile(
    r"\b(?:thanks?|thx|ty|cheers|bye|goodbye|see you|got it|makes sense|helps?|helped|great|perfect)\b", re.IGNORECASE
)


class _Parts:
    """Collects parts of an answer and numbers what they stand on."""

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self.citations: list[Citation] = []

    def add(self, entry: Entry, section: Section, heading: str = "", text: str = "") -> None:
        text = text or entry.text(section)
        if not text:
            return
        self.citations.append(Citation(len(self.citations) + 1, entry.term, section, entry.origin.file))
        self.parts.append(Part(unlinked(text), heading, len(self.citations)))


def explanation(question: Question, entry: Entry, level: Level, see_also: Sequence[str], lead: Passage | None = None,
                first: Section | None = None) -> Answer:  # fmt: skip
    """One entry at a level: what answers the question most exactly, then the level's text, example, why it matters."""
    given = level.nearest(entry.levels)
    parts = _Parts()
    if lead:
        parts.add(entry, lead.section, lead.heading, _whole(entry, lead))
    if first:
        parts.add(entry, first, first.heading)
    if given:
        parts.add(entry, Section(given.value), entry.term.capitalize() if parts.parts and entry.term.islower() else "")
    else:
        parts.add(entry, Section.SUMMARY)
    for section in (Section.EXAMPLE, Section.WHY_IT_MATTERS):
        if section is not first:
            parts.add(entry, section, section.heading)
    return Answer(
        question=question.text,
        level=level,
        level_given=given,
        origin=Origin.AUTHORED,
        parts=tuple(parts.parts),
        terms=(entry.term,),
        citations=tuple(parts.citations),
        follow_ups=follow_ups(entry, question, see_also),
        see_also=tuple(see_also),
        also_known_as=entry.aliases,
        sources=_sources([entry]),
    )


def comparison(question: Question, entries: Sequence[Entry], level: Level, see_also: Sequence[str]) -> Answer:
    """Entries side by side: what each is, what an author says of the pair, then section by section."""
    parts = _Parts()
    for entry in entries:
        parts.add(entry, Section.SUMMARY, entry.term)
    for entry in entries:
        for faq in entry.faq:
            if any(_mentions(faq.question, other) for other in entries if other is not entry):
                parts.add(entry, Section.FAQ, faq.question, faq.answer)
    levels = [given for entry in entries if (given := level.nearest(entry.levels))]
    for entry in entries:
        if given := level.nearest(entry.levels):
            parts.add(entry, Section(given.value), f"{entry.term}, {given.value}")
    for entry in entries:
        parts.add(entry, Section.EXAMPLE, f"{entry.term}, example")
    asked = tuple(dict.fromkeys(one for entry in entries for one in follow_ups(entry, question, ())[:2]))
    return Answer(
        question=question.text,
        level=level,
        level_given=next((given for given in levels if given is not level), level),
        origin=Origin.AUTHORED,
        parts=tuple(parts.parts),
        terms=tuple(entry.term for entry in entries),
        citations=tuple(parts.citations),
        follow_ups=asked[:4],
        see_also=tuple(see_also),
        sources=_sources(entries),
    )


def choice(question: Question, meanings: Sequence[tuple[Entry, Sense | None]], level: Level) -> Answer:
    """A name with several meanings: each meaning's summary, and a follow-up that asks for it alone."""
    parts = _Parts()
    for entry, sense in meanings:
        parts.add(entry, Section.SUMMARY, f"{entry.term} ({sense.phrase})" if sense else entry.term)
    name = next((sense.name for _, sense in meanings if sense), question.text)
    opening = Part(f"“{name}” has {len(meanings)} meanings in this glossary.")
    return Answer(
        question=question.text,
        level=level,
        level_given=level,
        origin=Origin.AUTHORED,
        parts=(opening, *parts.parts),
        terms=tuple(entry.term for entry, _ in meanings),
        citations=tuple(parts.citations),
        follow_ups=tuple(asking_for(entry.term) for entry, _ in meanings),
    )


def declined(question: Question, level: Level, nearest: Sequence[str]) -> Answer:
    """ "Not in this glossary", with the nearest terms. It cites nothing, because it stands on nothing."""
    offer = f" The nearest terms are {_listed(nearest)}." if nearest else ""
    return Answer(
        question=question.text,
        level=level,
        origin=Origin.DECLINED,
        parts=(Part(f"I found nothing in this glossary that answers this.{offer}"),),
        follow_ups=tuple(asking_for(term) for term in nearest),
        see_also=tuple(nearest),
    )


def greeting(question: Question, level: Level, terms: Sequence[str]) -> Answer:
    """An answer to "hello", with some terms to ask for, and to "thanks" and "bye", which need none."""
    if _PARTING.search(question.text):
        return Answer(question=question.text, level=level, origin=Origin.AUTHORED, parts=(Part(PARTING),))
    examples = f" Ask me, for example, about {_listed(terms)}." if terms else ""
    return Answer(
        question=question.text, level=level, origin=Origin.AUTHORED, parts=(Part(GREETING.format(examples=examples)),)
    )


def _sources(entries: Sequence[Entry]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(source.text for entry in entries for source in entry.sources))


def _whole(entry: Entry, lead: Passage) -> str:
    """A FAQ's answer entire, though the passage may be only a piece of it."""
    return next((faq.answer for faq in entry.faq if faq.question == lead.heading), lead.text)


def _mentions(text: str, entry: Entry) -> bool:
    return any(name.casefold() in text.casefold() for name in entry.names if len(name) > 1)


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
