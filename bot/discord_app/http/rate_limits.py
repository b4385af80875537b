"""Reads Discord's rate-limit headers off every answer and tells them to the pace of the message being drawn.

discord.py keeps its own buckets and waits when they are empty; here an edit is not even begun that would have to wait.
Before each request stands the gate that keeps all of them together within what Discord allows a bot.
"""

import asyncio
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from types import SimpleNamespace

import aiohttp

from bot.discord_app.http.edit_throttle import EditThrottle
from bot.discord_app.http.global_limit import GlobalRateLimiter

_UNCOUNTED = re.compile(r"/(?:interactions|webhooks)/")
"""The answers to interactions stand outside the limit that all other requests share."""

THROTTLE: ContextVar[EditThrottle | None] = ContextVar("pace", default=None)
"""The pace of the message that the current task draws."""

BROKEN_LINE = (aiohttp.ClientError, OSError)
"""What discord.py lets through when the line to Discord breaks: whether a request arrived is then unknown."""


@dataclass(slots=True)
class Requests:
    """How many requests went out; discord.py repeats some by itself."""

    sent: int = 0


_COUNTED: ContextVar[Requests | None] = ContextVar("counted", default=None)


MAX_UNDER_WAY = 8
"""Requests that Discord counts together and that may be under way at one time."""


@contextmanager
def counted() -> Iterator[Requests]:
    """Counts what is asked of Discord meanwhile."""
    requests = Requests()
    before = _COUNTED.set(requests)
    try:
        yield requests
    finally:
        _COUNTED.reset(before)


@contextmanager
def throttled(throttle: EditThrottle | None) -> Iterator[None]:
    """Return what is asked of Discord meanwhile tells its headers to this pace."""
    before = THROTTLE.set(throttle)
    try:
        yield
    finally:
        THROTTLE.reset(before)


def trace(gate: GlobalRateLimiter | None = None) -> aiohttp.TraceConfig:
    """To be given to the client as `http_trace`. Requests that Discord counts together go through the gate."""
    passing, turn, under_way = gate or GlobalRateLimiter(), asyncio.Lock(), asyncio.Semaphore(MAX_UNDER_WAY)

    async def started(_: aiohttp.ClientSession, mine: SimpleNamespace, begun: aiohttp.TraceRequestStartParams) -> None:
        if requests := _COUNTED.get():
            requests.sent += 1
        if _UNCOUNTED.search(begun.url.path):
            return
        # What the network holds up arrives together: few enough are under way that this breaks no limit.
        await under_way.acquire()
        try:
            await go()
        except BaseException:
            under_way.release()
            raise
        mine.holds = True

    async def go() -> None:
        # One after another: were places given in advance, all that came due while the loop stood still would go at once.
        async with turn:
            if delay_s := passing.delay_s(time.monotonic()):
                await asyncio.sleep(delay_s)

    async def over(_: aiohttp.ClientSession, mine: SimpleNamespace, __: object) -> None:
        if getattr(mine, "holds", False):
            mine.holds = False
            under_way.release()

    config = aiohttp.TraceConfig()
    config.on_request_start.append(started)
    config.on_request_end.append(over)
    config.on_request_exception.append(over)
    config.on_request_end.append(_ended)
    return config


async def _ended(_: aiohttp.ClientSession, __: SimpleNamespace, done: aiohttp.TraceRequestEndParams) -> None:
    throttle = THROTTLE.get()
    if throttle is None:
        return
    headers, now_s = done.response.headers, time.monotonic()
    try:
        if done.response.status == 429:
            throttle.refused(float(headers.get("Retry-After", 1)), now_s)
        elif "X-RateLimit-Remaining" in headers:
            throttle.allowed(int(headers["X-RateLimit-Remaining"]), float(headers["X-RateLimit-Reset-After"]), now_s)
    except (KeyError, ValueError):  # a proxy's own answer: discord.py copes with it, and so does the pace without it
        return
