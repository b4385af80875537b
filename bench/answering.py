"""How long an answer takes, cold and warm, against bare sentence-transformers and faiss in the same run.

    python bench/answering.py        needs a built index; prints the rows of docs/performance.md

Every figure is the median of alternating runs, because the machine is shared: what disturbs one side disturbs both.
"""

import asyncio
import os
import statistics
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

os.environ["HF_HUB_OFFLINE"] = "1"
PROJECT = Path(__file__).parent.parent
sys.path.insert(0, str(PROJECT))

import faiss

from bot.cli.chat import finished
from bot.tutor.dialogue import Question
from bot.tutor.tutor import Tutor
from index import manifest
from index.hot_reload import LiveIndex
from index.model_files import locate
from index.search import SearchIndex

BUILT = Path(os.environ.get("BOT_INDEX", PROJECT / "index" / "built"))
FREE = "why does my validation loss rise while the training loss keeps falling?"
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "7"))


def seconds(work: Callable[[], object]) -> float:
    started = perf_counter()
    work()
    return perf_counter() - started


def script(*args: str) -> Callable[[], object]:
    return lambda: subprocess.run([sys.executable, *args], cwd=PROJECT, check=True, capture_output=True)


def peak_mb(*args: str) -> float:
    """Peak resident memory of a process, by itself: run in a child that only waits for it."""
    code = "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, capture_output=True); " \
           "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", code, sys.executable, *args], cwd=PROJECT, check=True, capture_output=True, text=True
    )
    return int(done.stdout) / 1024


def medians(rounds: int, **works: Callable[[], object]) -> dict[str, float]:
    """The median of each work's seconds, the works taking turns."""
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            times[name].append(seconds(work))
    return {name: statistics.median(found) for name, found in times.items()}


def cold() -> None:
    made, files = manifest.read(BUILT), locate("all-MiniLM-L6-v2")
    vectors = BUILT / made.files["vectors"].name
    bare = script("bench/baseline_cold.py", str(files.folder), str(vectors), FREE)
    bare()  # the disk's cache is warm for all sides
    found = medians(
        ROUNDS,
        bare=bare,
        free=script("-m", "bot", "ask", FREE),
        term=script("-m", "bot", "ask", "dropout"),
        help=script("-m", "bot", "--help"),
    )
    script_args = ("bench/baseline_cold.py", str(files.folder), str(vectors), FREE)
    rows = (
        ("bare script", "bare", ""),
        ("free question", "free", "at most 0.3"),
        ("exact term", "term", "at most 0.15"),
    )
    for label, name, goal in rows:
        print(f"cold, {label:26} {found[name]:7.2f} s   {found[name] / found['bare']:.2f}  {goal}")
    print(f"python -m bot --help             {found['help']:7.2f} s         under 0.4 s")
    print(f"peak memory, free question       {peak_mb('-m', 'bot', 'ask', FREE):7.0f} MB        under 300 MB")
    print(f"peak memory, bare script         {peak_mb(*script_args):7.0f} MB")


def warm() -> None:
    from sentence_transformers import SentenceTransformer

    made = manifest.read(BUILT)
    model = SentenceTransformer(str(locate("all-MiniLM-L6-v2").folder), device="cpu")
    flat = faiss.read_index(str(BUILT / made.files["vectors"].name))
    index = SearchIndex(BUILT)
    tutor = Tutor(LiveIndex(index))

    def bare() -> object:
        return flat.search(model.encode([FREE], normalize_embeddings=True, show_progress_bar=False), 10)

    def bare_numpy() -> object:
        return flat.search(index.embedder.embed([FREE]), 10)

    works = {
        "bare": bare,
        "answer": lambda: asyncio.run(finished(tutor.ask(Question(FREE)))),
        "bare_numpy": bare_numpy,
        "search": lambda: index.search(FREE),
    }
    for work in works.values():
        work()
    measured = medians(9 * ROUNDS, **works)
    for label, name, base, goal in (
        ("bare encode + faiss", "bare", "bare", ""),
        ("authored answer", "answer", "bare", "at most 0.6"),
        ("bare NumPy encode + faiss", "bare_numpy", "bare_numpy", f"at {made.passages} passages"),
        ("search", "search", "bare_numpy", "at most 1.3"),
    ):
        print(f"warm, {label:26} {1000 * measured[name]:7.2f} ms  {measured[name] / measured[base]:.2f}  {goal}")


if __name__ == "__main__":
    cold()
    warm()
