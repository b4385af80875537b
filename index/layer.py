"""Passages that can be searched: their texts, vectors and words, numbered alike. On disk, or made in memory.

An index on disk is one layer. What changes while a bot runs (an edited entry, a server's own entries) is a second one
in memory, so that a change takes the time of embedding it and not of building everything again.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np

from corpus.entry import Entry, Section
from index import manifest
from index.embed import Embedder, Vectors
from index.lexical import Words
from index.passages import Counter, passages
from index.store import Store
from index.vectors import VectorIndex


class Layer:
    """One set of entries with what is needed to find them. Vectors and words are opened when they are first needed."""

    def __init__(self, store: Store, open_vectors: Callable[[], VectorIndex], open_words: Callable[[], Words]) -> None:
        self.store = store
        self._open_vectors, self._open_words = open_vectors, open_words

    @classmethod
    def opened(cls, folder: Path, made: manifest.Manifest) -> "Layer":
        """The layer on disk. Raises DamagedIndex, for vectors and words when they are first needed."""
        return cls(
            Store.open(made.path(folder, "passages")),
            lambda: VectorIndex.open(made.path(folder, "vectors")),
            lambda: Words.open(made.path(folder, "words")),
        )

    @classmethod
    def of(cls, entries: Sequence[Entry], embedder: Embedder, count: Counter, known: dict[str, Vectors]) -> "Layer":
        """A layer in memory. `known` maps searchable text to vector: what is in it is not embedded again, what is new
        is put into it.
        """
        found = [one for entry in entries for one in passages(entry, count)]
        texts = [one.searchable for one in found]
        fresh = [text for text in dict.fromkeys(texts) if text not in known]
        known.update(zip(fresh, embedder.embed(fresh), strict=True) if fresh else ())
        vectors = (
            VectorIndex.of(np.stack([known[text] for text in texts])) if texts else VectorIndex.of(_none(embedder))
        )
        words = Words.of(texts)
        return cls(Store.of(entries, found), lambda: vectors, lambda: words)

    @cached_property
    def vectors(self) -> VectorIndex:
        """The passages' vectors."""
        return self._open_vectors()

    @cached_property
    def words(self) -> Words:
        """The passages' words."""
        return self._open_words()

    @cached_property
    def places(self) -> list[tuple[str, Section]]:
        """The entry and section of each passage, by number."""
        return self.store.places()

    def slugs(self) -> Iterable[str]:
        """The entries of this layer."""
        return self.store.terms()


def _none(embedder: Embedder) -> Vectors:
    return np.empty((0, embedder.embed(["one"]).shape[1]), np.float32)
