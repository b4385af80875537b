"""The embedder's seam, and an embedder without weights for tests and for machines without a model.

Real ones: numpy_embedder.py (the default model) and sentence_embedder.py (any other), opened by embedders.py.
"""

import re
from collections.abc import Sequence
from hashlib import blake2b
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
"""float32 [n, dim], each row of length 1, so that an inner product is a cosine."""


class Embedder(Protocol):
    """Texts to vectors whose cosine says how close they are in meaning."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """float32 [len(texts), dim], unit length, in the texts' order; longer texts are cut at the model's limit."""
        ...

    def count_tokens(self, text: str) -> int:
        """How many tokens the model would read of the text, were there no limit."""
        ...


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
