"""The answers that are being given, on disk: what a crash left on the screen is ended at the next start.

One small file for each answer, written before Discord is told that an answer will come and removed when it has come.
Knows no Discord; the way back to a message is an opaque text.
"""

import json
import logging
import time
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.discord_app.answers.conversation import Request, unanswered
from bot.state.values import Place, StoredAnswer
from bot.tutor.dialogue import Question
from corpus.entry import Level

log = logging.getLogger(__name__)

TOKEN_LIFE_S = 15 * 60
"""How long Discord lets an interaction be answered."""


@dataclass(frozen=True, slots=True)
class PendingAnswer:
    """An answer that was begun: the way to its card, what was asked, by whom and where, and when, in seconds since 1970.

    The card is either the response of an interaction (`application` and `token`) or a message (`channel`, `message`).
    A message that was being sent has a `nonce` in place of its id, and is a reply to `reply_to`.
    """

    answer: str
    question: str
    user: int
    channel: int = 0
    guild: int = 0
    level: str = ""
    audience: str = ""
    message: int = 0
    application: int = 0
    token: str = ""
    nonce: str = ""
    reply_to: int = 0
    at_s: float = field(default_factory=time.time)

    @classmethod
    def of_request(cls, answer_id: str, request: Request, **way: Any) -> "PendingAnswer":
        """Return the note of a request that is about to be answered; `way` leads to its card."""
        place, level = request.place, request.level or ""
        return cls(answer_id, request.text, request.user, place.channel, place.guild, level, request.audience, **way)

    @property
    def stored(self) -> StoredAnswer:
        """Return what is kept of it, so that Retry knows what was asked."""
        level = Level(self.level) if self.level in set(Level) else None
        question = Question(self.question, level, audience=self.audience)
        place = Place(self.channel, self.guild)
        at = datetime.fromtimestamp(self.at_s, UTC)
        return StoredAnswer(self.answer, place, self.user, question, unanswered(question), finished=False, at=at)


class PendingAnswers:
    """The answers in flight, in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)  # tokens stand in it, good for fifteen minutes

    def begin(self, begun: PendingAnswer) -> None:
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

    def left(self) -> list[PendingAnswer]:
        """Return the answers that an earlier process began and did not end, oldest first; unreadable notes are dropped."""
        found = []
        for path in self._folder.iterdir():
            try:
                found.append(PendingAnswer(**json.loads(path.read_text("utf-8"))))
            except (ValueError, TypeError, OSError):
                path.unlink(missing_ok=True)
        return sorted(found, key=lambda one: one.at_s)

    def _path(self, answer: str) -> Path:
        return self._folder / f"{answer}.json"
