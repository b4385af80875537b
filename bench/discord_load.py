"""What two hundred people at once see on Discord: `python bench/discord_load.py [--people 200] [--rounds 3]`.

The product runs in a process of its own against the stand-in of tests/discord_wire, which shares the machine with it;
half of the questions go to a tiny random model, whose text never stands. Prints Markdown.
"""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

PROJECT = Path(__file__).parent.parent
sys.path.insert(0, str(PROJECT))
sys.path.insert(0, str(PROJECT / "tests"))

import tiny_model
from discord_app.wired import product, settings
from discord_app.wired_load import Crowd, Seen, family, loaded, percentiles, resident_mb

from bot.tutor import tutor as engine

CONTEXT = 4096


def seconds(values: Sequence[float]) -> str:
    """The median and the 99th percentile as two cells."""
    middle, high = percentiles(values)
    return f"{middle:.2f} s | {high:.2f} s"


def rows(number: int, seen: Sequence[Seen]) -> list[str]:
    """One round as rows of the table: what, p50, p99."""
    acknowledged = [one.acknowledged_s for one in seen if one.acknowledged_s is not None]
    made = [f"| {number} | acknowledged | {seconds(acknowledged)} |"]
    for what, written in (("authored", False), ("to be written", True)):
        group = [one for one in seen if one.written is written]
        made.append(f"| {number} | {what}: first visible text | {seconds([one.first_s for one in group])} |")
        made.append(f"| {number} | {what}: whole | {seconds([one.whole_s for one in group])} |")
        edits = percentiles([one.edits for one in group])
        made.append(f"| {number} | {what}: edits after the first text | {edits[0]:.0f} | {edits[1]:.0f} |")
    return made


async def measure(people: int, rounds: int) -> None:
    """Asks, round by round, and prints what was seen."""
    with tempfile.TemporaryDirectory() as folder:
        model = tiny_model.build(Path(folder) / "model", max_position_embeddings=CONTEXT)
        env = settings(PROJECT / "index" / "built", Path(folder) / "data", str(model))
        async with product(env) as tutor:
            await loaded(tutor)
            crowd = Crowd(tutor, people)
            memory = [[resident_mb(pid) for pid in family(tutor.bot.pid)]]
            sys.stdout.write("| round | | p50 | p99 |\n|---|---|---|---|\n")
            notes = []
            for number in range(1, rounds + 1):
                seen = await crowd.ask()
                sys.stdout.write("\n".join(rows(number, seen)) + "\n")
                notes.append([sum(one.note == note for one in seen) for note in (engine.UNFOUNDED, engine.BUSY)])
                memory.append([resident_mb(pid) for pid in family(tutor.bot.pid)])
            caused, late = len(tutor.discord.limits.caused), len(tutor.discord.late)
            await tutor.bot.stop()
    told = "; ".join(" + ".join(f"{one:.0f}" for one in each) for each in memory)
    sys.stdout.write(f"\nwritten and not standing, busy, by round: {notes}\n429s caused: {caused}, late: {late}\n")
    sys.stdout.write(f"resident MB of the bot and its processes, before and after each round: {told}\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    asyncio.run(measure(given.people, given.rounds))
