"""How fast a local model writes for many askers, beside the library driven bare, one by one and in static batches.

python bench/generating.py [--rounds 3] [--dtype auto]      16 uneven requests; SmolLM2-135M's shape, random weights
python bench/generating.py --lookup FILE.gguf               prompt lookup for a lone asker, on real passages
python bench/generating.py --gpu                            Qwen3-4B's shape, 1 to 128 askers; needs a CUDA GPU
"""

import argparse
import asyncio
import random
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

PROJECT = Path(__file__).parent.parent
sys.path.insert(0, str(PROJECT))
sys.path.insert(0, str(PROJECT / "tests"))

import tiny_model
from engine_state import held_blocks, steps

from bot.models.local import LocalModel
from bot.models.worker.batching import Engine
from bot.models.worker.protocol import Ask, Load
from bot.tutor.generator import Limits, Message, Speaker

SMOL = {"vocab_size": 49152, "hidden_size": 576, "intermediate_size": 1536, "num_hidden_layers": 30}
SMOL |= {"num_attention_heads": 9, "num_key_value_heads": 3, "head_dim": 64, "max_position_embeddings": 4096}
QWEN = {"vocab_size": 151936, "hidden_size": 2560, "intermediate_size": 9728, "num_hidden_layers": 36}
QWEN |= {"num_attention_heads": 32, "num_key_value_heads": 8, "head_dim": 128, "max_position_embeddings": 8192}
CONTEXT = 2048
QUESTIONS = [
    (("dropout", "overfitting"), "Does dropout prevent overfitting?"),
    (("precision", "recall"), "What is the difference between precision and recall?"),
    (("overfitting", "underfitting"), "Compare overfitting and underfitting."),
    (("accuracy", "precision"), "Why can accuracy mislead?"),
    (("gradient-descent", "backpropagation"), "How do gradient descent and backpropagation work together?"),
    (("tokenization", "embedding"), "What does the text define as an embedding?"),
]


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked, and how many tokens are to be written."""

    messages: tuple[Message, ...]
    new_tokens: int


@dataclass(frozen=True, slots=True)
class Run:
    """Seconds after the beginning at which each request got its first piece and its end."""

    first_s: list[float]
    end_s: list[float]
    tokens: int

    @property
    def rate(self) -> float:
        return self.tokens / max(self.end_s)


def uneven(count: int, longest: int = 200) -> list[Request]:
    """Prompts of some 60 to 500 tokens, texts of 20 to `longest`."""
    chance, made = random.Random(0), []
    words = [path.read_text("utf-8").split() for path in sorted((PROJECT / "corpus" / "entries").glob("*.md"))[:count]]
    for number in range(count):
        text = " ".join(words[number % len(words)][20 : 20 + chance.randint(15, 130)])
        made.append(Request((Message(Speaker.USER, f"{number}. {text}"),), chance.randint(20, longest)))
    return made


async def through_local_model(model: LocalModel, requests: list[Request], lags: list[float]) -> Run:
    begun = perf_counter()
    first, end = [0.0] * len(requests), [0.0] * len(requests)

    async def one(number: int, request: Request) -> None:
        async for _ in model.stream(request.messages, Limits(request.new_tokens, silence_s=600)):
            first[number] = first[number] or perf_counter() - begun
        end[number] = perf_counter() - begun

    watcher = asyncio.create_task(watch(lags))
    await asyncio.gather(*(one(number, each) for number, each in enumerate(requests)))
    watcher.cancel()
    return Run(first, end, sum(each.new_tokens for each in requests))


async def watch(lags: list[float], pause_s: float = 0.005) -> None:
    """Notes by how many seconds the event loop is late."""
    while True:
        begun = perf_counter()
        await asyncio.sleep(pause_s)
        lags.append(perf_counter() - begun - pause_s)


def bare(loaded: Any, requests: list[Request], prompts: list[list[int]], as_it_comes: bool = False) -> Run:
    """The library's continuous-batching loop with the same settings, in this process.

    `as_it_comes`: with the library's own attention instead of ours.
    """
    from transformers import AttentionInterface
    from transformers.integrations.sdpa_attention import sdpa_attention_forward

    manager = loaded.begin(16)
    if as_it_comes:
        AttentionInterface.register("sdpa", sdpa_attention_forward)
    begun, first, end = perf_counter(), dict[str, float](), dict[str, float]()
    for number, request in enumerate(requests):
        manager.add_request(prompts[number], request_id=str(number), max_new_tokens=request.new_tokens, streaming=True)
    while len(end) < len(requests):
        output = manager.get_result(timeout=5)
        if output is not None:
            assert output.error is None, output.error
            first.setdefault(output.request_id, perf_counter() - begun)
            if output.is_finished():
                end[output.request_id] = perf_counter() - begun
    manager.stop(block=True)
    manager.destroy()
    return Run(list(first.values()), list(end.values()), sum(each.new_tokens for each in requests))


def in_batches(
    loaded: Any, requests: list[Request], prompts: list[list[int]], size: int, by_length: bool = False
) -> Run:
    """`generate` over batches of `size`, padded on the left; a text's readers wait for its whole batch."""
    import torch

    order = sorted(range(len(requests)), key=lambda n: requests[n].new_tokens if by_length else n)
    begun, end = perf_counter(), []
    for batch in (order[at : at + size] for at in range(0, len(order), size)):
        width = max(len(prompts[n]) for n in batch)
        pads = [width - len(prompts[n]) for n in batch]
        ids = torch.tensor([[0] * pad + prompts[n] for pad, n in zip(pads, batch, strict=True)])
        mask = torch.tensor([[0] * pad + [1] * (width - pad) for pad in pads])
        most = max(requests[n].new_tokens for n in batch)
        device = loaded.model.device
        loaded.model.generate(
            ids.to(device), attention_mask=mask.to(device), max_new_tokens=most, min_new_tokens=most, do_sample=False
        )
        end += [perf_counter() - begun] * len(batch)
    return Run(end, end, sum(each.new_tokens for each in requests))


def line(name: str, runs: list[Run], base: Run) -> str:
    rate = statistics.median(run.rate for run in runs)
    finish = statistics.median(statistics.median(run.end_s) for run in runs)
    first = statistics.median(statistics.median(run.first_s) for run in runs)
    whole = max(base.end_s)
    return f"| {name} | {rate:.1f} | {rate / base.rate:.2f} | {first:.2f} s | {finish:.1f} s | {finish / whole:.2f} |"


HEAD = (
    "| how | tokens/s | against one by one | first piece, median | finished, median | share of the sequential time |\n"
    "|---|---|---|---|---|---|"
)


def steps_to_freedom(loaded: Any) -> list[int]:
    """Return the decode steps between closing one of two texts and its blocks being free, in an engine of its own."""
    engine, steps_taken = Engine(loaded, lambda messages: None), []
    for number in range(3):
        engine.ask(Ask(f"stay {number}", (Message(Speaker.USER, "Stay."),), 300))
        engine.ask(Ask(f"go {number}", (Message(Speaker.USER, f"Go {number}. " + "word " * 100),), 300))
        begun = steps(engine)
        while steps(engine) < begun + 5:
            engine.pump(0.05)
        held, before = held_blocks(engine), steps(engine)
        engine.cancel(f"go {number}")
        while held_blocks(engine) >= held:
            engine.pump(0.0)
        steps_taken.append(steps(engine) - before)
        engine.cancel(f"stay {number}")
    engine.close()
    return steps_taken


async def sixteen(rounds: int, dtype: str) -> None:
    from bot.models.worker.main import load

    with tempfile.TemporaryDirectory() as name:
        folder, lags = tiny_model.build(Path(name), **SMOL), list[float]()
        loaded = load(Load(str(folder), context=CONTEXT, dtype=dtype))
        requests = uneven(16)
        prompts = [loaded.template.tokens(each.messages) for each in requests]
        model = LocalModel(str(folder), context=CONTEXT, dtype=dtype)
        print(
            f"{await model.ready()}\nprompts {sum(map(len, prompts))} tokens, to write {sum(r.new_tokens for r in requests)}"
        )
        await through_local_model(model, requests[:2], [])
        ours, theirs, library = list[Run](), list[Run](), list[Run]()
        for _ in range(rounds):
            library.append(bare(loaded, requests, prompts, as_it_comes=True))
            theirs.append(bare(loaded, requests, prompts))
            ours.append(await through_local_model(model, requests, lags))
            rates = [f"{runs[-1].rate:.1f}" for runs in (library, theirs, ours)]
            print("tokens/s as it comes, bare, through LocalModel:", *rates, flush=True)
        await model.close()
        freed = steps_to_freedom(loaded)
        alone = in_batches(loaded, requests, prompts, 1)
        print(HEAD)
        print(line("`generate`, one after another", [alone], alone))
        print(line("`generate`, one static batch of 16", [in_batches(loaded, requests, prompts, 16)], alone))
        print(
            line(
                "`generate`, four static batches of 4, sorted by length",
                [in_batches(loaded, requests, prompts, 4, True)],
                alone,
            )
        )
        print(line("the library's continuous batching, as it comes", library, alone))
        print(line("the same with each text attending to its own keys only", theirs, alone))
        print(line("`LocalModel`, 16 streams", ours, alone))
        for other, others in (("the same loop bare", theirs), ("the library as it comes", library)):
            ratio = statistics.median(a.rate / b.rate for a, b in zip(ours, others, strict=True))
            print(f"\nLocalModel against {other}, median of {rounds} rounds: {ratio:.3f}")
        late = statistics.quantiles(lags, n=100)
        print(
            f"event loop late: median {late[49] * 1e3:.1f} ms, p99 {late[98] * 1e3:.1f} ms, worst {max(lags) * 1e3:.1f} ms"
        )
        print(f"decode steps from closing a stream to its blocks being free: {freed}")


def lookup(gguf: Path) -> None:
    """Plain greedy `generate` beside prompt lookup, one asker, passages in the prompt, 150 new tokens."""
    import torch

    from bot.models.worker.main import load

    print("| dtype | guesses | tokens/s, median | against plain, each prompt | same text |\n|---|---|---|---|---|")
    for dtype in ("float32", "bfloat16"):
        loaded = load(Load(str(gguf), context=CONTEXT, dtype=dtype))
        prompts = [torch.tensor([loaded.template.tokens(each)]) for each in _with_passages()]
        for prompt in prompts[:1]:
            _timed(loaded, prompt)
        plain = [_timed(loaded, each) for each in prompts]
        for guesses in (3, 10):
            guessed = [_timed(loaded, each, prompt_lookup_num_tokens=guesses) for each in prompts]
            ratios = [b[0] / a[0] for a, b in zip(plain, guessed, strict=True)]
            same = sum(torch.equal(a[1], b[1]) for a, b in zip(plain, guessed, strict=True))
            rates = f"{statistics.median(a for a, _ in plain):.1f} → {statistics.median(b for b, _ in guessed):.1f}"
            print(
                f"| {dtype} | {guesses} | {rates} | {', '.join(f'{r:.2f}' for r in ratios)} | {same} of {len(prompts)} |",
                flush=True,
            )


def _with_passages() -> Iterator[list[Message]]:
    from corpus.load import load as load_glossary

    glossary = {entry.slug: entry for entry in load_glossary([PROJECT / "corpus" / "entries"])}
    for slugs, question in QUESTIONS:
        entries = [glossary[slug] for slug in slugs if slug in glossary]
        texts = [text for each in entries for text in (each.summary, each.plain[:700], each.student[:700])]
        passages = "\n".join(f"[{number}] {text}" for number, text in enumerate(texts, 1))
        system = "You explain terms of machine learning. Use only the passages."
        yield [Message(Speaker.SYSTEM, system), Message(Speaker.USER, f"{passages}\n\nQuestion: {question}")]


def _timed(loaded: Any, prompt: Any, **options: int) -> tuple[float, Any]:
    import torch

    begun = perf_counter()
    whole = loaded.model.generate(
        prompt, attention_mask=torch.ones_like(prompt), max_new_tokens=150, do_sample=False, pad_token_id=2, **options
    )
    text = whole[0, prompt.shape[1] :]
    return len(text) / (perf_counter() - begun), text


async def on_a_gpu() -> None:
    """Tokens per second, time to first piece, and the share of what the memory's bandwidth allows."""
    import torch

    from bot.models.worker.main import load

    if not torch.cuda.is_available():
        sys.exit("There is no CUDA GPU here, so nothing was measured.")
    with tempfile.TemporaryDirectory() as name:
        folder = tiny_model.build(Path(name), dtype="bfloat16", **QWEN)
        loaded = load(Load(str(folder), context=CONTEXT, memory_bytes=2**33))
        weights = sum(each.nbytes for each in loaded.model.parameters())
        token = 2 * 2 * QWEN["num_hidden_layers"] * QWEN["num_key_value_heads"] * QWEN["head_dim"]
        bandwidth = _bandwidth()
        model = LocalModel(str(folder), context=CONTEXT, at_once=128, waiting=128)
        await model.ready()
        print(f"weights {weights / 2**30:.1f} GiB, bandwidth measured by copying {bandwidth / 1e12:.2f} TB/s")
        print(HEAD.replace("\n", " share of the bandwidth |\n") + "---|")
        for askers in (1, 8, 32, 128):
            requests = uneven(askers)
            prompts = [loaded.template.tokens(each.messages) for each in requests]
            alone = in_batches(loaded, requests[:8], prompts[:8], 1)
            static = in_batches(loaded, requests, prompts, askers)
            await through_local_model(model, requests, [])
            ours = await through_local_model(model, requests, [])
            step_count = max(each.new_tokens for each in requests)  # at least: the longest text takes one step a token
            read = sum(
                n * (len(p) + n / 2) * token
                for p, n in ((p, r.new_tokens) for p, r in zip(prompts, requests, strict=True))
            )
            share = (step_count * weights + read) / max(ours.end_s) / bandwidth
            print(line(f"{askers} askers: `generate` one by one (at most 8 of them)", [alone], alone), "|")
            print(line(f"{askers} askers: one static batch", [static], alone), "|")
            print(f"{line(f'{askers} askers: `LocalModel`', [ours], alone)} {share:.2f} |", flush=True)
        await model.close()


def _bandwidth() -> float:
    """Bytes read and written a second by a large copy on the GPU."""
    import torch

    one = torch.empty(2**31, dtype=torch.uint8, device="cuda")
    other, copy = torch.empty_like(one), 20
    other.copy_(one)
    torch.cuda.synchronize()
    begun = perf_counter()
    for _ in range(copy):
        other.copy_(one)
    torch.cuda.synchronize()
    return 2 * copy * one.nbytes / (perf_counter() - begun)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--dtype", default="auto")
    options.add_argument("--lookup", type=Path)
    options.add_argument("--gpu", action="store_true")
    chosen = options.parse_args()
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]  # rows are seen as they come
    what: Callable[[], Any] = lambda: asyncio.run(sixteen(chosen.rounds, chosen.dtype))  # noqa: E731
    if chosen.lookup:
        what = lambda: lookup(chosen.lookup)  # noqa: E731
    if chosen.gpu:
        what = lambda: asyncio.run(on_a_gpu())  # noqa: E731
    what()


if __name__ == "__main__":
    main()
