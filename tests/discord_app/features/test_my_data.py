"""/mydata as a person uses it: seeing, exporting, pausing, forgetting, over this process's memory and over SQLite."""

import io
import json
import logging
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import simcord
from discord_app.memories import KINDS, Away, opened
from discord_app.world import WHY, Shown, World, button, buttons, text
from generators import Scripted
from in_memory import InMemory

from bot.discord_app.cards import texts
from bot.discord_app.features.my_data import card as own_data
from bot.discord_app.features.my_data.card import as_file, overview
from bot.state.memory import Memory
from bot.state.values import Place, Preferences
from bot.tutor.generator import Generator
from corpus.entry import Level

DECLINED = "who won the football cup in 1987?"


@pytest.fixture(params=KINDS)
async def memory(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Memory]:
    """What the bot keeps, in both ways."""
    async with opened(request.param, tmp_path / "kept") as made:
        yield made


async def asked(world: World, question: str = "what is dropout?") -> Shown:
    """The card of a question of ann's."""
    shown = (await world.ann.slash(world.channel, "ask", question=question)).response
    assert shown is not None
    return shown


async def mydata(world: World) -> simcord.ResponseMessage:
    """Ann's own card."""
    result = await world.ann.slash(world.channel, "mydata")
    assert result.ephemeral
    assert result.response is not None
    return result.response


async def stored(world: World) -> dict[str, Any]:
    """What is kept about ann."""
    found = await world.memory.export(world.ann.id)
    assert found is not None
    return found


def now(world: World, shown: Shown) -> Shown:
    """The same card as it is now."""
    return next(one for one in world.channel.history() if one.id == shown.id)


async def test_it_says_what_is_kept_and_offers_three_things(world: World) -> None:
    shown = await mydata(world)
    assert "for 30 days" in text(shown)
    assert "Kept now: nothing." in text(shown)
    assert buttons(shown) == ["Export", "Pause memory", "Forget all of it"]
    card = await asked(world)
    await world.ann.click(card, label="👍")
    assert "1 answer, 1 judgement" in text(await mydata(world))


async def test_an_export_is_a_json_file_that_nobody_else_sees(world: World) -> None:
    await asked(world)
    await world.ben.slash(world.channel, "ask", question="what is overfitting?")
    result = await world.ann.click(await mydata(world), label="Export")
    assert result.ephemeral
    assert result.response is not None
    assert result.response.content == own_data.EXPORTED
    [file] = result.response.attachments
    assert file.filename == "my-data.json"
    data = json.loads(await file.read())
    assert [data["user"], len(data["answers"])] == [world.ann.id, 1]
    assert "what is dropout?" in json.dumps(data["answers"])
    assert str(world.ben.id) not in json.dumps(data)


async def test_an_export_that_discord_refuses_leaves_nobody_waiting(world: World) -> None:
    shown = await mydata(world)
    world.env.inject_error("PATCH", "/webhooks/*", status=413, code=40005)
    result = await world.ann.click(shown, label="Export")
    assert result.response is not None
    assert result.response.content == own_data.NOT_SENT


class TestForgetting:
    async def test_everything_goes_after_a_confirmation_and_not_before(self, world: World) -> None:
        await world.bot.services.conversation.set_level(world.ann.id, Level.EXPERT)
        card = await asked(world)
        await world.ann.click(card, label="👎")
        shown = await mydata(world)
        await world.ann.click(shown, label="Forget all of it")
        assert "cannot be brought back" in text(shown)
        assert len((await stored(world))["answers"]) == 1
        await world.ann.click(shown, label="Yes, forget")
        assert own_data.FORGOTTEN in text(shown)
        assert not any(rows for name, rows in (await stored(world)).items() if name != "user")
        assert await world.memory.preferences(world.ann.id) == Preferences()
        assert await world.memory.gaps() == []

    async def test_who_thinks_again_keeps_it_and_can_go_on(self, world: World) -> None:
        await asked(world)
        shown = await mydata(world)
        await world.ann.click(shown, label="Forget all of it")
        await world.ann.click(shown, label="No, keep it")
        assert "Nothing was deleted." in text(shown)
        assert buttons(shown) == ["Export", "Pause memory", "Forget all of it"]
        assert len((await stored(world))["answers"]) == 1

    async def test_other_people_keep_theirs(self, world: World) -> None:
        await asked(world)
        theirs = await world.ben.slash(world.channel, "ask", question="what is overfitting?")
        assert theirs.response is not None
        shown = await mydata(world)
        await world.ann.click(shown, label="Forget all of it")
        await world.ann.click(shown, label="Yes, forget")
        assert [one.user for one in await world.memory.recent(Place(world.channel.id, world.guild.id))] == [
            world.ben.id
        ]
        await world.ben.click(theirs.response, label="Expert")
        assert "overfitting told at level expert." in text(now(world, theirs.response))

    async def test_old_buttons_work_or_say_what_to_do(self, world: World) -> None:
        card = await asked(world)
        shown = await mydata(world)
        await world.ann.click(shown, label="Forget all of it")
        await world.ann.click(shown, label="Yes, forget")
        for label in ("👍", "👎", "Sources"):
            told = await world.ann.click(card, label=label)
            assert told.ephemeral
            assert texts.FORGOTTEN in text(told.response)
        await world.ann.click(card, label="Expert")
        assert "dropout told at level expert." in text(now(world, card))

    async def test_a_confirmation_works_after_a_restart(self, world: World) -> None:
        await asked(world)
        shown = await mydata(world)
        await world.ann.click(shown, label="Forget all of it")
        await world.restart()
        await world.ann.click(shown, label="Yes, forget")
        assert own_data.FORGOTTEN in text(shown)
        assert (await stored(world))["answers"] == []

    async def test_logs_know_neither_words_nor_people(self, world: World, caplog: pytest.LogCaptureFixture) -> None:
        with caplog.at_level(logging.DEBUG, "bot"), caplog.at_level(logging.INFO):
            card = await asked(world)
            await world.ann.click(card, label="👎")
            await asked(world, DECLINED)
            await world.ann.user.send_dm("my secret question about dropout?")
            shown = await mydata(world)
            for label in ("Export", "Pause memory", "Go on remembering", "Forget all of it", "Yes, forget"):
                await world.ann.click(shown, label=label)
            world.env.inject_error("PATCH", "/webhooks/*", status=500, code=0)
            await world.ben.slash(world.channel, "ask", question="what is overfitting?")
        written = "\n".join(f"{one.name} {one.getMessage()} {one.exc_text or ''}" for one in caplog.records)
        assert caplog.records
        for hidden in ("dropout", "overfitting", "secret", "football", str(world.ann.id), str(world.ben.id)):
            assert hidden not in written


class TestForgettingMeanwhile:
    """Somebody is forgotten while an answer to them is still being written."""

    @pytest.fixture(params=["sqlite"])
    async def memory(self, request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Memory]:
        async with opened(request.param, tmp_path / "kept") as made:
            yield made

    @pytest.fixture
    def writes(self) -> Generator:
        return Scripted("Dropout silences random units. " * 20, pause_s=0.05)

    async def test_what_was_asked_before_is_not_kept_after(self, world: World) -> None:
        await world.begin(world.ann.slash(world.channel, "ask", question=WHY))
        assert world.bot.services.answers.running.tasks
        assert await world.memory.forget(world.ann.id)
        await world.until(lambda: not world.bot.services.answers.running.tasks)
        await world.env.settle()
        assert (await stored(world))["answers"] == []


class TestPausing:
    async def test_nothing_more_is_kept_and_the_way_back_is_there(self, world: World) -> None:
        shown = await mydata(world)
        await world.ann.click(shown, label="Pause memory")
        assert texts.PAUSED in text(shown)
        await world.ann.click(await asked(world), label="👍")
        await asked(world, DECLINED)
        found = await stored(world)
        assert (found["answers"], found["feedback"]) == ([], [])
        assert await world.memory.gaps(world.guild.id) == []
        assert "is **paused**" in text(await mydata(world))
        await world.ann.click(shown, label="Go on remembering")
        assert texts.RESUMED in text(shown)
        await asked(world)
        assert len((await stored(world))["answers"]) == 1

    async def test_what_was_kept_before_is_not_spoken_of(self, world: World) -> None:
        await world.ann.user.send_dm("what is dropout?")
        await world.ann.click(await mydata(world), label="Pause memory")
        await world.ann.user.send_dm("simpler please")
        assert "### dropout" not in text(world.ann.user.dm_channel.history()[-1])

    async def test_preferences_stay_as_they_were(self, world: World) -> None:
        await world.memory.prefer(world.ann.id, Preferences(Level.EXPERT, "coach", "my team"))
        shown = await mydata(world)
        await world.ann.click(shown, label="Pause memory")
        assert await world.memory.preferences(world.ann.id) == Preferences(Level.EXPERT, "coach", "my team", True)
        assert "dropout told at level expert." in text(await asked(world, "what is dropout?"))

    async def test_buttons_on_cards_of_that_person_still_do_something_sensible(self, world: World) -> None:
        await world.ann.click(await mydata(world), label="Pause memory")
        card = await asked(world)
        for label, expected in (
            ("Why?", "Why dropout matters."),
            ("Example", "An example of dropout."),
            ("👎", texts.JUDGED_PAUSED),
            ("Expert", "dropout told at level expert."),
            ("What does “overfitting” mean?", "memorised its training data"),
        ):
            told = await world.ann.click(now(world, card), label=label)
            assert expected in text(told.response if told.response and told.ephemeral else now(world, card)), label
        theirs = await world.ben.click(now(world, card), label="ELI5")
        assert theirs.ephemeral
        assert (await stored(world))["answers"] == []


async def test_it_is_there_in_direct_messages_and_alone_too(world: World) -> None:
    user = world.env.create_user("carl")
    result = await user.slash("mydata")
    assert "Kept now: nothing." in text(result.response)


@pytest.mark.parametrize("custom_id", ["y1:everything", "y0:export", "y2:sure"])
async def test_a_control_of_another_version_says_what_to_do(world: World, custom_id: str) -> None:
    shown = await mydata(world)
    button(shown, "Export")
    for row in world.env.backend.get_message(shown.channel_id, shown.id).components:
        for one in row.get("components", ()):
            if one.get("custom_id") == own_data.EXPORT:
                one["custom_id"] = custom_id
    told = await world.ann.click(shown, label="Export")
    assert texts.OUTDATED in text(told.response)


class TestAway:
    """The database cannot be reached: nothing is claimed."""

    @pytest.fixture
    def memory(self) -> InMemory:
        return Away()

    async def test_nothing_is_claimed_and_it_can_be_tried_again(self, world: World) -> None:
        shown = await mydata(world)
        assert own_data.NO_EXPORT in text(shown)
        exported = await world.ann.click(shown, label="Export")
        assert exported.response is not None
        assert exported.response.content == own_data.NO_EXPORT
        await world.ann.click(shown, label="Forget all of it")
        await world.ann.click(shown, label="Yes, forget")
        assert own_data.NOT_NOW in text(shown)
        assert buttons(shown) == ["Try again"]
        for label in ("Pause memory",):
            again = await mydata(world)
            await world.ann.click(again, label=label)
            assert own_data.NOT_CHANGED in text(again)
            assert texts.PAUSED not in text(again)


def test_a_large_export_is_packed_and_one_that_no_packing_helps_is_none() -> None:
    data = {"user": 1, "answers": [{"text": "the same again " * 50}] * 20}
    whole = as_file(data)
    assert whole is not None
    assert json.loads(whole.data) == data
    packed = as_file(data, most=2_000)
    assert packed is not None
    assert packed.name == "my-data.json.zip"
    with zipfile.ZipFile(io.BytesIO(packed.data)) as archive:
        assert json.loads(archive.read("my-data.json")) == data
    assert as_file(data, most=20) is None


def test_half_a_sign_stops_no_export() -> None:
    file = as_file({"user": 1, "preferences": [{"role": "\ud800"}]})
    assert file is not None
    assert json.loads(file.data)["preferences"] == [{"role": "?"}]


def test_counts_are_sentences() -> None:
    shown = overview({"user": 1, "preferences": [{}], "answers": [{}, {}], "changes": []}, paused=True, keep_days=7)
    body = "".join(str(block) for block in shown.body)
    assert "1 preference, 2 answers." in body
    assert "7 days old" in body
