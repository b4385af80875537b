"""Question -> hits: named terms, meaning (faiss) and words (BM25), put together, with how sure it is.

`SearchIndex.search` is the seam. Knows no answer and no person; heavy parts are opened when they are first needed, so
that a question answered by name alone starts in a tenth of a second.
"""

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.entry import Entry, Level, Sense
from corpus.fingerprint import fingerprint
from index import manifest, ranking
from index.chunking import Counter
from index.errors import REBUILD, ForeignIndex, StaleIndex
from index.layer import Layer
from index.passage import Hit, Passage
from index.reranker import LOOKED_AT, Reranker
from index.segment import Headword
from index.stemming import stems
from index.term_matching import FILLER, Name, Named, Terms, corrected, telling, words

if TYPE_CHECKING:
    from index.embed import Embedder, Vectors

NEAREST = 100
SHARING = 60
"""Passages taken by meaning and by words before entries are judged by them."""

LEVEL_BONUS = 0.05
STEP = 0.35
"""What the second and third passage of an entry lose, so that an entry does not crowd out the next one."""

MOST_OF_ONE = 3


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What a search found: hits, best first; the names in the question; how surely the glossary can answer, 0 to 1.

    `vector`: the question's, float32 [dim], unit length. `scores`: those of the entries found, by slug, best first.
    """

    hits: tuple[Hit, ...]
    named: tuple[Named, ...]
    confidence: float
    vector: "Vectors | None" = field(default=None, compare=False, repr=False)
    scores: tuple[tuple[str, float], ...] = ()

    @property
    def answerable(self) -> bool:
        """Whether the glossary is taken to hold an answer."""
        return bool(self.hits) and self.confidence >= ranking.MIN_CONFIDENCE

    @property
    def slugs(self) -> tuple[str, ...]:
        """The entries found, best first."""
        return tuple(dict.fromkeys(hit.passage.slug for hit in self.hits))


class SearchIndex:
    """An index, opened for questions. Never changes: `with_changes` gives a new one that shares its parts."""

    def __init__(
        self, folder: Path, corpus: Sequence[Path] = (), embedder: "Embedder | None" = None, reranker: str = ""
    ) -> None:
        """`corpus`: the folders it has to fit, none for "as it is"; `embedder`: in place of the built-in one.

        `reranker`: a cross-encoder by name or folder, none for none. Raises IndexingError with the repair when it
        cannot be used.
        """
        self.reranker = reranker
        self.folder = folder
        self.manifest = manifest.read(folder)
        if corpus and fingerprint(*corpus) != self.manifest.corpus_fingerprint:
            raise StaleIndex(f"The glossary has changed since the index in {folder} was built. {REBUILD}")
        if embedder:
            self.embedder = embedder
        self._unchanged = self
        self._layers = [Layer.opened(folder, self.manifest)]
        self._hidden: frozenset[str] = frozenset()
        self._changed: dict[str, Entry] = {}
        self._known: dict[str, Vectors] = {}

    def with_changes(self, changed: Iterable[Entry], removed: Iterable[str] = ()) -> "SearchIndex":
        """The index with entries added or replaced, and the entries of these slugs removed. Searches that run go on
        with the old one.
        """
        entries = {**self._changed, **{entry.slug: entry for entry in changed}}
        gone = set(removed)
        embedder = self.embedder  # opened before it is copied, so that both share it
        made = copy(self)
        made.__dict__.pop("terms", None)
        made._changed = {slug: entry for slug, entry in entries.items() if slug not in gone}
        made._hidden = frozenset({*self._hidden, *gone, *made._changed})
        layer = Layer.of(list(made._changed.values()), embedder, self._count, self._known)
        made._layers = [self._layers[0], *([layer] if layer else [])]
        return made

    @cached_property
    def terms(self) -> Terms:
        """All names of the glossary."""

        def is_known(word: str) -> bool:
            return any(layer.store.has_word(word) for layer in self._layers)

        if self._unchanged is self:
            return Terms(self._layers[0].store.names(), is_known)
        return Terms(self._changed_names(), is_known, self._unchanged.terms)

    @cached_property
    def _reranker(self) -> Reranker | None:
        if not self.reranker:
            return None
        return Reranker(self.reranker)

    @cached_property
    def embedder(self) -> "Embedder":
        """The model that the index was built with. Raises ForeignIndex, EmbedderUnavailable."""
        from index.embedders import open_embedder
        from index.model_files import locate

        files = locate(self.manifest.embedder)
        if files.fingerprint() != self.manifest.embedder_fingerprint:
            raise ForeignIndex(f"The embedding model {files.name} is not the one this index was built with. {REBUILD}")
        return open_embedder(files)

    def entry(self, slug: str) -> Entry:
        """The entry with this slug. Raises KeyError when the index holds none."""
        if slug in self._changed:
            return self._changed[slug]
        if slug in self._hidden:
            raise KeyError(slug)
        return self._layers[0].store.entry(slug)

    @property
    def size(self) -> int:
        """Return the number of its entries."""
        return sum(self._shows(layer, slug) for layer in self._layers for slug in layer.store.slugs())

    def term(self, slug: str) -> str:
        """The headword of the entry with this slug. Raises KeyError."""
        if slug in self._changed or slug in self._hidden:
            return self.entry(slug).term
        return self._layers[0].store.term(slug)

    def passages(self, slug: str) -> list[Passage]:
        """The passages of the entry with this slug, in the order of its sections; none when the index holds none."""
        for layer in self._layers:
            if self._shows(layer, slug) and (numbers := layer.store.numbers(slug)):
                texts = layer.store.passages(numbers)
                return [texts[number] for number in numbers]
        return []

    def headwords(self) -> list[Headword]:
        """Every entry as a list shows it."""
        return [one for layer in self._layers for one in layer.store.headwords() if self._shows(layer, one.slug)]

    def written_names(self) -> list[tuple[str, str]]:
        """Every name as its author wrote it, with the slug of an entry that it names."""
        return [pair for layer in self._layers for pair in layer.store.written_names() if self._shows(layer, pair[1])]

    def some(self, count: int = 3) -> list[str]:
        """A few of its entries, spread over the alphabet and always the same."""
        slugs = [slug for layer in self._layers for slug in layer.store.slugs() if self._shows(layer, slug)]
        return [slugs[(2 * i + 1) * len(slugs) // (2 * count)] for i in range(min(count, len(slugs)))]

    def slugs_named(self, name: str) -> list[str]:
        """The entries that own this name or share it as one of their senses."""
        return [slug for layer in self._layers for slug in layer.store.slugs_named(name) if self._shows(layer, slug)]

    def senses(self, name: str) -> dict[str, Sense]:
        """Slug -> the sense that a shared name has there; empty for a name of one entry."""
        found: dict[str, Sense] = {}
        for layer in self._layers:
            found |= {slug: sense for slug, sense in layer.store.senses(name).items() if self._shows(layer, slug)}
        return found

    def search(self, question: str, k: int = 8, level: Level | None = None) -> SearchResult:
        """The k best hits, at most three of one entry; of one entry's, those of the asked level come first."""
        named = tuple(self.terms.named(question))
        question, vector = self._spelled_and_embedded(question, named)
        hits: list[Hit] = []
        closest: list[tuple[int, float]] = []
        wanted = max(k, LOOKED_AT) if self._reranker else k
        for layer in self._layers:
            dense, found = self._gather(layer, question, vector, named)
            closest += dense
            hits += _hits(layer, found, wanted, level)
        closest.sort(key=lambda one: -one[1])
        hits.sort(key=lambda hit: (-hit.score, hit.passage.slug, hit.passage.text))
        sure = 0.0
        if closest and hits:
            own = self.passages(hits[0].passage.slug)
            counted = closest[: max(1, min(ranking.CLOSEST, len(own)))]
            sure = ranking.confidence(counted, named, _telling_places(question), self._missing(question, named, own))
        if self._reranker:
            hits = self._reranker.rank(question, hits)
        scores: dict[str, float] = {}
        for hit in hits:
            scores.setdefault(hit.passage.slug, hit.score)
        return SearchResult(tuple(hits[:k]), named, sure, vector, tuple(scores.items())[:k])

    def compared(self, slug: str, vector: "Vectors") -> list[tuple[Passage, float]]:
        """Return every passage of an entry with its cosine to a question's vector, in the order of its sections."""
        for layer in self._layers:
            if self._shows(layer, slug) and (numbers := layer.store.numbers(slug)):
                texts = layer.store.passages(numbers)
                return [(texts[number], float(layer.vectors.row(number) @ vector)) for number in numbers]
        return []

    def evidence(self, question: str, named: Sequence[Named]) -> list[ranking.Evidence]:
        """What speaks for each entry, unranked: for measuring the parts of a search."""
        question, vector = self._spelled_and_embedded(question, named)
        return [one for layer in self._layers for one in self._gather(layer, question, vector, named)[1]]

    def _spelled_and_embedded(self, question: str, named: Sequence[Named]) -> tuple[str, "Vectors"]:
        """The question with typos and shorthand spelled out, and its vector, float32 [dim]."""
        spelled = corrected(question, named)
        return spelled, self.embedder.embed([self.manifest.query_prompt + spelled])[0]

    def _missing(self, question: str, named: Sequence[Named], own: Sequence[Passage]) -> float:
        """Return the share of the question's content words, beside its names, that an entry's passages never use.

        Of a thin entry it says little, and counts by how many different words the entry has.
        """
        inside = {place for name in named for place in range(name.start, name.end)}
        asked = words(question)
        content = [
            asked[place] for place in _telling_places(question) if place not in inside and asked[place] not in FILLER
        ]
        if not content:
            return 0.0
        there = {stem for passage in own for stem in stems(passage.searchable)}
        missing = sum(not set(stems(word)) <= there for word in content) / len(content)
        return missing * min(1.0, len(there) / ranking.TELLING_WORDS)

    def _gather(
        self, layer: Layer, question: str, vector: "Vectors", named: Sequence[Named]
    ) -> tuple[list[tuple[int, float]], list[ranking.Evidence]]:
        """The closest passages of a layer, (number, cosine), and the evidence for its entries."""
        dense = layer.vectors.nearest(vector, NEAREST)
        found = ranking.gather(dense, layer.words.best(question, SHARING), named, layer.places)
        shown = [one for slug, one in found.items() if self._shows(layer, slug)]
        return [(n, value) for n, value in dense if self._shows(layer, layer.places[n][0])], shown

    def _shows(self, layer: Layer, slug: str) -> bool:
        return layer is not self._layers[0] or slug not in self._hidden

    def _changed_names(self) -> list[Name]:
        """The names whose entries are others than in the index on disk, those that lost all their entries included."""
        base = self._layers[0].store
        new = {name.folded: name for layer in self._layers[1:] for name in layer.store.names()}
        touched = {*new, *(name for slug in self._hidden for name in base.names_of(slug))}
        found = []
        for folded in sorted(touched):
            old, fresh = base.name(folded), new.get(folded)
            slugs = {slug for slug in old.slugs if slug not in self._hidden} | set(fresh.slugs if fresh else ())
            found.append(Name(folded, tuple(sorted(slugs)), fresh.everyday if fresh else old.everyday))
        return found

    @cached_property
    def _count(self) -> Counter:
        return self.embedder.count_tokens


def _telling_places(question: str) -> list[int]:
    told = set(telling(question))
    return [place for place, word in enumerate(words(question)) if word in told]


def _hits(layer: Layer, found: Sequence[ranking.Evidence], k: int, level: Level | None) -> list[Hit]:
    """The k best hits of one layer."""
    scored = sorted(((one.score(), one) for one in found), key=lambda pair: (-pair[0], pair[1].slug))[:k]
    chosen = [
        (n, score - STEP * rank, one) for score, one in scored for rank, n in enumerate(_shown(layer, one, level))
    ]
    chosen = sorted(chosen, key=lambda hit: -hit[1])[:k]
    texts = layer.store.passages(n for n, _, _ in chosen)
    return [
        Hit(texts[n], score, _value(one.dense, n), _value(one.words, n), 1.0 if one.named else None)
        for n, score, one in chosen
    ]


def _shown(layer: Layer, one: ranking.Evidence, level: Level | None) -> list[int]:
    """The numbers of the entry's best passages; the first of all of them when it is only named."""
    values = {n: value + LEVEL_BONUS * (layer.places[n][1].level is level) for n, value in one.dense}
    for n, shared in one.words[:MOST_OF_ONE]:
        values[n] = max(values.get(n, 0.0), one.floor * shared)
    return sorted(values, key=lambda n: (-values[n], n))[:MOST_OF_ONE] or layer.store.numbers(one.slug)[:1]


def _value(pairs: Sequence[tuple[int, float]], number: int) -> float | None:
    return next((value for n, value in pairs if n == number), None)
