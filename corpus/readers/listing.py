"""One Markdown page that holds many terms: a heading, a bold word, a definition list or a table row for each.

A page is taken for a listing only if it says so in its title (a glossary, a list of terms) or if most of its pieces
define their own headings, or stand in alphabetical order; a blog post with five headings is none.
"""

import re
from collections.abc import Callable

from corpus.errors import MalformedEntry
from corpus.glossary import folded
from corpus.readers.card import Card, shelve_all
from corpus.readers.front_matter import related_names
from corpus.readers.meta import Meta, split
from corpus.readers.names import defines
from corpus.readers.outline import Piece, outlined, pieces
from corpus.readers.page import Page, Reading
from corpus.readers.vocabulary import Slot, slot_of

MIN_TERMS = 3
_SAYS_SO = re.compile(
    r"\b(?:glossary|glossar|glosario|glossaire|terms|terminology|dictionary|definitions|vocabulary|lexicon|jargon|"
    r"key concepts|begriffe|"
    r"acronyms|abbreviations)\b",
    re.IGNORECASE,
)
_BOLD_TERM = re.compile(
    r"^(?:[ \t]{0,3}[-*+][ \t]+)?(?:\*\*|__)([^*_\n]{1,100})"
    r"(?::(?:\*\*|__)|(?:\*\*|__)[ \t]*(?:\([^()\n]{1,40}\))?[ \t]*(?::|[-–—=]))[ \t]*(?=\S)",
    re.MULTILINE,
)
_PLAIN_TERM = re.compile(r"^[-*+][ \t]+([^\s:*`\[][^:*`\n]{0,60}?)(?::[ \t]+|[ \t]+[-–—][ \t]+)(?=\S)", re.MULTILINE)
_LINE_TERM = re.compile(r"^([^\W_][^:\n]{0,60}?)[ \t]*:[ \t]+(?=\S)", re.MULTILINE)
_DEFINITION_LIST = re.compile(r"^([^\s:>|#*+-][^\n]{0,100})\n(?:[ \t]*\n)?:[ \t]+", re.MULTILINE)
_MAX_NAME_WORDS = 8


def recognises(page: Page) -> bool:
    """At least three terms on the page, and a sign that a list of terms is what it is."""
    return bool(_cards(page))


def read(page: Page) -> Reading:
    """The page's entries."""
    return shelve_all(_cards(page), page)


def _cards(page: Page) -> list[Card]:
    meta = _meta(page)
    heads = pieces(meta.text, meta.line)
    top = " ".join(
        [meta.slot(Slot.TERM), next((one.words for one in heads if one.rank), ""), re.sub(r"[-_]", " ", page.stem)]
    )
    says_so = bool(_SAYS_SO.search(top))
    for cut in (_definition_list, _by_headings, _by_bold, _by_items, _by_lines):
        cards = cut(meta, heads)
        if len(cards) >= MIN_TERMS and (says_so or cut is _definition_list or _is_listing(cards)):
            return cards
    return []


def _meta(page: Page) -> Meta:
    try:
        return split(page.text)
    except MalformedEntry:  # reported by the reader that is asked next
        return Meta()


def _is_listing(cards: list[Card]) -> bool:
    """Whether most cards define their own title, or all stand in the order of the alphabet."""
    if any(slot_of(one.title) for one in cards):
        return False
    titles = [folded(one.title) for one in cards]
    defining = sum(defines([one.title], one.texts.get(Slot.DEFINITION, "")) for one in cards[:50])
    return defining > 0.6 * min(len(cards), 50) or (len(cards) > 5 and titles == sorted(titles))


def _by_headings(meta: Meta, heads: tuple[Piece, ...]) -> list[Card]:
    """A term for each heading of the rank that has most of them; what stands between headings belongs to the one above."""
    real = [one for one in heads if 0 < one.rank < 7]
    ranks = [one.rank for one in real]
    if not real:
        return []
    rank = max(sorted(set(ranks)), key=ranks.count)
    groups: list[tuple[Piece, list[str]]] = []
    for one in heads:
        if one.rank == rank:
            groups.append((one, [one.text]))
        elif one.rank and one.rank < rank:
            groups.append((one, []))
        elif groups and groups[-1][1]:
            groups[-1][1].append(
                f"{'#' * min(one.rank, 6)} {one.words}\n\n{one.text}"
                if one.rank < 7
                else f"**{one.words}:** {one.text}"
            )
    chosen = [(one, "\n\n".join(texts)) for one, texts in groups if one.rank == rank and texts]
    known = sum(slot_of(one.words) is not None for one, _ in chosen)
    return (
        []
        if known > len(chosen) / 4
        else [_card(one.words, text, one.line) for one, text in chosen if _is_name(one.words)]
    )


def _card(title: str, text: str, line: int) -> Card:
    outline = outlined(text, line, title)
    lists = {
        Slot.RELATED: related_names(outline.texts.get(Slot.RELATED, "")),
        Slot.ALIASES: related_names(outline.texts.get(Slot.ALIASES, "")),
    }
    return Card(title=title, line=line, texts=outline.texts, lists=lists)


def _is_name(words: str) -> bool:
    return (
        len(words.split()) <= _MAX_NAME_WORDS
        and len(words) > 0
        and not (len(words) == 1 and words.isascii() and words.isalpha())
    )


def _definition_list(meta: Meta, heads: tuple[Piece, ...]) -> list[Card]:
    return _cut(meta, _DEFINITION_LIST, lambda text: re.sub(r"^:?[ \t]{1,4}", "", text, flags=re.MULTILINE))


def _by_bold(meta: Meta, heads: tuple[Piece, ...]) -> list[Card]:
    return _cut(meta, _BOLD_TERM)


def _by_items(meta: Meta, heads: tuple[Piece, ...]) -> list[Card]:
    return _cut(meta, _PLAIN_TERM)


def _by_lines(meta: Meta, heads: tuple[Piece, ...]) -> list[Card]:
    return _cut(meta, _LINE_TERM)


def _cut(meta: Meta, pattern: re.Pattern[str], mend: Callable[[str], str] = str) -> list[Card]:
    """A card from each match to the next, a heading ends one too. Empty when they are not most of the page."""
    text = re.sub(r"^#{1,6} [^\n]*$", "\0", meta.text, flags=re.MULTILINE)
    found = list(pattern.finditer(text))
    ends = [one.start() for one in found[1:]] + [len(text)]
    bodies = [text[one.end() : end].split("\0")[0] for one, end in zip(found, ends, strict=False)]
    if sum(map(len, bodies)) + sum(len(one[0]) for one in found) < len(text) / 2:
        return []
    cards, line, at = [], meta.line, 0
    for one, body in zip(found, bodies, strict=False):
        line, at = line + text.count("\n", at, one.start()), one.start()
        if _is_name(one[1]):
            cards.append(Card(title=one[1].strip(), line=line, texts={Slot.DEFINITION: mend(body).strip("\n")}))
    return cards
