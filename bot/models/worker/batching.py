"""Many texts written at once: who is in the batch, who waits, and what each has been told. One per model process.

Drives the library's continuous batching through its manager, which the model's side makes: knows neither torch nor
transformers, nor the pipe.
"""

import gc
import queue
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from threading import RLock
from typing import Any, Protocol

from bot.models.worker.chat_template import Template, TextOut, Tokenizer
from bot.models.worker.protocol import Ask, Done, Failed, Failure, Piece, Received, State

REBUILDS = 3
"""Batches that may break in a row before the whole process is given up."""

Say = Callable[[Iterable[Received]], None]


class Model(Protocol):
    """A loaded model as the engine sees it; `context` in tokens, `blocks` of `block_tokens` tokens in its cache."""

    @property
    def tokenizer(self) -> Tokenizer: ...  # noqa: D102
    @property
    def template(self) -> Template: ...  # noqa: D102
    @property
    def context(self) -> int: ...  # noqa: D102
    @property
    def blocks(self) -> int: ...  # noqa: D102
    @property
    def block_tokens(self) -> int: ...  # noqa: D102

    def begin(self, at_once: int) -> Any:
        """A manager of the library's continuous batching with its thread running and its cache allocated."""
        ...


@dataclass(slots=True)
class _Text:
    """A text being written or waiting: its prompt's tokens, its limit, what has come out, the blocks set aside."""

    id: str
    prompt: list[int]
    new_tokens: int
    out: TextOut
    blocks: int


class Engine:
    """Writes many texts at once; `say` gets what is to be told, from any thread.

    A text enters the batch only when the cache can hold the whole of it, so the batch is never short of blocks.
    """

    def __init__(self, loaded: Model, say: Say, *, at_once: int = 16, waiting: int = 64) -> None:
        self._loaded, self._say = loaded, say
        self._at_once, self._most_waiting = at_once, waiting
        self._lock = RLock()
        self._running: dict[str, _Text] = {}
        self._waiting: deque[_Text] = deque()
        self._rebuilt = self._broken_in_a_row = 0
        self.gone = ""
        self.manager = self._loaded.begin(self._at_once)

    def ask(self, asked: Ask) -> None:
        """Begins a text or lets it wait; says Failed when its prompt is too long or too many wait.

        At most half of the context is left to the answer, however much was asked for.
        """
        try:
            prompt = self._loaded.template.tokens(asked.messages)
        except Exception as error:  # whatever a chat template raises concerns this prompt alone
            return self._fail([asked.id], Failure.FAILED, f"The model cannot read this prompt: {error}.")
        new_tokens = min(asked.new_tokens, self._loaded.context // 2)
        most = self._loaded.context - new_tokens
        if len(prompt) > most:
            why = f"The prompt has {len(prompt)} tokens; with {new_tokens} to write, the model can read {most}."
            return self._fail([asked.id], Failure.TOO_LONG, f"{why} Ask something shorter.")
        blocks = -(-(len(prompt) + new_tokens) // self._loaded.block_tokens)
        text = _Text(asked.id, prompt, new_tokens, TextOut(self._loaded.tokenizer), blocks)
        with self._lock:
            if len(self._waiting) >= self._most_waiting:
                return self._fail(
                    [asked.id], Failure.BUSY, "Too many questions wait for the model. Ask again in a minute."
                )
            self._waiting.append(text)
            self._admit()
        return None

    def cancel(self, name: str) -> None:
        """Takes a text out of the batch; its blocks are free after the step that is running now."""
        with self._lock:
            if self._running.pop(name, None):
                self.manager.cancel_request(name)
            self._waiting = deque(each for each in self._waiting if each.id != name)
            self._admit()

    def state(self, name: str) -> State:
        """How the engine stands now."""
        with self._lock:
            return State(
                id=name,
                running=len(self._running),
                waiting=len(self._waiting),
                blocks=self._loaded.blocks,
                free_blocks=self._loaded.blocks - _held_blocks(self.manager.batch_processor),
                steps=getattr(self.manager, "current_batch", 0),
                rebuilt=self._rebuilt,
            )

    def pump(self, timeout_s: float = 0.5) -> None:
        """Tells what the batch has written, in one go for all texts of a step; rebuilds a batch whose thread died."""
        outputs = []
        one = self.manager.get_result(timeout=timeout_s)
        while one is not None:
            outputs.append(one)
            one = self._next_output()
        with self._lock:
            said = [each for output in outputs for each in self._told(output)]
            self._admit()
        if said:
            self._say(said)
        if not self.manager.is_running():
            self._rebuild()

    def _next_output(self) -> Any:
        try:
            return self.manager.output_router.output_queue.get_nowait()
        except queue.Empty:
            return None

    def _told(self, output: Any) -> list[Received]:
        text = self._running.get(output.request_id)
        if text is None:  # cancelled: the batch may still write a step or two
            return []
        if output.error is not None:
            del self._running[text.id]
            self.gone = self.gone or _fatal(output.error)
            return [Failed(text.id, Failure.FAILED, _sentence(output.error))]
        self._broken_in_a_row = 0
        piece = text.out.add(output.generated_tokens[text.out.count :])
        said: list[Received] = [Piece(text.id, piece)] if piece else []
        if output.is_finished():
            del self._running[text.id]
            said.append(Done(text.id, text.out.count))
        return said

    def _admit(self) -> None:
        """Moves waiting texts into the batch, oldest first, as long as places and blocks are free. Lock held."""
        while self._waiting and len(self._running) < self._at_once:
            held = sum(each.blocks for each in self._running.values())
            if held + self._waiting[0].blocks > self._loaded.blocks:
                return
            text = self._waiting[0]
            # The manager's queue has no bound, so this never blocks; None says that its thread is dead.
            if not self.manager.add_request(
                text.prompt, request_id=text.id, max_new_tokens=text.new_tokens, streaming=True
            ):
                return
            self._running[self._waiting.popleft().id] = text

    def _rebuild(self) -> None:
        """A new batch after the old one's thread died; those in it have failed, those that wait go on."""
        error = self.manager.background_thread_status.fatal_error
        with self._lock:
            self.gone = self.gone or _fatal(str(error))
            self._broken_in_a_row += 1
            lost = list(self._running)
            self._running.clear()
            self._fail(lost, Failure.FAILED, _sentence(str(error)))
            if self._broken_in_a_row > REBUILDS:
                self.gone = self.gone or f"the batch broke {self._broken_in_a_row} times in a row: {error}"
            if self.gone:
                return
            self.manager.stop(block=True)
            del self.manager
            gc.collect()
            self._rebuilt += 1
            self.manager = self._loaded.begin(self._at_once)
            self._admit()

    def _fail(self, names: list[str], failure: Failure, reason: str) -> None:
        self._say([Failed(each, failure, reason) for each in names])

    def close(self) -> None:
        """Ends the batch's thread."""
        self.manager.stop(block=True, hard_stop=True)


def _held_blocks(processor: Any) -> int:
    """Blocks that texts hold; shared ones count once."""
    if processor is None:
        return 0
    tables = [allocator.block_table for allocator in processor.cache.cache_allocators.values()]
    return max(len({block for blocks in list(table.values()) for block in list(blocks)}) for table in tables)


def _fatal(error: str) -> str:
    """The error, when it leaves the GPU unusable for this process; "" else. Running out of memory does not."""
    return error if "CUDA error" in error or "device-side assert" in error or "CUBLAS" in error else ""


def _sentence(error: str) -> str:
    if "out of memory" in error.lower() or "can't allocate memory" in error.lower():
        return "The model ran out of memory while it wrote this answer. Ask again, or ask for less."
    return "The model broke off while it wrote this answer. Ask again in a minute."
