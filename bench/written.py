"""How often what a model wrote stands: `python bench/written.py [--model NAME] [--questions FILE] [--most 40]`.

Asks development questions at every level, many at once, and counts what became of each answer. Prints a Markdown table
and some of the texts, so that a person can judge the judge.
"""

import argparse
import asyncio
import json
import sys
from collections import Counter
from pathlib import Path
from time import perf_counter

PROJECT = Path(__file__).parent.parent
sys.path.insert(0, str(PROJECT))

from bot import compose, settings
from bot.cli.chat import finished
from bot.tutor import tutor as engine
from bot.tutor.dialogue import Answer, Origin, Question
from bot.tutor.fair_scheduling import Asker
from corpus.entry import Level

OUTCOMES = {engine.UNFOUNDED: "did not stand", engine.FAILED: "failed", engine.BUSY: "busy"}


def outcome(given: Answer) -> str:
    if given.origin is Origin.WRITTEN:
        return "stands"
    if not given.note:
        return "authored"
    return OUTCOMES.get(given.note, "refused")


async def ask_all(made: compose.Engine, texts: list[str], level: Level) -> list[Answer]:
    asked = (Question(text, level, asker=Asker(user=str(n))) for n, text in enumerate(texts))
    return list(await asyncio.gather(*(finished(made.tutor.ask(one)) for one in asked)))


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="smollm2-135m")
    parser.add_argument("--questions", type=Path, default=PROJECT / "tests" / "eval" / "questions.jsonl")
    parser.add_argument("--most", type=int, default=40)
    parser.add_argument("--show", type=int, default=3)
    given = parser.parse_args()
    lines = [json.loads(line) for line in given.questions.read_text("utf-8").split("\n") if line]
    chosen = {"model": given.model, "model_wait_s": 3600.0}
    made = compose.engine(settings.read().model_copy(update=chosen))
    try:
        texts = await to_write(made, [line["question"] for line in lines], given.most)
        print(f"{len(texts)} questions that no author wrote an answer to, {given.model}\n")
        print("| level | stands | did not stand | refused | failed | seconds in all |")
        print("|---|---|---|---|---|---|")
        for level in Level:
            started = perf_counter()
            answers = await ask_all(made, texts, level)
            counted = Counter(map(outcome, answers))
            row = " | ".join(str(counted[name]) for name in ("stands", "did not stand", "refused", "failed"))
            print(f"| {level} | {row} | {perf_counter() - started:.0f} |", flush=True)
            for one in [one for one in answers if one.origin is Origin.WRITTEN][: given.show]:
                print(f"\n<!-- {one.question}\n{one.text} -->\n", file=sys.stderr)
    finally:
        await made.close()


async def to_write(made: compose.Engine, texts: list[str], most: int) -> list[str]:
    """The first questions that are for the model."""
    found = []
    for text in texts:
        events = made.tutor.ask(Question(text))
        first = await anext(events)
        await events.aclose()
        if first.to_write:  # type: ignore[union-attr]  # Found is always the first
            found.append(text)
        if len(found) == most:
            break
    return found


if __name__ == "__main__":
    asyncio.run(main())
