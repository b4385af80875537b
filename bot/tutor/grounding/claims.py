"""A sentence -> what it claims: its words, numbers, names and formulas, and which words it denies. Pure.

Knows no passage and no embedding; scoring.py compares claims with passages.
"""

import re
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from bot.tutor.grounding.lexicon import GENERIC_STEMS, NEGATORS, STOP, affirmed, sides_of, stem
from corpus.text import unlinked

_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?(?:e[-−+]?\d+)?"
_TOKEN = re.compile(
    rf"(?P<formula>\$\$.+?\$\$|\$[^$\n]+\$)|(?P<code>`[^`\n]+`)|(?P<number>{_DIGITS})(?P<percent>\s?(?:%|percent\b|per cent\b))?"
    r"|(?P<word>[^\W\d_](?:[\w]|['’](?=\w))*[*+#]*)|(?P<stop>[,;:.!?()—–]|\n)",
    re.DOTALL,
)
_UNITS = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen""".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_COUNTS = {
    **{word: float(n) for n, word in enumerate(_UNITS)},
    **{word: 10.0 * n for n, word in enumerate(_TENS, 2)},
    "dozen": 12.0, "dozens": 12.0, "half": 0.5, "halve": 0.5, "halves": 0.5, "halved": 0.5, "quarter": 0.25,
    "twice": 2.0, "double": 2.0, "doubles": 2.0, "doubled": 2.0, "triple": 3.0, "tenth": 0.1,
}  # fmt: skip
_FRACTIONS = frozenset({"half", "halve", "halves", "halved", "quarter", "tenth"})
_SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_VAGUE = frozenset({"one", "two", "twice", "double", "doubles", "doubled"})
"""Said so easily that only another count of the same thing speaks against them."""

_BREAKS = frozenset("but because so which although though while whereas since if when unless then than".split())
_SCOPE = 5
"""A word of negation reaches this many content words at most."""


@dataclass(frozen=True, slots=True)
class Word:
    """A content word: its `stem`, the number of its clause, and whether it is denied.

    `head` is the first word that a negation reaches, the one it is about; `sides` are its places on axes of opposites;
    `name` says that it is a name, code or a formula.
    """

    text: str
    stem: str
    denied: bool
    clause: int
    sides: tuple[tuple[int, int], ...] = ()
    head: bool = False
    name: bool = False

    @property
    def weight(self) -> float:
        """Return how much finding it in a passage proves; nothing for "more" and "all", which count only by their opposites."""
        if self.text in STOP:
            return 0.0
        return 0.35 if self.stem in GENERIC_STEMS or not self.text[0].isalpha() else 1.0


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written and by value; `place` is how many content words stand before it."""

    text: str
    value: float
    percent: bool
    place: int
    vague: bool = False
    times: bool = False
    clause: int = 0

    def agrees(self, other: "Number") -> bool:
        """Return whether both are the same quantity: 90%, 0.9 and ninety percent; a quarter and four times."""
        return not {*self._readings()}.isdisjoint(other._readings())

    def _readings(self) -> set[str]:
        found = {f"{self.value / 100 if self.percent else self.value:.6g}"}
        if self.text in _FRACTIONS:
            found.add(f"{1 / self.value:.6g} times")
        if self.times:
            found.add(f"{self.value:.6g} times")
        return found


@dataclass(frozen=True)
class Claim:
    """What a sentence says. `names` are capitalised names, acronyms and code; `formulas` LaTeX without its spaces."""

    text: str
    words: tuple[Word, ...]
    numbers: tuple[Number, ...]
    names: tuple[str, ...]
    formulas: tuple[str, ...]
    negations: int

    @cached_property
    def stems(self) -> frozenset[str]:
        """Return the stems of its content words."""
        return frozenset(word.stem for word in self.words if word.weight)

    @cached_property
    def letters(self) -> str:
        """Return its text folded, without spaces and signs: where a name is looked for."""
        return folded(self.text)

    @cached_property
    def initials(self) -> str:
        """Return the first letters of all its words, where an abbreviation is looked for."""
        return "".join(word[0] for word in re.findall(r"[^\W_]+", self.text.casefold()))


def folded(text: str) -> str:
    """Return letters and digits alone, in lower case."""
    return re.sub(r"[\W_]+", "", text.casefold())


@lru_cache(maxsize=1024)
def read(text: str) -> Claim:
    """Read a sentence, a passage or a run of sentences."""
    plain = unlinked(text).replace("**", "").replace("‑", "-")
    return _Reader(plain).claim()


def denied(claim: Claim) -> Claim:
    """Return the same words, denied: what "No." says of the question before it."""
    words = tuple(replace(word, denied=not word.denied, head=word.weight == 1) for word in claim.words)
    return replace(claim, words=words, negations=1 - min(1, claim.negations))


class _Reader:
    """Goes through a sentence once and collects what it claims."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.words: list[Word] = []
        self.numbers: list[Number] = []
        self.names: list[str] = []
        self.formulas: list[str] = []
        self.negations = self.clause = self.denied = 0
        self.opening = True
        self.head = False

    def claim(self) -> Claim:
        for found in _TOKEN.finditer(self.text):
            kind = found.lastgroup if found["number"] is None else "number"
            known = len(self.numbers)
            getattr(self, f"_{kind}")(found)
            self.numbers[known:] = [replace(one, clause=self.clause) for one in self.numbers[known:]]
        return Claim(
            self.text, tuple(self.words), tuple(self.numbers), tuple(dict.fromkeys(self.names)), tuple(self.formulas),
            self.negations,
        )  # fmt: skip

    def _formula(self, found: re.Match[str]) -> None:
        inside = found[0].strip("$")
        if plain := re.sub(r"\\[,;:! ]|[\s{}]|\\(?=[A-Za-z])", "", inside):
            self.formulas.append(plain)
            self.words.append(Word(plain, plain, self.denied > 0, self.clause, name=True))
        self.numbers += [
            Number(one, float(one.replace(",", "")), False, len(self.words))
            for one in re.findall(r"\d+(?:\.\d+)?", inside)
        ]
        self.opening = False

    def _code(self, found: re.Match[str]) -> None:
        self.names += re.findall(r"[A-Za-z_.]{2,}", found[0])
        self.numbers += [
            Number(one, float(one), False, len(self.words)) for one in re.findall(r"(?<![\w.])\d+(?:\.\d+)?", found[0])
        ]
        for one in re.findall(r"[A-Za-z]{2,}", found[0]):
            self._add(one.casefold(), name=True)
        self.opening = False

    def _number(self, found: re.Match[str]) -> None:
        value = float(found["number"].replace(",", "").replace("−", "-"))
        self.numbers.append(Number(found[0].strip(), value, bool(found["percent"]), len(self.words)))
        self.opening = False

    def _stop(self, found: re.Match[str]) -> None:
        self.clause, self.denied, self.head = self.clause + 1, 0, False
        self.opening = found[0] in ".!?:\n"

    def _word(self, found: re.Match[str]) -> None:
        text = found[0].replace("’", "'")
        low = text.casefold()
        if self._qualified(low):
            return
        if low.endswith("n't") or low in NEGATORS or low == "cannot":
            self._negate(found)
        elif low in {"and", "or"}:
            pass
        elif low in _BREAKS:
            self.clause, self.denied, self.head = self.clause + 1, 0, False
        elif not self._counted(low) and (low not in STOP or sides_of(low) or _is_acronym(text)):
            name = _is_acronym(text) or (text[0].isupper() and not self.opening)
            self.names += [text] if name else []
            self._add(low, name)
        self.opening = False

    def _qualified(self, low: str) -> bool:
        """Read "percent" and "times" behind a number as part of it."""
        if not self.numbers or self.numbers[-1].place != len(self.words) or low not in {"percent", "per", "times", "x"}:
            return False
        last = self.numbers[-1]
        percent = low in {"percent", "per"}
        self.numbers[-1] = replace(last, text=f"{last.text} {low}", percent=last.percent or percent, times=not percent)
        return True

    def _negate(self, found: re.Match[str]) -> None:
        if self.text[found.end() : found.end() + 5].casefold() != " only":
            self.denied, self.head = (0 if self.denied else _SCOPE), True

    def _counted(self, low: str) -> bool:
        """Read number words; "two hundred" and "5 million" are one number."""
        scale = _SCALES.get(low.removesuffix("s"))
        if scale:
            last = self.numbers.pop() if self.numbers and self.numbers[-1].place == len(self.words) else None
            value = (last.value if last else 1.0) * scale
            self.numbers.append(Number(f"{last.text} {low}" if last else low, value, False, len(self.words)))
        elif low in _COUNTS:
            self.numbers.append(Number(low, _COUNTS[low], False, len(self.words), low in _VAGUE))
        return bool(scale) or low in _COUNTS

    def _add(self, low: str, name: bool = False) -> None:
        positive = affirmed(low)
        denied = (self.denied > 0) != (positive != low)
        content = low not in STOP
        sides = sides_of(positive)
        about = content and (bool(sides) or stem(positive) not in GENERIC_STEMS)
        head = about and (self.head or positive != low)
        self.words.append(Word(low, stem(positive), denied, self.clause, sides, head, name))
        if content:
            self.negations += head
            self.denied, self.head = max(0, self.denied - 1), self.head and not about


def _is_acronym(text: str) -> bool:
    """BERT, k-NN's NN, ResNet, L2: capitals or digits inside."""
    return len(text) > 1 and any(c.isupper() or c.isdigit() for c in text[1:])
