"""Questions that lean on what was said before: "why?", "and for images?", "how is that different from the second one?"

Pure. A leaning question is rewritten so that it names its subject; one that stands alone is left as it is, so that a
new subject never inherits the old one.
"""

import re
from collections.abc import Sequence

from index.term_matching import Named, words

_THAT = (
    # "that" points when it ends a clause or is what the question is about, not in "the thing that turns words".
    r"that(?=\W*$|\W*[?!,;]|"
    r"\s+(?:mean|work|matter|help|happen|one|so|true|always|good|bad|important|necessary|useful|possible)\w*)|"
    r"(?:is|was|does|did|do|about|from|than|like|why|how|with|of|if|what's)\s+that(?!\s+\w+s\b)"
)
_ORDINAL = (
    r"the (?:first|second|third|former|latter|other|last)"
    r"(?: one|(?=\W*$|\s+(?:is|was|better|worse|do|does|instead|when)\b))"
)
_POINTING = re.compile(
    rf"\b(?:it|its|itself|this|they|them|their|those|these|the same|both|above|here|one another|each other|"
    rf"{_THAT}|{_ORDINAL})\b",
    re.IGNORECASE,
)
_CONTINUING = re.compile(
    r"^\W*(?:and|but|so|also|ok(?:ay)? so|then|what about|how about|what if|why|why not|how come|how so|how exactly|when|"
    r"where|for example|such as|e\.g\.|like what|any|another|more|again|really|since when|versus|vs|compared to)\b",
    re.IGNORECASE,
)
_FORMULAIC = re.compile(
    r"^\W*(?:(?:give|show) (?:me )?)?(?:an?|another|one more|some|the)? ?(?:examples?|formulas?|sources?)\W*$",
    re.IGNORECASE,
)
_ORDINALS = {"first": 0, "former": 0, "second": 1, "latter": 1, "other": 1, "third": 2, "last": -1}
_SHORT = 5


def in_context(text: str, terms: Sequence[str], named: Sequence[Named]) -> str:
    """The question with its subject named, when it leans on the conversation's last terms.

    >>> in_context("and for images?", ("dropout",), [])
    'dropout: and for images?'
    """
    if not terms or not leans(text, named):
        return text
    pointed = _pointed_at(text, terms)
    return f"{' and '.join(pointed)}: {text}"


def leans(text: str, named: Sequence[Named]) -> bool:
    """Whether a question cannot be understood without what was said before."""
    names_a_term = any(not one.name.everyday for one in named)
    if _POINTING.search(text):
        # "Is it dropout?" leans though it names a term; "What is overfitting and how is it avoided?" does not: there
        # the pronoun comes after the name that it stands for.
        return not names_a_term or _points_before_naming(text, named)
    if names_a_term:
        return False
    return bool(_CONTINUING.search(text) or _FORMULAIC.match(text)) and len(words(text)) <= 2 * _SHORT


def _points_before_naming(text: str, named: Sequence[Named]) -> bool:
    pointing = _POINTING.search(text)
    first = min(one.start for one in named if not one.name.everyday)
    return pointing is not None and len(words(text[: pointing.start()])) < first


def _pointed_at(text: str, terms: Sequence[str]) -> list[str]:
    """The terms that the words point at: "the second one" the second, "both" the first two, else the main one."""
    if re.search(r"\bboth\b|\beach other\b", text, re.IGNORECASE):
        return list(terms[:2])
    chosen = [terms[0]] if re.search(r"\b(?:it|that|this)\b", text, re.IGNORECASE) else []
    for word, place in _ORDINALS.items():
        if re.search(rf"\bthe {word}\b", text, re.IGNORECASE) and -len(terms) <= place < len(terms):
            chosen.append(terms[place])
    return list(dict.fromkeys(chosen)) or [terms[0]]
