"""Answers on their way into the database: known at once, written together, and not lost while it is away."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from state_samples import ANN, BEN, GUILD, ROOM, stored

from bot.state import write_queue
from bot.state.values import StoredAnswer
from bot.state.write_queue import MAX_BATCH, WriteQueue


@dataclass
class Written:
    """A database that can be away, and what it was given."""

    away: bool = False
    batches: list[list[str]] = field(default_factory=list)

    async def __call__(self, answers: Sequence[StoredAnswer]) -> bool:
        await asyncio.sleep(0)
        if self.away:
            return False
        self.batches.append([answer.id for answer in answers])
        return True


async def test_what_comes_together_is_written_together_and_known_at_once() -> None:
    written = Written()
    queue = WriteQueue(written)
    for number in range(MAX_BATCH + 5):
        queue.add(stored(f"a{number}"))
    assert queue.get("a3") is not None
    assert [answer.id for answer in queue.in_place(ROOM)][:2] == ["a0", "a1"]
    await queue.all_written(5)
    assert [len(batch) for batch in written.batches] == [MAX_BATCH, 5]
    assert queue.get("a3") is None
    await queue.close(1)


async def test_only_the_newest_state_of_an_answer_is_written() -> None:
    written = Written()
    queue = WriteQueue(written)
    queue.add(stored("a", finished=False))
    queue.add(stored("a"))
    await queue.written("a", 5)
    assert written.batches == [["a"]]
    await queue.close(1)


async def test_while_the_database_is_away_answers_wait_in_a_private_file_for_the_next_start(tmp_path: Path) -> None:
    path, written = tmp_path / "unsaved", Written(away=True)
    queue = WriteQueue(written, path)
    queue.add(stored("a"))
    await queue.written("a", 5)
    queue.add(stored("b", BEN))
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(path.read_text("utf-8").splitlines()) == 2
    await queue.close(0.05)
    again = Written()
    queue = WriteQueue(again, path)
    queue.start()
    assert queue.get("b") == stored("b", BEN)
    await queue.all_written(5)
    assert again.batches == [["a", "b"]]
    await queue.close(1)
    assert not path.exists()


async def test_it_is_written_when_the_database_is_back(tmp_path: Path, monkeypatch: object) -> None:
    write_queue.RETRY_S, before = 0.01, write_queue.RETRY_S
    try:
        written = Written(away=True)
        queue = WriteQueue(written, tmp_path / "unsaved")
        queue.add(stored("a"))
        await queue.written("a", 5)
        assert not written.batches
        written.away = False
        async with asyncio.timeout(10):
            while (tmp_path / "unsaved").exists():
                await asyncio.sleep(0.01)
        assert written.batches == [["a"]]
        await queue.close(1)
    finally:
        write_queue.RETRY_S = before


async def test_who_is_forgotten_is_forgotten_here_too(tmp_path: Path) -> None:
    path = tmp_path / "unsaved"
    queue = WriteQueue(Written(away=True), path)
    for name, user in (("a", ANN), ("b", BEN)):
        queue.add(stored(name, user))
    await queue.all_written(5)
    queue.forget(ANN)
    assert queue.get("a") is None
    assert str(ANN) not in path.read_text("utf-8")
    queue.forget_guild(GUILD)
    assert queue.get("b") is None
    assert path.read_text("utf-8") == ""
    await queue.close(0.05)


async def test_nothing_of_who_paused_is_shown_or_put_aside(tmp_path: Path) -> None:
    path = tmp_path / "unsaved"
    queue = WriteQueue(Written(away=True), path, is_hidden={ANN}.__contains__)
    queue.add(stored("a"))
    await queue.written("a", 5)
    assert queue.get("a") is None
    assert queue.in_place(ROOM) == []
    assert path.read_text("utf-8") == ""
    await queue.close(0.05)
