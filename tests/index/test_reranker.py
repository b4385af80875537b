"""The optional reranker: a real cross-encoder, tiny and random, decides the order; a missing one says what to check."""

import shutil
from pathlib import Path

import pytest
from hashing_embedder import HashingEmbedder

from corpus.glossary import Glossary
from index.errors import EmbedderUnavailable
from index.model_files import locate
from index.search import SearchIndex

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]


@pytest.fixture(scope="module")
def tiny_cross_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One layer of random weights with the carried model's tokenizer; needs no hub."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification

    folder = tmp_path_factory.mktemp("cross-encoder")
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=30522, hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=64, num_labels=1
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    for path in locate("all-MiniLM-L6-v2").folder.glob("*token*.json"):
        shutil.copy(path, folder)
    shutil.copy(locate("all-MiniLM-L6-v2").folder / "vocab.txt", folder)
    return folder


def test_the_cross_encoder_decides_the_order(small_index: SearchIndex, tiny_cross_encoder: Path) -> None:
    from sentence_transformers import CrossEncoder

    index = SearchIndex(small_index.folder, embedder=HashingEmbedder(), reranker=str(tiny_cross_encoder))
    question = "does dropout prevent overfitting"
    found = index.search(question, k=5).hits
    model = CrossEncoder(str(tiny_cross_encoder))
    judged = [float(one) for one in model.predict([(question, hit.passage.searchable) for hit in found])]
    assert judged == sorted(judged, reverse=True)
    assert [hit.score for hit in found] == pytest.approx(judged, abs=1e-5)
    plain = small_index.search(question, k=20).hits
    assert {hit.passage for hit in found} <= {hit.passage for hit in plain}


def test_a_missing_reranker_is_named(small_index: SearchIndex, small_glossary: Glossary, tmp_path: Path) -> None:
    index = SearchIndex(small_index.folder, embedder=HashingEmbedder(), reranker=str(tmp_path))
    with pytest.raises(EmbedderUnavailable, match="BOT_RERANKER"):
        index.search("does dropout prevent overfitting")
