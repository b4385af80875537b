"""The only door to sentence_transformers: embeds a corpus with any model, and exports the model for onnx_embedder.py.

Importing it loads torch, which takes seconds: building does, answering only where a model has no export.
"""

import os
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

# Everything that is loaded here is a folder on this machine; asking a hub about it would only wait.
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")

import torch
from sentence_transformers import SentenceTransformer
from transformers.utils import logging as transformers_logging

from index.embed import Vectors
from index.errors import EmbedderUnavailable
from index.model_files import ModelFiles

Precision = Literal["float32", "bfloat16"]
BATCH = 32  # larger batches pad more than they save on a CPU


def has_fast_bfloat16() -> bool:
    """Whether the processor or the GPU multiplies bfloat16 faster than float32."""
    if torch.cuda.is_available():
        return bool(torch.cuda.is_bf16_supported())
    return bool(torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())


class SentenceEmbedder:
    """A sentence-transformers model. Raises EmbedderUnavailable when the folder holds none."""

    def __init__(self, files: ModelFiles) -> None:
        transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        self._folder = files.folder
        self._model = self._load()
        self.precision: Precision = "float32"

    def use(self, precision: Precision) -> None:
        """Computes in this precision from now on. For float32 the weights are read again: rounding is final."""
        if precision == "float32" != self.precision:
            self._model = self._load()
        self._model.to(getattr(torch, precision))
        self.precision = precision

    def _load(self) -> SentenceTransformer:
        try:
            return SentenceTransformer(str(self._folder), local_files_only=True).float().eval()
        except (OSError, ValueError, KeyError, RuntimeError) as error:
            raise EmbedderUnavailable(
                f"{self._folder} holds no embedding model that can be read. Check BOT_EMBEDDER."
            ) from error

    def embed(self, texts: Sequence[str]) -> Vectors:
        """float32 [len(texts), dim], unit length. In bfloat16 the last step, the length, is still done in float32."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # transformers and torch speak to developers there
            vectors = self._model.encode(list(texts), batch_size=BATCH, convert_to_tensor=True, show_progress_bar=False)
        found: Vectors = torch.nn.functional.normalize(vectors.float(), dim=1).cpu().numpy()
        return found

    def export(self, path: Path) -> None:
        """Writes the whole chain, tokens in and unit vectors out, as one float32 ONNX file. Raises EmbedderUnavailable.

        To be called before `use("bfloat16")`, which rounds the weights.
        """
        model, device = self._model.cpu(), self._model.device
        features = model.tokenizer(["two texts", "of different lengths"], padding=True, return_tensors="pt")
        inputs = (features["input_ids"], features["attention_mask"])
        axes = {0: "texts", 1: "tokens"}
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # the tracer's remarks about shapes; the build compares the vectors
                torch.onnx.export(
                    _Chain(model),
                    inputs,
                    str(path),
                    input_names=["input_ids", "attention_mask"],
                    output_names=["vectors"],
                    dynamic_axes={"input_ids": axes, "attention_mask": axes, "vectors": {0: "texts"}},
                    # The tracing exporter takes a third of the time of the newer one and needs no further package.
                    dynamo=False,
                    opset_version=17,
                )
        except OSError:
            raise
        except Exception as error:  # torch raises whatever a model's code happens to raise while it is traced
            raise EmbedderUnavailable(f"The model cannot be exported ({type(error).__name__}).") from error
        finally:
            model.to(device)


class _Chain(torch.nn.Module):
    """The model's modules as one function of two tensors, int64 [texts, tokens] each, to float32 [texts, dim]."""

    def __init__(self, model: SentenceTransformer) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        features = self.model({"input_ids": input_ids, "attention_mask": attention_mask})
        return torch.nn.functional.normalize(features["sentence_embedding"], dim=1)
