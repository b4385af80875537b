"""Memory: the one door of the surfaces to what is kept, and an implementation that keeps it until the process ends.

A database behind the same door is in bot/state/database.py. Nothing here raises because storage failed: what cannot be
kept is not kept, and an answer goes out all the same.
"""

from collections import defaultdict, deque
from collections.abc import Sequence
from typing import Protocol

from bot.state.values import Kept, Place, Preferences, ServerSettings

MOST_TURNS = 20
"""Of a place: how far a conversation looks back."""


class Memory(Protocol):
    """What a surface remembers and looks up."""

    async def preferences(self, user: int) -> Preferences:
        """How this person likes to be answered; the defaults for somebody new."""
        ...

    async def prefer(self, user: int, preferences: Preferences) -> None:
        """Remembers a person's preferences."""
        ...

    async def server(self, guild: int) -> ServerSettings:
        """The settings of a server; the defaults for a new one."""
        ...

    async def set_server(self, guild: int, settings: ServerSettings, by: int) -> None:
        """Changes a server's settings; `by` is the admin who did."""
        ...

    async def keep(self, kept: Kept) -> None:
        """Keeps an answer, or puts it in the place of the one with the same id."""
        ...

    async def answer(self, answer_id: str) -> Kept | None:
        """The answer with this id; None when it is unknown or has expired."""
        ...

    async def recent(self, place: Place) -> Sequence[Kept]:
        """The last answers in a place, everybody's, oldest first, at most MOST_TURNS."""
        ...

    async def unfinished(self) -> Sequence[Kept]:
        """The answers that a crash left in the middle."""
        ...

    async def judge(self, answer_id: str, user: int, helpful: bool) -> None:
        """Keeps a 👍 or 👎; a person's later one replaces the earlier."""
        ...


class InMemory:
    """Keeps everything in this process, the latest `most_answers` answers."""

    def __init__(self, most_answers: int = 10_000) -> None:
        self._preferences: dict[int, Preferences] = {}
        self._servers: dict[int, ServerSettings] = {}
        self._answers: dict[str, Kept] = {}
        self._places: defaultdict[Place, deque[str]] = defaultdict(lambda: deque(maxlen=MOST_TURNS))
        self._judged: dict[tuple[str, int], bool] = {}
        self._most = most_answers

    async def preferences(self, user: int) -> Preferences:
        """How this person likes to be answered."""
        return self._preferences.get(user, Preferences())

    async def prefer(self, user: int, preferences: Preferences) -> None:
        """Remembers a person's preferences."""
        self._preferences[user] = preferences

    async def server(self, guild: int) -> ServerSettings:
        """The settings of a server."""
        return self._servers.get(guild, ServerSettings())

    async def set_server(self, guild: int, settings: ServerSettings, by: int) -> None:
        """Changes a server's settings."""
        self._servers[guild] = settings

    async def keep(self, kept: Kept) -> None:
        """Keeps an answer; the oldest goes when there are too many."""
        if kept.id not in self._answers:
            self._places[kept.place].append(kept.id)
        self._answers[kept.id] = kept
        while len(self._answers) > self._most:
            del self._answers[next(iter(self._answers))]

    async def answer(self, answer_id: str) -> Kept | None:
        """The answer with this id."""
        return self._answers.get(answer_id)

    async def recent(self, place: Place) -> Sequence[Kept]:
        """The last answers in a place, oldest first."""
        return [self._answers[one] for one in self._places.get(place, ()) if one in self._answers]

    async def unfinished(self) -> Sequence[Kept]:
        """The answers that were not finished."""
        return [one for one in self._answers.values() if not one.finished]

    async def judge(self, answer_id: str, user: int, helpful: bool) -> None:
        """Keeps a 👍 or 👎."""
        self._judged[answer_id, user] = helpful
