"""The process that holds the model: the only door to torch and transformers in bot/. Started by `LocalModel`.

Reads messages of pipe.py on stdin and answers on what stdout was at its start; it ends when stdin closes. All texts
share one paged cache and one batch, the library's continuous batching. Knows no passage, question or Discord.
"""

import os
import queue
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import torch
import transformers
from transformers import AutoModelForCausalLM, AutoTokenizer, GenerationConfig
from transformers.generation.configuration_utils import ContinuousBatchingConfig

from bot.models.worker import cpu_attention as attention
from bot.models.worker.batching import Engine
from bot.models.worker.chat_template import Template
from bot.models.worker.protocol import (
    Ask,
    Cancel,
    Device,
    Load,
    Ready,
    Received,
    Refused,
    Report,
    decode,
    encode,
)

# oneDNN keeps a compiled kernel for every shape it has met, up to a thousand. A batch changes its shape with every text
# that comes or goes, and this grew by 0.6 MB an answer. It is read when the first kernel is made: here is early enough.
for _name in ("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "LRU_CACHE_CAPACITY"):
    os.environ.setdefault(_name, "64")

BATCH_TOKENS = 512
"""Tokens of prompts that one step reads at most: the longest pause that a new prompt causes in the others' texts."""
BFLOAT16_HERE = frozenset({"avx512_bf16", "amx_bf16", "bf16"})
"""Processors with one of these multiply bfloat16 faster than float32; on others it is far slower."""
SHORTEST_CONTEXT = 256
SHARE_OF_FREE = 0.5
"""The cache's share of what is free: the rest is for the model's own work and for everybody else."""


class UnusableHere(Exception):
    """The model cannot be used on this machine; the text is a sentence with the repair."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model that can write: its template holds its tokenizer, `ends` are the tokens that end a text."""

    model: Any
    tokenizer: Any
    template: Template
    context: int
    ends: list[int]
    blocks: int
    block_tokens: int
    cache_bytes: int

    @property
    def ready(self) -> Ready:
        """What the bot is told about it."""
        return Ready(
            context=self.context,
            parameters=sum(each.numel() for each in self.model.parameters()),
            dtype=str(self.model.dtype).removeprefix("torch."),
            device=self.model.device.type,
            blocks=self.blocks,
            block_tokens=self.block_tokens,
            cache_bytes=self.cache_bytes,
        )

    def begin(self, at_once: int) -> Any:
        """A manager of the library's continuous batching with its thread running; its cache is allocated here."""
        ends = {"eos_token_id": self.ends, "pad_token_id": self.tokenizer.pad_token_id}
        if self.model.device.type == "cpu":
            attention.install()
        manager = self.model.init_continuous_batching(
            generation_config=GenerationConfig(do_sample=False, max_new_tokens=self.context, **ends),  # type: ignore[no-untyped-call]
            continuous_batching_config=ContinuousBatchingConfig(
                page_size=self.block_tokens,
                num_blocks=self.blocks,
                max_batch_tokens=BATCH_TOKENS,
                max_requests_per_batch=at_once,
                safety_margin=0.0,  # the engine sets aside every text's blocks before the text enters
            ),
        )
        manager.warmup()
        manager.start()
        return manager


def load(wanted: Load) -> Loaded:
    """Loads weights and tokenizer and sizes the cache. Raises UnusableHere."""
    device = _device(wanted.device)
    tokenizer, model = _from_pretrained(wanted, device)
    if not tokenizer.chat_template:
        raise UnusableHere(
            f"{wanted.source} has no chat template, so it cannot hold a conversation: choose an instruct model."
        )
    config = model.config.get_text_config()
    context = min(wanted.context, getattr(config, "max_position_embeddings", None) or wanted.context)
    page = 256 if device == "cuda" else 32  # flash attention takes pages of 256
    block_bytes = page * token_bytes(config, model.dtype.itemsize)
    allowed = wanted.memory_bytes if wanted.memory_bytes is not None else int(free_memory(device) * SHARE_OF_FREE)
    blocks = min(allowed // block_bytes, wanted.at_once * -(-context // page))
    context = min(context, blocks * page)
    if context < min(SHORTEST_CONTEXT, wanted.context):
        raise UnusableHere(
            f"{wanted.source} needs at least {SHORTEST_CONTEXT // page * block_bytes // 2**20} MB of memory beside its"
            f" weights, and {allowed // 2**20} MB may be used: free some, or choose a smaller model."
        )
    template = Template(tokenizer, wanted.template_options)
    ends = _ends(model, tokenizer)
    return Loaded(model, tokenizer, template, context, ends, blocks, page, blocks * block_bytes)


def _device(wanted: str) -> str:
    there = torch.cuda.is_available()
    if wanted == Device.CUDA and not there:
        raise UnusableHere("There is no CUDA GPU here that torch can use: set the device to cpu or auto.")
    return "cuda" if there and wanted != Device.CPU else "cpu"


def _from_pretrained(wanted: Load, device: str) -> tuple[Any, Any]:
    path, options = Path(wanted.source), dict[str, Any]()
    if not path.exists() and (path.suffix == ".gguf" or wanted.source.startswith((".", "/", "~"))):
        raise UnusableHere(f"There is no model at {wanted.source}. Check the path, or choose a model by its name.")
    source, gguf = wanted.source, wanted.gguf_file
    if path.suffix == ".gguf" and path.is_file():
        source, gguf = str(path.parent), path.name
    if gguf:
        options["gguf_file"] = gguf
    if Path(source).exists():
        options["local_files_only"] = True
    try:
        tokenizer = AutoTokenizer.from_pretrained(source, **options)
        model: Any = AutoModelForCausalLM.from_pretrained(source, dtype=_dtype(wanted.dtype, device), **options)
        return tokenizer, model.to(device).eval()
    except torch.OutOfMemoryError as error:
        raise UnusableHere(
            f"{wanted.source} does not fit the GPU's memory: choose a smaller model, or the cpu."
        ) from error
    # The loaders raise whatever the libraries below them raise: OSError, ValueError, KeyError, SafetensorError, ...
    except Exception as error:
        why = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise UnusableHere(
            f"The model {wanted.source} cannot be loaded ({why}). Check its name or folder, or choose another."
        ) from error


def _dtype(wanted: str, device: str) -> torch.dtype:
    if wanted != "auto":
        return getattr(torch, wanted)  # type: ignore[no-any-return]
    fast = device == "cuda" or not BFLOAT16_HERE.isdisjoint(name for name, there in _capabilities().items() if there)
    return torch.bfloat16 if fast else torch.float32


def _capabilities() -> dict[str, Any]:
    """What this processor can do, by torch's names; nothing is known of it by older releases."""
    return dict(getattr(torch.cpu, "get_capabilities", dict)())


def _ends(model: Any, tokenizer: Any) -> list[int]:
    """The tokens that end a text: those of the model's generation config, else of its config, else its tokenizer's."""
    for ends in (model.generation_config.eos_token_id, model.config.eos_token_id, tokenizer.eos_token_id):
        if ends is not None:
            return [ends] if isinstance(ends, int) else list(ends)
    return [-1]  # the library's way to say that there is none


def token_bytes(config: Any, itemsize: int) -> int:
    """What one cached token costs: keys and values of all layers, their copies of one layer while it attends, its
    column of the attention mask."""
    heads = config.num_attention_heads
    kv_heads = getattr(config, "num_key_value_heads", None) or heads
    width = getattr(config, "head_dim", None) or config.hidden_size // heads
    kept = 2 * config.num_hidden_layers * kv_heads * width
    return int(itemsize * (kept + (2 * heads + kv_heads) * width + BATCH_TOKENS) + 16)


def free_memory(device: str, control_group: Path = Path("/sys/fs/cgroup")) -> int:
    """Bytes that are free on the GPU, or on this machine within the limit of its control group (a container's)."""
    if device == "cuda":
        return int(torch.cuda.mem_get_info()[0])
    import psutil

    free = int(psutil.virtual_memory().available)
    try:
        limit = int((control_group / "memory.max").read_text())
        return min(free, max(0, limit - int((control_group / "memory.current").read_text())))
    except (OSError, ValueError):  # no control group, or "max": no limit
        return free


class _Voice:
    """Writes messages to the pipe, whole lines at a time, from any thread."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor, self._lock = descriptor, threading.Lock()

    def __call__(self, messages: Iterable[Received]) -> None:
        line = memoryview(encode(messages))
        with self._lock:
            while line:
                line = line[os.write(self._descriptor, line) :]


def main() -> NoReturn:
    """Serves one bot until its end of the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is meant for the bot, which closes the pipe when it ends
    voice = _Voice(os.dup(1))
    os.dup2(2, 1)  # libraries that print must not reach the pipe
    transformers.utils.logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(lines,), daemon=True).start()
    status = _or_end(lambda: _serve(lines, voice))
    sys.stderr.flush()
    os._exit(status)  # the batch's thread may be in the midst of a step, and nothing is left to save


def _or_end(work: Callable[[], int]) -> int:
    """What `work` returns; an error in any thread ends the process, so that the bot hears of it and starts another."""
    try:
        return work()
    except Exception:
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)


def _listen(lines: "queue.SimpleQueue[bytes]") -> None:
    """Hands lines over; the whole process ends with the pipe, also while a model is still being loaded."""
    for line in sys.stdin.buffer:
        lines.put(line)
    os._exit(0)


def _serve(lines: "queue.SimpleQueue[bytes]", voice: _Voice) -> int:
    wanted = decode(lines.get())
    assert isinstance(wanted, Load)  # noqa: S101 - the other end is our own
    try:
        loaded = load(wanted)
        engine = _engine(loaded, wanted, voice)
    except UnusableHere as reason:
        voice([Refused(str(reason))])
        return 0
    threading.Thread(target=lambda: _or_end(lambda: _obey(engine, lines, voice)), daemon=True).start()
    voice([loaded.ready])
    while not engine.gone:
        engine.pump()
    print(f"given up: {engine.gone}", file=sys.stderr)
    return 1


def _engine(loaded: Loaded, wanted: Load, voice: _Voice) -> Engine:
    try:
        return Engine(loaded, voice, at_once=wanted.at_once, waiting=wanted.waiting)
    # A kind of attention that the library cannot batch, or less memory than was counted: any error says "not here".
    except Exception as error:
        raise UnusableHere(
            f"{wanted.source} cannot be run here ({error}). Choose another model, or less memory."
        ) from error


def _obey(engine: Engine, lines: "queue.SimpleQueue[bytes]", voice: _Voice) -> NoReturn:
    while True:
        match decode(lines.get()):
            case Ask() as asked:
                engine.ask(asked)
            case Cancel(name):
                engine.cancel(name)
            case Report(name):
                voice([engine.state(name)])


if __name__ == "__main__":
    main()
