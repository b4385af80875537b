"""On somebody's message, under Apps: what it says is explained to whoever asked, and to nobody else."""

import pytest
from discord_app.world import World, choices, text

from bot.discord_app.cards import texts
from bot.state.values import Preferences
from corpus.entry import Level

EXPLAIN, AT_MY_LEVEL = "Explain this", "Explain at my level"


@pytest.mark.parametrize("menu", [EXPLAIN, AT_MY_LEVEL])
class TestEither:
    async def test_one_term_is_explained_privately(self, world: World, menu: str) -> None:
        message = await world.ann.send(world.channel, "I tried dropout yesterday and liked it")
        result = await world.ben.context_menu(world.channel, menu, message)
        assert result.ephemeral
        assert "Dropout silences random units." in text(result.response)

    async def test_of_several_terms_the_person_chooses(self, world: World, menu: str) -> None:
        message = await world.ann.send(world.channel, "use dropout against overfitting")
        result = await world.ben.context_menu(world.channel, menu, message)
        assert result.ephemeral
        assert texts.WHICH_TERM in text(result.response)
        assert result.response is not None
        assert choices(result.response) == ["dropout", "overfitting"]
        chosen = await world.ben.select(result.response, ["overfitting"])
        assert chosen.ephemeral
        assert "memorised its training data" in text(chosen.response)

    async def test_of_no_term_it_says_so(self, world: World, menu: str) -> None:
        message = await world.ann.send(world.channel, "lunch was good")
        result = await world.ben.context_menu(world.channel, menu, message)
        assert result.ephemeral
        assert texts.NOTHING_FOUND in text(result.response)

    async def test_the_remembered_level_is_taken(self, world: World, menu: str) -> None:
        await world.memory.prefer(world.ben.id, Preferences(level=Level.EXPERT))
        message = await world.ann.send(world.channel, "I tried dropout")
        result = await world.ben.context_menu(world.channel, menu, message)
        assert "dropout told at level expert." in text(result.response)


async def test_a_question_without_a_term_is_asked(world: World) -> None:
    message = await world.ann.send(world.channel, "how do I cook rice?")
    result = await world.ben.context_menu(world.channel, EXPLAIN, message)
    assert "not in this glossary" in text(result.response)


async def test_one_of_our_own_answers_is_told_anew_at_ones_level(world: World) -> None:
    await world.memory.prefer(world.ben.id, Preferences(level=Level.EXPERT))
    shown = await world.ann.slash(world.channel, "ask", question="difference between overfitting and underfitting")
    assert shown.response is not None
    result = await world.ben.context_menu(world.channel, AT_MY_LEVEL, shown.response)
    assert result.ephemeral
    assert "### overfitting, underfitting\n-# Expert" in text(result.response)
    nobody = await world.admin.context_menu(world.channel, AT_MY_LEVEL, shown.response)
    assert texts.WHICH_LEVEL in text(nobody.response)


async def test_the_terms_of_our_own_answers_are_found_in_its_components(world: World) -> None:
    shown = await world.ann.slash(world.channel, "explain", term="token")
    assert shown.response is not None
    result = await world.ben.context_menu(world.channel, EXPLAIN, shown.response)
    assert "A token is a piece of text." in text(result.response)
