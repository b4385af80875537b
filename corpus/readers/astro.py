"""Posts of an Astro site or any blog: front matter with a title, a description that may be cut short, and dates.

Such a site holds posts about anything, so a post is an entry only if its text says what its title is.
"""

from corpus.errors import MalformedEntry
from corpus.readers import front_matter
from corpus.readers.meta import begins, split
from corpus.readers.page import Page, Reading


def recognises(page: Page) -> bool:
    """Front matter with the keys of a post: pubDate, heroImage, author."""
    try:
        return begins(page.text) and split(page.text).has(front_matter.BLOG)
    except MalformedEntry:
        return False


def read(page: Page) -> Reading:
    """The page's one entry, or why it is none."""
    return front_matter.read_page(page, split(page.text, page.path), needs_definition=True)
