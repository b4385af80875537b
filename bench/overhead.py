"""What Tutor.ask adds to the time to the first token of the model alone: `python bench/overhead.py [--model NAME]`.

Each question is asked both ways, in turns first. The model alone gets the passages in another order: it keeps prefixes
that it has read, and would be faster the second time.
"""

import argparse
import asyncio
import sys
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from statistics import median
from time import perf_counter

PROJECT = Path(__file__).parent.parent
sys.path.insert(0, str(PROJECT))

from bot import compose, settings
from bot.tutor.dialogue import Question
from bot.tutor.events import Found, Revised, Text
from bot.tutor.generator import Limits
from bot.tutor.planning import Planner, Work
from bot.tutor.prompt import messages
from corpus.entry import Level

QUESTIONS = (
    "why does dropout help against overfitting?",
    "why is the learning rate so important?",
    "how does a transformer use attention?",
    "why do gradients vanish in deep networks?",
    "how does batch normalization change training?",
    "why is cross-validation better than one split?",
    "how does k-means find its centres?",
    "why does a language model hallucinate?",
)


async def through_tutor(made: compose.Engine, text: str) -> tuple[float, float]:
    """Seconds until the first text without the search, and seconds of the search."""
    started = perf_counter()
    found_s = 0.0
    async with aclosing(made.tutor.ask(Question(text))) as events:
        async for event in events:
            if isinstance(event, Found):
                found_s = perf_counter() - started
            elif isinstance(event, Text | Revised):
                return perf_counter() - started - found_s, found_s
    raise SystemExit(f"the model wrote nothing for: {text}")


async def bare(made: compose.Engine, text: str) -> float:
    """Seconds until the first piece of the model alone."""
    writer = made.tutor._writer
    work = Planner(made.index.current, Level.PLAIN, "a model").prepare(Question(text), writes=True)
    if not isinstance(work, Work) or not writer or not made.model:
        raise SystemExit(f"not for the model: {text}")
    used = work.task.passages[: writer.style.passages]
    prompt = messages(replace(work.task, passages=(*used[1:], used[0])), writer.style)
    started = perf_counter()
    async with aclosing(made.model.stream(prompt, Limits(writer.style.new_tokens, 60))) as pieces:
        async for _ in pieces:
            return perf_counter() - started
    raise SystemExit(f"the model wrote nothing for: {text}")


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="smollm2-135m")
    given = settings.read().model_copy(update={"model": parser.parse_args().model, "model_wait_s": 3600.0})
    made = compose.engine(given)
    try:
        await through_tutor(made, QUESTIONS[0])
        alone, whole, search = [], [], []
        for n, text in enumerate(QUESTIONS):
            asked = text.replace("?", f" in practice, part {n}?")
            for way in (0, 1) if n % 2 else (1, 0):
                if way:
                    first_s, found_s = await through_tutor(made, asked)
                    whole.append(first_s)
                    search.append(found_s)
                else:
                    alone.append(await bare(made, asked))
        ratios = [one / other for one, other in zip(whole, alone, strict=True)]
        print("| | median |\n|---|---|")
        print(f"| model alone, first piece | {median(alone):.3f} s |")
        print(f"| through Tutor.ask, without the search | {median(whole):.3f} s |")
        print(f"| ratio, median of {len(ratios)} questions | {median(ratios):.3f} |")
        print(f"| the search, passages chosen and the authored answer made | {1000 * median(search):.1f} ms |")
    finally:
        await made.close()


if __name__ == "__main__":
    asyncio.run(main())
