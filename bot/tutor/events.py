"""What a surface sees while an answer comes, in this order: Found; Waiting, Text and Revised while a model writes; Finished.

Every `Tutor.ask` ends with exactly one Finished, or raises a TutorError.
"""

from dataclasses import dataclass

from bot.tutor.dialogue import Answer


@dataclass(frozen=True, slots=True)
class Found:
    """The terms that the answer will be about, the main one first; none when it will be declined.

    `to_write`: a model will write it, which takes its time.
    """

    terms: tuple[str, ...]
    to_write: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """Others are being answered first; position 1 is next."""

    position: int


@dataclass(frozen=True, slots=True)
class Text:
    """The next piece of a written answer, as the model wrote it, to put behind what is shown."""

    text: str


@dataclass(frozen=True, slots=True)
class Revised:
    """All of the written text that is to be shown from now on: sentences that stand, and the one being written.

    Comes when a sentence was checked: it then carries its citation mark, or is gone.
    """

    text: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The whole answer. What a person saw before is replaced by it."""

    answer: Answer


Event = Found | Waiting | Text | Revised | Finished
