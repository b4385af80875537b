"""Backup, restore and move: between both kinds of database, and what damaged or misplaced files do."""

import stat
from pathlib import Path
from zipfile import ZipFile

import pytest
from postgres_server import PostgresServer
from sqlalchemy import select
from state_samples import ANN, BEN, GUILD, START, Clock, stored

from bot.state.backup import backup, move, restore
from bot.state.database import Database
from bot.state.database_url import address
from bot.state.errors import UnusableBackup
from bot.state.tables import metadata
from bot.state.values import Limits, Preferences, Rate, ServerSettings
from bot.tutor.dialogue import Origin
from corpus.entry import Level


async def filled(database: Database) -> Database:
    """Something in every table."""
    await database.left_guild(GUILD + 1)
    await database.prefer(ANN, Preferences(Level.EXPERT, "poet", "a manager"))
    await database.set_server(GUILD, ServerSettings(frozenset({5}), True), BEN)
    for number in range(603):
        await database.save(stored(f"a{number}", (ANN, BEN)[number % 2], origin=list(Origin)[number % 3]))
    await database.judge("a1", ANN, False)
    await database.entries.write(GUILD, {"dropout": "---\nterm: dropout\n---\n", "bias": "text"}, ANN)
    await database.entries.write(GUILD, {"bias": None}, ANN)
    await database.allow(ANN, GUILD, Limits(Rate(3, 0.1), Rate(9, 0.1)))
    await database.claims("sweep", START - START)
    return database


async def contents(database: Database) -> dict[str, list[tuple[object, ...]]]:
    async with database.store.reading() as connection:
        return {
            table.name: [tuple(row) for row in await connection.execute(select(table).order_by(*table.primary_key))]
            for table in metadata.sorted_tables
        }


def sqlite(path: Path) -> Database:
    return Database(address("", path), clock=Clock())


@pytest.mark.slow
async def test_from_sqlite_to_postgres_and_back_nothing_changes(tmp_path: Path, postgres: PostgresServer) -> None:
    first, last = sqlite(tmp_path / "first"), sqlite(tmp_path / "last")
    middle = Database(address(postgres.new_database(), tmp_path), clock=Clock())
    try:
        before = await contents(await filled(first))
        assert all(rows for table, rows in before.items() if table != "installation"), "every table has rows"
        copied = await move(first.store, middle.store)
        assert copied.rows == {name: len(rows) for name, rows in before.items()}
        assert await contents(middle) == before
        await move(middle.store, last.store)
        assert await contents(last) == before
        await middle.save(stored("new"))
        await middle.set_server(GUILD, ServerSettings(), BEN)
        assert [one.id for one in await middle.recent(stored("new").place)][-1] == "new", "numbers go on after the last"
        assert (await middle.changes(GUILD))[0].kind == "settings"
    finally:
        for each in (first, middle, last):
            await each.close()


async def test_a_backup_is_private_and_taken_while_others_write(database: Database, tmp_path: Path) -> None:
    await database.save(stored("a"))
    path = tmp_path / "backup.zip"
    path.write_text("an older one")
    async with database.store.writing() as connection:
        assert not connection.closed
        copied = await backup(database.store, path)
    assert copied.rows["turns"] == 1
    assert copied.total == 3, "a conversation, a turn and an answer"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in tmp_path.iterdir() if "backup" in one.name] == ["backup.zip"]


async def test_restoring_needs_an_empty_database_or_a_word(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "backup.zip"
    await database.save(stored("old"))
    await backup(database.store, path)
    await database.save(stored("newer"))
    with pytest.raises(UnusableBackup, match="not empty"):
        await restore(database.store, path)
    assert await database.answer("newer")
    await restore(database.store, path, replace=True)
    assert await database.answer("old") == stored("old")
    assert await database.answer("newer") is None


@pytest.mark.parametrize("harm", ["cut", "flipped", "altered", "newer", "text", "absent"])
async def test_a_file_that_is_no_whole_backup_changes_nothing(database: Database, tmp_path: Path, harm: str) -> None:
    await database.save(stored("present"))
    path = tmp_path / "backup.zip"
    await backup(database.store, path)
    spoil(path, harm)
    with pytest.raises(UnusableBackup) as told:
        await restore(database.store, path, replace=True)
    assert str(told.value).endswith(".")
    assert await database.answer("present") == stored("present")


def spoil(path: Path, harm: str) -> None:
    whole = path.read_bytes()
    if harm == "cut":
        path.write_bytes(whole[: len(whole) // 2])
    elif harm == "flipped":
        place = whole.index(b"turns.jsonl") + 50  # in its content
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
    elif harm == "text":
        path.write_text("not a zip")
    elif harm == "absent":
        path.unlink()
    else:
        with ZipFile(path) as old:
            files = {name: old.read(name) for name in old.namelist()}
        if harm == "altered":
            files["turns.jsonl"] = files["turns.jsonl"].replace(b"present", b"changed")
        else:
            files["manifest.json"] = files["manifest.json"].replace(b'"v0002"', b'"v9999"')
        with ZipFile(path, "w") as new:
            for name, content in files.items():
                new.writestr(name, content)


async def test_where_no_backup_can_be_written_it_says_so(database: Database, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UnusableBackup, match="cannot be written"):
        await backup(database.store, tmp_path / "file" / "backup.zip")
