"""Which entries a question names: by term, alias, inflection, spelling variant or typo. Longest name first.

Pure: it is given the names and knows no file. It reads words only; whether the question is about the glossary at all
is search.py's judgement, for which a name that is also an everyday word ("token", "policy") weighs little.
"""

import re
from collections import ChainMap, defaultdict
from collections.abc import Callable, Iterable, Iterator, MutableMapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz import fuzz, process

from corpus.glossary import folded

_WORD = re.compile(r"[^\W_]+(?:[+#*²]+(?!\w))?")
_TYPO_LENGTH = 5
_TYPO_RATIO = 82


class Match(StrEnum):
    """How a question's words agree with a name, the surest first."""

    EXACT = "exact"
    INFLECTED = "inflected"
    TYPO = "typo"


@dataclass(frozen=True, slots=True)
class Name:
    """A term, alias or shared name, folded, and its entries. `everyday`: also a common English word."""

    folded: str
    slugs: tuple[str, ...]
    everyday: bool = False


@dataclass(frozen=True, slots=True)
class Named:
    """A name found in a question: its entries, and the words from `start` up to `end` that name them."""

    name: Name
    match: Match
    start: int
    end: int

    @property
    def slugs(self) -> tuple[str, ...]:
        """The entries that could be meant; more than one for a shared name."""
        return self.name.slugs


def words(text: str) -> list[str]:
    """The words of a question or a name, folded: what names are compared by."""
    return _WORD.findall(folded(text))


Finder = Callable[[Sequence[str], int], Named | None]


_STOP = frozenset(
    """a an and are as at be but by can could do does dont explain for from give had has have how i if im in is it its
    just like me mean means my n not of on or our please should so some tell than that the their them then there these
    they this to u us was we were what whats when where which while who why will with would you your""".split()
)
"""Words that say nothing about which passage is meant. Few, because BM25 already weighs frequent words lightly."""


FILLER = frozenset(
    """a about again an and are basically can could define definition describe do does exactly explain explanation for
    give i in is it know like me mean meaning means need of okay ok pls please quick quickly so summary tell term that
    the this to understand us want was we what whats who word would you your is s help lol hey hi hello im eli5 5 five
    year years old child kid beginner simple simply simpler words terms english plain level student expert practitioner
    manager boss technical non without background much wtf tf even deal with sentence sentences short brief briefly
    idk dont get basics intro introduction dummies overview concept def some sb someone one two 1 2 3 paragraph acronym
    abbreviation stand stands full form called by detail details more depth whats stuff thing actually again just
    eigentlich newbie newcomer layman engineer researcher developer on an my at as really heck hell earth there say
    concise one-liner tldr tl dr""".split()
)
"""Words that add nothing to "what is X?": a question of a name and these is about that name and no more."""


def telling(text: str) -> list[str]:
    """The words of a question that say what it is about, once each, in their order; all of them if none does."""
    found = words(text)
    return list(dict.fromkeys([word for word in found if word not in _STOP] or found))


_SHORTHAND = {
    # What people type for speed, where it is no name of its own in the glossary.
    **{
        "val": "validation",
        "acc": "accuracy",
        "param": "parameter",
        "params": "parameters",
        "hyperparam": "hyperparameter",
    },
    **{
        "hyperparams": "hyperparameters",
        "algo": "algorithm",
        "algos": "algorithms",
        "eval": "evaluation",
        "diff": "difference",
    },
    **{
        "btw": "between",
        "n": "and",
        "w": "with",
        "bc": "because",
        "cuz": "because",
        "prob": "probability",
        "probs": "probabilities",
    },
    **{"dist": "distribution", "func": "function", "var": "variance", "std": "standard deviation", "avg": "average"},
    **{"reg": "regularization", "feat": "feature", "feats": "features", "u": "you", "r": "are", "tho": "though"},
}


def corrected(question: str, named: Sequence[Named]) -> str:
    """The question with mistyped names and shorthand spelled out, which embedders and word lists need; else as it is."""
    asked = words(question)
    taken = {place for one in named for place in range(one.start, one.end)}
    short = [place for place, word in enumerate(asked) if word in _SHORTHAND and place not in taken]
    typos = [one for one in named if one.match is Match.TYPO]
    if not typos and not short:
        return question
    for place in short:
        asked[place] = _SHORTHAND[asked[place]]
    for one in reversed(typos):
        asked[one.start : one.end] = [one.name.folded]
    return " ".join(asked)


class Terms:
    """All names of a glossary, ready to be found in questions.

    `is_known` tells which words are spelled as the glossary spells them: only others are taken for typos. It is asked
    for words that are in no name and not among the commonest. With `base`, the names are changes on top of that one's,
    a name without entries taking it away; nothing of the base is copied.
    """

    def __init__(
        self, names: Iterable[Name], is_known: Callable[[str], bool] = lambda word: False, base: "Terms | None" = None
    ) -> None:
        self._is_known = is_known
        by_words: dict[tuple[str, ...], Name] = {}
        by_base: dict[tuple[str, ...], Name] = {}
        joined: dict[str, Name] = {}
        for name in names:
            key = tuple(words(name.folded))
            if not key:  # "!!!" can be no part of a question
                continue
            by_words.setdefault(key, name)
            joined.setdefault("".join(key), name)
            # Only a name's plural is undone: "clusters" may mean clustering, but "difference" is not differencing.
            for form in (key, (*key[:-1], singular(key[-1]))):
                by_base.setdefault(form, name)
        self._by_words: MutableMapping[tuple[str, ...], Name] = ChainMap(by_words, base._by_words) if base else by_words
        self._by_base: MutableMapping[tuple[str, ...], Name] = ChainMap(by_base, base._by_base) if base else by_base
        self._joined: MutableMapping[str, Name] = ChainMap(joined, base._joined) if base else joined
        self._name_words: list[set[str]] = [
            {word for key in by_words for word in key},
            *(base._name_words if base else []),
        ]
        self._longest: int = max(max(map(len, by_words), default=0), base._longest if base else 0)
        self._fuzzy: list[dict[int, list[str]]] = [_by_length(joined), *(base._fuzzy if base else [])]

    def named(self, question: str) -> list[Named]:
        """The names in a question, in its order; overlapping ones lose to the longer."""
        asked = words(question)
        taken = [False] * len(asked)
        found: list[Named] = []
        for find in (self._exact, self._inflected):
            self._collect(find, asked, taken, found)
        odd = [place for place, word in enumerate(asked) if not taken[place] and self._looks_mistyped(word)]
        if odd:
            self._collect(self._typo, asked, taken, found, among=odd)
        return sorted(found, key=lambda one: one.start)

    def _collect(
        self, find: Finder, asked: list[str], taken: list[bool], found: list[Named], among: Sequence[int] = ()
    ) -> None:
        """Adds what `find` makes of the parts, the longest first; only those that hold a place `among`, if any are given."""
        for size in range(min(self._longest + 1, len(asked)), 0, -1):
            for start in range(len(asked) - size + 1):
                if any(taken[start : start + size]):
                    continue
                if among and not any(start <= place < start + size for place in among):
                    continue
                if one := find(asked[start : start + size], start):
                    found.append(one)
                    taken[start : start + size] = [True] * size

    def _looks_mistyped(self, word: str) -> bool:
        return (
            len(word) >= _TYPO_LENGTH and not any(word in one for one in self._name_words) and not self._is_known(word)
        )

    def closest(self, text: str, count: int = 3) -> list[str]:
        """Slugs of the entries whose names look most like the text, best first, whatever it says."""
        joined = "".join(words(text))
        ranked = process.extract(joined, self._joined.keys(), scorer=fuzz.WRatio, limit=4 * count)
        slugs = [slug for joined, _, _ in ranked for slug in self._joined[joined].slugs]
        return list(dict.fromkeys(slugs))[:count]

    def _exact(self, part: Sequence[str], start: int) -> Named | None:
        name = self._by_words.get(tuple(part)) or self._joined_name(part)
        return Named(name, Match.EXACT, start, start + len(part)) if name and name.slugs else None

    def _joined_name(self, part: Sequence[str]) -> Name | None:
        """ "back propagation" for backpropagation, and "kmeans" for k-means; not "a gent" for agent."""
        name = self._joined.get("".join(part))
        return name if name and (len(part) > 1 or " " in name.folded) and len(name.folded) >= _TYPO_LENGTH else None

    def _inflected(self, part: Sequence[str], start: int) -> Named | None:
        for base in _bases_of_all(part):
            if (name := self._by_base.get(base)) and name.slugs:
                return Named(name, Match.INFLECTED, start, start + len(part))
        return None

    def _typo(self, part: Sequence[str], start: int) -> Named | None:
        joined = "".join(part)
        if len(joined) < _TYPO_LENGTH or len(part) > 4:
            return None
        lengths = range(len(joined) - 2, len(joined) + 3)
        near = [name for names in self._fuzzy for length in lengths for name in names.get(length, ())]
        best = process.extractOne(joined, near, scorer=fuzz.ratio, score_cutoff=_TYPO_RATIO)
        if best is None or best[0][0] != joined[0]:  # people seldom mistype the first letter
            return None
        name = self._joined[best[0]]
        return Named(name, Match.TYPO, start, start + len(part)) if name.slugs else None


def _by_length(joined: Iterable[str]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for one in joined:
        if len(one) >= _TYPO_LENGTH:
            found[len(one)].append(one)
    return found


def _bases_of_all(part: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """The part with its last word in each of its possible base forms: plurals and verb forms end the last word."""
    for base in bases(part[-1]):
        yield (*part[:-1], base)


def singular(word: str) -> str:
    """The word without a plural s: "networks" -> network, "loss" -> loss."""
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def bases(word: str) -> list[str]:
    """What a word may be a form of, itself first: "overfitting" -> overfitting, overfitt, overfitte, overfit."""
    found = [word]
    if singular(word) != word:
        found.append(singular(word))
        if word.endswith("es"):
            found.append(word[:-2])
        if word.endswith("ies"):
            found.append(word[:-3] + "y")
    for ending in ("ing", "ed"):
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= 3:
            found += [stem, stem + "e"]
            if stem[-1] == stem[-2]:
                found.append(stem[:-1])
    return found
