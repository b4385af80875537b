"""Prose without front matter: an essay, a note, a page with or without a title.

The term comes from the title, else from the first sentence ("X is a ..."), which the file's name may confirm. A text
that defines nothing is off-topic: most text files in the world are no glossary entries.
"""

from dataclasses import replace

from corpus.readers import front_matter
from corpus.readers.card import Card, shelve
from corpus.readers.front_matter import carded, is_project, special
from corpus.readers.meta import Meta
from corpus.readers.names import defines, from_text, named
from corpus.readers.outline import Outline, outlined
from corpus.readers.page import Page, Reading, Skip
from corpus.readers.vocabulary import Slot, slot_of

_SURE = frozenset({Slot.SUMMARY, Slot.ELI5, Slot.WHY_IT_MATTERS, Slot.FAQ, Slot.FOLLOW_UPS, Slot.ALIASES})


def recognises(page: Page) -> bool:
    """Any text; the last reader to be asked."""
    return bool(page.text.strip())


def read(page: Page) -> Reading:
    """The page's one entry, or why it is none."""
    if not page.text.strip():
        return Reading(skips=(Skip(page.path, 1, "stub: the file is empty"),))
    meta, outline = Meta(text=page.text), outlined(page.text)
    if skip := special(page, meta, outline.title or page.stem):
        return Reading(skips=(skip,))
    card = _card(page, meta, outline)
    if card is None:
        return Reading(skips=(Skip(page.path, 1, "off-topic: no sentence says what a term is"),))
    return shelve(card, page) + Reading(notes=front_matter.notes(page, meta, outline))


def _card(page: Page, meta: Meta, outline: Outline) -> Card | None:
    """The card of a page that is about one term, else None."""
    body = outline.texts.get(Slot.DEFINITION, "") or outline.texts.get(Slot.SUMMARY, "")
    if outline.title:
        term, aliases = named(outline.title, page.stem)
        sure = (
            defines((term, *aliases), body) or _SURE & set(outline.texts) or slot_of(outline.title) is Slot.DEFINITION
        )
        return carded(meta, outline, outline.title) if sure and not is_project(outline) else None
    found = from_text(body, page.stem)
    if not found or is_project(outline):
        return None
    card = carded(meta, outline, found[0])
    return replace(card, lists={**card.lists, Slot.ALIASES: (*found[1], *card.lists[Slot.ALIASES])})
