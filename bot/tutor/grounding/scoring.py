"""How well a passage supports a claim: signs measured on both, and two logistic regressions over them. Pure arithmetic.

One asks whether the passage speaks of what the claim says, the other whether it says the same of it: an error shares
most words with the passage, so that one sum could not weigh both. The weights are fitted to labelled pairs by
bench/fit_grounding.py; how they do on pairs they have not seen is in docs/grounding.md.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass

import numpy as np
from numpy.typing import NDArray

from bot.tutor.grounding.bindings import bound, missing_names, missing_numbers, rival, stranger
from bot.tutor.grounding.claims import Claim, Word, denied, read
from bot.tutor.grounding.contradictions import denied_alone, flips, opposites, swapped, unlike

Vectors = NDArray[np.float32]
"""float32 [n, dim] or one row [dim], unit length."""


@dataclass(frozen=True, slots=True)
class Presence:
    """Signs, or their weights, of whether a passage speaks of what a claim says.

    closest       cosine with the closest window of the passage
    covered       share of its telling words in the passage
    worst_clause  the same for its worst clause
    unknown       how many of its telling words the passage lacks, at most 4
    names         how many of its names and formulas the passage lacks
    """

    closest: float
    covered: float
    worst_clause: float
    unknown: float
    names: float


@dataclass(frozen=True, slots=True)
class Agreement:
    """Signs, or their weights, of whether a passage says the same of it.

    rival      how much better another number of the passage fits where the claim has its own
    stranger   the same for names: what the claim says of one stands closer to another name in the passage
    names      how many of its names and formulas the passage lacks
    denied     words that one denies and the other affirms
    bound      share of its neighboring words that are near each other in the passage, too
    only_here  1 when it denies something and the closest window denies nothing
    opposite   words of which the passage says the opposite about the same neighbor
    swapped    1 when the sides of "more than", "not" or "then" have changed places
    unlike     words that are absent from the closest window while their opposites are there
    """

    rival: float
    stranger: float
    names: float
    denied: float
    bound: float
    only_here: float
    opposite: float
    swapped: float
    unlike: float


@dataclass(frozen=True, slots=True)
class Support:
    """What one passage does for a claim: two probabilities, and the numbers of the claim that it does not hold."""

    said: float
    agrees: float
    lost_numbers: tuple[str, ...] = ()
    lost_names: tuple[str, ...] = ()

    @property
    def enough(self) -> bool:
        """Whether the claim may stand on this passage."""
        return not self.lost_numbers and self.said >= MIN_SAID and self.agrees >= MIN_AGREES

    @property
    def value(self) -> float:
        """0 to 1: both at once."""
        return 0.0 if self.lost_numbers else self.said * self.agrees


# Fitted on 20 November 2026 to the 517 pairs of the set "fitted" in tests/eval/grounding.jsonl.
SAID = Presence(closest=7.69, covered=5.71, worst_clause=1.34, unknown=-0.34, names=-2.00)
SAID_CONSTANT = -6.75
AGREES = Agreement(
    rival=-4.91,
    stranger=-4.06,
    names=-2.65,
    denied=-4.77,
    bound=1.25,
    only_here=-2.12,
    opposite=-2.25,
    swapped=-5.75,
    unlike=-1.18,
)
AGREES_CONSTANT = 0.55

MIN_SAID = 0.45
MIN_AGREES = 0.45
"""Thresholds on the two probabilities; docs/grounding.md shows what others would do."""

_LONGER = 0.05
"""What a window loses for every 20 telling words: of two that fit alike the shorter is compared with."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A passage made ready to compare with: its windows with their vectors [windows, dim], and all of it as one claim."""

    windows: tuple[Claim, ...]
    vectors: Vectors
    everything: Claim
    known: frozenset[str]
    letters: str
    initials: str


def evidence(
    sentences: Sequence[str], vectors: Vectors, title: str, question: str = "", first_denied: bool = False
) -> Evidence:
    """Windows over a passage: its sentences, of which `vectors` are those [len(sentences), dim], neighbors, and all.

    `title` is the passage's term and heading, whose words a claim may use; of the question it may use the names. With
    `first_denied` the first sentence is a question that the passage answers with no.
    """
    spans = [(i, i + 1) for i in range(len(sentences))] + [(i, i + 2) for i in range(len(sentences) - 1)]
    if len(sentences) > 2:
        spans.append((0, len(sentences)))
    everything, asked, named = read(" ".join(sentences)), read(question), read(title)
    windows = [read(" ".join(sentences[a:b])) for a, b in spans]
    if first_denied:
        windows[0] = denied(windows[0])
    return Evidence(
        windows=tuple(windows),
        vectors=np.stack([_direction(vectors[a:b]) for a, b in spans]),
        everything=everything,
        known=everything.roots | named.roots,
        letters="\n".join((everything.letters, named.letters, asked.letters)),
        initials="\n".join((everything.initials, named.initials, asked.initials)),
    )


def _direction(vectors: Vectors) -> Vectors:
    total: Vectors = vectors.sum(axis=0)
    return total / np.float32(np.linalg.norm(total) or 1)


def support(claim: Claim, vector: Vectors, passage: Evidence) -> Support:
    """What the passage does for a claim whose unit vector is `vector` [dim]."""
    presence, agreement = signs(claim, vector, passage)
    return Support(
        said=_logistic(presence, SAID, SAID_CONSTANT),
        agrees=_logistic(agreement, AGREES, AGREES_CONSTANT),
        lost_numbers=tuple(missing_numbers(claim, passage.everything)),
        lost_names=tuple(missing_names(claim, passage.everything, passage.letters, passage.initials)),
    )


def _logistic(signs: Presence | Agreement, weights: Presence | Agreement, constant: float) -> float:
    total = constant + sum(w * x for w, x in zip(astuple(weights), astuple(signs), strict=True))
    return 1 / (1 + math.exp(-total))


def signs(claim: Claim, vector: Vectors, passage: Evidence) -> tuple[Presence, Agreement]:
    """Measures a claim against all of a passage, and against the window of it that fits best."""
    cosines = passage.vectors @ vector
    fits = [
        float(cosine) + covered(claim.words, one.roots) - _LONGER * len(one.words) / 20
        for cosine, one in zip(cosines, passage.windows, strict=True)
    ]
    there = passage.windows[int(np.argmax(fits))]
    names = float(len(missing_names(claim, passage.everything, passage.letters, passage.initials)))
    presence = Presence(
        closest=float(cosines.max()),
        covered=covered(claim.words, passage.known),
        worst_clause=min((covered(words, passage.known) for words in _clauses(claim)), default=1.0),
        unknown=min(4.0, sum(word.weight for word in claim.words if word.root not in passage.known)),
        names=names,
    )
    agreement = Agreement(
        rival=rival(claim, passage.everything),
        stranger=stranger(claim, passage.everything),
        names=names,
        denied=float(len(flips(claim, there))),
        bound=bound(claim, passage.everything),
        only_here=float(denied_alone(claim, there)),
        opposite=float(len(opposites(claim, there))),
        swapped=float(swapped(claim.text, there.text)),
        unlike=float(len(unlike(claim, there))),
    )
    return presence, agreement


def covered(words: Sequence[Word], known: frozenset[str]) -> float:
    """The share of the words' weight that is known; 1 for no words."""
    total = sum(word.weight for word in words)
    return sum(word.weight for word in words if word.root in known) / total if total else 1.0


def _clauses(claim: Claim) -> Iterator[list[Word]]:
    for number in sorted({word.clause for word in claim.words}):
        words = [word for word in claim.words if word.clause == number]
        if sum(word.weight for word in words) >= 2:
            yield words
