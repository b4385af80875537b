"""Folders to glossaries: every file counts, a bad one never hides the others, nothing outside is read."""

from pathlib import Path

import pytest

from corpus.errors import CorpusError, MalformedEntry, NameClash, NoEntries, UnreadableFile
from corpus.fingerprint import fingerprint
from corpus.load import load, pages, read_entries

GOOD = "---\nterm: {}\n---\n\n## Summary\nText.\n"


def test_entries_of_several_folders_are_one_glossary(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name / "deep").mkdir(parents=True)
        (tmp_path / name / "deep" / f"{name}.md").write_text(GOOD.format(name))
    assert [entry.term for entry in load(tmp_path / "one", tmp_path / "two")] == ["one", "two"]


def test_all_errors_are_found_and_the_first_is_raised(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("no entry")
    (tmp_path / "b.md").write_text(GOOD.format("b"))
    (tmp_path / "c.md").write_bytes(b"\0\1\2")
    entries, errors = read_entries(tmp_path)
    assert [entry.term for entry in entries] == ["b"]
    assert [type(one) for one in errors] == [MalformedEntry, UnreadableFile]
    with pytest.raises(MalformedEntry, match=r"^a\.md:1: .*1 more: python -m corpus check"):
        load(tmp_path)


def test_clashing_names_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(GOOD.format("same"))
    (tmp_path / "b.md").write_text(GOOD.format("same"))
    with pytest.raises(NameClash):
        load(tmp_path)


@pytest.mark.parametrize("make", [lambda path: None, Path.mkdir])
def test_no_folder_and_an_empty_one_are_said(tmp_path: Path, make: object) -> None:
    make(tmp_path / "here")  # type: ignore[operator]
    with pytest.raises(NoEntries, match="here"):
        load(tmp_path / "here")


def test_links_out_of_the_folder_and_hidden_files_are_not_read(tmp_path: Path) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "secret.md"
    inside.mkdir()
    outside.write_text(GOOD.format("secret"))
    (inside / "link.md").symlink_to(outside)
    (inside / ".hidden.md").write_text(GOOD.format("hidden"))
    found = list(pages(inside))
    assert [type(one) for one in found] == [UnreadableFile]
    assert "out of the folder" in str(found[0])


def test_the_fingerprint_changes_with_names_and_bytes_only(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("x")
    first = fingerprint(tmp_path)
    (tmp_path / "note.txt").write_text("no entry")
    assert fingerprint(tmp_path) == first
    (tmp_path / "a.md").write_text("y")
    assert fingerprint(tmp_path) != first


def test_errors_read_as_place_problem_and_repair() -> None:
    assert str(CorpusError("Broken.", file="a.md", line=3, repair="Mend it.")) == "a.md:3: Broken. Mend it."
    assert str(CorpusError("Broken.")) == "Broken."
