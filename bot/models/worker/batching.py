"""Writes many texts at once: which are in the batch, which wait, and what each asker was sent. One per model process.

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
from bot.models.worker.protocol import Ask, Done, Failed, Failure, Piece, Received

MAX_REBUILDS = 3
"""Batches that may break in a row before the whole process is given up."""

Send = Callable[[Iterable[Received]], None]


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
        """Return a manager of the library's continuous batching with its thread running and its cache allocated."""
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
    """Writes many texts at once; `send` gets the messages for the askers, from any thread.

    A text enters the batch only when the cache can hold the whole of it, so the batch is never short of blocks.
    """

    def __init__(self, loaded: Model, send: Send, *, at_once: int = 16, waiting: int = 64) -> None:
        self._loaded, self._send = loaded, send
        self._at_once, self._max_waiting = at_once, waiting
        self._lock = RLock()
        self._running: dict[str, _Text] = {}
        self._waiting: deque[_Text] = deque()
        self.rebuilds = self._breaks_in_a_row = 0
        self.gone = ""
        self.manager = self._loaded.begin(self._at_once)

    def ask(self, asked: Ask) -> None:
        """Begin a text or let it wait; send Failed when its prompt is too long or too many wait.

        At most half of the context is left to the answer, however much was asked for.
        """
        try:
            prompt = self._loaded.template.tokens(asked.messages)
        except Exception as error:  # whatever a chat template raises concerns this prompt alone
            return self._fail([asked.id], Failure.FAILED, f"The model cannot read this prompt: {error}.")
        new_tokens = min(asked.new_tokens, self._loaded.context // 2)
        max_prompt = self._loaded.context - new_tokens
        if len(prompt) > max_prompt:
            reason = (
                f"The prompt has {len(prompt)} tokens; with {new_tokens} to write, the model can read {max_prompt}."
            )
            return self._fail([asked.id], Failure.TOO_LONG, f"{reason} Ask something shorter.")
        blocks = -(-(len(prompt) + new_tokens) // self._loaded.block_tokens)
        text = _Text(asked.id, prompt, new_tokens, TextOut(self._loaded.tokenizer), blocks)
        with self._lock:
            if len(self._waiting) >= self._max_waiting:
                return self._fail(
                    [asked.id], Failure.BUSY, "Too many questions wait for the model. Ask again in a minute."
                )
            self._waiting.append(text)
            self._admit()
        return None

    def cancel(self, name: str) -> None:
        """Take a text out of the batch; its blocks are free after the step that is running now."""
        with self._lock:
            if self._running.pop(name, None):
                self.manager.cancel_request(name)
            self._waiting = deque(each for each in self._waiting if each.id != name)
            self._admit()

    def pump(self, timeout_s: float = 0.5) -> None:
        """Send what the batch has written, in one go for all texts of a step; rebuild a batch whose thread died."""
        outputs = []
        output = self.manager.get_result(timeout=timeout_s)
        while output is not None:
            outputs.append(output)
            output = self._next_output()
        with self._lock:
            messages = [message for output in outputs for message in self._messages(output)]
            self._admit()
        if messages:
            self._send(messages)
        if not self.manager.is_running():
            self._rebuild()

    def _next_output(self) -> Any:
        try:
            return self.manager.output_router.output_queue.get_nowait()
        except queue.Empty:
            return None

    def _messages(self, output: Any) -> list[Received]:
        text = self._running.get(output.request_id)
        if text is None:  # cancelled: the batch may still write a step or two
            return []
        if output.error is not None:
            del self._running[text.id]
            self.gone = self.gone or _fatal(output.error)
            return [Failed(text.id, Failure.FAILED, _sentence(output.error))]
        self._breaks_in_a_row = 0
        piece = text.out.add(output.generated_tokens[text.out.count :])
        messages: list[Received] = [Piece(text.id, piece)] if piece else []
        if output.is_finished():
            del self._running[text.id]
            messages.append(Done(text.id, text.out.count))
        return messages

    def _admit(self) -> None:
        """Move waiting texts into the batch, oldest first, as long as places and blocks are free. Lock held."""
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
        """Begin a new batch after the old one's thread died; texts in it have failed, those that wait go on."""
        error = self.manager.background_thread_status.fatal_error
        with self._lock:
            self.gone = self.gone or _fatal(str(error))
            self._breaks_in_a_row += 1
            lost = list(self._running)
            self._running.clear()
            self._fail(lost, Failure.FAILED, _sentence(str(error)))
            if self._breaks_in_a_row > MAX_REBUILDS:
                self.gone = self.gone or f"the batch broke {self._breaks_in_a_row} times in a row: {error}"
            if self.gone:
                return
            self.manager.stop(block=True)
            del self.manager
            gc.collect()
            self.rebuilds += 1
            self.manager = self._loaded.begin(self._at_once)
            self._admit()

    def _fail(self, names: list[str], failure: Failure, reason: str) -> None:
        self._send([Failed(each, failure, reason) for each in names])

    def close(self) -> None:
        """End the batch's thread."""
        self.manager.stop(block=True, hard_stop=True)


def _fatal(error: str) -> str:
    """Return the error, when it leaves the GPU unusable for this process; "" else. Running out of memory does not."""
    return error if "CUDA error" in error or "device-side assert" in error or "CUBLAS" in error else ""


def _sentence(error: str) -> str:
    if "out of memory" in error.lower() or "can't allocate memory" in error.lower():
        return "The model ran out of memory while it wrote this answer. Ask again, or ask for less."
    return "The model broke off while it wrote this answer. Ask again in a minute."
