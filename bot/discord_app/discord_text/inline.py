"""The inside of a paragraph for Discord: emphasis, code, links in the open, formulas as Unicode where that reads well.

What is no markup in the source is escaped, so that it is none on Discord either. Knows no blocks but formulas that
have to stand alone.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from markdown_it.tree import SyntaxTreeNode

from bot import latex_text as formula
from bot.discord_app.discord_text.sanitize import BREAK

WRAPPED = 60
"""Characters after which a line end is the wrapping of an editor, and before which it is meant."""

_MARKS = {"strong": "**", "em": "*", "s": "~~"}
_URL = re.compile(r"(https?://[^\s<>|]+)")
_SIGN = re.compile(r"[\\*`]|(?<!\w)_|_(?!\w)|~~|\|\|")
_LINE_START = re.compile(r"(?:#{1,3}|-#|>{1,3}|[-+])(?=\s)|\d{1,9}(?=[.)]\s)")
_STRUCTURE = re.compile(r"\\begin\b|\\\\|\\substack|\\overset|\\underset|\\underbrace|\\overbrace|\\sqrt\s*\[")
_STOP = re.compile(r"^\s*[.,;:](?=\s|$)")
_GROUP = r"\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}"
_NESTED = re.compile(rf"\\[dt]?frac\s*(?:{_GROUP}\s*)?\{{(?:[^{{}}]|{_GROUP})*\\[dt]?frac")
_MACRO = re.compile(r"\\[A-Za-z]+")
_UNSEEN = frozenset(
    r"""\left \right \middle \big \Big \bigg \Bigg \bigl \bigr \Bigl \Bigr \quad \qquad \displaystyle \textstyle \limits
    \nolimits \frac \tfrac \dfrac \binom \sqrt \hat \widehat \tilde \widetilde \bar \vec \dot \ddot \check \mathbb \mathcal
    \mathrm \mathbf \mathit \mathsf \mathtt \mathfrak \mathscr \boldsymbol \bm \text \textbf \textit \textrm \textsf
    \operatorname \mathop \mathbin \mathrel \rm \bf""".split()
)
"""Macros that show nothing of their own and yet lose nothing."""


@dataclass(frozen=True, slots=True)
class FormulaBlock:
    """A formula that stands alone: LaTeX without its dollar signs. Shown as a picture, or as code where that fails."""

    latex: str


Piece = str | FormulaBlock


def pieces(node: SyntaxTreeNode) -> list[Piece]:
    """Return the content of an `inline` node: Markdown, and the formulas that have to stand between its parts."""
    found: list[Piece] = [""]
    line = ""  # of the source, so that it is known how its author wrapped it
    for child in node.children:
        one = _alone(child) or markdown(child, line)
        line = "" if child.type in ("softbreak", "hardbreak") else f"{line}{one}"
        if isinstance(one, FormulaBlock):
            found += [one, ""]
        else:
            found[-1] = f"{found[-1]}{one}"
    # A full stop that ended a formula would begin the line under its picture.
    texts = [
        one if isinstance(one, FormulaBlock) else (_STOP.sub("", one) if i else one) for i, one in enumerate(found)
    ]
    stripped = (text if isinstance(text, FormulaBlock) else text.strip(" \n") for text in texts)
    return [token for token in stripped if token]


def markdown(node: SyntaxTreeNode, line: str = "") -> str:
    """Return an inline node in Discord's Markdown; `line` is what stands before it on its line."""
    kind = node.type
    if kind in _MARKS:
        inside = _inside(node)
        return f"{_MARKS[kind]}{inside}{_MARKS[kind]}" if inside.strip() else inside
    if kind in ("link", "image"):
        return _link(node, node.content if kind == "image" else _inside(node))
    if kind in ("softbreak", "hardbreak"):
        return "\n" if kind == "hardbreak" or len(line) < WRAPPED else " "
    if kind == "code_inline":
        return code(node.content)
    if kind in ("math_inline", "math_display"):
        return _formula(node.content)
    return escaped(node.content, not line) if kind == "text" else _inside(node)


def plain(node: SyntaxTreeNode) -> str:
    """Return the words of a node without any markup, for a code block."""
    if node.type in ("math_inline", "math_display"):
        return formula.line(node.content)
    if node.type in ("softbreak", "hardbreak"):
        return " "
    words = "".join(plain(child) for child in node.children) if node.children else node.content
    return words.replace("`" * 3, f"`{BREAK}`{BREAK}`")


def code(content: str) -> str:
    """Inline code; two backticks around a content that holds one."""
    content = content.replace("``", f"`{BREAK}`").replace("\n", " ")
    content = content.replace("``", f"`{BREAK}`")  # three in a row
    return f"`` {content} ``" if "`" in content else f"`{content}`"


def escaped(text: str, at_start: bool = False) -> str:
    """Return text in which no sign is markup; addresses are left whole."""
    parts = _URL.split(text)
    parts[::2] = [_SIGN.sub(_backslashed, part) for part in parts[::2]]
    line = "".join(parts)
    start = _LINE_START.match(line) if at_start else None
    if not start:
        return line
    at = start.end() if start[0].isdigit() else 0
    return f"{line[:at]}\\{line[at:]}"


@lru_cache(2048)
def reads_well(latex: str) -> bool:
    """Return whether one line of Unicode says all that the LaTeX says."""
    if _STRUCTURE.search(latex) or _NESTED.search(latex):
        return False
    known = all(macro in _UNSEEN or formula.line(macro).strip() for macro in set(_MACRO.findall(latex)))
    text = formula.line(latex) if known else ""
    return bool(text.strip()) and "\\" not in text.replace("∖", "")


def _alone(node: SyntaxTreeNode) -> FormulaBlock | None:
    """Return the formula that cannot stand in a line."""
    if node.type == "math_display":
        return FormulaBlock(node.content)
    if node.type == "math_inline" and (_STRUCTURE.search(node.content) or _NESTED.search(node.content)):
        return FormulaBlock(node.content)
    return None


def _formula(latex: str) -> str:
    return escaped(formula.line(latex)) if reads_well(latex) else code(latex)


def _inside(node: SyntaxTreeNode) -> str:
    made = ""
    for child in node.children:
        made += markdown(child, made or "…")
    return made


def _link(node: SyntaxTreeNode, words: str) -> str:
    """Return the words, then the address in the open; an address in the glossary itself is of no use in a chat."""
    target = str(node.attrs.get("href") or node.attrs.get("src") or "")
    if not re.match(r"https?://", target):
        return words
    return f"<{target}>" if words in ("", target) else f"{words} (<{target}>)"


def _backslashed(found: re.Match[str]) -> str:
    return "".join(f"\\{sign}" for sign in found[0])
