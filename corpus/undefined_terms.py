"""Terms of the glossary that a simple text uses without explaining them. Pure.

Counts as explained: linked; the entry's own name; or told in place, the way people do it: "an epoch, one pass over
the data", "the loss (how wrong it is)", "what is called a token", "an epoch is one pass". Everyday words that are also
terms ("model", "training") are no jargon.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from corpus.entry import Entry, Section
from corpus.glossary import Glossary, folded
from corpus.text import links, unlinked
from corpus.word_frequency import is_everyday

_TOLD_AFTER = re.compile(r"[\"”']?\s*(?:[(,:;]|is\b|are\b|means\b)")
_TOLD_BEFORE = re.compile(
    r"(?:\b(?:called|known as|term for|named|so-called|is|are|or)|[(,])\s+(?:(?:an?|the)\s+)?[\"“']?$", re.IGNORECASE
)
_MASKED_LINK = re.compile(r"\[([^\]\n]+)\]\([^)\s]+\)")


def undefined_terms(entry: Entry, section: Section, glossary: Glossary) -> Iterator[str]:
    """Each term of another entry that the section uses and does not explain, once, as it is written there."""
    text = entry.text(section)
    linked = {target.removesuffix(".md") for _, target in links(text)}
    # Links are blanked out to their length: their words are explained, and what surrounds them keeps its place.
    visible = _MASKED_LINK.sub(lambda found: "\ufffc" * len(found[0]), text)
    seen: set[str] = set()
    for found in _names(glossary).finditer(visible):
        target = glossary.find(found[1])
        if target is None or target.slug in linked | seen | {entry.slug}:
            continue
        seen.add(target.slug)
        if section is Section.ELI5 or not _told_in_place(visible, found):
            yield unlinked(found[0])


def _told_in_place(text: str, found: re.Match[str]) -> bool:
    return bool(_TOLD_AFTER.match(text, found.end()) or _TOLD_BEFORE.search(text[: found.start()]))


@lru_cache(maxsize=2)
def _names(glossary: Glossary) -> re.Pattern[str]:
    """Matches every name that is jargon, the longest first, also in the plural. Acronyms are matched as they are
    written: DARTS is a method, darts is a game.
    """
    names = {name for entry in glossary for name in entry.names if len(name) > 3 and not is_everyday(folded(name))}
    alternatives = "|".join(_pattern(one) for one in sorted(names, key=lambda one: (-len(one), one))) or r"(?!)"
    return re.compile(rf"(?<![\w-])({alternatives})(?:s|es)?(?![\w-])", re.IGNORECASE)


def _pattern(name: str) -> str:
    if any(c.isupper() for c in name[1:]) and " " not in name:
        return f"(?-i:{re.escape(name)})"
    return re.escape(folded(name)).replace(r"\ ", r"[\s-]")
