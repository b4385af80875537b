"""HTML -> Markdown: paragraphs, lists, tables, code, emphasis and links to other sites stay; the page's furniture goes.

Knows no entry. Deep nesting is refused before it is parsed, since parsing it takes quadratic time.
"""

import html
import re
from collections.abc import Callable

from selectolax.lexbor import LexborHTMLParser, LexborNode

from corpus.errors import MalformedEntry
from corpus.importing.meaning.clean import external

MAX_DEPTH = 200
_WALK_DEPTH = 60
"""Deeper than this a node's text is taken without its markup."""

GONE = frozenset(
    "script style nav header footer aside form iframe svg img picture video audio button noscript template object embed "
    "input select textarea canvas head figure dialog menu".split()
)
_BLOCKS = frozenset(
    "p div section article main blockquote dl dt dd figure figcaption address details center tbody thead".split()
)
_OPTIONAL = frozenset(
    "p li dt dd td th tr br hr img input meta link source wbr col area base embed param track option tbody thead tfoot".split()
)
_ANY_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_MARKS = {"strong": "**", "b": "**", "em": "*", "i": "*"}
_CODE_SPACE = "\ue000"
"""Stands for a space in code while spaces elsewhere are tidied up."""
_FORMULA = re.compile(r"\[(/?)(\${1,2}|latex)\]")


def parsed(text: str, file: str = "") -> LexborHTMLParser:
    """The page's tree. Raises MalformedEntry when it is nested too deeply."""
    depth = 0
    for found in _ANY_TAG.finditer(text):
        if found[2].lower() not in _OPTIONAL:
            depth = max(depth - 1, 0) if found[1] else depth + 1
        if depth > MAX_DEPTH:
            line = 1 + text.count("\n", 0, found.start())
            raise MalformedEntry(
                f"HTML nested deeper than {MAX_DEPTH} levels.", file=file, line=line, repair="Close its tags."
            )
    return LexborHTMLParser(text)


def looks_like(text: str) -> bool:
    """Whether a text, such as a table's cell, is HTML: a known tag that opens or closes something."""
    return bool(
        re.search(
            r"</?(?:p|a|b|i|em|strong|ul|ol|li|br|div|span|code|pre|table|sub|sup|h[1-6])\b[^<>]*>", text, re.IGNORECASE
        )
    )


def fragment(text: str) -> str:
    """A piece of HTML as Markdown. Raises MalformedEntry when it is nested too deeply."""
    body = parsed(text).body
    return markdown(body) if body is not None else ""


def words_of_fragment(text: str) -> str:
    """Return a piece of HTML, such as a cell with a name, as words on one line; other text as it is."""
    if "<" not in text and "&" not in text:
        return text
    body = LexborHTMLParser(text).body if looks_like(text) else None
    return words(body) if body is not None else html.unescape(text)


def markdown(node: LexborNode) -> str:
    """A node's content as Markdown."""
    text = _FORMULA.sub(lambda found: "$$" if found[2] == "$$" else "$", _children(node, 0))
    for opening, closing, sign in (("\\(", "\\)", "$"), ("\\[", "\\]", "$$")):
        if text.count(opening) == text.count(closing):
            text = text.replace(opening, sign).replace(closing, sign)
    text = re.sub(r"[ \t]+\n", "\n", re.sub(r"\n[ \t]+(?=\S)(?![-\d`|])", "\n", text))
    return re.sub(r"\n{3,}", "\n\n", text).strip().replace(_CODE_SPACE, " ")


def words(node: LexborNode) -> str:
    """A node's text on one line."""
    return " ".join(node.text(deep=True).split())


def _children(node: LexborNode, depth: int) -> str:
    if depth > _WALK_DEPTH:
        return str(node.text(deep=True))
    return "".join(_markdown(child, depth + 1) for child in node.iter(include_text=True))


def _markdown(node: LexborNode, depth: int) -> str:
    tag = node.tag or ""
    if tag == "-text":
        return re.sub(r"\s+", " ", node.text(deep=False))
    if tag in GONE or tag.startswith(("-", "!")):
        return ""
    if convert := _SPECIAL.get(tag):
        return convert(node, depth)
    inner = _children(node, depth)
    if tag in _BLOCKS:
        return f"\n\n{inner.strip()}\n\n"
    if mark := _MARKS.get(tag):
        return _marked(inner, mark)
    return inner


def _marked(inner: str, mark: str) -> str:
    """Emphasis, with its outer spaces outside of the marks; none around several paragraphs or other marks."""
    bare = inner.strip()
    if not bare or "\n" in bare or "*" in bare:
        return inner
    head, tail = " " * inner.startswith(" "), " " * inner.endswith(" ")
    return f"{head}{mark}{bare}{mark}{tail}"


def _link(node: LexborNode, depth: int) -> str:
    inner, url = _children(node, depth), (node.attributes.get("href") or "").strip()
    if not inner.strip() or not url or re.search(r"[\s()\[\]<>]", url) or "\n" in inner.strip():
        return inner
    return f"[{inner.strip()}]({url})" if external(url) or url.startswith(("#", "/", ".", "?")) or "." in url else inner


def _list(node: LexborNode, depth: int) -> str:
    items = []
    for number, child in enumerate((one for one in node.iter() if one.tag == "li"), start=1):
        mark = f"{number}. " if node.tag == "ol" else "- "
        body = re.sub(r"\n{2,}", "\n\n", _children(child, depth).strip())
        items.append(mark + body.replace("\n", "\n" + " " * len(mark)))
    return "\n\n" + "\n".join(items) + "\n\n"


def _pre(node: LexborNode, depth: int) -> str:
    code = node.text(deep=True).strip("\n").replace(" ", _CODE_SPACE)
    fence = "~~~" if "```" in code else "```"
    return f"\n\n{fence}\n{code}\n{fence}\n\n" if code.strip() else ""


def _code(node: LexborNode, depth: int) -> str:
    code = words(node)
    return f"`{code}`" if code and "`" not in code else code


def _heading(node: LexborNode, depth: int) -> str:
    title = words(node)
    return f"\n\n{'#' * int((node.tag or 'h2')[1])} {title}\n\n" if title else ""


def _table(node: LexborNode, depth: int) -> str:
    rows = [[words(cell).replace("|", "\\|") for cell in row.css("th, td")] for row in node.css("tr")[:200]]
    rows = [one for one in rows if any(one)]
    if not rows:
        return ""
    width = max(map(len, rows))
    lines = ["| " + " | ".join(row + [""] * (width - len(row))) + " |" for row in rows]
    return "\n\n" + "\n".join([lines[0], "|" + " --- |" * width, *lines[1:]]) + "\n\n"


def _scripted(node: LexborNode, depth: int) -> str:
    inner, sign = _children(node, depth), "_" if node.tag == "sub" else "^"
    # L<sub>2</sub> is "L2" to a reader, but x<sup>2</sup> is not "x2".
    return inner if sign == "_" or not inner.strip() else f"{sign}{inner.strip()}"


def _defining(node: LexborNode, depth: int) -> str:
    """Return the bold words of a <dfn>; its title, which is the full name, comes first."""
    inner, title = words(node), " ".join((node.attributes.get("title") or "").split())
    if not inner or "*" in inner:
        return inner
    return f"**{title}** ({inner})" if title and title != inner else f"**{inner}**"


_SPECIAL: dict[str, Callable[[LexborNode, int], str]] = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), _heading),
    "a": _link,
    "ul": _list,
    "ol": _list,
    "pre": _pre,
    "code": _code,
    "kbd": _code,
    "table": _table,
    "sub": _scripted,
    "sup": _scripted,
    "br": lambda node, depth: "\n",
    "dfn": _defining,
    "hr": lambda node, depth: "\n\n",
    "summary": lambda node, depth: f"\n\n**{words(node)}**\n\n",
}
