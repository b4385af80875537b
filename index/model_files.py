"""Where an embedding model's files are, and whether they are the published ones. Imports no model library."""

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from corpus.command_line import install
from index.errors import EmbedderUnavailable
from index.model_package import CARRIED, carried

DEFAULT_MODEL = "all-MiniLM-L6-v2"

EXTRA = f"Run: {install('embed')}"
"""What to do where a model needs more than the base brings."""

_WEIGHTS = ("model.safetensors", "pytorch_model.bin")


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """A sentence-transformers model on disk."""

    name: str
    folder: Path

    @property
    def tokenizer(self) -> Path:
        """The fast tokenizer's file."""
        return self.folder / "tokenizer.json"

    @property
    def max_tokens(self) -> int:
        """How many tokens the model reads of a text, special tokens included."""
        return int(self._config("sentence_bert_config.json").get("max_seq_length") or 512)

    def prompt(self, kind: str) -> str:
        """What the model wants in front of a "query" or a "document", mostly nothing."""
        prompts: dict[str, str] = self._config("config_sentence_transformers.json").get("prompts") or {}
        return prompts.get(kind, "")

    def fingerprint(self) -> str:
        """sha256 over the files that decide what a vector is: weights, tokenizer and module configuration."""
        digest = hashlib.sha256()
        decisive = {"modules.json", "tokenizer.json", "config.json", "sentence_bert_config.json", *_WEIGHTS}
        decisive.add("config_sentence_transformers.json")
        for path in sorted(self.folder.rglob("*")):
            if path.name in decisive or path.suffix == ".safetensors":
                digest.update(f"{path.relative_to(self.folder).as_posix()}\0{sha256(path)}\n".encode())
        return digest.hexdigest()

    def _config(self, name: str) -> dict[str, Any]:
        path = self.folder / name
        return dict(json.loads(path.read_text("utf-8"))) if path.exists() else {}


def sha256(path: Path) -> str:
    """A file's sha256 in hex; a file that has not changed is read once a process."""
    now = path.stat()
    return _sha256(path, now.st_size, now.st_mtime_ns)


@lru_cache(maxsize=256)
def _sha256(path: Path, _size: int, _changed: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def locate(model: str) -> ModelFiles:
    """A model's files: a folder, a carried model's name, or a hub name, which is fetched when it is not here yet.

    Raises EmbedderUnavailable when it is in none of these places or a carried model's weights are not the published.
    """
    if Path(model).is_dir():
        found = ModelFiles(str(Path(model).resolve()), Path(model).resolve())
    elif model in CARRIED:
        found = ModelFiles(model, carried(model))
    else:
        found = ModelFiles(model, _from_hub(model))
    if not found.tokenizer.is_file():
        raise EmbedderUnavailable(
            f"{found.folder} holds no sentence-transformers model with a fast tokenizer. Check BOT_EMBEDDER."
        )
    return found


def _from_hub(model: str) -> Path:
    """The folder of a hub's model; the hub is asked only for what is not on this machine yet."""
    try:
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError
    except ModuleNotFoundError as error:
        raise EmbedderUnavailable(
            f"The embedding model {model!r} is no folder, and a hub's model needs sentence-transformers. {EXTRA}"
        ) from error
    patterns = ["*.json", "*.txt", "*.model", "*.safetensors", "*/config.json"]
    try:
        try:
            return Path(snapshot_download(model, allow_patterns=patterns, local_files_only=True))
        except LocalEntryNotFoundError:
            return Path(snapshot_download(model, allow_patterns=patterns))
    except (OSError, ValueError, HFValidationError) as error:
        raise EmbedderUnavailable(
            f"There is no embedding model {model!r} in this folder, on this machine or at the hub. Check BOT_EMBEDDER."
        ) from error
