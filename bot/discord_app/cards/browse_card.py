"""The glossary as a list in pages, all of it or one category. Pure."""

from collections import Counter
from collections.abc import Sequence

from bot.discord_app.cards.answer_card import PAGE_BYTES, PAGE_CHARACTERS, Button, Card, Select, options_of
from bot.discord_app.discord_text import sanitize
from bot.discord_app.discord_text.render import TextBlock
from bot.discord_app.discord_text.split import clip
from bot.discord_app.limits import MAX_CHOICE_NAME, MAX_CHOICES, byte_size, size
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


PAGE = "b1:turn:{page}:{category}"
PAGE_TEMPLATE = r"b1:turn:(?P<page>-?\d{1,6}):(?P<category>.*)"
TERM_SELECT = "b1:show"
"""The custom_ids of the buttons that turn the page, and of selects that explain a term."""


def page_of(headwords: Sequence[Headword], category: str, page: int) -> Card:
    """Make one page of the list, with a select that explains a term and buttons that turn the page."""
    shown = sorted(
        (headword for headword in headwords if in_category(headword, category)), key=lambda one: folded(one.term)
    )
    if not shown:
        return Card("", (TextBlock("There is no such category. `/browse` without one lists all terms."),))
    pages = -(-len(shown) // ON_PAGE)
    page %= pages
    here = shown[page * ON_PAGE : (page + 1) * ON_PAGE]
    counted = f"{len(shown)} term{'' if len(shown) == 1 else 's'} · page {page + 1} of {pages}"
    title = f"### {clip(sanitize.plain(category), 2 * CATEGORY) if category else 'All terms'}\n-# {counted}"
    turn = tuple(
        Button(sign, PAGE.format(page=to, category=category[:CATEGORY]))
        for sign, to in (("◀", page - 1), ("▶", page + 1))
    )
    options = options_of(headword.term for headword in here)
    rows = (*((Select(TERM_SELECT, "Explain …", options),) if options else ()), *((turn,) if pages > 1 else ()))
    return Card(title, (TextBlock(_listed(here)),), "", rows)


def in_category(one: Headword, category: str) -> bool:
    """Return whether a term belongs to a category; to the empty one belong all."""
    return not category or folded(one.category[:CATEGORY]) == folded(category[:CATEGORY])


def categories(headwords: Sequence[Headword], typed: str) -> list[str]:
    """Return the categories that begin with or hold what was typed, the largest first."""
    counted = Counter(
        headword.category
        for headword in headwords
        if headword.category.strip() and size(headword.category) <= MAX_CHOICE_NAME
    )
    key = folded(typed)
    held = [name for name, _ in counted.most_common() if key in folded(name)]
    return sorted(held, key=lambda name: not folded(name).startswith(key))[:MAX_CHOICES]


def _listed(here: Sequence[Headword]) -> str:
    """Return the terms, each with as much of its summary as the whole page has room for."""
    text = ""
    for most in SUMMARIES:
        text = "\n".join(_line(headword, most) for headword in here)
        if size(text) <= PAGE_CHARACTERS and byte_size(text) <= PAGE_BYTES:
            break
    return text


def _line(one: Headword, most: int) -> str:
    summary = sanitize.answer(clip(one.summary, most)) if most else ""
    return f"**{sanitize.plain(clip(sanitize.one_line(one.term), TERM))}** {summary}".rstrip()
