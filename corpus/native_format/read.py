"""The native format: YAML front matter and one `##` heading per section. The one format that this project also writes.

Strict, because people edit it by hand: an unknown heading or key is an error with its line, never silently dropped.
"""

from typing import Any

from corpus.entry import PROSE, Entry, Faq, Origin, Section, Sense, Source
from corpus.errors import MalformedEntry
from corpus.readers.markdown import Document, Part, bullets, document, parts
from corpus.readers.page import Page, Reading

KEYS = ("term", "aliases", "category", "disambiguation", "prerequisites", "related", "sources", "checks")
"""The front matter's keys, in the order they are written."""

SECTIONS = (*PROSE, Section.FAQ, Section.FOLLOW_UPS)
"""The sections that a native file may hold, in the order they are written."""

_BY_HEADING = {section.heading.casefold(): section for section in SECTIONS}


def recognises(page: Page) -> bool:
    """Front matter that names its `term`, in a Markdown file."""
    return page.suffix in {".md", ".markdown"} and page.text.startswith("---\n") and "\nterm:" in page.text[:4000]


def read(page: Page) -> Reading:
    """The page's one entry. Raises MalformedEntry."""
    return Reading((entry(page.text, page.path),))


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
        sources=tuple(Source(one) for one in meta.strings("sources")),
        checks=meta.strings("checks"),
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


def _faq(part: Part | None, file: str) -> tuple[Faq, ...]:
    if part is None:
        return ()
    before, questions = parts(part.text, 3, part.line + 1)
    if before:
        raise MalformedEntry(
            "FAQ text stands before a question.", file=file, line=part.line, repair="Start with `### The question?`."
        )
    return tuple(Faq(one.heading, one.text) for one in questions)


def _follow_ups(part: Part | None, file: str) -> tuple[str, ...]:
    if part is None:
        return ()
    items = tuple(bullets(part.text))
    if not items:
        raise MalformedEntry(
            "Follow-ups is not a list.", file=file, line=part.line, repair="Start each question with `- `."
        )
    return items
