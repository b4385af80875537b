"""Foreign Markdown -> Markdown that can stand in a section of a native file, and titles -> plain words.

Takes out what belongs to another site (shortcodes, images, widgets, links to its own pages) and what would break
a native file (second-level headings, fences that never close). Code is left alone. Knows no entry and no format.
All patterns exclude their own opening sign, so that a page of a million brackets takes linear time.
"""

import html
import re
from collections.abc import Callable, Iterator
from functools import partial

from corpus.native_format.markdown import headings

_BREAKS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_CONTROL = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u200b\u2060\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff\u00ad]"
)
_FENCE = re.compile(r"[ \t>]*(?:[-*+]\s+)?(`{3,}|~{3,})")
_CODE_SPAN = re.compile(r"(`[^`\n]+`|\$\$[^$]+\$\$|\$[^$\n]+\$)")

_TAG_NAMES = (
    "a|abbr|article|aside|audio|b|big|blockquote|body|br|button|center|cite|code|col|colgroup|dd|details|dfn|div|dl|dt|"
    "em|embed|figcaption|figure|font|footer|form|h[1-6]|head|header|hr|html|i|iframe|img|input|ins|kbd|li|link|main|"
    "mark|meta|nav|object|ol|p|picture|pre|q|s|samp|script|section|small|source|span|strike|strong|style|sub|summary|"
    "sup|svg|path|table|tbody|td|tfoot|th|thead|time|title|tr|tt|u|ul|var|video|wbr"
)
_TAG = re.compile(rf"</?(?i:{_TAG_NAMES})(?:\s[^<>]*)?/?>|</?[A-Z][A-Za-z.]*(?:\s[^<>]*)?/?>")
_GONE = tuple((f"<{name}", f"</{name}>") for name in ("script", "style", "svg", "iframe", "figure", "video", "nav"))
_SHORTCODE = re.compile(r"\{\{[^{}]*\}\}|\{%[^{}%]*%\}|\{:[^{}]*\}|\[/?(?:latex|sound)[^\[\]]*\]")
_IMAGE = re.compile(r"!\[[^\[\]]*\](?:\([^()\n]*(?:\([^()\n]*\)[^()\n]*)?\)|\[[^\[\]]*\])|!\[\[[^\[\]]*\]\]")
_WIKI = re.compile(r"\[\[([^\[\]|#]*)(?:#[^\[\]|]*)?(?:\|([^\[\]]*))?\]\]")
_LINK = re.compile(r"\[([^\[\]]*)\]\(\s?<?([^()\s<>]*(?:\([^()\s]*\)[^()\s<>]*)*)>?(?:\s[\"'(][^()\n]*)?\s?\)")
_WRAPPED_QUERY = re.compile(r"\]\(\?[^()]*\)")
_REFERENCE = re.compile(r"\[([^\[\]]+)\] ?\[([^\[\]]*)\]")
_REFERENCE_TARGET = re.compile(r"^ {0,3}\[([^\[\]^]+)\]:[ \t]*<?(\S+?)>?(?:[ \t]+[\"'(].*)?[ \t]*$", re.MULTILINE)
_FOOTNOTE = re.compile(r"\[\^[^\[\]]+\]")
_MODULE_LINE = re.compile(
    r"^(?:import [^\n]* from ['\"][^\n]*|import ['\"][^\n]*|export (?:const|default) [^\n]*)$", re.MULTILINE
)
_MARKUP = re.compile(r"[<>&*_`\[\]{}\\]")
_HASHTAG = re.compile(r"(?:(?:^|(?<=\s))#[A-Za-z][\w/-]*[ \t]*)+$", re.MULTILINE)
_EXTERNAL = re.compile(r"(?:https?|mailto|ftp):", re.IGNORECASE)
_ANY_SIGN = re.compile(r"[<>{}\[\]#`~%|\\&=+\n]|^[ \t]*[-*+\d]|^(?:im|ex)port ")
"""What running text on one line has none of; most definitions are such."""

_BLANKS = re.compile(r"\n(?:[ \t]*\n)+")
_RISKY = re.compile(r"^ {0,3}(?:#|`{3}|~{3}|<|=+[ \t]*$|-+[ \t]*$)", re.MULTILINE)
_EMPTY_ITEM = re.compile(r"^[ \t]*(?:[-*+]|\d+\.)[ \t]*\n(?=[ \t]*\n|\Z)", re.MULTILINE)


def tidy(text: str) -> str:
    """Text without invisible and forbidden characters, every line break a "\\n"."""
    return _CONTROL.sub("", _BREAKS.sub("\n", text)).replace("\u00a0", " ")


def line(text: str) -> str:
    """Text as one line of single spaces."""
    return " ".join(tidy(text).split())


def plain(text: str) -> str:
    """Markdown or HTML as one line of words: a title, a name, a question."""
    if not _MARKUP.search(text):
        return line(text)
    text = _TAG.sub("", html.unescape(_SHORTCODE.sub(" ", tidy(text))))
    text = _LINK.sub(r"\1", _IMAGE.sub("", text))
    text = _WIKI.sub(lambda found: found[2] or found[1], text)
    text = _REFERENCE.sub(r"\1", text)
    text = re.sub(r"(?<![\w*])(\*{1,3}|_{1,3})(?=\S)([^*_]+)(?<=\S)\1(?![\w*])", r"\2", text)
    text = re.sub(r"`([^`]*)`", r"\1", text)
    return re.sub(r"\\([*_`#\[\]()])", r"\1", " ".join(text.split())).strip()


def prose(text: str, internal: Callable[[str], bool] | None = None) -> str:
    """Foreign Markdown as the body of a section: links to pages of the other site become their words.

    `internal(url)` says which absolute links are the foreign glossary's own; relative ones always are.
    """
    text = tidy(text)
    if not _ANY_SIGN.search(text):
        return text.strip()
    text = cut(text, "<!--", "-->")
    text = cut(text, "%%", "%%") if text.count("%%") > 1 else text
    text = _WRAPPED_QUERY.sub(lambda found: "".join(found[0].split()), text)
    targets = {found[1].casefold(): found[2] for found in _REFERENCE_TARGET.finditer(text)}
    pieces = (piece if code else _inline(piece, targets, internal) for code, piece in code_and_text(text))
    text = _EMPTY_ITEM.sub("", "".join(pieces))
    text = "\n".join(one.rstrip() if not one.endswith("  ") or not one.strip() else one for one in text.split("\n"))
    return _safe(_BLANKS.sub("\n\n", text).strip("\n"))


def cut(text: str, opening: str, closing: str) -> str:
    """The text without what stands between the two marks, marks included. What never closes stays."""
    kept, at = [], 0
    while (start := text.find(opening, at)) >= 0 and (end := text.find(closing, start + len(opening))) >= 0:
        kept.append(text[at:start])
        at = end + len(closing)
    return "".join(kept) + text[at:]


def links(text: str) -> Iterator[tuple[str, str]]:
    """(words, target) of every link in a Markdown text; of a [[wiki link]] with `#` before its target."""
    text = _WRAPPED_QUERY.sub(lambda found: "".join(found[0].split()), text)
    targets = {found[1].casefold(): found[2] for found in _REFERENCE_TARGET.finditer(text)}
    for found in _WIKI.finditer(_IMAGE.sub("", text)):
        yield plain(found[2] or found[1]), f"#{found[1].strip()}"
    for found in _LINK.finditer(_IMAGE.sub("", text)):
        yield plain(found[1]), found[2]
    for found in _REFERENCE.finditer(text):
        if target := targets.get((found[2] or found[1]).casefold()):
            yield plain(found[1]), target


def external(url: str) -> bool:
    """Whether a link leads to another site."""
    return bool(_EXTERNAL.match(url))


def code_and_text(text: str) -> Iterator[tuple[bool, str]]:
    """(is code or a formula, piece), in order; joined they are the text."""
    fence, start, at = "", 0, 0
    for one in text.splitlines(keepends=True):
        found = _FENCE.match(one)
        if found and not fence:
            yield from _spans(text[start:at])
            fence, start = found[1], at
        elif found and found[1].startswith(fence) and one.strip(" \t\n>") == found[1]:
            yield True, text[start : at + len(one)]
            fence, start = "", at + len(one)
        at += len(one)
    if fence:
        yield True, text[start:]
    else:
        yield from _spans(text[start:])


def _spans(text: str) -> Iterator[tuple[bool, str]]:
    for number, piece in enumerate(_CODE_SPAN.split(text)):
        yield number % 2 == 1, piece


def _inline(text: str, targets: dict[str, str], internal: Callable[[str], bool] | None) -> str:
    for opening, closing in _GONE:
        text = cut(text, opening, closing) if opening in text else text
    text = _MODULE_LINE.sub("", _SHORTCODE.sub("", text))
    text = _FOOTNOTE.sub("", _REFERENCE_TARGET.sub("", _IMAGE.sub("", text)))
    text = _WIKI.sub(lambda found: (found[2] or found[1]).strip(), text)
    text = _REFERENCE.sub(partial(_resolved, targets, internal), text)
    text = _LINK.sub(lambda found: _linked(found[1], found[2], internal), text)
    return _TAG.sub("", re.sub(r"<br\s*/?>", "\n", _HASHTAG.sub("", text)))


def _resolved(targets: dict[str, str], internal: Callable[[str], bool] | None, found: re.Match[str]) -> str:
    target = targets.get((found[2] or found[1]).casefold())
    return _linked(found[1], target, internal) if target else found[0]


def _linked(words: str, url: str, internal: Callable[[str], bool] | None) -> str:
    if not external(url) or (internal and internal(url)):
        emphasised = re.fullmatch(r"\s*(\*\*|__)([^*_]+)\1\s*", words)
        return emphasised[2] if emphasised else words
    return f"[{words}]({url})" if words.strip() else ""


def _safe(text: str) -> str:
    """The text with its headings at the fourth rank or below, and nothing left open that would swallow what follows."""
    if not _RISKY.search(text):
        return text
    lines = text.split("\n")
    for start, end, rank, words in reversed(list(headings(text))):
        lines[start:end] = [f"{'#' * min(max(rank, 4), 6)} {words}".rstrip()]
    text = "\n".join(lines).strip("\n")
    return text if _closed(text) else _close(text)


def _closed(text: str) -> bool:
    """Whether a heading that follows the text is still seen as one, and none in it is of a native file's ranks."""
    found = list(headings(f"{text}\n\n## end"))
    return bool(found) and found[-1][3] == "end" and all(rank > 3 for _, _, rank, _ in found[:-1])


def _close(text: str) -> str:
    fence, pieces = "", list(code_and_text(text))
    if pieces and pieces[-1][0] and (found := _FENCE.match(pieces[-1][1])):
        fence = f"\n{found[1]}"
    for attempt in (text + fence, re.sub(r"^( {0,3})<", r"\1&lt;", text, flags=re.MULTILINE) + fence):
        if _closed(attempt):
            return attempt
    # Nothing Markdown-like can be trusted here, so every sign that opens a block loses its meaning.
    return re.sub(r"^([ \t]*)([#<`~=+>-])", r"\1\\\2", text, flags=re.MULTILINE)
