"""An optional last look at the best hits by a cross-encoder, which reads question and passage together.

Off by default: it needs torch (extra `embed`) in every process that answers, and weights that no package carries. What it
would change could not be measured here yet (docs/retrieval.md).
"""

import os
from collections.abc import Sequence
from dataclasses import replace

from index.errors import EmbedderUnavailable
from index.model_files import EXTRA
from index.passage import Hit

LOOKED_AT = 20
"""Hits that are read again; reading takes the time of one small transformer pass each."""


class Reranker:
    """A sentence-transformers CrossEncoder, by folder or hub name. Raises EmbedderUnavailable when it cannot be had."""

    def __init__(self, model: str) -> None:
        if os.path.isdir(model):
            os.environ["HF_HUB_OFFLINE"] = "1"  # set before the library reads it, so that it asks no hub
        try:
            from sentence_transformers import CrossEncoder
        except ModuleNotFoundError as error:
            raise EmbedderUnavailable(f"The reranker {model!r} needs sentence-transformers. {EXTRA}") from error
        try:
            self._model = CrossEncoder(model, max_length=512)
        except (OSError, ValueError, KeyError, RuntimeError) as error:
            raise EmbedderUnavailable(
                f"The reranker {model!r} is not here and cannot be read. Check BOT_RERANKER."
            ) from error

    def rank(self, question: str, hits: Sequence[Hit]) -> list[Hit]:
        """The hits in the order of the cross-encoder, each with its judgement as score; the order decides, not the size."""
        if not hits:
            return []
        judged = self._model.predict([(question, hit.passage.searchable) for hit in hits], show_progress_bar=False)
        rated = [replace(hit, score=float(score)) for hit, score in zip(hits, judged, strict=True)]
        return sorted(rated, key=lambda hit: (-hit.score, hit.passage.slug, hit.passage.text))
