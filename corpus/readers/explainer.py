"""A concept explainer's Markdown: title, definition, follow-up questions with answers, Summary, See also.

The See-also links reopen the explainer: their query string names concept, specialist role and target audience. The
title may be a heading, a bold line, or the bold subject of the first sentence.
"""

import re

from corpus.readers import essay
from corpus.readers.meta import begins
from corpus.readers.outline import pieces
from corpus.readers.page import Page, Reading
from corpus.readers.vocabulary import Slot, slot_of

_QUERY = re.compile(r"\]\([^()\s]{0,200}\?[^()]*concept=[^()]*\)")


def recognises(page: Page) -> bool:
    """No front matter, and links that ask for a concept, or both follow-up questions and a summary or see-also."""
    if begins(page.text):
        return False
    if _QUERY.search(page.text):
        return True
    slots = {slot_of(one.words) for one in pieces(page.text) if one.rank}
    return Slot.FOLLOW_UPS in slots and bool(slots & {Slot.SUMMARY, Slot.RELATED})


def read(page: Page) -> Reading:
    """The page's one entry, or why it is none."""
    return essay.read(page)
