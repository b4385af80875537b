"""An embedder without weights, for tests."""

import re
from collections.abc import Sequence
from hashlib import blake2b

import numpy as np

from index.embed import Vectors


class HashingEmbedder:
    """Counts words in hashed buckets. A test's expectation can be worked out by hand: the cosine of two texts is the
    share of words they have in common (feature hashing, Weinberger et al. 2009), up to rare collisions.
    """

    def __init__(self, dim: int = 256) -> None:
        self.dim = dim

    def embed(self, texts: Sequence[str]) -> Vectors:
        """float32 [len(texts), dim], unit length; a text without words is a fixed direction."""
        vectors = np.zeros((len(texts), self.dim), dtype=np.float32)
        for row, text in zip(vectors, texts, strict=True):
            for word in re.findall(r"\w+", text.casefold()) or [""]:
                row[int.from_bytes(blake2b(word.encode(), digest_size=4).digest()) % self.dim] += 1
        norms: Vectors = np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors / norms

    def count_tokens(self, text: str) -> int:
        """The number of words."""
        return len(re.findall(r"\w+", text))
