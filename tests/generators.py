"""Generators without weights: one writes a given text, one says back what it was given."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass

from bot.tutor.errors import GenerationError
from bot.tutor.generator import Limits, Message


@dataclass(slots=True)
class Scripted:
    """Writes a given text word by word, `pause_s` before each word; then fails with `failure`, when there is one."""

    text: str
    pause_s: float = 0.0
    failure: GenerationError | None = None
    running: int = 0
    started: int = 0

    async def stream(self, messages: Sequence[Message], limits: Limits) -> AsyncGenerator[str, None]:
        """Yield the text's words, at most `limits.new_tokens` of them."""
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
        """Yield the words of the last message, at most `limits.new_tokens` of them."""
        for word in messages[-1].text.split()[: limits.new_tokens]:
            await asyncio.sleep(0)
            yield f"{word} "
