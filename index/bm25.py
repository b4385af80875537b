"""The only door to bm25s: passages that share words with a question (BM25, Robertson and others 1994).

It finds what an embedder blurs: rare words, abbreviations, names of functions. SQLite's FTS5 finds the same and took
twenty times as long per question (docs/performance.md).
"""

from collections.abc import Iterable
from pathlib import Path

import bm25s
import numpy as np
import Stemmer

from index.errors import REBUILD, DamagedIndex
from index.term_matching import telling, words


class Words:
    """Which words stand in which passage, passages numbered from 0."""

    def __init__(self, index: "bm25s.BM25") -> None:
        self._index = index
        self._stemmer = Stemmer.Stemmer("english")

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Words":
        """Reads the texts in their order."""
        stemmer = Stemmer.Stemmer("english")
        read = [stemmer.stemWords(words(text)) for text in texts]
        # bm25s' own vocabulary comes from a set, whose order differs from run to run; sorted, the bytes do not.
        vocabulary = {word: number for number, word in enumerate(sorted({word for one in read for word in one}))}
        index = bm25s.BM25()
        index.index(([[vocabulary[word] for word in one] for one in read], vocabulary), show_progress=False)
        return cls(index)

    @classmethod
    def open(cls, folder: Path) -> "Words":
        """Maps written words into memory. Raises DamagedIndex."""
        try:
            return cls(bm25s.BM25.load(folder, mmap=True, load_corpus=False))
        except (OSError, ValueError, KeyError) as error:
            raise DamagedIndex(f"{folder} cannot be opened. {REBUILD}") from error

    def write(self, folder: Path) -> None:
        """Writes the words as a folder; the same texts give the same bytes."""
        self._index.save(folder, show_progress=False)

    def best(self, question: str, k: int) -> list[tuple[int, float]]:
        """(passage number, BM25) of at most k passages that share telling words with the question, best first."""
        asked = telling(question)
        if not asked or not self._index.vocab_dict:
            return []
        scores = self._index.get_scores(self._stemmer.stemWords(asked))
        first = np.argpartition(-scores, min(k, len(scores) - 1))[:k]
        ranked = first[np.argsort(-scores[first], kind="stable")]
        return [(int(number), float(scores[number])) for number in ranked if scores[number] > 0]
