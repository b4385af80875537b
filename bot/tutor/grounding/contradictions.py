"""Where a claim says the opposite of a passage: denied words, opposite words, sides that have changed places. Pure.

Knows lists of words and their neighbors, no grammar: what it cannot see is listed in docs/grounding.md.
"""

import re

from bot.tutor.grounding.claims import Claim, Word, read

_PIVOT = re.compile(r"\b(than|not|then)\b")
_SENTENCE = re.compile(r"[.;:]\s")
_REACH = 4
"""Words on either side that tell whether two occurrences of a word are about the same thing."""


def flips(claim: Claim, there: Claim) -> list[str]:
    """Words that one of the two denies and the other affirms."""
    return _flipped(claim, there) + _flipped(there, claim)


def _flipped(denying: Claim, other: Claim) -> list[str]:
    affirmed = {word.root for word in denying.words if not word.denied}
    found = []
    for place, word in enumerate(denying.words):
        if not word.head or word.weight < 1 or word.root in affirmed:
            continue
        spots = [spot for spot, one in enumerate(other.words) if one.root == word.root]
        near = _near(denying, place, _REACH)
        close = [spot for spot in spots if near & _near(other, spot, _REACH)] or spots[:1]
        if close and all(other.words[spot].denied != word.denied for spot in close):
            found.append(word.text)
    return found or _denied_together(denying, other, affirmed)


def _denied_together(denying: Claim, other: Claim, affirmed: set[str]) -> list[str]:
    """Two words under one denial that stand together and affirmed in the other: "no single official test exists"."""
    free = {word.root for word in other.words if not word.denied}
    denied = {word.root for word in other.words if word.denied}
    for clause in {word.clause for word in denying.words}:
        words = [one for one in denying.words if one.clause == clause and one.denied and one.weight == 1]
        shared = [one.text for one in words if one.root in free - denied and one.root not in affirmed]
        if len(shared) > 1:
            return shared[:1]
    return []


def opposites(claim: Claim, there: Claim) -> list[str]:
    """Words of which the passage says the opposite about the same neighbor: "high bias" where it says "low bias"."""
    found = []
    for place, word in enumerate(claim.words):
        if not word.sides:
            continue
        same = other = 0.0
        for spot, candidate in enumerate(there.words):
            if candidate.root == word.root or _beside(word, candidate):
                same = max(same, _common(claim, place, there, spot) + 0.5)
            elif _against(word, candidate):
                other = max(other, _common(claim, place, there, spot))
        if other > same:
            found.append(word.text)
    return found


def unlike(claim: Claim, there: Claim) -> list[str]:
    """Words whose opposite stands in the passage and they, or words like them, do not."""
    return [
        word.text
        for word in claim.words
        if word.sides
        and any(_against(word, one) for one in there.words)
        and not any(one.root == word.root or _beside(word, one) for one in there.words)
    ]


def _common(claim: Claim, place: int, there: Claim, spot: int) -> float:
    """How many neighbors two words share; the next word, which an adjective describes, counts three times."""
    follow = 2.0 * (_next(claim, place) == _next(there, spot) != "")
    return follow + len(_near(claim, place, 2) & _near(there, spot, 2))


def _next(claim: Claim, place: int) -> str:
    after = next((one for one in claim.words[place + 1 :] if one.weight), None)
    return after.root if after else ""


def _near(claim: Claim, place: int, reach: int) -> set[str]:
    own = claim.words[place].root
    around = claim.words[max(0, place - reach) : place + reach + 1]
    return {one.root for one in around if one.root != own and one.weight}


def _beside(one: Word, other: Word) -> bool:
    """Whether two words say the same of an axis: "large" and "high", "not good" and "poor"."""
    agree, clash = _on_axes(one, other)
    return agree if one.denied == other.denied else clash and not agree


def _against(one: Word, other: Word) -> bool:
    agree, clash = _on_axes(one, other)
    return clash and not agree if one.denied == other.denied else agree


def _on_axes(one: Word, other: Word) -> tuple[bool, bool]:
    """Whether two words lie on the same side of an axis, and on different sides of one."""
    if not other.sides:
        return False, False
    sides = dict(other.sides)
    shared = [(sides[axis], side) for axis, side in one.sides if axis in sides]
    return any(a == b for a, b in shared), any(a != b for a, b in shared)


def denied_alone(claim: Claim, there: Claim) -> bool:
    """Whether the claim denies something and the passage nothing, not even by a word such as "pointless"."""
    if not claim.negations or there.negations or there.implicit:
        return False
    return not any(_beside(word, one) for word in claim.words if word.denied for one in there.words)


def swapped(claim: str, there: str) -> bool:
    """Whether the two sides of "more than", "not" or "then" have changed places."""
    for pivot in _PIVOT.finditer(claim):
        left, right = _sides(claim, pivot)
        for other in _PIVOT.finditer(there):
            before, after = _sides(there, other) if other[0] == pivot[0] else (frozenset[str](), frozenset[str]())
            crossed = left & after, right & before
            if all(crossed) and sum(map(len, crossed)) > len(left & before) + len(right & after):
                return True
    return False


def _sides(text: str, pivot: re.Match[str]) -> tuple[frozenset[str], frozenset[str]]:
    """The telling words on either side of a word, within its sentence, without those on both."""
    left = read(_SENTENCE.split(text[: pivot.start()])[-1]).roots
    right = read(_SENTENCE.split(text[pivot.end() :])[0]).roots
    return left - right, right - left
