"""HTML pages: definition lists (`<dl>`), paragraphs that define with `<dfn>`, and articles with a heading.

An article is turned into Markdown and read as such, so that its headings mean what they mean in Markdown.
"""

import re
from dataclasses import replace

from selectolax.lexbor import LexborHTMLParser, LexborNode

from corpus.readers import essay, listing
from corpus.readers.card import Card, shelve_all
from corpus.readers.markup import GONE, markdown, parsed, words
from corpus.readers.outline import outlined
from corpus.readers.page import Page, Reading, Skip
from corpus.readers.vocabulary import Slot

_OPENS = re.compile(
    r"\s*(?:<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html|head|body|main|article|section|div|dl|h1|header|\?xml)\b",
    re.IGNORECASE | re.DOTALL,
)
_MIN_TEXT = 40


def recognises(page: Page) -> bool:
    """A text that opens with a tag of a page."""
    return bool(_OPENS.match(page.text[:20_000])) or page.suffix in {".html", ".htm", ".xhtml"}


def read(page: Page) -> Reading:
    """The page's entries. Raises MalformedEntry when it is nested too deeply."""
    tree = parsed(page.text, page.path)
    if tree.body is None or not words(tree.body):
        return Reading(skips=(Skip(page.path, 1, "stub: the page holds no text"),))
    cards = _definition_lists(tree) or _defined(tree)
    if cards:
        return shelve_all(_located(cards, page.text), page)
    return _article(page, tree)


def _definition_lists(tree: LexborHTMLParser) -> list[Card]:
    """A card for each group of `<dt>` and the `<dd>` after it; the lists of the page's furniture are left out."""
    cards: list[Card] = []
    for node in tree.css("dl"):
        if not _is_furniture(node) and not _is_inside(node, "dl"):
            cards.extend(_groups(node))
    told = [one for one in cards if len(one.texts.get(Slot.DEFINITION, "")) > _MIN_TEXT / 2]
    return cards if len(told) > 1 and len(told) > len(cards) / 2 else []


def _groups(node: LexborNode) -> list[Card]:
    items = [
        one
        for child in node.iter()
        for one in (child.iter() if child.tag == "div" else [child])
        if one.tag in {"dt", "dd"}
    ]
    groups: list[tuple[list[str], list[str]]] = []
    for one in items:
        if one.tag == "dt" and (not groups or groups[-1][1]):
            groups.append(([], []))
        if groups:
            groups[-1][0 if one.tag == "dt" else 1].append(words(one) if one.tag == "dt" else markdown(one))
    return [
        Card(title=names[0], texts={Slot.DEFINITION: "\n\n".join(bodies)}, lists={Slot.ALIASES: tuple(names[1:])})
        for names, bodies in groups
        if names and names[0]
    ]


def _defined(tree: LexborHTMLParser) -> list[Card]:
    """A card for each paragraph with a `<dfn>`, where a page has several; one alone may sit in an article about it."""
    cards = []
    for node in tree.css("dfn"):
        block = _block_of(node)
        if block is not None and not _is_furniture(node) and words(node):
            title = (node.attributes.get("title") or "").strip() or words(node)
            aliases = (words(node),) if title != words(node) else ()
            cards.append(Card(title=title, texts={Slot.DEFINITION: markdown(block)}, lists={Slot.ALIASES: aliases}))
    return cards if len(cards) > 1 or (cards and not tree.css_first("h1")) else []


def _block_of(node: LexborNode) -> LexborNode | None:
    above = node.parent
    while above is not None and above.tag not in {"p", "li", "dd", "td", "div", "section", "body"}:
        above = above.parent
    return above


def _is_inside(node: LexborNode, tag: str) -> bool:
    above = node.parent
    while above is not None and above.tag != tag:
        above = above.parent
    return above is not None


def _is_furniture(node: LexborNode) -> bool:
    above: LexborNode | None = node
    while above is not None:
        if above.tag in GONE:
            return True
        above = above.parent
    return False


def _located(cards: list[Card], text: str) -> list[Card]:
    """Cards with the line where their title stands, looked for in order."""
    found, at, line, misses = [], 0, 1, 0
    for card in cards:
        place = text.find(card.title, at) if misses < 3 else -1
        misses += place < 0
        if place >= 0:
            line, at = line + text.count("\n", at, place), place
        found.append(replace(card, line=line))
    return found


def _article(page: Page, tree: LexborHTMLParser) -> Reading:
    """The page's main part as Markdown: a listing, or one entry named by its heading or the page's title."""
    root = next(
        (node for tag in ("article", "main", "[role=main]") if (node := tree.css_first(tag)) is not None), tree.body
    )
    text = markdown(root) if root is not None else ""
    heading = tree.css_first("h1")
    name = words(heading) if heading is not None else _page_title(tree)
    inner = Page(page.path, text if outlined(text).title or not name else f"# {name}\n\n{text}")
    reading = listing.read(inner) if listing.recognises(inner) else essay.read(inner)
    line = 1 + page.text.count("\n", 0, max(page.text.find(name), 0)) if name else 1
    return _moved(reading, line)


def _page_title(tree: LexborHTMLParser) -> str:
    """The `<title>` without the site's name: "Dropout | My Glossary" -> "Dropout"."""
    title = tree.css_first("title")
    return re.split(r"\s+[|–—·»-]\s+", words(title))[0] if title is not None else ""


def _moved(reading: Reading, line: int) -> Reading:
    """The reading with every line replaced by one that is in the HTML file, since those of the Markdown are not."""
    return Reading(
        tuple(replace(one, origin=replace(one.origin, lines=(("term", line),))) for one in reading.entries),
        tuple(replace(one, line=line) for one in reading.skips),
        tuple(replace(one, line=line) for one in reading.redirects),
        tuple(replace(one, line=line) for one in reading.notes),
    )
