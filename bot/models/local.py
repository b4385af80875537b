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
    Report,
    Sent,
    State,
    decode,
    encode,
)
from bot.tutor.errors import GenerationError, ModelFailed, ModelUnavailable, TutorError, UnusableModel
from bot.tutor.generator import Limits, Message

PAUSES_S = (0.5, 2.0, 8.0, 30.0, 120.0)
"""Seconds before a worker that died is started again, longer each time until one has written a whole text."""
LONGEST_LINE = 2**22
FAREWELL_S = 5.0

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
        self._asked: dict[str, asyncio.Queue[Received | GenerationError]] = {}
        self._process: asyncio.subprocess.Process | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()
        self._is: Ready | TutorError = ModelUnavailable("The model is still being loaded. Ask again in a minute.")
        self._deaths = 0

    async def ready(self) -> Ready:
        """Starts the worker and waits until the model is loaded, as long as that takes; returns what it is.

        Raises UnusableModel when it cannot be used on this machine, ModelUnavailable when its process ended or the
        model was closed.
        """
        self._start()
        await self._ready.wait()
        if isinstance(self._is, TutorError):
            raise self._is
        return self._is

    async def stream(self, messages: Sequence[Message], limits: Limits) -> AsyncGenerator[str, None]:
        """The text, piece by piece; see Generator."""
        await self._be_ready()
        name = next(self._names)
        answers = self._asked[name] = asyncio.Queue()
        over = False
        try:
            self._send(Ask(name, tuple(messages), limits.new_tokens))
            while True:
                try:
                    answer = await asyncio.wait_for(answers.get(), limits.silence_s)
                except TimeoutError as error:
                    raise ModelFailed(
                        f"The model was silent for {limits.silence_s:g} seconds. Ask again later."
                    ) from error
                over = not isinstance(answer, Piece)
                if isinstance(answer, Piece):
                    yield answer.text
                elif isinstance(answer, Done):
                    self._deaths = 0
                    return
                else:
                    raise answer.error if isinstance(answer, Failed) else _an_error(answer)
        finally:
            del self._asked[name]
            if not over:
                self._send(Cancel(name))

    async def state(self) -> State:
        """How the worker stands: texts running and waiting, free cache blocks, decode steps. Raises as `stream` does."""
        await self._be_ready()
        name = next(self._names)
        answers = self._asked[name] = asyncio.Queue()
        try:
            self._send(Report(name))
            answer = await answers.get()
        finally:
            del self._asked[name]
        if isinstance(answer, State):
            return answer
        raise _an_error(answer)

    @property
    def pid(self) -> int | None:
        """The number of the worker's process; None while there is none."""
        return self._process.pid if self._process and self._process.returncode is None else None

    async def close(self) -> None:
        """Ends the worker and every text in flight. Asked again, the model is started again."""
        keeper, self._keeper = self._keeper, None
        if keeper:
            keeper.cancel()
            await asyncio.gather(keeper, return_exceptions=True)

    def _start(self) -> None:
        ended = self._keeper is None or self._keeper.done()
        if ended and not isinstance(self._is, UnusableModel):
            self._become(None)
            self._keeper = asyncio.create_task(self._keep(), name="keeper of the local model")

    async def _be_ready(self) -> None:
        self._start()
        if not self._ready.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._ready.wait(), self._patience_s)
        if isinstance(self._is, TutorError):
            raise ModelUnavailable(str(self._is)) from self._is

    def _become(self, what: Ready | TutorError | None) -> None:
        """Sets what the model is for those who ask: there, not there, or (None) being loaded."""
        self._is = what or ModelUnavailable("The model is still being loaded. Ask again in a minute.")
        self._ready.set() if what else self._ready.clear()

    def _send(self, message: Sent) -> None:
        pipe = self._process.stdin if self._process else None
        if pipe and not pipe.is_closing():
            pipe.write(encode([message]))

    async def _keep(self) -> None:
        """Keeps one worker alive until cancelled, or until one says that the model cannot be used here."""
        while not isinstance(self._is, UnusableModel):
            try:
                await self._live()
            finally:
                await self._bury()
            if not isinstance(self._is, UnusableModel):
                await asyncio.sleep(self._pauses_s[min(self._deaths, len(self._pauses_s)) - 1])
                self._become(None)

    async def _live(self) -> None:
        """One worker's life: until its end of the pipe closes."""
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
            limit=LONGEST_LINE,
        )
        assert self._process.stdout  # noqa: S101 - it was asked for
        assert self._process.stderr  # noqa: S101
        self._send(self._load)
        complaints = asyncio.create_task(_tail(self._process.stderr))
        try:
            async for line in self._process.stdout:
                self._hear(decode(line))
            log.warning("the model's process ended: %s", (await complaints)[-1000:])
        finally:
            complaints.cancel()

    def _hear(self, message: Sent | Received) -> None:
        match message:
            case Ready():
                self._become(message)
            case Refused(reason):
                self._become(UnusableModel(reason))
            case Piece(id=name) | Done(id=name) | Failed(id=name) | State(id=name):
                if name in self._asked:  # else cancelled meanwhile
                    self._asked[name].put_nowait(message)

    async def _bury(self) -> None:
        """After a worker's life: nobody waits for it any more, and no process is left."""
        self._deaths += 1
        if not isinstance(self._is, UnusableModel):
            self._become(ModelUnavailable("The model is being started again. Ask again in a minute."))
        for answers in self._asked.values():
            answers.put_nowait(
                ModelFailed("The model's process ended while it wrote this answer. Ask again in a minute.")
            )
        process, self._process = self._process, None
        if process:
            await _end(process)


def _an_error(answer: Received | GenerationError) -> GenerationError:
    return answer if isinstance(answer, GenerationError) else ModelFailed("The model's process answered out of turn.")


async def _tail(stream: asyncio.StreamReader, characters: int = 4000) -> str:
    """The last that was said; the stream is always read, so that its writer never waits."""
    last = ""
    while said := await stream.read(4096):
        last = (last + said.decode(errors="replace"))[-characters:]
    return last


async def _end(process: asyncio.subprocess.Process) -> None:
    """Closes the pipe, which ends the worker; kills it when it does not end."""
    if process.stdin:
        process.stdin.close()
    try:
        await asyncio.wait_for(process.wait(), FAREWELL_S)
    except TimeoutError:
        process.kill()
        await process.wait()
