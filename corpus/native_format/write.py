"""Entry -> the native Markdown file. The inverse of readers.native: reading what this writes gives an equal entry,
and writing what was read from a canonical file gives its bytes. Touches no disk.
"""

import json
from collections.abc import Iterable

import yaml

from corpus.entry import Entry, Section
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
    lines += _block("sources", (one.text for one in entry.sources))
    lines += _block("checks", entry.checks)
    return "".join(f"{line}\n" for line in lines)


def _body(entry: Entry, section: Section) -> str:
    if section is Section.FAQ:
        return "\n\n".join(f"### {one.question}\n{one.answer}" for one in entry.faq)
    if section is Section.FOLLOW_UPS:
        return "\n".join(f"- {one}" for one in entry.follow_ups)
    return entry.text(section)


def _scalar(text: str) -> str:
    """A YAML scalar that is safe inside a flow list, quoted only where it has to be."""
    dumped: str = yaml.safe_dump([text], default_flow_style=True, allow_unicode=True, width=10**9)
    inner = dumped.strip()[1:-1]
    # A quoted scalar may be folded over lines; JSON's strings are YAML's double-quoted ones and never are.
    return json.dumps(text, ensure_ascii=False) if "\n" in inner else inner


def _flow(texts: Iterable[str]) -> str:
    return f"[{', '.join(_scalar(one) for one in texts)}]"


def _block(key: str, texts: Iterable[str]) -> list[str]:
    items = [f"  - {json.dumps(one, ensure_ascii=False)}" for one in texts]
    return [f"{key}:", *items] if items else []
