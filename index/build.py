"""Corpus -> index files. Embeds only what changed, and switches to the new index in one step.

The folder keeps working while it is built into, and a build that fails or is killed changes nothing.
"""

import re
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from filelock import FileLock

from corpus.entry import Entry
from corpus.errors import NoEntries
from corpus.fingerprint import fingerprint
from corpus.glossary import Glossary
from corpus.load import load
from index import manifest, vectors
from index import segment as store
from index.bm25 import Words
from index.chunking import passages
from index.embed import Vectors
from index.errors import CannotWrite, EmbedderUnavailable, IndexingError
from index.manifest import FileRecord, Manifest
from index.model_files import locate
from index.onnx_embedder import OnnxEmbedder, token_counter
from index.passage import Passage

if TYPE_CHECKING:
    from index.sentence_embedder import Precision, SentenceEmbedder

Result = TypeVar("Result")

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done and how much there is."""

MIN_AGREEMENT = 0.985
"""Share of the top five that bfloat16 has to have in common with float32 to be used."""

MIN_COSINE = 0.9999
"""How close the exported model's vectors have to be to the original's."""

SMALL_CHANGE = 256
"""Up to so many passages the exported model embeds sooner than torch is loaded."""

BESIDE = ".new-"
"""How the folder's name begins that a build works in; one that is left over belongs to a build that was killed."""

_CHUNK = 512
_OURS = re.compile(r"(?:vectors|passages|words|model|tokenizer)-[0-9a-f]{12}(?:\.\w+)?")


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did. `remark` is one line about something that did not go the usual way, else empty."""

    manifest: Manifest
    embedded: int
    reused: int
    seconds: dict[str, float]
    remark: str = ""


def build(folders: Sequence[Path], out: Path, model: str, progress: Progress | None = None) -> BuildReport:
    """Builds the index of the folders into `out`. Raises CorpusError or IndexingError and then changes nothing."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        with FileLock(out / ".lock"):
            _remove_abandoned(out)
            with tempfile.TemporaryDirectory(dir=out, prefix=BESIDE) as beside:
                build = _Build(folders, out, Path(beside), model, progress or (lambda *_: None))
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

    def __init__(self, folders: Sequence[Path], out: Path, beside: Path, model: str, progress: Progress) -> None:
        self.folders, self.out, self.beside, self.progress = folders, out, beside, progress
        self.files = locate(model)
        self.model_fingerprint = self.files.fingerprint()
        self.previous = _previous(out, self.model_fingerprint)
        self.seconds: dict[str, float] = {}
        self.remark = ""

    def run(self) -> BuildReport:
        started = perf_counter()
        # Taken before reading: what is saved meanwhile makes the index stale instead of going unnoticed.
        corpus_fingerprint = fingerprint(*self.folders)
        glossary = load(*self.folders)
        found = self._cut(glossary)
        self.seconds["cut"] = perf_counter() - started
        if not found:
            raise NoEntries("No entry of this corpus has any text.", repair="Write at least a summary.")
        known = self._known_vectors()
        fresh = [one for one in found if store.digest(one) not in known]
        precision, model_files = self._embed(fresh, found, known)
        started = perf_counter()
        rows = np.stack([known[store.digest(one)] for one in found])
        search = vectors.write(rows, self.beside / "vectors.faiss")
        store.write(self.beside / "passages.sqlite", glossary, found)
        Words.of(one.searchable for one in found).write(self.beside / "words")
        names = {"vectors": "vectors.faiss", "passages": "passages.sqlite", "words": "words"}
        files = {role: self._adopt(role, name) for role, name in names.items()}
        self.seconds["write"] = perf_counter() - started
        made = Manifest(
            embedder=self.files.name,
            embedder_fingerprint=self.model_fingerprint,
            precision=precision,
            dim=rows.shape[1],
            max_tokens=self.files.max_tokens,
            query_prompt=self.files.prompt("query"),
            corpus_fingerprint=corpus_fingerprint,
            entries=len(glossary),
            passages=len(found),
            search=search,
            files=files | model_files,
        )
        return BuildReport(made, len(fresh), len(found) - len(fresh), self.seconds, self.remark)

    def _cut(self, glossary: Glossary) -> list[Passage]:
        """The passages of all entries; those of an entry that is as it was are taken from the previous index."""
        counter = token_counter(self.files.tokenizer)
        old = store.Store.open(self.previous.place(self.out, "passages")) if self.previous else None
        there = set(old.slugs()) if old else set()
        found: list[Passage] = []
        for entry in glossary:
            if old and entry.slug in there and _same(old.entry(entry.slug), entry):
                numbers = old.numbers(entry.slug)
                cut = old.passages(numbers)
                found += [cut[number] for number in numbers]
            else:
                found += passages(entry, lambda text: len(counter.encode(text).ids))
        if old:
            old.close()
        return found

    def _known_vectors(self) -> dict[str, Vectors]:
        """Digest -> vector of every passage of the previous index, as far as that index stores them unrounded."""
        if self.previous is None or self.previous.search == "half precision":
            return {}
        rows = vectors.VectorIndex.open(self.previous.place(self.out, "vectors"))
        old = store.Store.open(self.previous.place(self.out, "passages"))
        known = {digest: rows.row(number) for digest, number in old.digests().items()}
        old.close()
        return known

    def _embed(
        self, fresh: Sequence[Passage], every: Sequence[Passage], known: dict[str, Vectors]
    ) -> tuple[str, dict[str, FileRecord]]:
        """Adds the fresh passages' vectors to the known ones; returns the precision and the model's files."""
        started = perf_counter()
        prompt = self.files.prompt("document")
        texts = [prompt + one.searchable for one in fresh]
        old = self.previous.files if self.previous else {}
        if self.previous and "model" in old and len(texts) <= SMALL_CHANGE:
            embed = OnnxEmbedder(
                self.previous.place(self.out, "model"),
                self.previous.place(self.out, "tokenizer"),
                self.files.max_tokens,
            ).embed
            self._embed_all(embed, fresh, texts, known)
            self.seconds["embed"] = perf_counter() - started
            return self.previous.precision, {role: old[role] for role in ("model", "tokenizer")}
        from index.sentence_embedder import SentenceEmbedder

        embedder = SentenceEmbedder(self.files)
        self.seconds["load the model"] = perf_counter() - started
        sample = [prompt + one.searchable for one in every[:: max(1, len(every) // 200)][:200]]
        return self._embed_with(embedder, sample, fresh, texts, known)

    def _embed_with(
        self,
        embedder: "SentenceEmbedder",
        sample: list[str],
        fresh: Sequence[Passage],
        texts: list[str],
        known: dict[str, Vectors],
    ) -> tuple[str, dict[str, FileRecord]]:
        exact = embedder.embed(sample)
        files = self._timed("export the model", lambda: self._export(embedder, sample[:100], exact[:100]))
        precision = self._timed("choose the precision", lambda: choose_precision(embedder, sample, exact))
        self._timed("embed", lambda: self._embed_all(embedder.embed, fresh, texts, known))
        return precision, files

    def _timed(self, step: str, work: Callable[[], Result]) -> Result:
        started = perf_counter()
        result = work()
        self.seconds[step] = perf_counter() - started
        return result

    def _embed_all(
        self,
        embed: Callable[[Sequence[str]], Vectors],
        fresh: Sequence[Passage],
        texts: list[str],
        known: dict[str, Vectors],
    ) -> None:
        # Passages of similar length together: a batch is as slow as its longest text.
        order = sorted(range(len(texts)), key=lambda i: (len(texts[i]), texts[i]))
        for start in range(0, len(order), _CHUNK):
            rows = order[start : start + _CHUNK]
            for i, vector in zip(rows, embed([texts[i] for i in rows]), strict=True):
                known[store.digest(fresh[i])] = vector
            self.progress("embedding passages", min(start + _CHUNK, len(order)), len(order))

    def _export(self, embedder: "SentenceEmbedder", sample: list[str], exact: Vectors) -> dict[str, FileRecord]:
        """The model for answering without torch; none, with a remark, where it cannot be had or differs."""
        path, tokenizer = self.beside / "model.onnx", self.beside / "tokenizer.json"
        self.progress("exporting the model", 0, 1)
        try:
            embedder.export(path)
            shutil.copyfile(self.files.tokenizer, tokenizer)
            cosine = float(
                (OnnxEmbedder(path, tokenizer, self.files.max_tokens).embed(sample) * exact).sum(axis=1).min()
            )
            if cosine < MIN_COSINE:
                raise EmbedderUnavailable(f"The exported model's vectors differ (cosine {cosine:.5f}).")
        except IndexingError as problem:
            self.remark = f"{problem} Questions will be embedded by sentence-transformers, which starts slowly."
            return {}
        return {"model": self._adopt("model", path.name), "tokenizer": self._adopt("tokenizer", tokenizer.name)}

    def _adopt(self, role: str, name: str) -> FileRecord:
        return manifest.adopt(self.out, role, self.beside / name)


def _same(one: Entry, other: Entry) -> bool:
    return one == other and one.origin.file == other.origin.file


def choose_precision(embedder: "SentenceEmbedder", sample: list[str], exact: Vectors) -> "Precision":
    """Sets the embedder to bfloat16 where the processor has it and the sample's neighbours stay, else to float32.

    exact: float32 [len(sample), dim], the sample's vectors in float32. Questions are always embedded in float32.
    """
    from index.sentence_embedder import has_fast_bfloat16

    if not has_fast_bfloat16():
        return "float32"
    embedder.use("bfloat16")
    if agreement(exact, exact, embedder.embed(sample)) < MIN_AGREEMENT:
        embedder.use("float32")
    return embedder.precision


def agreement(questions: Vectors, one: Vectors, other: Vectors, k: int = 5) -> float:
    """Mean share of the k nearest rows that two float32 [n, dim] matrices have in common for the questions."""
    nearest = [np.argsort(-questions @ rows.T, axis=1, kind="stable")[:, :k] for rows in (one, other)]
    return float(np.mean([len(set(a) & set(b)) / len(a) for a, b in zip(*nearest, strict=True)]))


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
