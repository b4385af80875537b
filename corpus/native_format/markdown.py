"""Markdown cut at its headings, and YAML front matter with line numbers.

Knows no entry. Headings are found by markdown-it, so a `#` inside a code fence is no heading.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import yaml
from markdown_it import MarkdownIt

from corpus.errors import MalformedEntry
from corpus.native_format.front_matter import FrontMatter, split
from corpus.native_format.tree import from_yaml

_PARSER = MarkdownIt("commonmark").disable("inline")
"""Blocks only: a heading's words are wanted as they are written."""
_BOMB_SIGN, _MANY_BRACKETS = "*", 200
"""What a front matter that could exhaust memory or the stack has; only such a one is looked through beforehand."""
_KEY = re.compile(r"^([A-Za-z_][\w -]*):", re.MULTILINE)
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Part:
    """A heading and the text below it down to the next heading of the same or a higher rank. `line` from 1."""

    heading: str
    rank: int
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Document:
    """Front matter as a dict (empty when there is none), the lines of its keys, the text after it and its first line."""

    meta: dict[str, Any]
    key_lines: dict[str, int]
    text: str
    line: int


def document(text: str, file: str = "") -> Document:
    """Split front matter from text. Raises MalformedEntry when the front matter is not a YAML mapping."""
    if not text.startswith("---"):
        return Document({}, {}, text, 1)
    front = split(text, file)
    if not front.kind:
        problem, repair = "The front matter is not a YAML mapping.", "Write `key: value` lines."
        raise MalformedEntry(problem, file=file, line=1, repair=repair)
    meta = _mapping(front, file)
    lines = {
        found[1]: front.inner_line + front.inner.count("\n", 0, found.start()) for found in _KEY.finditer(front.inner)
    }
    return Document(meta, lines, front.text, front.line)


def _mapping(front: FrontMatter, file: str) -> dict[str, Any]:
    if _BOMB_SIGN in front.inner or sum(map(front.inner.count, "[{-")) > _MANY_BRACKETS:
        from_yaml(front.inner, file, front.inner_line)
    try:
        meta = yaml.load(front.inner, Loader=_LOADER) or {}  # noqa: S506 - a safe loader, written in C where there is one
    except (yaml.YAMLError, ValueError, TypeError, AttributeError) as error:
        # A bracket that never closes is noticed at the end; the person wants to know where it opens.
        flow = "flow" in (getattr(error, "context", None) or "")
        mark = getattr(error, "context_mark" if flow else "problem_mark", None)
        raise MalformedEntry(
            f"The front matter is not valid YAML ({str(getattr(error, 'problem', '') or error).splitlines()[0]}).",
            file=file,
            line=mark.line + front.inner_line if mark else 1,
            repair="Quote values that hold a colon or start with a special sign.",
        ) from error
    if not isinstance(meta, dict):
        problem, repair = "The front matter is not a YAML mapping.", "Write `key: value` lines."
        raise MalformedEntry(problem, file=file, line=1, repair=repair)
    return meta


def parts(text: str, rank: int, first_line: int = 1) -> tuple[str, list[Part]]:
    """The text before the first heading of this rank, and a part for each heading of this rank."""
    lines = text.split("\n")
    starts = [(start, after, words) for start, after, _, words in headings(text, rank)]
    if not starts:
        return text.strip(), []
    ends = [start for start, _, _ in starts[1:]] + [len(lines)]
    found = [
        Part(title, rank, "\n".join(lines[after:end]).strip("\n"), first_line + start)
        for (start, after, title), end in zip(starts, ends, strict=True)
    ]
    return "\n".join(lines[: starts[0][0]]).strip(), found


def headings(text: str, rank: int = 0) -> Iterator[tuple[int, int, int, str]]:
    """Yield (line, line after it, rank, words) of each top-level heading, or of those of one rank; lines from 0.

    The one place that finds headings: by markdown-it, so a `#` inside a code fence is no heading.
    """
    tokens = _PARSER.parse(text)
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open" and opening.level == 0 and opening.map and rank in {0, int(opening.tag[1])}:
            yield opening.map[0], opening.map[1], int(opening.tag[1]), inline.content.strip()


def bullets(text: str) -> list[str]:
    """The items of a Markdown list, one string each."""
    return [" ".join(item.split()) for item in re.findall(r"^[-*+] +(.+(?:\n(?![-*+] ).+)*)", text, re.MULTILINE)]
