"""The schedule in a real event loop, before generators that hold still until they are told to go on."""

import asyncio
import gc
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

import pytest

from bot.tutor.errors import ModelBusy, ModelFailed, ModelUnavailable, Replaced
from bot.tutor.events import Text, Waiting
from bot.tutor.fair_scheduling import Asker, Capacity, Load, SecondRequest
from bot.tutor.generator import Echo, Limits, Message, Scripted, Speaker
from bot.tutor.request_queue import Schedule

ANN, BEN, CAT = Asker("red", "ann"), Asker("red", "ben"), Asker("blue", "cat")
LIMITS = Limits()
ONE = Capacity(at_once=1)


class Held:
    """Says "<question> " as soon as it begins and "is." once it is let go; remembers what began and what closed."""

    def __init__(self, failure: BaseException | None = None) -> None:
        self.go = asyncio.Event()
        self.failure = failure
        self.began: list[str] = []
        self.closed: list[str] = []
        self.most_at_once = 0

    async def stream(self, messages: Sequence[Message], limits: Limits) -> AsyncGenerator[str, None]:
        question = messages[-1].text
        self.began.append(question)
        self.most_at_once = max(self.most_at_once, len(self.began) - len(self.closed))
        try:
            yield f"{question} "
            await self.go.wait()
            if self.failure:
                raise self.failure
            yield "is."
        finally:
            try:
                await asyncio.sleep(0)  # a real model takes a moment to let go
            finally:
                self.closed.append(question)


class HandClock:
    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def asking(text: str) -> list[Message]:
    return [Message(Speaker.SYSTEM, "Explain."), Message(Speaker.USER, text)]


def ask(schedule: Schedule, text: str, asker: Asker) -> AsyncGenerator[Waiting | Text, None]:
    return schedule.stream(asking(text), LIMITS, asker)


async def whole(stream: AsyncGenerator[Waiting | Text, None]) -> str:
    async with aclosing(stream):
        return "".join([event.text async for event in stream if isinstance(event, Text)])


async def until(condition) -> None:
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0)


def assert_nothing_left(schedule: Schedule) -> None:
    assert schedule.load == Load(0, 0, 0.0)
    assert not schedule._listeners
    assert not schedule._writings
    assert not schedule._tasks
    assert not schedule._slots.locked()
    assert asyncio.all_tasks() == {asyncio.current_task()}
    alarms = [handle for handle in asyncio.get_running_loop()._scheduled if not handle.cancelled()]
    assert not [handle for handle in alarms if "Schedule" in repr(handle)]


async def test_the_text_comes_piece_by_piece_in_order():
    schedule = Schedule(Echo(), ONE)
    events = [event async for event in ask(schedule, "one two three", ANN)]
    assert events == [Text("one "), Text("two "), Text("three ")]
    assert_nothing_left(schedule)


async def test_whoever_waits_hears_every_change_of_position():
    model = Held()
    schedule = Schedule(model, ONE)
    streams = [ask(schedule, user, Asker("red", user)) for user in ("a", "b", "c")]
    a, b, c = streams
    assert [await anext(stream) for stream in streams] == [Text("a "), Waiting(1), Waiting(2)]
    await b.aclose()
    assert await anext(c) == Waiting(1)
    await a.aclose()
    assert await anext(c) == Text("c ")
    assert model.began == ["a", "c"]
    await c.aclose()
    assert_nothing_left(schedule)


async def test_a_full_queue_and_a_long_wait_refuse_before_any_wait():
    clock, model = HandClock(), Held()
    schedule = Schedule(model, Capacity(at_once=1, waiting=1, longest_wait_s=20), clock)
    a, b = ask(schedule, "a", ANN), ask(schedule, "b", BEN)
    await anext(a)
    await anext(b)
    with pytest.raises(ModelBusy, match="Too many questions"):
        await anext(ask(schedule, "c", CAT))
    await b.aclose()
    clock.now_s += 30
    model.go.set()
    assert await whole(a) == "is."
    model.go.clear()
    a = ask(schedule, "a", ANN)
    await anext(a)
    assert schedule.load.expected_wait_s == 30
    with pytest.raises(ModelBusy, match="about 30 s"):
        await anext(ask(schedule, "c", CAT))
    await a.aclose()
    assert_nothing_left(schedule)


async def test_whoever_has_waited_too_long_is_sent_away_and_the_next_moves_up():
    clock, model = HandClock(), Held()
    schedule = Schedule(model, Capacity(at_once=1, longest_wait_s=20), clock)
    a, b, c = ask(schedule, "a", ANN), ask(schedule, "b", BEN), ask(schedule, "c", CAT)
    assert [await anext(stream) for stream in (a, b)] == [Text("a "), Waiting(1)]
    clock.now_s += 20
    assert await anext(c) == Waiting(1)
    with pytest.raises(ModelBusy, match="too long"):
        await anext(b)
    await a.aclose()
    assert await anext(c) == Text("c ")
    await c.aclose()
    assert_nothing_left(schedule)


async def test_nobody_need_ask_for_the_wait_to_end():
    schedule = Schedule(Held(), Capacity(at_once=1, longest_wait_s=0.02))
    a, b = ask(schedule, "a", ANN), ask(schedule, "b", BEN)
    await anext(a)
    assert await anext(b) == Waiting(1)
    async with asyncio.timeout(5):
        with pytest.raises(ModelBusy, match="too long"):
            await anext(b)
    await a.aclose()
    assert_nothing_left(schedule)


async def test_an_alarm_that_rings_early_is_set_again():
    clock = HandClock()
    schedule = Schedule(Held(), Capacity(at_once=1, longest_wait_s=0.01), clock)
    a, b = ask(schedule, "a", ANN), ask(schedule, "b", BEN)
    await anext(a)
    await anext(b)
    refused = asyncio.ensure_future(anext(b))
    await asyncio.sleep(0.05)
    assert not refused.done(), "by the given clock no time has passed"
    clock.now_s += 0.01
    async with asyncio.timeout(5):
        with pytest.raises(ModelBusy):
            await refused
    await a.aclose()
    assert_nothing_left(schedule)


async def test_identical_questions_share_one_generation_and_its_whole_text():
    model = Scripted("gradient descent walks downhill", pause_s=0.001)
    schedule = Schedule(model, ONE)
    first = ask(schedule, "same", ANN)
    heard = [await anext(first), await anext(first)]
    texts = await asyncio.gather(
        whole(first), *(whole(ask(schedule, "same", Asker(f"g{n % 3}", str(n)))) for n in range(20))
    )
    assert model.started == 1
    texts[0] = "".join(event.text for event in heard) + texts[0]
    assert set(texts) == {model.text + " "}
    assert_nothing_left(schedule)


async def test_other_limits_are_another_question():
    model = Held()
    schedule = Schedule(model)
    a, b = ask(schedule, "same", ANN), schedule.stream(asking("same"), Limits(7), BEN)
    assert [await anext(a), await anext(b)] == [Text("same ")] * 2
    assert model.began == ["same", "same"]
    await a.aclose()
    await b.aclose()


async def test_the_generation_ends_when_the_last_one_leaves():
    model = Held()
    schedule = Schedule(model, ONE)
    streams = [ask(schedule, "same", asker) for asker in (ANN, BEN, CAT)]
    for stream in streams:
        assert await anext(stream) == Text("same ")
    await streams[0].aclose()
    await streams[2].aclose()
    assert not model.closed
    await streams[1].aclose()
    assert model.closed == ["same"]
    assert_nothing_left(schedule)


async def test_a_slow_reader_holds_up_nobody():
    schedule = Schedule(Scripted("one two three"), ONE)
    slow = ask(schedule, "same", ANN)
    assert await anext(slow) == Text("one ")
    assert await whole(ask(schedule, "same", BEN)) == "one two three "
    assert schedule.load.running == 0, "the place is free although the slow reader has not finished"
    assert await whole(ask(schedule, "other", ANN)) == "one two three ", "nor is what is left to read replaced"
    assert [event async for event in slow] == [Text("two three ")]
    assert_nothing_left(schedule)


async def test_a_failure_reaches_everybody_after_what_was_written():
    model = Held(failure=ModelFailed("The connection was lost."))
    schedule = Schedule(model, ONE)
    streams = [ask(schedule, "half", asker) for asker in (ANN, BEN, CAT)]
    assert [await anext(stream) for stream in streams[:2]] == [Text("half ")] * 2
    behind = asyncio.ensure_future(anext(streams[2]))
    await asyncio.sleep(0)
    model.go.set()
    assert await behind == Text("half ")
    for stream in streams:
        with pytest.raises(ModelFailed, match="connection was lost"):
            await anext(stream)
    assert model.began == ["half"]
    assert_nothing_left(schedule)


async def test_a_mistake_in_a_generator_frees_its_place_too():
    model = Held(failure=ZeroDivisionError("a mistake"))
    schedule = Schedule(model, ONE)
    a, b = ask(schedule, "a", ANN), ask(schedule, "b", BEN)
    await anext(a)
    await anext(b)
    model.go.set()
    with pytest.raises(ZeroDivisionError):
        await whole(a)
    with pytest.raises(ZeroDivisionError):
        await whole(b)
    assert_nothing_left(schedule)


async def test_a_generator_that_cancels_itself_has_broken_off():
    model = Held(failure=asyncio.CancelledError())
    model.go.set()
    schedule = Schedule(model, ONE)
    with pytest.raises(ModelFailed, match="broke off"):
        await whole(ask(schedule, "a", ANN))
    assert_nothing_left(schedule)


async def test_a_newer_question_takes_the_place_of_the_earlier_one():
    model = Held()
    schedule = Schedule(model, ONE)
    first = ask(schedule, "first", ANN)
    await anext(first)
    second = ask(schedule, "second", ANN)
    assert await anext(second) == Text("second ")
    with pytest.raises(Replaced):
        await anext(first)
    assert (model.closed, model.most_at_once) == (["first"], 1)
    await second.aclose()
    assert_nothing_left(schedule)


async def test_who_shares_is_replaced_alone():
    schedule = Schedule(Held())
    a, b = ask(schedule, "same", ANN), ask(schedule, "same", BEN)
    await anext(a)
    await anext(b)
    newer = ask(schedule, "newer", ANN)
    await anext(newer)
    with pytest.raises(Replaced):
        await anext(a)
    schedule._generator.go.set()
    assert await whole(b) == "is."
    assert await whole(newer) == "is."
    assert_nothing_left(schedule)


async def test_in_line_the_second_waits_for_the_first():
    model = Held()
    schedule = Schedule(model, Capacity(second=SecondRequest.QUEUE, per_user=2))
    first, second, other = ask(schedule, "1", ANN), ask(schedule, "2", ANN), ask(schedule, "3", BEN)
    assert [await anext(one) for one in (first, second, other)] == [Text("1 "), Waiting(1), Text("3 ")]
    with pytest.raises(ModelBusy, match="as many questions open"):
        await anext(ask(schedule, "4", ANN))
    model.go.set()
    assert await whole(first) == "is."
    assert await whole(second) == "2 is."
    await other.aclose()
    assert_nothing_left(schedule)


@pytest.mark.parametrize("steps", range(12))
async def test_a_reader_cancelled_after_any_number_of_steps_leaves_nothing(steps):
    model = Held()
    schedule = Schedule(model, ONE)
    first = ask(schedule, "first", ANN)
    await anext(first)
    waiting, sharing = (asyncio.create_task(whole(ask(schedule, *who))) for who in [("b", BEN), ("first", CAT)])
    for step in range(steps):
        await asyncio.sleep(0)
        if step == 3:
            await first.aclose()
        if step == 6:
            model.go.set()
    for task in (waiting, sharing):
        task.cancel()
    await asyncio.gather(waiting, sharing, return_exceptions=True)
    await first.aclose()
    assert sorted(model.began) == sorted(model.closed)
    assert model.most_at_once == 1
    assert_nothing_left(schedule)


async def test_the_chosen_one_may_go_before_the_generator_has_begun():
    model = Held()
    model.go.set()
    schedule = Schedule(model, ONE)
    results = await asyncio.gather(*(whole(ask(schedule, text, ANN)) for text in "ab"), return_exceptions=True)
    assert isinstance(results[0], Replaced)
    assert (results[1], model.began) == ("b is.", ["b"])
    assert_nothing_left(schedule)


async def test_a_stream_that_nobody_asks_for_anything_takes_no_place():
    schedule = Schedule(Held(), ONE)
    stream = ask(schedule, "a", ANN)
    assert_nothing_left(schedule)
    await stream.aclose()
    assert_nothing_left(schedule)


async def test_a_stream_that_was_dropped_unclosed_gives_its_place_back():
    model = Held()
    schedule = Schedule(model, ONE)
    stream = ask(schedule, "a", ANN)
    await anext(stream)
    del stream
    gc.collect()
    await until(lambda: not schedule._tasks and len(asyncio.all_tasks()) == 1)
    assert model.closed == ["a"]
    assert_nothing_left(schedule)


async def test_close_ends_what_runs_and_waits_and_takes_nothing_on():
    model = Held()
    schedule = Schedule(model, ONE)
    streams = [ask(schedule, asker.user, asker) for asker in (ANN, BEN, CAT)]
    for stream in streams:
        await anext(stream)
    await schedule.close()
    assert (model.began, model.closed) == (["ann"], ["ann"])
    for stream in (*streams, ask(schedule, "late", ANN)):
        with pytest.raises(ModelUnavailable, match="shutting down"):
            await anext(stream)
    await schedule.close()
    assert_nothing_left(schedule)


async def test_a_crowd_that_comes_and_goes_is_served_within_bounds():
    model = Scripted("an answer of five words", pause_s=0.001)
    schedule = Schedule(model, Capacity(at_once=3, waiting=200))
    most = 0

    async def one(n: int) -> str:
        nonlocal most
        stream = ask(schedule, str(n % 40), Asker(f"g{n % 5}", f"u{n}"))
        async with aclosing(stream):
            async for event in stream:
                most = max(most, model.running)
                if isinstance(event, Text) and n % 7 == 0:
                    return "left"
            return "stayed"

    results = await asyncio.gather(*(one(n) for n in range(120)))
    assert results.count("left") == 18
    assert model.started <= 40
    assert 1 <= most <= 3
    assert_nothing_left(schedule)
