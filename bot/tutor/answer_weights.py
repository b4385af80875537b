"""The weights by which texts are ranked as answers. Fitted and printed by bench/fit_answers.py; docs/answering.md tells on
which questions, and what they reach on others.
"""

import math
from dataclasses import astuple, dataclass

from corpus.entry import Section


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for one text as the answer to a question; shares are 0 to 1, cosine -1 to 1."""

    cosine: float
    in_heading: float
    in_text: float
    heading_asked: float
    second: bool
    third_or_later: bool
    fourth_or_later: bool
    behind: float
    named: bool
    is_faq: bool
    is_facet: bool


@dataclass(frozen=True, slots=True)
class Closeness:
    """What each sign adds to a text's score."""

    cosine: float = 8.0
    faq_cosine: float = 2.0
    in_heading: float = 1.0
    in_text: float = 1.0
    heading_asked: float = 1.0
    facet_in_heading: float = 1.0
    second: float = -0.5
    third_or_later: float = -1.0
    fourth_or_later: float = -0.3
    behind: float = -0.3
    named: float = 0.3

    def values(self, signs: Signs) -> tuple[float, ...]:
        """Return the values that the weights are multiplied by, in the order of the weights."""
        heading = signs.in_heading
        return (
            signs.cosine,
            signs.is_faq * signs.cosine,
            signs.is_faq * heading,
            signs.in_text,
            signs.is_faq * signs.heading_asked,
            signs.is_facet * heading,
            float(signs.second),
            float(signs.third_or_later),
            float(signs.fourth_or_later),
            signs.behind,
            float(signs.named),
        )

    def score(self, signs: Signs) -> float:
        """Return the weighted sum."""
        weights: tuple[float, ...] = astuple(self)
        return sum(weight * value for weight, value in zip(weights, self.values(signs), strict=True))


@dataclass(frozen=True, slots=True)
class Sureness:
    """Weights of a logistic regression: does this text answer the question at all?"""

    constant: float = -3.0
    cosine: float = 4.0
    in_text: float = 2.0
    in_heading: float = 1.0
    heading_asked: float = 1.0

    def sure(self, signs: Signs) -> float:
        """Return the probability that the text answers."""
        total = (
            self.constant
            + self.cosine * signs.cosine
            + self.in_text * signs.in_text
            + self.in_heading * signs.in_heading
            + self.heading_asked * signs.heading_asked
        )
        return 1 / (1 + math.exp(-total))


CLOSENESS = Closeness()
SURENESS = Sureness()

BY_SECTION: dict[Section, float] = {}
BY_KIND: dict[tuple[str, Section], float] = {}
