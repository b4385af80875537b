"""Seed vectors: what is written is found by its text, close to what it was, and only by the embedder that made it."""

from pathlib import Path

import numpy as np
import pytest

from index.passage import text_digest
from index.seed_vectors import SeedVectors

FINGERPRINT, OTHER = "a" * 64, "b" * 64
RNG = np.random.default_rng(0)


def vectors(count: int, dim: int = 384) -> dict[str, np.ndarray]:
    rows = RNG.normal(size=(count, dim)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return {text_digest(f"text {n}"): row for n, row in enumerate(rows)}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "seed.bin"


def test_what_is_written_is_found_by_its_text(path: Path) -> None:
    made = vectors(50)
    SeedVectors.of(made).write(FINGERPRINT, path)
    opened = SeedVectors.open(FINGERPRINT, path)
    assert len(opened) == 50
    for name, vector in made.items():
        assert name in opened
        found = opened.get(name)
        assert found is not None
        assert found.dtype == np.float32
        assert float(found @ vector) > 0.9999
        assert np.linalg.norm(found) == pytest.approx(1, abs=1e-6)
    assert opened.get(text_digest("unknown")) is None
    assert text_digest("unknown") not in opened


def test_the_ten_nearest_agree(path: Path) -> None:
    made = vectors(2000)
    SeedVectors.of(made).write(FINGERPRINT, path)
    opened = SeedVectors.open(FINGERPRINT, path)
    exact, rounded = np.stack(list(made.values())), np.stack([opened.get(one) for one in made])  # type: ignore[misc]
    questions = exact[:500] + exact[500:1000]
    nearest = [np.argsort(-questions @ rows.T, axis=1)[:, :10] for rows in (exact, rounded)]
    assert np.mean([len(set(a) & set(b)) / 10 for a, b in zip(*nearest, strict=True)]) >= 0.99


def test_the_same_vectors_give_the_same_bytes_in_any_order(path: Path) -> None:
    made = vectors(20)
    SeedVectors.of(made).write(FINGERPRINT, path)
    first = path.read_bytes()
    SeedVectors.of(dict(reversed(made.items()))).write(FINGERPRINT, path)
    assert path.read_bytes() == first


def test_twenty_thousand_vectors_stay_below_eight_megabytes(path: Path) -> None:
    SeedVectors.of(vectors(2000)).write(FINGERPRINT, path)
    assert path.stat().st_size * 10 < 8e6


@pytest.mark.parametrize("harm", ["missing", "cut", "other embedder", "no such file format"])
def test_what_does_not_fit_is_empty(path: Path, harm: str) -> None:
    SeedVectors.of(vectors(5)).write(FINGERPRINT, path)
    content = path.read_bytes()
    if harm == "missing":
        path.unlink()
    elif harm == "cut":
        path.write_bytes(content[:-1])
    elif harm == "no such file format":
        path.write_bytes(b"version https://git-lfs.github.com/spec/v1\n" * 9)
    opened = SeedVectors.open(OTHER if harm == "other embedder" else FINGERPRINT, path)
    assert len(opened) == 0
    assert opened.get(text_digest("text 0")) is None


def test_rows_without_a_text_are_counted() -> None:
    made = vectors(5)
    assert SeedVectors.of(made).unused(list(made)[:3]) == 2
    assert SeedVectors.of({}).unused([]) == 0
