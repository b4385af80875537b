"""An entry per page: front matter, a title, headings that name parts of an entry; also a note or an essay without them.

The term is the front matter's, else the first heading's, else the file's name or the subject of the first sentence. A page
is taken only where something says that it is about its term; most texts in the world are no glossary entries.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from corpus.importing.draft import Draft, ParseResult, Redirect
from corpus.importing.formats.document import Document
from corpus.importing.meaning import questions
from corpus.importing.meaning.clean import plain
from corpus.importing.meaning.meta import Meta
from corpus.importing.meaning.names import asked_term, defines, from_stem, from_text, listed, named
from corpus.importing.meaning.sentences import first_sentences
from corpus.importing.meaning.vocabulary import Field, field_of
from corpus.importing.report import SkippedItem
from corpus.importing.shapes.outline import Outline, outlined
from corpus.importing.shapes.page_text import outside, related_names, sources, without_alias_line
from corpus.importing.to_entry import to_entry
from corpus.native_format.page import Page

SHAPE = "an entry per page"
BLOG = frozenset(
    {"pubdate", "heroimage", "author", "authors", "published", "publishdate", "published_at", "readingtime", "byline"}
)
"""Keys of a dated post rather than of a glossary page: its text has to define its title."""

_DATED = frozenset({"date", "created", "created_at", "last_modified_at"})
_REDIRECT = ("destination", "redirect_to", "redirect", "redirectto", "redirect_url", "alias_of", "alias_for", "see",
             "canonical_term")  # fmt: skip
_PROJECT = frozenset(
    "installation install usage getting-started license licence contributing contributors acknowledgements".split()
)
_WIKI = re.compile(r"\[\[[^\[\]\n]{1,80}\]\]")
_FIRST_PERSON = re.compile(r"\b(?:I|we|my|our|I['’]m|we['’]re)\b", re.IGNORECASE)
_GLOSSARY_TYPES = frozenset(
    "glossary term entry definition concept glossary-term glossary-entry glossary-definition".split()
)
_TELLING = frozenset(
    {
        Field.SUMMARY,
        Field.ELI5,
        Field.STUDENT,
        Field.EXAMPLE,
        Field.WHY_IT_MATTERS,
        Field.FAQ,
        Field.ALIASES,
        Field.RELATED,
    }
)
_SURE = frozenset({Field.SUMMARY, Field.ELI5, Field.WHY_IT_MATTERS, Field.FAQ, Field.FOLLOW_UPS, Field.ALIASES})
_MAX_NOTE = 4_000
"""Characters of a note that may be an entry only because the notes beside it are."""


@dataclass(frozen=True, slots=True)
class PageReading:
    """What a page is as a whole, and how sure that is, from 0 to 1."""

    result: ParseResult
    confidence: float


def read(document: Document, is_beside_entries: bool = False) -> PageReading:
    """Return the page's one entry, or why it is none.

    `is_beside_entries`: most notes of its folder are entries, so a note that says nothing else is one, too.
    """
    meta, page = document.meta, Page(document.path, document.text)
    given = meta.value("term", "title", "name", "headword")
    outline = outlined(document.text, document.line, given)
    title = outline.title or meta.text_of(Field.TERM) or from_stem(document.stem)
    if skip := special(document, title):
        return PageReading(ParseResult(skips=(skip,)), 0.9)
    target = meta.value(*_REDIRECT).strip("/ ").rpartition("/")[2]
    if target and not document.text.strip():
        return PageReading(ParseResult(redirects=(Redirect(plain(title), (target,), document.path, 1),)), 0.95)
    is_linked_note = bool(_WIKI.search(document.text)) and len(document.text) < _MAX_NOTE
    found = _drafted_page(document, outline, title, is_beside_entries or is_linked_note)
    if found is None:
        reason = "off-topic: no sentence says what a term is"
        if meta:
            reason = f'off-topic: no sentence says what "{plain(title)[:80]}" is'
        return PageReading(ParseResult(skips=(SkippedItem(document.path, document.line, reason),)), 0.0)
    draft, confidence = found
    return PageReading(to_entry(draft, page) + ParseResult(notes=notes(document, outline)), confidence)


def _drafted_page(document: Document, outline: Outline, title: str, beside: bool) -> tuple[Draft, float] | None:
    """Return the draft of a page that is about one term and how sure that is, None for another page."""
    meta = document.meta
    if meta:
        draft = drafted(meta, outline, title)
        sure = _belongs(draft, meta, outline) if draft.texts else 0.9
        return (draft, sure) if sure else _note(document, outline, title) if beside else None
    if is_project(outline):
        return None
    return _untitled(document, outline) or (_note(document, outline, title) if beside else None)


def _untitled(document: Document, outline: Outline) -> tuple[Draft, float] | None:
    """Return the draft of a page without front matter where a title or a sentence says what it is about."""
    meta, body = document.meta, outline.texts.get(Field.DEFINITION, "") or outline.texts.get(Field.SUMMARY, "")
    if outline.title:
        term, aliases = named(outline.title, document.stem)
        defined = defines((term, *aliases), body) or bool(asked_term(outline.title))
        if defined or _SURE & set(outline.texts):
            return drafted(meta, outline, outline.title), 0.85 if defined else 0.7
    elif found := from_text(body, document.stem):
        draft = drafted(meta, outline, found[0])
        return replace(draft, lists={**draft.lists, Field.ALIASES: (*found[1], *draft.lists[Field.ALIASES])}), 0.7
    elif Field.DEFINITION in outline.labelled and from_stem(document.stem):
        return drafted(meta, outline, from_stem(document.stem)), 0.7
    return None


def _note(document: Document, outline: Outline, title: str) -> tuple[Draft, float] | None:
    """Return the draft of a short note among notes that are entries."""
    first = next(iter(first_sentences(document.text)), "")
    fits = len(document.text) < _MAX_NOTE and _reads_like_a_name(title) and not _FIRST_PERSON.search(first)
    if not fits or is_project(outline) or title.casefold() in {"readme", "index", "home", "todo", "changelog"}:
        return None
    return drafted(document.meta, outline, title), 0.45


def special(document: Document, title: str) -> SkippedItem | None:
    """Return why a page is no entry whatever it says: a draft, a page about other pages, a form."""
    meta = document.meta
    if meta.says("draft", True) or meta.says("published", False) or meta.value("status").casefold() in {"draft", "wip"}:
        return SkippedItem(document.path, 1, "draft: its front matter says so")
    if document.stem.startswith("_"):
        reason = "list page: the name starts with an underscore, so the site shows it as no page of its own"
        return SkippedItem(document.path, 1, reason)
    if is_list(document.text):
        reason = f'list page: "{plain(title)[:80]}" holds links to other pages'
        return SkippedItem(document.path, document.line, reason)
    return None


def is_list(text: str) -> bool:
    """Return whether most lines of a text are items that hold nothing but a link."""
    lines = [line for line in text.split("\n") if line.strip() and not line.startswith("#")]
    only_links = [
        line
        for line in lines
        if re.fullmatch(r"[ \t]*(?:[-*+]|\d+[.)])?[ \t]*!?\[+[^\[\]]*\]+(?:\([^()]*\))?[ \t]*", line)
    ]
    return len(only_links) > 4 and len(only_links) > len(lines) * 2 / 3


def drafted(meta: Meta, outline: Outline, title: str) -> Draft:
    """Return what front matter and text say together; the front matter wins where both name one thing."""
    found, answers = dict(outline.texts), outline.texts.get(Field.ANSWERS, "")
    also: tuple[str, ...] = ()
    if Field.DEFINITION in found:
        found[Field.DEFINITION], also = without_alias_line(found[Field.DEFINITION])
    _describe(found, meta)
    for field in (Field.ELI5, Field.EXAMPLE, Field.WHY_IT_MATTERS):
        if field not in found and (said := meta.text_of(field)):
            found[field] = said
    faq, follow_ups = questions.sorted_out(
        questions.asked(found.get(Field.FAQ, "")) + questions.asked(found.get(Field.FOLLOW_UPS, ""), answers)
    )
    return Draft(
        title=title,
        line=meta.line_of(Field.TERM) if meta else meta.line,
        texts=found,
        lists=_lists(meta, found, also),
        faq=faq,
        follow_ups=follow_ups,
        category=meta.text_of(Field.CATEGORY).partition("\n")[0] or next(iter(meta.names(Field.TAGS)), ""),
        lines=tuple((field.value, at) for field, at in outline.lines.items()),
    )


def _lists(meta: Meta, found: Mapping[Field, str], also: tuple[str, ...]) -> dict[Field, tuple[str, ...]]:
    return {
        Field.ALIASES: (*meta.names(Field.ALIASES), *also, *listed(found.get(Field.ALIASES, ""))),
        Field.RELATED: (*meta.names(Field.RELATED), *related_names(found.get(Field.RELATED, ""))),
        Field.PREREQUISITES: (*meta.names(Field.PREREQUISITES), *related_names(found.get(Field.PREREQUISITES, ""))),
        Field.SOURCES: (
            *meta.texts(Field.SOURCES),
            *sources(found.get(Field.SOURCES, "")),
            *sources(outside(found.get(Field.RELATED, ""))),
        ),
    }


def _describe(found: dict[Field, str], meta: Meta) -> None:
    """Put the front matter's summary or description where it belongs: a description that was cut short is dropped."""
    said = meta.text_of(Field.SUMMARY) or meta.text_of(Field.DEFINITION)
    cut_short = said.rstrip().endswith(("...", "…"))
    if said and not (cut_short and found.get(Field.DEFINITION)):
        found.setdefault(Field.SUMMARY if found.get(Field.DEFINITION) else Field.DEFINITION, said)


def _belongs(draft: Draft, meta: Meta, outline: Outline) -> float:
    """Return how surely a page is about its title as a glossary entry is, and no post, note or manual with a title."""
    names = (draft.title, *draft.lists[Field.ALIASES])
    body = draft.texts.get(Field.DEFINITION, "") or draft.texts.get(Field.SUMMARY, "")
    defined = defines(names, body) or defines(names, meta.text_of(Field.DEFINITION)) or _announced(draft.title, meta)
    if defined or meta.value("type", "layout", "kind", "page-type").casefold() in _GLOSSARY_TYPES:
        return 0.95
    if meta.has(BLOG) or is_project(outline):
        return 0.0
    if _TELLING & set(draft.texts) or draft.lists[Field.ALIASES] or draft.lists[Field.RELATED] or draft.category:
        return 0.75
    first = next(iter(first_sentences(body)), "")
    fits = bool(first) and not _FIRST_PERSON.search(first) and not meta.has(_DATED) and _reads_like_a_name(draft.title)
    return 0.55 if fits else 0.0


def _announced(title: str, meta: Meta) -> bool:
    """Return whether the title asks "What is X?", or the description promises an overview or definition of it."""
    described = meta.text_of(Field.DEFINITION).casefold()
    promise = re.match(r"(?:an? |the )?(?:\w+ )?(?:overview|introduction|definition|explanation|guide)\b", described)
    return field_of(title) is Field.DEFINITION or bool(promise and plain(title).casefold() in described)


def _reads_like_a_name(title: str) -> bool:
    return 0 < len(title.split()) <= 6 and not re.fullmatch(r"[\d\s.:/-]+", title)


def is_project(outline: Outline) -> bool:
    """Return whether a page has the headings of a software project's front page."""
    return has_project_heading(outline.asides) or Field.NAVIGATION in outline.texts


def has_project_heading(headings: Iterable[str]) -> bool:
    """Return whether one of these headings stands on a software project's front page: Installation, Usage, License."""
    return any("-".join(words.casefold().split()) in _PROJECT for words in headings)


def notes(document: Document, outline: Outline) -> tuple[SkippedItem, ...]:
    """Return what was read, but could not be kept word for word."""
    repeated = [
        SkippedItem(document.path, at, f'note: "{key}" stands twice; the first is kept')
        for key, at in document.meta.branch.repeated
    ]
    lost = outline.texts.get(Field.FAQ, "")
    if lost and not questions.asked(lost):
        reason = "note: answers without their questions are left out"
        repeated.append(SkippedItem(document.path, outline.lines[Field.FAQ], reason))
    return tuple(repeated)
