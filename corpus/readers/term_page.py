"""A glossary site's page copied as plain text: "What is X?", then labels that stand alone on a line, without markup.

Each line is a paragraph. The copy has lost what was a link or folded away: the names of related terms, which open each
line of that part and are read from there, and the questions of the FAQ, whose answers alone would mislead.
"""

from dataclasses import replace

from corpus.readers import essay, front_matter
from corpus.readers.card import shelve
from corpus.readers.front_matter import carded
from corpus.readers.meta import Meta, begins
from corpus.readers.names import listed
from corpus.readers.outline import Outline, pieces
from corpus.readers.page import Page, Reading
from corpus.readers.sentences import first_sentences, subject
from corpus.readers.vocabulary import Slot, slot_of

_MAX_LABEL_WORDS = 5
_RUN_IN = frozenset({Slot.ALIASES, Slot.CATEGORY, Slot.RELATED, Slot.SUMMARY, Slot.SOURCES})
_LABELS = frozenset(Slot) - {Slot.TERM, Slot.TAGS}


def recognises(page: Page) -> bool:
    """A title that asks what something is, or a short title, and at least two labels alone on their lines."""
    if begins(page.text) or any(0 < one.rank < 7 for one in pieces(page.text[:20_000])):
        return False
    lines = [one.strip() for one in page.text[:20_000].split("\n") if one.strip()]
    labels = {label for one in lines[1:] if (label := _label(one)[0])}
    return len(labels) > 1 and (slot_of(lines[0]) is Slot.DEFINITION or len(lines[0].split()) <= 8)


def read(page: Page) -> Reading:
    """The page's one entry, or why it is none."""
    outline = _outlined(page.text)
    if not outline.title:
        return essay.read(page)
    card = carded(Meta(text=page.text), outline, outline.title)
    lists = {**card.lists, Slot.RELATED: _related(outline.texts.get(Slot.RELATED, ""))}
    card = replace(card, lists=lists, category=outline.texts.get(Slot.CATEGORY, ""))
    return shelve(card, page) + Reading(notes=front_matter.notes(page, Meta(), outline))


def _label(line: str) -> tuple[Slot | None, str]:
    """The slot that a line names, and what follows on the line: "Also known as: DL" -> aliases, "DL"."""
    head, colon, rest = line.partition(":")
    if len(head.split()) > _MAX_LABEL_WORDS or head.endswith(("?", ".", ",")):
        return None, ""
    slot = slot_of(head)
    if slot not in _LABELS or (rest.strip() and slot not in _RUN_IN) or (not colon and head[:1].islower()):
        return None, ""
    return slot, rest.strip()


def _outlined(text: str) -> Outline:
    """Title, slots and their lines. A line is a paragraph of its own."""
    title, slot = "", Slot.DEFINITION
    texts: dict[Slot, list[str]] = {}
    lines: dict[Slot, int] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        if not title:
            title = line.strip()
            continue
        label, rest = _label(line.strip())
        slot = label or slot
        lines.setdefault(slot, number)
        if said := rest if label else line.strip():
            texts.setdefault(slot, []).append(said)
        slot = Slot.DEFINITION if label in _RUN_IN and rest else slot
    return Outline(title, {one: "\n\n".join(said) for one, said in texts.items()}, lines)


def _related(text: str) -> tuple[str, ...]:
    """The names of related terms: the subject of each line that defines one, else the line itself as a list of names."""
    names: list[str] = []
    for line in text.split("\n"):
        found = next((one for sentence in first_sentences(line)[:1] if (one := subject(sentence))), None)
        if found:
            names.append(found[0])
        elif len(line.split()) <= 8 or ("," in line and not line.rstrip().endswith(".")):
            names.extend(listed(line))
    return tuple(names)
