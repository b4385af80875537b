"""What buttons carry: fits Discord, survives the round trip, and nothing foreign is taken for it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.discord_app.answers.conversation import new_id
from bot.discord_app.cards.custom_id import Action, Press, Stale, read
from bot.discord_app.limits import MAX_CUSTOM_ID
from corpus.entry import Level

presses = st.builds(
    Press,
    st.sampled_from(Action),
    st.from_regex(r"[A-Za-z0-9_-]{1,32}", fullmatch=True),
    st.from_regex(r"[A-Za-z0-9_.-]{0,40}", fullmatch=True),
    st.from_regex(r"[a-z0-9-]{0,200}", fullmatch=True),
)


@given(presses)
def test_every_press_fits_and_comes_back_but_for_a_slug_that_is_too_long(press: Press) -> None:
    custom_id = press.custom_id
    assert len(custom_id) <= MAX_CUSTOM_ID
    assert read(custom_id) in (press, replace(press, slug=""))


@given(presses.filter(lambda press: len(press.slug) <= 19))
def test_a_slug_that_fits_is_kept(press: Press) -> None:
    assert read(press.custom_id) == press


def test_a_slug_that_is_too_long_is_left_out() -> None:
    for length in range(40, 300):
        press = Press(Action.LEVEL, "a" * 32, "x" * 40, "s" * length)
        assert len(press.custom_id) <= MAX_CUSTOM_ID
        assert read(press.custom_id) == replace(press, slug="")


def test_an_answers_own_id_leaves_room_for_a_long_slug() -> None:
    press = Press(Action.LEVEL, new_id(), Level.PRACTITIONER, "s" * 60)
    assert read(press.custom_id) == press


@pytest.mark.parametrize(
    "foreign",
    [
        "", ":", "::::", "t1", "t1:", "t1:l", "t1:l:plain:abc", "t1:l:plain:abc:slug:more", "t0:l:plain:abc:slug",
        "t2:l:plain:abc:slug", "t1:?:plain:abc:slug", "t1:level:plain:abc:slug", "t1:l:plain::slug", "b1:show",
        "t1:l:pl ain:abc:slug", "t1:l:plain:a/../b:slug", "t1:l:plain:abc:sl\nug", "t1:l:plain:abc:<@1>",
        "t1:l:plain:é:slug", "t1:l:plain:٣:slug", "t1:l:plain:abc\n:slug", f"t1:l:{'x' * 41}:abc:slug",
        f"t1:l:plain:{'a' * 33}:slug", " t1:l:plain:abc:slug", "T1:l:plain:abc:slug",
    ],
)  # fmt: skip
def test_what_this_version_did_not_make_is_stale(foreign: str) -> None:
    assert read(foreign) == Stale()


@given(st.text(max_size=120))
def test_no_text_breaks_the_reader(text: str) -> None:
    found = read(text)
    assert found == Stale() or read(found.custom_id) == found  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "press", [Press(Action.LEVEL, ""), Press(Action.LEVEL, "a:b"), Press(Action.STOP, "a", "x" * 90)]
)
def test_what_could_not_be_read_again_is_not_written(press: Press) -> None:
    with pytest.raises(ValueError, match="no custom_id"):
        _ = press.custom_id


def test_actions_have_one_letter_each() -> None:
    assert len({action.value for action in Action}) == len(Action)
    assert all(len(action.value) == 1 for action in Action)
