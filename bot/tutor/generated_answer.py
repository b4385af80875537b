"""The written path: prompt, schedule, model, and the check of every sentence while it streams.

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
from bot.tutor.request_queue import Schedule
from corpus.text import words

_NEXT = re.compile(r"^[ \t>*_-]*Next\s*:", re.IGNORECASE | re.MULTILINE)
_MARK = re.compile(r"\[(\d+)\]")
_OPEN_END = re.compile(r"[\w,;–-]\s*$")
SILENCE_S = 60.0
MOST_REPEATED = 2
"""Sentences said again before a model is stopped."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What the model wrote, checked, and the questions it proposes to ask next."""

    grounded: Grounded
    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Writer:
    """A model behind its queue, with its name and how it wants to be asked."""

    schedule: Schedule
    model: str
    style: Style

    async def write(
        self, task: Task, asker: Asker, embed: Embed
    ) -> AsyncGenerator[Waiting | Text | Revised | Draft, None]:
        """The events of one answer, and its Draft as the last. Raises GenerationError."""
        used = task.passages[: self.style.passages]
        checking: asyncio.Task[Grounding] | None = None
        try:
            limits = Limits(self.style.new_tokens, SILENCE_S)
            async with aclosing(self.schedule.stream(messages(task, self.style), limits, asker)) as pieces:
                whole, shown, unread = "", "", ""
                async for piece in pieces:
                    if isinstance(piece, Waiting):
                        yield piece
                        continue
                    # The passages are embedded while the first sentence is written, off the event loop: before that, the
                    # model needs the processor to read its prompt.
                    checking = checking or asyncio.create_task(asyncio.to_thread(Grounding, used, embed, task.question))
                    whole += piece.text
                    fresh = said(whole)[len(shown) :]
                    shown, unread = shown + fresh, unread + fresh
                    if checking.done():
                        told, unread = unread, ""
                        if await asyncio.to_thread(checking.result().feed, told):
                            yield Revised(_so_far(checking.result()))
                            if goes_round(checking.result().grounded):
                                break
                            continue
                    if fresh:
                        yield Text(fresh)
            grounding = await checking if checking else Grounding((), embed)
            await asyncio.to_thread(grounding.feed, unread)
            if not _breaks_off(grounding):
                await asyncio.to_thread(grounding.finish)
            yield Draft(told_once(grounding.grounded), asked_next(whole))
        finally:
            if checking:
                checking.cancel()


def told_once(grounded: Grounded) -> Grounded:
    """The text without sentences that only say again, word for word, what was said before: small models do."""
    first = {tuple(words(one.text)): one for one in reversed(grounded.sentences)}
    return Grounded(tuple(one for one in grounded.sentences if first[tuple(words(one.text))] is one))


def goes_round(grounded: Grounded) -> bool:
    """Whether a model has begun to repeat itself: nothing new will come, and others wait."""
    return len(grounded.sentences) - len(told_once(grounded).sentences) >= MOST_REPEATED


def _breaks_off(grounding: Grounding) -> bool:
    """Whether the text ends in the middle of a sentence, after others that stand: the model was cut short there."""
    return bool(_OPEN_END.search(grounding.pending)) and bool(grounding.grounded.supported)


def _so_far(grounding: Grounding) -> str:
    """The sentences that stand, with their marks, and the one that is being written."""
    kept = told_once(grounding.grounded).text
    return f"{kept} {grounding.pending.lstrip()}" if kept and not kept.endswith("\n") else kept + grounding.pending


def said(text: str) -> str:
    """The answer in what was written so far: without the "Next:" lines, and without a line that may become one."""
    if found := _NEXT.search(text):
        return text[: found.start()]
    line = text.rfind("\n") + 1
    begun = text[line:].lstrip(" \t>*_-").casefold()
    return text[:line] if line and "next:".startswith(begun) else text


def asked_next(text: str) -> tuple[str, ...]:
    """The questions on the "Next:" lines."""
    lines = (text[found.end() :].split("\n", 1)[0] for found in _NEXT.finditer(text))
    return tuple(question for line in lines if (question := line.strip(' *_"“”')).endswith("?"))


def answer(task: Task, draft: Draft, otherwise: Answer, model: str) -> Answer:
    """The written answer: only sentences that stand, their marks numbered in the order of reading.

    What a model does not know of the entry (see also, sources) is the authored answer's, `otherwise`.
    """
    text, used = _renumbered(draft.grounded.text)
    citations = tuple(
        Citation(n, passage.term, passage.section, passage.file)
        for n, passage in enumerate((task.passages[number - 1] for number in used), 1)
    )
    return replace(
        otherwise,
        level=task.level,
        level_given=task.level,
        origin=Origin.WRITTEN,
        parts=(Part(text),),
        citations=citations,
        model=model,
        passages=task.passages,
    )


def _renumbered(text: str) -> tuple[str, Sequence[int]]:
    """The text with its marks numbered 1, 2, 3 as they come, and the number that each had before."""
    order = list(dict.fromkeys(int(n) for n in _MARK.findall(text)))
    return _MARK.sub(lambda mark: f"[{order.index(int(mark[1])) + 1}]", text), order
