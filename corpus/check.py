"""Editorial rules: what an entry has to be before it is published, each breach with its file and line.

Entries in, findings out. undefined_terms.py holds the one rule that needs all names at once, check_text.py the rules about
the words of one entry, check_figures.py those about its picture, which alone look at the disk.
Rules that need a search engine (does a follow-up find its answer?) are tested where there is one.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import simpleeval
import textstat
from ziamath.zmath import Latex

from corpus.check_figures import figure_findings
from corpus.check_text import text_findings
from corpus.entry import PROSE, Entry, Level, Section
from corpus.finding import Finding, at
from corpus.glossary import Glossary, clashes, folded
from corpus.text import formulas, links, sentences, unlinked, words
from corpus.undefined_terms import undefined_terms

MAX_GRADE = 8.0
"""Flesch-Kincaid grade of an ELI5 text: what a child of about 13 reads with ease."""

LENGTHS: dict[Section, tuple[int, int]] = {
    Section.SUMMARY: (5, 40),
    Section.ELI5: (40, 100),
    Section.PLAIN: (60, 130),
    Section.STUDENT: (100, 190),
    Section.PRACTITIONER: (100, 200),
    Section.EXPERT: (80, 200),
    Section.EVERYDAY_EXAMPLE: (18, 55),
}
"""Fewest and most words; a formula counts as one word."""

COUNTS = {"faq": (8, 11), "follow_ups": (3, 3), "related": (3, 8), "prerequisites": (0, 4), "sources": (1, 9)}
SENTENCE_WORDS = 6
"""Shorter sentences ("It works.") may stand in two entries."""

OPENING_WORDS = 4
OPENING_SHARE = 0.03
"""No opening of so many words in more than this share of a level's texts; two texts may always share one."""


def check(
    entries: Sequence[Entry], progress: Callable[[], None] = lambda: None, figures: Path | None = None
) -> list[Finding]:
    """Return the findings about these entries, by file and line; clashing names come alone.

    Calls `progress` after each entry. `figures` is the folder of their pictures, None to leave those unread.
    """
    found = [Finding(one.file, one.line, f"{one.problem} {one.repair}") for one in clashes(entries)]
    if any(found):
        return sorted(found)  # a glossary with clashing names cannot say what a name means
    glossary = Glossary(entries)
    for entry in glossary:
        found += check_entry(entry, glossary, figures)
        progress()
    found += [*_circle(glossary), *_lonely_senses(glossary), *_openings(glossary), *_shared_sentences(glossary)]
    return sorted(found)


def check_entry(entry: Entry, glossary: Glossary, figures: Path | None = None) -> Iterator[Finding]:
    """The findings about one entry among the others."""
    yield from _missing(entry)
    yield from _sizes(entry)
    yield from _relations(entry, glossary)
    yield from _reading_grade(entry)
    yield from _formulas(entry)
    yield from _numbers(entry)
    yield from text_findings(entry)
    yield from figure_findings(entry, figures)
    for section in (Section.ELI5, Section.PLAIN):
        for term in undefined_terms(entry, section, glossary):
            how = "leave it out" if section is Section.ELI5 else "link it or explain it in place"
            yield at(entry, section, f'"{term}" is a term of the glossary that this text does not explain: {how}.')


def _missing(entry: Entry) -> Iterator[Finding]:
    for section in PROSE:
        if not entry.text(section):
            yield at(entry, section, f"The section {section.heading} is missing.")
    if not entry.aliases:
        yield at(entry, "term", "There is no alias: add the abbreviations, spellings and plurals that people type.")
    if not entry.category:
        yield at(entry, "category", "There is no category.")


def _sizes(entry: Entry) -> Iterator[Finding]:
    for section, (least, most) in LENGTHS.items():
        count = len(words(entry.text(section)))
        if count and not least <= count <= most:
            yield at(entry, section, f"{section.heading} has {count} words instead of {least} to {most}.")
    for name, (least, most) in COUNTS.items():
        count = len(getattr(entry, name))
        if not least <= count <= most:
            key = name.replace("_", "-")
            yield at(entry, key, f"There are {count} {key} instead of {least} to {most}.")


def _relations(entry: Entry, glossary: Glossary) -> Iterator[Finding]:
    for key, names in (("related", entry.related), ("prerequisites", entry.prerequisites)):
        for name in names:
            target = glossary.find(name)
            if target is None:
                yield at(entry, key, f'"{name}" in {key} is no entry.')
            elif target is entry:
                yield at(entry, key, f'"{name}" in {key} is this entry itself.')
    for section, text in _texts(entry):
        for _, link in links(text):
            if not link.startswith(("http://", "https://")) and link.removesuffix(".md") not in glossary:
                yield at(entry, section, f"The link to {link} leads nowhere.")


def _texts(entry: Entry) -> Iterator[tuple[Section, str]]:
    """Return every text with its section, those of facets and FAQ too."""
    yield from ((section, entry.text(section)) for section in PROSE)
    yield from ((Section.FACETS, facet.text) for facet in entry.facets)
    yield from ((Section.FAQ, faq.answer) for faq in entry.faq)


def grade(text: str) -> float:
    """Flesch-Kincaid grade: the school year that reads a text with ease (Kincaid et al. 1975)."""
    return float(textstat.flesch_kincaid_grade(unlinked(text)))


def _reading_grade(entry: Entry) -> Iterator[Finding]:
    if entry.eli5 and (found := grade(entry.eli5)) > MAX_GRADE:
        yield at(entry, Section.ELI5, f"ELI5 has reading grade {found:.1f}, above {MAX_GRADE:.0f}: shorten sentences.")


def _formulas(entry: Entry) -> Iterator[Finding]:
    for section, text in _texts(entry):
        for latex in formulas(text):
            try:
                Latex(latex)
            except Exception as error:  # its parser raises whatever it stumbles over
                yield at(entry, section, f"The formula ${latex}$ cannot be read ({type(error).__name__}).")


def _numbers(entry: Entry) -> Iterator[Finding]:
    for claim in entry.checks:
        try:
            holds = _calculator().eval(claim)
        except Exception as error:  # an author's slip may raise anything that arithmetic can
            yield at(entry, "checks", f"The check {claim} cannot be computed ({error}).")
            continue
        if holds is not True:
            yield at(entry, "checks", f"The check {claim} does not hold.")


def _calculator() -> simpleeval.EvalWithCompoundTypes:
    """Arithmetic without access to anything else: entries may come from strangers."""
    names = ("sqrt", "exp", "log", "log2", "log10", "comb", "factorial", "erf", "sin", "cos", "tanh")
    functions = {name: getattr(math, name) for name in names}
    plain = {one.__name__: one for one in (round, sum, len, abs, min, max, sorted, range)}
    return simpleeval.EvalWithCompoundTypes(functions=functions | plain, names={"e": math.e, "pi": math.pi})


def _circle(glossary: Glossary) -> Iterator[Finding]:
    if circle := glossary.prerequisite_circle():
        path = " → ".join(entry.term for entry in circle)
        yield at(circle[0], "prerequisites", f"Prerequisites run in a circle: {path}.")


def _lonely_senses(glossary: Glossary) -> Iterator[Finding]:
    for entry in glossary:
        for sense in entry.senses:
            if len(glossary.senses(sense.name)) < 2:
                yield at(entry, "disambiguation", f'No other entry shares the name "{sense.name}": make it an alias.')
            if owner := glossary.find(sense.name):
                yield at(entry, "disambiguation", f'"{sense.name}" is shared and yet names {owner.term} alone.')


def opening(text: str) -> str:
    """The first words of a text, folded: what readers notice when many texts start alike."""
    return " ".join(folded(word) for word in unlinked(text).split()[:OPENING_WORDS])


def _openings(glossary: Glossary) -> Iterator[Finding]:
    for level in Level:
        owners: dict[str, list[Entry]] = defaultdict(list)
        for entry in glossary:
            if entry.at(level):
                owners[opening(entry.at(level))].append(entry)
        allowed = max(2, OPENING_SHARE * len(glossary))
        for start, entries in owners.items():
            if len(entries) > allowed:
                yield at(
                    entries[0], level, f'{len(entries)} {level} texts open with "{start}", more than {allowed:.0f}.'
                )


def _shared_sentences(glossary: Glossary) -> Iterator[Finding]:
    owners: dict[str, tuple[Entry, str]] = {}
    for entry in glossary:
        for section, sentence in _all_sentences(entry):
            other, place = owners.setdefault(sentence, (entry, section))
            if (other, place) != (entry, section):
                yield at(entry, section, f'The sentence "{sentence[:60]}…" stands also in {other.term}, {place}.')


def _all_sentences(entry: Entry) -> Iterable[tuple[str, str]]:
    for level in Level:
        for sentence in sentences(entry.at(level)):
            if len(words(sentence)) >= SENTENCE_WORDS:
                yield level, " ".join(sentence.split())
