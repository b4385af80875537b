"""What a claim says of its numbers and names, and whether a passage says it of the same ones. Pure.

A number that stands in the passage may still be the wrong one: what counts is what stands around it.
"""

from itertools import pairwise

from bot.tutor.grounding.claims import Claim, Number, folded


def missing_numbers(claim: Claim, there: Claim) -> list[str]:
    """The claim's numbers that the passage does not hold; "two" only when it counts the same thing otherwise."""
    lost = [one for one in claim.numbers if not any(_same(one, claim, other, there) for other in there.numbers)]
    return [one.text for one in lost if not one.vague or _counted_otherwise(one, claim, there)]


def _same(one: Number, claim: Claim, other: Number, there: Claim) -> bool:
    """Whether two numbers are the same quantity; the word "two" is 2 only where it counts the same thing."""
    loose = other.vague and not one.vague
    return one.agrees(other) and (not loose or bool(_counted(one, claim) & _counted(other, there)))


def _counted_otherwise(number: Number, claim: Claim, there: Claim) -> bool:
    things = _counted(number, claim)
    others = (_counted(other, there) for other in there.numbers if other.text.casefold() != number.text.casefold())
    return number.text.casefold() != "one" and any(things & thing for thing in others)


def _counted(number: Number, claim: Claim) -> set[str]:
    """The words directly before and after a number, in its clause."""
    beside = claim.words[max(0, number.place - 1) : number.place + 1]
    return {word.root for word in beside if word.clause == number.clause and word.weight}


def rival(claim: Claim, there: Claim) -> float:
    """How much closer another number of the passage is to the words around a number of the claim; of all, the worst."""
    worst = 0.0
    for one in claim.numbers:
        around = {word.root for word in claim.words[max(0, one.place - 4) : one.place + 4] if word.weight} & there.roots
        if one.vague or not around:
            continue
        fits = [
            (_same(one, claim, other, there), _nearness(around, other.place, other.clause, there))
            for other in there.numbers
            if not other.vague or one.agrees(other)
        ]
        own = max((fit for same, fit in fits if same), default=0.0)
        worst = max(worst, max((fit for same, fit in fits if not same), default=0.0) - own)
    return worst


def stranger(claim: Claim, there: Claim) -> float:
    """How much closer another name of the passage is to the words around a name of the claim; of all, the worst."""
    spots: dict[str, list[int]] = {}
    for place, word in enumerate(there.words):
        if word.name:
            spots.setdefault(word.root, []).append(place)
    worst = 0.0
    for place, word in enumerate(claim.words):
        beside = [one for one in claim.words[max(0, place - 4) : place + 5] if one.clause == word.clause and one.weight]
        around = {one.root for one in beside if one.root not in spots} & there.roots
        if word.root not in spots or not around:
            continue
        fits = {
            root: max(_nearness(around, at, there.words[at].clause, there) for at in ats) for root, ats in spots.items()
        }
        named = {one.root for one in claim.words if one.clause == word.clause}
        worst = max(worst, max((fit for root, fit in fits.items() if root not in named), default=0.0) - fits[word.root])
    return worst


def _nearness(around: set[str], spot: int, clause: int, there: Claim) -> float:
    """1 when all the words stand beside the place `spot`, less the farther they are; another clause is farther."""
    total = 0.0
    for root in around:
        gaps = [
            max(place - spot, spot - place - 1) + 2 * abs(word.clause - clause)
            for place, word in enumerate(there.words)
            if word.root == root
        ]
        total += 1 / (1 + min(gaps))
    return total / len(around)


def missing_names(claim: Claim, there: Claim, letters: str, initials: str) -> list[str]:
    """Names, code and formulas of the claim that neither the passage nor the question knows.

    `letters` and `initials` are all that is known, folded; an abbreviation is known by its letters or as the first
    letters of words that stand together.
    """
    lost = [
        one
        for one in claim.names
        if (plain := folded(one)) not in letters
        and plain.removesuffix("s") not in letters
        and not (one[:-1].isupper() and len(plain) > 2 and plain.removesuffix("s") in initials)
    ]
    formulas = " ".join(there.formulas)
    return lost + [one for one in claim.formulas if len(one) > 2 and one not in formulas and folded(one) not in letters]


def bound(claim: Claim, there: Claim) -> float:
    """The share of neighboring known words of the claim that are near each other in the passage, too."""
    known = [word.root for word in claim.words if word.weight and word.root in there.roots]
    pairs = [(a, b) for a, b in pairwise(known) if a != b]
    if not pairs:
        return 1.0
    spots: dict[str, list[int]] = {}
    for place, word in enumerate(word for word in there.words if word.weight):
        spots.setdefault(word.root, []).append(place)
    return sum(min(abs(x - y) for x in spots[a] for y in spots[b]) <= 3 for a, b in pairs) / len(pairs)
