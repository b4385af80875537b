"""A server's own entries: versions, who made them, undo; what several admins do at once; and that no server sees another's."""

import asyncio

import pytest
from state_samples import ANN, BEN, GUILD, Clock

from bot.state.database import Database
from bot.state.errors import Conflict, StorageOff
from bot.state.values import GuildEntry

OTHER = GUILD + 1


async def texts(database: Database, guild: int = GUILD) -> dict[str, str]:
    return {one.slug: one.text for one in await database.entries.of(guild)}


async def test_entries_are_added_changed_and_removed_with_who_and_when(database: Database, clock: Clock) -> None:
    first = await database.entries.write(GUILD, {"dropout": "one", "bias": "b"}, ANN)
    later = clock.move(minutes=5)
    second = await database.entries.write(GUILD, {"dropout": "two", "bias": None}, BEN)
    assert await texts(database) == {"dropout": "two"}
    assert await database.entries.of(GUILD) == [GuildEntry("dropout", "two", 2, second.id, BEN, later)]
    assert [(one.text, one.version, one.by) for one in await database.entries.history(GUILD, "dropout")] == [
        ("two", 2, BEN),
        ("one", 1, ANN),
    ]
    assert (await database.entries.history(GUILD))[0].text == ""
    assert [one.what for one in await database.changes(GUILD)] == [
        "changed dropout; removed bias",
        "added dropout, bias",
    ]
    assert first.id < second.id


async def test_undo_brings_a_whole_change_back_and_can_be_undone(database: Database) -> None:
    await database.entries.write(GUILD, {"a": "1"}, ANN)
    change = await database.entries.write(GUILD, {"a": "2", "b": "new"}, ANN)
    undone = await database.entries.undo(GUILD, change.id, BEN)
    assert await texts(database) == {"a": "1"}
    assert undone.what == f"undid change {change.id}: changed a; removed b"
    await database.entries.undo(GUILD, undone.id, BEN)
    assert await texts(database) == {"a": "2", "b": "new"}
    with pytest.raises(Conflict, match="changed again"):
        await database.entries.undo(GUILD, change.id, BEN)


async def test_undoing_a_removal_brings_the_entry_back(database: Database) -> None:
    await database.entries.write(GUILD, {"a": "1"}, ANN)
    removed = await database.entries.write(GUILD, {"a": None}, ANN)
    await database.entries.undo(GUILD, removed.id, ANN)
    assert await texts(database) == {"a": "1"}


async def test_no_server_sees_or_undoes_what_is_anothers(database: Database) -> None:
    mine = await database.entries.write(GUILD, {"a": "mine"}, ANN)
    await database.entries.write(OTHER, {"a": "theirs", "b": "theirs"}, BEN)
    assert await texts(database) == {"a": "mine"}
    assert await texts(database, OTHER) == {"a": "theirs", "b": "theirs"}
    assert {one.text for one in await database.entries.history(GUILD)} == {"mine"}
    with pytest.raises(Conflict, match="no such change"):
        await database.entries.undo(OTHER, mine.id, BEN)
    assert await texts(database) == {"a": "mine"}
    assert len(await database.changes(GUILD)) == 1


async def test_an_edit_of_what_somebody_changed_meanwhile_is_refused_whole(database: Database) -> None:
    await database.entries.write(GUILD, {"a": "1"}, ANN, expected={"a": 0})
    await database.entries.write(GUILD, {"a": "2"}, BEN, expected={"a": 1})
    for expected in ({"a": 1}, {"a": 0}):
        with pytest.raises(Conflict, match="somebody else"):
            await database.entries.write(GUILD, {"a": "3", "b": "new"}, ANN, expected=expected)
    assert await texts(database) == {"a": "2"}
    await database.entries.write(GUILD, {"a": None}, ANN)
    await database.entries.write(GUILD, {"a": "again"}, ANN, expected={"a": 0})
    assert await texts(database) == {"a": "again"}


async def test_an_upload_is_applied_whole_and_quickly_told_from_others(database: Database) -> None:
    upload = {f"term-{number}": f"text {number}" for number in range(1201)}
    before = await database.entries.latest()
    change = await database.entries.write(GUILD, upload, ANN)
    assert before == {}
    assert await database.entries.latest() == {GUILD: change.id}
    assert change.what == "added 1201 entries"
    assert await texts(database) == upload
    await database.entries.undo(GUILD, change.id, ANN)
    assert await texts(database) == {}


async def test_changes_at_the_same_time_keep_every_version(database: Database, clock: Clock) -> None:
    other = Database(database.store.url, clock=clock)
    await asyncio.gather(
        *(each.entries.write(GUILD, {"a": f"{number}"}, ANN) for each in (database, other) for number in range(8))
    )
    await other.close()
    assert sorted(one.version for one in await database.entries.history(GUILD, "a")) == list(range(1, 17))
    assert (await database.entries.of(GUILD))[0].version == 16


async def test_a_server_that_is_left_takes_everything_with_it(database: Database) -> None:
    for guild in (GUILD, OTHER):
        await database.entries.write(guild, {"a": "text"}, ANN)
    await database.forget_guild(GUILD)
    assert await texts(database) == {}
    assert await database.entries.history(GUILD) == []
    assert list(await database.changes(GUILD)) == []
    assert await texts(database, OTHER) == {"a": "text"}


async def test_a_change_that_could_not_be_saved_says_so(database: Database) -> None:
    async with database.store.writing() as connection:
        await connection.exec_driver_sql("DROP TABLE guild_entries")
    with pytest.raises(StorageOff, match="Try again"):
        await database.entries.write(GUILD, {"a": "text"}, ANN)
    assert list(await database.changes(GUILD)) == []
