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

    cosine: float = 11.94
    faq_cosine: float = 1.44
    in_heading: float = 1.71
    in_text: float = 2.96
    heading_asked: float = 3.13
    facet_in_heading: float = 7.96
    second: float = 0.14
    third_or_later: float = 0.29
    fourth_or_later: float = 0.09
    behind: float = -0.23
    named: float = 0.98

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

    constant: float = -2.78
    cosine: float = 3.19
    in_text: float = 0.53
    in_heading: float = 0.05
    heading_asked: float = 0.5

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
    Section.SUMMARY: 0.23,
    Section.ELI5: -1.31,
    Section.PLAIN: 0.9,
    Section.STUDENT: 0.14,
    Section.PRACTITIONER: 2.16,
    Section.EXPERT: -0.59,
    Section.EVERYDAY_EXAMPLE: -0.43,
    Section.EXAMPLE: 0.39,
    Section.WHY_IT_MATTERS: -1.06,
    Section.FACETS: 0.07,
    Section.FAQ: -0.33,
}
"""What a text's section adds, whatever the question."""

BY_KIND: dict[tuple[str, Section], float] = {
    ("trouble", Section.FAQ): 1.5,
    ("trouble", Section.PRACTITIONER): -1.09,
    ("trouble", Section.STUDENT): -0.44,
    ("trouble", Section.PLAIN): -0.8,
    ("how", Section.FAQ): -1.15,
    ("how", Section.PRACTITIONER): -1.1,
    ("how", Section.STUDENT): 2.37,
    ("how", Section.PLAIN): 0.51,
    ("how", Section.SUMMARY): 0.96,
    ("number", Section.FAQ): -1.61,
    ("number", Section.PRACTITIONER): -1.05,
    ("number", Section.FACETS): 0.95,
    ("choice", Section.FAQ): 0.78,
    ("choice", Section.PRACTITIONER): -1.69,
    ("when", Section.FAQ): -1.46,
    ("when", Section.PRACTITIONER): -1.53,
    ("why", Section.FAQ): 0.39,
    ("why", Section.PLAIN): 0.12,
    ("why", Section.WHY_IT_MATTERS): -0.18,
    ("why", Section.SUMMARY): 2.85,
    ("why", Section.STUDENT): -0.69,
    ("definition", Section.FAQ): -2.65,
    ("definition", Section.PLAIN): -0.81,
    ("definition", Section.SUMMARY): 2.53,
    ("definition", Section.FACETS): -3.93,
    ("yes-no", Section.FAQ): -1.99,
    ("yes-no", Section.PRACTITIONER): -2.83,
    ("yes-no", Section.SUMMARY): -0.96,
}
"""What it adds for a question of a kind."""
