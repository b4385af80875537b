"""What a foreign page says about one term -> an entry of the glossary, a redirect, or the reason why it is neither.

The one place that decides which section a foreign text fills, so that every format decides alike:
  a definition of up to 40 words is the summary; a longer one is kept whole as the plain text (as the student text
  when it lives on formulas or code), and its first sentences are the summary; what has a level of its own keeps it.
Knows no format.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from corpus.entry import Entry, Faq, Level, Origin, Source, slug_of
from corpus.glossary import folded
from corpus.readers.clean import external, line, links, plain, prose
from corpus.readers.names import MAX_TERM, abbreviates, alike, cleaned, named, shared_suffix
from corpus.readers.page import Page, Reading, Redirect, Skip
from corpus.readers.sentences import SUMMARY_WORDS, first_sentences, opening, sentences, subject, word_count
from corpus.readers.vocabulary import TEXTS, Slot

MAX_ENTRY = 100_000
"""Characters; more is a book or a dump, not one term."""

MAX_SLUG = 120
MAX_LINKED = 8
"""Links in running text that count as relations when a page names none itself."""

_POINTER = re.compile(
    r"(?:(?:please )?(?:see|see also|check|refer to|siehe|voir|véase)(?: also| the| entry| under)*:?|"
    r"(?:an? )?(?:another|alternative|other|alternate) (?:term|name|word) for|"
    r"(?:an? |the )?(?:synonym|alias|abbreviation|acronym|short form|initialism)s? "
    r"(?:for|of)|short for|(?:the )?same as|abbr\. (?:for|of)|redirects? to|→|->|=>)\s+(?P<target>[^.;!?]{1,80}?)[.;]?",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"(?:contrast|compare|cf\.?|see|see also|check|not to be confused)\b.*", re.IGNORECASE)
_PLACEHOLDER = re.compile(
    r"(?:\W*(?:to ?do|tbd|tba|wip|coming soon|work in progress|to be (?:done|written|added|defined)|n/?a|none|null|nil|"
    r"placeholder|stub|"
    r"(?:this )?(?:page|entry|article|definition|term)?\s*(?:is )?(?:a )?(?:stub|under construction|missing|to be written)|"
    r"lorem ipsum\b.*|add (?:a )?(?:definition|description).*|no (?:definition|description).*|definition goes here)\W*)",
    re.IGNORECASE | re.DOTALL,
)
_TEMPLATE = re.compile(
    r"(?:definition|term|entry|page|glossary|post|note|card)[ _]template|template for .*|vorlage (?:für|einer) .*|"
    r"(?:sample|example|dummy|test|your) (?:term|entry|page|definition|card|post)|"
    r"term (?:name|here)|\{+.*\}+|\[[^\[\]]*\]|<[^<>]*>",
    re.IGNORECASE,
)
_LIST_PAGE = re.compile(
    r".*\b(?:glossary|glossaries|glossar|glosario|glossaire|lexikon)\b.*|(?:list of|all) terms|table of contents|"
    r"introduction|overview|about|about this \w+|contributing|licen[cs]e|a\s?[-–]\s?z",
    re.IGNORECASE,
)
_ALSO = re.compile(
    r"(?:or|also known as|also called|aka|a\.k\.a\.|abbreviated(?: as| to)?|short:?|in short)[ ,]+(?:the |an? )?(.+)",
    re.IGNORECASE,
)
_FORMAL = re.compile(r"\$\$|\\(?:frac|sum|mathbb|begin|left)\b|^(?:```|~~~)", re.MULTILINE)
_STUB_WORDS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One term as a foreign page has it, in its own markup. `texts` are the slots of prose, `lists` the slots of names.

    `lines` says where slots stand in the file, from 1; `line` is the term's.
    """

    title: str
    line: int = 1
    texts: Mapping[Slot, str] = field(default_factory=dict)
    lists: Mapping[Slot, tuple[str, ...]] = field(default_factory=dict)
    faq: tuple[Faq, ...] = ()
    follow_ups: tuple[str, ...] = ()
    category: str = ""
    lines: tuple[tuple[str, int], ...] = ()

    @property
    def size(self) -> int:
        """Characters of its texts."""
        return sum(map(len, self.texts.values())) + sum(len(one.answer) for one in self.faq)


def shelve_all(cards: Iterable[Card], page: Page) -> Reading:
    """The entries of a page that holds many terms: what all its titles end with goes, links within the page are words."""
    cards = list(cards)
    suffix = shared_suffix([one.title for one in cards])
    internal = _own_links(cards)
    reading: list[Reading] = []
    for card in cards:
        title = card.title.rstrip().removesuffix(suffix) if suffix else card.title
        reading.append(shelve(replace(card, title=title), page, internal=internal, stem=""))
    return Reading(
        tuple(entry for one in reading for entry in one.entries),
        tuple(skip for one in reading for skip in one.skips),
        tuple(redirect for one in reading for redirect in one.redirects),
        tuple(note for one in reading for note in one.notes),
    )


def shelve(card: Card, page: Page, internal: Callable[[str], bool] | None = None, stem: str | None = None) -> Reading:
    """The card's entry, or the redirect or skip that it is instead."""
    term, aliases = named(card.title, page.stem if stem is None else stem)
    if reason := _no_term(term):
        return Reading(skips=(Skip(page.path, card.line, reason),))
    if card.size > MAX_ENTRY:
        reason = f'too long: "{term}" has {card.size // 1000} thousand characters, which is no entry of one term'
        return Reading(skips=(Skip(page.path, card.line, reason),))
    texts = {slot: text for slot in TEXTS if (text := _body(slot, card.texts.get(slot, ""), internal))}
    if targets := _targets(texts):
        return Reading(redirects=(Redirect(term, targets, page.path, card.line, aliases),))
    if not texts:
        return Reading(skips=(Skip(page.path, card.line, f'stub: "{term}" has no definition'),))
    aliases += _said_names(term, next(iter(texts.values())))
    return Reading((_entry(term, aliases, card, _levelled(texts), _related(card, internal), page),))


def _said_names(term: str, text: str) -> tuple[str, ...]:
    """Other names in parentheses where a definition starts: "Foo Bar (FB) is", "Foo (also called baz) is"."""
    found = next((one for sentence in first_sentences(text)[:1] if (one := subject(sentence))), None)
    if not found or not alike(found[0], term) or not found[1]:
        return ()
    also = _ALSO.fullmatch(found[1][0])
    names = [re.split(r",| or ", also[1])[0]] if also else [one for one in found[1] if abbreviates(one, term)]
    return cleaned(names)


def _no_term(term: str) -> str:
    """Why a title names no term, "" when it does."""
    if not any(map(str.isalnum, term)):
        return "stub: there is no term"
    if len(term) > MAX_TERM or len(slug_of(term)) > MAX_SLUG:
        return f'off-topic: "{term[:60]}…" is a sentence, not a term'
    if _TEMPLATE.fullmatch(term):
        return f'template: "{term}" is a form to fill in'
    return f'list page: "{term}" is about the glossary itself' if _LIST_PAGE.fullmatch(term) else ""


def _body(slot: Slot, text: str, internal: Callable[[str], bool] | None) -> str:
    """A section's text, "" for a placeholder and for a definition of a single word."""
    body = prose(text, internal) if text else ""
    words = plain(body) if len(body) < 400 else body
    least = _STUB_WORDS if slot is Slot.DEFINITION else 1
    return "" if _PLACEHOLDER.fullmatch(words[:400]) or word_count(words) < least else body


def _targets(texts: Mapping[Slot, str]) -> tuple[str, ...]:
    """The names that a text points to when pointing is all it does: "See X.", "Synonym for X. Contrast with Y."."""
    if len(texts) != 1:
        return ()
    (text,) = texts.values()
    if len(text) > 300:
        return ()
    targets = []
    for sentence in sentences(plain(text)):
        if found := _POINTER.fullmatch(sentence.strip("()")) or _POINTER.fullmatch(sentence):
            targets.append(named(found["target"])[0])
        elif not targets or not _ASIDE.fullmatch(sentence):
            return ()
    return cleaned(targets)


def _levelled(texts: dict[Slot, str]) -> dict[str, str]:
    """Sections by their field's name, the definition put where it belongs."""
    sections = {slot.value.replace(" ", "_"): text for slot, text in texts.items() if slot is not Slot.DEFINITION}
    definition = texts.get(Slot.DEFINITION, "")
    short = word_count(definition) <= SUMMARY_WORDS and "\n\n" not in definition
    if definition and short and "summary" not in sections:
        sections["summary"] = definition
    elif definition and definition != sections.get("summary"):
        level = _level(definition, sections)
        sections[level] = "\n\n".join(filter(None, (definition, sections.get(level, ""))))
    if "summary" not in sections:
        whole = next((text for level in _SUMMED_UP if (text := sections.get(level))), "")
        sections["summary"] = " ".join(opening(whole).split())
    return sections


_SUMMED_UP = (Level.PLAIN, Level.STUDENT, Level.PRACTITIONER, Level.EXPERT, Level.ELI5, "why_it_matters", "example")
"""Where a summary's sentences come from, best first."""


def _level(text: str, taken: Mapping[str, str]) -> str:
    """The level that a text without one reads like: plain, or student where formulas or code carry it."""
    wanted = Level.STUDENT if _FORMAL.search(text) else Level.PLAIN
    return next((one for one in (wanted, Level.PLAIN, Level.STUDENT) if one not in taken), wanted).value


def _entry(
    term: str, aliases: tuple[str, ...], card: Card, sections: dict[str, Any], related: tuple[str, ...], page: Page
) -> Entry:
    own = {folded(term)}
    lines = (("term", card.line), *card.lines)
    return Entry(
        term=term,
        aliases=tuple(one for one in cleaned((*aliases, *card.lists.get(Slot.ALIASES, ()))) if folded(one) not in own),
        category=line(plain(card.category))[:MAX_TERM],
        related=tuple(one for one in related if folded(one) not in own),
        prerequisites=tuple(one for one in cleaned(card.lists.get(Slot.PREREQUISITES, ())) if folded(one) not in own),
        senses=(),
        checks=(),
        sources=tuple(Source(one) for one in _sources(card)),
        faq=_faq(card.faq),
        follow_ups=tuple(dict.fromkeys(question for one in card.follow_ups if (question := plain(one)))),
        origin=Origin(page.path, lines),
        **sections,
    )


def _sources(card: Card) -> tuple[str, ...]:
    """Each source once, as one line without the marks of a list."""
    bare = (line(re.sub(r"^[ \t]*(?:[-*+]|\d+[.)]|\[\d+\]:?)\s+", "", one)) for one in card.lists.get(Slot.SOURCES, ()))
    return tuple(dict.fromkeys(one for one in bare if one))


def _faq(questions: Iterable[Faq]) -> tuple[Faq, ...]:
    kept: dict[str, Faq] = {}
    for one in questions:
        question, answer = plain(one.question).strip("# "), prose(one.answer).strip()
        if question and answer:
            kept.setdefault(question, Faq(question, answer))
    return tuple(kept.values())


def _related(card: Card, internal: Callable[[str], bool] | None) -> tuple[str, ...]:
    """The relations a page names, else the other pages of its glossary that its text links to."""
    if said := card.lists.get(Slot.RELATED):
        return cleaned(said)
    own = (
        words
        for text in card.texts.values()
        for words, url in links(text)
        if not url.startswith("#") and (not external(url) or (internal and internal(url)))
    )
    return cleaned(own)[:MAX_LINKED]


def _own_links(cards: list[Card]) -> Callable[[str], bool] | None:
    """A test for the address of the glossary that a file was taken from: one page whose anchors most cards link to."""
    pages: dict[str, int] = {}
    for card in cards:
        for base in {url.partition("#")[0] for text in card.texts.values() for _, url in links(text) if "#" in url}:
            pages[base] = pages.get(base, 0) + 1
    base, count = max(pages.items(), key=lambda one: one[1], default=("", 0))
    if not external(base) or count < max(3, len(cards) / 4):
        return None
    return lambda url: url.startswith(f"{base}#")
