"""Faults on order: what shall go wrong next, on which route or with which interaction.

Knows no handler: the server asks it before and after each request and at each dispatch.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase

MESSAGES = {
    10008: (404, "Unknown Message"),
    10062: (404, "Unknown interaction"),
    40060: (400, "Interaction has already been acknowledged."),
    50001: (403, "Missing Access"),
    50007: (403, "Cannot send messages to this user"),
    50013: (403, "Missing Permissions"),
    50027: (401, "Invalid Webhook Token"),
    30046: (429, "Maximum number of edits to messages older than 1 hour reached. Try again later"),
}


class Refused(Exception):
    """A request ends here: HTTP status, Discord's code and its message."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(f"{status} {code} {message}")
        self.status, self.code, self.message = status, code, message

    @classmethod
    def of(cls, code: int) -> Refused:
        """The refusal with one of Discord's usual codes."""
        return cls(MESSAGES[code][0], code, MESSAGES[code][1])


@dataclass(slots=True)
class Fault:
    """What happens to the next `times` requests whose "METHOD /route" matches `pattern` (`*` stands for anything)."""

    pattern: str
    times: int
    status: int = 0
    code: int = 0
    message: str = ""
    retry_after_s: float = 0.0
    via: bool = True
    after: bool = False
    """Whether the request takes effect before it fails: the sender cannot know."""
    wait_s: float = 0.0
    drop: bool = False
    """Whether the connection ends without a reply."""
    hits: int = 0


@dataclass(slots=True)
class Faults:
    """The list of faults on order, and counters for interactions."""

    ordered: list[Fault] = field(default_factory=list)
    duplicates: int = 0
    """How many of the coming interactions are delivered twice."""
    too_late: int = 0
    """How many of the coming callbacks are answered 10062."""
    already: int = 0
    """How many of the coming callbacks are answered 40060, as if another process had been quicker."""
    tokens_expired: bool = False
    """While true, every interaction's token is past its 15 minutes (50027)."""

    def fail(self, pattern: str, status: int = 500, times: int = 1, *, after: bool = False) -> Fault:
        """The server breaks: 500, 502 and the like, before or after it did what was asked."""
        return self._order(Fault(pattern, times, status, 0, f"{status}: scripted", after=after))

    def refuse(self, pattern: str, code: int, times: int = 1) -> Fault:
        """One of Discord's codes, such as 50013 or 10008."""
        status, message = MESSAGES[code]
        return self._order(Fault(pattern, times, status, code, message))

    def limit(self, pattern: str, retry_after_s: float, times: int = 1, *, via: bool = True) -> Fault:
        """A 429 that the bot did not cause."""
        return self._order(Fault(pattern, times, 429, retry_after_s=retry_after_s, via=via))

    def slow(self, pattern: str, wait_s: float, times: int = 1) -> Fault:
        """A reply that takes its time."""
        return self._order(Fault(pattern, times, wait_s=wait_s))

    def drop(self, pattern: str, times: int = 1, *, after: bool = False) -> Fault:
        """The connection ends in place of a reply."""
        return self._order(Fault(pattern, times, drop=True, after=after))

    def take(self, route: str) -> Fault | None:
        """The fault for this request, used up by one."""
        for one in self.ordered:
            if one.times > 0 and fnmatchcase(route, one.pattern.replace("[", "[[]")):
                one.times -= 1
                one.hits += 1
                return one
        return None

    def use(self, counter: str) -> bool:
        """Whether one of the counted faults applies now; uses it up."""
        left: int = getattr(self, counter)
        setattr(self, counter, max(0, left - 1))
        return left > 0

    def _order(self, fault: Fault) -> Fault:
        self.ordered.append(fault)
        return fault
