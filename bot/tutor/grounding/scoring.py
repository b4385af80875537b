"""How well a passage supports a claim: features measured on both, and two logistic regressions over them. Pure arithmetic.

One asks whether the passage speaks of what the claim says, the other whether it says the same of it: an error shares
most words with the passage, so that one sum could not weigh both. The weights are fitted to labelled pairs by
bench/fit_grounding.py; how they do on pairs they have not seen is in docs/grounding.md.
"""

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass

import numpy as np
from numpy.typing import NDArray

from bot.tutor.grounding.claims import Claim, Word, denied, read
from bot.tutor.grounding.contradictions import denied_words, opposite_words
from bot.tutor.grounding.missing import missing_names, missing_numbers

Vectors = NDArray[np.float32]
"""float32 [n, dim] or one row [dim], unit length."""


@dataclass(frozen=True, slots=True)
class Presence:
    """Features, or their weights, of whether a passage speaks of what a claim says.

    closest  cosine with the closest window of the passage
    covered  share of its content words in the passage
    names    how many of its names and formulas the passage lacks
    """

    closest: float
    covered: float
    names: float


@dataclass(frozen=True, slots=True)
class Agreement:
    """Features, or their weights, of whether a passage says the same of it.

    denied    how many words one denies and the other affirms
    opposite  how many of its words are absent from the closest window while their opposites are there
    names     how many of its names and formulas the passage lacks
    """

    denied: float
    opposite: float
    names: float


@dataclass(frozen=True, slots=True)
class Support:
    """What one passage does for a claim: two probabilities, and the numbers of the claim that it does not hold."""

    said: float
    agrees: float
    lost_numbers: tuple[str, ...] = ()
    lost_names: tuple[str, ...] = ()

    @property
    def enough(self) -> bool:
        """Return whether the claim may stand on this passage."""
        return not self.lost_numbers and self.said >= MIN_SAID and self.agrees >= MIN_AGREES

    @property
    def value(self) -> float:
        """Return 0 to 1: both at once."""
        return 0.0 if self.lost_numbers else self.said * self.agrees


# Fitted by bench/fit_grounding.py to the 517 pairs of the set "fitted" in tests/eval/grounding.jsonl.
SAID = Presence(closest=7.78, covered=8.10, names=-2.25)
SAID_CONSTANT = -7.79
AGREES = Agreement(denied=-4.00, opposite=-2.15, names=-3.95)
AGREES_CONSTANT = 0.88

MIN_SAID = 0.45
MIN_AGREES = 0.45
"""Thresholds on the two probabilities; docs/grounding.md shows what others would do."""

_LENGTH_PENALTY = 0.05
"""What a window loses for every 20 content words: of two that fit alike the shorter is compared with."""


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
    """Return windows over a passage: its sentences, of which `vectors` are those [len(sentences), dim], neighbors, and all.

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
        known=everything.stems | named.stems,
        letters="\n".join((everything.letters, named.letters, asked.letters)),
        initials="\n".join((everything.initials, named.initials, asked.initials)),
    )


def _direction(vectors: Vectors) -> Vectors:
    total: Vectors = vectors.sum(axis=0)
    return total / np.float32(np.linalg.norm(total) or 1)


def support(claim: Claim, vector: Vectors, passage: Evidence) -> Support:
    """Return what the passage does for a claim whose unit vector is `vector` [dim]."""
    presence, agreement = features(claim, vector, passage)
    return Support(
        said=_logistic(presence, SAID, SAID_CONSTANT),
        agrees=_logistic(agreement, AGREES, AGREES_CONSTANT),
        lost_numbers=tuple(missing_numbers(claim, passage.everything)),
        lost_names=tuple(missing_names(claim, passage.everything, passage.letters, passage.initials)),
    )


def _logistic(values: Presence | Agreement, weights: Presence | Agreement, constant: float) -> float:
    total = constant + sum(w * x for w, x in zip(astuple(weights), astuple(values), strict=True))
    return 1 / (1 + math.exp(-total))


def features(claim: Claim, vector: Vectors, passage: Evidence) -> tuple[Presence, Agreement]:
    """Measure a claim against all of a passage, and against the window of it that fits best."""
    cosines = passage.vectors @ vector
    fits = [
        float(cosine) + covered(claim.words, one.stems) - _LENGTH_PENALTY * len(one.words) / 20
        for cosine, one in zip(cosines, passage.windows, strict=True)
    ]
    there = passage.windows[int(np.argmax(fits))]
    names = float(len(missing_names(claim, passage.everything, passage.letters, passage.initials)))
    presence = Presence(float(cosines.max()), covered(claim.words, passage.known), names)
    contradicted = float(len(denied_words(claim, there))), float(len(opposite_words(claim, there)))
    return presence, Agreement(*contradicted, names)


def covered(words: Sequence[Word], known: frozenset[str]) -> float:
    """Return the share of the words' weight that is known; 1 for no words."""
    total = sum(word.weight for word in words)
    return sum(word.weight for word in words if word.stem in known) / total if total else 1.0
