"""The tokenizer: the same ids as the `tokenizers` library for whatever is typed."""

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index.model_files import locate
from index.wordpiece import OtherTokenizer, WordPiece

tokenizers = pytest.importorskip("tokenizers")
PATH = locate("all-MiniLM-L6-v2").tokenizer
OURS = WordPiece.open(PATH)
THEIRS = tokenizers.Tokenizer.from_file(str(PATH))
THEIRS.no_padding()
THEIRS.no_truncation()
OLD = unicodedata.ucd_3_2_0


def is_settled(letter: str) -> bool:
    """Whether the sign is what it is since Unicode 3.2: of later ones each library knows as many as its tables have."""
    return OLD.category(letter) == unicodedata.category(letter) and OLD.category(letter)[0] != "C"


LETTERS = st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs", "Cn"]).filter(is_settled)


@given(st.text(LETTERS, max_size=40) | st.text("aé [MASK]CLS.-_σΣ損失ß'\n\t", max_size=40))
@example("What's [MASK] in BERT? [CLS] [SEP]")
@example("ΟΔΥΣΣΕΥΣ ΑΣ İstanbul Überanpassung naïve café 損失函数 ﬁne")
@example("\u00ad\u200bzero\u2028width\ufeff\x00\x7f\x1f \u00a0\u3000")
@example("x" * 101 + " " + "y" * 100)
def test_the_ids_are_those_of_the_published_tokenizer(text: str) -> None:
    assert OURS.ids(text) == THEIRS.encode(text).ids


def test_the_ids_of_every_shipped_entry_are_the_same() -> None:
    for path in sorted((Path(__file__).parents[2] / "corpus" / "entries").glob("*.md")):
        text = path.read_text("utf-8")
        assert OURS.ids(text) == THEIRS.encode(text).ids, path.name


def test_a_limit_keeps_both_ends() -> None:
    ids = OURS.ids("word " * 300, 256)
    assert (len(ids), ids[0], ids[-1]) == (256, 101, 102)
    assert OURS.ids("two words", 256) == OURS.ids("two words")


@pytest.mark.parametrize("content", ["", "{}", "[]", json.dumps({"model": {"type": "BPE"}})])
def test_another_kind_of_tokenizer_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "tokenizer.json").write_text(content)
    with pytest.raises(OtherTokenizer):
        WordPiece.open(tmp_path / "tokenizer.json")
