"""A growing message on virtual time: the newest card, never too fast, never two at once, and the last one always."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import pytest
from discord_app.virtual_time import now_s, run
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.discord_app.cards.answer_card import Card
from bot.discord_app.cards.streaming_message import DRAW_S, MAX_LAST_TRIES, Gone, NotNow, StreamingMessage
from bot.discord_app.http.edit_throttle import BETWEEN_EDITS_S, EditThrottle

Trouble = Exception | float | None


@dataclass
class Wall:
    """A canvas that takes `takes_s` for each drawing; `troubles` come first: an exception, or seconds of delay."""

    takes_s: float = 0.1
    troubles: list[Trouble] = field(default_factory=list)
    drawn: list[tuple[float, str]] = field(default_factory=list)
    tried_s: list[float] = field(default_factory=list)
    now_drawing: int = 0

    async def draw(self, card: Card) -> None:
        self.now_drawing += 1
        try:
            assert self.now_drawing == 1, "two drawings at once"
            self.tried_s.append(now_s())
            trouble = self.troubles.pop(0) if self.troubles else None
            await asyncio.sleep(trouble if isinstance(trouble, float) else self.takes_s)
            if isinstance(trouble, Exception):
                raise trouble
            self.drawn.append((now_s(), card.headline))
        finally:
            self.now_drawing -= 1

    @property
    def shown(self) -> list[str]:
        return [headline for _, headline in self.drawn]


def on(wall: Wall, throttle: EditThrottle | None = None) -> StreamingMessage:
    return StreamingMessage(wall, throttle, now_s)


def watched(story: Callable[[StreamingMessage], Awaitable[None]], *troubles: Trouble, takes_s: float = 0.1) -> Wall:
    wall = Wall(takes_s, list(troubles))

    async def told() -> None:
        await story(on(wall))

    run(told())
    return wall


async def grow(message_stream: StreamingMessage, count: int, every_s: float) -> None:
    for n in range(count):
        message_stream.show(Card(f"growing {n}"))
        await asyncio.sleep(every_s)


def test_the_first_card_is_shown_at_once_and_the_newest_of_many_wins() -> None:
    async def story(message_stream: StreamingMessage) -> None:
        await grow(message_stream, 30, 0.1)
        await message_stream.finish(Card("last"))

    wall = watched(story, takes_s=0.13)
    assert wall.drawn[0] == (pytest.approx(0.13), "growing 0")
    assert wall.shown == ["growing 0", "growing 13", "growing 26", "last"]


def test_a_finished_card_without_growing_is_shown_at_once() -> None:
    async def story(message_stream: StreamingMessage) -> None:
        await message_stream.finish(Card("last"))
        assert message_stream.edits == 1

    assert watched(story).drawn == [(pytest.approx(0.1), "last")]


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.tuples(st.floats(0, 3), st.booleans()), max_size=25),
    st.lists(st.one_of(st.none(), st.floats(0, 4), st.builds(NotNow, st.floats(0, 5))), max_size=5),
    st.floats(0, 2),
)
def test_whatever_happens_the_last_card_arrives_last_and_never_too_fast(
    shows: list[tuple[float, bool]], troubles: list[Trouble], takes_s: float
) -> None:
    async def story(message_stream: StreamingMessage) -> None:
        for n, (pause_s, lazy) in enumerate(shows):
            made = Card(f"{n}")
            message_stream.show((lambda made=made: made) if lazy else made)
            await asyncio.sleep(pause_s)
        await message_stream.finish(Card("last"))
        await asyncio.sleep(60)

    wall = watched(story, *troubles, takes_s=takes_s)
    assert wall.shown[-1] == "last"
    assert wall.shown.count("last") == 1
    order = [int(one) for one in wall.shown[:-1]]
    assert order == sorted(set(order))
    gaps = [later - earlier for (earlier, _), later in zip(wall.drawn, wall.tried_s[1:], strict=False)]
    if not troubles:
        assert all(gap >= BETWEEN_EDITS_S - 1e-6 for gap in gaps)


@given(st.integers(1, 40), st.sampled_from([0.0, 0.05, 0.3, 2.0]))
@settings(deadline=None, max_examples=40)
def test_no_two_edits_are_closer_than_the_pace(count: int, every_s: float) -> None:
    async def story(message_stream: StreamingMessage) -> None:
        await grow(message_stream, count, every_s)
        await message_stream.finish(Card("last"))

    wall = watched(story, takes_s=0.0)
    assert all(b - a >= BETWEEN_EDITS_S - 1e-6 for a, b in zip(wall.tried_s, wall.tried_s[1:], strict=False))


def test_finishing_during_a_drawing_waits_for_it_and_comes_last() -> None:
    async def story(message_stream: StreamingMessage) -> None:
        message_stream.show(Card("slow"))
        await asyncio.sleep(1)
        message_stream.show(Card("never seen"))
        await message_stream.finish(Card("last"))
        message_stream.show(Card("too late"))
        await asyncio.sleep(60)

    assert watched(story, 5.0).shown == ["slow", "last"]


def test_finishing_while_a_refused_card_waits_does_not_draw_the_old_one() -> None:
    async def story(message_stream: StreamingMessage) -> None:
        message_stream.show(Card("refused"))
        await asyncio.sleep(1)
        await message_stream.finish(Card("last"))

    wall = watched(story, NotNow(20.0))
    assert wall.shown == ["last"]
    assert wall.tried_s[1] >= 20


def test_a_refusal_slows_the_card_down_and_the_newest_is_tried_again() -> None:
    throttle = EditThrottle()
    wall = Wall(0.0, [NotNow(3.0)])

    async def story() -> None:
        message_stream = on(wall, throttle)
        message_stream.show(Card("first"))
        await asyncio.sleep(1)
        message_stream.show(Card("second"))
        await asyncio.sleep(5)
        assert message_stream.edits == 1

    run(story())
    assert wall.tried_s == [0.0, 3.0]
    assert wall.shown == ["second"]
    assert throttle.between_s > BETWEEN_EDITS_S


def test_a_refused_card_is_tried_again_when_nothing_newer_came() -> None:
    async def story(message_stream: StreamingMessage) -> None:
        message_stream.show(Card("only"))
        await asyncio.sleep(60)

    assert watched(story, NotNow(3.0), NotNow(3.0)).shown == ["only"]


def test_the_last_card_is_tried_often_and_then_given_up() -> None:
    async def arrives(message_stream: StreamingMessage) -> None:
        await message_stream.finish(Card("last"))

    assert watched(arrives, *[NotNow(0.0)] * (MAX_LAST_TRIES - 1)).shown == ["last"]

    async def does_not(message_stream: StreamingMessage) -> None:
        with pytest.raises(Gone):
            await message_stream.finish(Card("last"))

    wall = watched(does_not, *[NotNow(0.0)] * MAX_LAST_TRIES)
    assert len(wall.tried_s) == MAX_LAST_TRIES
    assert all(b - a >= BETWEEN_EDITS_S for a, b in zip(wall.tried_s, wall.tried_s[1:], strict=False))


def test_a_message_that_is_gone_is_left_alone() -> None:
    async def story(message_stream: StreamingMessage) -> None:
        message_stream.show(Card("first"))
        await asyncio.sleep(1)
        assert message_stream.gone.is_set()
        message_stream.show(Card("second"))
        with pytest.raises(Gone):
            await message_stream.finish(Card("last"))

    assert len(watched(story, Gone()).tried_s) == 1


def test_a_message_that_goes_before_its_last_card_says_so() -> None:
    async def story(message_stream: StreamingMessage) -> None:
        with pytest.raises(Gone):
            await message_stream.finish(Card("last"))
        assert message_stream.gone.is_set()

    watched(story, Gone())


def test_a_drawing_that_fails_otherwise_does_not_keep_the_last_card_away(caplog: pytest.LogCaptureFixture) -> None:
    async def story(message_stream: StreamingMessage) -> None:
        message_stream.show(Card("broken"))
        await asyncio.sleep(1)
        message_stream.show(Card("whole"))
        await asyncio.sleep(2)
        await message_stream.finish(Card("last"))

    assert watched(story, ValueError("a bug")).shown == ["whole", "last"]
    assert "could not be drawn" in caplog.text


def test_a_drawing_that_hangs_is_given_up_and_tried_again() -> None:
    async def story(message_stream: StreamingMessage) -> None:
        message_stream.show(Card("hangs"))
        await asyncio.sleep(1)
        await message_stream.finish(Card("last"))

    wall = watched(story, 10 * DRAW_S)
    assert wall.shown == ["last"]
    assert DRAW_S < wall.drawn[0][0] < DRAW_S + 10


def test_a_card_that_is_there_already_is_not_drawn_again() -> None:
    async def story(message_stream: StreamingMessage) -> None:
        for _ in range(5):
            message_stream.show(Card("the same"))
            await asyncio.sleep(5)

    assert watched(story).shown == ["the same"]


def test_a_card_is_made_only_when_it_is_drawn() -> None:
    made: list[int] = []

    def making(n: int) -> Card:
        made.append(n)
        return Card(f"{n}")

    async def story(message_stream: StreamingMessage) -> None:
        for n in range(100):
            message_stream.show(lambda n=n: making(n))
            await asyncio.sleep(0.01)
        await message_stream.finish(Card("last"))

    assert watched(story).shown == ["0", "last"]
    assert made == [0]


def test_two_endings_come_one_after_the_other() -> None:
    async def story(message_stream: StreamingMessage) -> None:
        await asyncio.gather(message_stream.finish(Card("one")), message_stream.finish(Card("two")))

    assert watched(story, 3.0).shown == ["one", "two"]
