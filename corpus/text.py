"""What the Markdown prose of an entry holds: sentences, words, formulas, links. Pure; knows no entry and no index."""

import re

_LINK = re.compile(r"\[([^\[\]\n]{1,500})\]\(([^)\s]+)\)")
_DISPLAY = re.compile(r"\$\$(.+?)\$\$", re.DOTALL)
_INLINE = re.compile(r"(?<![\\$])\$(?!\s)([^$\n]+?)(?<![\s\\])\$(?!\d)")
_CODE = re.compile(r"`[^`\n]+`")
_OPAQUE = re.compile("|".join(one.pattern for one in (_DISPLAY, _INLINE, _CODE)), re.DOTALL)
_BOUNDARY = re.compile(
    r"[.!?…]['\"”’)\]]*(?P<gap>\s+)(?=['\"“‘(\[¿¡]?(?P<next>[^\W_]|\ufffc))|(?P<unspaced>[。！？]['\"”’」』)\]]*\s*)(?=\S)|(?P<paragraph>\n\s*\n)"
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|et al|vs|cf|Fig|Eq|eq|approx|no|No|St|Dr|Mr|Mrs|Ms|Prof|pp|resp|ca|bzw|[zdu]\.\s?[BhaA])|\b[A-Z])\.$"
)
_WORD = re.compile(r"[^\W_][\w'’\-]*")


def formulas(text: str) -> list[str]:
    """The LaTeX of every formula, display ones first, without their dollar signs."""
    return [found.strip() for found in _DISPLAY.findall(text)] + _INLINE.findall(_DISPLAY.sub(" ", text))


def links(text: str) -> list[tuple[str, str]]:
    """(words, target) of every Markdown link."""
    return _LINK.findall(text)


def unlinked(text: str) -> str:
    """The text with each link replaced by its words: what a reader sees."""
    return _LINK.sub(r"\1", text)


def words(text: str) -> list[str]:
    """The words of a text as a person counts them: a formula or a piece of code is one word."""
    return _WORD.findall(_OPAQUE.sub(" formula ", unlinked(text)))


def sentences(text: str) -> list[str]:
    """The text cut after each sentence and paragraph; joined again they are the text, to the last space.

    Formulas and code are never cut, nor is text after an abbreviation such as "e.g." or an initial.
    """
    # A placeholder of the same length keeps positions right while nothing inside a formula looks like an end.
    masked = _OPAQUE.sub(lambda found: "\ufffc" * len(found[0]), text)
    cuts = [0, *(found.end() for found in _BOUNDARY.finditer(masked) if _ends(masked, found))]
    return [piece for start, end in zip(cuts, [*cuts[1:], len(text)], strict=True) if (piece := text[start:end])]


def _ends(text: str, found: re.Match[str]) -> bool:
    """Return whether a sentence ends here: nothing in lower case follows, and no abbreviation comes before."""
    return not found["gap"] or not (found["next"].islower() or _abbreviated(text, found))


def _abbreviated(text: str, end: re.Match[str]) -> bool:
    return bool(_ABBREVIATION.search(text[max(0, end.start() - 8) : end.start() + 1]))
