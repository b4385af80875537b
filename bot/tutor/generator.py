"""Generator: messages in, pieces of text out. The one seam between the tutor and a model; knows no model.

A new kind of model is one new file with one class. `Scripted` and `Echo` are generators that need no weights.
"""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from bot.tutor.errors import GenerationError


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
        """The text, piece by piece as it is written; closing the iterator cancels the work at once.

        Raises GenerationError, before the first piece or after some.
        """
        ...


@dataclass(slots=True)
class Scripted:
    """Writes a given text word by word, `pause_s` before each word; then fails with `failure`, when there is one."""

    text: str
    pause_s: float = 0.0
    failure: GenerationError | None = None
    running: int = 0
    started: int = 0

    async def stream(self, messages: Sequence[Message], limits: Limits) -> AsyncGenerator[str, None]:
        """The text's words, at most `limits.new_tokens` of them."""
        self.running, self.started = self.running + 1, self.started + 1
        try:
            for word in self.text.split(" ")[: limits.new_tokens]:
                await asyncio.sleep(self.pause_s)
                yield f"{word} "
            if self.failure:
                raise self.failure
        finally:
            self.running -= 1


class Echo:
    """Says back the last message word by word: what a prompt held is seen in the answer."""

    async def stream(self, messages: Sequence[Message], limits: Limits) -> AsyncGenerator[str, None]:
        """The words of the last message, at most `limits.new_tokens` of them."""
        for word in messages[-1].text.split()[: limits.new_tokens]:
            await asyncio.sleep(0)
            yield f"{word} "
