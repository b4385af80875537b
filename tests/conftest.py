"""Shared fixtures: a small glossary, an index over it without weights, and one real index built once a session."""

from pathlib import Path

import pytest
from hashing_embedder import HashingEmbedder
from hypothesis import settings

from corpus.entry import Entry, Faq, Sense, Source
from corpus.glossary import Glossary
from index import segment as store
from index import vectors
from index.bm25 import Words
from index.chunking import passages
from index.manifest import Manifest, adopt
from index.search import SearchIndex

PROJECT = Path(__file__).parent.parent
# How long one example takes says how busy the machine is, and nothing about the code.
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")
SLOW_FILES = {"test_batching.py", "test_server.py", "test_store.py", "test_cpu_attention.py", "test_circuit_breaker.py"}
SLOW_FIXTURES = {"make", "postgres"}
"""A whole bot on a simulated Discord, a database server: each is quick, and there are hundreds."""
SHARED = PROJECT.parent / "shared"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leaves to `-m "not slow"` what takes under a minute in all."""
    for item in items:
        needed = SLOW_FIXTURES & set(getattr(item, "fixturenames", ()))
        if needed or item.path.name in SLOW_FILES or "postgres" in item.name:
            item.add_marker("slow")


def entry(term: str, **fields: object) -> Entry:
    """An entry whose texts say what they are, so that an expectation can be read off the test."""
    texts = {
        level: f"{term} told at level {level}." for level in ("eli5", "plain", "student", "practitioner", "expert")
    }
    made: dict[str, object] = {
        "term": term,
        "summary": f"{term.capitalize()} in one sentence.",
        "example": f"An example of {term}.",
        "why_it_matters": f"Why {term} matters.",
        "sources": (Source("Somebody: Something. 2020."),),
    }
    return Entry(**{**made, **texts, **fields})  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def small_glossary() -> Glossary:
    return Glossary(
        [
            entry(
                "overfitting",
                aliases=("overfit",),
                plain="A model that overfits has memorised its training data and fails on new data.",
                faq=(
                    Faq("How do I notice overfitting early?", "Watch validation loss rise while training loss falls."),
                ),
                follow_ups=("What is regularization?", "Does dropout prevent overfitting?"),
                related=("dropout", "underfitting", "nowhere to be found"),
            ),
            entry(
                "underfitting",
                plain="A model that underfits is too simple for its data.",
                faq=(Faq("Is underfitting the opposite of overfitting?", "Yes: one learns too little, one too much."),),
                related=("overfitting",),
            ),
            entry(
                "dropout",
                plain="Dropout silences random units.",
                related=("overfitting",),
                prerequisites=("overfitting",),
            ),
            entry("bias term", senses=(Sense("bias", "a constant added to a sum"),)),
            entry("estimator bias", senses=(Sense("bias", "a systematic error"),)),
            entry("token", plain="A token is a piece of text.", eli5=""),
            entry("k-means clustering", aliases=("k-means",)),
        ]
    )


@pytest.fixture(scope="session")
def small_index(small_glossary: Glossary, tmp_path_factory: pytest.TempPathFactory) -> SearchIndex:
    """The small glossary behind the hashing embedder: real faiss, real SQLite, no weights."""
    folder = tmp_path_factory.mktemp("small-index")
    return index_of(small_glossary, folder)


def index_of(glossary: Glossary, folder: Path) -> SearchIndex:
    """Writes an index with the hashing embedder and opens it."""
    embedder = HashingEmbedder()
    found = [one for each in glossary for one in passages(each, embedder.count_tokens)]
    search = vectors.write(embedder.embed([one.searchable for one in found]), folder / "v.faiss")
    store.write(folder / "p.sqlite", glossary, found)
    Words.of(one.searchable for one in found).write(folder / "w")
    Manifest(
        embedder="hashing",
        embedder_fingerprint="",
        dim=embedder.dim,
        max_tokens=200,
        query_prompt="",
        corpus_fingerprint="",
        entries=len(glossary),
        passages=len(found),
        search=search,
        files={
            role: adopt(folder, role, folder / name)
            for role, name in (("vectors", "v.faiss"), ("passages", "p.sqlite"), ("words", "w"))
        },
    ).write(folder)
    return SearchIndex(folder, embedder=embedder)


@pytest.fixture(scope="session")
def real_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's whole glossary behind the real model. The project's own built index is used when it fits."""
    from index.build import build
    from index.errors import IndexingError

    built, entries = PROJECT / "index" / "built", PROJECT / "corpus" / "entries"
    try:
        SearchIndex(built, [entries])
    except IndexingError:
        built = tmp_path_factory.mktemp("real-index")
        build([entries], built, "all-MiniLM-L6-v2")
    return built


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny random chat model in the files of a real one."""
    import tiny_model as builder

    return builder.build(tmp_path_factory.mktemp("tiny-model"))


@pytest.fixture(scope="session")
def smollm2() -> Path:
    """The GGUF file of SmolLM2-135M-Instruct: among this machine's models, else fetched once into `.cache/models`."""
    from bot.models.catalogue import named
    from bot.models.store import Store
    from bot.settings import Settings

    model = named("smollm2-135m")
    here = Store(Settings.model_fields["models"].default).present([model])
    return (here.get(model.name) or Store(PROJECT / ".cache" / "models").pull(model)) / model.file
