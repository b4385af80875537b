"""Long text into pieces that Discord takes, cut where a reader would pause.

Every position of the text gets a rank, how good a cut it is; spans that should stay whole (a fence, a list item, a link)
lower the ranks inside them. Then each piece ends at the best cut that it can reach. Knows Discord's Markdown, not what
the text is about.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from enum import IntEnum
from itertools import accumulate

from wcwidth import iter_graphemes

from bot.discord_app.discord_text.code_spans import Code, codes
from bot.discord_app.limits import MAX_CONTENT, byte_size, size
from corpus.text import sentences

SMALLEST = 64
"""No limit may be lower: a reopened fence has to leave room for text."""

_ATOM = re.compile(
    r"\\[^0-9A-Za-z\s]"  # an escaped sign and its backslash
    r"|\$\$(?:(?!\$\$).){1,2000}\$\$"
    r"|(?<![\\$])\$(?!\s)[^$\n]{1,500}(?<![\s\\])\$(?!\d)"
    r"|!?\[[^\]\n]{0,500}\]\(<?[^)\s]{0,2000}>?\)"
    r"|<[^<>\s]{1,2000}>"
    r"|https?://[^\s<>]+",
    re.DOTALL,
)
_EMPHASIS = re.compile(r"\*\*(?!\s)[^*\n]+\*\*|(?<![*\\])\*(?![\s*])[^*\n]+\*|~~[^~\n]+~~|__[^_\n]+__")
_ITEM = re.compile(r"([ \t]*)(?:[-*+]|\d{1,9}[.)])[ \t]+\S")
_ROW = re.compile(r"[ \t]*\|.*\|[ \t]*$")
_HEADING = re.compile(r"(?:#{1,3}|-#)[ \t]+\S")
_GAP = re.compile(r"\s+")
_FULL_STOP = re.compile(r"[。！？]+[」』”]?")


class Cut(IntEnum):
    """How good a place for a cut is. From WORD up nothing is broken that should stay whole."""

    NEVER = -1
    LETTER = 0
    INNER_WORD = 1
    INNER_LINE = 2
    WORD = 3
    SENTENCE = 4
    LINE = 5
    PARAGRAPH = 6


def split(text: str, limit: int = MAX_CONTENT, byte_limit: int | None = None) -> list[str]:
    """Return the text in pieces of at most `limit` characters and `byte_limit` UTF-8 bytes; none for a blank text.

    Only white space at the cuts is lost; fences are closed and opened again with their language, and one that the text
    leaves open is closed. What is longer than a piece is cut as late as possible. Raises ValueError for a limit under
    SMALLEST.
    """
    if min(limit, byte_limit or limit) < SMALLEST:
        raise ValueError(f"A piece of text needs at least {SMALLEST} characters and bytes.")
    pieces = _Text(text.replace("\r\n", "\n")).pieces(limit, byte_limit or 4 * limit)
    return [piece for piece in pieces if piece.strip()]


def clip(text: str, limit: int) -> str:
    """Return the text if it has at most `limit` characters, else its beginning up to a whole word, with an ellipsis."""
    text = " ".join(text.split())
    if size(text) <= limit:
        return text
    stored = ""
    for grapheme in _graphemes(text):
        if size(stored) + size(grapheme) + 1 > limit:
            break
        stored += grapheme
    word = stored[: stored.rfind(" ")] if " " in stored[limit // 2 :] else stored
    return word.rstrip(" ,;:.") + "…"


class _Text:
    """A text with the rank of every cut and its length up to every position."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.codes = list(codes(text))
        self.ranks = _ranks(text, self.codes)
        self.sizes = [0, *accumulate(2 if c > "\uffff" else 1 for c in text)]
        self.bytes = [0, *accumulate(map(byte_size, text))]

    def pieces(self, limit: int, byte_limit: int) -> Iterator[str]:
        start = 0
        while start < len(self.text):
            end = self._cut(start, limit, byte_limit)
            yield self._piece(start, end)
            start = end

    def _piece(self, start: int, end: int) -> str:
        opening, body, closing = self._opening(start), self.text[start:end], self._closing(end)
        body = body.rstrip("\n") if closing else body.rstrip()
        return opening + (body if opening else body.lstrip("\n")) + closing

    def _cut(self, start: int, limit: int, byte_limit: int) -> int:
        """Return where the piece that begins at `start` ends."""
        opening = self._opening(start)
        most = self.sizes[start] + limit - size(opening)
        most_bytes = self.bytes[start] + byte_limit - byte_size(opening)

        def fits(end: int) -> bool:
            more = len(self._closing(end))  # closing marks are ASCII
            return self.sizes[end] + more <= most and self.bytes[end] + more <= most_bytes

        if fits(len(self.text)):
            return len(self.text)
        last = min(bisect_right(self.sizes, most), bisect_right(self.bytes, most_bytes), len(self.text)) - 1
        latest: dict[Cut, int] = {}
        for position in range(last, start, -1):
            if self.ranks[position] not in latest and fits(position):
                latest[self.ranks[position]] = position
        return _best(latest, start + (last - start) // 2)

    def _opening(self, position: int) -> str:
        if code := self._code(position):
            return code.opening
        line = self.text[self.text.rfind("\n", 0, position) + 1 : position]
        return "> " if line.startswith("> ") else ""

    def _closing(self, position: int) -> str:
        code = self._code(position)
        return code.closing if code else ""

    def _code(self, position: int) -> Code | None:
        """Return the code that a cut at this position would go through."""
        index = bisect_left(self.codes, position, key=lambda code: code.start) - 1
        return self.codes[index] if index >= 0 and position < self.codes[index].end else None


def _best(latest: dict[Cut, int], half: int) -> int:
    """Return the best of the latest cuts of each rank: a pause in the second half, else whatever breaks the least."""
    for rank in (Cut.PARAGRAPH, Cut.LINE, Cut.SENTENCE):
        if latest.get(rank, 0) >= half:
            return latest[rank]
    if whole := [position for rank, position in latest.items() if rank >= Cut.WORD]:
        return max(whole)
    return next(latest[rank] for rank in sorted(latest, reverse=True))


def _ranks(text: str, found_codes: list[Code]) -> list[Cut]:
    ranks = _boundaries(text)
    _rank_gaps(text, ranks)
    _lower_lines(text, ranks)
    for found in _EMPHASIS.finditer(text):
        _lower(ranks, found.start() + 1, found.end(), Cut.INNER_WORD)
    for found in _ATOM.finditer(text):
        _lower(ranks, found.start() + 1, found.end(), Cut.NEVER if found[0][0] == "\\" else Cut.LETTER)
    for code in found_codes:
        _rank_code(text, ranks, code)
    return ranks


def _boundaries(text: str) -> list[Cut]:
    """LETTER between graphemes, NEVER inside one."""
    if text.isascii():
        return [Cut.LETTER] * (len(text) + 1)
    ranks = [Cut.NEVER] * (len(text) + 1)
    for position in accumulate(map(len, _graphemes(text)), initial=0):
        ranks[position] = Cut.LETTER
    return ranks


def _graphemes(text: str) -> Iterator[str]:
    """Graphemes; one of more than 32 code points is taken apart, since no writing needs it."""
    for run in iter_graphemes(text):
        yield from (run[i : i + 32] for i in range(0, len(run), 32))


def _rank_gaps(text: str, ranks: list[Cut]) -> None:
    """White space, the ends of sentences, and the full stops of writing without spaces."""
    for gap in _GAP.finditer(text):
        lines = gap[0].count("\n")
        if lines:  # the next line keeps its indentation
            ranks[gap.start() + gap[0].rfind("\n") + 1] = Cut.PARAGRAPH if lines > 1 else Cut.LINE
        else:
            ranks[gap.end()] = Cut.WORD
    for position in accumulate(map(len, sentences(text))):
        if ranks[position] is Cut.WORD:
            ranks[position] = Cut.SENTENCE
    for stop in _FULL_STOP.finditer(text):
        if ranks[stop.end()] is Cut.LETTER:
            ranks[stop.end()] = Cut.SENTENCE


def _lower_lines(text: str, ranks: list[Cut]) -> None:
    """Return what belongs together across and within lines: list items, table rows, a heading and what it heads."""
    at, indent = 0, -1  # the indentation of the list item that we are in
    for line in text.split("\n"):
        end = at + len(line) + 1
        depth = len(line) - len(line.lstrip(" \t"))
        if _ITEM.match(line):
            if 0 <= indent < depth:
                _lower(ranks, at, at + 1, Cut.SENTENCE)
            indent = depth
        elif not line.strip() or depth <= indent:
            indent = -1
        elif indent >= 0:
            _lower_inner(ranks, at, at + 1)
        if indent >= 0 or _ROW.match(line) or _HEADING.match(line):
            _lower_inner(ranks, at + 1, end)
        if _HEADING.match(line):
            _lower(ranks, end, end + 2, Cut.INNER_LINE)  # and a blank line after it
        at = end


def _rank_code(text: str, ranks: list[Cut], code: Code) -> None:
    """Between the lines of a fence, or wherever a cut is forced; never so that a piece of code is empty."""
    _lower(ranks, code.start + 1, code.first + 1, Cut.NEVER)
    _lower(ranks, code.last, code.end, Cut.NEVER)
    for position in range(code.first + 1, code.last):
        if ranks[position] is not Cut.NEVER:
            ranks[position] = _inner(text[position - 1]) if code.fenced else Cut.LETTER


def _inner(before: str) -> Cut:
    """Return the rank of a cut in a fence after this character."""
    if before == "\n":
        return Cut.INNER_LINE
    return Cut.INNER_WORD if before.isspace() else Cut.LETTER


def _lower_inner(ranks: list[Cut], start: int, end: int) -> None:
    for position in range(start, min(end, len(ranks))):
        if ranks[position] >= Cut.WORD:
            ranks[position] = Cut.INNER_WORD if ranks[position] is Cut.WORD else Cut.INNER_LINE


def _lower(ranks: list[Cut], start: int, end: int, highest: Cut) -> None:
    for position in range(start, min(end, len(ranks))):
        ranks[position] = min(ranks[position], highest)
