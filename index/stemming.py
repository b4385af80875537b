"""The only door to the stemmer: words in the form in which texts are compared. Snowball's English stemmer (Porter 2001)."""

from functools import lru_cache

import Stemmer

from index.term_matching import words

_STEMMER = Stemmer.Stemmer("english")


@lru_cache(maxsize=20_000)
def stems(text: str) -> tuple[str, ...]:
    """Return the stems of a text's words, folded, in their order.

    >>> stems("Overfitted trees")
    ('overfit', 'tree')
    """
    return tuple(_STEMMER.stemWords(words(text)))
