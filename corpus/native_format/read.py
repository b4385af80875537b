"""The native format: YAML front matter and one `##` heading per section. The one format that this project also writes.

Strict, because people edit it by hand: an unknown heading or key is an error with its line, never silently dropped.
"""

import re
from typing import Any

from corpus.entry import PROSE, Entry, Facet, Faq, Figure, Level, Origin, Section, Sense, Source
from corpus.errors import MalformedEntry
from corpus.native_format.markdown import Document, Part, bullets, document, parts

KEYS = (
    *("term", "aliases", "category", "disambiguation", "prerequisites", "related", "sources", "reviewed", "figure"),
    "checks",
)
"""The front matter's keys, in the order they are written."""

SECTIONS = (*PROSE, Section.FACETS, Section.FAQ, Section.FOLLOW_UPS)
"""The sections that a native file may hold, in the order they are written."""

_LEVEL_TAG = re.compile(r"\s*\{level:\s*(?P<level>[^{}]*?)\s*\}$")
_MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])")

_BY_HEADING = {section.heading.casefold(): section for section in SECTIONS}


def entry(text: str, file: str = "") -> Entry:
    """Reads one native file. Raises MalformedEntry with file, line and repair."""
    doc = document(text, file)
    meta = _Meta(doc, file)
    before, found = parts(doc.text, 2, doc.line)
    if before:
        raise MalformedEntry(
            "Text stands before the first heading.", file=file, line=doc.line, repair="Put it under `## Summary`."
        )
    sections = _sections(found, file)
    texts = {one.value.replace(" ", "_"): part.text for one, part in sections.items() if one in PROSE}
    term = meta.text("term")
    if not term:
        raise MalformedEntry("The entry has no term.", file=file, line=1, repair="Add `term: …` to the front matter.")
    return Entry(
        term=term,
        aliases=meta.strings("aliases"),
        category=meta.text("category"),
        senses=meta.senses(),
        prerequisites=meta.strings("prerequisites"),
        related=meta.strings("related"),
        sources=meta.sources(),
        reviewed=meta.month("reviewed"),
        figure=meta.figure(),
        checks=meta.strings("checks"),
        facets=_facets(sections.get(Section.FACETS), file),
        faq=_faq(sections.get(Section.FAQ), file),
        follow_ups=_follow_ups(sections.get(Section.FOLLOW_UPS), file),
        origin=Origin(file, (*doc.key_lines.items(), *((one.value, part.line) for one, part in sections.items()))),
        **texts,
    )


class _Meta:
    """Front matter whose values have the types an entry needs, or a MalformedEntry that says which does not."""

    def __init__(self, doc: Document, file: str) -> None:
        self._doc, self._file = doc, file
        for key in doc.meta:
            if key not in KEYS:
                raise self._wrong(str(key), f'"{key}" is not a key of an entry.', f"Use one of: {', '.join(KEYS)}.")

    def text(self, key: str) -> str:
        value: Any = self._doc.meta.get(key, "")
        if not isinstance(value, str):
            raise self._wrong(key, f'"{key}" has to be text, not {value!r}.', "Put it in quotes.")
        return value.strip()

    def strings(self, key: str) -> tuple[str, ...]:
        value: Any = self._doc.meta.get(key) or []
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise self._wrong(
                key, f'"{key}" has to be a list of texts.', "Write [one, two] and quote what is not a word."
            )
        return tuple(one.strip() for one in value)

    def senses(self) -> tuple[Sense, ...]:
        value: Any = self._doc.meta.get("disambiguation") or {}
        if not isinstance(value, dict) or not all(isinstance(one, str) for pair in value.items() for one in pair):
            raise self._wrong(
                "disambiguation", '"disambiguation" has to map names to phrases.', "Write {name: phrase}."
            )
        return tuple(Sense(name, phrase) for name, phrase in value.items())

    def sources(self) -> tuple[Source, ...]:
        value: Any = self._doc.meta.get("sources") or []
        if not isinstance(value, list):
            raise self._wrong("sources", '"sources" has to be a list.', "Start each source with `- `.")
        return tuple(self._source(item) for item in value)

    def _source(self, item: Any) -> Source:
        if isinstance(item, str):
            return Source(item.strip())
        fields = {"text", "url", "doi"}
        if not isinstance(item, dict) or not item.get("text") or set(item) - fields:
            raise self._wrong(
                "sources", f"A source has to be a text or a mapping with a text, not {item!r}.", "Write `- text: …`."
            )
        return Source(**{key: str(value).strip() for key, value in item.items()})

    def month(self, key: str) -> str:
        month = self.text(key)
        if month and not _MONTH.fullmatch(month):
            raise self._wrong(key, f'"{key}" has to be a month, not {month!r}.', "Write YYYY-MM, such as 2026-11.")
        return month

    def figure(self) -> Figure | None:
        value: Any = self._doc.meta.get("figure")
        if not value:
            return None
        if isinstance(value, str):
            return Figure(value.strip())
        if not isinstance(value, dict) or not value.get("file") or set(value) - {"file", "alt"}:
            raise self._wrong(
                "figure", f'"figure" has to be a file name, or a file and its alt text, not {value!r}.',
                'Write {file: name.svg, alt: "What the picture shows."}.',
            )  # fmt: skip
        return Figure(str(value["file"]).strip(), str(value.get("alt", "")).strip())

    def _wrong(self, key: str, problem: str, repair: str) -> MalformedEntry:
        return MalformedEntry(problem, file=self._file, line=self._doc.key_lines.get(key, 1), repair=repair)


def _sections(found: list[Part], file: str) -> dict[Section, Part]:
    sections: dict[Section, Part] = {}
    for part in found:
        section = _BY_HEADING.get(part.heading.casefold())
        if section is None:
            known = ", ".join(one.heading for one in SECTIONS)
            raise MalformedEntry(
                f'"{part.heading}" is not a section.', file=file, line=part.line, repair=f"Use one of: {known}."
            )
        if section in sections:
            raise MalformedEntry(
                f'"{part.heading}" stands twice.', file=file, line=part.line, repair="Keep one of the two."
            )
        sections[section] = part
    return sections


def _facets(part: Part | None, file: str) -> tuple[Facet, ...]:
    facets = _subsections(part, file, "Facet text stands before a name.", "Start with `### The name`.")
    return tuple(Facet(facet.heading, facet.text) for facet in facets)


def _faq(part: Part | None, file: str) -> tuple[Faq, ...]:
    questions = _subsections(part, file, "FAQ text stands before a question.", "Start with `### The question?`.")
    return tuple(_one_faq(question, file) for question in questions)


def _one_faq(part: Part, file: str) -> Faq:
    tag = _LEVEL_TAG.search(part.heading)
    if tag is None:
        return Faq(part.heading, part.text)
    if tag["level"] not in set(Level):
        raise MalformedEntry(
            f'"{tag["level"]}" is not a level.', file=file, line=part.line, repair=f"Use one of: {', '.join(Level)}."
        )
    return Faq(part.heading[: tag.start()], part.text, Level(tag["level"]))


def _subsections(part: Part | None, file: str, problem: str, repair: str) -> list[Part]:
    """Return the parts under the `###` headings of a section."""
    if part is None:
        return []
    before, subsections = parts(part.text, 3, part.line + 1)
    if before:
        raise MalformedEntry(problem, file=file, line=part.line, repair=repair)
    return subsections


def _follow_ups(part: Part | None, file: str) -> tuple[str, ...]:
    if part is None:
        return ()
    items = tuple(bullets(part.text))
    if not items:
        raise MalformedEntry(
            "Follow-ups is not a list.", file=file, line=part.line, repair="Start each question with `- `."
        )
    return items
