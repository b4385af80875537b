"""What entries of one server cost: how soon a change is found, what a search takes beside them, and their memory.

python bench/shelves.py [50] [500]        needs a built index; entries of a server are real ones under other names
"""

import gc
import statistics
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter

PROJECT = Path(__file__).parent.parent
sys.path.insert(0, str(PROJECT))

import numpy as np
import psutil

from corpus.entry import Entry
from index.chunking import passages
from index.embed import Vectors
from index.hot_reload import LiveIndex
from index.per_server import Shelves
from index.search import SearchIndex
from index.server_overlay import Contents

BUILT = PROJECT / "index" / "built"
QUESTIONS = (
    "why does my validation loss rise while the training loss keeps falling?",
    "how do I choose a learning rate?",
    "what is the difference between precision and recall?",
    "when would I use dropout rather than weight decay?",
    "what does attention look at?",
)


def own_entries(index: SearchIndex, count: int, start: int = 0) -> list[Entry]:
    """Entries as an admin writes them: a summary and two levels of real entries, under other names."""
    slugs = [one.slug for one in index.headwords()]
    made = []
    for number in range(start, start + count):
        real = index.entry(slugs[number % len(slugs)])
        made.append(
            Entry(
                term=f"{real.term} at home {number}",
                aliases=(f"homely {real.term} {number}",),
                summary=real.summary,
                plain=real.plain,
                practitioner=real.practitioner,
            )
        )
    return made


def searched(index: SearchIndex, rounds: int = 20) -> float:
    """Median milliseconds of a search."""
    times = []
    for _ in range(rounds):
        for question in QUESTIONS:
            started = perf_counter()
            index.search(question)
            times.append(1000 * (perf_counter() - started))
    return statistics.median(times)


def changed(shelves: Shelves, entries: list[Entry]) -> list[float]:
    """Seconds from a change of one entry until it is found, five times."""
    took = []
    for number in range(5):
        fresh = replace(entries[0], term=f"freshly made {number}", aliases=(), plain=f"Something new, number {number}.")
        started = perf_counter()
        shelves.put("server", [*entries, fresh])
        found = shelves.fresh("server").search(f"freshly made {number}").hits[0].passage.term
        took.append(perf_counter() - started)
        assert found == fresh.term, found
    return took


def memory_mb() -> float:
    gc.collect()
    return float(psutil.Process().memory_info().rss) / 1e6


class MadeUp:
    """Random vectors at once, where only their number matters."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        made = np.random.default_rng(1).standard_normal((len(texts), 384), dtype=np.float32)
        return made / np.linalg.norm(made, axis=1, keepdims=True)


def memory(count: int, servers: int = 40) -> tuple[float, int]:
    """Megabytes and passages of a server with so many entries: the difference that many of them make."""
    shelves = Shelves(LiveIndex(SearchIndex(BUILT, embedder=MadeUp())))
    shelves.put("first", own_entries(shelves.current, count))
    before = memory_mb()
    for number in range(1, servers + 1):
        shelves.put(f"server {number}", own_entries(shelves.current, count, 1000 * number))
    view = shelves.laid("passages", Contents(tuple(own_entries(shelves.current, count))))
    return (memory_mb() - before) / servers, len(view.vectors)


def main(count: int, many: int) -> None:
    megabytes, size = memory(count)
    live = LiveIndex(SearchIndex(BUILT))
    shelves = Shelves(live)
    shared = len(live.current.headwords())
    entries = own_entries(live.current, count)
    searched(live.current)
    rows = [(f"memory of a server with {count} entries ({size} passages)", f"{megabytes:.1f} MB")]

    started = perf_counter()
    shelves.put("server", entries)
    rows.append((f"first {count} entries of a server, embedded", f"{perf_counter() - started:.2f} s"))
    took = changed(shelves, entries)
    rows.append((f"one more entry beside {count}: found after, median of 5", f"{statistics.median(took):.2f} s"))
    rows.append(("slowest of the 5 (goal 2 s)", f"{max(took):.2f} s"))
    started = perf_counter()
    shelves.rollback("server")
    rows.append(("back to the version before", f"{perf_counter() - started:.2f} s"))
    live.change([replace(entries[0], term="new for all", aliases=())])
    started = perf_counter()
    shelves.fresh("server")
    rows.append(("laid over a shared index that changed, by the next question", f"{perf_counter() - started:.2f} s"))

    pairs = [(searched(live.current), searched(shelves.fresh("server"))) for _ in range(5)]
    bare, with_own = (statistics.median(column) for column in zip(*pairs, strict=True))
    rows.append((f"search of the shared {shared} entries alone, median", f"{bare:.2f} ms"))
    rows.append((f"search with {count} entries laid over, ratio", f"{with_own / bare:.2f}"))

    entries = own_entries(live.current, many)
    texts = [one.searchable for entry in entries for one in passages(entry, live.current._count)]
    live.current._known.update(zip(texts, MadeUp().embed(texts), strict=True))
    shelves.put("server", entries)
    took = changed(shelves, entries)
    rows.append((f"one more entry beside {many}: found after, median of 5", f"{statistics.median(took):.2f} s"))
    rows.append(("slowest of the 5", f"{max(took):.2f} s"))
    print("| | |\n|---|---|")
    print("\n".join(f"| {what} | {value} |" for what, value in rows))


if __name__ == "__main__":
    main(*(int(one) for one in [*sys.argv[1:], "50", "500"][:2]))
