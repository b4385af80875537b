"""Writes turns in a process that is killed at random moments, again and again, and checks what is left each time.

python tests/crashing_writer.py DATABASE_URL ROUNDS        prints one JSON object

Each round forks a writer (the libraries are loaded once) that keeps answers, first unfinished and then finished, and reports
every one whose keeping returned. A SIGKILL ends it somewhere in the middle. Then everything reported has to be there, and
beside it at most the turn in flight.
"""

import asyncio
import json
import os
import random
import signal
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parent.parent))

from sqlalchemy import select, text
from state_samples import stored

from bot.state.database import Database
from bot.state.database_url import address
from bot.state.tables import answers, turns


async def write(url: str, round_number: int, report: int) -> None:
    database = Database(address(url, Path()))
    for number in range(100_000):
        one = stored(f"{round_number}-{number}", at=datetime.now(UTC), finished=False)
        await database.save(one)
        os.write(report, f"{one.id} begun\n".encode())
        await database.save(replace(one, finished=True))
        os.write(report, f"{one.id} finished\n".encode())


async def check(url: str, reported: list[str], known: set[str]) -> tuple[list[str], int]:
    """What is wrong, and how many turns beyond the reported ones are there."""
    database = Database(address(url, Path()))
    try:
        wrong = []
        async with database.store.reading() as connection:
            if database.store.is_file and await connection.scalar(text("PRAGMA quick_check")) != "ok":
                wrong.append("the file is damaged")
            found = {row.id: row for row in await connection.execute(select(turns.c.id, turns.c.finished, answers.c.n)
                     .join(answers, answers.c.n == turns.c.n, isouter=True))}  # fmt: skip
        wrong += [f"{one} has no answer" for one, row in found.items() if row.n is None]
        for line in reported:
            name, state = line.split()
            if name not in found or (state == "finished" and not found[name].finished):
                wrong.append(f"{line} is lost")
        names = {line.split()[0] for line in reported}
        beyond = set(found) - known - names
        known |= set(found)
        return wrong, len(beyond)
    finally:
        await database.close()


def one_round(url: str, number: int, chance: random.Random) -> list[str]:
    """The lines that a writer reported before it was killed."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        asyncio.run(write(url, number, writing))
        os._exit(0)
    os.close(writing)
    # The first line comes when the database is open; from then on every moment is as likely.
    heard = os.read(reading, 65_536)
    time.sleep(chance.uniform(0, 0.03))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    while more := os.read(reading, 65_536):
        heard += more
    os.close(reading)
    return heard.decode().splitlines()


def main(url: str, rounds: int) -> None:
    chance, known = random.Random(7), set[str]()
    result = {"rounds": 0, "reported": 0, "finished": 0, "in_flight": 0, "wrong": []}
    for number in range(rounds):
        lines = one_round(url, number, chance)
        wrong, beyond = asyncio.run(check(url, lines, known))
        result["rounds"] += 1
        result["reported"] += len(lines)
        result["finished"] += sum(line.endswith("finished") for line in lines)
        result["in_flight"] = max(result["in_flight"], beyond)
        result["wrong"] += wrong
    print(json.dumps(result))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
