"""A new process over the same Discord: with what the old one kept everything works, without it what the buttons carry does."""

import pytest
import simcord
from discord_app.world import WHY, Shown, World, buttons, parts, text
from generators import Scripted

from bot.discord_app.answers.pending import PendingAnswer
from bot.discord_app.cards import texts
from bot.tutor.generator import Generator


async def asked(world: World, question: str = "what is dropout?") -> Shown:
    shown = (await world.ann.slash(world.channel, "ask", question=question)).response
    assert shown is not None
    return shown


def now(world: World, shown: Shown) -> Shown:
    return next(one for one in world.channel.history() if one.id == shown.id)


class TestRemembering:
    async def test_every_button_works_on(self, world: World) -> None:
        shown = await asked(world)
        await world.restart()
        theirs = await world.ben.click(shown, label="Expert")
        assert theirs.ephemeral
        assert "dropout told at level expert." in text(theirs.response)
        await world.ann.click(shown, label="Expert")
        assert "dropout told at level expert." in text(now(world, shown))
        for label in ("Why?", "Example", "Sources", "👍"):
            assert (await world.ann.click(now(world, shown), label=label)).ephemeral
        form = await world.ann.click(now(world, shown), label="Ask your own …")
        await world.restart()
        written = await world.ann.submit_modal(form, {"question": "simpler please"})
        assert "dropout told at level" in text(written.response)
        await world.ann.select(now(world, shown), ["overfitting"])
        assert "memorised its training data" in text(now(world, shown))
        refused = await world.ben.click(now(world, shown), label="🗑")
        assert texts.NOT_YOURS in text(refused.response)
        await world.ann.click(now(world, shown), label="🗑")
        assert shown.id not in {one.id for one in world.channel.history()}

    async def test_a_comparison_has_its_levels_again(self, world: World) -> None:
        shown = await asked(world, "difference between overfitting and underfitting")
        await world.restart()
        await world.ann.click(shown, label="Expert")
        assert "### overfitting, underfitting\n-# Expert" in text(now(world, shown))


class TestForgetful:
    async def test_levels_follow_ups_see_also_why_and_example_work_from_what_stands_on_the_card(
        self, world: World
    ) -> None:
        shown = await asked(world)
        await world.restart(forgetful=True)
        for label, expected in (
            ("Why?", "Why dropout matters."),
            ("Example", "An example of dropout."),
            ("Expert", "dropout told at level expert."),
        ):
            result = await world.ben.click(shown, label=label)
            assert result.ephemeral
            assert expected in text(result.response)
        await world.ann.click(shown, label="Student")
        assert "dropout told at level student." in text(now(world, shown))

    async def test_and_go_on_in_place_for_who_used_the_command(self, world: World) -> None:
        first, second = await asked(world), await asked(world)
        await world.restart(forgetful=True)
        await world.ann.click(first, label="What does “overfitting” mean?")
        assert "memorised its training data" in text(now(world, first))
        await world.ann.select(second, ["overfitting"])
        assert "memorised its training data" in text(now(world, second))

    async def test_who_mentioned_the_bot_is_known_from_the_reply(self, world: World) -> None:
        assert world.bot.user is not None
        await world.ann.send(world.channel, f"{world.bot.user.mention} what is dropout?")
        await world.restart(forgetful=True)
        refused = await world.ben.click(world.last(), label="🗑")
        assert texts.NOT_YOURS in text(refused.response)
        await world.ann.click(world.last(), label="🗑")
        assert len(world.channel.history()) == 1

    async def test_the_others_say_what_to_do(self, world: World) -> None:
        shown = await asked(world)
        comparison = await asked(world, "difference between overfitting and underfitting")
        await world.restart(forgetful=True)
        for card, label in (
            (shown, "Sources"),
            (shown, "👍"),
            (shown, "👎"),
            (comparison, "Expert"),
            (comparison, "Why?"),
        ):
            result = await world.ann.click(card, label=label)
            assert result.ephemeral
            assert texts.FORGOTTEN in text(result.response)

    async def test_ones_own_question_is_answered_without_the_conversation(self, world: World) -> None:
        shown = await asked(world)
        await world.restart(forgetful=True)
        form = await world.ann.click(shown, label="Ask your own …")
        result = await world.ann.submit_modal(form, {"question": "what is overfitting?"})
        assert "memorised its training data" in text(result.response)


@pytest.mark.parametrize(
    "custom_id", ["t0:l:eli5:abc:dropout", "t2:new:thing", "t1:??", "x9:whatever", "b1:turn:many", "b7:turn:1:"]
)
async def test_a_control_of_another_version_says_what_to_do(world: World, custom_id: str) -> None:
    shown = await asked(world)
    stored = world.env.backend.get_message(world.channel.id, shown.id)
    stored.components[1]["components"][0]["custom_id"] = custom_id
    result = await world.ann.click(shown, custom_id=custom_id)
    assert result.ephemeral
    assert texts.OUTDATED in text(result.response)


async def test_a_form_of_another_version_says_what_to_do(world: World) -> None:
    shown = await asked(world)
    form = await world.ann.click(shown, label="Ask your own …")
    assert form._interaction.modal is not None
    form._interaction.modal["custom_id"] = "m0:old"
    result = await world.ann.submit_modal(form, {"question": "what is overfitting?"})
    assert texts.OUTDATED in text(result.response)


class TestInterrupted:
    """A process that dies in the middle of an answer; the next one ends the card."""

    @pytest.fixture
    def model(self) -> Scripted:
        return Scripted("Dropout silences random units. " * 20, pause_s=0.2)

    @pytest.fixture
    def writes(self, model: Scripted) -> Generator | None:
        return model

    @pytest.mark.simcord(settle_timeout=0.1, check_errors=False)
    @pytest.mark.parametrize("by", ["command", "message"])
    async def test_the_card_says_so_and_retry_asks_again(self, world: World, model: Scripted, by: str) -> None:
        assert world.bot.user is not None
        if by == "command":
            await world.begin(world.ann.slash(world.channel, "ask", question=WHY))
        else:
            await world.begin(world.ann.send(world.channel, f"{world.bot.user.mention} {WHY}"))
        await world.until(lambda: bool(world.last().components) and buttons(world.last()) == ["Stop"])
        await world.kill()
        assert buttons(world.last()) == ["Stop"]
        await world.start()
        assert texts.INTERRUPTED in text(world.last())
        assert world.bot.services.answers.pending.left() == []
        model.pause_s = 0
        await world.begin(world.ann.click(world.last(), label="Retry"))
        await world.until(lambda: "written by a small model" in text(world.last()))

    @pytest.mark.parametrize("way", ["application", "message"])
    async def test_a_card_that_is_gone_does_not_keep_the_bot_from_starting(self, world: World, way: str) -> None:
        ways = {"application": {"application": 1, "token": "expired"}, "message": {"channel": 1, "message": 2}}
        world.bot.services.answers.pending.begin(PendingAnswer("abc", "what?", 1, **ways[way]))  # type: ignore[arg-type]
        await world.restart()
        assert world.bot.services.answers.pending.left() == []
        assert "Dropout silences" in text(await asked(world))

    async def test_what_is_older_than_its_token_is_only_struck_out(self, world: World) -> None:
        world.bot.services.answers.pending.begin(PendingAnswer("abc", "what?", 1, application=1, token="old", at_s=1.0))
        await world.restart()
        assert world.requests("PATCH", "/webhooks/*") == 0
        assert world.bot.services.answers.pending.left() == []


async def test_buttons_of_one_answer_are_told_apart(world: World) -> None:
    shown = await asked(world)
    ids = [one["custom_id"] for one in parts(shown) if "custom_id" in one]
    assert len(ids) == len(set(ids))
    assert max(map(len, ids)) <= 100
    assert isinstance(shown, simcord.ResponseMessage)


class TestBeforeAnythingWasShown:
    """A process that dies before its first request: the next one finds what was asked, and Retry works."""

    async def test_a_message_without_a_reply_gets_one_with_retry(self, world: World) -> None:
        message = await world.ann.send(world.channel, "(nobody heard this)")
        noted = PendingAnswer(
            "abc", "what is dropout?", world.ann.id, world.channel.id, world.guild.id, reply_to=message.id
        )
        world.bot.services.answers.pending.begin(noted)
        await world.restart()
        assert texts.INTERRUPTED in text(world.last())
        assert world.last().reference is not None
        await world.ann.click(world.last(), label="Retry")
        assert "Dropout silences random units." in text(world.last())

    async def test_retry_keeps_the_level_that_was_chosen(self, world: World) -> None:
        noted = PendingAnswer("abc", "what is dropout?", world.ann.id, world.channel.id, world.guild.id, "expert")
        world.bot.services.answers.pending.begin(noted)
        await world.restart()
        await world.ann.click(world.last(), label="Retry")
        assert "dropout told at level expert." in text(world.last())
