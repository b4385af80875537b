"""Passages that share words with a question: an inverted index with BM25 (Robertson and others 1994, as Lucene counts it).

It finds what an embedder blurs: rare words, abbreviations, names of functions. What a word adds to a passage's score depends on
no question, so it is computed once, as bm25s does (Lù 2024), and searching is adding up. docs/performance.md says why this
is neither bm25s nor SQLite's FTS5.
"""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import Stemmer
from numpy.typing import NDArray

from index.errors import REBUILD, DamagedIndex
from index.term_matching import telling, words

K1, B = 1.5, 0.75
"""How soon a repeated word says nothing new, and how much a long passage's words count for less."""

_VOCABULARY, _STARTS, _PASSAGES, _SCORES = "vocabulary.txt", "starts.npy", "passages.npy", "scores.npy"


class Words:
    """Which words stand in which passage, passages numbered from 0.

    The postings of word w are `passages[starts[w]:starts[w + 1]]` (int32), and what w adds to each one's score stands at the
    same places of `scores` (float32).
    """

    def __init__(
        self,
        vocabulary: list[str],
        starts: NDArray[np.int64],
        passages: NDArray[np.int32],
        scores: NDArray[np.float32],
        count: int,
    ) -> None:
        self._vocabulary = vocabulary
        self._numbers = {word: number for number, word in enumerate(vocabulary)}
        self._starts, self._passages, self._scores, self._count = starts, passages, scores, count
        self._stemmer = Stemmer.Stemmer("english")

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Words":
        """Reads the texts in their order."""
        stemmer = Stemmer.Stemmer("english")
        counts = [Counter(stemmer.stemWords(words(text))) for text in texts]
        vocabulary = sorted({word for one in counts for word in one})
        numbers = {word: number for number, word in enumerate(vocabulary)}
        size = sum(map(len, counts))
        columns = np.fromiter((numbers[word] for one in counts for word in one), np.int64, size)
        times = np.fromiter((n for one in counts for n in one.values()), np.float32, size)
        rows = np.repeat(np.arange(len(counts), dtype=np.int32), [len(one) for one in counts])
        lengths = np.array([one.total() for one in counts], np.float64)
        order = np.argsort(columns, kind="stable")  # by word, and within a word by passage
        starts = np.concatenate(([0], np.cumsum(np.bincount(columns, minlength=len(vocabulary)))))
        scores = _scores(times, columns, lengths[rows], lengths.mean() if size else 1.0, len(counts), np.diff(starts))
        return cls(vocabulary, starts, rows[order], scores[order], len(counts))

    @classmethod
    def open(cls, folder: Path) -> "Words":
        """Maps written words into memory. Raises DamagedIndex."""
        try:
            starts, passages, scores = (np.load(folder / name, mmap_mode="r") for name in (_STARTS, _PASSAGES, _SCORES))
            first, *vocabulary = (folder / _VOCABULARY).read_text("utf-8").split("\n")
            count = int(first)
        except (OSError, ValueError, EOFError) as error:
            raise DamagedIndex(f"{folder} cannot be opened. {REBUILD}") from error
        return cls(vocabulary, starts, passages, scores, count)

    def write(self, folder: Path) -> None:
        """Writes the words as a folder; the same texts give the same bytes."""
        folder.mkdir()
        for name, array in ((_STARTS, self._starts), (_PASSAGES, self._passages), (_SCORES, self._scores)):
            np.save(folder / name, array)
        lines = [str(self._count), *self._vocabulary]
        (folder / _VOCABULARY).write_text("\n".join(lines), "utf-8", newline="\n")

    def best(self, question: str, k: int) -> list[tuple[int, float]]:
        """(passage number, BM25) of at most k passages that share telling words with the question, best first."""
        found = [self._numbers.get(word) for word in self._stemmer.stemWords(telling(question))]
        scores = np.zeros(self._count, np.float32)
        for number in found:
            if number is not None:
                postings = slice(self._starts[number], self._starts[number + 1])
                scores[self._passages[postings]] += self._scores[postings]
        if not scores.any():
            return []
        first = np.argpartition(-scores, min(k, len(scores) - 1))[:k]
        ranked = first[np.argsort(-scores[first], kind="stable")]
        return [(int(number), float(scores[number])) for number in ranked if scores[number] > 0]


def _scores(
    times: NDArray[np.float32],
    columns: NDArray[np.int64],
    lengths: NDArray[np.float64],
    mean_length: float,
    count: int,
    frequencies: NDArray[Any],
) -> NDArray[np.float32]:
    """What each word adds to its passage's score: how rare it is, times how much of the passage it makes."""
    rarity = np.log1p((count - frequencies + 0.5) / (frequencies + 0.5)).astype(np.float32)
    share = times / (K1 * ((1 - B) + B * lengths / mean_length) + times)
    scores: NDArray[np.float32] = (rarity[columns] * share).astype(np.float32)
    return scores
