"""Formulas for markdown-it: `$…$`, `$$…$$` and the `\\(…\\)`, `\\[…\\]` that models write, as tokens of their own.

Token types: math_inline, math_display (inside a paragraph), math_block (by itself). Money ("$5 or $6") stays text.
Knows nothing of how a formula is shown.
"""

import re

from markdown_it import MarkdownIt
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

_INLINE = re.compile(r"\$(?!\s)([^$\n]+?)(?<![\s\\])\$(?!\d)|\\\((.+?)\\\)", re.DOTALL)
_DISPLAY = re.compile(r"\$\$(.+?)\$\$|\\\[(.+?)\\\]", re.DOTALL)
_BLOCK = re.compile(r"(?:\$\$(.+?)\$\$|\\\[(.+?)\\\])[ \t]*[.,;:]?[ \t]*(?:\n|\Z)", re.DOTALL)

_SIGNS = re.compile(r"[\\^_={}+]")
"""In Markdown `\\[1\\]` is a bracket that is no link; a formula between `\\[` and `\\]` holds some of these signs."""


def formulas(parser: MarkdownIt) -> None:
    """Return the plugin: `parser.use(formulas)`."""
    parser.inline.ruler.before("escape", "math", _inline)
    interrupts: RuleOptionsType = {"alt": ["paragraph", "blockquote", "list", "table"]}
    parser.block.ruler.before("fence", "math", _block, interrupts)


def _inline(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] not in "$\\":
        return False
    for kind, pattern in (("math_display", _DISPLAY), ("math_inline", _INLINE)):
        found = pattern.match(state.src, state.pos, state.posMax)
        if found and (latex := _latex(found)):
            if not silent:
                state.push(kind, "math", 0).content = latex
            state.pos = found.end()
            return True
    return False


def _block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    at = state.bMarks[start] + state.tShift[start]
    if not state.src.startswith(("$$", "\\["), at):
        return False
    text = state.getLines(start, end, state.blkIndent, False)
    found = _BLOCK.match(text.lstrip(" \t"))
    if not found or not (latex := _latex(found)):
        return False
    if not silent:
        state.push("math_block", "math", 0).content = latex
        state.line = start + max(1, found[0].count("\n") + (not found[0].endswith("\n")))
    return True


def _latex(found: re.Match[str]) -> str:
    """Return what stands between the signs; nothing where they are only escaped brackets."""
    latex = (found[1] or found[2]).strip()
    a_letter = found[0].startswith("\\(") and len(latex) == 1 and latex.isalpha()
    return latex if found[1] or a_letter or _SIGNS.search(latex) else ""
