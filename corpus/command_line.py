"""What the three command lines (corpus, index, bot) share: errors as one sentence, and how they end.

Exit status 0: done. 1: something has to be repaired first. 2: the input cannot be used. 130: interrupted.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

EXTRAS = {
    **dict.fromkeys(("sentence_transformers", "tokenizers"), "embed"),
    **dict.fromkeys(("torch", "transformers", "gguf", "jinja2", "huggingface_hub", "httpx2"), "model"),
    "ir_measures": "eval",
    "asyncpg": "postgres",
}
"""Which extra brings a library that the base does without."""


def command(room: str) -> str:
    """How this program's user calls the command line of bot, corpus or index."""
    if Path(sys.argv[0]).stem not in {"study-group-tutor", "study_group_tutor"}:
        return f"python -m {room}"
    return "study-group-tutor" if room == "bot" else f"study-group-tutor {room}"


def install(extra: str) -> str:
    """The command that installs an extra."""
    return f"pip install 'study-group-tutor[{extra}]'"


@contextmanager
def problems_as_sentences(
    *,
    repairable: tuple[type[Exception], ...],
    unusable: tuple[type[Exception], ...] = (),
    reworded: Callable[[str], str] = str,
) -> Iterator[None]:
    """Ends the program with one line on standard error for the expected errors; all others are bugs and go through.

    A library of an extra that is not installed is expected.

    `reworded` may change the sentence, such as a command in it to one that fits this program's settings.
    """
    try:
        yield
    except unusable as problem:
        _end(str(problem), 2)
    except repairable as problem:
        _end(reworded(str(problem)), 1)
    except ModuleNotFoundError as problem:
        extra = EXTRAS.get((problem.name or "").partition(".")[0])
        if extra is None:
            raise
        _end(f"This needs {problem.name}, which is not installed. Run: {install(extra)}", 1)
    except BrokenPipeError:  # the reader of our output, such as `head`, has seen enough
        sys.stderr.close()
        raise SystemExit(0) from None
    except KeyboardInterrupt:
        _end("", 130)


def _end(sentence: str, status: int) -> None:
    for room in ("bot", "corpus", "index"):
        sentence = sentence.replace(f"python -m {room}", command(room))
    if sentence:
        sys.stderr.write(sentence + "\n")
    raise SystemExit(status)
