"""Vectors that travel with the program: those of the shipped glossary, so that its first index needs next to no embedding.

One file, used like a cache: rows are found by the digest of their text and count only for the very embedder that made them.
What is not in it is embedded, what is in it and no longer needed does no harm. A row is int8 with a scale of its own
(docs/performance.md says what that costs). `python -m index seed` writes it, `--check` says whether it is stale.

    magic, 64 bytes of the embedder's fingerprint (hex), uint32 rows, uint32 dimensions, little-endian;
    float32 mean of all vectors; then by row, sorted: uint64 starts of the digests, float32 scales, int8 [rows, dimensions]

A vector is the mean plus its row times its scale, brought back to length one. Whether taking off the mean helps is within
chance (docs/performance.md).
"""

import os
import struct
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.embed import Vectors

SHIPPED = Path(__file__).parent / "seed_vectors.bin"

_MAGIC = b"SGTSEED1"
_HEAD = struct.Struct("<8s64sII")


class SeedVectors:
    """Known vectors: digest -> vector. Empty where the file is missing, unreadable or of another embedder."""

    def __init__(
        self, mean: Vectors, starts: NDArray[np.uint64], scales: NDArray[np.float32], rows: NDArray[np.int8]
    ) -> None:
        self._mean, self._starts, self._scales, self._rows = mean, starts, scales, rows

    @classmethod
    def open(cls, fingerprint: str, path: Path = SHIPPED) -> "SeedVectors":
        """The file's vectors, if they are of the embedder with this fingerprint."""
        try:
            content = path.read_bytes()
            magic, of, count, dim = _HEAD.unpack_from(content)
            size = _HEAD.size + 4 * dim + count * (8 + 4 + dim)
            if (magic, of.decode()) != (_MAGIC, fingerprint) or len(content) != size:
                return cls.empty()
        except (OSError, struct.error, UnicodeDecodeError):
            return cls.empty()
        starts_at = _HEAD.size + 4 * dim
        scales_at = starts_at + 8 * count
        return cls(
            np.frombuffer(content, "<f4", dim, _HEAD.size),
            np.frombuffer(content, "<u8", count, starts_at),
            np.frombuffer(content, "<f4", count, scales_at),
            np.frombuffer(content, np.int8, count * dim, scales_at + 4 * count).reshape(count, dim),
        )

    @classmethod
    def empty(cls) -> "SeedVectors":
        """Knows nothing."""
        return cls(np.empty(0, np.float32), np.empty(0, np.uint64), np.empty(0, np.float32), np.empty((0, 0), np.int8))

    def __len__(self) -> int:
        return len(self._starts)

    def __contains__(self, digest: str) -> bool:
        return self._place(digest) is not None

    def get(self, digest: str) -> Vectors | None:
        """The vector of the text with this digest, float32 [dim], unit length."""
        place = self._place(digest)
        if place is None:
            return None
        vector: Vectors = self._mean + self._rows[place] * self._scales[place]
        vector /= np.linalg.norm(vector)
        return vector

    def _place(self, digest: str) -> int | None:
        start = _start(digest)
        place = int(np.searchsorted(self._starts, start))
        return place if place < len(self) and self._starts[place] == start else None

    def unused(self, digests: Iterable[str]) -> int:
        """How many rows belong to none of these texts."""
        return len(self) - len({_start(one) for one in digests} & set(map(np.uint64, self._starts)))

    def write(self, fingerprint: str, path: Path = SHIPPED) -> None:
        """Writes the file in one step; the same vectors give the same bytes."""
        parts = (self._mean.astype("<f4"), self._starts.astype("<u8"), self._scales.astype("<f4"), self._rows)
        beside = path.with_name(f".{path.name}.new")
        with beside.open("wb") as file:
            file.write(_HEAD.pack(_MAGIC, fingerprint.encode(), *self._rows.shape))
            for part in parts:
                file.write(part.tobytes())
        os.replace(beside, path)

    @classmethod
    def of(cls, vectors: Mapping[str, Vectors]) -> "SeedVectors":
        """Rounds float32 vectors by digest to int8: the largest of a row becomes 127."""
        if not vectors:
            return cls.empty()
        digests = sorted(vectors, key=_start)
        rows = np.stack([vectors[one] for one in digests])
        mean: Vectors = rows.mean(axis=0)
        rows -= mean
        scales = (np.maximum(np.abs(rows).max(axis=1), 1e-9) / 127).astype(np.float32)
        rounded = np.rint(rows / scales[:, None]).astype(np.int8)
        return cls(mean, np.array([_start(one) for one in digests]), scales, rounded)


def _start(digest: str) -> np.uint64:
    """The first eight bytes of a sha256: among twenty thousand texts two share them once in 10^11 times."""
    return np.uint64(int(digest[:16], 16))
