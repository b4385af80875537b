"""The gate before all requests: never more than Discord allows in any second, in order, and not for interactions."""

import asyncio
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest
from discord_app.virtual_time import now_s, run
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from bot.discord_app.http import rate_limits
from bot.discord_app.http.global_limit import MAX_AT_ONCE, PER_S, GlobalRateLimiter

LIMIT = 50
"""Requests that Discord allows a bot in a second."""

gaps_s = st.lists(st.one_of(st.just(0.0), st.floats(0, 0.05), st.floats(0, 3)), min_size=1, max_size=300)


def passed(came_s: list[float], gate: GlobalRateLimiter) -> list[float]:
    """When each request goes out."""
    return [at_s + gate.delay_s(at_s) for at_s in came_s]


def most_in_a_second(times: list[float]) -> int:
    """The most requests in any second that begins with one of them."""
    return max(sum(begin <= one < begin + 1 - 1e-9 for one in times) for begin in times)


@given(gaps_s)
def test_never_more_than_the_limit_in_any_second_and_in_order(pauses_s: list[float]) -> None:
    came, at_s = [], 0.0
    for pause_s in pauses_s:
        at_s += pause_s
        came.append(at_s)
    gone = passed(came, GlobalRateLimiter())
    assert most_in_a_second(gone) <= min(LIMIT, PER_S + MAX_AT_ONCE)
    assert gone == sorted(gone)
    assert all(out >= came_in for out, came_in in zip(gone, came, strict=True))


@given(gaps_s)
def test_nobody_waits_while_there_is_room(pauses_s: list[float]) -> None:
    gate, at_s, last_s = GlobalRateLimiter(), 0.0, 0.0
    for pause_s in pauses_s:
        at_s += max(pause_s, 1 / PER_S)
        assert gate.delay_s(at_s) == pytest.approx(0, abs=1e-9)
        assert at_s >= last_s
        last_s = at_s


def test_after_a_quiet_time_some_go_together_and_the_rest_in_step() -> None:
    gone = passed([100.0] * (MAX_AT_ONCE + 40), GlobalRateLimiter())
    assert gone[:MAX_AT_ONCE] == pytest.approx([100.0] * MAX_AT_ONCE)
    assert gone[MAX_AT_ONCE] == pytest.approx(100.0 + 1 / PER_S)
    assert gone[-1] == pytest.approx(100.0 + 40 / PER_S)


@pytest.fixture
def times(monkeypatch: pytest.MonkeyPatch) -> None:
    """The hook reads the virtual clock."""
    monkeypatch.setattr(rate_limits, "time", SimpleNamespace(monotonic=now_s))


async def begin(config: aiohttp.TraceConfig, path: str) -> float:
    """A request of the client, as far as its hooks go, answered at once; when it may go out."""
    mine = await start(config, path)
    at_s = now_s()
    await end(config.on_request_end, mine)
    return at_s


async def start(config: aiohttp.TraceConfig, path: str) -> SimpleNamespace:
    """A request that is not answered yet, by what the hooks remember of it."""
    params = SimpleNamespace(url=URL(f"https://discord.com/api/v10{path}"), method="POST")
    hook: Any = config.on_request_start[0]
    await hook(None, mine := SimpleNamespace(), params)
    return mine


async def end(hooks: Any, mine: SimpleNamespace) -> None:
    await hooks[0](None, mine, SimpleNamespace())


@pytest.mark.usefixtures("times")
@pytest.mark.parametrize("ending", ["on_request_end", "on_request_exception"])
def test_only_so_many_are_under_way_at_one_time(ending: str) -> None:
    async def main() -> list[bool]:
        config = rate_limits.trace(GlobalRateLimiter(per_s=1000, at_once=1000))
        first = [await start(config, "/channels/1/messages") for _ in range(rate_limits.MAX_UNDER_WAY)]
        waiting = asyncio.create_task(start(config, "/channels/1/messages"))
        await asyncio.sleep(1)
        seen = [waiting.done()]
        await end(getattr(config, ending), first[0])
        await asyncio.sleep(1)
        return [*seen, waiting.done()]

    assert run(main()) == [False, True]


@pytest.mark.usefixtures("times")
def test_two_hundred_messages_at_once_go_out_within_the_limit_and_in_order() -> None:
    order: list[int] = []

    async def send(config: aiohttp.TraceConfig, number: int) -> float:
        at_s = await begin(config, f"/channels/{number}/messages")
        order.append(number)
        return at_s

    async def all_of_them() -> list[float]:
        config = rate_limits.trace(GlobalRateLimiter())
        return await asyncio.gather(*(send(config, number) for number in range(200)))

    gone = run(all_of_them())
    assert most_in_a_second(gone) <= LIMIT
    assert order == sorted(order)
    assert max(gone) == pytest.approx((200 - MAX_AT_ONCE) / PER_S)


@pytest.mark.usefixtures("times")
@pytest.mark.parametrize(
    "path", ["/interactions/1/token/callback", "/webhooks/1/token/messages/@original", "/webhooks/1/token"]
)
def test_answers_to_interactions_pass_a_gate_that_is_shut(path: str) -> None:
    async def main() -> tuple[float, float]:
        gate = GlobalRateLimiter(per_s=0.01, at_once=1)
        config = rate_limits.trace(gate)
        await begin(config, "/channels/1/messages")
        free = await begin(config, path)
        return free, await begin(config, "/channels/1/messages")

    assert run(main()) == (0.0, pytest.approx(100.0))


@pytest.mark.usefixtures("times")
def test_who_gives_up_while_waiting_holds_nobody_else_up_for_long() -> None:
    async def main() -> float:
        config = rate_limits.trace(GlobalRateLimiter(per_s=1, at_once=1))
        await begin(config, "/a")
        waiting = asyncio.create_task(begin(config, "/b"))
        await asyncio.sleep(0)
        waiting.cancel()
        return await begin(config, "/c")

    assert run(main()) <= 2.0


@pytest.mark.usefixtures("times")
def test_after_the_loop_stood_still_nothing_goes_out_in_a_heap() -> None:
    async def main() -> list[float]:
        config = rate_limits.trace(GlobalRateLimiter())
        sending = [asyncio.create_task(begin(config, "/channels/1/messages")) for _ in range(150)]
        await asyncio.sleep(0.2)
        loop: Any = asyncio.get_running_loop()
        loop._jumping.now_s += 2.0  # something held the loop for two seconds
        return await asyncio.gather(*sending)

    assert most_in_a_second(run(main())) <= LIMIT
