"""The embedder's seam: what every embedder does.

Real ones: sentence_embedder.py (builds, any model) and onnx_embedder.py (answers, without torch).
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
