"""Counts how often the code changes the file while one question is answered by name.

    python bench/hops.py [QUESTION]        needs a built index; --list prints each function in call order

Each function of this project counts once, where it is called first. A change is two functions in a row that stand in
different files; a return is a change to a file that was seen before. A reader who follows the answer makes as many jumps.
"""

import argparse
import asyncio
import os
import sys
import threading
from itertools import pairwise
from pathlib import Path
from types import FrameType

os.environ["HF_HUB_OFFLINE"] = "1"
PROJECT = Path(__file__).parent.parent
sys.path.insert(0, str(PROJECT))

from bot import compose, settings
from bot.cli.chat import finished
from bot.tutor.dialogue import Question
from corpus.entry import Level

ROOMS = tuple(f"{PROJECT / room}{os.sep}" for room in ("bot", "index", "corpus"))


class CallOrder:
    """The functions of this project, in the order in which each was called first."""

    def __init__(self) -> None:
        self.functions: dict[tuple[str, str], None] = {}

    def note(self, frame: FrameType, event: str, _: object) -> None:
        code = frame.f_code
        # Comprehensions, lambdas and the bodies of classes and modules are no functions that a reader looks up.
        if event == "call" and code.co_filename.startswith(ROOMS) and not code.co_name.startswith("<"):
            self.functions.setdefault((code.co_filename, code.co_qualname))

    def changes(self) -> tuple[int, int, int]:
        """Return the number of files, of changes of file, and of changes back to a file seen before."""
        files = [file for file, _ in self.functions]
        seen, changes, returns = set(files[:1]), 0, 0
        for before, after in pairwise(files):
            changes += before != after
            returns += before != after and after in seen
            seen.add(after)
        return len(seen), changes, returns


async def answer(engine: compose.Engine, question: Question, order: CallOrder | None = None) -> None:
    """Answer once, with every thread watched where `order` is given."""
    if order:
        threading.setprofile_all_threads(order.note) if sys.version_info >= (3, 12) else threading.setprofile(
            order.note
        )
        sys.setprofile(order.note)
    try:
        await finished(engine.tutor.ask(question))
    finally:
        sys.setprofile(None)
        threading.setprofile(None)  # type: ignore[arg-type]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("question", nargs="?", default="What is dropout?")
    parser.add_argument("--list", action="store_true")
    given = parser.parse_args()
    engine = compose.engine(settings.read().model_copy(update={"model": "none"}))
    question, order = Question(given.question, Level.PLAIN), CallOrder()
    asyncio.run(answer(engine, question))  # what is loaded once is no part of an answer
    asyncio.run(answer(engine, question, order))
    if given.list:
        for file, name in order.functions:
            print(f"{Path(file).relative_to(PROJECT)}  {name}")
    files, changes, returns = order.changes()
    print(
        f"{len(order.functions)} functions in {files} files, {changes} changes of file, {returns} back to a file seen before"
    )


if __name__ == "__main__":
    main()
