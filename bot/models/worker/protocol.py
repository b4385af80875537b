"""What the bot and its model's process say to each other: frozen messages, one JSON line each.

Knows neither the model nor the process; both ends import it, so it imports nothing heavy.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum

from bot.tutor.errors import GenerationError, ModelFailed, ModelUnavailable, PromptTooLong
from bot.tutor.generator import Message, Speaker


class Device(StrEnum):
    """Where the model runs; AUTO takes a CUDA GPU when there is one."""

    AUTO = "auto"
    CPU = "cpu"
    CUDA = "cuda"


@dataclass(frozen=True, slots=True)
class Load:
    """Which model to load and how: the first line that a worker reads. Fields as in `LocalModel`."""

    source: str
    gguf_file: str = ""
    context: int = 4096
    template_options: dict[str, bool | str] = field(default_factory=dict)
    memory_bytes: int | None = None
    at_once: int = 16
    waiting: int = 64
    dtype: str = "auto"
    device: str = Device.AUTO


@dataclass(frozen=True, slots=True)
class Ask:
    """Write at most `new_tokens` after these messages. `id` is never used twice in one worker."""

    id: str
    messages: tuple[Message, ...]
    new_tokens: int


@dataclass(frozen=True, slots=True)
class Cancel:
    """Nobody waits for this text any more; nothing is answered."""

    id: str


@dataclass(frozen=True, slots=True)
class Report:
    """Asks for a State with the same `id`."""

    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """The model is loaded. `context` in tokens, after what the model and the memory allow; the cache in bytes."""

    context: int
    parameters: int
    dtype: str
    device: str
    blocks: int
    block_tokens: int
    cache_bytes: int


@dataclass(frozen=True, slots=True)
class Refused:
    """This model cannot be used here: a sentence with the repair. The worker ends, and another try would not help."""

    reason: str


@dataclass(frozen=True, slots=True)
class Piece:
    """The next piece of a text."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Done:
    """A text has ended by itself or by its limit, after `tokens` tokens."""

    id: str
    tokens: int


class Failure(StrEnum):
    """Why a text broke off or was not begun."""

    BUSY = "busy"
    FAILED = "failed"
    TOO_LONG = "too long"


@dataclass(frozen=True, slots=True)
class Failed:
    """A text that will not come, with a sentence for the person who asked."""

    id: str
    failure: Failure
    reason: str

    @property
    def error(self) -> GenerationError:
        """The error that the asker gets."""
        kinds = {Failure.BUSY: ModelUnavailable, Failure.FAILED: ModelFailed, Failure.TOO_LONG: PromptTooLong}
        return kinds[self.failure](self.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """How the worker stands: texts being written and waiting, cache blocks, decode steps so far, restarts inside.

    `free_blocks` are those that no text holds, whether or not they keep a prefix for reuse.
    """

    id: str
    running: int
    waiting: int
    blocks: int
    free_blocks: int
    steps: int
    rebuilt: int


Sent = Load | Ask | Cancel | Report
Received = Ready | Refused | Piece | Done | Failed | State
_KINDS = {kind.__name__: kind for kind in (Load, Ask, Cancel, Report, Ready, Refused, Piece, Done, Failed, State)}


def encode(messages: Iterable[Sent | Received]) -> bytes:
    """The lines of these messages."""
    return b"".join(
        json.dumps([type(one).__name__, asdict(one)], ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        for one in messages
    )


def decode(line: bytes) -> Sent | Received:
    """The message of a line. Raises ValueError when it is none."""
    try:
        name, values = json.loads(line)
        kind = _KINDS[name]
        if set(values) != {each.name for each in fields(kind)}:
            raise ValueError(f"a {name} with the fields {sorted(values)}")
    except (ValueError, TypeError, KeyError) as error:
        raise ValueError(f"no message of the model's pipe: {line[:80]!r}") from error
    if kind is Ask:
        values["messages"] = tuple(Message(Speaker(each["speaker"]), each["text"]) for each in values["messages"])
    if kind is Failed:
        values["failure"] = Failure(values["failure"])
    return kind(**values)
