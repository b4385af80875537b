"""When a message may be edited next: per message, from what Discord's headers say of its route. Pure.

Time comes in as seconds of any clock that does not go back.
"""

from dataclasses import dataclass, field

BETWEEN_EDITS_S = 1.2
MAX_BETWEEN_EDITS_S = 10.0
"""The slowest rhythm; a single wait that Discord asks for may be longer."""

EASED = 0.8
"""How much of what a refusal added is left after each edit that went through."""


@dataclass(slots=True)
class EditThrottle:
    """The rhythm of one message's edits. It starts at `between_s`, doubles when Discord refuses an edit, and returns to
    its start with the edits that go through.
    """

    between_s: float = BETWEEN_EDITS_S
    _usual_s: float = field(init=False)
    _next_s: float = 0.0

    def __post_init__(self) -> None:
        self._usual_s = self.between_s

    def wait_s(self, now_s: float) -> float:
        """Return the seconds until the next edit may go out; 0 for at once."""
        return max(0.0, self._next_s - now_s)

    def edited(self, now_s: float) -> None:
        """Return an edit has gone out."""
        self._not_before(now_s + self.between_s)
        self.between_s = self._usual_s + EASED * (self.between_s - self._usual_s)

    def allowed(self, remaining: int, reset_after_s: float, now_s: float) -> None:
        """Return what the headers of an answer said: so many more requests in so many seconds."""
        if remaining <= 0:
            self._not_before(now_s + reset_after_s)
        else:
            # One is kept back, so that the last edit finds its place.
            spread_s = reset_after_s / max(1, remaining - 1)
            self._not_before(now_s + min(max(spread_s, self.between_s), MAX_BETWEEN_EDITS_S))

    def refused(self, retry_after_s: float, now_s: float) -> None:
        """Discord answered 429, or could not take the edit for the moment."""
        self.between_s = max(self.between_s, min(2 * self.between_s, MAX_BETWEEN_EDITS_S))
        self._not_before(now_s + max(retry_after_s, self.between_s))

    def _not_before(self, at_s: float) -> None:
        self._next_s = max(self._next_s, at_s)
