"""The only door to onnxruntime: embeds questions with the exported model, without torch.

It starts in a fifteenth of the time that sentence_transformers takes (docs/performance.md) and gives the same vectors.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from index.embed import Vectors
from index.errors import REBUILD, DamagedIndex

BATCH = 16


class OnnxEmbedder:
    """The exported model of an index. Raises DamagedIndex when its files cannot be loaded."""

    def __init__(self, model: Path, tokenizer: Path, max_tokens: int, threads: int = 0) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        # A memory arena keeps the largest batch's memory for ever; one question at a time needs none.
        options.enable_cpu_mem_arena = False
        try:
            self._session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
            self._tokenizer = token_counter(tokenizer, max_tokens)
        except Exception as error:  # both libraries raise their own bare exceptions for an unreadable file
            raise DamagedIndex(f"The embedder beside the index cannot be loaded. {REBUILD}") from error
        self._tokenizer.enable_padding()

    def embed(self, texts: Sequence[str]) -> Vectors:
        """float32 [len(texts), dim], unit length. Texts of similar length share a batch, so that little is padded."""
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        found: list[Vectors] = [np.empty(0, np.float32)] * len(texts)
        for start in range(0, len(order), BATCH):
            rows = order[start : start + BATCH]
            for row, vector in zip(rows, self._run([texts[i] for i in rows]), strict=True):
                found[row] = vector
        return np.stack(found) if found else np.empty((0, 0), np.float32)

    def _run(self, texts: list[str]) -> Vectors:
        batch = self._tokenizer.encode_batch(texts)
        inputs = {
            "input_ids": np.array([one.ids for one in batch], np.int64),
            "attention_mask": np.array([one.attention_mask for one in batch], np.int64),
        }
        vectors: Vectors = self._session.run(["vectors"], inputs)[0]
        return vectors


def token_counter(tokenizer: Path, max_tokens: int = 0) -> Tokenizer:
    """The model's tokenizer without the padding and cutting that its file may ask for, cut at max_tokens if given."""
    loaded = Tokenizer.from_file(str(tokenizer))
    loaded.no_padding()
    loaded.no_truncation()
    if max_tokens:
        loaded.enable_truncation(max_tokens)
    return loaded
