"""Rate limits as Discord gives them: buckets with headers, 429 with its JSON, the global limit; every 429 is counted.

The sizes are of the order that bots report, since Discord publishes none; a test may set others. Knows no handler.
"""

from __future__ import annotations

import hashlib
import time
from collections import deque
from dataclasses import dataclass, field

from aiohttp import web

GLOBAL_PER_S = 50
VIA = "1.1 google"
SIZES: dict[str, tuple[int, float]] = {
    "POST /channels/{channel_id}/messages": (5, 5.0),
    "PATCH /channels/{channel_id}/messages/{message_id}": (5, 5.0),
    "DELETE /channels/{channel_id}/messages/{message_id}": (5, 1.0),
    "POST /channels/{channel_id}/typing": (5, 5.0),
    "POST /channels/{channel_id}/messages/{message_id}/threads": (10, 10.0),
    "POST /channels/{channel_id}/threads": (10, 10.0),
    "PUT /channels/{channel_id}/messages/{message_id}/reactions/{emoji}/@me": (1, 0.25),
    "POST /users/@me/channels": (10, 10.0),
    "POST /webhooks/{webhook_id}/{webhook_token}": (5, 2.0),
    "PATCH /webhooks/{webhook_id}/{webhook_token}/messages/@original": (5, 2.0),
    "PATCH /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}": (5, 2.0),
}
MAJOR = ("channel_id", "guild_id", "webhook_id", "webhook_token")


@dataclass(frozen=True, slots=True)
class Limited:
    """One 429: to whom (route and major parameters), of which kind, and when (loop time, s)."""

    route: str
    major: str
    scope: str
    scripted: bool
    at_s: float


@dataclass(slots=True)
class _Bucket:
    limit: int
    per_s: float
    used: int = 0
    resets_s: float = 0.0

    def take(self, now: float) -> bool:
        if now >= self.resets_s:
            self.used, self.resets_s = 0, now + self.per_s
        self.used += 1
        return self.used <= self.limit


@dataclass(slots=True)
class Limits:
    """The buckets of one stand-in. `given` lists every 429; `caused` those that no test asked for."""

    sizes: dict[str, tuple[int, float]] = field(default_factory=lambda: dict(SIZES))
    global_per_s: int = GLOBAL_PER_S
    given: list[Limited] = field(default_factory=list)
    _buckets: dict[tuple[str, str], _Bucket] = field(default_factory=dict)
    _recent: deque[float] = field(default_factory=deque)

    @property
    def caused(self) -> list[Limited]:
        return [one for one in self.given if not one.scripted]

    def take(self, route: str, request: web.Request) -> tuple[dict[str, str], web.Response | None]:
        """The headers for the reply, and the 429 instead of it where the bot was too quick."""
        now, major = time.monotonic(), "+".join(request.match_info.get(key, "") for key in MAJOR)
        if not route.startswith(("POST /interactions", "GET /gateway")) and "/webhooks/" not in route:
            while self._recent and self._recent[0] <= now - 1:
                self._recent.popleft()
            if len(self._recent) >= self.global_per_s:
                return {}, self.refuse(route, major, self._recent[0] + 1 - now, scope="global")
            self._recent.append(now)
        if route not in self.sizes:
            return {}, None
        bucket = self._bucket(route, major)
        taken = bucket.take(now)
        headers = _headers(route, bucket, now)
        if taken:
            return headers, None
        return headers, self.refuse(route, major, bucket.resets_s - now, scope="user", headers=headers)

    def refuse(
        self,
        route: str,
        major: str,
        retry_after_s: float,
        *,
        scope: str,
        scripted: bool = False,
        via: bool = True,
        headers: dict[str, str] | None = None,
    ) -> web.Response:
        """A 429 as Discord words it, counted. Without `via` discord.py takes it for a ban by the address guard."""
        self.given.append(Limited(route, major, scope, scripted, time.monotonic()))
        extra = {"Retry-After": str(int(retry_after_s) + 1), "X-RateLimit-Scope": scope} | (headers or {})
        extra |= {"Via": VIA} if via else {}
        extra |= {"X-RateLimit-Global": "true"} if scope == "global" else {}
        body = {"message": "You are being rate limited.", "retry_after": round(retry_after_s, 3)}
        return reply(body | {"global": scope == "global"}, 429, extra)

    def _bucket(self, route: str, major: str) -> _Bucket:
        if len(self._buckets) > 5000:
            now = time.monotonic()
            self._buckets = {key: one for key, one in self._buckets.items() if one.resets_s > now}
        return self._buckets.setdefault((route, major), _Bucket(*self.sizes[route]))


def _headers(route: str, bucket: _Bucket, now: float) -> dict[str, str]:
    after = max(0.0, bucket.resets_s - now)
    return {
        "X-RateLimit-Limit": str(bucket.limit),
        "X-RateLimit-Remaining": str(max(0, bucket.limit - bucket.used)),
        "X-RateLimit-Reset": f"{time.time() + after:.3f}",
        "X-RateLimit-Reset-After": f"{after:.3f}",
        "X-RateLimit-Bucket": hashlib.md5(route.encode(), usedforsecurity=False).hexdigest(),
    }


def reply(body: object, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """JSON with the content type that discord.py insists on, without a charset."""
    import json

    made = web.Response(body=json.dumps(body).encode(), status=status, headers=headers)
    made.headers["Content-Type"] = "application/json"
    return made
