"""LocalModel: a Generator whose model runs in a process of its own on this machine. Knows neither torch nor transformers.

The event loop never waits for a step of the model, and a CUDA error or a kill for want of memory takes the model's
process only: it is started again, with longer and longer pauses, while others answer.
"""

import asyncio
import contextlib
import itertools
import logging
import sys
from collections.abc import AsyncGenerator, Mapping, Sequence
from pathlib import Path

import bot
from bot.models.worker.protocol import (
    Ask,
    Cancel,
    Done,
    Failed,
    Load,
    Piece,
    Ready,
    Received,
    Refused,
    Sent,
    decode,
    encode,
)
from bot.tutor.errors import GenerationError, ModelFailed, ModelUnavailable, TutorError, UnusableModel
from bot.tutor.generator import Limits, Message

PAUSES_S = (0.5, 2.0, 8.0, 30.0, 120.0)
"""Seconds before a worker that died is started again, longer each time until one has written a whole text."""
MAX_LINE_BYTES = 2**22
SHUTDOWN_S = 5.0

log = logging.getLogger(__name__)


class LocalModel:
    """A chat model by hub name, folder or GGUF file, for all askers at once.

    `gguf_file` is a file inside `source` (a folder or a hub name). `context` bounds prompt and answer together, in
    tokens; `memory_bytes` the cache of all texts, None for half of what is free; `at_once` the texts written side by
    side, `waiting` those that may wait behind them. `template_options` go to the chat template (`enable_thinking`).
    `dtype` is auto or torch's name; `device` auto, cpu or cuda. A request waits at most `patience_s` for a model that is
    not loaded. Texts are greedy, the model's likeliest words.
    """

    def __init__(  # noqa: PLR0913 - each is a choice of the owner
        self,
        source: str,
        *,
        gguf_file: str = "",
        context: int = 4096,
        template_options: Mapping[str, bool | str] | None = None,
        memory_bytes: int | None = None,
        at_once: int = 16,
        waiting: int = 64,
        dtype: str = "auto",
        device: str = "auto",
        patience_s: float = 30.0,
        pauses_s: Sequence[float] = PAUSES_S,
    ) -> None:
        here = Path(source).expanduser()
        self._load = Load(
            source=str(here.resolve()) if here.exists() else source,
            gguf_file=gguf_file,
            context=context,
            template_options=dict(template_options or {}),
            memory_bytes=memory_bytes,
            at_once=at_once,
            waiting=waiting,
            dtype=dtype,
            device=device,
        )
        self._patience_s, self._pauses_s = patience_s, tuple(pauses_s)
        self._names = (str(number) for number in itertools.count())
        self._answers: dict[str, asyncio.Queue[Received | GenerationError]] = {}
        self._process: asyncio.subprocess.Process | None = None
        self._supervisor: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()
        self._status: Ready | TutorError = ModelUnavailable("The model is still being loaded. Ask again in a minute.")
        self._deaths = 0

    async def ready(self) -> Ready:
        """Start the worker, wait until the model is loaded, as long as that takes, and return what it is.

        Raises UnusableModel when it cannot be used on this machine, ModelUnavailable when its process ended or the
        model was closed.
        """
        self._start()
        await self._ready.wait()
        if isinstance(self._status, TutorError):
            raise self._status
        return self._status

    async def stream(self, messages: Sequence[Message], limits: Limits) -> AsyncGenerator[str, None]:
        """Yield the text, piece by piece; see Generator."""
        await self._be_ready()
        name = next(self._names)
        answers = self._answers[name] = asyncio.Queue()
        ended = False
        try:
            self._send(Ask(name, tuple(messages), limits.new_tokens))
            while True:
                try:
                    answer = await asyncio.wait_for(answers.get(), limits.silence_s)
                except TimeoutError as error:
                    raise ModelFailed(
                        f"The model was silent for {limits.silence_s:g} seconds. Ask again later."
                    ) from error
                ended = not isinstance(answer, Piece)
                if isinstance(answer, Piece):
                    yield answer.text
                elif isinstance(answer, Done):
                    self._deaths = 0
                    return
                else:
                    raise answer.error if isinstance(answer, Failed) else _to_error(answer)
        finally:
            del self._answers[name]
            if not ended:
                self._send(Cancel(name))

    @property
    def pid(self) -> int | None:
        """Return the number of the worker's process; None while there is none."""
        return self._process.pid if self._process and self._process.returncode is None else None

    async def close(self) -> None:
        """End the worker and every text in flight. Asked again, the model is started again."""
        supervisor, self._supervisor = self._supervisor, None
        if supervisor:
            supervisor.cancel()
            await asyncio.gather(supervisor, return_exceptions=True)

    def _start(self) -> None:
        ended = self._supervisor is None or self._supervisor.done()
        if ended and not isinstance(self._status, UnusableModel):
            self._set_status(None)
            self._supervisor = asyncio.create_task(self._supervise(), name="supervisor of the local model")

    async def _be_ready(self) -> None:
        self._start()
        if not self._ready.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._ready.wait(), self._patience_s)
        if isinstance(self._status, TutorError):
            raise ModelUnavailable(str(self._status)) from self._status

    def _set_status(self, status: Ready | TutorError | None) -> None:
        """Set what the model is for those who ask: there, not there, or (None) being loaded."""
        self._status = status or ModelUnavailable("The model is still being loaded. Ask again in a minute.")
        self._ready.set() if status else self._ready.clear()

    def _send(self, message: Sent) -> None:
        pipe = self._process.stdin if self._process else None
        if pipe and not pipe.is_closing():
            pipe.write(encode([message]))

    async def _supervise(self) -> None:
        """Keep one worker alive until cancelled, or until one says that the model cannot be used here."""
        while not isinstance(self._status, UnusableModel):
            try:
                await self._run_worker()
            finally:
                await self._clean_up()
            if not isinstance(self._status, UnusableModel):
                await asyncio.sleep(self._pauses_s[min(self._deaths, len(self._pauses_s)) - 1])
                self._set_status(None)

    async def _run_worker(self) -> None:
        """Start a worker and read its messages until its end of the pipe closes."""
        # Its own session: Ctrl-C in a terminal is for the bot, which closes the pipe. `-m` finds the package in cwd.
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot.models.worker.main",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            cwd=Path(bot.__file__).parent.parent,
            start_new_session=True,
            limit=MAX_LINE_BYTES,
        )
        assert self._process.stdout  # noqa: S101 - it was asked for
        assert self._process.stderr  # noqa: S101
        self._send(self._load)
        errors = asyncio.create_task(_tail(self._process.stderr))
        try:
            async for line in self._process.stdout:
                self._dispatch(decode(line))
            log.warning("the model's process ended: %s", (await errors)[-1000:])
        finally:
            errors.cancel()

    def _dispatch(self, message: Sent | Received) -> None:
        match message:
            case Ready():
                self._set_status(message)
            case Refused(reason):
                self._set_status(UnusableModel(reason))
            case Piece(id=name) | Done(id=name) | Failed(id=name):
                if name in self._answers:  # else cancelled meanwhile
                    self._answers[name].put_nowait(message)

    async def _clean_up(self) -> None:
        """Fail every text that waits for a worker that ended, and leave no process behind."""
        self._deaths += 1
        if not isinstance(self._status, UnusableModel):
            self._set_status(ModelUnavailable("The model is being started again. Ask again in a minute."))
        for answers in self._answers.values():
            answers.put_nowait(
                ModelFailed("The model's process ended while it wrote this answer. Ask again in a minute.")
            )
        process, self._process = self._process, None
        if process:
            await _end(process)


def _to_error(answer: Received | GenerationError) -> GenerationError:
    return answer if isinstance(answer, GenerationError) else ModelFailed("The model's process answered out of turn.")


async def _tail(stream: asyncio.StreamReader, characters: int = 4000) -> str:
    """Return the last characters of a stream; the stream is always read, so that its writer never waits."""
    last = ""
    while chunk := await stream.read(4096):
        last = (last + chunk.decode(errors="replace"))[-characters:]
    return last


async def _end(process: asyncio.subprocess.Process) -> None:
    """Close the pipe, which ends the worker; kills it when it does not end."""
    if process.stdin:
        process.stdin.close()
    try:
        await asyncio.wait_for(process.wait(), SHUTDOWN_S)
    except TimeoutError:
        process.kill()
        await process.wait()
