"""Words: rare ones weigh most, whatever is typed can be searched, the same texts give the same bytes."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.bm25 import Words
from index.errors import DamagedIndex
from index.term_matching import telling

TEXTS = ["the red dog runs", "the red cat sleeps", "`model.eval()` sets dropout off", "clusters of points", ""]
WORDS = Words.of(TEXTS)


@pytest.mark.parametrize(
    ("question", "best"),
    [("red cat", 1), ("what is a dog", 0), ("model.eval", 2), ("clustering", 3), ("DROPOUT?", 2)],
)
def test_the_passage_with_the_rare_words_comes_first(question: str, best: int) -> None:
    assert WORDS.best(question, 3)[0][0] == best


def test_passages_without_a_common_word_are_not_found() -> None:
    assert WORDS.best("nothing here", 3) == []
    assert [number for number, _ in WORDS.best("red", 10)] == [0, 1]


@given(st.text())
def test_any_question_can_be_searched(question: str) -> None:
    found = WORDS.best(question, 3)
    assert [value for _, value in found] == sorted((value for _, value in found), reverse=True)


def test_what_is_written_finds_the_same(tmp_path: Path) -> None:
    WORDS.write(tmp_path / "w")
    assert Words.open(tmp_path / "w").best("red dog", 3) == WORDS.best("red dog", 3)


def test_the_same_texts_give_the_same_bytes_in_every_process(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from index.bm25 import Words; "
        "Words.of(sys.argv[2:]).write(Path(sys.argv[1]))"
    )
    for seed in ("1", "2"):
        command = [sys.executable, "-c", code, str(tmp_path / seed), *TEXTS]
        subprocess.run(command, check=True, env={"PYTHONHASHSEED": seed}, cwd=Path(__file__).parents[2])
    for path in (tmp_path / "1").iterdir():
        assert path.read_bytes() == (tmp_path / "2" / path.name).read_bytes()


def test_a_folder_without_words_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DamagedIndex, match="python -m index build"):
        Words.open(tmp_path)


def test_only_telling_words_are_looked_for() -> None:
    assert telling("What is the loss of a model, and the loss?") == ["loss", "model"]
    assert telling("what is it") == ["what", "is", "it"]
