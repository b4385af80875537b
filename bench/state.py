"""What keeping costs: beside an authored answer, in a database with a million turns, and when somebody is forgotten.

python bench/state.py [TURNS]        1,000,000 by default; both SQLite and, where a server is installed, PostgreSQL

Real answers of the glossary, made-up people. The PostgreSQL server is one of its own, on this machine, with its promises
kept (fsync on). Prints Markdown.
"""

import asyncio
import random
import statistics
import sys
import tempfile
from base64 import urlsafe_b64encode
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from itertools import count
from pathlib import Path
from time import perf_counter

PROJECT = Path(__file__).parent.parent
sys.path.insert(0, str(PROJECT))
sys.path.insert(0, str(PROJECT / "tests"))

from postgres_server import MISSING, PostgresServer, binaries
from sqlalchemy import insert, text

from bot.state import serialization as rows
from bot.state.circuit_breaker import CircuitBreaker
from bot.state.database import Database
from bot.state.database_url import address
from bot.state.tables import answers, conversations, turns, users
from bot.state.values import Limits, Place, Preferences, Rate, StoredAnswer
from bot.tutor.dialogue import Answer, Question
from bot.tutor.glossary_answer import explanation
from corpus.entry import Level
from corpus.load import load

USERS = 10_000
CHANNELS = 2_000
HEAVY = 100_000
HEAVY_USER = 10**18 + 7
GUILD = 10**18
LIMITS = Limits(Rate.daily(100_000), Rate.daily(1_000_000))
CHUNK = 2_000


def real_answers() -> list[tuple[Question, Answer]]:
    """Every entry of the glossary, explained at one of the five levels."""
    found = []
    for entry, level in zip(load(PROJECT / "corpus" / "entries"), 1000 * list(Level), strict=False):
        question = Question(f"What is {entry.term}?", level)
        answer = explanation(question, entry, level, entry.related)
        found.append((question, replace(answer, timings_ms={"search": 4.21, "total": 4.9})))
    return found


def answer_id(number: int) -> str:
    """An id like those that surfaces make: 12 characters in no order."""
    return urlsafe_b64encode(blake2b(number.to_bytes(8), digest_size=9).digest()).decode()


def turn_rows(number: int, total: int, chance: random.Random, made: list[tuple[Question, Answer]]) -> list[dict]:
    """Rows of the tables turns and answers. The heavy user asks in bursts, like people do."""
    heavy = (number // 20) % (total // min(HEAVY, total // 2)) == 0
    user = HEAVY_USER if heavy else chance.randrange(USERS)
    question, answer = made[number % len(made)]
    at = datetime.now(UTC) - timedelta(days=29) + timedelta(days=28) * (number / total)
    turn = {
        "n": number + 1, "id": answer_id(number), "channel": chance.randrange(CHANNELS), "user": user,
        "finished": True, "origin": "authored", "at": at,
    }  # fmt: skip
    return [turn, {"n": number + 1, "model": "", "question": question, "answer": answer}]


async def fill(database: Database, total: int, made: list[tuple[Question, Answer]]) -> None:
    chance, now = random.Random(0), datetime.now(UTC)
    as_json = [(rows.question_json(question), rows.answer_json(answer)) for question, answer in made]
    async with database.store.writing() as connection:
        people = [{"user": number, "level": "expert", "role": "", "audience": "", "paused": False, "changed_at": now}
                  for number in [*range(USERS), HEAVY_USER]]  # fmt: skip
        places = [
            {"channel": number, "guild": GUILD, "started_at": now, "latest_at": now} for number in range(CHANNELS)
        ]
        for table, given in ((users, people), (conversations, places)):
            for start in range(0, len(given), CHUNK):
                await connection.execute(insert(table), given[start : start + CHUNK])
    for start in range(0, total, CHUNK):
        both = [turn_rows(number, total, chance, as_json) for number in range(start, min(start + CHUNK, total))]
        async with database.store.writing() as connection:
            await connection.execute(insert(turns), [one for one, _ in both])
            await connection.execute(insert(answers), [one for _, one in both])
    # What a database that has run for a while has done: else it would begin just when the measuring does.
    async with database.store.reading() as connection:
        if database.store.is_file:
            await connection.execute(text("ANALYZE"))
            return
        await connection.execute(text("SELECT setval(pg_get_serial_sequence('turns','n'), :n)"), {"n": total})
        await connection.execute(text("VACUUM ANALYZE"))
        await connection.execute(text("CHECKPOINT"))


async def timed(call: Callable[[], Awaitable[object]], times: int) -> list[float]:
    """Milliseconds of each call."""
    took = []
    for _ in range(times):
        started = perf_counter()
        await call()
        took.append(1000 * (perf_counter() - started))
    return took


def said(took: list[float]) -> str:
    return f"{statistics.median(took):.2f} | {sorted(took)[int(0.95 * len(took))]:.2f}"


async def measure(name: str, url: str, total: int, made: list[tuple[Question, Answer]]) -> None:
    database = Database(address(url, Path()))
    memory = CircuitBreaker(database)
    await memory.start()
    chance, names = random.Random(1), count()

    def kept(finished: bool = True) -> StoredAnswer:
        question, answer = made[chance.randrange(len(made))]
        place = Place(chance.randrange(CHANNELS), GUILD)
        return StoredAnswer(f"new{next(names)}", place, chance.randrange(USERS), question, answer, finished=finished)

    async def one_answer() -> None:
        """What a surface does around an authored answer: look up, count, keep, and keep again with its message."""
        one = kept()
        await memory.preferences(one.user)
        await memory.server(one.place.guild)
        await memory.recent(one.place)
        await memory.allow(one.user, one.place.guild, LIMITS)
        await memory.save(one)

    started = perf_counter()
    await fill(database, total, made)
    filled = perf_counter() - started
    for what, call, times in (
        ("around an authored answer, all together", one_answer, 1000),
        ("of it: preferences", lambda: memory.preferences(chance.randrange(USERS)), 1000),
        ("of it: settings of a server", lambda: memory.server(GUILD), 1000),
        ("of it: last turns of a place", lambda: memory.recent(Place(chance.randrange(CHANNELS), GUILD)), 1000),
        (
            "of it: allowances of a person and a server",
            lambda: memory.allow(chance.randrange(USERS), GUILD, LIMITS),
            1000,
        ),
        ("of it: keeping the answer", lambda: memory.save(kept()), 1000),
        ("an answer by its id (a button)", lambda: memory.answer(answer_id(chance.randrange(total))), 1000),
        ("change of preferences", lambda: memory.prefer(chance.randrange(USERS), Preferences(Level.ELI5)), 300),
    ):
        await timed(call, 20)
        print(f"| {name} | {what} | {said(await timed(call, times))} |", flush=True)
    async with database.store.reading() as connection:
        mine = await connection.scalar(text('SELECT count(*) FROM turns WHERE "user" = :user'), {"user": HEAVY_USER})
    (forgot,) = await timed(lambda: memory.forget(HEAVY_USER), 1)
    print(f"| {name} | forgetting {mine:,} turns of one person | {forgot:.0f} | |", flush=True)
    assert memory.working
    size = database.store.path.stat().st_size / 1e6 if database.store.is_file else 0
    print(f"(filled in {filled:.0f} s{f', {size:.0f} MB' if size else ''})", file=sys.stderr)
    await memory.close()


async def main(total: int) -> None:
    made = real_answers()
    lengths = [len(rows.answer_json(answer)) for _, answer in made]
    print(f"{total:,} turns, {USERS:,} people, {len(made)} answers of {statistics.mean(lengths):.0f} characters each\n")
    print("| database | what | median ms | p95 ms |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        await measure("SQLite", f"sqlite:///{folder}/memory.sqlite", total, made)
    if not binaries():
        print(MISSING)
        return
    server = PostgresServer.started(durable=True)
    try:
        await measure("PostgreSQL", server.new_database(), total, made)
    finally:
        server.remove()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000))
