"""The weights by which texts are ranked as answers. Fitted and printed by bench/fit_answers.py; docs/answering.md tells on
which questions, and what they reach on others.
"""

import math
from typing import NamedTuple

from corpus.entry import Section


class Signs(NamedTuple):
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


class Closeness(NamedTuple):
    """What each sign adds to a text's score."""

    cosine: float = 11.24
    faq_cosine: float = 1.87
    in_heading: float = 1.45
    in_text: float = 2.99
    heading_asked: float = 3.18
    facet_in_heading: float = 8.56
    second: float = -0.08
    third_or_later: float = 0.13
    fourth_or_later: float = -0.17
    behind: float = -0.27
    named: float = 0.79
    unnamed: float = 0.24
    term_asked: float = 0.41

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
        return sum(weight * value for weight, value in zip(self, self.values(signs), strict=True))


class Sureness(NamedTuple):
    """Weights of a logistic regression: does this text answer the question at all?"""

    constant: float = -2.85
    cosine: float = 3.23
    in_text: float = 0.58
    in_heading: float = 0.13
    heading_asked: float = 0.4

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
    Section.SUMMARY: 0.52,
    Section.ELI5: -1.27,
    Section.PLAIN: 0.93,
    Section.STUDENT: 0.16,
    Section.PRACTITIONER: 1.78,
    Section.EXPERT: -0.45,
    Section.EVERYDAY_EXAMPLE: -0.75,
    Section.EXAMPLE: 0.69,
    Section.WHY_IT_MATTERS: -1.01,
    Section.FACETS: -0.01,
    Section.FAQ: -0.28,
}
"""What a text's section adds, whatever the question."""

BY_KIND: dict[tuple[str, Section], float] = {
    ("trouble", Section.FAQ): 1.25,
    ("trouble", Section.PRACTITIONER): -0.64,
    ("trouble", Section.STUDENT): -0.25,
    ("trouble", Section.PLAIN): -0.78,
    ("how", Section.FAQ): -1.02,
    ("how", Section.PRACTITIONER): -0.27,
    ("how", Section.STUDENT): 2.69,
    ("how", Section.PLAIN): -0.26,
    ("how", Section.SUMMARY): 1.48,
    ("number", Section.FAQ): -1.97,
    ("number", Section.PRACTITIONER): 0.79,
    ("number", Section.FACETS): 0.56,
    ("choice", Section.FAQ): 0.06,
    ("choice", Section.PRACTITIONER): 1.96,
    ("when", Section.FAQ): -1.62,
    ("when", Section.PRACTITIONER): -0.99,
    ("why", Section.FAQ): 0.53,
    ("why", Section.PLAIN): 0.59,
    ("why", Section.WHY_IT_MATTERS): -0.09,
    ("why", Section.SUMMARY): 2.74,
    ("why", Section.STUDENT): -0.61,
    ("definition", Section.FAQ): -2.83,
    ("definition", Section.PLAIN): -0.68,
    ("definition", Section.SUMMARY): 2.12,
    ("definition", Section.FACETS): -4.0,
    ("yes-no", Section.FAQ): -2.52,
    ("yes-no", Section.PRACTITIONER): -2.34,
    ("yes-no", Section.SUMMARY): -2.52,
}
"""What it adds for a question of a kind."""
