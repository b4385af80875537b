"""What a foreign page says about one term -> an entry of the glossary, a redirect, or the reason why it is neither.

The one place that decides which section a foreign text fills, so that every format decides alike:
  a definition of up to 40 words is the summary; a longer one is kept whole as the plain text (as the student text
  when it lives on formulas or code), and its first sentences are the summary; what has a level of its own keeps it.
Knows no format.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from corpus.entry import Entry, Faq, Level, Origin, Source, slug_of
from corpus.glossary import folded
from corpus.importing.draft import Draft, Link, ParseResult, Redirect, joined
from corpus.importing.meaning.clean import external, line, links, plain, prose
from corpus.importing.meaning.names import MAX_TERM, abbreviates, alike, cleaned, listed, named, shared_suffix
from corpus.importing.meaning.sentences import SUMMARY_WORDS, first_sentences, opening, sentences, subject, word_count
from corpus.importing.meaning.vocabulary import TEXTS, Field
from corpus.importing.report import SkippedItem
from corpus.native_format.page import Page

MAX_ENTRY = 100_000
"""Characters; more is a book or a dump, not one term."""

MAX_SLUG = 120

_POINTER = re.compile(
    r"(?:(?:please )?(?:see|see also|check|refer to|siehe|voir|véase)(?: also| the| entry| under)*:?|"
    r"(?:an? )?(?:another|alternative|other|alternate) (?:term|name|word) for|"
    r"(?:an? |the )?(?:synonym|alias|abbreviation|acronym|short form|initialism)s? "
    r"(?:for|of)|short for|(?:the )?same as|abbr\. (?:for|of)|redirects? to|→|->|=>)\s+(?P<target>[^.;:!?,]{1,80}?)[.;]?",
    re.IGNORECASE,
)
_MAX_SIGNS = 4
"""Of a term without letters and digits: an operator such as == or &&."""

_NUMBER = re.compile(r"\s*\d{1,4}[.)]\s+(?=\S)")
_ARTICLE = re.compile(r"(?:an?|the|ein|eine|der|die|das|une?|le|la) ", re.IGNORECASE)
_ASIDE = re.compile(r"(?:contrast|compare|cf\.?|see|see also|check|not to be confused)\b.*", re.IGNORECASE)
_PLACEHOLDER = re.compile(
    r"(?:\W*(?:x{2,}|\?+|to ?do|tbd|tba|wip|coming soon|work in progress|to be (?:done|written|added|defined)|n/?a|none|null|nil|"
    r"placeholder|stub|"
    r"(?:this )?(?:page|entry|article|definition|term)?\s*(?:is )?(?:a )?(?:stub|under construction|missing|to be written)|"
    r"lorem ipsum\b.*|add (?:a )?(?:definition|description).*|no (?:definition|description).*|definition goes here)\W*)",
    re.IGNORECASE | re.DOTALL,
)
_TEMPLATE = re.compile(
    r"(?:definition|term|entry|page|glossary|post|note|draft)[ _]template|template for .*|vorlage (?:für|einer) .*|"
    r"(?:sample|example|dummy|test|your) (?:term|entry|page|definition|draft|post)|"
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


def to_entries(drafts: Iterable[Draft], page: Page) -> ParseResult:
    """The entries of a page that holds many terms: what all its titles end with goes, links within the page are words."""
    drafts = list(drafts)
    suffix = shared_suffix([one.title for one in drafts])
    internal = _own_links(drafts)
    if len(drafts) > 2 and all(_NUMBER.match(one.title) for one in drafts):
        drafts = [replace(one, title=_NUMBER.sub("", one.title)) for one in drafts]
    results: list[ParseResult] = []
    for draft in drafts:
        title = draft.title.rstrip().removesuffix(suffix) if suffix else draft.title
        results.append(to_entry(replace(draft, title=title), page, internal=internal, stem=""))
    return joined(results)


def to_entry(
    draft: Draft, page: Page, internal: Callable[[str], bool] | None = None, stem: str | None = None
) -> ParseResult:
    """The draft's entry, or the redirect or skip that it is instead."""
    term, aliases = named(draft.title, page.stem if stem is None else stem)
    if reason := _no_term(term):
        return ParseResult(skips=(SkippedItem(page.path, draft.line, reason),))
    if draft.size > MAX_ENTRY:
        reason = f'too long: "{term}" has {draft.size // 1000} thousand characters, which is no entry of one term'
        return ParseResult(skips=(SkippedItem(page.path, draft.line, reason),))
    texts = {role: text for role in TEXTS if (text := _body(role, draft.texts.get(role, ""), internal))}
    if targets := _targets(texts):
        return ParseResult(redirects=(Redirect(term, targets, page.path, draft.line, aliases),))
    others = cleaned(draft.lists.get(Field.ALIASES, ()))
    if not texts and others and not draft.faq:
        return ParseResult(redirects=(Redirect(term, others, page.path, draft.line, aliases),))
    if not texts:
        return ParseResult(skips=(SkippedItem(page.path, draft.line, f'stub: "{term}" has no definition'),))
    aliases += _said_names(term, next(iter(texts.values())))
    entry = _entry(term, aliases, draft, _levelled(texts), cleaned(draft.lists.get(Field.RELATED, ())), page)
    return ParseResult((entry,), links=tuple(_links(entry, draft, internal)))


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
    if not any(map(str.isalnum, term)) and (not 0 < len(term) <= _MAX_SIGNS or set(term) <= set("-_*|#`. ")):
        return "stub: there is no term"
    if len(term) > MAX_TERM or len(slug_of(term)) > MAX_SLUG:
        return f'off-topic: "{term[:60]}…" is a sentence, not a term'
    if _TEMPLATE.fullmatch(term):
        return f'template: "{term}" is a form to fill in'
    return f'list page: "{term}" is about the glossary itself' if _LIST_PAGE.fullmatch(term) else ""


def _body(role: Field, text: str, internal: Callable[[str], bool] | None) -> str:
    """Return a section's text, "" for a placeholder and for what holds no word and no sign."""
    body = prose(text, internal) if text else ""
    body = re.sub(r"\A {1,3}(?=\S)", "", body)
    words = plain(body) if len(body) < 400 else body
    return "" if _PLACEHOLDER.fullmatch(words[:400]) or not words.strip() else body


def _targets(texts: Mapping[Field, str]) -> tuple[str, ...]:
    """The names that a text points to when pointing is all it does: "See X.", "Synonym for X. Contrast with Y."."""
    if len(texts) != 1:
        return ()
    (text,) = texts.values()
    if len(text) > 300:
        return ()
    targets = []
    for sentence in sentences(plain(text)):
        if found := _POINTER.fullmatch(sentence.strip("()")) or _POINTER.fullmatch(sentence):
            targets.append(named(_ARTICLE.sub("", found["target"]))[0])
        elif not targets or not _ASIDE.fullmatch(sentence):
            return ()
    return cleaned(targets)


def _levelled(texts: dict[Field, str]) -> dict[str, str]:
    """Sections by their field's name, the definition put where it belongs."""
    sections = {role.value.replace(" ", "_"): text for role, text in texts.items() if role is not Field.DEFINITION}
    definition = texts.get(Field.DEFINITION, "")
    short = word_count(definition) <= SUMMARY_WORDS and "\n\n" not in definition
    if definition and short and "summary" not in sections:
        sections["summary"] = _unwrapped(definition)
    elif definition and definition != sections.get("summary"):
        level = _level(definition, sections)
        sections[level] = "\n\n".join(filter(None, (definition, sections.get(level, ""))))
    if "summary" not in sections:
        whole = next((text for level in _SUMMED_UP if (text := sections.get(level))), "")
        sections["summary"] = " ".join(opening(whole).split())
    return sections


def _unwrapped(text: str) -> str:
    """Return a paragraph on one line; one with a list, a table or a formula in it stays as it is."""
    text = text.strip()
    return (
        text
        if re.search(r"^[ \t]*(?:[-*+|>#]|\d+[.)]|```|~~~|\$\$)|  $", text, re.MULTILINE)
        else " ".join(text.split())
    )


_SUMMED_UP = (Level.PLAIN, Level.STUDENT, Level.PRACTITIONER, Level.EXPERT, Level.ELI5, "why_it_matters", "example")
"""Where a summary's sentences come from, best first."""


def _level(text: str, taken: Mapping[str, str]) -> str:
    """The level that a text without one reads like: plain, or student where formulas or code carry it."""
    wanted = Level.STUDENT if _FORMAL.search(text) else Level.PLAIN
    return next((one for one in (wanted, Level.PLAIN, Level.STUDENT) if one not in taken), wanted).value


def _entry(
    term: str, aliases: tuple[str, ...], draft: Draft, sections: dict[str, Any], related: tuple[str, ...], page: Page
) -> Entry:
    own = {folded(term)}
    lines = (("term", draft.line), *draft.lines)
    return Entry(
        term=term,
        aliases=tuple(
            one for one in cleaned((*aliases, *draft.lists.get(Field.ALIASES, ()))) if folded(one) not in own
        ),
        category=line(plain(draft.category))[:MAX_TERM],
        related=tuple(one for one in related if folded(one) not in own),
        prerequisites=tuple(one for one in cleaned(draft.lists.get(Field.PREREQUISITES, ())) if folded(one) not in own),
        senses=(),
        checks=(),
        sources=tuple(Source(one) for one in _sources(draft)),
        faq=_faq(draft.faq),
        follow_ups=tuple(dict.fromkeys(question for one in draft.follow_ups if (question := plain(one)))),
        origin=Origin(page.path, lines),
        **sections,
    )


def _sources(draft: Draft) -> tuple[str, ...]:
    """Each source once, as one line without the marks of a list."""
    bare = (
        line(re.sub(r"^[ \t]*(?:[-*+]|\d+[.)]|\[\d+\]:?)\s+", "", one)) for one in draft.lists.get(Field.SOURCES, ())
    )
    return tuple(dict.fromkeys(one for one in bare if one))


def _faq(questions: Iterable[Faq]) -> tuple[Faq, ...]:
    kept: dict[str, Faq] = {}
    for one in questions:
        question, answer = plain(one.question).strip("# "), prose(one.answer).strip()
        if question and answer:
            kept.setdefault(question, Faq(question, answer))
    return tuple(kept.values())


def _links(entry: Entry, draft: Draft, internal: Callable[[str], bool] | None) -> Iterator[Link]:
    """Yield what a text links to inside of its glossary, and what it says to see."""
    place = (entry.term, entry.origin.file, draft.line)
    for text in draft.texts.values():
        for words, url in links(text):
            if not external(url) or (internal and internal(url)):
                yield Link(*place, words, url)
        for found in _SEE.finditer(plain(text)):
            for name in listed(_ARTICLE.sub("", found["names"])):
                yield Link(*place, name, f"#{name}")


_SEE = re.compile(
    r"(?:^|[.;(]\s*)(?:see also|see|compare(?: with)?|contrast with|cf\.?|siehe auch|siehe|voir aussi|véase también)"
    r"(?: the)?:?\s+"
    r"(?P<names>[^.;()]{2,120})(?=[.;)]|$)",
    re.IGNORECASE,
)


def _own_links(drafts: list[Draft]) -> Callable[[str], bool] | None:
    """A test for the address of the glossary that a file was taken from: one page whose anchors most drafts link to."""
    pages: dict[str, int] = {}
    for draft in drafts:
        for base in {url.partition("#")[0] for text in draft.texts.values() for _, url in links(text) if "#" in url}:
            pages[base] = pages.get(base, 0) + 1
    base, count = max(pages.items(), key=lambda one: one[1], default=("", 0))
    if not external(base) or count < max(3, len(drafts) / 4):
        return None
    return lambda url: url.startswith(f"{base}#")
