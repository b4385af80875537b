"""XML that terminologists exchange -> records: TBX (termEntry, conceptEntry), DITA (glossentry), DocBook (glossentry)."""

import re
from collections.abc import Iterator
from xml.etree import ElementTree

from corpus.errors import MalformedEntry
from corpus.importing.formats.records import Record
from corpus.native_format.page import Page
from corpus.native_format.tree import Node

_SIGNS = re.compile(r"<(?:\w+:)?(?:termEntry|conceptEntry|glossentry|glossgroup|glossdef|martif|tbx)\b")
_SPACE = re.compile(r"\s+")


def recognises(page: Page) -> bool:
    """Return whether a text has the elements of a terminology."""
    return bool(_SIGNS.search(page.text[:100_000]))


def read(page: Page) -> list[Record]:
    """Return a record for each concept. Raises MalformedEntry for XML that is broken or defines entities of its own."""
    if "<!ENTITY" in page.text:
        problem = "XML that defines entities of its own is not read."
        raise MalformedEntry(problem, file=page.path, line=1, repair="Take the <!ENTITY lines out.")
    try:
        root = ElementTree.fromstring(re.sub(r"<!DOCTYPE[^\[>]*(?:\[[^\]]*\])?[^>]*>", "", page.text))  # noqa: S314
    except ElementTree.ParseError as error:
        line = error.position[0]
        raise MalformedEntry(
            f"This is not valid XML ({error}).", file=page.path, line=line, repair="Mend it."
        ) from error
    return list(_records(root, page.text))


def _records(root: ElementTree.Element, source: str) -> Iterator[Record]:
    at = 0
    for element in root.iter():
        name = _name(element)
        if name in {"termEntry", "conceptEntry"}:
            values = _concept(element)
        elif name == "glossentry":
            values = _entry(element)
        else:
            continue
        place = source.find(str(values["term"]), at) if values.get("term") else -1
        at = max(place, at)
        yield Record(values, 1 + source.count("\n", 0, at))


def _name(element: ElementTree.Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _text(element: ElementTree.Element) -> str:
    return _SPACE.sub(" ", "".join(element.itertext())).strip()


def _all(element: ElementTree.Element, *names: str) -> list[str]:
    return [text for one in element.iter() if _name(one) in names and (text := _text(one))]


def _language(element: ElementTree.Element) -> str:
    return next((value[:2] for key, value in element.attrib.items() if key.endswith("lang")), "")


def _concept(element: ElementTree.Element) -> dict[str, Node]:
    """Return a concept of TBX: the terms of one language, English before others, with the texts that define it."""
    sets = [one for one in element.iter() if _name(one) in {"langSet", "langSec"}]
    own = next((one for one in sets if _language(one) == "en"), sets[0] if sets else element)
    terms = _all(own, "term")
    texts = [
        _text(one)
        for scope in (own, element)
        for one in scope.iter()
        if _name(one) == "descrip" and one.attrib.get("type") in {"definition", "explanation"}
    ]
    related = [_text(one) for one in element.iter() if _name(one) == "ref" and "Concept" in one.attrib.get("type", "")]
    others = [text for one in sets if one is not own for text in _all(one, "term")]
    definition = texts[0] if texts else ", ".join(others)
    found: dict[str, Node] = {"term": terms[0] if terms else "", "definition": definition}
    return found | {"aliases": list(terms[1:]), "related": list(filter(None, related))}


def _entry(element: ElementTree.Element) -> dict[str, Node]:
    """Return an entry of DITA or DocBook."""
    names = _all(element, "glossterm")
    body = [one for one in element.iter() if _name(one) == "glossdef"]
    see = [text for one in element if _name(one) == "glosssee" for text in [_text(one)]]
    inner = [_text(one) for one in body[:1] for one in ([p for p in body[0] if _name(p) in {"para", "p"}] or [body[0]])]
    also = [text for one in body for text in _all(one, "glossseealso")]
    found: dict[str, Node] = {"term": names[0] if names else "", "definition": "\n\n".join(inner)}
    if see and not inner:
        found["definition"] = f"See {see[0]}."
    aliases = _all(element, "acronym", "abbrev", "glossAcronym", "glossAbbreviation", "glossSynonym", "glossShortForm")
    return found | {"aliases": list(aliases), "related": list(also)}
