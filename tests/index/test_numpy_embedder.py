"""The forward pass in NumPy: the same vectors as sentence-transformers, whatever stands beside a text in a batch."""

import json
import math
import shutil
from pathlib import Path

import numpy as np
import pytest

from index.embedders import open_embedder
from index.errors import EmbedderUnavailable
from index.model_files import ModelFiles, locate
from index.numpy_embedder import NumpyEmbedder, by_length, fits, gelu

FILES = locate("all-MiniLM-L6-v2")
TEXTS = [
    "",
    "dropout",
    "why does my validation loss rise while the training loss keeps falling?",
    "The [MASK] token",
    "損失",
]


@pytest.fixture(scope="module")
def embedder() -> NumpyEmbedder:
    return NumpyEmbedder(FILES)


def test_vectors_have_length_one_and_do_not_depend_on_their_batch(embedder: NumpyEmbedder) -> None:
    texts = TEXTS * 5
    together = embedder.embed(texts)
    assert together.dtype == np.float32
    assert np.linalg.norm(together, axis=1) == pytest.approx(np.ones(len(texts)), abs=1e-6)
    for text, vector in zip(texts, together, strict=True):
        assert float(embedder.embed([text])[0] @ vector) == pytest.approx(1, abs=1e-6)


def test_no_texts_give_no_rows(embedder: NumpyEmbedder) -> None:
    assert embedder.embed([]).shape == (0, 384)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_the_vectors_are_those_of_sentence_transformers(embedder: NumpyEmbedder) -> None:
    pytest.importorskip("sentence_transformers")
    from index.sentence_embedder import SentenceEmbedder

    entries = sorted((Path(__file__).parents[2] / "corpus" / "entries").glob("*.md"))
    paragraphs = [part for path in entries for part in path.read_text("utf-8").split("\n\n")]
    texts = [*TEXTS, "word " * 2000, *paragraphs[:: len(paragraphs) // 500]]
    exact, ours = SentenceEmbedder(FILES), embedder.embed(texts)
    assert len(texts) > 500
    assert float((exact.embed(texts) * ours).sum(axis=1).min()) >= 0.999999
    for text in TEXTS:
        assert exact.count_tokens(text) == embedder.count_tokens(text)


def test_gelu_is_exact_to_a_millionth() -> None:
    x = np.linspace(-8, 8, 2001, dtype=np.float32)
    expected = [one * 0.5 * math.erfc(-one / math.sqrt(2)) for one in x.tolist()]
    assert gelu(x.copy()) == pytest.approx(expected, abs=1e-6)


def test_batches_hold_one_length_each_and_every_row_once() -> None:
    lengths = [3, 900, 3, 5, 900, 3]
    batches = list(by_length(lengths))
    assert sorted(row for rows in batches for row in rows) == [0, 1, 2, 3, 4, 5]
    assert all(len({lengths[row] for row in rows}) == 1 for rows in batches)
    assert [1] in batches  # two texts of 900 tokens do not fit into one batch


def _altered(folder: Path, file: str, **changes: object) -> ModelFiles:
    made = Path(shutil.copytree(FILES.folder, folder / "model"))
    path = made / file
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), **changes}))
    return ModelFiles("another", made)


@pytest.mark.parametrize(
    ("file", "changes"),
    [
        ("config.json", {"model_type": "roberta"}),
        ("config.json", {"hidden_act": "relu"}),
        ("1_Pooling/config.json", {"pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False}),
        ("tokenizer.json", {"normalizer": None}),
    ],
)
def test_a_model_of_another_shape_is_left_to_sentence_transformers(
    tmp_path: Path, file: str, changes: dict[str, object]
) -> None:
    assert fits(FILES)
    assert not fits(_altered(tmp_path, file, **changes))


def test_cut_off_weights_are_said(tmp_path: Path) -> None:
    files = ModelFiles("cut", Path(shutil.copytree(FILES.folder, tmp_path / "model")))
    weights = files.folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1_000_000])
    with pytest.raises(EmbedderUnavailable, match="BOT_EMBEDDER"):
        NumpyEmbedder(files)


def test_another_model_without_its_library_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    monkeypatch.delitem(sys.modules, "index.sentence_embedder", raising=False)
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(EmbedderUnavailable, match=r"pip install 'study-group-tutor\[embed\]'"):
        open_embedder(_altered(tmp_path, "config.json", model_type="roberta"))
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    with pytest.raises(EmbedderUnavailable, match=r"pip install 'study-group-tutor\[embed\]'"):
        locate("somebody/some-model")
