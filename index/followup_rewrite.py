"""Questions that lean on what was said before: "why?", "and for images?", "how is that different from the second one?"

Pure. A leaning question is rewritten so that it names its subject; one that stands alone is left as it is, so that a
new subject never inherits the old one.
"""

import re
from collections.abc import Sequence

from index.term_matching import Match, Named, words

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
    r"where|for example|such as|e\.g\.|like what|any|another|more|again|really|since when|versus|vs|compared to|"
    r"which (?:one|of)|what (?:is |are |'s )?the (?:\w+ )?(?:difference|diff|version|alternative)|the (?:first|second|last|other) one)\b",
    re.IGNORECASE,
)
_FORMULAIC = re.compile(
    r"^\W*(?:ok(?:ay)? |and |now |please |pls )*(?:(?:give|show|tell) (?:me )?)?(?:an?|another|one more|some|the)? ?"
    r"(?:examples?|formulas?|equations?|maths?|sources?|steps)(?: (?:with numbers|behind it|please|pls|step by step))*\W*$",
    re.IGNORECASE,
)
_ORDINALS = {"first": 0, "former": 0, "second": 1, "latter": 1, "other": 1, "third": 2, "last": -1}
_SHORT = 5
_PAIR = re.compile(
    r"\bboth\b|\beach other\b|\bone another\b|\bthe two\b|\bthem\b|\bthey\b|\bthose\b|\bthese\b|"
    r"^\W*(?:and |so |but |ok )*(?:what(?:'?s| is) )?the diff(?:erence)?\W*$",
    re.IGNORECASE,
)
MAX_POINTED = 3
MAX_LEANING_WORDS = 12


def in_context(text: str, terms: Sequence[str], named: Sequence[Named], before: Sequence[str] = ()) -> str:
    """Return the question with its subject named, when it leans on the conversation.

    `terms`: what the last answer was about; `before`: the main terms of the answers before it, the newest first.

    >>> in_context("and for images?", ("dropout",), [])
    'dropout: and for images?'
    >>> in_context("what is the difference between them?", ("RNN",), [], ("CNN",))
    'CNN and RNN: what is the difference between them?'
    """
    if not terms or not leans(text, named):
        return text
    return with_subject(text, pointed_at(text, terms, before))


def with_subject(text: str, terms: Sequence[str]) -> str:
    """Return the question with these terms named in front of it."""
    return f"{' and '.join(terms)}: {text}"


def may_lean(text: str, named: Sequence[Named]) -> bool:
    """Return whether a question without any sign of leaning may still mean the last subject: it is short and names no
    term of its own for sure ("what rank should i choose"). Only a search can tell.
    """
    return len(words(text)) <= MAX_LEANING_WORDS and all(
        name.name.everyday or name.match is Match.TYPO for name in named
    )


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


def pointed_at(text: str, terms: Sequence[str], before: Sequence[str] = ()) -> list[str]:
    """Return the terms that the words point at: "the second one" the second, "both" and "them" two, else the main one.

    Where the last answer was about one term alone, the one before it counts as the first of the pair.
    """
    other = next((term for term in before if term not in terms), None)
    pair = list(terms) if len(terms) > 1 or other is None else [other, terms[0]]
    if _PAIR.search(text) and len(pair) > 1:
        return pair[:MAX_POINTED]
    chosen = [terms[0]] if re.search(r"\b(?:it|that|this)\b", text, re.IGNORECASE) else []
    for word, place in _ORDINALS.items():
        if re.search(rf"\bthe {word}\b", text, re.IGNORECASE) and -len(pair) <= place < len(pair):
            chosen.append(pair[place])
    if re.search(r"\bwhich (?:one|of)\b", text, re.IGNORECASE) and len(terms) > 1:
        return list(terms[:MAX_POINTED])
    return list(dict.fromkeys(chosen)) or [terms[0]]
