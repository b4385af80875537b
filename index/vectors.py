"""The only door to faiss: vectors on disk, mapped into memory, and the nearest of them to a question.

Knows no text: a vector is a row number, the same number as its passage's in store.py.
"""

from pathlib import Path
from typing import Any

import faiss
import numpy as np

from index.embed import Vectors
from index.errors import REBUILD, DamagedIndex

EXACT, HALF, INVERTED = "exact", "half precision", "inverted lists"

EXACT_UP_TO = 50_000
HALF_UP_TO = 200_000
"""Above these numbers of vectors half precision, then inverted lists take over: see docs/performance.md."""

MIN_RECALL = 0.98
"""How many of the ten nearest an approximate index has to find, on average over a sample of its own vectors."""

_SAMPLE = 200


def write(vectors: Vectors, path: Path, kind: str = "") -> str:
    """Writes float32 [n, dim] vectors as an index of a kind, by default the one that suits their number; returns it."""
    kind = kind or kind_for(len(vectors))
    index = _empty(kind, vectors)
    index.add(vectors)
    if kind == INVERTED:
        _widen(index, vectors)
        index.make_direct_map()  # so that a row can be asked for by its number
    try:
        faiss.write_index(index, str(path))
    except RuntimeError as error:  # faiss's own kind for a full disk
        raise OSError(str(error).splitlines()[-1]) from error
    return kind


def kind_for(count: int) -> str:
    """What suits this number of vectors, in words."""
    return EXACT if count <= EXACT_UP_TO else HALF if count <= HALF_UP_TO else INVERTED


def _empty(kind: str, vectors: Vectors) -> Any:
    dim = vectors.shape[1]
    if kind == EXACT:
        return faiss.IndexFlatIP(dim)
    if kind == HALF:
        index = faiss.IndexScalarQuantizer(dim, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
        index.train(vectors)
        return index
    return _inverted(vectors)


def _inverted(vectors: Vectors) -> Any:
    count, dim = vectors.shape
    lists = min(2 ** round(np.log2(4 * np.sqrt(count))), count // 39)  # 39: the fewest vectors that faiss wants a list
    index = faiss.IndexIVFFlat(faiss.IndexFlatIP(dim), dim, lists, faiss.METRIC_INNER_PRODUCT)
    index.cp.seed = 1  # the same vectors give the same lists
    sample = np.random.default_rng(1).choice(count, min(count, 40 * lists), replace=False)
    index.train(vectors[np.sort(sample)])
    return index


def _widen(index: Any, vectors: Vectors) -> None:
    """Looks into as many lists as it takes for MIN_RECALL; kept in the file as nprobe."""
    # A question lies beside its passages, not on them: the middle of three passages is about as far off as real ones.
    questions = vectors[np.random.default_rng(2).integers(0, len(vectors), (3, _SAMPLE))].sum(axis=0)
    questions /= np.linalg.norm(questions, axis=1, keepdims=True)
    _, wanted = faiss.knn(questions, vectors, 10, metric=faiss.METRIC_INNER_PRODUCT)
    for index.nprobe in (8, 16, 32, 64, 128, 256):
        _, found = index.search(questions, 10)
        if np.mean([len(set(a) & set(b)) / 10 for a, b in zip(wanted, found, strict=True)]) >= MIN_RECALL:
            return


class VectorIndex:
    """Vectors to search among; one on disk is mapped, so that several processes share a copy. Safe to search at once."""

    def __init__(self, index: Any) -> None:
        self._index = index

    @classmethod
    def of(cls, vectors: Vectors) -> "VectorIndex":
        """The exact index of float32 [n, dim] vectors, in memory."""
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(vectors)
        return cls(index)

    @classmethod
    def open(cls, path: Path) -> "VectorIndex":
        """Maps a written index into memory. Raises DamagedIndex."""
        # One question is a matrix-vector product: starting threads for it costs more than it saves.
        faiss.omp_set_num_threads(1)
        try:
            return cls(faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC))
        except RuntimeError as error:
            raise DamagedIndex(f"{path} cannot be opened. {REBUILD}") from error

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def nearest(self, question: Vectors, k: int) -> list[tuple[int, float]]:
        """(row, cosine) of the k nearest to float32 [dim], nearest first."""
        scores, rows = self._index.search(question.reshape(1, -1), min(k, len(self)))
        return [(int(row), float(score)) for row, score in zip(rows[0], scores[0], strict=True) if row >= 0]

    def row(self, number: int) -> Vectors:
        """The stored vector, float32 [dim]; in half precision when the index is."""
        return np.asarray(self._index.reconstruct(number), dtype=np.float32)
