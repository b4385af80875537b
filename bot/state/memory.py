"""Memory: the one door of the surfaces to what is kept.

The database behind it is in bot/state/database.py, made safe by bot/state/circuit_breaker.py. Nothing here raises
because storage failed: what cannot be kept is not kept, and an answer goes out all the same.
"""

from collections.abc import Collection, Sequence
from typing import Any, Protocol

from bot.state.values import Change, Gap, Limits, Place, Preferences, ServerSettings, StoredAnswer, Verdict

MAX_TURNS = 20
"""Of a place: how far a conversation looks back."""

GRACE_DAYS = 7
"""How long what belongs to a server is kept after it removed the bot: whoever did so by mistake invites it again."""


class Memory(Protocol):
    """What a surface remembers and looks up."""

    @property
    def working(self) -> bool:
        """Return whether what is kept now will be there later; False while the database is away."""
        ...

    async def preferences(self, user: int) -> Preferences:
        """Return how this person likes to be answered; the defaults for somebody new."""
        ...

    async def prefer(self, user: int, preferences: Preferences) -> None:
        """Remembers a person's preferences."""
        ...

    async def server(self, guild: int) -> ServerSettings:
        """Return the settings of a server; the defaults for a new one."""
        ...

    async def set_server(self, guild: int, settings: ServerSettings, by: int) -> None:
        """Changes a server's settings; `by` is the admin who did."""
        ...

    async def save(self, stored: StoredAnswer) -> None:
        """Keeps an answer, or puts it in the place of the one with the same id."""
        ...

    async def written(self, answer_id: str) -> None:
        """Waits until a saved answer is in the database or, while that is away, in the file of unsaved answers."""
        ...

    async def answer(self, answer_id: str) -> StoredAnswer | None:
        """Return the answer with this id; None when it is unknown or has expired."""
        ...

    async def recent(self, place: Place) -> Sequence[StoredAnswer]:
        """Return the last answers in a place, everybody's, oldest first, at most MAX_TURNS."""
        ...

    async def judge(self, answer_id: str, user: int, helpful: bool) -> None:
        """Keeps a 👍 or 👎; a person's later one replaces the earlier."""
        ...

    async def allow(self, user: int, guild: int, limits: Limits) -> Verdict:
        """Takes a question from the person's allowance in this server (0: direct messages) and from the server's."""
        ...

    async def forget(self, user: int) -> bool:
        """Deletes everything about a person, now; False when it could not be done and has to be tried again."""
        ...

    async def forget_guild(self, guild: int) -> bool:
        """Deletes everything about a server, now; False when it could not be done and has to be tried again."""
        ...

    async def left_guild(self, guild: int) -> None:
        """Notes that a server removed the bot: after GRACE_DAYS everything about it is deleted."""
        ...

    async def joined_guilds(self, guilds: Collection[int]) -> None:
        """Notes that the bot is in these servers: nothing about them is deleted."""
        ...

    async def known_guilds(self) -> set[int]:
        """Return the servers about which something is kept and that are not noted as left."""
        ...

    async def export(self, user: int) -> dict[str, Any] | None:
        """Return everything about a person, as JSON takes it; None when it cannot be read just now."""
        ...

    async def gaps(self, guild: int | None = None) -> Sequence[Gap]:
        """Return what was asked in a server and not answered well (0: direct messages, None: anywhere), oldest first."""
        ...

    async def changes(self, guild: int, most: int = 50) -> Sequence[Change]:
        """Return the admin log of a server, newest first."""
        ...
