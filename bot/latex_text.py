"""LaTeX formulas as one line of Unicode text, for terminals and for inline formulas in messages.

What has no sign in Unicode keeps its meaning by brackets: x^{n-1} becomes xⁿ⁻¹, \\frac{a+b}{c} becomes (a+b)/c.
"""

import re
from functools import cache

from pylatexenc import latexwalker, macrospec
from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec, get_default_latex_context_db

_RAISED = dict(
    zip("0123456789+-=()abcdefghijklmnoprstuvwxyzTαβθ", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᵀᵅᵝᶿ", strict=True)
)
_LOWERED = dict(zip("0123456789+-=()aehijklmnoprstuvxβγρφχ", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ", strict=True))
_SHIFT = re.compile(r"([_^])\s*(?:\{((?:[^{}]|\{[^{}]*\})*)\}|(\\[A-Za-z]+|[^\s\\{}$]))")
_FORMULA = re.compile(r"\$\$(.+?)\$\$|(?<![\\$])\$(?!\s)([^$\n]+?)(?<![\s\\])\$(?!\d)", re.DOTALL)
_CASES = re.compile(r"\\begin\{cases\}(.*?)\\end\{cases\}", re.DOTALL)
_MARKDOWN = re.compile(r"([*_`\[\]<>\\|~])")
_UNKNOWN = {"ne": "≠", "models": "⊨", "implies": "⟹", "iff": "⟺", "bmod": " mod ", "colon": ":"} | {
    word: word for word in ("arg", "det", "dim", "gcd", "ker", "deg", "hom", "Pr")
}
"""Macros that pylatexenc does not know and would leave out without a word."""

_ATOM = re.compile(r"[\w\u0300-\u036f.²³ⁱ⁰-ₜᵢ-ᵪ]*|\([^()]*\)")


def readable(text: str) -> str:
    """A text with every `$…$` and `$$…$$` replaced by its Unicode line, and `\\$` by a dollar sign."""
    return _FORMULA.sub(_as_line, text).replace("\\$", "$")


@cache
def line(latex: str) -> str:
    """One formula as Unicode text; LaTeX that cannot be read comes back as it is."""
    try:
        shifted = _CASES.sub(_on_one_line, latex)
        while (again := _SHIFT.sub(_shifted, shifted)) != shifted:
            shifted = again
        return " ".join(_converter().latex_to_text(f"${shifted}$").split())
    except Exception:  # pylatexenc raises several kinds; the source is still readable to many
        return latex


def _on_one_line(cases: re.Match[str]) -> str:
    lines = re.sub(r"\s*\\\\\s*", r"\\text{; }", re.sub(r"\s*&\s*", r"\\text{, }", cases[1].strip()))
    return rf"\{{{lines}\}}"


def _as_line(found: re.Match[str]) -> str:
    # What surrounds a formula is Markdown, in which the star of V* would open emphasis.
    return f"\n\n    {line(found[1])}\n\n" if found[1] else _MARKDOWN.sub(r"\\\1", line(found[2]))


def _shifted(found: re.Match[str]) -> str:
    sign, inner = found[1], found[2] if found[2] is not None else found[3]
    if _SHIFT.search(inner):  # the inner one first: x^{2^n}
        inner = _SHIFT.sub(_shifted, inner)
    plain = _converter().latex_to_text(f"${inner}$")
    table = _RAISED if sign == "^" else _LOWERED
    if plain and all(c in table for c in plain):
        return "{}" + "".join(table[c] for c in plain)  # the braces end a macro's name before it: \\theta_t
    mark = "＾" if sign == "^" else "＿"  # so that the loop ends; put back by the converter's last step
    return f"{{}}{mark}{plain}" if len(plain) == 1 else f"{{}}{mark}({plain})"


@cache
def _converter() -> "_Lines":
    return _Lines()


class _Lines(LatexNodes2Text):  # type: ignore[misc]
    """pylatexenc with fractions and norms that keep their brackets."""

    def __init__(self) -> None:
        context = get_default_latex_context_db()
        fractions = [MacroTextSpec(name, simplify_repl=_fraction) for name in ("frac", "tfrac", "dfrac")]
        norm = [
            MacroTextSpec("|", simplify_repl="‖"),
            MacroTextSpec("Vert", simplify_repl="‖"),
            MacroTextSpec("mid", simplify_repl=" | "),
        ]
        binom = [MacroTextSpec("binom", simplify_repl="C(%s, %s)")]
        known = [MacroTextSpec(name, simplify_repl=sign) for name, sign in _UNKNOWN.items()]
        context.add_context_category("lines", prepend=True, macros=fractions + norm + binom + known)
        super().__init__(latex_context=context, math_mode="text")
        self._grammar = latexwalker.get_default_latex_context_db()
        two = [macrospec.MacroSpec(name, "{{") for name in ("binom", "tfrac", "dfrac")]
        self._grammar.add_context_category("lines", prepend=True, macros=two)

    def latex_to_text(self, latex: str, **options: object) -> str:
        text: str = super().latex_to_text(latex, latex_context=self._grammar, **options)
        return text.replace("＾", "^").replace("＿", "_")


def _fraction(node: object, l2tobj: LatexNodes2Text) -> str:
    over, under = (l2tobj.nodelist_to_text([one]).strip() for one in node.nodeargd.argnlist)  # type: ignore[attr-defined]
    parts = (part if _ATOM.fullmatch(part) else f"({part})" for part in (over, under))
    return f" {'/'.join(parts)} "
