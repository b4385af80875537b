"""The NumPy embedder beside sentence-transformers: one question, many passages, a cold start, memory, the same vectors.

    python bench/embedding.py [PASSAGES]        400 passages of the glossary by default

The two take turns within a round, since the machine is shared: ratios count. Also: what rounding the seed vectors costs.
"""

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

import numpy as np

from corpus.load import ENTRIES, load
from index.model_files import locate
from index.numpy_embedder import NumpyEmbedder
from index.passage import text_digest
from index.seed_vectors import SeedVectors
from index.seeding import texts_of

MODEL = "all-MiniLM-L6-v2"
QUESTION = "why does my validation loss rise while the training loss keeps falling?"
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
COLD = (
    "import resource\nfrom index.{module} import {name}\nfrom index.model_files import locate\n"
    f"{{name}}(locate({MODEL!r})).embed([{QUESTION!r}])\n"
    "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)"
)
EMBEDDERS = {
    "NumPy": ("numpy_embedder", "NumpyEmbedder"),
    "sentence-transformers": ("sentence_embedder", "SentenceEmbedder"),
}


def seconds(work: Callable[[], object]) -> float:
    started = perf_counter()
    work()
    return perf_counter() - started


def show(what: str, unit: str, times: dict[str, list[float]], factor: float = 1.0) -> None:
    base = statistics.median(times["sentence-transformers"])
    for name, taken in times.items():
        median = statistics.median(taken)
        print(f"{what:28} {name:22} {factor * median:8.2f} {unit}  {median / base:.2f}")


def cold() -> None:
    times: dict[str, list[float]] = {name: [] for name in EMBEDDERS}
    peak = {}
    for _ in range(ROUNDS):
        for label, (module, name) in EMBEDDERS.items():
            started = perf_counter()
            code = COLD.format(module=module, name=name)
            done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, check=True, capture_output=True, text=True)
            times[label].append(perf_counter() - started)
            peak[label] = int(done.stdout)
    show("process, one question", "s ", times)
    print("peak memory of such a process: " + ", ".join(f"{name} {mb} MB" for name, mb in peak.items()))


def warm(texts: list[str]) -> None:
    from index.sentence_embedder import SentenceEmbedder

    files = locate(MODEL)
    ours, theirs = NumpyEmbedder(files), SentenceEmbedder(files)
    embedders = {"NumPy": ours.embed, "sentence-transformers": theirs.embed}
    for label, asked, rounds in (("one question", [QUESTION], 20 * ROUNDS), (f"{len(texts)} passages", texts, ROUNDS)):
        times = {name: [] for name in embedders}
        for _ in range(rounds):
            for name, embed in embedders.items():
                times[name].append(seconds(lambda embed=embed, asked=asked: embed(asked)))
        show(label, "ms", times, 1000)
    cosine = (ours.embed(texts) * theirs.embed(texts)).sum(axis=1)
    print(f"cosine of the two: {cosine.min():.7f} at least")


def rounding(texts: list[str]) -> None:
    vectors = NumpyEmbedder(locate(MODEL)).embed(texts)
    seed = SeedVectors.of(dict(zip(map(text_digest, texts), vectors, strict=True)))
    rounded = np.stack([seed.get(text_digest(text)) for text in texts])
    questions = NumpyEmbedder(locate(MODEL)).embed([text.split(": ", 2)[1] for text in texts if "?: " in text])
    first, second = (np.argsort(-questions @ rows.T, axis=1, kind="stable")[:, :10] for rows in (vectors, rounded))
    shared = np.mean([len(set(a) & set(b)) / 10 for a, b in zip(first, second, strict=True)])
    print(f"seed vectors, {len(texts)} texts, {len(questions)} questions: top-10 agreement {shared:.4f}, "
          f"cosine at least {(vectors * rounded).sum(axis=1).min():.6f}")  # fmt: skip


def main(count: int) -> None:
    texts = texts_of(load(ENTRIES), NumpyEmbedder(locate(MODEL)).count_tokens)
    sample = texts[:: max(1, len(texts) // count)]
    cold()
    warm(sample)
    rounding(sample)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 400)
