"""The SQLite file: what goes in comes out, and the same input gives the same bytes."""

from pathlib import Path

import pytest
from hashing_embedder import HashingEmbedder

from corpus.entry import Entry, Level, Section, Sense
from corpus.glossary import Glossary
from index import segment as store
from index.chunking import passages
from index.errors import DamagedIndex


def _write(path: Path, glossary: Glossary) -> None:
    count = HashingEmbedder().count_tokens
    store.write(path, glossary, [one for entry in glossary for one in passages(entry, count)])


def test_the_same_glossary_gives_the_same_bytes(small_glossary: Glossary, tmp_path: Path) -> None:
    for name in ("one", "two"):
        _write(tmp_path / name, small_glossary)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_entries_and_passages_come_back_equal(small_glossary: Glossary, tmp_path: Path) -> None:
    _write(tmp_path / "s", small_glossary)
    opened = store.Store.open(tmp_path / "s")
    assert [opened.entry(one.slug) for one in small_glossary] == list(small_glossary)
    numbers = opened.numbers("dropout")
    found = opened.passages(numbers)
    assert [found[n].section for n in numbers][:3] == [Section.SUMMARY, Section.ELI5, Section.PLAIN]
    assert found[numbers[2]].level is Level.PLAIN
    with pytest.raises(KeyError):
        opened.entry("nothing")


def test_names_know_what_they_share(tmp_path: Path) -> None:
    entries = [
        Entry(term="bias term", senses=(Sense("Bias", "a constant"),)),
        Entry(term="token"),
        Entry(term="b", senses=(Sense("bias", "x"),)),
    ]
    _write(tmp_path / "s", Glossary(entries))
    opened = store.Store.open(tmp_path / "s")
    names = {one.folded: (one.slugs, one.everyday) for one in opened.names()}
    assert names["bias"] == (("b", "bias-term"), True)
    assert names["bias term"] == (("bias-term",), False)
    assert opened.senses("BIAS") == {"b": Sense("bias", "x"), "bias-term": Sense("Bias", "a constant")}


def test_a_file_that_is_no_store_is_refused(tmp_path: Path) -> None:
    (tmp_path / "s").write_bytes(b"nothing of the kind" * 100)
    with pytest.raises(DamagedIndex, match="python -m index build"):
        store.Store.open(tmp_path / "s")
