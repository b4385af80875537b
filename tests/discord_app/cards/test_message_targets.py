"""What is drawn where Discord refuses: pictures, cards that cannot be changed, answers without a time to wait."""

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import discord
import pytest

from bot.discord_app.cards import texts
from bot.discord_app.cards.answer_card import Card
from bot.discord_app.cards.message_targets import ChannelTarget
from bot.discord_app.cards.streaming_message import Gone, NotNow
from bot.discord_app.discord_text.render import FormulaBlock, TextBlock

CARD = Card("### loss", (TextBlock("The loss is"), FormulaBlock("L = x^2")), "-# small print")


class Pictures:
    """Formulas as pictures of one byte."""

    async def render(self, latex: str) -> Any:
        return SimpleNamespace(data=b"x")


def refused(status: int, code: int) -> discord.HTTPException:
    kind = discord.Forbidden if status == 403 else discord.HTTPException
    response: Any = SimpleNamespace(status=status, reason="refused", headers={})
    return kind(response, {"code": code, "message": "refused"})


@dataclass
class Place:
    """A channel that refuses messages with files, or all."""

    error: Exception
    always: bool = False
    sent: list[dict[str, Any]] = field(default_factory=list)

    async def send(self, **message: Any) -> Any:
        if self.always or message["files"]:
            raise self.error
        self.sent.append(message)
        return SimpleNamespace(id=1)


def shown(message: dict[str, Any]) -> str:
    return str(message["view"].to_components())


@pytest.mark.parametrize(("status", "code", "noted"), [(403, 50013, True), (413, 40005, False), (400, 50035, False)])
async def test_a_refused_picture_is_drawn_as_text(status: int, code: int, noted: bool) -> None:
    place = Place(refused(status, code))
    await ChannelTarget(place, Pictures()).draw(CARD)  # type: ignore[arg-type]
    (message,) = place.sent
    assert "L = x^2" in shown(message)
    assert (texts.NO_PICTURES in shown(message)) is noted
    assert message["allowed_mentions"].to_dict() == {"parse": []}


async def test_a_place_that_refuses_the_text_too_is_gone() -> None:
    place = Place(refused(403, 50001), always=True)
    with pytest.raises(Gone):
        await ChannelTarget(place, Pictures()).draw(CARD)  # type: ignore[arg-type]


async def test_a_429_that_does_not_say_how_long_is_tried_again_later() -> None:
    place = Place(KeyError("retry_after"), always=True)
    with pytest.raises(NotNow):
        await ChannelTarget(place, Pictures()).draw(CARD)  # type: ignore[arg-type]
