"""Hugo and like glossaries: front matter with a title, and headings that name an entry's sections.

Summary / ELI5 / In-depth explanation / Related terms, as well as the shape with a lead text, "Problem it addresses" and
"How it helps". What the headings mean is vocabulary.py's business.
"""

from corpus.readers import front_matter
from corpus.readers.meta import begins, split
from corpus.readers.outline import pieces
from corpus.readers.page import Page, Reading
from corpus.readers.vocabulary import TEXTS, Slot, slot_of

_SECTIONS = frozenset({*TEXTS, Slot.RELATED, Slot.FAQ, Slot.FOLLOW_UPS})


def recognises(page: Page) -> bool:
    """Front matter, and a heading that names a section of an entry."""
    return begins(page.text) and any(slot_of(one.words) in _SECTIONS for one in pieces(page.text) if 0 < one.rank < 7)


def read(page: Page) -> Reading:
    """The page's one entry, or why it is none."""
    return front_matter.read_page(page, split(page.text, page.path))
