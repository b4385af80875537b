"""The embedder's seam: what every embedder does.

Real ones: numpy_embedder.py (the default model) and sentence_embedder.py (any other), opened by embedders.py.
"""

from collections.abc import Sequence
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
