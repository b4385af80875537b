"""The door Memory for tests: keeps everything in this process until it ends."""

from collections import defaultdict, deque
from collections.abc import Collection, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any

from bot.state.buckets import Buckets
from bot.state.memory import MAX_TURNS
from bot.state.values import (
    SETTINGS,
    Cause,
    Change,
    Gap,
    Limits,
    Place,
    Preferences,
    ServerSettings,
    StoredAnswer,
    Verdict,
)


class InMemory:
    """Keeps everything in this process, the latest `most_answers` answers."""

    working = True

    def __init__(self, most_answers: int = 10_000) -> None:
        self._preferences: dict[int, Preferences] = {}
        self._servers: dict[int, ServerSettings] = {}
        self._answers: dict[str, StoredAnswer] = {}
        self._places: defaultdict[Place, deque[str]] = defaultdict(lambda: deque(maxlen=MAX_TURNS))
        self._judged: dict[tuple[str, int], bool] = {}
        self._changes: list[Change] = []
        self._buckets = Buckets()
        self.left: set[int] = set()
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
        """Changes a server's settings and writes down who did."""
        if what := settings.changed_from(await self.server(guild)):
            change = Change(len(self._changes) + 1, guild, by, SETTINGS, what, datetime.now(UTC))
            self._changes.append(change)
        self._servers[guild] = settings

    async def changes(self, guild: int, most: int = 50) -> Sequence[Change]:
        """The admin log of a server, newest first."""
        return [one for one in reversed(self._changes) if one.guild == guild][:most]

    async def save(self, stored: StoredAnswer) -> None:
        """Keeps an answer, unless its asker paused the memory; the oldest goes when there are too many."""
        if (await self.preferences(stored.user)).paused:
            self._answers.pop(stored.id, None)
            return
        if stored.id not in self._answers:
            self._places[stored.place].append(stored.id)
        self._answers[stored.id] = replace(stored, question=replace(stored.question, history=()))
        while len(self._answers) > self._most:
            del self._answers[next(iter(self._answers))]

    async def answer(self, answer_id: str) -> StoredAnswer | None:
        """The answer with this id."""
        return self._answers.get(answer_id)

    async def recent(self, place: Place) -> Sequence[StoredAnswer]:
        """The last answers in a place, oldest first."""
        return [self._answers[one] for one in self._places.get(place, ()) if one in self._answers]

    async def written(self, answer_id: str) -> None:
        """Is at once."""

    async def judge(self, answer_id: str, user: int, helpful: bool) -> None:
        """Keeps a 👍 or 👎 about an answer that is kept, unless this person's memory is paused."""
        if answer_id in self._answers and not (await self.preferences(user)).paused:
            self._judged[answer_id, user] = helpful

    async def allow(self, user: int, guild: int, limits: Limits) -> Verdict:
        """Takes a question from the person's allowance and the server's, or from neither."""
        return self._buckets.take(user, guild, limits, datetime.now(UTC).timestamp())

    async def forget(self, user: int) -> bool:
        """Deletes everything about a person."""
        self._preferences.pop(user, None)
        self._buckets.forget(user)
        self._answers = {name: one for name, one in self._answers.items() if one.user != user}
        self._judged = {
            key: helpful for key, helpful in self._judged.items() if key[0] in self._answers and key[1] != user
        }
        self._changes = [replace(one, by=0) if one.by == user else one for one in self._changes]
        return True

    async def forget_guild(self, guild: int) -> bool:
        """Deletes everything about a server."""
        self._servers.pop(guild, None)
        self._answers = {name: one for name, one in self._answers.items() if one.place.guild != guild}
        self._changes = [one for one in self._changes if one.guild != guild]
        return True

    async def left_guild(self, guild: int) -> None:
        """Notes that a server removed the bot."""
        self.left.add(guild)

    async def joined_guilds(self, guilds: Collection[int]) -> None:
        """Notes that the bot is in these servers."""
        self.left -= set(guilds)

    async def known_guilds(self) -> set[int]:
        """The servers about which something is kept and that are not noted as left."""
        return set(self._servers) - self.left

    async def export(self, user: int) -> dict[str, Any] | None:
        """Everything about a person."""
        known = self._preferences.get(user)
        return {
            "user": user,
            "preferences": [asdict(known)] if known else [],
            "answers": [_plain(one) for one in self._answers.values() if one.user == user],
            "feedback": [{"answer": key[0], "helpful": value} for key, value in self._judged.items() if key[1] == user],
            "changes": [{**asdict(one), "at": one.at.isoformat()} for one in self._changes if one.by == user],
        }

    async def gaps(self, guild: int | None = None) -> Sequence[Gap]:
        """The questions that were declined or got a 👎."""
        disliked = {key[0] for key, helpful in self._judged.items() if not helpful}
        finished = [one for one in self._answers.values() if one.finished and guild in {None, one.place.guild}]
        declined = [one.gap(Cause.DECLINED) for one in finished if one.answer.is_gap]
        unhelpful = [one.gap(Cause.UNHELPFUL) for one in finished if one.id in disliked]
        return sorted(declined + unhelpful, key=lambda gap: gap.at)


def _plain(stored: StoredAnswer) -> dict[str, Any]:
    return {**asdict(stored), "at": stored.at.isoformat()}
