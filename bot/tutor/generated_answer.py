"""Generates an answer: prompt, queue, model, and the check of every sentence while it streams.

Knows neither which model writes nor how passages were found.
"""

import asyncio
import re
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace

from bot.tutor.dialogue import Answer, Citation, Origin, Part
from bot.tutor.events import Revised, Text, Waiting
from bot.tutor.fair_scheduling import Asker
from bot.tutor.generator import Limits
from bot.tutor.grounding.checker import Embed, Grounded, Grounding
from bot.tutor.prompt import Style, Task, messages
from bot.tutor.request_queue import RequestQueue
from corpus.text import words

_NEXT = re.compile(r"^[ \t>*_-]*Next\s*:", re.IGNORECASE | re.MULTILINE)
_MARK = re.compile(r"\[(\d+)\]")
_OPEN_END = re.compile(r"[\w,;–-]\s*$")
SILENCE_S = 60.0
MAX_REPEATED = 2
"""Sentences said again before a model is stopped."""


@dataclass(frozen=True, slots=True)
class GeneratedText:
    """What the model wrote, checked, and the questions it proposes to ask next."""

    grounded: Grounded
    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Writer:
    """A model behind its queue, with its name and how it wants to be asked."""

    queue: RequestQueue
    model: str
    style: Style

    async def write(
        self, task: Task, asker: Asker, embed: Embed
    ) -> AsyncGenerator[Waiting | Text | Revised | GeneratedText, None]:
        """Yield the events of one answer, and its GeneratedText as the last. Raises GenerationError."""
        used = task.passages[: self.style.passages]
        checking: asyncio.Task[Grounding] | None = None
        try:
            limits = Limits(self.style.new_tokens, SILENCE_S)
            async with aclosing(self.queue.stream(messages(task, self.style), limits, asker)) as pieces:
                whole, shown, unchecked = "", "", ""
                async for piece in pieces:
                    if isinstance(piece, Waiting):
                        yield piece
                        continue
                    # The passages are embedded while the first sentence is written, off the event loop: before that, the
                    # model needs the processor to read its prompt.
                    checking = checking or asyncio.create_task(asyncio.to_thread(Grounding, used, embed, task.question))
                    whole += piece.text
                    fresh = visible_text(whole)[len(shown) :]
                    shown, unchecked = shown + fresh, unchecked + fresh
                    if checking.done():
                        text, unchecked = unchecked, ""
                        if await asyncio.to_thread(checking.result().feed, text):
                            yield Revised(_checked_so_far(checking.result()))
                            if repeats_itself(checking.result().grounded):
                                break
                            continue
                    if fresh:
                        yield Text(fresh)
            grounding = await checking if checking else Grounding((), embed)
            await asyncio.to_thread(grounding.feed, unchecked)
            if not _breaks_off(grounding):
                await asyncio.to_thread(grounding.finish)
            yield GeneratedText(without_repeats(grounding.grounded), next_questions(whole))
        finally:
            if checking:
                checking.cancel()


def without_repeats(grounded: Grounded) -> Grounded:
    """Return the text without sentences that repeat an earlier one word for word, as small models do."""
    first = {tuple(words(sentence.text)): sentence for sentence in reversed(grounded.sentences)}
    return Grounded(
        tuple(sentence for sentence in grounded.sentences if first[tuple(words(sentence.text))] is sentence)
    )


def repeats_itself(grounded: Grounded) -> bool:
    """Return whether a model has begun to repeat itself: nothing new will come, and others wait."""
    return len(grounded.sentences) - len(without_repeats(grounded).sentences) >= MAX_REPEATED


def _breaks_off(grounding: Grounding) -> bool:
    """Return whether the text ends in the middle of a sentence, after others that stand: the model was cut short there."""
    return bool(_OPEN_END.search(grounding.pending)) and bool(grounding.grounded.supported)


def _checked_so_far(grounding: Grounding) -> str:
    """Return the sentences that stand, with their marks, and the one that is being written."""
    text = without_repeats(grounding.grounded).text
    return f"{text} {grounding.pending.lstrip()}" if text and not text.endswith("\n") else text + grounding.pending


def visible_text(text: str) -> str:
    """Return the answer in what was written so far: without "Next:" lines, and without a line that may become one."""
    if next_line := _NEXT.search(text):
        return text[: next_line.start()]
    line = text.rfind("\n") + 1
    begun = text[line:].lstrip(" \t>*_-").casefold()
    return text[:line] if line and "next:".startswith(begun) else text


def next_questions(text: str) -> tuple[str, ...]:
    """Return the questions on the "Next:" lines."""
    lines = (text[next_line.end() :].split("\n", 1)[0] for next_line in _NEXT.finditer(text))
    return tuple(question for line in lines if (question := line.strip(' *_"“”')).endswith("?"))


def build_answer(task: Task, generated: GeneratedText, fallback: Answer, model: str) -> Answer:
    """Return the generated answer: only sentences that stand, their citation marks numbered in the order of reading.

    What a model does not know of the entry (see also, sources) comes from `fallback`, the authored answer.
    """
    text, used = _renumber(generated.grounded.text)
    citations = tuple(
        Citation(n, passage.term, passage.section, passage.file)
        for n, passage in enumerate((task.passages[number - 1] for number in used), 1)
    )
    return replace(
        fallback,
        level=task.level,
        level_given=task.level,
        origin=Origin.WRITTEN,
        parts=(Part(text),),
        citations=citations,
        model=model,
        passages=task.passages,
    )


def _renumber(text: str) -> tuple[str, Sequence[int]]:
    """Return the text with its marks numbered 1, 2, 3 as they come, and the number that each had before."""
    order = list(dict.fromkeys(int(n) for n in _MARK.findall(text)))
    return _MARK.sub(lambda mark: f"[{order.index(int(mark[1])) + 1}]", text), order
