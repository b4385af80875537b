"""Terms for what somebody is typing: prefix first, then words inside, then spelling. Pure.

Names are folded once for a glossary; a keystroke then costs a few milliseconds at ten thousand entries.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from bot.discord_app.limits import MAX_CHOICE_NAME, MAX_CHOICES, size
from corpus.glossary import folded

NEAR = 70
"""rapidfuzz's ratio, 0 to 100, from which a name is taken for a misspelling of what was typed."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice: what is shown, and the term that it stands for."""

    name: str
    term: str


class TermCompleter:
    """The names of one glossary, ready to be looked through."""

    def __init__(self, names: Iterable[tuple[str, str]]) -> None:
        """`names`: name and term, the term itself among its names; terms that Discord cannot carry are left out."""
        usable = {
            (name, term) for name, term in names if folded(name) and term.strip() and size(term) <= MAX_CHOICE_NAME
        }
        found = sorted((folded(name), name != term, name, term) for name, term in usable)
        self._folded = [key for key, *_ in found]
        self._choices = [_choice(name, term) for *_, name, term in found]
        self._other = [other for _, other, *_ in found]
        self._terms = sorted({term for *_, term in found}, key=folded)

    def matching(self, typed: str, most: int = MAX_CHOICES) -> list[Choice]:
        """Return at most `most` choices, one for each term: names that begin so, that hold it, that are spelled nearly so.

        What is typed in full comes first, and a term before the other names of terms.
        """
        key = folded(typed)
        if not key:
            return [Choice(term, term) for term in self._spread(most)]
        found: dict[str, Choice] = {}
        for sought in (self._begins, self._inside, self._near):
            for n in sought(key):
                found.setdefault(self._choices[n].term, self._choices[n])
            if len(found) >= most:
                break
        return list(found.values())[:most]

    def _begins(self, key: str) -> list[int]:
        begin = [n for n, name in enumerate(self._folded) if name.startswith(key)]
        return sorted(begin, key=lambda n: (self._folded[n] != key, self._other[n], len(self._folded[n]), n))

    def _inside(self, key: str) -> list[int]:
        """Names with a later word that begins so."""
        inside = [n for n, name in enumerate(self._folded) if f" {key}" in name]
        return sorted(inside, key=lambda n: self._other[n])

    def _near(self, key: str) -> list[int]:
        """Names whose beginning is spelled nearly so: a misspelling is seen before the name is typed to its end."""
        if len(key) < 3:
            return []
        # One letter more than was typed: it may be the one that is missing.
        beginnings = [name[: len(key) + 1] for name in self._folded]
        near = process.extract(key, beginnings, scorer=fuzz.ratio, limit=2 * MAX_CHOICES, score_cutoff=NEAR)
        return [n for _, _, n in near]

    def _spread(self, most: int) -> list[str]:
        """Return terms from all over the alphabet, for somebody who has typed nothing yet."""
        count = min(most, len(self._terms))
        return [self._terms[(2 * i + 1) * len(self._terms) // (2 * count)] for i in range(count)]


def _choice(name: str, term: str) -> Choice:
    """Return a term by its name, or under another one of its names where both fit."""
    shown = name if name == term else f"{name} → {term}"
    return Choice(shown if size(shown) <= MAX_CHOICE_NAME else term, term)
