"""Markdown cut at its headings, and YAML front matter with line numbers. Shared by the readers of Markdown formats.

Knows no entry. Headings are found by markdown-it, so a `#` inside a code fence is no heading.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import frontmatter
import yaml
from markdown_it import MarkdownIt

from corpus.errors import MalformedEntry
from corpus.readers.tree import from_yaml

_PARSER = MarkdownIt("commonmark").disable("inline")
"""Blocks only: a heading's words are wanted as they are written."""
_BOMB_SIGN, _MANY_BRACKETS = "*", 200
"""What a front matter that could exhaust memory or the stack has; only such a one is looked through beforehand."""
_KEY = re.compile(r"^([A-Za-z_][\w -]*):", re.MULTILINE)
_OPENING = re.compile(r"\A---[ \t]*\n(.*?)^---[ \t]*$", re.DOTALL | re.MULTILINE)


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
    """Splits front matter from text. Raises MalformedEntry when the front matter is not a YAML mapping."""
    opening = _OPENING.match(text)
    if not opening:
        return Document({}, {}, text, 1)
    if _BOMB_SIGN in opening[1] or sum(map(opening[1].count, "[{-")) > _MANY_BRACKETS:
        from_yaml(opening[1], file, 2)
    try:
        post = frontmatter.loads(text)
    except (yaml.YAMLError, ValueError, TypeError, AttributeError) as error:
        # A bracket that never closes is noticed at the end; the person wants to know where it opens.
        flow = "flow" in (getattr(error, "context", None) or "")
        mark = getattr(error, "context_mark" if flow else "problem_mark", None)
        raise MalformedEntry(
            f"The front matter is not valid YAML ({str(getattr(error, 'problem', '') or error).splitlines()[0]}).",
            file=file,
            line=mark.line + 1 if mark else 1,
            repair="Quote values that hold a colon or start with a special sign.",
        ) from error
    if not post.metadata and opening[1].strip():
        problem, repair = "The front matter is not a YAML mapping.", "Write `key: value` lines."
        raise MalformedEntry(problem, file=file, line=1, repair=repair)
    lines = {found[1]: 2 + opening[1].count("\n", 0, found.start()) for found in _KEY.finditer(opening[1])}
    body = text[opening.end() :].lstrip("\n")
    return Document(dict(post.metadata), lines, body, 1 + text.count("\n", 0, len(text) - len(body)))


def parts(text: str, rank: int, first_line: int = 1) -> tuple[str, list[Part]]:
    """The text before the first heading of this rank, and a part for each heading of this rank."""
    lines = text.split("\n")
    starts = list(_headings(text, rank))
    if not starts:
        return text.strip(), []
    ends = [start for start, _, _ in starts[1:]] + [len(lines)]
    found = [
        Part(title, rank, "\n".join(lines[after:end]).strip("\n"), first_line + start)
        for (start, after, title), end in zip(starts, ends, strict=True)
    ]
    return "\n".join(lines[: starts[0][0]]).strip(), found


def _headings(text: str, rank: int) -> Iterator[tuple[int, int, str]]:
    """(line, line after it, words) of each heading of this rank; lines from 0."""
    tokens = _PARSER.parse(text)
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open" and opening.tag == f"h{rank}" and opening.level == 0 and opening.map:
            yield opening.map[0], opening.map[1], inline.content.strip()


def bullets(text: str) -> list[str]:
    """The items of a Markdown list, one string each."""
    return [" ".join(item.split()) for item in re.findall(r"^[-*+] +(.+(?:\n(?![-*+] ).+)*)", text, re.MULTILINE)]
