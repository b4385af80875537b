"""Forgetting, expiry, pauses and names in logs: what is left in the tables afterwards."""

import asyncio
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select
from state_samples import ANN, BEN, GUILD, LETTERBOX, ROOM, START, Clock, stored

from bot.state.circuit_breaker import CircuitBreaker, Patience
from bot.state.database import Database
from bot.state.tables import metadata
from bot.state.values import Limits, Place, Preferences, Rate, ServerSettings, Swept
from bot.tutor.dialogue import Origin

LIMITS = Limits(Rate(5, 0.1), Rate(50, 0.1))


async def everything(database: Database) -> dict[str, list[str]]:
    async with database.store.reading() as connection:
        return {
            table.name: [repr(tuple(row)) for row in await connection.execute(select(table))]
            for table in metadata.sorted_tables
        }


async def busy(database: Database, user: int) -> None:
    """Something of a person wherever something of a person can be."""
    await database.prefer(user, Preferences(role="poet"))
    await database.save(stored(f"room-{user}", user, ROOM, origin=Origin.DECLINED))
    await database.save(stored(f"box-{user}", user, Place(user % 1000, 0)))
    await database.judge(f"box-{user}", user, False)
    await database.allow(user, GUILD, LIMITS)
    await database.set_server(GUILD, ServerSettings(listen_minutes=user % 60), user)
    await database.entries.write(GUILD, {f"by-{user % 60}": "text"}, user)


async def test_no_row_names_a_forgotten_person(database: Database) -> None:
    await busy(database, ANN)
    await busy(database, BEN)
    before = await everything(database)
    assert sum(str(ANN) in row for rows in before.values() for row in rows) == 9
    await database.forget(ANN)
    after = await everything(database)
    assert [row for rows in after.values() for row in rows if str(ANN) in row] == []
    assert [len(after[name]) for name in ("users", "turns", "feedback", "gaps", "conversations")] == [1, 2, 1, 2, 2], (
        "the room is still everybody's"
    )
    assert len(after["entry_versions"]) == 2


async def test_a_forgotten_persons_text_is_not_in_the_file_any_more(tmp_path: Path, clock: Clock) -> None:
    from bot.state.database_url import FILE, address

    database = Database(address("", tmp_path), clock=clock)
    await database.save(stored("a", text="the weightiest of my secrets"))
    await database.save(stored("b", BEN))
    await database.forget(ANN)
    await database.close()
    for path in tmp_path.glob(f"{FILE}*"):
        assert b"weightiest" not in path.read_bytes(), path.name


async def test_an_answer_that_was_under_way_when_its_asker_was_forgotten_is_not_kept(
    database: Database, clock: Clock
) -> None:
    under_way = stored("a", at=clock())
    clock.move(seconds=1)
    await database.forget(ANN)
    await database.save(under_way)
    assert await database.answer("a") is None
    await database.save(stored("b", at=clock.move(seconds=1)))
    assert await database.answer("b")


async def test_forgetting_while_keeping_leaves_nothing_behind(database: Database, clock: Clock) -> None:
    keeping = [database.save(stored(f"a{number}", at=clock())) for number in range(30)]
    await asyncio.gather(*keeping[:15], database.forget(ANN), *keeping[15:])
    assert list(await database.recent(ROOM)) == []


async def test_what_has_expired_is_not_shown_and_then_deleted(database: Database, clock: Clock) -> None:
    await database.save(stored("old", at=START, origin=Origin.DECLINED, finished=True))
    await database.save(stored("broken-off", at=START, finished=False, place=LETTERBOX))
    await database.allow(ANN, GUILD, LIMITS)
    await database.set_server(GUILD, ServerSettings(listening=True), ANN)
    await database.prefer(ANN, Preferences(role="poet"))
    clock.move(days=20)
    await database.save(stored("new", at=clock(), origin=Origin.DECLINED))
    assert len(await database.recent(ROOM)) == 2
    clock.move(days=10, seconds=1)
    assert [one.id for one in await database.recent(ROOM)] == ["new"]
    assert await database.answer("old") is None
    assert len(await database.gaps()) == 1
    assert await database.sweep() == Swept(answers=2, gaps=1, allowances=2, changes=0)
    after = await everything(database)
    assert {name: len(after[name]) for name in ("turns", "answers", "gaps", "conversations", "users")} == {
        "turns": 1,
        "answers": 1,
        "gaps": 1,
        "conversations": 1,
        "users": 1,
    }
    assert await database.sweep() == Swept()


async def test_old_lines_of_the_log_go_unless_entries_stand_on_them(database: Database, clock: Clock) -> None:
    await database.set_server(GUILD, ServerSettings(listening=True), ANN)
    await database.entries.write(GUILD, {"a": "text"}, ANN)
    clock.move(days=366)
    assert (await database.sweep()).changes == 1
    assert [one.kind for one in await database.changes(GUILD)] == ["entries"]
    assert len(await database.entries.of(GUILD)) == 1


async def test_many_expired_answers_go_in_little_steps(database: Database, clock: Clock) -> None:
    for number in range(1100):
        await database.save(stored(f"a{number}"))
    clock.move(days=31)
    assert (await database.sweep()).answers == 1100


async def test_one_of_several_processes_does_a_job(database: Database, clock: Clock) -> None:
    others = [Database(database.store.url, clock=clock) for _ in range(3)]
    every = timedelta(hours=1)
    claims = await asyncio.gather(*(each.claims("sweep", every) for each in (database, *others)))
    assert sum(claims) == 1
    clock.move(minutes=59)
    assert not await others[0].claims("sweep", every)
    clock.move(minutes=1)
    assert await others[0].claims("sweep", every)
    for each in others:
        await each.close()


async def test_the_guard_sweeps_by_itself(database_url: str, tmp_path: Path, clock: Clock) -> None:
    from bot.state.database_url import address

    database = Database(address(database_url, tmp_path), clock=clock)
    await database.save(stored("old"))
    clock.move(days=31)
    memory = CircuitBreaker(database, Patience(sweep_every_s=0.01))
    await memory.start()
    async with asyncio.timeout(300):
        while (await everything(database))["turns"]:
            clock.move(hours=1)
            await asyncio.sleep(0.02)
    await memory.close()


async def test_what_belongs_to_a_server_goes_a_week_after_it_removed_the_bot(database: Database, clock: Clock) -> None:
    await database.set_server(GUILD, ServerSettings(listening=True), ANN)
    await database.entries.write(GUILD, {"a": "text"}, ANN)
    await database.save(stored("declined", origin=Origin.DECLINED))
    assert await database.known_guilds() == {GUILD}
    await database.left_guild(GUILD)
    assert await database.known_guilds() == set()
    clock.move(days=3)
    await database.left_guild(GUILD)  # the first time counts
    clock.move(days=3.5)
    assert (await database.sweep()).guilds == 0
    clock.move(days=1)
    assert (await database.sweep()).guilds == 1
    kept = await everything(database)
    assert not any(
        kept[table] for table in ("guilds", "guild_entries", "entry_versions", "gaps", "turns", "departures")
    )


async def test_who_invites_the_bot_again_in_time_finds_everything(database: Database, clock: Clock) -> None:
    await database.set_server(GUILD, ServerSettings(listening=True), ANN)
    await database.left_guild(GUILD)
    clock.move(days=6)
    await database.joined_guilds([GUILD, *range(2_000)])
    clock.move(days=8)
    assert (await database.sweep()).guilds == 0
    assert (await database.server(GUILD)).listening
