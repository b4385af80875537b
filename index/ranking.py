"""What was found -> which entries are meant, in which order, and how surely the glossary can answer. Pure arithmetic.

An entry is judged by all its passages together: an entry of which three passages are close is a better answer than one
of which a single sentence is. The weights are fitted to development questions by bench/fit_retrieval.py; how well they
do on questions they have not seen, and what each part adds, is in docs/retrieval.md.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from corpus.entry import Section
from index.term_matching import Match, Named


@dataclass(frozen=True, slots=True)
class Weights:
    """What each sign adds to an entry's score. Scores are comparable within one question only."""

    best: float = 5.69
    best_three: float = 5.16
    summary: float = 5.43
    words: float = 0.7
    words_three: float = 3.55
    term: float = 1.52
    everyday_term: float = 0.63
    typo: float = 3.23
    first: float = 0.73
    longer: float = 0.82


WEIGHTS = Weights()


@dataclass(frozen=True, slots=True)
class Confidence:
    """Weights of a logistic regression: does the glossary answer this question at all?"""

    constant: float = -8.26
    closest: float = 19.62
    named_share: float = 2.81
    term: float = 1.03
    length: float = 0.06
    missing: float = -4.19


CONFIDENCE = Confidence()

MIN_CONFIDENCE = 0.5
"""Below this a question is refused; docs/retrieval.md shows what other thresholds would do."""

CLOSEST = 3
"""Passages whose closeness tells whether a question is about the glossary; fewer where the best entry has fewer."""

TELLING_WORDS = 150
"""Different words from which on an entry is taken to use what a question about it uses."""

_MOST_COUNTED = 12


@dataclass(slots=True)
class Evidence:
    """All that speaks for one entry. `dense` and `words` hold (passage number, value), the best first."""

    slug: str
    floor: float
    dense: list[tuple[int, float]] = field(default_factory=list)
    words: list[tuple[int, float]] = field(default_factory=list)
    summary: float = 0.0
    named: Named | None = None
    first: bool = False

    def score(self, weights: Weights = WEIGHTS) -> float:
        """Higher is better. A passage that was not among the closest counts as close as the last of those."""
        missing = self.floor * max(0, 3 - len(self.dense))
        best_three = (sum(value for _, value in self.dense[:3]) + missing) / 3
        words_three = sum(value for _, value in self.words[:3]) / 3
        return (
            weights.best * (self.dense[0][1] if self.dense else self.floor)
            + weights.best_three * best_three
            + weights.summary * self.summary
            + weights.words * (self.words[0][1] if self.words else 0.0)
            + weights.words_three * words_three
            + self._named(weights)
        )

    def _named(self, weights: Weights) -> float:
        if self.named is None:
            return 0.0
        kind = weights.everyday_term if self.named.name.everyday else weights.term
        sure = weights.typo if self.named.match is Match.TYPO else kind
        longer = min(2, self.named.name.folded.count(" "))
        return sure + weights.first * self.first + weights.longer * longer


def gather(
    dense: Sequence[tuple[int, float]],
    words: Sequence[tuple[int, float]],
    named: Iterable[Named],
    places: Mapping[int, tuple[str, Section]] | Sequence[tuple[str, Section]],
) -> dict[str, Evidence]:
    """Slug -> evidence. `dense` are (passage number, cosine), `words` (number, BM25), both best first.

    `places` tells each passage's entry and section. BM25 is scaled to the best passage of the question, since its size
    depends on the question's length.
    """
    floor = dense[-1][1] if dense else 0.0
    found: dict[str, Evidence] = {}

    def of(slug: str) -> Evidence:
        if slug not in found:
            found[slug] = Evidence(slug, floor, summary=floor)
        return found[slug]

    for number, cosine in dense:
        slug, section = places[number]
        one = of(slug)
        one.dense.append((number, cosine))
        if section is Section.SUMMARY:
            one.summary = max(one.summary, cosine)
    most = words[0][1] if words else 1.0
    for number, bm25 in words:
        of(places[number][0]).words.append((number, bm25 / most))
    for rank, name in enumerate(named):
        for slug in name.slugs:
            one = of(slug)
            if one.named is None:
                one.named, one.first = name, rank == 0
    return found


def confidence(
    dense: Sequence[tuple[int, float]],
    named: Sequence[Named],
    telling: Sequence[int],
    missing: float = 0.0,
    weights: Confidence = CONFIDENCE,
) -> float:
    """Return how surely the glossary answers the question, 0 to 1.

    `dense`: passages by cosine, best first; `telling`: the places of the question's telling words; `missing`: the share
    of its content words beside the names that the best entry never uses. A name counts by its share of the telling
    words: "token" is all of "what is a token" and a third of "token for the subway".
    """
    closest = sum(value for _, value in dense[:CLOSEST]) / max(1, min(CLOSEST, len(dense)))
    inside = {place for name in named for place in range(name.start, name.end)}
    share = len(inside & set(telling)) / max(1, len(telling))
    sure = any(not name.name.everyday and name.match is not Match.TYPO for name in named)
    total = (
        weights.constant
        + weights.closest * closest
        + weights.term * sure
        + weights.named_share * share
        + weights.length * min(len(telling), _MOST_COUNTED)
        + weights.missing * missing
    )
    return 1 / (1 + math.exp(-total))
