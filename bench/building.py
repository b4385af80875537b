"""How fast an index is built, against bare float32 sentence-transformers on the same passages in the same run.

python bench/building.py [ENTRIES]      the first ENTRIES entries of the glossary, all by default
"""

import os
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from time import perf_counter

os.environ["HF_HUB_OFFLINE"] = "1"
PROJECT = Path(__file__).parent.parent
sys.path.insert(0, str(PROJECT))

from sentence_transformers import SentenceTransformer

from corpus.load import ENTRIES, read_entries
from corpus.native_format import write
from index.build import build
from index.chunking import passages
from index.model_files import locate
from index.numpy_embedder import NumpyEmbedder

MODEL = "all-MiniLM-L6-v2"


def bare(texts: list[str]) -> tuple[float, int]:
    """(texts a second, batch size) of the best batch size on a sample, then measured on all texts."""
    model = SentenceTransformer(str(locate(MODEL).folder), device="cpu")
    sample = texts[:: max(1, len(texts) // 400)]
    speeds = {}
    for size in (8, 16, 32, 64, 128):
        started = perf_counter()
        model.encode(sample, batch_size=size, normalize_embeddings=True, show_progress_bar=False)
        speeds[size] = len(sample) / (perf_counter() - started)
    best = max(speeds, key=lambda size: speeds[size])
    started = perf_counter()
    model.encode(texts, batch_size=best, normalize_embeddings=True, show_progress_bar=False)
    return len(texts) / (perf_counter() - started), best


def main(count: int | None) -> None:
    entries = read_entries(ENTRIES)[0][:count]
    count = NumpyEmbedder(locate(MODEL)).count_tokens
    texts = [one.searchable for entry in entries for one in passages(entry, count)]
    with tempfile.TemporaryDirectory() as folder:
        corpus, out = Path(folder) / "corpus", Path(folder) / "out"
        corpus.mkdir()
        for entry in entries:
            (corpus / f"{entry.slug}.md").write_text(write.native(entry), "utf-8")
        started = perf_counter()
        report = build([corpus], out, MODEL, seed=Path("none"))
        whole = perf_counter() - started
        speed, batch = bare(texts)
        changed = replace(entries[0], plain=entries[0].plain + " Changed.")
        (corpus / f"{changed.slug}.md").write_text(write.native(changed), "utf-8")
        started = perf_counter()
        again = build([corpus], out, MODEL, seed=Path("none"))
        rebuild = perf_counter() - started
    embedded = len(texts) / report.seconds["embed"]
    print(f"{len(entries)} entries, {len(texts)} passages")
    rates = (
        (f"bare float32 encode, batch {batch}", speed),
        ("build, embedding only", embedded),
        ("build, everything", len(texts) / whole),
    )
    for label, rate in rates:
        print(f"{label:32} {rate:6.0f} passages/s  {rate / speed:.2f}")
    share = rebuild / whole
    print(f"full build without seed vectors {whole:.1f} s; after one changed entry {rebuild:.1f} s = {share:.3f}")
    print(f"embedded again: {again.embedded} passages")
    print("steps of the full build: " + ", ".join(f"{step} {took:.1f} s" for step, took in report.seconds.items()))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else None)
