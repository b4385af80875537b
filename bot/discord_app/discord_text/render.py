"""An answer's Markdown as blocks for Discord: text in Discord's own Markdown, and formulas that become pictures.

Tables become aligned code, deep headings bold lines, pictures links; HTML is shown as text and rules are dropped. All
of it is inert. Knows neither messages nor limits.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.tree import SyntaxTreeNode

from bot.discord_app.discord_text import inline, sanitize
from bot.discord_app.discord_text import text_tables as tables
from bot.discord_app.discord_text.code_spans import FENCE
from bot.discord_app.discord_text.inline import FormulaBlock, Piece
from bot.discord_app.discord_text.latex_syntax import formulas

_LANGUAGE = re.compile(r"[A-Za-z0-9_+\-.#]{1,20}(?=\s|$)")
_SCHEME = re.compile(r"(?<![^\W_])https?\Z", re.IGNORECASE)
_REST_OF_URL = re.compile(r"://[^\s<>|\[\]`]+")
_FORMULA_LANGUAGES = ("math", "latex-math", "katex")


@dataclass(frozen=True, slots=True)
class TextBlock:
    """Inert Discord Markdown, never blank."""

    markdown: str


Block = TextBlock | FormulaBlock


def blocks(markdown: str) -> tuple[Block, ...]:
    """Return the Markdown as blocks in order; text between two formulas is one block. None for a blank text."""
    tree = SyntaxTreeNode(_parser().parse(sanitize.visible(markdown)))
    return tuple(_merged(_children(tree)))


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    # Models indent for looks, underline with ---, and write [1]: where no definition is meant.
    parser.disable(["code", "lheading", "reference"])
    parser.inline.ruler.after("text", "address", _address)
    return parser.use(formulas)


def _address(state: StateInline, silent: bool) -> bool:
    """Return a bare address is one word, whatever signs it holds. The parser stops at its colon."""
    found = _REST_OF_URL.match(state.src, state.pos, state.posMax)
    if not found or not _SCHEME.search(state.src[max(0, state.pos - 6) : state.pos]):
        return False
    rest, _ = sanitize.trimmed(found[0])
    if not silent:
        state.pending += rest
    state.pos += len(rest)
    return True


def _merged(parts: Iterable[Piece]) -> Iterator[Block]:
    text: list[str] = []
    for part in chain(parts, [FormulaBlock("")]):
        if isinstance(part, str):
            text.append(part)
            continue
        if joined := sanitize.answer("\n\n".join(text)).strip("\n"):
            yield TextBlock(joined)
        text = []
        if part.latex:
            yield part


def _children(node: SyntaxTreeNode) -> list[Piece]:
    return [piece for child in node.children for piece in _block(child) if piece]


def _block(node: SyntaxTreeNode) -> list[Piece]:
    made = _BLOCKS.get(node.type, _children)  # a rule has no children and so shows nothing
    return made(node)


def _paragraph(node: SyntaxTreeNode) -> list[Piece]:
    return inline.pieces(node.children[0])


def _quote(node: SyntaxTreeNode) -> list[Piece]:
    joined = _joined(_children(node), "\n\n")
    return [re.sub(r"(?m)^(?!> )", "> ", block) if isinstance(block, str) else block for block in joined]


def _joined(parts: Iterable[Piece], between: str) -> list[Piece]:
    """Return the pieces with neighbouring texts made one."""
    made: list[Piece] = []
    for part in parts:
        if isinstance(part, str) and made and isinstance(made[-1], str):
            made[-1] += between + part
        else:
            made.append(part)
    return made


def _heading(node: SyntaxTreeNode) -> list[Piece]:
    level = int(node.tag[1])
    made: list[Piece] = []
    for piece in inline.pieces(node.children[0]):
        if isinstance(piece, FormulaBlock):
            made.append(piece)
        elif level <= 3:
            made.append(f"{'#' * level} {piece.strip()}")
        else:
            made.append(f"**{piece.strip().replace('**', '')}**")
    return made


def _fence(node: SyntaxTreeNode) -> list[Piece]:
    language = _LANGUAGE.match(node.info.strip())
    name = language[0] if language else ""
    content = node.content.strip("\n")
    if not content.strip():
        return []
    if name in _FORMULA_LANGUAGES:
        return [FormulaBlock(content.strip())]
    # Discord closes at the first three backticks, wherever they stand.
    safe = re.sub("`(?=``)", f"`{sanitize.BREAK}", content)
    return [f"```{name}\n{safe}\n```"]


def _list(node: SyntaxTreeNode) -> list[Piece]:
    number = int(node.attrs.get("start", 1)) if node.type == "ordered_list" else None
    made: list[Piece] = []
    for item in node.children:
        made += _item(item, "-" if number is None else f"{number}.")
        number = None if number is None else number + 1
    return _joined(made, "\n")


def _item(item: SyntaxTreeNode, marker: str) -> Iterator[Piece]:
    """Return the pieces of a list item, lists in it indented; what follows a formula goes on at the margin."""
    indent = " " * (len(marker) + 1)
    start = f"{marker} "
    for piece in _children(item):
        if isinstance(piece, FormulaBlock):
            if start.strip():
                yield marker
            yield piece
            start = ""
            continue
        fenced = piece.startswith(FENCE)
        yield (start.rstrip(" ") + "\n" * bool(start.strip()) if fenced else start) + _indented(piece, indent)
        start = indent


def _indented(text: str, indent: str) -> str:
    """Return all lines but the first moved to the right; code keeps its own shape."""
    parts = re.split(r"(```.*?```)", text, flags=re.DOTALL)
    parts[::2] = [re.sub(r"\n(?=[^\n])", f"\n{indent}", part) for part in parts[::2]]
    return "".join(parts)


def _table(node: SyntaxTreeNode) -> list[Piece]:
    rows = [row for part in node.children for row in part.children]
    header, *body = [tuple(_cell(cell) for cell in row.children) for row in rows]
    right = tuple("right" in str(cell.attrs.get("style", "")) for cell in rows[0].children)
    return [tables.shown(tables.Table(header, tuple(body), right))]


def _cell(node: SyntaxTreeNode) -> tables.Cell:
    return tables.Cell(inline.plain(node).strip(), inline.markdown(node).strip())


_BLOCKS: dict[str, Callable[[SyntaxTreeNode], list[Piece]]] = {
    "paragraph": _paragraph,
    "heading": _heading,
    "fence": _fence,
    "bullet_list": _list,
    "ordered_list": _list,
    "blockquote": _quote,
    "table": _table,
    "math_block": lambda node: [FormulaBlock(node.content)],
}
