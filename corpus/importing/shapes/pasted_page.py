"""A glossary site's page copied as plain text: "What is X?", then labels that stand alone on a line, without markup.

Each line is a paragraph. The copy has lost what was a link or folded away: the names of related terms, which open each
line of that part and are read from there, and the questions of the FAQ, whose answers alone would mislead.
"""

from dataclasses import replace

from corpus.importing.draft import ParseResult
from corpus.importing.formats.document import Document, Kind
from corpus.importing.meaning.names import listed
from corpus.importing.meaning.sentences import first_sentences, subject
from corpus.importing.meaning.vocabulary import Field, field_of
from corpus.importing.shapes.outline import Outline
from corpus.importing.shapes.page_entry import PageReading, drafted, notes
from corpus.importing.to_entry import to_entry
from corpus.native_format.page import Page

SHAPE = "a copied page"
_MAX_LABEL_WORDS = 5
_RUN_IN = frozenset({Field.ALIASES, Field.CATEGORY, Field.RELATED, Field.SUMMARY, Field.SOURCES})
_LABELS = frozenset(Field) - {Field.TERM, Field.TAGS}


def read(document: Document) -> PageReading | None:
    """Return the page's one entry; None without a title and at least two labels alone on their lines."""
    if document.meta or any(block.kind is Kind.HEADING for block in document.blocks) or "**" in document.text:
        return None
    lines = [line.strip() for line in document.text[:20_000].split("\n") if line.strip()]
    labels = {label for line in lines[1:] if (label := _label(line)[0])}
    if len(labels) < 2 or not (field_of(lines[0]) is Field.DEFINITION or len(lines[0].split()) <= 8):
        return None
    outline = _outlined(document.text)
    draft = drafted(document.meta, outline, outline.title)
    lists = {**draft.lists, Field.RELATED: _related(outline.texts.get(Field.RELATED, ""))}
    draft = replace(draft, lists=lists, category=outline.texts.get(Field.CATEGORY, ""))
    result = to_entry(draft, Page(document.path, document.text)) + ParseResult(notes=notes(document, outline))
    return PageReading(result, 0.8)


def _label(line: str) -> tuple[Field | None, str]:
    """The role that a line names, and what follows on the line: "Also known as: DL" -> aliases, "DL"."""
    head, colon, rest = line.partition(":")
    if len(head.split()) > _MAX_LABEL_WORDS or head.endswith(("?", ".", ",")):
        return None, ""
    role = field_of(head)
    if role not in _LABELS or (rest.strip() and role not in _RUN_IN) or (not colon and head[:1].islower()):
        return None, ""
    return role, rest.strip()


def _outlined(text: str) -> Outline:
    """Title, roles and their lines. A line is a paragraph of its own."""
    title, role = "", Field.DEFINITION
    texts: dict[Field, list[str]] = {}
    lines: dict[Field, int] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        if not title:
            title = line.strip()
            continue
        label, rest = _label(line.strip())
        role = label or role
        lines.setdefault(role, number)
        if said := rest if label else line.strip():
            texts.setdefault(role, []).append(said)
        role = Field.DEFINITION if label in _RUN_IN and rest else role
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
