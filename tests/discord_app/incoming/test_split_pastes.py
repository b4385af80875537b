"""Long pastes that came as several messages."""

from hypothesis import given
from hypothesis import strategies as st

from bot.discord_app.incoming.split_pastes import FORGOTTEN_S, MAX_PIECES, NEARLY_FULL, PAUSE_S, SplitPastes
from bot.discord_app.limits import MAX_CONTENT

FULL = "a" * MAX_CONTENT
ALSO_FULL = "b" * NEARLY_FULL
REST = "and the rest"


def test_a_short_message_is_whole_at_once() -> None:
    pastes = SplitPastes()
    assert pastes.take(1, 1, "what is dropout?", 0.0) == "what is dropout?"
    assert not pastes.goes_on(1, 1, 0.0)


def test_two_and_three_pieces_are_joined() -> None:
    pastes = SplitPastes()
    assert pastes.take(1, 1, FULL, 0.0) is None
    assert pastes.goes_on(1, 1, 1.0)
    assert pastes.take(1, 1, REST, 1.0) == f"{FULL}\n{REST}"
    assert pastes.take(1, 1, FULL, 5.0) is None
    assert pastes.take(1, 1, ALSO_FULL, 6.0) is None
    assert pastes.take(1, 1, REST, 7.0) == f"{FULL}\n{ALSO_FULL}\n{REST}"
    assert pastes.ended(1, 1, 100.0) is None


def test_two_people_and_two_places_are_kept_apart() -> None:
    pastes = SplitPastes()
    assert pastes.take(1, 1, "a" * 1900, 0.0) is None
    assert pastes.take(1, 2, "b" * 1900, 0.1) is None
    assert pastes.take(2, 1, "c" * 1900, 0.2) is None
    assert pastes.take(1, 2, "two", 0.3) == "b" * 1900 + "\ntwo"
    assert pastes.take(2, 1, "three", 0.4) == "c" * 1900 + "\nthree"
    assert pastes.take(1, 1, "one", 0.5) == "a" * 1900 + "\none"


def test_what_nobody_goes_on_with_ends_after_the_pause_and_is_given_once() -> None:
    pastes = SplitPastes()
    pastes.take(1, 1, FULL, 0.0)
    assert pastes.ended(1, 1, PAUSE_S / 2) is None
    assert pastes.ended(1, 1, PAUSE_S) == FULL
    assert pastes.ended(1, 1, PAUSE_S) is None
    assert not pastes.goes_on(1, 1, PAUSE_S)


def test_each_piece_starts_the_pause_again() -> None:
    pastes = SplitPastes()
    pastes.take(1, 1, FULL, 0.0)
    pastes.take(1, 1, ALSO_FULL, 1.5)
    assert pastes.ended(1, 1, PAUSE_S) is None  # the timer of the first piece
    assert pastes.ended(1, 1, 1.5 + PAUSE_S) == f"{FULL}\n{ALSO_FULL}"


def test_a_timer_that_rings_a_little_early_leaves_nothing_behind() -> None:
    pastes = SplitPastes()
    pastes.take(1, 1, FULL, 0.0)
    assert pastes.ended(1, 1, PAUSE_S - 0.001) == FULL


def test_a_timer_that_is_late_loses_nothing() -> None:
    pastes = SplitPastes()
    pastes.take(1, 1, FULL, 0.0)
    assert not pastes.goes_on(1, 1, PAUSE_S + 1)
    assert pastes.take(1, 1, REST, PAUSE_S + 1) == f"{FULL}\n{REST}"


def test_a_paste_that_was_forgotten_is_not_put_before_a_later_message() -> None:
    pastes = SplitPastes()
    pastes.take(1, 1, FULL, 0.0)
    assert pastes.take(1, 1, "hello", FORGOTTEN_S + 1) == "hello"


@given(st.lists(st.integers(NEARLY_FULL, MAX_CONTENT), min_size=MAX_PIECES, max_size=3 * MAX_PIECES))
def test_no_paste_grows_without_end_and_no_piece_is_lost(lengths: list[int]) -> None:
    pastes, given_back = SplitPastes(), []
    pieces = [chr(97 + n) * length for n, length in enumerate(lengths)]
    for n, piece in enumerate(pieces):
        given_back.append(pastes.take(1, 1, piece, float(n)))
    given_back.append(pastes.ended(1, 1, 1_000.0))
    wholes = [whole for whole in given_back if whole]
    assert "\n".join(wholes) == "\n".join(pieces)
    assert all(whole.count("\n") < MAX_PIECES for whole in wholes)
