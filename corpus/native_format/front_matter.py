"""Where a page's front matter ends and its text begins: YAML between `---`, TOML between `+++`.

The one finder for native and foreign pages; what the keys mean is the business of whoever asks.
"""

import re
from dataclasses import dataclass

from corpus.errors import MalformedEntry

_YAML = re.compile(r"\s*---[ \t]*\n(?P<inner>.*?)^(?:---|\.\.\.)[ \t]*$\n?", re.DOTALL | re.MULTILINE)
_TOML = re.compile(r"\s*\+\+\+[ \t]*\n(?P<inner>.*?)^\+\+\+[ \t]*$\n?", re.DOTALL | re.MULTILINE)
_UNCLOSED = re.compile(r"\s*(?:---|\+\+\+)[ \t]*\n(?:[ \t]*\n)*[A-Za-z_\"'][\w \"'-]{0,40}[:=](?:[ \t\n]|$)")
_KEY = re.compile(r"[^\s#>|*+<\[`-][^\n]{0,80}?:(?:\s|$)")
_MAX_FRONT_MATTER = 100_000


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The text between the two rules (`kind` is "yaml", "toml" or "" when there is none), and the text below it.

    `inner_line` and `line` are the lines, from 1, on which the inner text and the text below begin.
    """

    kind: str
    inner: str
    inner_line: int
    text: str
    line: int


def split(text: str, file: str = "") -> FrontMatter:
    """Split front matter from text. Raises MalformedEntry for front matter that never ends.

    Text between two rules of which no line looks like `key: value` is prose, and stays in the text.
    """
    head = text[:_MAX_FRONT_MATTER]
    for kind, pattern in (("yaml", _YAML), ("toml", _TOML)):
        found = pattern.match(head)
        if found and (kind == "toml" or _is_yaml(found["inner"])):
            body = text[found.end() :]
            gap = len(body) - len(body.lstrip("\n"))
            inner_line = 1 + text.count("\n", 0, found.start("inner"))
            return FrontMatter(kind, found["inner"], inner_line, body[gap:], 1 + text.count("\n", 0, found.end() + gap))
    if _UNCLOSED.match(head) and not _YAML.match(head):
        raise MalformedEntry(
            "The front matter is never closed.", file=file, line=1, repair="Put `---` on a line of its own after it."
        )
    return FrontMatter("", "", 1, text, 1)


def begins(text: str) -> bool:
    """Return whether a page starts with front matter, closed or not. Cheap."""
    try:
        return bool(split(text).kind)
    except MalformedEntry:
        return True


def _is_yaml(inner: str) -> bool:
    """Return whether the first line that says something is a key; a page between two rules is none."""
    said = [line for line in inner.split("\n") if line.strip() and not line.startswith("#")]
    if not inner.strip():
        return True
    # A Markdown heading looks like a YAML comment: "# Glossary" above a table is no front matter.
    return (bool(said) and bool(_KEY.match(said[0]))) or (bool(said) and said[0].lstrip()[:1] in "{[\"'?")
