"""Generator: messages in, pieces of text out. The one seam between the tutor and a model; knows no model.

A new kind of model is one new file with one class.
"""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Speaker(StrEnum):
    """Who says a message, in the words of chat templates and of the OpenAI API."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a prompt. Its text is data: whatever stands in it, it stays the text of this speaker."""

    speaker: Speaker
    text: str


@dataclass(frozen=True, slots=True)
class Limits:
    """What one generation may take: `new_tokens` at most, and at most `silence_s` seconds without a new piece."""

    new_tokens: int = 400
    silence_s: float = 60.0


class Generator(Protocol):
    """Writes text from messages."""

    def stream(self, messages: Sequence[Message], limits: Limits) -> AsyncGenerator[str, None]:
        """Yield the text, piece by piece as it is written; closing the iterator cancels the work at once.

        Raises GenerationError, before the first piece or after some.
        """
        ...
