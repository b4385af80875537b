"""The default embedder without torch or onnxruntime: the forward pass of a small BERT in NumPy, float32.

Runs all-MiniLM-L6-v2 and models of its shape: BERT (Devlin and others 2018) with exact GELU, then the mean of the
tokens' vectors (Reimers and Gurevych 2019), length one. The weights stay in their file, mapped into memory, so that
processes share them. docs/performance.md says why NumPy; sentence_embedder.py runs any other model.
"""

import json
import mmap
import os
import struct
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from index.embed import Vectors
from index.errors import EmbedderUnavailable
from index.model_files import ModelFiles
from index.wordpiece import OtherTokenizer, WordPiece

BATCH_TOKENS = 1024
"""Tokens that go through the layers together: larger batches fall out of a core's cache (bench/embedding.py)."""

ROWS = 8
"""What the rows of a matrix product are filled up to: 15 rows take a third more time than 16."""

FEW_TEXTS = 8
"""Up to so many texts starting threads costs more than it saves."""

WEIGHTS = "model.safetensors"
_FP32 = "F32"


@dataclass(frozen=True, slots=True)
class _Linear:
    """y = x W + b, W float32 [in, out]."""

    weight: Vectors
    bias: Vectors

    def __call__(self, x: Vectors) -> Vectors:
        y: Vectors = x @ self.weight
        y += self.bias
        return y


@dataclass(frozen=True, slots=True)
class _LayerNorm:
    """Layer normalisation over the last axis (Ba and others 2016), in place."""

    gain: Vectors
    bias: Vectors
    epsilon: float

    def __call__(self, x: Vectors) -> Vectors:
        size = x.shape[1]
        x -= (np.add.reduce(x, axis=1) / size)[:, None]
        variance = np.einsum("ij,ij->i", x, x) / size
        x *= (1 / np.sqrt(variance + self.epsilon))[:, None]
        x *= self.gain
        x += self.bias
        return x


@dataclass(frozen=True, slots=True)
class _Layer:
    """One transformer block: self-attention and a feed-forward network, each added to its input and normalised."""

    query_key_value: _Linear
    attention_output: _Linear
    attention_norm: _LayerNorm
    intermediate: _Linear
    output: _Linear
    output_norm: _LayerNorm
    heads: int

    def __call__(self, x: Vectors, texts: int, length: int) -> Vectors:
        """x: float32 [rows, hidden], of which the first texts * length are tokens; all texts are of one length, so that
        nothing is masked.
        """
        attended = self.attention_output(self._attend(x, texts, length))
        attended += x
        x = self.attention_norm(attended)
        fed = self.output(gelu(self.intermediate(x)))
        fed += x
        return self.output_norm(fed)

    def _attend(self, x: Vectors, texts: int, length: int) -> Vectors:
        """Scaled dot-product attention (Vaswani and others 2017)."""
        rows, hidden = x.shape
        projected = self.query_key_value(x)[: texts * length].reshape(texts, length, 3, self.heads, -1)
        query, key, value = projected.transpose(2, 0, 3, 1, 4)  # each [texts, heads, length, hidden / heads]
        scores = query @ key.swapaxes(-1, -2)
        scores -= np.maximum.reduce(scores, axis=-1, keepdims=True)
        np.exp(scores, out=scores)
        scores /= np.add.reduce(scores, axis=-1, keepdims=True)
        context = np.zeros((rows, hidden), np.float32)
        by_head = context[: texts * length].reshape(texts, length, self.heads, -1).transpose(0, 2, 1, 3)
        np.matmul(scores, value, out=by_head)
        return context


def gelu(x: Vectors) -> Vectors:
    """x * Phi(x), in place, with the normal distribution's Phi(x) from erfc (Abramowitz and Stegun 7.1.26, error 1.5e-7)."""
    magnitude = np.abs(x)
    t = magnitude * _GELU_P
    t += _ONE
    np.reciprocal(t, out=t)
    tail = t * _GELU_A[0]
    for coefficient in _GELU_A[1:]:
        tail += coefficient
        tail *= t
    np.multiply(magnitude, magnitude, out=t)
    t *= _MINUS_HALF
    np.exp(t, out=t)
    tail *= t
    tail *= magnitude
    np.maximum(x, _ZERO, out=x)
    x -= tail  # x * Phi(x) = max(x, 0) - |x| * erfc(|x| / sqrt 2) / 2
    return x


_ZERO, _ONE, _MINUS_HALF = np.float32(0), np.float32(1), np.float32(-0.5)
_GELU_P = np.float32(0.3275911 * 0.5**0.5)
_GELU_A = tuple(np.float32(a / 2) for a in (1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592))


def fits(files: ModelFiles) -> bool:
    """Whether the folder holds a model of this shape: BERT with exact GELU, the mean of its tokens, nothing after it."""
    try:
        config = _read(files.folder / "config.json")
        modules = [one["type"].rsplit(".", 1)[-1] for one in _read(files.folder / "modules.json")]
        pooling = {name for name, on in _read(files.folder / "1_Pooling" / "config.json").items() if on is True}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False
    shape = (config.get("model_type"), config.get("hidden_act"), config.get("position_embedding_type", "absolute"))
    return (
        shape == ("bert", "gelu", "absolute")
        and modules in (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"])
        and pooling & {name for name in pooling if name.startswith("pooling_mode")} == {"pooling_mode_mean_tokens"}
        and (files.folder / WEIGHTS).is_file()
        and _is_wordpiece(files.tokenizer)
    )


def _is_wordpiece(tokenizer: Path) -> bool:
    try:
        WordPiece.open(tokenizer)
    except OtherTokenizer:
        return False
    return True


def _read(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


class NumpyEmbedder:
    """A BERT sentence embedder out of a folder that `fits`. Raises EmbedderUnavailable when it cannot be read."""

    def __init__(self, files: ModelFiles) -> None:
        try:
            self._build(read_safetensors(files.folder / WEIGHTS), _read(files.folder / "config.json"))
            self._tokenizer = WordPiece.open(files.tokenizer)
        except (OSError, KeyError, ValueError, struct.error) as error:
            raise EmbedderUnavailable(
                f"{files.folder} holds no embedding model that can be read. Check BOT_EMBEDDER."
            ) from error
        self._max_tokens = files.max_tokens
        # A thread for each core with a product of its own: what lies between the products runs in parallel too. The
        # products' own threads wait for each other, for tens of milliseconds where other programs use the cores.
        threadpool_limits(1, "blas")

    def _build(self, weights: Mapping[str, Vectors], config: Mapping[str, Any]) -> None:
        epsilon = float(config["layer_norm_eps"])

        heads = int(config["num_attention_heads"])
        scale = np.float32((int(config["hidden_size"]) // heads) ** -0.5)

        def linear(name: str) -> _Linear:
            # The file has [out, in]; turned round once, products of few rows take a fifth less time.
            return _Linear(np.ascontiguousarray(weights[f"{name}.weight"].T), weights[f"{name}.bias"])

        def query_key_value(at: str) -> _Linear:
            query, *others = (linear(f"{at}.{part}") for part in ("query", "key", "value"))
            parts = (_Linear(query.weight * scale, query.bias * scale), *others)
            return _Linear(np.hstack([one.weight for one in parts]), np.hstack([one.bias for one in parts]))

        def norm(name: str) -> _LayerNorm:
            return _LayerNorm(weights[f"{name}.weight"], weights[f"{name}.bias"], epsilon)

        self._words = weights["embeddings.word_embeddings.weight"]
        # Every text is of segment 0.
        positions = weights["embeddings.position_embeddings.weight"]
        self._positions = positions + weights["embeddings.token_type_embeddings.weight"][0]
        self._norm = norm("embeddings.LayerNorm")
        self._layers = [
            _Layer(
                query_key_value(f"{at}.attention.self"),
                linear(f"{at}.attention.output.dense"),
                norm(f"{at}.attention.output.LayerNorm"),
                linear(f"{at}.intermediate.dense"),
                linear(f"{at}.output.dense"),
                norm(f"{at}.output.LayerNorm"),
                heads,
            )
            for at in (f"encoder.layer.{n}" for n in range(int(config["num_hidden_layers"])))
        ]

    def embed(self, texts: Sequence[str]) -> Vectors:
        """float32 [len(texts), dim], unit length, in the texts' order; longer texts are cut at the model's limit."""
        ids = [self._tokenizer.ids(text, self._max_tokens) for text in texts]
        found = np.empty((len(texts), self._words.shape[1]), np.float32)

        def run(rows: list[int]) -> None:
            found[rows] = self._forward(np.array([ids[row] for row in rows]))

        batches = list(by_length([len(one) for one in ids]))
        if len(texts) <= FEW_TEXTS:
            for rows in batches:
                run(rows)
            return found
        with ThreadPoolExecutor(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None) as pool:
            list(pool.map(run, batches))
        return found

    def count_tokens(self, text: str) -> int:
        """How many tokens the model would read of the text, were there no limit; the two around it included."""
        return len(self._tokenizer.ids(text))

    def _forward(self, ids: "np.ndarray[Any, np.dtype[np.int64]]") -> Vectors:
        """int64 [texts, length] -> float32 [texts, dim]."""
        texts, length = ids.shape
        tokens = texts * length
        # BLAS is slow for odd numbers of rows: those that fill up are never looked at.
        x = np.zeros((-(-tokens // ROWS) * ROWS, self._words.shape[1]), np.float32)
        np.add(self._words[ids], self._positions[:length], out=x[:tokens].reshape(texts, length, -1))
        x = self._norm(x)
        for layer in self._layers:
            x = layer(x, texts, length)
        pooled: Vectors = x[:tokens].reshape(texts, length, -1).mean(axis=1)
        pooled /= np.linalg.norm(pooled, axis=1, keepdims=True)
        return pooled


def by_length(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Rows in batches of one length each, of about BATCH_TOKENS tokens, longest first."""
    order = sorted(range(len(lengths)), key=lambda row: (-lengths[row], row))
    for length, group in groupby(order, key=lambda row: lengths[row]):
        rows, size = list(group), max(1, BATCH_TOKENS // length)
        for start in range(0, len(rows), size):
            yield rows[start : start + size]


def read_safetensors(path: Path) -> dict[str, Vectors]:
    """The float32 tensors of a file by name, mapped into memory and not to be written to. Raises ValueError.

    The format: 8 bytes with the length of a JSON header, the header with each tensor's shape and place, the bytes.
    """
    with path.open("rb") as file:
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    (size,) = struct.unpack_from("<Q", mapped)
    header: dict[str, Any] = json.loads(mapped[8 : 8 + size])
    tensors = {}
    for name, one in header.items():
        if name == "__metadata__" or one["dtype"] != _FP32:
            continue
        start, end = one["data_offsets"]
        tensors[name] = np.frombuffer(mapped, "<f4", (end - start) // 4, 8 + size + start).reshape(one["shape"])
    return tensors
