"""Where a claim says the opposite of a passage: denied words and opposite words. Pure.

Knows lists of words and their neighbors, no grammar. It gets wrong: opposites that no list holds, who does what to
whom, and denials of the whole sentence by another word. docs/grounding.md says how often.
"""

from bot.tutor.grounding.claims import Claim, Word

_REACH = 4
"""Words on either side that tell whether two occurrences of a word are about the same thing."""


def denied_words(claim: Claim, passage: Claim) -> list[str]:
    """Return the words that one of the two denies and the other affirms."""
    return _denied(claim, passage) + _denied(passage, claim)


def _denied(denying: Claim, other: Claim) -> list[str]:
    affirmed = {word.stem for word in denying.words if not word.denied}
    contradicted = []
    for place, word in enumerate(denying.words):
        if not word.head or word.weight < 1 or word.stem in affirmed:
            continue
        spots = [spot for spot, candidate in enumerate(other.words) if candidate.stem == word.stem]
        near = _near(denying, place)
        close = [spot for spot in spots if near & _near(other, spot)] or spots[:1]
        if close and all(other.words[spot].denied != word.denied for spot in close):
            contradicted.append(word.text)
    return contradicted or _denied_together(denying, other, affirmed)


def _denied_together(denying: Claim, other: Claim, affirmed: set[str]) -> list[str]:
    """Return one of two words under one denial that are both affirmed in the other: "no official test exists"."""
    free = {word.stem for word in other.words if not word.denied} - {w.stem for w in other.words if w.denied}
    for clause in {word.clause for word in denying.words}:
        words = [word for word in denying.words if word.clause == clause and word.denied and word.weight == 1]
        shared = [word.text for word in words if word.stem in free and word.stem not in affirmed]
        if len(shared) > 1:
            return shared[:1]
    return []


def _near(claim: Claim, place: int) -> set[str]:
    around = claim.words[max(0, place - _REACH) : place + _REACH + 1]
    return {word.stem for word in around if word.stem != claim.words[place].stem and word.weight}


def opposite_words(claim: Claim, passage: Claim) -> list[str]:
    """Return the words whose opposite stands in the passage while they, or words like them, do not."""
    return [
        word.text
        for word in claim.words
        if word.sides
        and any(_excludes(word, other) for other in passage.words)
        and not any(other.stem == word.stem or _agrees(word, other) for other in passage.words)
    ]


def _agrees(word: Word, other: Word) -> bool:
    """Return whether two words say the same of an axis: "large" and "high", "not good" and "poor"."""
    same, different = _on_axes(word, other)
    return same if word.denied == other.denied else different and not same


def _excludes(word: Word, other: Word) -> bool:
    same, different = _on_axes(word, other)
    return different and not same if word.denied == other.denied else same


def _on_axes(word: Word, other: Word) -> tuple[bool, bool]:
    """Return whether two words lie on the same side of an axis, and whether on different sides of one."""
    sides = dict(other.sides)
    shared = [(sides[axis], side) for axis, side in word.sides if axis in sides]
    return any(a == b for a, b in shared), any(a != b for a, b in shared)
