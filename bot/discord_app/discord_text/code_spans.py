"""Where code lies in a text, as Discord reads it: fences anywhere in a line, inline code between one or two backticks.

Discord's rules differ from CommonMark's: no tildes, a fence may close in mid-line. Knows nothing else of Markdown.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

FENCE = "```"

_CODE = re.compile(
    r"\\[^0-9A-Za-z\s]"  # an escaped sign is plain text
    r"|```(?:(?P<language>[\w+\-.#]{1,20})\n|\n)?(?=\n*[^`\n])(?P<fenced>.+?)(?P<close>```|\Z)"
    r"|(?<!`)(?P<ticks>`{1,2})(?!`)(?P<inline>(?:(?!\n[ \t]*\n).)+?)(?<!`)(?P=ticks)(?!`)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Code:
    """A stretch of code: its marks from `start` to `end`, its content from `first` to `last`.

    `closing` and `opening` end it before a cut and begin it again after one. A fence that the text leaves open has
    `closed` False and an `end` beyond the text.
    """

    start: int
    end: int
    first: int
    last: int
    closing: str
    opening: str
    closed: bool = True

    @property
    def fenced(self) -> bool:
        """Return whether it is a block of its own."""
        return self.opening.startswith(FENCE)


def codes(text: str) -> Iterator[Code]:
    """Return every stretch of code, in order."""
    for found in _CODE.finditer(text):
        start, end = found.span()
        if found["fenced"]:
            content = found["fenced"]
            first = found.end("fenced") - len(content.lstrip("\n"))
            last = found.start("fenced") + len(content.rstrip("\n"))
            closed = bool(found["close"])
            opening = f"{FENCE}{found['language'] or ''}\n"
            yield Code(start, end + (not closed), first, last, f"\n{FENCE}", opening, closed)
        elif ticks := found["ticks"]:
            yield Code(start, end, found.start("inline"), found.end("inline"), ticks, ticks)
