"""Starting and stopping: one line about what keeps the bot from starting, and an end within ten seconds."""

import asyncio
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import discord
import pytest
from multidict import CIMultiDict

from bot.discord_app import run
from bot.discord_app.application.token import CannotStart, checked
from bot.discord_app.http import rate_limits
from bot.discord_app.http.edit_throttle import EditThrottle

TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcdE.abcdefghijklmnopqrstuvwxyz0123456789AB"


@dataclass
class Client:
    """As much of a client as is started and stopped."""

    failure: Exception | None = None
    closes_s: float = 0.0
    finished: list[float] = field(default_factory=list)
    closed: bool = False
    started: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def services(self) -> Any:
        return SimpleNamespace(answers=SimpleNamespace(running=self))

    async def start(self, token: str) -> None:
        if self.failure:
            raise self.failure
        self.started.set()
        await asyncio.Event().wait()

    async def finish(self, within_s: float) -> None:
        self.finished.append(within_s)

    async def close(self) -> None:
        await asyncio.sleep(self.closes_s)
        self.closed = True


def refused(kind: Callable[..., Exception], status: int) -> Exception:
    return kind(SimpleNamespace(status=status, reason="refused", headers={}), "refused")


@pytest.mark.parametrize(
    ("failure", "repair"),
    [
        (discord.LoginFailure("Improper token"), "Reset Token"),
        (discord.PrivilegedIntentsRequired(None), "DISCORD_MESSAGE_CONTENT=false"),
        (refused(discord.HTTPException, 503), "cannot be reached"),
        (discord.GatewayNotFound(), "cannot be reached"),  # type: ignore[no-untyped-call]
        (OSError("no route to host"), "cannot be reached"),
        (discord.ConnectionClosed(SimpleNamespace(close_code=4011), shard_id=None, code=4011), "cannot be reached"),  # type: ignore[arg-type]
    ],
)
async def test_what_keeps_it_from_starting_is_one_line(failure: Exception, repair: str) -> None:
    client = Client(failure)
    with pytest.raises(CannotStart) as caught:
        await run.run(client, "token")  # type: ignore[arg-type]
    assert repair in str(caught.value)
    assert "\n" not in str(caught.value)
    assert client.closed


@pytest.mark.parametrize("name", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_lets_answers_finish_and_closes(name: signal.Signals) -> None:
    client = Client()
    running = asyncio.create_task(run.run(client, "token"))  # type: ignore[arg-type]
    await client.started.wait()
    os.kill(os.getpid(), name)
    async with asyncio.timeout(10):
        await running
    assert client.finished == [run.FINISH_S]
    assert client.closed


async def test_a_connection_that_does_not_close_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "CLOSE_S", 0.05)
    client = Client(closes_s=60)
    running = asyncio.create_task(run.run(client, "token"))  # type: ignore[arg-type]
    await client.started.wait()
    begun = time.monotonic()
    os.kill(os.getpid(), signal.SIGTERM)
    async with asyncio.timeout(10):
        await running
    assert time.monotonic() - begun < 10
    assert not client.closed


def test_finishing_and_closing_together_take_less_than_ten_seconds() -> None:
    assert run.FINISH_S + run.CLOSE_S < 10


@pytest.mark.parametrize("typed", [TOKEN, f"  {TOKEN}\n", f'"{TOKEN}"', f"Bot {TOKEN}"])
def test_a_token_is_taken_as_people_copy_it(typed: str) -> None:
    assert checked(typed) == TOKEN


@pytest.mark.parametrize(
    ("typed", "repair"), [("", "no DISCORD_TOKEN"), ("  ''", "no DISCORD_TOKEN"), ("hello", "no bot token")]
)
def test_what_is_no_token_is_said_before_discord_is_asked(typed: str, repair: str) -> None:
    with pytest.raises(CannotStart, match=repair):
        checked(typed)


async def told(status: int, **sent: str) -> float:
    """How long the pace waits after an answer with these rate_limits."""
    throttle = EditThrottle()
    answer = SimpleNamespace(response=SimpleNamespace(status=status, headers=CIMultiDict(sent)))
    with rate_limits.throttled(throttle):
        for listener in rate_limits.trace().on_request_end:
            await listener(None, SimpleNamespace(), answer)  # type: ignore[arg-type]
    assert rate_limits.THROTTLE.get() is None
    return throttle.wait_s(time.monotonic())


async def test_the_headers_of_an_answer_set_the_pace() -> None:
    none_left = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset-After": "7.5"}
    assert 7 < await told(200, **none_left) <= 7.5
    assert 4 < await told(429, **{"Retry-After": "5"}) <= 5
    assert await told(200) == 0
    assert await told(200, **{"X-RateLimit-Remaining": "many", "X-RateLimit-Reset-After": "1"}) == 0
    assert await told(200, **{"X-RateLimit-Remaining": "3"}) == 0


async def test_requests_outside_a_drawing_tell_nobody() -> None:
    answer = SimpleNamespace(response=SimpleNamespace(status=429, headers=CIMultiDict({"Retry-After": "5"})))
    for listener in rate_limits.trace().on_request_end:
        await listener(None, SimpleNamespace(), answer)  # type: ignore[arg-type]
    assert rate_limits.THROTTLE.get() is None
