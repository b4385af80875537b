"""`python -m bot data …` and `python -m bot gaps` as an owner types them: what is done, what is refused, what is left."""

import asyncio
import json
import sqlite3
import stat
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import Result
from state_samples import ANN, BEN, GUILD, ROOM, stored
from typer.testing import CliRunner

from bot import compose
from bot.__main__ import app
from bot.cli import data as data_command
from bot.state.database import Database
from bot.state.database_url import address
from bot.state.values import Preferences
from bot.tutor.dialogue import Origin
from corpus.entry import Level
from corpus.load import load
from index.hot_reload import LiveIndex
from index.search import SearchIndex

Run = Callable[..., Result]


async def _fill(folder: Path) -> None:
    database = Database(address("", folder))
    at = datetime.now(UTC)
    for name, user, text in (
        ("a", ANN, "What is RAFT?"),
        ("b", ANN, "What is RAFT?"),
        ("c", BEN, "Why is the sky blue?"),
    ):
        await database.save(replace(stored(name, at=at, text=text, origin=Origin.DECLINED), user=user))
    await database.prefer(ANN, Preferences(Level.EXPERT))
    await database.close()


def ids(folder: Path) -> list[str]:
    """The answers that are kept in a folder."""

    async def read() -> list[str]:
        database = Database(address("", folder))
        try:
            return [one.id for one in await database.recent(ROOM)]
        finally:
            await database.close()

    return asyncio.run(read())


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data of an owner."""
    data = tmp_path / "data"
    monkeypatch.setenv("BOT_DATA", str(data))
    monkeypatch.setenv("DATABASE_URL", "")
    monkeypatch.chdir(tmp_path)
    asyncio.run(_fill(data))
    return data


@pytest.fixture
def run(folder: Path) -> Run:
    """Types a command; `typed` is what is answered to its questions."""
    assert folder.is_dir()
    return lambda *args, typed="": CliRunner().invoke(app, [str(one) for one in args], input=typed)


def refused(result: Result, status: int, *said: str) -> None:
    """It ended with one sentence on standard error, and no traceback."""
    assert result.exit_code == status, result.output
    assert isinstance(result.exception, SystemExit)
    assert result.stderr.count("\n") == 1
    for each in said:
        assert each in result.stderr


def leftovers(folder: Path) -> list[str]:
    """Files that were begun and not finished."""
    return [one.name for one in folder.rglob("*.part")]


class TestBackup:
    def test_a_backup_goes_into_another_database(
        self, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        done = run("data", "backup", tmp_path / "all.zip")
        assert done.exit_code == 0
        assert "3 turns" in done.stdout
        assert stat.S_IMODE((tmp_path / "all.zip").stat().st_mode) == 0o600
        monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'other' / 'memory.sqlite'}")
        restored = run("data", "restore", tmp_path / "all.zip")
        assert restored.exit_code == 0
        assert ids(tmp_path / "other") == ["a", "b", "c"]

    def test_what_is_there_is_not_given_up_unasked(self, run: Run, folder: Path, tmp_path: Path) -> None:
        run("data", "backup", tmp_path / "all.zip")
        refused(run("data", "restore", tmp_path / "all.zip"), 2, "not empty", "--replace")
        assert run("data", "forget", ANN, "--yes").exit_code == 0
        assert run("data", "restore", tmp_path / "all.zip", "--replace").exit_code == 0
        assert ids(folder) == ["a", "b", "c"]

    @pytest.mark.parametrize(
        ("path", "said"),
        [("nowhere.zip", "no file"), (".", "not a whole backup"), ("data/memory.sqlite", "not a whole backup")],
    )
    def test_a_wrong_path_is_said(self, run: Run, folder: Path, path: str, said: str) -> None:
        refused(run("data", "restore", path, "--replace"), 2, said)
        assert ids(folder) == ["a", "b", "c"]

    @pytest.mark.parametrize("harm", ["half", "flipped", "empty", "other"])
    def test_a_damaged_backup_changes_nothing(self, run: Run, folder: Path, tmp_path: Path, harm: str) -> None:
        run("data", "backup", tmp_path / "all.zip")
        whole = (tmp_path / "all.zip").read_bytes()
        middle = len(whole) // 2
        harmed = {
            "half": whole[:middle],
            "flipped": whole[:100] + bytes([whole[100] ^ 0xFF]) + whole[101:],
            "empty": b"",
            "other": b"term: dropout\n" * 100,
        }[harm]
        (tmp_path / "all.zip").write_bytes(harmed)
        refused(run("data", "restore", tmp_path / "all.zip", "--replace"), 2, "all.zip")
        assert ids(folder) == ["a", "b", "c"]

    @pytest.mark.parametrize("path", [".", "data", "data/memory.sqlite", "data/memory.sqlite/all.zip"])
    def test_a_backup_has_to_be_a_file_of_its_own(self, run: Run, folder: Path, tmp_path: Path, path: str) -> None:
        refused(run("data", "backup", path), 2)
        assert ids(folder) == ["a", "b", "c"]
        assert leftovers(tmp_path) == []

    def test_a_folder_for_it_is_made(self, run: Run, tmp_path: Path) -> None:
        assert run("data", "backup", "new/all.zip").exit_code == 0
        assert (tmp_path / "new" / "all.zip").is_file()
        assert leftovers(tmp_path) == []


class TestMigrate:
    def test_everything_is_copied_and_the_old_one_stays(self, run: Run, folder: Path, tmp_path: Path) -> None:
        done = run("data", "migrate", f"sqlite:///{tmp_path / 'new' / 'memory.sqlite'}")
        assert done.exit_code == 0
        assert "DATABASE_URL" in done.stdout
        assert ids(tmp_path / "new") == ids(folder) == ["a", "b", "c"]

    @pytest.mark.parametrize("url", ["mysql://host/db", "sqlite://", "nonsense"])
    def test_an_address_that_cannot_be_used_is_said(self, run: Run, url: str) -> None:
        refused(run("data", "migrate", url), 2, "DATABASE_URL")

    def test_a_database_is_not_copied_onto_itself(self, run: Run, folder: Path) -> None:
        refused(run("data", "migrate", f"sqlite:///{folder / 'memory.sqlite'}", "--replace"), 2, "in use already")
        assert ids(folder) == ["a", "b", "c"]


class TestAPersonsData:
    def test_an_export_is_json_and_only_that_persons(self, run: Run) -> None:
        shown = run("data", "export", ANN)
        assert shown.exit_code == 0
        data = json.loads(shown.stdout)
        assert [one["id"] for one in data["answers"]] == ["a", "b"]
        assert str(BEN) not in shown.stdout

    def test_an_export_into_a_file_is_its_owners_alone(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "mine.json").write_text("older")
        assert run("data", "export", ANN, "--out", tmp_path / "mine.json").exit_code == 0
        assert len(json.loads((tmp_path / "mine.json").read_text("utf-8"))["answers"]) == 2
        assert stat.S_IMODE((tmp_path / "mine.json").stat().st_mode) == 0o600
        assert leftovers(tmp_path) == []

    @pytest.mark.parametrize("out", ["nowhere/mine.json", "data", "."])
    def test_an_export_that_cannot_be_written_leaves_nothing(self, run: Run, tmp_path: Path, out: str) -> None:
        refused(run("data", "export", ANN, "--out", out), 2, "cannot be written")
        assert leftovers(tmp_path) == []

    @pytest.mark.parametrize("user", ["ann", "@ann", "1", "9" * 20, "1" * 25, "٣" * 18, ""])
    @pytest.mark.parametrize("command", ["export", "forget"])
    def test_nobody_is_named_by_anything_else_than_their_number(self, run: Run, command: str, user: str) -> None:
        refused(run("data", command, user), 2, "Copy User ID")

    @pytest.mark.parametrize("typed", ["y\n", " YES \n"])
    def test_forgetting_is_confirmed(self, run: Run, folder: Path, typed: str) -> None:
        done = run("data", "forget", ANN, typed=typed)
        assert done.exit_code == 0
        assert "1 preferences, 2 answers" in done.stdout
        assert "is gone" in done.stdout
        assert ids(folder) == ["c"]
        assert "Nothing is kept" in run("data", "forget", ANN).stdout

    @pytest.mark.parametrize("typed", ["n\n", "\n", "yeah no\n", ""])
    def test_without_a_yes_nothing_is_deleted(self, run: Run, folder: Path, typed: str) -> None:
        done = run("data", "forget", ANN, typed=typed)
        assert done.exit_code == 0
        assert "Nothing was deleted." in done.stdout
        assert ids(folder) == ["a", "b", "c"]


class TestGaps:
    @pytest.fixture(autouse=True)
    def index(self, small_index: SearchIndex, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(compose, "index", lambda _: LiveIndex(small_index))

    def test_they_are_listed_by_meaning_and_nobody_is_named(self, run: Run) -> None:
        listed = run("gaps")
        assert listed.exit_code == 0
        first, second = listed.stdout.splitlines()
        assert "1.    2 × What is RAFT?" in first
        assert "1 × Why is the sky blue?" in second
        assert not {str(ANN), str(BEN), str(GUILD)} & set(listed.stdout.split())

    def test_a_draft_is_a_file_of_the_glossary(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "drafts").mkdir()
        (tmp_path / "drafts" / "raft.md").write_text(run("gaps", "--draft", 1).stdout, "utf-8")
        [entry] = load(tmp_path / "drafts")
        assert (entry.term, [one.question for one in entry.faq]) == ("RAFT", ["What is RAFT?"])

    @pytest.mark.parametrize("number", [0, 3, -1])
    def test_a_number_that_there_is_not_is_said(self, run: Run, number: int) -> None:
        refused(run("gaps", "--draft", number), 2, "1 to 2")

    def test_without_gaps_it_says_so(self, run: Run) -> None:
        for user in (ANN, BEN):
            run("data", "forget", user, "--yes")
        assert "No gaps" in run("gaps").stdout
        refused(run("gaps", "--draft", 1), 2, "There are no gaps")


COMMANDS = [("data", "backup", "b.zip"), ("data", "export", str(ANN)), ("data", "forget", str(ANN), "--yes")]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_database_that_is_none_is_one_sentence(
    run: Run, folder: Path, tmp_path: Path, command: tuple[str, ...]
) -> None:
    for one in folder.iterdir():
        one.unlink()
    (folder / "memory.sqlite").write_bytes(b"no database at all, " * 1_000)
    refused(run(*command), 2, "cannot be reached")
    assert leftovers(tmp_path) == []


@pytest.mark.parametrize("command", COMMANDS)
def test_a_folder_that_cannot_be_one_is_one_sentence(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("BOT_DATA", str(tmp_path / "file" / "data"))
    refused(run(*command), 1, "BOT_DATA")


@pytest.mark.slow
def test_a_database_that_another_program_holds_is_one_sentence(run: Run, folder: Path) -> None:
    holder = sqlite3.connect(folder / "memory.sqlite", isolation_level=None)
    try:
        holder.execute("BEGIN EXCLUSIVE")
        refused(run("data", "forget", ANN, "--yes"), 2, "cannot be reached")
    finally:
        holder.close()
    assert ids(folder) == ["a", "b", "c"]


def test_what_is_counted_is_said_by_its_name() -> None:
    assert data_command._counted({"admin_log": 2, "turns": 0}) == "2 admin log"
