"""`python -m bot data …` and `python -m bot gaps` over real files: what they print and what they do."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from hashing_embedder import HashingEmbedder
from rich.console import Console
from state_samples import ANN, BEN, ROOM, stored

from bot.cli import data as data_command
from bot.state.database import Database
from bot.state.database_url import address
from bot.state.errors import UnusableAddress, UnusableBackup
from bot.tutor.dialogue import Origin
from bot.tutor.errors import UnusableQuestion


def told(folder: Path, command: Callable[[Console, Database], Awaitable[object]]) -> str:
    console = Console(file=StringIO(), width=200, highlight=False)

    async def run() -> None:
        database = Database(address("", folder))
        try:
            await command(console, database)
        finally:
            await database.close()

    asyncio.run(run())
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    declined = stored("a", at=datetime.now(UTC), text="What is RAFT?", origin=Origin.DECLINED)
    told(tmp_path / "data", lambda _, database: database.save(declined))
    return tmp_path / "data"


def answers(folder: Path) -> list[str]:
    found: list[str] = []

    async def read(_: Console, database: Database) -> None:
        found.extend(one.id for one in await database.recent(ROOM))

    told(folder, read)
    return found


def test_a_backup_goes_into_another_folder(folder: Path, tmp_path: Path) -> None:
    file, new = tmp_path / "b.zip", tmp_path / "new"
    text = told(folder, lambda console, database: data_command.write_backup(console, database, file))
    assert "1 turns" in text
    assert str(file) in text

    def restoring(console: Console, database: Database, *, replace: bool = False) -> Awaitable[None]:
        return data_command.read_backup(console, database, file, replace=replace)

    assert "Restored" in told(new, restoring)
    assert answers(new) == ["a"]
    with pytest.raises(UnusableBackup, match="--replace"):
        told(new, restoring)
    assert "Restored" in told(new, lambda *both: restoring(*both, replace=True))


def test_moving_to_another_database(folder: Path, tmp_path: Path) -> None:
    def to(url: str) -> Callable[[Console, Database], Awaitable[None]]:
        return lambda console, database: data_command.move_to(console, database, url, tmp_path, replace=False)

    text = told(folder, to(f"sqlite:///{tmp_path / 'other' / 'memory.sqlite'}"))
    assert "Set DATABASE_URL" in text
    assert answers(tmp_path / "other") == ["a"]
    with pytest.raises(UnusableAddress, match="mysql"):
        told(folder, to("mysql://host/db"))


def test_export_and_forget(folder: Path, tmp_path: Path) -> None:
    exported = json.loads(told(folder, lambda *both: data_command.export(*both, str(ANN), None)))
    assert [one["id"] for one in exported["answers"]] == ["a"]
    file = tmp_path / "mine.json"
    told(folder, lambda *both: data_command.export(*both, str(BEN), file))
    assert json.loads(file.read_text("utf-8"))["answers"] == []
    assert "is gone" in told(folder, lambda *both: data_command.forget(*both, str(ANN), sure=True))
    assert answers(folder) == []
    with pytest.raises(UnusableQuestion, match="Copy User ID"):
        told(folder, lambda *both: data_command.forget(*both, "ann", sure=True))


def test_gaps_are_listed_and_drafted(folder: Path, tmp_path: Path) -> None:
    embed = HashingEmbedder().embed
    listed = told(folder, lambda *both: data_command.show_gaps(*both, embed, None))
    assert "1 × What is RAFT?  (near: dropout)" in listed
    drafted = told(folder, lambda *both: data_command.show_gaps(*both, embed, 1))
    assert drafted.startswith("---\nterm: RAFT\n")
    assert "No gaps" in told(tmp_path / "empty", lambda *both: data_command.show_gaps(*both, embed, None))
