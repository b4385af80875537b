"""Everything that can be pressed on a card: in place for who asked, privately for everybody else."""

from dataclasses import replace
from typing import Any

import pytest
from discord_app.world import WHY, Shown, World, button, buttons, choices, parts, text
from generators import Scripted

from bot.discord_app.cards import texts
from bot.discord_app.cards.custom_id import Action, Press, read
from bot.tutor.dialogue import Part
from bot.tutor.fair_scheduling import Capacity
from bot.tutor.generator import Generator


async def asked(world: World, question: str = "what is dropout?", **options: Any) -> Shown:
    """The card of an answer that ann asked for."""
    shown = (await world.ann.slash(world.channel, "ask", question=question, **options)).response
    assert shown is not None
    return shown


def now(world: World, shown: Shown) -> Shown:
    """The same card as it is now."""
    return next(one for one in world.channel.history() if one.id == shown.id)


class TestLevels:
    async def test_the_asker_changes_the_card_in_place(self, world: World) -> None:
        shown = await asked(world)
        assert button(shown, "Plain")["disabled"]
        result = await world.ann.click(shown, label="Expert")
        assert result.response is None or result.response.id == shown.id
        assert "dropout told at level expert." in text(now(world, shown))
        assert button(now(world, shown), "Expert")["style"] == 1
        assert button(now(world, shown), "Expert")["disabled"]
        assert not button(now(world, shown), "Plain")["disabled"]
        assert len(world.channel.history()) == 1

    async def test_and_can_go_on_doing_so(self, world: World) -> None:
        shown = await asked(world)
        for level in ("ELI5", "Student", "Practitioner", "Plain"):
            await world.ann.click(now(world, shown), label=level)
        assert "Dropout silences random units." in text(now(world, shown))

    async def test_somebody_else_is_answered_privately_and_the_card_stays(self, world: World) -> None:
        shown = await asked(world)
        result = await world.ben.click(shown, label="Expert")
        assert result.ephemeral
        assert "dropout told at level expert." in text(result.response)
        assert "Dropout silences random units." in text(now(world, shown))

    async def test_at_my_level_takes_the_remembered_one(self, world: World) -> None:
        shown = await asked(world)
        offered = await world.ben.slash(world.channel, "level")
        assert offered.response is not None
        await world.ben.select(offered.response, ["student"])
        result = await world.ben.click(shown, label="At my level")
        assert result.ephemeral
        assert "dropout told at level student." in text(result.response)

    async def test_at_my_level_asks_who_has_chosen_none(self, world: World) -> None:
        shown = await asked(world)
        which = await world.ben.click(shown, label="At my level")
        assert which.ephemeral
        assert texts.WHICH_LEVEL in text(which.response)
        assert which.response is not None
        result = await world.ben.click(which.response, label="Expert")
        assert result.ephemeral
        assert "dropout told at level expert." in text(result.response)

    async def test_the_askers_own_at_my_level_leaves_the_public_card_alone(self, world: World) -> None:
        shown = await asked(world)
        which = await world.ann.click(shown, label="At my level")
        assert which.response is not None
        result = await world.ann.click(which.response, label="Expert")
        assert "dropout told at level expert." in text(result.response)
        assert "Dropout silences random units." in text(now(world, shown))

    async def test_a_comparison_changes_its_level_too(self, world: World) -> None:
        shown = await asked(world, "difference between overfitting and underfitting")
        await world.ann.click(shown, label="Expert")
        assert "### overfitting, underfitting\n-# Expert" in text(now(world, shown))


class TestFollowUps:
    async def test_a_follow_up_changes_the_askers_card(self, world: World) -> None:
        shown = await asked(world)
        await world.ann.click(shown, label="What does “overfitting” mean?")
        assert "memorised its training data" in text(now(world, shown))
        assert len(world.channel.history()) == 1

    async def test_somebody_elses_follow_up_is_private(self, world: World) -> None:
        shown = await asked(world)
        result = await world.ben.click(shown, label="What does “overfitting” mean?")
        assert result.ephemeral
        assert "memorised its training data" in text(result.response)
        assert "Dropout silences" in text(now(world, shown))

    async def test_see_also_goes_on_the_same_way(self, world: World) -> None:
        shown = await asked(world)
        assert choices(shown) == ["overfitting"]
        await world.ann.select(shown, ["overfitting"])
        assert "memorised its training data" in text(now(world, shown))
        result = await world.ben.select(now(world, shown), ["dropout"])
        assert result.ephemeral
        assert "Dropout silences" in text(result.response)

    async def test_ones_own_question_goes_on_from_the_card_with_its_terms(self, world: World) -> None:
        shown = await asked(world)
        form = await world.ann.click(shown, label="Ask your own …")
        assert form.modal is not None
        assert form.modal["title"] == texts.ASK_ON
        result = await world.ann.submit_modal(form, {"question": "simpler please"})
        assert "dropout told at level eli5." in text(result.response)
        assert not result.ephemeral
        theirs = await world.ben.click(shown, label="Ask your own …")
        private = await world.ben.submit_modal(theirs, {"question": "for an expert"})
        assert private.ephemeral
        assert "dropout told at level expert." in text(private.response)

    async def test_why_example_and_sources_are_told_privately(self, world: World) -> None:
        shown = await asked(world)
        for label, expected in (
            ("Why?", "Why dropout matters."),
            ("Example", "An example of dropout."),
            ("Sources", "Somebody: Something. 2020."),
        ):
            result = await world.ann.click(shown, label=label)
            assert result.ephemeral
            assert expected in text(result.response)
        assert "Dropout silences" in text(now(world, shown))

    async def test_a_word_with_several_meanings_lets_the_person_choose(self, world: World) -> None:
        shown = await asked(world, "bias")
        await world.ann.click(shown, label="What does “bias term” mean?")
        assert "bias term told at level plain." in text(now(world, shown))

    async def test_on_ephemeral_cards_everything_stays_ephemeral(self, world: World) -> None:
        shown = await asked(world, private=True)
        result = await world.ann.click(shown, label="Expert")
        assert world.channel.history() == []
        assert "dropout told at level expert." in text(result.response)
        await world.ann.click(shown, label="Why?")
        form = await world.ann.click(shown, label="Ask your own …")
        answered = await world.ann.submit_modal(form, {"question": "what is overfitting?"})
        assert answered.ephemeral
        assert world.channel.history() == []


class TestBelow:
    """With BOT_IN_PLACE=false each follow-up is answered below."""

    @pytest.fixture
    def bot_options(self) -> dict[str, Any]:
        return {"in_place": False}

    async def test_a_follow_up_is_answered_below(self, world: World) -> None:
        shown = await asked(world)
        result = await world.ann.click(shown, label="What does “overfitting” mean?")
        assert not result.ephemeral
        assert "memorised its training data" in text(result.response)
        assert "Dropout silences" in text(now(world, shown))
        assert len(world.channel.history()) == 2


class TestOpinions:
    async def test_thumbs_are_kept_and_a_later_one_replaces_the_earlier(self, world: World) -> None:
        shown = await asked(world)
        answer = read(button(shown, "Expert")["custom_id"])
        thanks = await world.ben.click(shown, label="👍")
        assert thanks.ephemeral
        assert texts.THANKS in text(thanks.response)
        assert await world.memory.gaps(world.guild.id) == []
        sorry = await world.ben.click(shown, label="👎")
        assert texts.SORRY in text(sorry.response)
        gaps = await world.memory.gaps(world.guild.id)
        assert [one.question for one in gaps] == ["what is dropout?"]
        exported = await world.memory.export(world.ben.id)
        assert exported is not None
        assert exported["feedback"] == [{"answer": getattr(answer, "answer", ""), "helpful": False}]

    async def test_only_the_asker_or_a_moderator_deletes(self, world: World) -> None:
        shown = await asked(world)
        refused = await world.ben.click(shown, label="🗑")
        assert texts.NOT_YOURS in text(refused.response)
        assert refused.ephemeral
        await world.ann.click(shown, label="🗑")
        assert world.channel.history() == []
        again = await asked(world)
        await world.admin.click(again, label="🗑")
        assert world.channel.history() == []

    async def test_a_private_card_is_deleted_too(self, world: World) -> None:
        result = await world.ann.slash(world.channel, "ask", question="dropout", private=True)
        assert result.response is not None
        await world.ann.click(result.response, label="🗑")
        assert result.response is None


class TestPages:
    """A card of several messages' length; the kept answer is made long, since the small glossary has no long text."""

    async def long(self, world: World, body: str) -> Shown:
        shown = await asked(world)
        press = read(button(shown, "Plain")["custom_id"])
        assert isinstance(press, Press)
        stored = await world.memory.answer(press.answer)
        assert stored is not None
        await world.memory.save(replace(stored, answer=replace(stored.answer, parts=(Part(body),))))
        stored = world.env.backend.get_message(world.channel.id, shown.id)
        turn = Press(Action.PAGE, press.answer, "0", "dropout").custom_id
        stored.components[1]["components"][0] |= {"label": "Page", "custom_id": turn}
        return shown

    async def test_pages_turn_in_place_for_the_asker_and_privately_for_others(self, world: World) -> None:
        shown = await self.long(world, "Dropout silences random units. " * 200)
        await world.ann.click(shown, label="Page")
        first = text(now(world, shown))
        assert "Page 2 of 3" in buttons(now(world, shown))
        result = await world.ben.click(now(world, shown), label="Page 2 of 3")
        assert result.ephemeral
        assert "Page 3 of 3" in buttons(result.response)
        assert text(now(world, shown)) == first
        await world.ann.click(now(world, shown), label="Page 2 of 3")
        await world.ann.click(now(world, shown), label="Page 3 of 3")
        await world.ann.click(now(world, shown), label="Page 1 of 3")
        assert text(now(world, shown)) == first

    @pytest.mark.slow
    @pytest.mark.simcord(settle_timeout=0.1)
    async def test_pictures_of_formulas_go_with_the_text_they_belong_to(self, world: World) -> None:
        shown = await self.long(world, "The loss is\n\n$$L = \\sum_i (y_i - x_i)^2$$\n\nfor each sample.")
        await world.begin(world.ann.click(shown, label="Page"))
        await world.until(lambda: len(now(world, shown).attachments) == 1)
        gallery = next(one for one in parts(now(world, shown)) if one["type"] == 12)
        assert "sum_i" in gallery["items"][0]["description"]
        await world.begin(world.ann.click(now(world, shown), label="Expert"))
        await world.until(lambda: "told at level expert." in text(now(world, shown)))
        assert now(world, shown).attachments == []
        await world.bot.services.answers.formulas.close()


@pytest.mark.simcord(settle_timeout=0.1)
class TestWritten:
    @pytest.fixture
    def model(self) -> Scripted:
        return Scripted("Dropout silences random units.")

    @pytest.fixture
    def writes(self, model: Scripted) -> Generator | None:
        return model

    async def test_another_level_of_a_written_answer_is_written_from_what_it_was_written_from(
        self, world: World, model: Scripted
    ) -> None:
        await world.begin(world.ann.slash(world.channel, "ask", question=WHY))
        await world.until(lambda: "-# Plain · written by a small model" in text(world.last()))
        await world.begin(world.ann.click(world.last(), label="Expert"))
        await world.until(lambda: "-# Expert · written by a small model" in text(world.last()))
        assert model.started == 2
        assert button(world.last(), "Expert")["disabled"]
        assert len(world.channel.history()) == 1


@pytest.mark.simcord(settle_timeout=0.1)
class TestStopAndRetry:
    @pytest.fixture
    def model(self) -> Scripted:
        return Scripted("Dropout silences random units. " * 20, pause_s=0.05)

    @pytest.fixture
    def writes(self, model: Scripted) -> Generator | None:
        return model

    @pytest.fixture
    def bot_options(self) -> dict[str, Any]:
        return {"capacity": Capacity(at_once=1, longest_wait_s=600)}

    async def test_stop_frees_the_model_and_retry_asks_again(self, world: World, model: Scripted) -> None:
        await world.begin(world.ann.slash(world.channel, "ask", question=WHY))
        await world.until(lambda: model.running == 1 and buttons(world.last()) == ["Stop"])

        await world.begin(world.ben.click(world.last(), label="Stop"))
        assert model.running == 1

        await world.begin(world.ann.click(world.last(), label="Stop"))
        await world.until(lambda: buttons(world.last()) == ["Retry"])
        assert model.running == 0
        assert texts.STOPPED in text(world.last())
        assert world.bot.services.answers.running.tasks == {}

        not_hers = await world.ben.click(world.last(), label="Retry")
        assert texts.NOT_YOURS in text(not_hers.response)
        model.pause_s = 0
        await world.begin(world.ann.click(world.last(), label="Retry"))
        await world.until(lambda: "written by a small model" in text(world.last()))

    async def test_a_growing_answer_is_shown_as_it_comes(self, world: World, model: Scripted) -> None:
        await world.begin(world.ann.slash(world.channel, "ask", question=WHY))
        await world.until(lambda: texts.LOOKING in text(world.last()))
        await world.until(lambda: "writing …" in text(world.last()))
        assert "Dropout silences" in text(world.last())
        await world.until(lambda: "written by a small model" in text(world.last()))
        assert model.running == 0
        assert len(world.channel.history()) == 1

    async def test_a_second_question_takes_the_place_of_the_one_that_waits(self, world: World, model: Scripted) -> None:
        await world.begin(world.ben.slash(world.channel, "ask", question=WHY))
        await world.until(lambda: model.running == 1)
        await world.begin(world.ann.slash(world.channel, "ask", question="why does dropout prevent overfitting?"))
        await world.until(lambda: texts.NEXT_IN_QUEUE in text(world.last()))
        first = world.last()
        await world.begin(world.ann.slash(world.channel, "ask", question="how does dropout prevent overfitting?"))
        await world.until(lambda: texts.REPLACED in text(now(world, first)))
        assert buttons(now(world, first)) == ["Retry"]
        await world.until(lambda: texts.NEXT_IN_QUEUE in text(world.last()))
        assert world.last().id != first.id


async def test_answers_are_kept_apart_by_place_and_person(world: World) -> None:
    other = world.guild.create_text_channel("other")
    await world.ann.slash(world.channel, "ask", question="what is dropout?")
    hers_elsewhere = await world.ann.slash(other, "ask", question="simpler please")
    his_here = await world.ben.slash(world.channel, "ask", question="simpler please")
    hers_here = await world.ann.slash(world.channel, "ask", question="simpler please")
    assert "### dropout" not in text(hers_elsewhere.response)
    assert "### dropout" not in text(his_here.response)
    assert "dropout told at level eli5." in text(hers_here.response)


async def test_the_library_keeps_no_views_of_ours(world: World) -> None:
    """A view that is kept for each message would fill the memory of a bot that runs for months."""
    shown = await asked(world)
    for level in ("Expert", "ELI5"):
        await world.ann.click(now(world, shown), label=level)
    await world.ann.click(now(world, shown), label="Ask your own …")
    await world.ann.slash(world.channel, "browse")
    await world.admin.slash(world.channel, "setup")
    assert world.bot.persistent_views == []
    store = world.bot._connection._view_store
    assert not store._views
    assert not store._modals
    assert not store._synced_message_views
