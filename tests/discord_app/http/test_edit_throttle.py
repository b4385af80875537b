"""The rhythm of one message's edits, on a clock that the tests set."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.discord_app.http.edit_throttle import BETWEEN_EDITS_S, MAX_BETWEEN_EDITS_S, EditThrottle

seconds = st.floats(0, 60, allow_nan=False)
news = st.one_of(
    st.tuples(st.just("allowed"), st.integers(0, 10), seconds),
    st.tuples(st.just("refused"), st.just(0), seconds),
    st.tuples(st.just("nothing"), st.just(0), seconds),
)


@given(st.lists(news, max_size=30))
def test_edits_are_never_closer_than_the_pace(told: list[tuple[str, int, float]]) -> None:
    throttle, now_s, last_s = EditThrottle(), 0.0, -1e9
    for kind, remaining, after_s in told:
        now_s += throttle.wait_s(now_s)
        assert now_s - last_s >= BETWEEN_EDITS_S - 1e-9
        throttle.edited(now_s)
        last_s = now_s
        if kind == "allowed":
            throttle.allowed(remaining, after_s, now_s)
            assert throttle.wait_s(now_s) >= (after_s if remaining == 0 else 0) - 1e-9
        elif kind == "refused":
            throttle.refused(after_s, now_s)
            assert throttle.wait_s(now_s) >= after_s - 1e-9
        assert BETWEEN_EDITS_S - 1e-9 <= throttle.between_s <= MAX_BETWEEN_EDITS_S


def test_the_first_edit_goes_at_once_and_the_next_after_the_pace() -> None:
    throttle = EditThrottle()
    assert throttle.wait_s(100.0) == 0
    throttle.edited(100.0)
    assert throttle.wait_s(100.0) == pytest.approx(BETWEEN_EDITS_S)
    assert throttle.wait_s(100.5) == pytest.approx(BETWEEN_EDITS_S - 0.5)
    assert throttle.wait_s(200.0) == 0


def test_an_empty_route_is_waited_for_until_it_is_free() -> None:
    throttle = EditThrottle()
    throttle.allowed(0, 25.0, 10.0)
    assert throttle.wait_s(10.0) == 25.0
    assert throttle.wait_s(35.0) == 0


@pytest.mark.parametrize(
    ("remaining", "reset_s", "wait_s"),
    [
        (5, 5.0, 1.25),
        (4, 1.0, BETWEEN_EDITS_S),
        (2, 4.0, 4.0),
        (1, 4.0, 4.0),
        (1, 600.0, MAX_BETWEEN_EDITS_S),
        (9, 8.0, 1.2),
    ],
)
def test_what_is_left_is_spread_and_one_edit_is_kept_back(remaining: int, reset_s: float, wait_s: float) -> None:
    throttle = EditThrottle()
    throttle.allowed(remaining, reset_s, 0.0)
    assert throttle.wait_s(0.0) == pytest.approx(wait_s)


def test_a_refusal_doubles_the_pace_up_to_the_slowest() -> None:
    throttle = EditThrottle()
    rhythm = []
    for _ in range(6):
        throttle.refused(0.1, 0.0)
        rhythm.append(throttle.between_s)
    assert rhythm == [2.4, 4.8, 9.6, MAX_BETWEEN_EDITS_S, MAX_BETWEEN_EDITS_S, MAX_BETWEEN_EDITS_S]
    assert throttle.wait_s(0.0) == MAX_BETWEEN_EDITS_S


def test_after_a_refusal_the_pace_comes_back_with_the_edits_that_go_through() -> None:
    throttle = EditThrottle()
    throttle.refused(1.0, 0.0)
    slowed = throttle.between_s
    for n in range(30):
        before = throttle.between_s
        throttle.edited(100.0 * n)
        assert throttle.between_s < before
    assert slowed == 2.4
    assert throttle.between_s == pytest.approx(BETWEEN_EDITS_S, rel=0.01)


def test_a_slower_pace_than_the_slowest_is_not_made_faster_by_a_refusal() -> None:
    throttle = EditThrottle(between_s=30.0)
    throttle.refused(1.0, 0.0)
    assert throttle.between_s == 30.0


def test_one_message_says_nothing_of_another() -> None:
    one, other = EditThrottle(), EditThrottle()
    one.edited(0.0)
    one.refused(9.0, 0.0)
    assert other.wait_s(0.0) == 0
    assert other.between_s == BETWEEN_EDITS_S
