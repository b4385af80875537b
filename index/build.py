"""Corpus -> index files. Embeds only what changed, and switches to the new index in one step.

The folder keeps working while it is built into, and a build that fails or is killed changes nothing.
"""

import re
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import numpy as np
from filelock import FileLock

from corpus.entry import Entry
from corpus.errors import NoEntries
from corpus.fingerprint import fingerprint
from corpus.glossary import Glossary
from corpus.load import load
from index import manifest, segment, vectors
from index.bm25 import Words
from index.chunking import passages
from index.embed import Embedder, Vectors
from index.embedders import open_embedder
from index.errors import CannotWrite, IndexingError
from index.manifest import FileRecord, Manifest
from index.model_files import locate
from index.passage import Passage, text_digest
from index.seed_vectors import SHIPPED, SeedVectors

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done and how much there is."""

BESIDE = ".new-"
"""How the folder's name begins that a build works in; one that is left over belongs to a build that was killed."""

_SHARE = 512
"""Texts that are embedded between two steps of the progress bar."""

_OURS = re.compile(r"(?:vectors|passages|words|model|tokenizer)-[0-9a-f]{12}(?:\.\w+)?")


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did: how many vectors it made, took over from the previous index, and took from the seed vectors."""

    manifest: Manifest
    embedded: int
    reused: int
    seeded: int
    seconds: dict[str, float]


def build(
    folders: Sequence[Path], out: Path, model: str, progress: Progress | None = None, seed: Path = SHIPPED
) -> BuildReport:
    """Builds the index of the folders into `out`. Raises CorpusError or IndexingError and then changes nothing."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        with FileLock(out / ".lock"):
            _remove_abandoned(out)
            with tempfile.TemporaryDirectory(dir=out, prefix=BESIDE) as beside:
                build = _Build(folders, out, Path(beside), model, progress or (lambda *_: None), seed)
                report = build.run()
                report.manifest.write(out)
                _remove_unused(out, [report.manifest, *([build.previous] if build.previous else [])])
    except (OSError, sqlite3.Error) as error:
        raise CannotWrite(
            f"The index could not be written into {out} ({error}). What was there before stays."
        ) from error
    return report


class _Build:
    """One run: the parts share the folders, the previous index and the clock."""

    def __init__(
        self, folders: Sequence[Path], out: Path, beside: Path, model: str, progress: Progress, seed: Path
    ) -> None:
        self.folders, self.out, self.beside, self.progress = folders, out, beside, progress
        self.files = locate(model)
        self.model_fingerprint = self.files.fingerprint()
        self.embedder = open_embedder(self.files)
        self.previous = _previous(out, self.model_fingerprint)
        self.vectors = KnownVectors(
            self.embedder,
            self.files.prompt("document"),
            _stored_vectors(self.previous, out) if self.previous else {},
            SeedVectors.open(self.model_fingerprint, seed),
            progress,
        )
        self.seconds: dict[str, float] = {}

    def run(self) -> BuildReport:
        # Taken before reading: what is saved meanwhile makes the index stale instead of going unnoticed.
        corpus_fingerprint = fingerprint(*self.folders)
        started = perf_counter()
        glossary = load(*self.folders)
        found = self._cut(glossary)
        if not found:
            raise NoEntries("No entry of this corpus has any text.", repair="Write at least a summary.")
        self.seconds["cut"] = perf_counter() - started
        started = perf_counter()
        rows = self.vectors.rows([one.searchable for one in found])
        self.seconds["embed"] = perf_counter() - started
        started = perf_counter()
        search, files = self._write(glossary, found, rows)
        self.seconds["write"] = perf_counter() - started
        made = Manifest(
            embedder=self.files.name,
            embedder_fingerprint=self.model_fingerprint,
            dim=rows.shape[1],
            max_tokens=self.files.max_tokens,
            query_prompt=self.files.prompt("query"),
            corpus_fingerprint=corpus_fingerprint,
            entries=len(glossary),
            passages=len(found),
            search=search,
            files=files,
        )
        return BuildReport(made, self.vectors.embedded, self.vectors.reused, self.vectors.seeded, self.seconds)

    def _cut(self, glossary: Glossary) -> list[Passage]:
        """The passages of all entries; those of an entry that is as it was are taken from the previous index."""
        old = segment.Store.open(self.previous.place(self.out, "passages")) if self.previous else None
        there = set(old.slugs()) if old else set()
        found: list[Passage] = []
        for number, entry in enumerate(glossary):
            self.progress("cutting passages", number, len(glossary))
            if old and entry.slug in there and _same(old.entry(entry.slug), entry):
                numbers = old.numbers(entry.slug)
                cut = old.passages(numbers)
                found += [cut[number] for number in numbers]
            else:
                found += passages(entry, self.embedder.count_tokens)
        if old:
            old.close()
        return found

    def _write(self, glossary: Glossary, found: Sequence[Passage], rows: Vectors) -> tuple[str, dict[str, FileRecord]]:
        """The kind of vector index, and the files by role."""
        search = vectors.write(rows, self.beside / "vectors.faiss")
        segment.write(self.beside / "passages.sqlite", glossary, found)
        Words.of(one.searchable for one in found).write(self.beside / "words")
        names = {"vectors": "vectors.faiss", "passages": "passages.sqlite", "words": "words"}
        return search, {role: manifest.adopt(self.out, role, self.beside / name) for role, name in names.items()}


class KnownVectors:
    """Vectors of texts, from the first of three places that has them: the previous index, the seed, the embedder."""

    def __init__(
        self, embedder: Embedder, prompt: str, stored: dict[str, Vectors], seed: SeedVectors, progress: Progress
    ) -> None:
        """`prompt` is what the model wants in front of a document; `stored` maps digest to vector."""
        self._embedder, self._prompt, self._stored, self._seed = embedder, prompt, stored, seed
        self._progress = progress
        self.embedded = self.reused = self.seeded = 0

    def rows(self, texts: Sequence[str]) -> Vectors:
        """float32 [len(texts), dim], in the texts' order; a text that stands there twice is embedded once."""
        known: dict[str, Vectors] = {}
        unknown: dict[str, str] = {}
        for text in texts:
            name = text_digest(text)
            if name in known or name in unknown:
                continue
            if (vector := self._stored.get(name)) is not None:
                self.reused += 1
            elif (vector := self._seed.get(name)) is not None:
                self.seeded += 1
            else:
                unknown[name] = text
                continue
            known[name] = vector
        known |= zip(unknown, self._embed(list(unknown.values())), strict=True)
        self.embedded += len(unknown)
        self._stored |= known
        return np.stack([known[text_digest(text)] for text in texts])

    def _embed(self, texts: Sequence[str]) -> Iterable[Vectors]:
        # The embedder sorts what it is given by length; shares that are alike keep the bar's forecast true.
        found: dict[int, Vectors] = {}
        shares = max(1, -(-len(texts) // _SHARE))
        for share in range(shares):
            rows = range(share, len(texts), shares)
            self._progress("embedding passages", len(found), len(texts))
            found.update(zip(rows, self._embedder.embed([self._prompt + texts[i] for i in rows]), strict=True))
        self._progress("embedding passages", len(texts), len(texts))
        return (found[i] for i in range(len(texts)))


def _same(one: Entry, other: Entry) -> bool:
    return one == other and one.origin.file == other.origin.file


def _stored_vectors(previous: Manifest, out: Path) -> dict[str, Vectors]:
    """Digest -> vector of every passage of an index, as far as that index stores them unrounded."""
    if previous.search == vectors.HALF:
        return {}
    rows = vectors.VectorIndex.open(previous.place(out, "vectors"))
    old = segment.Store.open(previous.place(out, "passages"))
    known = {digest: rows.row(number) for digest, number in old.digests().items()}
    old.close()
    return known


def _previous(out: Path, model_fingerprint: str) -> Manifest | None:
    """The index in the folder, if it is whole and of the same embedder: its vectors need not be made again."""
    try:
        found = manifest.read(out)
        for role in found.files:
            found.path(out, role)
    except IndexingError:
        return None
    return found if found.embedder_fingerprint == model_fingerprint else None


def _remove_abandoned(out: Path) -> None:
    for path in out.glob(f"{BESIDE}*"):
        shutil.rmtree(path, ignore_errors=True)


def _remove_unused(out: Path, kept: Sequence[Manifest]) -> None:
    """Removes our files of older builds. The last build's stay: a process may have opened it and not yet all its parts."""
    used = {record.name for one in kept for record in one.files.values()}
    for path in out.iterdir():
        if not _OURS.fullmatch(path.name) or path.name in used:
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
