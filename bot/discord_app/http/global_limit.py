"""How many requests of one process may go to Discord in a second. Pure; time comes in as seconds of one clock.

Discord allows a bot fifty, the answers to interactions apart, and discord.py counts only route by route: two hundred
direct messages at once would be refused together, five times in step.
"""

from dataclasses import dataclass

PER_S = 30.0
MAX_AT_ONCE = 5
"""Requests that may go out together after a quiet time. Both leave room for what a busy network bunches together."""


@dataclass(slots=True)
class GlobalRateLimiter:
    """Gives each request its place in time."""

    per_s: float = PER_S
    at_once: int = MAX_AT_ONCE
    _next_s: float = float("-inf")

    @classmethod
    def shared_by(cls, processes: int) -> "GlobalRateLimiter":
        """One of so many gates of one bot, which Discord counts together."""
        return cls(PER_S / processes, max(1, MAX_AT_ONCE // processes))

    def delay_s(self, now_s: float) -> float:
        """Takes the next place, and says in how many seconds it comes; 0 for now."""
        earliest = now_s - (self.at_once - 1) / self.per_s
        place_s = max(self._next_s, earliest)
        self._next_s = place_s + 1 / self.per_s
        return max(0.0, place_s - now_s)
