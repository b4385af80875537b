"""Passages that can be searched: their texts, vectors and words, numbered alike. On disk, or made in memory.

An index on disk is one layer. What changes while a bot runs (an edited entry, a server's own entries) is a second one
in memory, so that a change takes the time of embedding it and not of building everything again.
"""

from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.entry import Entry, Section
from index import manifest
from index.chunking import Counter, passages
from index.segment import Store

if TYPE_CHECKING:
    from index.bm25 import Words
    from index.embed import Embedder, Vectors
    from index.vectors import VectorIndex


class Layer:
    """One set of entries with what is needed to find them. Vectors and words are opened when they are first needed."""

    def __init__(
        self, store: Store, open_vectors: Callable[[], "VectorIndex"], open_words: Callable[[], "Words"]
    ) -> None:
        self.store = store
        self._open_vectors, self._open_words = open_vectors, open_words

    @classmethod
    def opened(cls, folder: Path, made: manifest.Manifest) -> "Layer":
        """The layer on disk. Raises DamagedIndex, for vectors and words when they are first needed."""
        # faiss and numpy are imported when a question first needs them: one answered by name alone never does.
        return cls(
            Store.open(made.path(folder, "passages")),
            lambda: _vector_index().open(made.path(folder, "vectors")),
            lambda: _words().open(made.path(folder, "words")),
        )

    @classmethod
    def of(
        cls, entries: Sequence[Entry], embedder: "Embedder", count: Counter, known: "dict[str, Vectors]"
    ) -> "Layer | None":
        """A layer in memory, None when the entries hold no text.

        `known` maps searchable text to vector: what is in it is not embedded again, what is new is put into it.
        """
        import numpy as np

        found = [one for entry in entries for one in passages(entry, count)]
        texts = [one.searchable for one in found]
        if not texts:
            return None
        fresh = [text for text in dict.fromkeys(texts) if text not in known]
        known.update(zip(fresh, embedder.embed(fresh), strict=True) if fresh else ())
        vectors = _vector_index().of(np.stack([known[text] for text in texts]))
        words = _words().of(texts)
        return cls(Store.of(entries, found), lambda: vectors, lambda: words)

    @cached_property
    def vectors(self) -> "VectorIndex":
        """The passages' vectors."""
        return self._open_vectors()

    @cached_property
    def words(self) -> "Words":
        """The passages' words."""
        return self._open_words()

    @cached_property
    def places(self) -> list[tuple[str, Section]]:
        """The entry and section of each passage, by number."""
        return self.store.places()


def _vector_index() -> "type[VectorIndex]":
    from index.vectors import VectorIndex

    return VectorIndex


def _words() -> "type[Words]":
    from index.bm25 import Words

    return Words
