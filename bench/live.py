"""How soon a changed entry is found in a running process over 10,000 entries, while searches go on.

python bench/live.py [10000]        needs a built index, whose entries and vectors it multiplies
"""

import statistics
import sys
import tempfile
import threading
from dataclasses import replace
from pathlib import Path
from time import perf_counter

PROJECT = Path(__file__).parent.parent
sys.path.insert(0, str(PROJECT))
sys.path.insert(0, str(PROJECT / "bench"))

import numpy as np
from size import BUILT, multiplied

from index import manifest, vectors
from index import segment as store
from index.bm25 import Words
from index.chunking import passages
from index.hot_reload import LiveIndex
from index.search import SearchIndex

QUESTION = "why does my validation loss rise while the training loss keeps falling?"


def large_index(folder: Path, count: int) -> SearchIndex:
    """Copies of the real entries under numbered names, with the real model beside them."""
    real = SearchIndex(BUILT)
    slugs = real._layers[0].store.slugs()
    entries = []
    for number in range(count):
        entry = real.entry(slugs[number % len(slugs)])
        entries.append(
            replace(
                entry,
                term=f"{entry.term} {number}",
                aliases=tuple(f"{one} {number}" for one in entry.aliases),
                senses=(),
            )
        )
    found = [one for entry in entries for one in passages(entry, lambda text: len(text) // 4)]
    vectors.write(multiplied(len(found)), folder / "v.faiss")
    store.write(folder / "p.sqlite", entries, found)
    Words.of(one.searchable for one in found).write(folder / "w")
    names = {"vectors": "v.faiss", "passages": "p.sqlite", "words": "w"}
    files = {role: manifest.adopt(folder, role, folder / name) for role, name in names.items()}
    made = replace(real.manifest, entries=len(entries), passages=len(found), files=files)
    made.write(folder)
    print(f"{len(entries)} entries, {len(found)} passages")
    return SearchIndex(folder, embedder=real.embedder)


def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        live = LiveIndex(large_index(Path(folder), count))
        live.current.search(QUESTION)
        entry = SearchIndex(BUILT).entry("dropout")
        stop, times = threading.Event(), []

        def search() -> None:
            while not stop.is_set():
                started = perf_counter()
                live.current.search(QUESTION)
                times.append(1000 * (perf_counter() - started))

        thread = threading.Thread(target=search)
        thread.start()
        changes = []
        for number in range(5):
            started = perf_counter()
            live.change(
                [
                    replace(
                        entry, term=f"freshly made {number}", aliases=(), plain=f"Something quite new, number {number}."
                    )
                ]
            )
            found = live.current.search(f"freshly made {number}").hits[0].passage.term
            changes.append(perf_counter() - started)
            assert found == f"freshly made {number}", found
        stop.set()
        thread.join()
    print(f"found after a change: {', '.join(f'{one:.2f}' for one in changes)} s (under 2 s)")
    print(f"searches meanwhile: {len(times)}, median {statistics.median(times):.1f} ms, slowest {max(times):.0f} ms")


if __name__ == "__main__":
    np.random.seed(0)
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
