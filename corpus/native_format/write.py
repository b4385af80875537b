"""Entry -> the native Markdown file. The inverse of readers.native: reading what this writes gives an equal entry,
and writing what was read from a canonical file gives its bytes. Touches no disk.
"""

import json
import re
from collections.abc import Iterable

import yaml

from corpus.entry import Entry, Faq, Section, Source
from corpus.native_format.read import SECTIONS


def native(entry: Entry) -> str:
    """The entry as a native file. Keys and sections without content are left out."""
    sections = ((section, _body(entry, section)) for section in SECTIONS)
    blocks = [f"## {section.heading}\n{body}" for section, body in sections if body]
    return "\n\n".join([f"---\n{_front_matter(entry)}---", *blocks]) + "\n"


def _front_matter(entry: Entry) -> str:
    lines = [f"term: {_scalar(entry.term)}"]
    if entry.aliases:
        lines.append(f"aliases: {_flow(entry.aliases)}")
    if entry.category:
        lines.append(f"category: {_scalar(entry.category)}")
    if entry.senses:
        pairs = ", ".join(f"{_scalar(one.name)}: {_scalar(one.phrase)}" for one in entry.senses)
        lines.append(f"disambiguation: {{{pairs}}}")
    if entry.prerequisites:
        lines.append(f"prerequisites: {_flow(entry.prerequisites)}")
    if entry.related:
        lines.append(f"related: {_flow(entry.related)}")
    if entry.sources:
        lines += ["sources:", *(line for source in entry.sources for line in _source(source))]
    if entry.reviewed:
        lines.append(f"reviewed: {entry.reviewed}")
    if entry.figure and not entry.figure.alt:
        lines.append(f"figure: {_scalar(entry.figure.file)}")
    elif entry.figure:
        lines += ["figure:", f"  file: {_scalar(entry.figure.file)}", f"  alt: {_quoted(entry.figure.alt)}"]
    lines += _block("checks", entry.checks)
    return "".join(f"{line}\n" for line in lines)


def _body(entry: Entry, section: Section) -> str:
    if section is Section.FACETS:
        return "\n\n".join(f"### {facet.name}\n{facet.text}" for facet in entry.facets)
    if section is Section.FAQ:
        return "\n\n".join(f"### {_heading(faq)}\n{faq.answer}" for faq in entry.faq)
    if section is Section.FOLLOW_UPS:
        return "\n".join(f"- {one}" for one in entry.follow_ups)
    return entry.text(section)


def _heading(faq: Faq) -> str:
    return f"{faq.question} {{level: {faq.level}}}" if faq.level else faq.question


def _source(source: Source) -> list[str]:
    if not source.link:
        return [f"  - {_quoted(source.text)}"]
    lines = [f"  - text: {_quoted(source.text)}"]
    lines += [f"    url: {source.url}"] if source.url else []
    return lines + ([f"    doi: {source.doi}"] if source.doi else [])


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


_PLAIN = re.compile(r"[A-Za-z](?:[\w ./+()'-]*[\w)+])?", re.ASCII)
"""What YAML reads as it is; asking its writer about each name would take most of the time of an import."""

_KEYWORDS = frozenset("y n yes no on off true false null nan inf".split())


def _scalar(text: str) -> str:
    """A YAML scalar that is safe inside a flow list, quoted only where it has to be."""
    if _PLAIN.fullmatch(text) and text.casefold() not in _KEYWORDS:
        return text
    dumped: str = yaml.safe_dump([text], default_flow_style=True, allow_unicode=True, width=10**9)
    inner = dumped.strip()[1:-1]
    # A quoted scalar may be folded over lines; JSON's strings are YAML's double-quoted ones and never are.
    return json.dumps(text, ensure_ascii=False) if "\n" in inner else inner


def _flow(texts: Iterable[str]) -> str:
    return f"[{', '.join(_scalar(one) for one in texts)}]"


def _block(key: str, texts: Iterable[str]) -> list[str]:
    items = [f"  - {_quoted(text)}" for text in texts]
    return [f"{key}:", *items] if items else []
