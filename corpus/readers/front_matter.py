"""Pages with plain front matter (Jekyll, Docusaurus, any static site) and Obsidian notes, one term per file.

The term is the front matter's title or term, else the first heading, else the file's name. Also the common ground of
the readers hugo and astro, which know more of their format's habits.
"""

import re

from corpus.readers import questions
from corpus.readers.card import Card, shelve
from corpus.readers.clean import links, plain
from corpus.readers.meta import Meta, begins, split
from corpus.readers.names import cleaned, defines, from_stem, listed
from corpus.readers.outline import Outline, outlined
from corpus.readers.page import Page, Reading, Redirect, Skip
from corpus.readers.sentences import first_sentences
from corpus.readers.vocabulary import Slot, slot_of

BLOG = frozenset(
    {"pubdate", "heroimage", "author", "authors", "published", "publishdate", "published_at", "readingtime", "byline"}
)
"""Keys of a dated post rather than of a glossary page: its text has to define its title."""

_DATED = frozenset({"date", "created", "created_at", "last_modified_at"})
_REDIRECT = (
    "destination",
    "redirect_to",
    "redirect",
    "redirectto",
    "redirect_url",
    "alias_of",
    "alias_for",
    "see",
    "canonical_term",
)
_PROJECT = frozenset(
    "installation install usage getting-started license licence contributing contributors acknowledgements".split()
)
_WIKI = re.compile(r"\[\[[^\[\]\n]{1,80}\]\]")
_FIRST_PERSON = re.compile(r"\b(?:I|we|my|our|I['’]m|we['’]re)\b", re.IGNORECASE)
_GLOSSARY_TYPES = frozenset({"glossary", "term", "entry", "definition", "concept", "glossary-term", "glossary-entry"})
_TELLING = frozenset(
    {Slot.SUMMARY, Slot.ELI5, Slot.STUDENT, Slot.EXAMPLE, Slot.WHY_IT_MATTERS, Slot.FAQ, Slot.ALIASES, Slot.RELATED}
)


def recognises(page: Page) -> bool:
    """Front matter, or [[wiki links]] in a text that has none."""
    return begins(page.text) or bool(_WIKI.search(page.text[:20_000]))


def read(page: Page) -> Reading:
    """The page's one entry, or why it is none."""
    return read_page(page, split(page.text, page.path))


def read_page(page: Page, meta: Meta, needs_definition: bool = False) -> Reading:
    """The entry of a page whose front matter is known. `needs_definition`: only if its text says what its title is."""
    outline = outlined(meta.text, meta.line, meta.value("term", "title", "name", "headword"))
    title = outline.title or meta.slot(Slot.TERM) or from_stem(page.stem)
    if skip := special(page, meta, title):
        return Reading(skips=(skip,))
    target = meta.value(*_REDIRECT).strip("/ ").rpartition("/")[2]
    if target and not meta.text.strip():
        return Reading(redirects=(Redirect(plain(title), (target,), page.path, 1),))
    card = carded(meta, outline, title)
    if card.texts and not _belongs(card, meta, outline, needs_definition):
        reason = f'off-topic: no sentence says what "{plain(title)[:80]}" is'
        return Reading(skips=(Skip(page.path, meta.line, reason),))
    return shelve(card, page) + Reading(notes=notes(page, meta, outline))


def special(page: Page, meta: Meta, title: str) -> Skip | None:
    """Why a page is no entry whatever it says: a draft, a page about other pages, a form."""
    if meta.says("draft", True) or meta.says("published", False) or meta.value("status").casefold() in {"draft", "wip"}:
        return Skip(page.path, 1, "draft: its front matter says so")
    if page.stem.startswith("_"):
        return Skip(
            page.path, 1, "list page: the name starts with an underscore, so the site shows it as no page of its own"
        )
    if is_list(meta.text):
        return Skip(page.path, meta.line, f'list page: "{plain(title)[:80]}" holds links to other pages')
    return None


def is_list(text: str) -> bool:
    """Whether most lines of a text are items that hold nothing but a link."""
    lines = [one for one in text.split("\n") if one.strip() and not one.startswith("#")]
    only_links = [
        one
        for one in lines
        if re.fullmatch(r"[ \t]*(?:[-*+]|\d+[.)])?[ \t]*!?\[+[^\[\]]*\]+(?:\([^()]*\))?[ \t]*", one)
    ]
    return len(only_links) > 4 and len(only_links) > len(lines) * 2 / 3


def carded(meta: Meta, outline: Outline, title: str) -> Card:
    """What front matter and text say together; the front matter wins where both name one thing."""
    found, answers = dict(outline.texts), outline.texts.get(Slot.ANSWERS, "")
    _describe(found, meta)
    for slot in (Slot.ELI5, Slot.EXAMPLE, Slot.WHY_IT_MATTERS):
        if slot not in found and (said := meta.slot(slot)):
            found[slot] = said
    faq, follow_ups = questions.sorted_out(
        questions.asked(found.get(Slot.FAQ, "")) + questions.asked(found.get(Slot.FOLLOW_UPS, ""), answers)
    )
    return Card(
        title=title,
        line=meta.line_of(Slot.TERM) if meta else meta.line,
        texts=found,
        lists={
            Slot.ALIASES: (*meta.names(Slot.ALIASES), *listed(found.get(Slot.ALIASES, ""))),
            Slot.RELATED: (*meta.names(Slot.RELATED), *related_names(found.get(Slot.RELATED, ""))),
            Slot.PREREQUISITES: (*meta.names(Slot.PREREQUISITES), *related_names(found.get(Slot.PREREQUISITES, ""))),
            Slot.SOURCES: (*meta.texts(Slot.SOURCES), *sources(found.get(Slot.SOURCES, ""))),
        },
        faq=faq,
        follow_ups=follow_ups,
        category=meta.slot(Slot.CATEGORY).partition("\n")[0] or next(iter(meta.names(Slot.TAGS)), ""),
        lines=tuple((slot.value, at) for slot, at in outline.lines.items()),
    )


def _describe(found: dict[Slot, str], meta: Meta) -> None:
    """Puts the front matter's summary or description where it belongs: a description that was cut short is dropped."""
    said = meta.slot(Slot.SUMMARY) or meta.slot(Slot.DEFINITION)
    cut_short = said.rstrip().endswith(("...", "…"))
    if said and not (cut_short and found.get(Slot.DEFINITION)):
        found.setdefault(Slot.SUMMARY if found.get(Slot.DEFINITION) else Slot.DEFINITION, said)


def related_names(text: str) -> tuple[str, ...]:
    """The names in a "related" section: the words of its links, else of its list items, else of its comma list."""
    if linked := [words for words, _ in links(text)]:
        return cleaned(linked)
    items = re.findall(r"^[ \t]*(?:[-*+]|\d+[.)])[ \t]+([^\n]+)", text, re.MULTILINE)
    if items:
        return cleaned(re.split(r":\s|\s[-–—]\s", one, maxsplit=1)[0] for one in items)
    return listed(text)


def sources(text: str) -> tuple[str, ...]:
    """One source per list item, else per line. A link becomes its words and its address."""
    named = re.sub(r"\[([^\[\]]*)\]\(([^()\s]*)\)", r"\1, \2", text)
    return tuple(
        one
        for one in (re.sub(r"^[ \t]*(?:[-*+]|\d+[.)])[ \t]+", "", line) for line in named.split("\n"))
        if one.strip()
    )


def _belongs(card: Card, meta: Meta, outline: Outline, needs_definition: bool) -> bool:
    """Whether a page is about its title as a glossary entry is, and not a post, a note or a manual that has a title."""
    names = (card.title, *card.lists[Slot.ALIASES])
    body = card.texts.get(Slot.DEFINITION, "") or card.texts.get(Slot.SUMMARY, "")
    defined = defines(names, body) or defines(names, meta.slot(Slot.DEFINITION)) or _announced(card.title, meta)
    if defined or meta.value("type", "layout", "kind").casefold() in _GLOSSARY_TYPES:
        return True
    if needs_definition or is_project(outline):
        return False
    if _TELLING & set(card.texts) or card.lists[Slot.ALIASES] or card.lists[Slot.RELATED] or card.category:
        return True
    first = next(iter(first_sentences(body)), "")
    return bool(first) and not _FIRST_PERSON.search(first) and not meta.has(_DATED) and _reads_like_a_name(card.title)


def _announced(title: str, meta: Meta) -> bool:
    """Whether the title asks "What is X?", or the description promises an overview, introduction or definition of it."""
    described = meta.slot(Slot.DEFINITION).casefold()
    promise = re.match(r"(?:an? |the )?(?:\w+ )?(?:overview|introduction|definition|explanation|guide)\b", described)
    return slot_of(title) is Slot.DEFINITION or bool(promise and plain(title).casefold() in described)


def _reads_like_a_name(title: str) -> bool:
    return len(title.split()) <= 6 and not re.fullmatch(r"[\d\s.:/-]+", title)


def is_project(outline: Outline) -> bool:
    """Whether a page has the headings of a software project's front page."""
    return (
        any("-".join(one.casefold().split()) in _PROJECT for one in outline.asides) or Slot.NAVIGATION in outline.texts
    )


def notes(page: Page, meta: Meta, outline: Outline) -> tuple[Skip, ...]:
    """What was read, but could not be kept word for word."""
    repeated = [
        Skip(page.path, at, f'note: "{key}" stands twice; the first is kept') for key, at in meta.branch.repeated
    ]
    lost = outline.texts.get(Slot.FAQ, "")
    if lost and not questions.asked(lost):
        repeated.append(Skip(page.path, outline.lines[Slot.FAQ], "note: answers without their questions are left out"))
    return tuple(repeated)
