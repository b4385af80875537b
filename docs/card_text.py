"""Discord's Markdown as lines of styled spans that fit a width: for the pictures of cards in docs/discord.md.

Knows the few marks that our cards use, and how wide letters are; draws nothing.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from ziafont.font import Font

TEXT, STRONG, SMALL, LINK = "#dbdee1", "#f2f3f5", "#949ba4", "#00a8fc"
LINE_HEIGHT = 1.375
QUOTE_INDENT, LIST_INDENT, CODE_PADDING = 14.0, 20.0, 9.0

_TOKEN = re.compile(
    r"\\(?P<escaped>[^\w\s])|(?P<ticks>`{1,2})(?P<code>.+?)(?P=ticks)|(?P<mark>\*\*|~~|\*)|<#(?P<channel>\d+)>|"
    r"<(?P<link>https?://[^>]+)>|(?P<url>https?://[^\s)]+)",
)
_LISTED = re.compile(r"(?P<indent> *)(?P<marker>[-*]|\d+\.) (?P<text>.*)")
_INVISIBLE = re.compile("[\u200b-\u200d\u2060\ufe0f]")


@dataclass(frozen=True, slots=True)
class Look:
    """How letters look; `size` in pixels, `chip` is a colour behind them."""

    size: float = 16
    bold: bool = False
    italic: bool = False
    strike: bool = False
    mono: bool = False
    colour: str = TEXT
    chip: str = ""

    @property
    def font(self) -> str:
        """The name of its font's file."""
        style = ("Bold" if self.bold else "") + ("Oblique" if self.italic else "")
        return f"DejaVuSans{'Mono' if self.mono else 'Condensed'}{f'-{style}' if style else ''}.ttf"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of letters of one look, `x` pixels from the left."""

    text: str
    look: Look
    x: float = 0


@dataclass(frozen=True, slots=True)
class Line:
    """A line with its height in pixels; `quoted` has a bar at its left, `code` a box behind it."""

    spans: tuple[Span, ...]
    height: float
    quoted: bool = False
    code: bool = False


@dataclass(frozen=True)
class Fonts:
    """The folder with the DejaVu fonts, and how wide they write."""

    folder: Path

    @cache  # noqa: B019  lives as long as the script
    def _font(self, name: str) -> Font:
        return Font(str(self.folder / name))

    @cache  # noqa: B019
    def _advance(self, name: str, letter: str) -> float:
        font = self._font(name)
        return float(font.glyph(letter).advance()) / float(font.info.layout.unitsperem)

    def width(self, text: str, look: Look) -> float:
        """Pixels that a text takes."""
        return sum(self._advance(look.font, letter) for letter in text) * look.size


def lines(markdown: str, width: float, fonts: Fonts, channels: Mapping[int, str]) -> Iterator[Line]:
    """The lines of a text display, `width` pixels wide. `channels`: the names behind <#id>."""
    in_code = False
    for row in _INVISIBLE.sub("", markdown).split("\n"):
        if row.lstrip().startswith("```"):
            in_code = not in_code
            yield Line((), CODE_PADDING, code=True)
        elif in_code:
            look = Look(14, mono=True)
            yield Line((Span(row, look, CODE_PADDING),), look.size * LINE_HEIGHT, code=True)
        else:
            yield from _row(row, width, fonts, channels)


def _row(row: str, width: float, fonts: Fonts, channels: Mapping[int, str]) -> Iterator[Line]:
    quoted = row.startswith("> ")
    row = row.removeprefix("> ")
    look = Look()
    left = QUOTE_INDENT if quoted else 0.0
    first: list[Span] = []
    if heading := re.match(r"(#{1,3}) ", row):
        row, look = row[heading.end() :], Look((24, 20, 16)[len(heading[1]) - 1], bold=True, colour=STRONG)
    elif row.startswith("-# "):
        row, look = row[3:], Look(13, colour=SMALL)
    elif listed := _LISTED.fullmatch(row):
        start = left + 4 + 8 * len(listed["indent"])
        first = [Span("•" if listed["marker"] in "-*" else listed["marker"], look, start)]
        row, left = listed["text"], start + LIST_INDENT - 4
    # A client shows how long ago a moment was, and the name of whoever is named by a number.
    row = re.sub(r"<t:\d+:R>", "a moment ago", re.sub(r"<@!?\d+>", "@admin", row))
    for spans in _wrapped(list(_spans(row, look, channels)), left, width, fonts):
        yield Line((*first, *spans), look.size * LINE_HEIGHT, quoted)
        first = []


def _spans(row: str, look: Look, channels: Mapping[int, str]) -> Iterator[Span]:
    """The spans of one line of Markdown, without their places."""
    at = 0
    for found in _TOKEN.finditer(row):
        if found.start() > at:
            yield Span(row[at : found.start()], look)
        at = found.end()
        if mark := found["mark"]:
            look = _toggled(look, mark)
        elif found["escaped"]:
            yield Span(found["escaped"], look)
        elif found["code"]:
            yield Span(found["code"].strip(), replace(look, mono=True, size=0.86 * look.size, chip="#1e1f22"))
        elif found["channel"]:
            yield Span(f"# {channels[int(found['channel'])]}", replace(look, colour="#c9cdfb", chip="#3c4270"))
        else:
            yield Span(found["link"] or found["url"], replace(look, colour=LINK))
    if at < len(row):
        yield Span(row[at:], look)


def _toggled(look: Look, mark: str) -> Look:
    if mark == "**":
        return replace(look, bold=not look.bold)
    return replace(look, italic=not look.italic) if mark == "*" else replace(look, strike=not look.strike)


def _wrapped(spans: list[Span], left: float, width: float, fonts: Fonts) -> Iterator[list[Span]]:
    """The spans in lines, broken at spaces; what has a colour behind it stays in one piece."""
    words = [Span(word, one.look) for one in spans for word in ([one.text] if one.look.chip else _words(one.text))]
    line: list[Span] = []
    x = left
    for word in words:
        if line and x + fonts.width(word.text.rstrip(), word.look) > width:
            yield line
            line, x = [], left
        line.append(replace(word, x=x))
        x += fonts.width(word.text, word.look)
    yield line


def _words(text: str) -> list[str]:
    return re.findall(r"\s*\S+\s*|\s+", text)
