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
    unnamed: bool
    term_asked: float
    is_faq: bool
    is_facet: bool


@dataclass(frozen=True, slots=True)
class Closeness:
    """What each sign adds to a text's score."""

    cosine: float = 11.39
    faq_cosine: float = 1.76
    in_heading: float = 1.65
    in_text: float = 2.76
    heading_asked: float = 3.27
    facet_in_heading: float = 8.73
    second: float = -0.1
    third_or_later: float = 0.09
    fourth_or_later: float = -0.27
    behind: float = -0.26
    named: float = 0.87
    unnamed: float = 0.33
    term_asked: float = 0.44

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
            float(signs.unnamed),
            signs.term_asked,
        )

    def score(self, signs: Signs) -> float:
        """Return the weighted sum."""
        weights: tuple[float, ...] = astuple(self)
        return sum(weight * value for weight, value in zip(weights, self.values(signs), strict=True))


@dataclass(frozen=True, slots=True)
class Sureness:
    """Weights of a logistic regression: does this text answer the question at all?"""

    constant: float = -2.89
    cosine: float = 3.32
    in_text: float = 0.55
    in_heading: float = 0.14
    heading_asked: float = 0.42

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

BY_SECTION: dict[Section, float] = {
    Section.SUMMARY: 0.34,
    Section.ELI5: -1.24,
    Section.PLAIN: 0.98,
    Section.STUDENT: 0.14,
    Section.PRACTITIONER: 1.8,
    Section.EXPERT: -0.47,
    Section.EVERYDAY_EXAMPLE: -0.76,
    Section.EXAMPLE: 0.69,
    Section.WHY_IT_MATTERS: -0.98,
    Section.FACETS: -0.01,
    Section.FAQ: -0.26,
}
"""What a text's section adds, whatever the question."""

BY_KIND: dict[tuple[str, Section], float] = {
    ("trouble", Section.FAQ): 1.28,
    ("trouble", Section.PRACTITIONER): -0.63,
    ("trouble", Section.STUDENT): -0.21,
    ("trouble", Section.PLAIN): -0.77,
    ("how", Section.FAQ): -1.03,
    ("how", Section.PRACTITIONER): -0.27,
    ("how", Section.STUDENT): 2.74,
    ("how", Section.PLAIN): -0.1,
    ("how", Section.SUMMARY): 1.64,
    ("number", Section.FAQ): -2.0,
    ("number", Section.PRACTITIONER): 0.8,
    ("number", Section.FACETS): 0.51,
    ("choice", Section.FAQ): 0.23,
    ("choice", Section.PRACTITIONER): -1.09,
    ("when", Section.FAQ): -1.61,
    ("when", Section.PRACTITIONER): -1.11,
    ("why", Section.FAQ): 0.54,
    ("why", Section.PLAIN): 0.49,
    ("why", Section.WHY_IT_MATTERS): -0.07,
    ("why", Section.SUMMARY): 2.92,
    ("why", Section.STUDENT): -0.58,
    ("definition", Section.FAQ): -2.83,
    ("definition", Section.PLAIN): -0.33,
    ("definition", Section.SUMMARY): 2.26,
    ("definition", Section.FACETS): -4.02,
    ("yes-no", Section.FAQ): -2.58,
    ("yes-no", Section.PRACTITIONER): -2.17,
    ("yes-no", Section.SUMMARY): -2.48,
}
"""What it adds for a question of a kind."""
