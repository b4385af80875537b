"""The only door to wordfreq: which words everybody uses, so that as a term of a glossary they need a second sign.

"Token", "policy" and "recall" are terms and also plain English; "backpropagation" is only a term.
"""

from functools import cache

from wordfreq import zipf_frequency

EVERYDAY = 3.8
"""Zipf frequency, log10 of uses per 10^9 words of English. "token" has 3.82, "vector" 3.99, "tensor" 3.03."""


@cache
def is_everyday(name: str) -> bool:
    """Whether a name is one common English word. Names of several words never are."""
    return " " not in name.strip() and zipf_frequency(name, "en") >= EVERYDAY
