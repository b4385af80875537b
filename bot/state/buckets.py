"""How often somebody may ask: token buckets. Pure; knows no database and no clock: `now` is Unix time in seconds.

A bucket starts full, a question takes a token, and tokens come back evenly.
"""

from dataclasses import dataclass, field

from bot.state.values import Limits, Rate, Verdict

EVERYBODY = 0
"""In the place of a user: the bucket of the whole guild."""

MAX_BUCKETS = 10_000
ONE = 1 - 1e-9
"""A token, less what floating point may lose on the way."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """Tokens as they were at a time."""

    tokens: float
    at: float


def refilled(bucket: Bucket | None, rate: Rate, now: float) -> Bucket:
    """Return the bucket with what came back since; a clock that went backwards gives nothing."""
    if bucket is None:
        return Bucket(rate.capacity, now)
    tokens = bucket.tokens + max(0.0, now - bucket.at) * rate.per_s
    return Bucket(min(tokens, rate.capacity), max(now, bucket.at))


def wait_s(bucket: Bucket | None, rate: Rate, now: float) -> float:
    """Return the seconds until there is a token, 0 when there is one."""
    tokens = refilled(bucket, rate, now).tokens
    return 0.0 if tokens >= ONE else (1 - tokens) / rate.per_s


def spent(bucket: Bucket | None, rate: Rate, now: float) -> Bucket:
    """Return the bucket after a question that it had a token for."""
    full = refilled(bucket, rate, now)
    return Bucket(full.tokens - 1, full.at)


@dataclass(slots=True)
class Buckets:
    """The same in this process alone: for people whose memory is paused, and while the database is away."""

    stored: dict[tuple[int, int], Bucket] = field(default_factory=dict)

    def take(self, user: int, guild: int, limits: Limits, now: float) -> Verdict:
        """Takes a token from both buckets, or from none."""
        both = wanted(user, guild, limits)
        for key, rate in both:
            if wait := wait_s(self.stored.get(key), rate, now):
                return Verdict(False, wait, key[1] == EVERYBODY)
        for key, rate in both:
            self.stored[key] = spent(self.stored.pop(key, None), rate, now)
        while len(self.stored) > MAX_BUCKETS:
            del self.stored[next(iter(self.stored))]
        return Verdict()

    def forget(self, user: int) -> None:
        """Drops a person's buckets."""
        self.stored = {key: bucket for key, bucket in self.stored.items() if key[1] != user}


def wanted(user: int, guild: int, limits: Limits) -> list[tuple[tuple[int, int], Rate]]:
    """Return the person's bucket first: who has to wait takes nothing from the others."""
    both = (((guild, user), limits.user), ((guild, EVERYBODY), limits.guild if guild else None))
    return [(key, rate) for key, rate in both if rate]
