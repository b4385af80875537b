"""Writes the seed vectors of a glossary, and says whether a file of them still fits it (`python -m index seed`)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.glossary import Glossary
from corpus.load import load
from index.chunking import Counter, passages
from index.embed import Vectors
from index.embedders import open_embedder
from index.model_files import locate
from index.passage import text_digest
from index.seed_vectors import SHIPPED, SeedVectors

Progress = Callable[[str, int, int], None]

_SHARE = 512
"""Texts that are embedded between two steps of the progress bar."""


@dataclass(frozen=True, slots=True)
class SeedReport:
    """How well a file of seed vectors fits a glossary: its texts, those without a row, and rows without a text."""

    texts: int
    missing: int
    unused: int

    @property
    def stale(self) -> bool:
        """Whether writing the file anew would change what it holds."""
        return bool(self.missing or self.unused)


def texts_of(glossary: Glossary, count_tokens: Counter) -> list[str]:
    """Every text whose vector an index of the glossary needs, once each."""
    return list(dict.fromkeys(one.searchable for entry in glossary for one in passages(entry, count_tokens)))


def check(folders: Sequence[Path], model: str, path: Path = SHIPPED) -> SeedReport:
    """Compares the file with the folders' texts; embeds nothing. Raises CorpusError, EmbedderUnavailable."""
    files = locate(model)
    texts = texts_of(load(*folders), open_embedder(files).count_tokens)
    return report(SeedVectors.open(files.fingerprint(), path), map(text_digest, texts))


def report(seed: SeedVectors, digests: Iterable[str]) -> SeedReport:
    """How well the vectors fit the texts with these digests."""
    wanted = list(digests)
    return SeedReport(len(wanted), sum(one not in seed for one in wanted), seed.unused(wanted))


def write(folders: Sequence[Path], model: str, path: Path = SHIPPED, progress: Progress = lambda *_: None) -> int:
    """Embeds the folders' texts in float32 and writes the file; returns how many. Raises CorpusError, EmbedderUnavailable.

    Everything is embedded anew: rows of an older file would be rounded twice.
    """
    files = locate(model)
    embedder, prompt = open_embedder(files), files.prompt("document")
    texts = texts_of(load(*folders), embedder.count_tokens)
    vectors: dict[str, Vectors] = {}
    for start in range(0, len(texts), _SHARE):
        progress("embedding", start, len(texts))
        share = texts[start : start + _SHARE]
        rows = embedder.embed([prompt + text for text in share])
        vectors.update(zip(map(text_digest, share), rows, strict=True))
    SeedVectors.of(vectors).write(files.fingerprint(), path)
    return len(texts)
