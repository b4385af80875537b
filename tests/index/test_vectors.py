"""Vectors on disk: the nearest are the nearest, in each of the three kinds."""

from pathlib import Path

import numpy as np
import pytest
from hashing_embedder import HashingEmbedder

from index import vectors
from index.embed import Vectors
from index.errors import DamagedIndex


def _clustered(count: int, dim: int = 32, seed: int = 0) -> Vectors:
    centres = np.random.default_rng(0).normal(size=(50, dim))
    rng = np.random.default_rng(seed)
    found = centres[rng.integers(0, 50, count)] + 0.3 * rng.normal(size=(count, dim))
    return (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)


@pytest.mark.parametrize(
    ("exact", "half", "kind"), [(10**6, 10**6, "exact"), (0, 10**6, "half precision"), (0, 0, "inverted lists")]
)
def test_each_kind_finds_the_nearest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exact: int, half: int, kind: str
) -> None:
    monkeypatch.setattr(vectors, "EXACT_UP_TO", exact)
    monkeypatch.setattr(vectors, "HALF_UP_TO", half)
    rows = _clustered(5000)
    assert vectors.write(rows, tmp_path / "v") == kind
    opened = vectors.VectorIndex.open(tmp_path / "v")
    assert len(opened) == 5000
    recalls = []
    for question in _clustered(40, seed=1):
        wanted = np.argsort(-(rows @ question))[:10]
        found = opened.nearest(question, 10)
        assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)
        recalls.append(len({row for row, _ in found} & set(wanted.tolist())) / 10)
    assert np.mean(recalls) >= 0.97
    assert np.allclose(opened.row(7), rows[7], atol=1e-3)


def test_the_same_vectors_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        vectors.write(_clustered(500), tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_fewer_vectors_than_asked_for_are_all_found(tmp_path: Path) -> None:
    vectors.write(_clustered(3), tmp_path / "v")
    assert len(vectors.VectorIndex.open(tmp_path / "v").nearest(_clustered(1)[0], 10)) == 3


def test_a_truncated_file_is_refused(tmp_path: Path) -> None:
    vectors.write(_clustered(100), tmp_path / "v")
    whole = (tmp_path / "v").read_bytes()
    (tmp_path / "v").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DamagedIndex):
        vectors.VectorIndex.open(tmp_path / "v")


def test_the_hashing_embedder_counts_common_words() -> None:
    one, two = HashingEmbedder().embed(["red dog", "red cat"])
    assert float(one @ two) == pytest.approx(0.5)
    assert float(one @ one) == pytest.approx(1.0)
