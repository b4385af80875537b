"""Answers go on while the database is full, locked, damaged or gone: defaults, one warning, and recovery by itself."""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from postgres_server import PostgresServer
from state_samples import ANN, BEN, GUILD, ROOM, stored

from bot.state import store
from bot.state.circuit_breaker import CircuitBreaker, Patience
from bot.state.database import Database
from bot.state.database_url import FILE, address
from bot.state.values import Limits, Preferences, Rate, ServerSettings, StoredAnswer
from corpus.entry import Level

IMPATIENT = Patience(answer_s=2, person_s=20, first_retry_s=0.05, longest_retry_s=0.2, quiet_period_s=0)
SECRET = "nobody may read this in a log"


def asked(name: str, user: int = ANN) -> StoredAnswer:
    return stored(name, user, at=datetime.now(UTC), text=SECRET)


@asynccontextmanager
async def guarded(url: str, folder: Path, patience: Patience = IMPATIENT) -> AsyncIterator[CircuitBreaker]:
    memory = CircuitBreaker(Database(address(url, folder)), patience)
    await memory.start()
    try:
        yield memory
    finally:
        await memory.close()


async def until(condition: Callable[[], Awaitable[object] | object], seconds: float = 300) -> None:
    async with asyncio.timeout(seconds):
        while True:
            value = condition()
            if await value if isinstance(value, Awaitable) else value:
                return
            await asyncio.sleep(0.02)


async def saved(memory: CircuitBreaker, answer: StoredAnswer) -> None:
    """Saves an answer and waits until it is written, or cannot be."""
    await memory.save(answer)
    await memory.written(answer.id)


async def goes_on_without(memory: CircuitBreaker) -> None:
    """Every method of the door, none of which may raise."""
    limits = Limits(Rate(1, 1e-6))
    await saved(memory, asked("while-off"))
    await memory.judge("while-off", ANN, False)
    await memory.prefer(BEN, Preferences(Level.ELI5))
    await memory.set_server(GUILD, ServerSettings(listening=True), ANN)
    assert not await memory.forget(ANN)
    assert not await memory.forget_guild(GUILD)
    assert [(await memory.allow(BEN, GUILD, limits)).allowed for _ in range(2)] == [True, False]
    for reading in (memory.recent(ROOM), memory.gaps(), memory.changes(GUILD)):
        assert isinstance(await reading, list | tuple)
    await memory.server(GUILD)
    await memory.export(ANN)


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [one.getMessage() for one in caplog.records if one.levelno >= logging.WARNING]


def tells_nothing(caplog: pytest.LogCaptureFixture) -> None:
    assert SECRET not in caplog.text
    assert str(ANN) not in caplog.text
    assert str(BEN) not in caplog.text


async def test_a_full_disk_is_read_and_written_again_when_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "bot")
    with monkeypatch.context() as patched:
        patched.setattr(store, "_PRAGMAS", (*store._PRAGMAS, "PRAGMA max_page_count=80"))
        async with guarded("", tmp_path) as memory:
            await memory.prefer(ANN, Preferences(Level.EXPERT))
            number = 0
            while memory.working:
                await saved(memory, asked(f"a{number}"))
                number += 1
            assert 5 < number < 500
            assert (await memory.answer("a0")) is not None, "what is there can still be read"
            assert await memory.preferences(ANN) == Preferences(Level.EXPERT)
            await asyncio.sleep(0.5)  # some tries to recover
            assert not memory.working
            await goes_on_without(memory)
            patched.undo()
            await until(lambda: memory.working)
            await saved(memory, asked("after"))
            assert await memory.answer("after")
            assert await memory.answer(f"a{number - 2}")
            assert len(warnings(caplog)) == 1
            assert "memory is off" in warnings(caplog)[0]
            tells_nothing(caplog)


async def test_a_locked_file_is_read_and_written_again_when_it_is_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(store, "BUSY_S", 0.1)
    async with guarded("", tmp_path) as memory:
        await saved(memory, asked("before"))
        other = sqlite3.connect(tmp_path / FILE, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        await saved(memory, asked("lost"))
        assert not memory.working
        assert await memory.answer("before"), "a locked file can still be read"
        await goes_on_without(memory)
        other.execute("ROLLBACK")
        other.close()
        await until(lambda: memory.working)
        await saved(memory, asked("after"))
        assert [one.id for one in await memory.recent(ROOM)] == ["before", "after"]
        assert len(warnings(caplog)) == 1


@pytest.mark.parametrize("harm", ["text", "half", "holes"])
async def test_a_damaged_file_is_moved_aside_and_a_new_one_made(
    tmp_path: Path, harm: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / FILE
    async with guarded("", tmp_path) as memory:
        for number in range(50):
            await saved(memory, asked(f"a{number}"))
    whole = path.read_bytes()
    if harm == "text":
        path.write_text("This was a database once. " * 1000)
    elif harm == "half":
        path.write_bytes(whole[: len(whole) // 2])
    else:
        path.write_bytes(whole[:100] + bytes(len(whole) - 100))
    damaged = path.read_bytes()
    async with guarded("", tmp_path) as memory:
        await saved(memory, asked("first"))
        await memory.recent(ROOM)
        await until(lambda: memory.working)
        await saved(memory, asked("after"))
        assert await memory.answer("after")
        (aside,) = tmp_path.glob(f"{FILE}.damaged-*Z")
        assert aside.read_bytes() == damaged
        assert len(warnings(caplog)) == 1
        tells_nothing(caplog)


async def test_a_lost_postgres_comes_back(postgres: PostgresServer, caplog: pytest.LogCaptureFixture) -> None:
    async with guarded(postgres.new_database(), Path()) as memory:
        await saved(memory, asked("before"))
        postgres.stop()
        try:
            await goes_on_without(memory)
            assert not memory.working
            assert await memory.answer("before") is None
            await asyncio.sleep(0.3)
        finally:
            postgres.start()
        await until(lambda: memory.working)
        await saved(memory, asked("after"))
        assert await memory.answer("after")
        assert len(warnings(caplog)) == 1
        tells_nothing(caplog)


async def test_connections_that_were_cut_are_made_anew_without_a_word(
    postgres: PostgresServer, caplog: pytest.LogCaptureFixture
) -> None:
    async with guarded(postgres.new_database(), Path()) as memory:
        await saved(memory, asked("before"))
        postgres.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
        assert await memory.answer("before")
        assert memory.working
        assert warnings(caplog) == []


async def test_starting_without_a_database_goes_on_and_finds_it_later(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    async with guarded("", tmp_path / "data") as memory:
        assert not memory.working
        await goes_on_without(memory)
        (tmp_path / "data").unlink()
        await until(lambda: memory.working)
        await saved(memory, asked("after"))
        assert await memory.answer("after")
        assert len(warnings(caplog)) == 1


async def test_a_database_of_a_newer_version_is_left_alone(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with guarded("", tmp_path) as memory:
        await saved(memory, asked("before"))
    with sqlite3.connect(tmp_path / FILE) as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'v9999'")
    connection.close()
    async with guarded("", tmp_path) as memory:
        assert await memory.answer("before") is None
        assert not memory.working
    assert "newer version" in warnings(caplog)[0]
    assert not list(tmp_path.glob("*damaged*"))


async def test_one_value_that_cannot_be_kept_does_not_switch_the_memory_off(
    database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with guarded(database_url, Path()) as memory:
        await saved(memory, asked("too-large", user=2**63))
        assert memory.working
        await saved(memory, asked("fits"))
        assert await memory.answer("fits")
        assert len(warnings(caplog)) == 1


async def test_texts_that_databases_refuse_are_kept_all_the_same(database_url: str) -> None:
    async with guarded(database_url, Path()) as memory:
        odd = "nul \x00 and half a pair \ud83d."
        await memory.prefer(ANN, Preferences(role=odd, audience=odd))
        await saved(memory, stored("odd", at=datetime.now(UTC), text=odd))
        assert memory.working
        found = await memory.answer("odd")
        assert found
        assert found.question.text.endswith("and half a pair ?.")
        assert (await memory.preferences(ANN)).role == "nul  and half a pair ?."


async def test_a_failure_soon_after_the_last_is_no_second_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(store, "BUSY_S", 0.05)
    patience = Patience(answer_s=2, first_retry_s=0.02, longest_retry_s=0.1, quiet_period_s=60)
    async with guarded("", tmp_path, patience) as memory:
        for _ in range(2):
            other = sqlite3.connect(tmp_path / FILE, isolation_level=None)
            other.execute("BEGIN EXCLUSIVE")
            await saved(memory, asked("lost"))
            assert not memory.working
            other.execute("ROLLBACK")
            other.close()
            await until(lambda: memory.working)
        assert len(warnings(caplog)) == 1
