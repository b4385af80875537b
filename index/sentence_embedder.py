"""The only door to sentence_transformers (extra `embed`): embeds with any model that the NumPy embedder cannot run.

Importing it loads torch, which takes seconds.
"""

import os
import warnings
from collections.abc import Sequence

# Everything that is loaded here is a folder on this machine; asking a hub about it would only wait.
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")

import torch
from sentence_transformers import SentenceTransformer
from transformers.utils import logging as transformers_logging

from index.embed import Vectors
from index.errors import EmbedderUnavailable
from index.model_files import ModelFiles

BATCH = 32  # larger batches pad more than they save on a CPU


class SentenceEmbedder:
    """A sentence-transformers model, in float32. Raises EmbedderUnavailable when the folder holds none."""

    def __init__(self, files: ModelFiles) -> None:
        transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        try:
            self._model = SentenceTransformer(str(files.folder), local_files_only=True).float().eval()
        except (OSError, ValueError, KeyError, RuntimeError) as error:
            raise EmbedderUnavailable(
                f"{files.folder} holds no embedding model that can be read. Check BOT_EMBEDDER."
            ) from error

    def embed(self, texts: Sequence[str]) -> Vectors:
        """float32 [len(texts), dim], unit length."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # transformers and torch speak to developers there
            vectors = self._model.encode(list(texts), batch_size=BATCH, convert_to_tensor=True, show_progress_bar=False)
        found: Vectors = torch.nn.functional.normalize(vectors.float(), dim=1).cpu().numpy()
        return found

    def count_tokens(self, text: str) -> int:
        """How many tokens the model would read of the text, were there no limit."""
        return len(self._model.tokenizer(text, truncation=False, verbose=False)["input_ids"])
