"""Editorial rules about the words of one entry: does it name its term, its aliases; are FAQ, facets and sources in form?

Pure. Words are compared by a crude stem, so that "clusters" and "clustering" count as the same; it errs on the side of
silence: "policy" and "police" differ, "rating" and "rate" do not.
"""

import re
from collections.abc import Iterator, Sequence

from corpus.entry import PROSE, Entry, Section
from corpus.finding import Finding, at
from corpus.glossary import folded
from corpus.text import formulas, sentences, unlinked, words

NAMED_WITHIN = 2
"""The sentences of ELI5 and Plain in which the term or an alias has to stand."""

MAX_ANSWER_WORDS = 80
FACET_SENTENCES = (2, 5)

_ENDINGS = ("ies", "es", "s", "ing", "ed", "ization", "isation", "ized", "ised")
_GENERIC = (
    "algorithm method model technique approach function layer training learning network system process problem "
    "the an a of in analysis loss score metric test task procedure mechanism theory"
).split()
"""Words that a name may have or lack: "Adam" and "Adam algorithm" are one name."""

_THROAT_CLEARING = re.compile(
    r"(great|good) question|it depends[.,]|that depends|there are (several|many)|in general,|generally speaking|well,",
    re.IGNORECASE,
)
_MAX_ABBREVIATION = 7


def text_findings(entry: Entry) -> Iterator[Finding]:
    """Return the findings about the words of one entry."""
    yield from _named_early(entry)
    yield from _silent_aliases(entry)
    yield from _faq(entry)
    yield from _facets(entry)
    yield from _sources(entry)
    if formulas(entry.everyday_example):
        yield at(entry, Section.EVERYDAY_EXAMPLE, "The everyday example has a formula.")
    if not entry.reviewed:
        yield at(entry, "reviewed", "There is no `reviewed`: write the month of the last reading, YYYY-MM.")


def stemmed(text: str) -> str:
    """Return the folded words of a text without their endings, each between single spaces."""
    return " ".join(_stem(word) for word in re.sub(r"[\W_]+", " ", folded(text)).split())


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word.rstrip("e")


def _stands_in(name: str, text: str) -> bool:
    return f" {stemmed(name)} " in f" {text} "


def _named_early(entry: Entry) -> Iterator[Finding]:
    for section in (Section.ELI5, Section.PLAIN):
        text = entry.text(section)
        start = stemmed(" ".join(sentences(unlinked(text))[:NAMED_WITHIN]))
        if text and not any(_stands_in(name, start) for name in entry.names):
            yield at(entry, section, f"{section.heading} does not name the term in its first two sentences.")


def _silent_aliases(entry: Entry) -> Iterator[Finding]:
    text = stemmed(unlinked("\n".join(_everything(entry))))
    for alias in entry.aliases:
        others = [name for name in entry.names if name != alias]
        # Its beginning is enough: "Bayesian net" stands in "Bayesian networks".
        if f" {stemmed(alias)}" not in f" {text}" and not _follows(alias, entry.term, others, text):
            yield at(entry, "aliases", f'The alias "{alias}" never occurs in the text: use it, or make it a facet.')


def _follows(alias: str, term: str, others: Sequence[str], text: str) -> bool:
    """Return whether an alias is a mere form or abbreviation of the term, or a form of a name that stands in the text."""
    if _core(alias) and _core(alias) == _core(term):
        return True
    if any(_alike(alias, other) and (other == term or _stands_in(other, text)) for other in others):
        return True
    return any(_abbreviates(alias, other) for other in others)


def _alike(one: str, other: str) -> bool:
    """Return whether two names differ in spaces, hyphens or endings alone."""
    return any(form(one).replace(" ", "") == form(other).replace(" ", "") for form in (stemmed, folded))


def _core(name: str) -> str:
    generic = {_stem(word) for word in _GENERIC}
    return "".join(word for word in stemmed(name).split() if word not in generic)


def _abbreviates(alias: str, name: str) -> bool:
    """Return whether an alias is short for a name: LSTM, LSTMs, t-SNE, XGB."""
    letters = re.sub(r"[\W_]+", "", alias)
    if " " in alias or not letters or len(letters) > _MAX_ABBREVIATION:
        return False
    parts = re.findall(r"[A-Za-z0-9]+", name)
    initials = "".join(part[0] for part in parts).casefold()
    short = letters.casefold().removesuffix("s")
    if len(parts) > 1 and initials.startswith(short[: len(parts)]) and len(short) <= len(parts) + 2:
        return True
    rest = iter("".join(parts).casefold())
    return alias.removesuffix("s").isupper() and all(letter in rest for letter in short)


def _everything(entry: Entry) -> Iterator[str]:
    """Return all texts of an entry but its names."""
    yield from (entry.text(section) for section in PROSE)
    yield from (f"{facet.name}. {facet.text}" for facet in entry.facets)
    yield from (f"{faq.question} {faq.answer}" for faq in entry.faq)
    yield from entry.follow_ups


def _faq(entry: Entry) -> Iterator[Finding]:
    seen: set[str] = set()
    for faq in entry.faq:
        if not faq.question.endswith("?"):
            yield at(entry, Section.FAQ, f'The question "{faq.question}" does not end with a question mark.')
        if (count := len(words(faq.answer))) > MAX_ANSWER_WORDS:
            yield at(entry, Section.FAQ, f'The answer to "{faq.question}" has {count} words, over {MAX_ANSWER_WORDS}.')
        if not faq.answer:
            yield at(entry, Section.FAQ, f'The question "{faq.question}" has no answer.')
        if _THROAT_CLEARING.match(faq.answer):
            yield at(entry, Section.FAQ, f'The answer to "{faq.question}" clears its throat: begin with the answer.')
        if (question := stemmed(faq.question)) in seen:
            yield at(entry, Section.FAQ, f'The question "{faq.question}" stands twice.')
        seen.add(question)


def _facets(entry: Entry) -> Iterator[Finding]:
    least, most = FACET_SENTENCES
    aliases = {folded(name) for name in entry.names}
    for facet in entry.facets:
        count = len(sentences(facet.text))
        # A sentence may begin with a formula or a small letter, which `sentences` takes for no beginning.
        if not least <= len(re.split(r"[.!?]\s+", facet.text)) or count > most:
            yield at(entry, Section.FACETS, f'The facet "{facet.name}" has {count} sentences, not {least} to {most}.')
        if folded(facet.name) in aliases:
            yield at(entry, Section.FACETS, f'The facet "{facet.name}" is also a name of the entry: take it out there.')


def _sources(entry: Entry) -> Iterator[Finding]:
    for source in entry.sources:
        if source.url and not re.fullmatch(r"https?://\S+", source.url):
            yield at(entry, "sources", f'The address "{source.url}" does not begin with http:// or https://.')
        if source.doi and not re.fullmatch(r"10\.\S+", source.doi):
            yield at(entry, "sources", f'The DOI "{source.doi}" does not begin with 10.: write it bare.')
