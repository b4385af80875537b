"""Numbers, names and formulas of a claim that a passage does not hold. Pure."""

from bot.tutor.grounding.claims import Claim, Number, folded


def missing_numbers(claim: Claim, passage: Claim) -> list[str]:
    """Return the claim's numbers that the passage lacks; "two" only where the passage counts the same thing otherwise."""
    missing = [
        number for number in claim.numbers if not any(_same(number, claim, other, passage) for other in passage.numbers)
    ]
    return [number.text for number in missing if not number.vague or _counted_otherwise(number, claim, passage)]


def _same(number: Number, claim: Claim, other: Number, passage: Claim) -> bool:
    """Return whether two numbers are one quantity; the word "two" is 2 only where it counts the same thing."""
    loose = other.vague and not number.vague
    return number.agrees(other) and (not loose or bool(_counted(number, claim) & _counted(other, passage)))


def _counted_otherwise(number: Number, claim: Claim, passage: Claim) -> bool:
    things = _counted(number, claim)
    others = (_counted(each, passage) for each in passage.numbers if each.text.casefold() != number.text.casefold())
    return number.text.casefold() != "one" and any(things & thing for thing in others)


def _counted(number: Number, claim: Claim) -> set[str]:
    """Return the words directly before and after a number, in its clause."""
    beside = claim.words[max(0, number.place - 1) : number.place + 1]
    return {word.stem for word in beside if word.clause == number.clause and word.weight}


def missing_names(claim: Claim, passage: Claim, letters: str, initials: str) -> list[str]:
    """Return names, code and formulas of the claim that neither the passage nor the question knows.

    `letters` and `initials` are all that is known, folded; an abbreviation is known by its letters or as the first
    letters of words that stand together.
    """
    missing = [
        name
        for name in claim.names
        if (plain := folded(name)) not in letters
        and plain.removesuffix("s") not in letters
        and not (name[:-1].isupper() and len(plain) > 2 and plain.removesuffix("s") in initials)
    ]
    formulas = " ".join(passage.formulas)
    return missing + [
        formula
        for formula in claim.formulas
        if len(formula) > 2 and formula not in formulas and folded(formula) not in letters
    ]
