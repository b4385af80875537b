"""Vectors by the thousand, hundred thousand and million: which kind of index, how long, how large, how exact.

    python bench/size.py [1000 100000 1000000]        needs a built index, whose vectors it multiplies

The vectors are real passages' with a share of another's difference added, so that they lie where texts lie: random
ones would make every approximate index look hopeless. Each index is measured in a process of its own, on one thread.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

os.environ["OMP_NUM_THREADS"] = os.environ.get("OMP_NUM_THREADS", "2")
PROJECT = Path(__file__).parent.parent
sys.path.insert(0, str(PROJECT))

import faiss
import numpy as np

from index import manifest, vectors
from index.search import SearchIndex

BUILT = Path(os.environ.get("BOT_INDEX", PROJECT / "index" / "built"))
QUESTIONS = PROJECT / "tests" / "eval" / "questions.jsonl"


def multiplied(count: int) -> np.ndarray:
    """float32 [count, dim], unit length, spread like the real passages."""
    made = manifest.read(BUILT)
    real = faiss.read_index(str(made.path(BUILT, "vectors"))).reconstruct_n(0, made.passages)
    rng = np.random.default_rng(0)
    rows = np.empty((count, real.shape[1]), np.float32)
    for start in range(0, count, 50_000):
        size = min(50_000, count - start)
        one, two, three = (real[rng.integers(0, len(real), size)] for _ in range(3))
        rows[start : start + size] = one + 0.6 * (two - three) * rng.random((size, 1), dtype=np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def questions() -> np.ndarray:
    texts = [json.loads(line)["question"] for line in QUESTIONS.read_text("utf-8").splitlines()]
    return np.asarray(SearchIndex(BUILT).embedder.embed(texts), np.float32)


def measure(path: str, asked: str, wanted: str) -> None:
    """Runs in a process of its own: opens the index, asks, prints one line of JSON."""
    before = resident()
    opened = vectors.VectorIndex.open(Path(path))
    rows, right = np.load(asked), np.load(wanted)
    times, recalls = [], []
    for question, truth in zip(rows, right, strict=True):
        started = perf_counter()
        found = opened.nearest(question, 10)
        times.append(1000 * (perf_counter() - started))
        recalls.append(len({row for row, _ in found} & set(truth.tolist())) / 10)
    p50, p95 = np.percentile(times, [50, 95])
    line = {
        "p50": p50,
        "p95": p95,
        "recall": float(np.mean(recalls)),
        "private": resident("RssAnon") - before,
        "all": resident(),
    }
    print(json.dumps(line))


def resident(kind: str = "RssAnon") -> float:
    """Megabytes of this process; RssAnon leaves out what several processes share by mapping a file."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(kind)).split()[1]) / 1024


def main(counts: list[int]) -> None:
    asked = questions()
    print("vectors   kind             build s  file MB  private MB  p50 ms  p95 ms  recall@10")
    for count in counts:
        rows = multiplied(count)
        _, truth = faiss.knn(asked, rows, 10, metric=faiss.METRIC_INNER_PRODUCT)
        with tempfile.TemporaryDirectory() as folder:
            np.save(f"{folder}/asked.npy", asked)
            np.save(f"{folder}/truth.npy", truth)
            for kind in (vectors.EXACT, vectors.HALF, vectors.INVERTED):
                if kind == vectors.INVERTED and count < 10_000:
                    continue
                path = Path(folder) / "v"
                started = perf_counter()
                vectors.write(rows, path, kind)
                took = perf_counter() - started
                command = [
                    sys.executable,
                    __file__,
                    "--measure",
                    str(path),
                    f"{folder}/asked.npy",
                    f"{folder}/truth.npy",
                ]
                done = subprocess.run(command, check=True, capture_output=True, text=True)
                one = json.loads(done.stdout)
                size = path.stat().st_size / 1e6
                print(
                    f"{count:<9} {kind:16} {took:7.1f}  {size:7.0f}  {one['private']:10.0f}  "
                    f"{one['p50']:6.2f}  {one['p95']:6.2f}  {one['recall']:.3f}",
                    flush=True,
                )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        measure(*sys.argv[2:5])
    else:
        main([int(one) for one in sys.argv[1:]] or [1_000, 100_000, 1_000_000])
