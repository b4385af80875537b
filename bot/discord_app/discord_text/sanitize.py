"""Text from people and models made harmless: it pings nobody, hides no link behind other words, opens no preview.

`plain` is for a person's words in one line, `answer` for Markdown that keeps its emphasis, lists and code, `link` for an
address that the glossary vouches for. What could act is broken by an invisible space. Knows no question and no answer.
"""

import re
import unicodedata

from bot.discord_app.discord_text.code_spans import codes

BREAK = "\u200b"
"""The invisible space that breaks a mention or an address; a reader does not see it."""

_PING = re.compile(r"@(?=everyone|here|[!&]?\d)", re.IGNORECASE)
_ANGLE = re.compile(r"<(?=[@#:/]|[A-Za-z][\w+.-]*:|[^\s<>\u200b][^\s<>]{0,200}@)(?!https?://)", re.IGNORECASE)
_INVITE = re.compile(r"(?<=discord)(?=\.gg/|\.com/invite|app\.com/invite)", re.IGNORECASE)
_ADDRESS = re.compile(r"(?<=:)(?=//)")
_SIGN = re.compile(r"[\\*_~`|\[\]]")
_LINE_START = re.compile(r"(?:[>#+]|-(?=[#\s])|\d+(?=[.)]\s))")
_URL = r"https?://[^\s<>|]+"
_PROSE = re.compile(
    r"(?P<escaped>\\[^0-9A-Za-z\s])"
    r"|!?\[(?P<words>[^\[\]]{0,1000})\]\(\s*<?(?P<target>[^\s<>()]{0,2000}(?:\([^\s<>()]{0,500}\)[^\s<>()]{0,500})?)>?"
    r"(?:\s+[\"'][^\"']{0,500}[\"'])?\s*\)"
    rf"|<(?P<angle>{_URL})>"
    rf"|(?P<url>{_URL})"
    r"|(?P<scheme>https?://)"
    r"|(?P<spoiler>\|\|)"
    r"|(?P<small>(?<![^\n])[ \t]*-#(?=\s))"
    r"|(?P<rest>(?<![^\n])>>>(?=\s))",
    re.IGNORECASE,
)
_TRAILING = ".,:;!?\"'*_~|`"
_KEPT_FORMAT = "\u200b\u200c\u200d"
"""Invisible signs that join or part letters and emoji; other format signs turn text around or hide it."""


def plain(words: str) -> str:
    """Return a person's words as one line in which nothing is markup, a mention or a link."""
    line = one_line(words)
    line = _SIGN.sub(r"\\\g<0>", _ADDRESS.sub(BREAK, line))
    start = _LINE_START.match(line)
    if start:  # a digit cannot be escaped, the sign after it can
        at = start.end() if start[0].isdigit() else 0
        line = f"{line[:at]}\\{line[at:]}"
    return _unmentioned(re.sub(r"<(?=https?:)", f"<{BREAK}", line, flags=re.IGNORECASE))


def answer(markdown: str) -> str:
    """Return an answer's Markdown with its code as typed, its links in the open and everything else harmless.

    Applied again it changes nothing more.
    """
    text = visible(markdown)
    pieces, at = [], 0
    for code in codes(text):
        if code.closed:
            pieces += [_prose(text, at, code.start), text[code.start : code.end]]
            at = code.end
    return "".join([*pieces, _prose(text, at, len(text))])


def link(words: str, url: str) -> str:
    """Return a masked link without a preview; for addresses from the glossary's sources alone. No web address: the words."""
    safe = re.fullmatch(r"https?://[^\s<>]+", url)
    return f"[{plain(words)}](<{url}>)" if safe else plain(words)


def one_line(text: str) -> str:
    """Visible signs with single spaces, for places that know no Markdown: labels, options, names of threads."""
    return " ".join(visible(text).split())


def visible(text: str) -> str:
    """Return the text without control signs, signs that turn its direction or hide, and halves of surrogate pairs."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_visible, text))


def trimmed(url: str) -> tuple[str, str]:
    """Return an address and the punctuation that only follows it."""
    address = url
    while address[-1] in _TRAILING or (address[-1] in ")]" and address.count(")") > address.count("(")):
        address = address[:-1]
    return address, url[len(address) :]


def _visible(sign: str) -> str:
    if sign in "\n\t" or sign in _KEPT_FORMAT:
        return sign
    category = unicodedata.category(sign)
    return {"Cc": " ", "Cf": "", "Cs": "\ufffd", "Zl": "\n", "Zp": "\n"}.get(category, sign)


def _prose(text: str, start: int, end: int) -> str:
    parts, at = [], start
    for found in _PROSE.finditer(text, start, end):
        parts += [text[at : found.start()], _harmless(found)]
        at = found.end()
    joined = "".join([*parts, text[at:end]])
    return _unmentioned(joined.replace("](", f"]{BREAK}("))


def _harmless(found: re.Match[str]) -> str:
    kind = found.lastgroup
    if kind == "target":
        return _open_link(found["words"], found["target"])
    if kind == "angle":
        return _address(found["angle"])
    if kind == "url":
        address, rest = trimmed(found["url"])
        escaping = BREAK if found.string.endswith("\\", 0, found.start()) else ""
        return escaping + _address(address) + rest
    if kind == "scheme":
        return _ADDRESS.sub(BREAK, found[0])
    return {"spoiler": r"\|\|", "small": found[0].replace("-", r"\-"), "rest": ">"}.get(kind or "", found[0])


def _open_link(words: str, target: str) -> str:
    """Return a masked link as its words and, where it leads somewhere on the web, its address beside them."""
    words = _prose(words, 0, len(words))
    if not re.match(r"https?://", target, re.IGNORECASE):
        return words
    address = _address(target)
    return address if words in ("", address) else f"{words} ({address})"


def _address(url: str) -> str:
    """Return an address without a preview; an invitation to a guild is no link at all."""
    return _ADDRESS.sub(BREAK, url, count=1) if _INVITE.search(url) else f"<{url}>"


def _unmentioned(text: str) -> str:
    return _PING.sub(f"@{BREAK}", _ANGLE.sub(f"<{BREAK}", _INVITE.sub(BREAK, text)))
