"""Exports of note apps -> the same page as plain Markdown with front matter: Logseq's outlines, Notion's properties."""

import re

from corpus.importing.meaning.vocabulary import TEXTS, Field, field_of
from corpus.native_format.page import Page
from corpus.native_format.tree import Branch, Node

_PROPERTY = re.compile(r"(?P<key>[A-Za-z][\w-]{0,40}):: ?(?P<value>.*)")
_TECHNICAL = frozenset(
    "id collapsed created updated created-at updated-at title-format public icon card-last-interval".split()
)
_NOTION_NAME = re.compile(r".* [0-9a-f]{32}")
_NOTION_PROPERTY = re.compile(r"(?P<key>[A-Z][\w /-]{0,40}): (?P<value>\S.*)")


def is_logseq(page: Page) -> bool:
    """Return whether a page has properties as Logseq writes them: `alias:: close` alone on a line or in a bullet."""
    return bool(re.search(r"^(?:[ \t]*[-*] |[ \t]+)?[a-zA-Z][\w-]*:: ?\S", page.text, re.MULTILINE))


def is_notion(page: Page) -> bool:
    """Return whether a page's file has a name as Notion gives it: words and 32 hexadecimal signs."""
    return bool(_NOTION_NAME.fullmatch(page.stem)) and page.suffix == ".md"


def from_logseq(text: str) -> tuple[Branch, str]:
    """Return the properties of a Logseq page, and its outline as paragraphs with labels, line for line."""
    pairs: list[tuple[str, Node, int]] = []
    lines: list[str] = []
    for number, line in enumerate(text.split("\n"), start=1):
        found = re.match(r"(?P<indent>[ \t]*)(?P<bullet>[-*] )?(?P<rest>.*)", line)
        if not found:
            continue
        said = _PROPERTY.fullmatch(found["rest"].strip())
        is_top = not found["indent"]
        if said and said["key"].casefold() in _TECHNICAL:
            lines.append("")
        elif said and (not found["bullet"] or field_of(said["key"]) not in TEXTS):
            pairs.append((said["key"], said["value"], number))
            lines.append("")
        elif said:
            lines.append(_labelled(said["key"], said["value"]))
        elif found["bullet"] and is_top:
            lines.append(_labelled(*found["rest"].split(":", 1)) if _is_label(found["rest"]) else found["rest"])
        else:
            lines.append(re.sub(r"^(?:\t| {2})", "", line))
    return Branch(tuple(pairs)), _with_gaps(lines)


def _is_label(text: str) -> bool:
    head, colon, _ = text.partition(":")
    return bool(colon) and field_of(head) is not None and len(head.split()) < 4


def _labelled(key: str, value: str) -> str:
    """Return "**Example:** text"; what a page begins with is its definition and needs no label."""
    return (
        value.strip()
        if field_of(key) is Field.DEFINITION
        else f"**{key.strip().capitalize()}:** {value.strip()}".rstrip()
    )


def _with_gaps(lines: list[str]) -> str:
    """Return lines of which each bullet of the first level is a paragraph of its own."""
    spread: list[str] = []
    for line in lines:
        above = spread[-1] if spread else ""
        is_paragraph = bool(above.strip() and line.strip()) and not line.startswith((" ", "-", "*  "))
        if is_paragraph or (above.startswith("**") and line.startswith("-")):
            spread.append("")
        spread.append(line)
    return "\n".join(spread)


def from_notion(text: str) -> tuple[Branch, str]:
    """Return the properties below a Notion page's title, and the page without them, line for line."""
    pairs: list[tuple[str, Node, int]] = []
    lines = text.split("\n")
    start = next((number for number, line in enumerate(lines) if line.startswith("# ")), 0)
    for number in range(start + 1, len(lines)):
        found = _NOTION_PROPERTY.fullmatch(lines[number].strip())
        if not found and lines[number].strip():
            break
        if found:
            pairs.append((found["key"], found["value"], number + 1))
            lines[number] = ""
    return Branch(tuple(pairs)), "\n".join(lines)
