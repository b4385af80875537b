"""Answers made of the entries' own words, in the order in which they help: what answers first, the rest folded. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from bot.tutor.answer_selection import MAX_FURTHER, MAX_LEAD, Candidate, excerpt
from bot.tutor.dialogue import Answer, Citation, Origin, Part, Question
from bot.tutor.follow_ups import asking_for, follow_ups
from corpus.entry import Entry, Facet, Level, Section, Sense
from corpus.glossary import folded
from corpus.text import sentences, unlinked
from index.stemming import stems

SIMPLE = frozenset({Level.ELI5, Level.PLAIN})
"""The levels whose readers get the everyday example and no formula."""

NOT_JUST_THIS = "The glossary does not answer just this; here is what it says about {terms}."
NO_OWN_TEXT = "“{name}” has no text of its own in this glossary; it belongs to {term}."
UNKNOWN_SIDE = "This glossary has no entry on {names}."
MAX_SHOWN_CHARACTERS = 1100
"""Of the texts that a selected answer leads with, together; the first is shown whatever its size."""

MAX_ALSO_KNOWN = 3
_OPENING = 2
"""Sentences in which a text has to name its term to count as a definition."""


class _Parts:
    """Collects parts of an answer and numbers what they stand on."""

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self.citations: list[Citation] = []

    def add(
        self, entry: Entry, section: Section, heading: str = "", text: str = "", *, is_folded: bool = False
    ) -> None:
        text = text or entry.text(section)
        if not text:
            return
        self.citations.append(Citation(len(self.citations) + 1, entry.term, section, entry.origin.file))
        self.parts.append(Part(unlinked(text), heading, len(self.citations), is_folded))


def explanation(question: Question, entry: Entry, level: Level, see_also: Sequence[str], name: str = "") -> Answer:
    """Explain one entry at a level, the definition first; example and why it matters are folded.

    `name`: the folded name that was asked for; a facet's leads with the facet.
    """
    facet = _facet(entry, name)
    parts = _Parts()
    note = ""
    if facet:
        parts.add(entry, Section.FACETS, "", _bold_name(facet))
        parts.add(entry, Section.SUMMARY, f"{_title(entry)}, which it belongs to")
    elif name and not _has_text(entry, name):
        note = NO_OWN_TEXT.format(name=name, term=entry.term)
    given = _level_text(parts, entry, level, is_folded=bool(facet))
    _add_folded(parts, entry, given or level)
    return replace(_answer(question, [entry], level, given, parts, see_also), note=note)


def selected(
    question: Question, entries: Mapping[str, Entry], chosen: Sequence[Candidate], level: Level, see_also: Sequence[str],
    *, answers: bool = True,
) -> Answer:  # fmt: skip
    """Lead with the texts that answer, then define the term where it is not plain from them; the rest is folded."""
    parts = _Parts()
    lead = entries[chosen[0].slug]
    length = 0
    for place, candidate in enumerate(chosen):
        entry = entries[candidate.slug]
        text = candidate.text
        if candidate.section not in {Section.FAQ, Section.FACETS}:
            text = excerpt(text, question.text, MAX_FURTHER if place else MAX_LEAD)
        if place and length + len(text) > MAX_SHOWN_CHARACTERS:
            continue
        length += len(text)
        parts.add(entry, candidate.section, _heading(candidate, entry, lead, first=place == 0), text)
    shown = {(part.citation, citation.section) for part, citation in zip(parts.parts, parts.citations, strict=True)}
    if not any(section in {Section.SUMMARY, Section.ELI5} for _, section in shown):
        given_text = _definition_line(lead, level)
        parts.add(lead, Section.SUMMARY, _title(lead), given_text)
    given = level.nearest(lead.levels)
    if given and not any(section.value == given.value for _, section in shown):
        parts.add(lead, Section(given.value), f"{_title(lead)}, {given}", is_folded=True)
    _add_folded(parts, lead, given or level, shown={section for _, section in shown})
    terms = [lead, *(entries[candidate.slug] for candidate in chosen if candidate.slug != lead.slug)]
    answer = _answer(question, [lead], level, given, parts, see_also)
    about = tuple(dict.fromkeys(entry.term for entry in terms if _is_cited(parts, entry)))
    note = "" if answers else NOT_JUST_THIS.format(terms=_listed(about[:1]))
    return replace(answer, terms=about[:1], note=note, answers=answers, also_known_as=())


def section_shown(
    question: Question, entry: Entry, level: Level, section: Section, see_also: Sequence[str], *, defines: bool = False
) -> Answer:
    """Show one section of an entry alone; the nearest one that an author wrote where it is missing.

    `defines`: the line that says what the entry is comes, too, and of a simple example also the one in numbers.
    """
    order = (section, Section.EXAMPLE, Section.EVERYDAY_EXAMPLE, Section.WHY_IT_MATTERS, Section.SUMMARY)
    wanted = next((one for one in order if entry.text(one)), section)
    parts = _Parts()
    parts.add(entry, wanted, "" if wanted is Section.SUMMARY else f"{_title(entry)}: {wanted.heading.lower()}")
    if not parts.parts:
        return explanation(question, entry, level, see_also)
    if defines and wanted is Section.EVERYDAY_EXAMPLE and level is not Level.ELI5 and "$" not in entry.example:
        parts.add(entry, Section.EXAMPLE, "In numbers")
    if defines and wanted is not Section.SUMMARY:
        parts.add(entry, Section.SUMMARY, _title(entry), _definition_line(entry, level))
    return _answer(question, [entry], level, level.nearest(entry.levels) or level, parts, see_also)


def comparison(
    question: Question, sides: Sequence[Entry], names: Sequence[str], level: Level, see_also: Sequence[str],
    unknown: Sequence[str] = (),
) -> Answer:  # fmt: skip
    """Set entries side by side: what an author says of the pair, what each is, then section by section.

    `names`: for each side the folded name that was asked for; a facet's is told by the facet.
    """
    parts = _Parts()
    facets = [_facet(entry, name) for entry, name in zip(sides, [*names, *[""] * len(sides)], strict=False)]
    entries = list(dict.fromkeys(sides))
    pairs = _pair_questions(question, entries, [facet.name for facet in facets if facet])
    for entry, question_text, text in pairs[:1]:
        parts.add(entry, Section.FAQ, question_text, text)
    for entry, facet in zip(sides, facets, strict=True):
        if facet:
            parts.add(entry, Section.FACETS, facet.name, facet.text)
        else:
            parts.add(entry, Section.SUMMARY, _title(entry))
    for entry, question_text, text in pairs[1:2]:
        parts.add(entry, Section.FAQ, question_text, text)
    levels = [given for entry in entries if (given := level.nearest(entry.levels))]
    example = Section.EVERYDAY_EXAMPLE if level in SIMPLE else Section.EXAMPLE
    for section in (Section.WHY_IT_MATTERS, example):
        for entry in entries:
            parts.add(entry, section, f"{_title(entry)}, {section.heading.lower()}", is_folded=True)
    for entry in entries:
        if given := level.nearest(entry.levels):
            parts.add(entry, Section(given.value), f"{_title(entry)}, {given}", is_folded=True)
    asked = tuple(dict.fromkeys(one for entry in entries for one in follow_ups(entry, question, ())[:2]))
    given_level = next((given for given in levels if given is not level), level)
    note = UNKNOWN_SIDE.format(names=" or ".join(f"“{name}”" for name in unknown)) if unknown else ""
    answer = _answer(question, entries, level, given_level, parts, see_also)
    return replace(answer, follow_ups=asked[:4], also_known_as=(), note=note, answers=not unknown)


def choice(question: Question, meanings: Sequence[tuple[Entry, Sense | None]], level: Level) -> Answer:
    """Say what each entry means by a shared name, with a follow-up that asks for each alone."""
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


def declined(question: Question, level: Level, nearest: Sequence[str], language: str = "") -> Answer:
    """Say that nothing stands in this glossary, with the nearest terms. It cites nothing, because it stands on nothing.

    `language`: what the glossary is written in, named when the question seems to be in another one.
    """
    offer = f" The nearest terms are {_listed(nearest)}." if nearest else ""
    told = f" It is written in {language}; ask in {language}, or name a term." if language else ""
    return Answer(
        question=question.text,
        level=level,
        origin=Origin.DECLINED,
        parts=(Part(f"I found nothing in this glossary that answers this.{told}{offer}"),),
        follow_ups=tuple(asking_for(term) for term in nearest),
        see_also=tuple(nearest),
        answers=False,
    )


def said(question: Question, level: Level, text: str) -> Answer:
    """Say one text that stands on no entry: a greeting, something about the bot, what cannot be done."""
    return Answer(question=question.text, level=level, origin=Origin.AUTHORED, parts=(Part(text),))


def together(question: Question, answers: Sequence[Answer], level: Level) -> Answer:
    """Put the answers to several questions of one message onto one card; what was declined is named."""
    parts: list[Part] = []
    citations: list[Citation] = []
    for answer in answers:
        if answer.origin is Origin.DECLINED:
            parts.append(Part(f"The glossary has nothing on “{answer.question}”"))
            continue
        numbers: dict[int, int] = {}
        for part in _first_parts(answer, len(answers)):
            if part.citation and part.citation not in numbers:
                cited = answer.citations[part.citation - 1]
                numbers[part.citation] = len(citations) + 1
                citations.append(replace(cited, n=numbers[part.citation]))
            parts.append(replace(part, citation=numbers.get(part.citation, 0)))
    told = [answer for answer in answers if answer.origin is not Origin.DECLINED]
    terms = tuple(dict.fromkeys(term for answer in told for term in answer.terms))
    follow = tuple(dict.fromkeys(one for answer in told for one in answer.follow_ups[:2]))
    return Answer(
        question=question.text,
        level=level,
        level_given=level,
        origin=Origin.AUTHORED if told else Origin.DECLINED,
        parts=tuple(parts),
        terms=terms,
        citations=tuple(citations),
        follow_ups=follow[:4],
        see_also=tuple(dict.fromkeys(term for answer in told for term in answer.see_also))[:8],
        sources=tuple(dict.fromkeys(source for answer in told for source in answer.sources)),
        answers=all(answer.answers for answer in answers),
    )


def _first_parts(answer: Answer, count: int) -> list[Part]:
    """Return what one of several answers shows: the definition alone, or the first text, cut to a fair share of a card."""
    shown = [part for part in answer.parts if not part.folded]
    sections = {citation.n: citation.section for citation in answer.citations}
    defined = [part for part in shown if sections.get(part.citation) is Section.SUMMARY]
    explains = bool(shown) and sections.get(shown[0].citation) not in {Section.FAQ, Section.FACETS, None}
    if explains and defined and len(shown) <= 2:
        return [replace(defined[0], heading="")]
    room = MAX_SHOWN_CHARACTERS // count
    return [replace(part, text=excerpt(part.text, answer.question, max(room, MAX_LEAD))) for part in shown[:1]]


def _answer(
    question: Question, entries: Sequence[Entry], level: Level, given: Level | None, parts: _Parts, see_also: Sequence[str]
) -> Answer:  # fmt: skip
    return Answer(
        question=question.text,
        level=level,
        level_given=given,
        origin=Origin.AUTHORED,
        parts=tuple(parts.parts),
        terms=tuple(entry.term for entry in entries),
        citations=tuple(parts.citations),
        follow_ups=follow_ups(entries[0], question, see_also),
        see_also=tuple(see_also),
        also_known_as=_synonyms(entries[0]),
        sources=_sources(entries),
    )


def _level_text(parts: _Parts, entry: Entry, level: Level, *, is_folded: bool) -> Level | None:
    """Add the level's text, its definition in bold; return the level that was given."""
    given = level.nearest(entry.levels)
    if not given:
        parts.add(entry, Section.SUMMARY, is_folded=is_folded)
        return None
    text = entry.at(given)
    heading = f"{_title(entry)}, {given}" if is_folded else ""
    if given in SIMPLE and _names_early(entry, text):
        parts.add(entry, Section(given.value), heading, _bold_opening(text), is_folded=is_folded)
        if given is Level.PLAIN and not is_folded:
            parts.add(entry, Section.SUMMARY, "In one sentence")
        return given
    if entry.summary and not is_folded:
        parts.add(entry, Section.SUMMARY, "", _bold(entry.summary))
    parts.add(entry, Section(given.value), heading, is_folded=is_folded)
    return given


def _definition_line(entry: Entry, level: Level) -> str:
    """Return one line that says what the entry is, fit for the level."""
    given = level.nearest(entry.levels)
    if given is Level.ELI5 and _names_early(entry, entry.eli5):
        return sentences(unlinked(entry.eli5))[0].strip()
    return entry.summary


def _add_folded(parts: _Parts, entry: Entry, level: Level, shown: Iterable[Section] = ()) -> None:
    example = Section.EXAMPLE if level not in SIMPLE else Section.EVERYDAY_EXAMPLE
    if level in SIMPLE and not entry.everyday_example and "$" not in entry.example:
        example = Section.EXAMPLE
    for section in (example, Section.WHY_IT_MATTERS):
        if section not in set(shown):
            parts.add(entry, section, section.heading, is_folded=True)


def _heading(candidate: Candidate, entry: Entry, lead: Entry, *, first: bool) -> str:
    """Return what a text stands under: a FAQ's question, a facet's name, or the term where it is another one."""
    if candidate.heading and not candidate.same_question:
        return candidate.heading
    if first or entry is lead:
        return ""
    return _title(entry)


def _facet(entry: Entry, name: str) -> Facet | None:
    """Return the facet with this folded name, also in the singular."""
    wanted = {name, name.removesuffix("s")} if name else set()
    return next((facet for facet in entry.facets if folded(facet.name) in wanted), None)


def _pair_questions(
    question: Question, entries: Sequence[Entry], facets: Sequence[str]
) -> list[tuple[Entry, str, str]]:  # fmt: skip
    """Return the FAQs that speak of several of the entries or facets, those nearest to the question first."""
    asked = set(stems(question.text))
    rated = []
    for entry in entries:
        others = [other for other in entries if other is not entry]
        for faq in entry.faq:
            mentioned = sum(_mentions(faq.question, other) for other in others)
            mentioned += sum(_spoken(name).strip() in _spoken(faq.question) for name in facets)
            if mentioned:
                near = len(asked & set(stems(faq.question)))
                rated.append((-mentioned, -near, entry, faq.question, faq.answer))
    rated.sort(key=lambda row: row[:2])
    return [(entry, heading, text) for _, _, entry, heading, text in rated]


def _names_early(entry: Entry, text: str) -> bool:
    """Return whether the first sentences of a text name the entry."""
    opening = _spoken(" ".join(sentences(unlinked(text))[:_OPENING]))
    return any(_spoken(name).rstrip() in opening for name in entry.names)


def _has_text(entry: Entry, name: str) -> bool:
    """Return whether a name stands for the entry itself: its term, a form of it, or a word that the entry explains."""
    if name == folded(entry.term) or len(name) <= 5:  # abbreviations are spelled out, not mentioned
        return True
    body = " ".join([entry.summary, *(entry.at(level) for level in Level), entry.example, entry.why_it_matters,
                     *(f"{faq.question} {faq.answer}" for faq in entry.faq),
                     *(f"{facet.name} {facet.text}" for facet in entry.facets)])  # fmt: skip
    wanted = set(stems(name))
    return wanted <= set(stems(f"{body} {entry.term}"))


def _bold_opening(text: str) -> str:
    parts = sentences(text)
    return _bold(parts[0].rstrip()) + parts[0][len(parts[0].rstrip()) :] + "".join(parts[1:])


def _bold(text: str) -> str:
    """Return a text in bold; one with Markdown or a formula of its own stays as it is."""
    bare = unlinked(text).strip()
    return f"**{bare}**" if not any(sign in bare for sign in "*_`$\n") else bare


def _bold_name(facet: Facet) -> str:
    """Return a facet's text with its name in bold in front, unless the text begins with it."""
    opening = sentences(facet.text)[0] if facet.text else ""
    return facet.text if folded(facet.name) in folded(opening) else f"**{facet.name}:** {facet.text}"


def _title(entry: Entry) -> str:
    return entry.term.capitalize() if entry.term.islower() else entry.term


def _synonyms(entry: Entry) -> tuple[str, ...]:
    """Return a few true synonyms: no inflections, hyphenations or misspellings of a name that is there already."""
    seen = {_bare(entry.term)}
    kept: list[str] = []
    for alias in entry.aliases:
        bare = _bare(alias)
        if bare in seen or any(bare in other or other in bare for other in seen if min(len(bare), len(other)) > 3):
            continue
        seen.add(bare)
        kept.append(alias)
    return tuple(kept[:MAX_ALSO_KNOWN])


def _bare(name: str) -> str:
    return "".join(stems(name))


def _sources(entries: Sequence[Entry]) -> tuple[str, ...]:
    lines = (f"{source.text} {source.link}".strip() for entry in entries for source in entry.sources)
    return tuple(dict.fromkeys(lines))


def _is_cited(parts: _Parts, entry: Entry) -> bool:
    return any(citation.term == entry.term for citation in parts.citations)


def _mentions(text: str, entry: Entry) -> bool:
    words = _spoken(text)
    names = [_spoken(name) for name in entry.names if len(name) > 1]
    return any(name in words or f"{name.rstrip()}s " in words for name in names)


def _spoken(text: str) -> str:
    """Return a text's words alone, folded, with a space on both sides of each."""
    words = re.findall(r"[^\W_]+[+#*]*", folded(text))
    return f" {' '.join(words)} "


def listed(names: Sequence[str]) -> str:
    """Return names as a person lists them: "a, b and c"."""
    return _listed(names)


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
