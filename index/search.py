"""Question -> hits: named terms, meaning (FAISS) and words (BM25), put together, with how sure it is.

`SearchIndex.search` is the seam. Knows no answer and no person; heavy parts are opened when they are first needed, so
that a question answered by name alone starts in a tenth of a second.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from corpus.entry import Entry, Level
from corpus.fingerprint import fingerprint
from index import manifest
from index.embed import Embedder
from index.errors import REBUILD, StaleIndex
from index.passage import Hit, Passage
from index.store import Store
from index.terms import Match, Named, Terms
from index.vectors import VectorIndex

CANDIDATES = 40
"""Passages taken from each way of searching before they are put together."""

NAMED_WEIGHT = {Match.EXACT: 0.5, Match.INFLECTED: 0.45, Match.TYPO: 0.3}
EVERYDAY_WEIGHT = 0.1
LEXICAL_WEIGHT = 0.15


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What a search found: hits, best first; the names in the question; how surely the glossary can answer, 0 to 1."""

    hits: tuple[Hit, ...]
    named: tuple[Named, ...]
    confidence: float


class SearchIndex:
    """An index on disk, opened for questions. Raises IndexingError with the repair when it cannot be used."""

    def __init__(self, folder: Path, corpus: Sequence[Path] = (), embedder: Embedder | None = None) -> None:
        """`corpus`: the folders it has to fit, none for "as it is"; `embedder`: in place of the built-in one."""
        self._folder = folder
        self.manifest = manifest.read(folder)
        if corpus and fingerprint(*corpus) != self.manifest.corpus_fingerprint:
            raise StaleIndex(f"The glossary has changed since the index in {folder} was built. {REBUILD}")
        self._given = embedder
        self.store = Store(self.manifest.path(folder, "passages"))

    @cached_property
    def terms(self) -> Terms:
        """All names of the glossary."""
        return Terms(self.store.names())

    @cached_property
    def embedder(self) -> Embedder:
        """The model that the index was built with: exported, or by sentence_transformers where it could not be."""
        if self._given:
            return self._given
        if "model" in self.manifest.files:
            from index.onnx_embedder import OnnxEmbedder

            model, tokenizer = (self.manifest.path(self._folder, role) for role in ("model", "tokenizer"))
            return OnnxEmbedder(model, tokenizer, self.manifest.max_tokens)
        from index.model_files import locate
        from index.sentence_embedder import SentenceEmbedder

        return SentenceEmbedder(locate(self.manifest.embedder))

    @cached_property
    def vectors(self) -> VectorIndex:
        """The passages' vectors, mapped into memory."""
        return VectorIndex(self.manifest.path(self._folder, "vectors"))

    def entry(self, slug: str) -> Entry:
        """The entry with this slug. Raises KeyError when the index holds none."""
        return self.store.entry(slug)

    def search(self, question: str, k: int = 8, level: Level | None = None) -> SearchResult:
        """The k best hits; among equally good passages of one entry those of the asked level come first."""
        named = tuple(self.terms.named(question))
        vector = self.embedder.embed([self.manifest.query_prompt + question])[0]
        dense = dict(self.vectors.nearest(vector, CANDIDATES))
        lexical = dict(self.store.best_words(question, CANDIDATES))
        weights = _weights(named)
        numbers = {*dense, *lexical, *(n for slug in weights for n in self.store.numbers(slug))}
        for number in numbers - dense.keys():
            dense[number] = float(self.vectors.row(number) @ vector)
        passages = self.store.passages(numbers)
        top = max(lexical.values(), default=1.0) or 1.0
        hits = [
            Hit(
                one,
                _score(one, dense[n], lexical.get(n, 0) / top, weights, level),
                dense[n],
                lexical.get(n),
                weights.get(one.slug),
            )
            for n, one in passages.items()
        ]
        hits.sort(key=lambda hit: (-hit.score, hit.passage.slug, hit.passage.text))
        return SearchResult(tuple(_spread(hits, k)), named, _confidence(hits, named))


def _weights(named: Iterable[Named]) -> dict[str, float]:
    weights: dict[str, float] = {}
    for one in named:
        weight = EVERYDAY_WEIGHT if one.name.everyday else NAMED_WEIGHT[one.match]
        for slug in one.slugs:
            weights[slug] = max(weights.get(slug, 0.0), weight)
    return weights


def _score(passage: Passage, dense: float, lexical: float, weights: dict[str, float], level: Level | None) -> float:
    preferred = 0.03 if level and passage.level is level else 0.0
    return dense + LEXICAL_WEIGHT * lexical + weights.get(passage.slug, 0.0) + preferred


def _spread(hits: Sequence[Hit], k: int, most: int = 3) -> list[Hit]:
    """The k best hits with at most `most` of one entry, so that one entry does not crowd out a second."""
    chosen: list[Hit] = []
    counts: dict[str, int] = {}
    for hit in hits:
        counts[hit.passage.slug] = counts.get(hit.passage.slug, 0) + 1
        if counts[hit.passage.slug] <= most:
            chosen.append(hit)
    return chosen[:k]


def _confidence(hits: Sequence[Hit], named: Sequence[Named]) -> float:
    if not hits:
        return 0.0
    sure = max((NAMED_WEIGHT[one.match] for one in named if not one.name.everyday), default=0.0)
    return min(1.0, max(0.0, max(hit.dense or 0.0 for hit in hits) + sure - 0.1))
