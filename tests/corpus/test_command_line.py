"""The glossary's own command line: what it prints, and how it ends."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from corpus.__main__ import app

ENTRY = "---\nterm: dropout\naliases: [drop-out]\n---\n\n## Summary\nDropout silences units.\n\n## ELI5\nSome players rest.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "dropout.md").write_text(ENTRY, "utf-8")
    return tmp_path


def run(*args: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, args)
    return result.exit_code, result.stdout, result.stderr


def test_an_entry_is_shown_whole_or_at_a_level(folder: Path) -> None:
    assert run("show", "Drop-Out", "--corpus", str(folder)) == (0, ENTRY, "")
    assert run("show", "dropout", "--level", "eli5", "--corpus", str(folder))[1] == "Some players rest.\n"
    status, _, problem = run("show", "nothing", "--corpus", str(folder))
    assert (status, problem.count("\n")) == (1, 1)


def test_findings_end_with_status_1_and_name_their_lines(folder: Path) -> None:
    status, shown, problem = run("check", str(folder))
    assert status == 1
    assert "dropout.md:2: There are 0 related" not in shown
    assert "dropout.md:1: The section Plain is missing." in shown
    assert problem.strip().endswith("findings.")


def test_format_rewrites_what_is_not_canonical_and_nothing_else(folder: Path) -> None:
    assert run("format", str(folder))[1] == "0 of 1 entries rewritten.\n"
    (folder / "dropout.md").write_text(ENTRY.replace("[drop-out]", "['drop-out']"), "utf-8")
    assert run("format", str(folder))[1] == "1 of 1 entries rewritten.\n"
    assert (folder / "dropout.md").read_text("utf-8") == ENTRY
    assert [path.name for path in folder.iterdir()] == ["dropout.md"]


def test_stats_count_entries_and_words(folder: Path) -> None:
    status, shown, _ = run("stats", "--corpus", str(folder))
    assert status == 0
    assert "eli5" in shown


def test_an_import_is_reported_and_one_without_entries_fails(tmp_path: Path) -> None:
    (tmp_path / "terms.csv").write_text(
        "term,definition\nDropout,Dropout silences random units while a network is trained.\n"
    )
    status, shown, _ = run("import", str(tmp_path / "terms.csv"), "--out", str(tmp_path / "out"))
    assert status == 0, shown
    assert "1 entry written" in shown
    assert (tmp_path / "out" / "dropout.md").exists()
    (tmp_path / "empty").mkdir()
    assert run("import", str(tmp_path / "empty"), "--out", str(tmp_path / "out2"))[0] == 1
    status, _, problem = run("import", str(tmp_path / "terms.csv"), "--column", "term")
    assert status == 1
    assert "ROLE=NAME" in problem
