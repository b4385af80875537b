"""A journal of the answers that are being given: what a crash left on the screen is ended at the next start.

One small file for each answer, written before Discord is told that an answer will come and removed when it has come.
Knows no Discord; the way back to a message is an opaque text.
"""

import json
import logging
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

log = logging.getLogger(__name__)

TOKEN_LIFE_S = 15 * 60
"""How long Discord lets an interaction be answered."""


@dataclass(frozen=True, slots=True)
class Begun:
    """An answer that was begun: the way to its card, what was asked, and when, in seconds since 1970.

    The card is either the response of an interaction (`application` and `token`) or a message (`channel`, `message`).
    A message that was being sent has a `nonce` in place of its id, and is a reply to `reply_to`.
    """

    answer: str
    question: str
    user: int
    channel: int = 0
    message: int = 0
    application: int = 0
    token: str = ""
    nonce: str = ""
    reply_to: int = 0
    at_s: float = field(default_factory=time.time)


class Journal:
    """The answers in flight, in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)  # tokens stand in it, good for fifteen minutes

    def begin(self, begun: Begun) -> None:
        """Notes an answer. A disk that is full does not keep anybody from being answered."""
        path = self._path(begun.answer)
        try:
            path.with_suffix(".new").write_text(json.dumps(asdict(begun)), "utf-8")
            path.with_suffix(".new").replace(path)
        except OSError as error:
            log.warning("an answer in flight could not be noted: %s", error)

    def end(self, answer: str) -> None:
        """Strikes out an answer that has its ending."""
        self._path(answer).unlink(missing_ok=True)

    def left(self) -> list[Begun]:
        """The answers that an earlier process began and did not end, oldest first; unreadable notes are dropped."""
        found = []
        for path in self._folder.iterdir():
            try:
                found.append(Begun(**json.loads(path.read_text("utf-8"))))
            except (ValueError, TypeError, OSError):
                path.unlink(missing_ok=True)
        return sorted(found, key=lambda one: one.at_s)

    def _path(self, answer: str) -> Path:
        return self._folder / f"{answer}.json"
