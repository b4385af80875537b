"""The glossary as a list in pages, all of it or one category. Pure."""

from collections import Counter
from collections.abc import Sequence

from bot.discord_app.cards.answer_card import PAGE_BYTES, PAGE_CHARACTERS, Button, Card, Select, options_of
from bot.discord_app.discord_text import sanitize as inert
from bot.discord_app.discord_text.render import TextBlock
from bot.discord_app.discord_text.split import clip
from bot.discord_app.limits import CHOICE_NAME, CHOICES, byte_size, size
from corpus.glossary import folded
from index.segment import Headword

ON_PAGE = 25
"""Terms of one page: as many as a select can offer."""

TERM = 45
"""Characters of a term in the list; the select shows more of it."""

SUMMARIES = (90, 60, 30, 0)
"""Characters of a summary: the first that lets a page fit one message."""

CATEGORY = 40
"""Characters by which a category is told from others: as many as a custom_id can carry."""


def page_of(headwords: Sequence[Headword], category: str, page: int) -> Card:
    """One page of the list, with a select that explains a term and buttons that turn the page.

    The custom_ids are `b1:turn:PAGE:CATEGORY` and `b1:show`.
    """
    shown = sorted((one for one in headwords if in_category(one, category)), key=lambda one: folded(one.term))
    if not shown:
        return Card("", (TextBlock("There is no such category. `/browse` without one lists all terms."),))
    pages = -(-len(shown) // ON_PAGE)
    page %= pages
    here = shown[page * ON_PAGE : (page + 1) * ON_PAGE]
    counted = f"{len(shown)} term{'' if len(shown) == 1 else 's'} · page {page + 1} of {pages}"
    title = f"### {clip(inert.plain(category), 2 * CATEGORY) if category else 'All terms'}\n-# {counted}"
    turn = tuple(Button(sign, f"b1:turn:{to}:{category[:CATEGORY]}") for sign, to in (("◀", page - 1), ("▶", page + 1)))
    options = options_of(one.term for one in here)
    rows = (*((Select("b1:show", "Explain …", options),) if options else ()), *((turn,) if pages > 1 else ()))
    return Card(title, (TextBlock(_listed(here)),), "", rows)


def in_category(one: Headword, category: str) -> bool:
    """Whether a term belongs to a category; to the empty one belong all."""
    return not category or folded(one.category[:CATEGORY]) == folded(category[:CATEGORY])


def categories(headwords: Sequence[Headword], typed: str) -> list[str]:
    """The categories that begin with or hold what was typed, the largest first."""
    counted = Counter(one.category for one in headwords if one.category.strip() and size(one.category) <= CHOICE_NAME)
    key = folded(typed)
    held = [name for name, _ in counted.most_common() if key in folded(name)]
    return sorted(held, key=lambda name: not folded(name).startswith(key))[:CHOICES]


def _listed(here: Sequence[Headword]) -> str:
    """The terms, each with as much of its summary as the whole page has room for."""
    text = ""
    for most in SUMMARIES:
        text = "\n".join(_line(one, most) for one in here)
        if size(text) <= PAGE_CHARACTERS and byte_size(text) <= PAGE_BYTES:
            break
    return text


def _line(one: Headword, most: int) -> str:
    summary = inert.answer(clip(one.summary, most)) if most else ""
    return f"**{inert.plain(clip(inert.one_line(one.term), TERM))}** {summary}".rstrip()
