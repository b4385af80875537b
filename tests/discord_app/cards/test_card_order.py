"""Of several presses on a card the last one wins."""

import pytest

from bot.discord_app.cards.card_order import MAX_CARDS, CardOrder
from bot.discord_app.cards.streaming_message import Gone


async def test_a_later_press_stops_the_earlier_one_and_takes_the_card() -> None:
    order, stopped = CardOrder(), []
    first = order.claim(1, 10)
    first.when_superseded(lambda: stopped.append("first"))
    second = order.claim(1, 11)
    assert stopped == ["first"]
    with pytest.raises(Gone):
        async with first.drawing():
            pass
    async with second.drawing():
        pass


async def test_a_press_that_arrives_late_does_not_take_the_card_back() -> None:
    order, stopped = CardOrder(), []
    newer, older = order.claim(1, 11), order.claim(1, 10)
    older.when_superseded(lambda: stopped.append("older"))
    assert stopped == ["older"]
    assert newer.is_newest
    assert not older.is_newest


async def test_cards_are_apart_and_old_ones_are_forgotten() -> None:
    order = CardOrder()
    mine = order.claim(1, 10)
    for card in range(2, MAX_CARDS + 10):
        order.claim(card, 11)
    assert mine.is_newest
