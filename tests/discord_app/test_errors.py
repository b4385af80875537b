"""What goes wrong between the bot and Discord, and inside it: nothing is lost, one line is noted, one calm sentence is said."""

import logging
from typing import Any

import pytest
from discord_app.world import WHY, Shown, World, buttons, text
from generators import Scripted

from bot.discord_app.cards import texts
from bot.tutor.errors import ModelFailed
from bot.tutor.generator import Generator

CALLBACK = "/interactions/*/*/callback"
ORIGINAL = "/webhooks/*/*/messages/@original"
SEND = "/channels/*/messages"


async def asked(world: World, question: str = "what is dropout?") -> Shown:
    shown = (await world.ann.slash(world.channel, "ask", question=question)).response
    assert shown is not None
    return shown


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [
        one.getMessage() for one in caplog.records if one.name.startswith("bot.") and one.levelno >= logging.WARNING
    ]


class TestAcknowledging:
    async def test_somebody_else_has_acknowledged_already(self, world: World, caplog: pytest.LogCaptureFixture) -> None:
        world.env.inject_error("POST", CALLBACK, status=400, code=40060)
        result = await world.ann.slash(world.channel, "ask", question="what is dropout?")
        assert result.response is None
        assert world.channel.history() == []
        assert warnings(caplog) == ["an interaction was not acknowledged: status 400, code 40060"]
        assert world.bot.services.answers.pending.left() == []

    @pytest.mark.parametrize(("status", "code"), [(404, 10062), (500, 0), (403, 50013)])
    async def test_too_late_the_answer_comes_as_an_ordinary_message(
        self, world: World, caplog: pytest.LogCaptureFixture, status: int, code: int
    ) -> None:
        world.env.inject_error("POST", CALLBACK, status=status, code=code)
        await world.ann.slash(world.channel, "ask", question="what is dropout?")
        assert "Dropout silences random units." in text(world.last())
        assert len(warnings(caplog)) == 1

    async def test_too_late_for_a_private_answer_it_comes_as_a_direct_message(self, world: World) -> None:
        world.env.inject_error("POST", CALLBACK, status=404, code=10062)
        await world.ann.slash(world.channel, "ask", question="what is dropout?", private=True)
        assert world.channel.history() == []
        assert "Dropout silences" in text(world.ann.user.dm_channel.last_message)

    @pytest.mark.parametrize("label", ["Expert", "Why?", "Sources", "👍", "🗑", "Ask your own …", "At my level"])
    async def test_presses_too(self, world: World, label: str, caplog: pytest.LogCaptureFixture) -> None:
        shown = await asked(world)
        for status, code in ((400, 40060), (404, 10062)):
            world.env.inject_error("POST", CALLBACK, status=status, code=code)
            await world.ann.click(shown, label=label)
        assert len(warnings(caplog)) == 2
        assert "Dropout silences random units." in text(world.channel.history()[0])
        assert "dropout" in text((await world.ann.click(shown, label="Expert")).response or world.channel.history()[0])

    async def test_an_interaction_that_is_delivered_twice_is_answered_once(self, world: World) -> None:
        shown = await asked(world)
        before = len(world.env.http_requests)
        payloads = [one for kind, name, one in world.env.backend.transcript if name == "INTERACTION_CREATE"]
        world.env.backend.emit("INTERACTION_CREATE", payloads[-1])
        await world.env.settle()
        assert len(world.env.http_requests) == before
        for label in ("Expert", "👎", "🗑"):
            count = len(world.env.http_requests)
            await world.ann.click(shown, label=label)
            once = len(world.env.http_requests) - count
            payloads = [one for kind, name, one in world.env.backend.transcript if name == "INTERACTION_CREATE"]
            world.env.backend.emit("INTERACTION_CREATE", payloads[-1])
            await world.env.settle()
            assert len(world.env.http_requests) == count + once


class TestDrawing:
    @pytest.mark.parametrize(("status", "code"), [(401, 50027), (404, 10015)])
    async def test_after_fifteen_minutes_the_answer_comes_as_an_ordinary_message(
        self, world: World, status: int, code: int
    ) -> None:
        world.env.inject_error("PATCH", ORIGINAL, status=status, code=code, times=None)
        await world.ann.slash(world.channel, "ask", question="what is dropout?")
        assert "Dropout silences random units." in text(world.last())
        assert buttons(world.last())[-3:] == ["👍", "👎", "🗑"]

    async def test_and_directly_where_the_bot_may_not_write(self, world: World) -> None:
        world.env.inject_error("PATCH", ORIGINAL, status=401, code=50027, times=None)
        world.env.inject_error("POST", f"/channels/{world.channel.id}/messages", status=403, code=50001)
        await world.ann.slash(world.channel, "ask", question="what is dropout?")
        assert "Dropout silences" in text(world.ann.user.dm_channel.last_message)

    @pytest.mark.simcord(settle_timeout=0.1)
    @pytest.mark.parametrize("status", [500, 503, 429])
    async def test_what_discord_cannot_take_now_is_tried_again(self, world: World, status: int) -> None:
        world.env.inject_error("PATCH", ORIGINAL, status=status, times=2)
        await world.begin(world.ann.slash(world.channel, "ask", question="what is dropout?"))
        await world.until(lambda: bool(world.last().components))
        assert "Dropout silences random units." in text(world.last())

    @pytest.mark.simcord(settle_timeout=0.1)
    async def test_a_send_that_is_tried_again_carries_the_same_nonce(self, world: World) -> None:
        assert world.bot.user is not None
        world.env.inject_error("POST", SEND, status=500)
        await world.begin(world.ann.send(world.channel, f"{world.bot.user.mention} what is dropout?"))
        await world.until(lambda: bool(world.last().components))
        sends: list[Any] = [
            one.json for one in world.env.http_requests if one.method == "POST" and one.path.endswith("/messages")
        ]
        assert len(sends) == 2
        assert len({one["nonce"] for one in sends}) == 1
        assert all(one["enforce_nonce"] for one in sends)

    async def test_a_card_that_somebody_deleted_ends_quietly(
        self, world: World, caplog: pytest.LogCaptureFixture
    ) -> None:
        world.env.inject_error("PATCH", ORIGINAL, status=404, code=10008, times=None)
        await world.ann.slash(world.channel, "ask", question="what is dropout?")
        assert warnings(caplog) == []
        assert world.bot.services.answers.running.tasks == {}
        assert world.bot.services.answers.pending.left() == []

    async def test_a_card_that_cannot_be_deleted_stays(self, world: World, caplog: pytest.LogCaptureFixture) -> None:
        shown = await asked(world)
        world.env.inject_error("DELETE", ORIGINAL, status=404, code=10008)
        await world.ann.click(shown, label="🗑")
        assert warnings(caplog) == []

    async def test_a_panel_that_cannot_be_shown_is_noted(self, world: World, caplog: pytest.LogCaptureFixture) -> None:
        world.env.inject_error("PATCH", ORIGINAL, status=500)
        await world.admin.slash(world.channel, "setup")
        assert warnings(caplog) == ["a panel could not be shown: status 500, code 0"]


class TestInside:
    """What breaks in the bot itself."""

    async def test_a_tutor_that_breaks_leaves_one_sentence_and_retry(
        self, world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        async def broken(question: object) -> Any:
            raise RuntimeError("a fault of ours")
            yield

        with monkeypatch.context() as patch:
            patch.setattr(world.bot.services.conversation.tutor, "ask", broken)
            shown = await asked(world)
        assert texts.BROKEN in text(shown)
        assert buttons(shown) == ["Retry"]
        assert warnings(caplog) == ["an answer failed"]
        assert world.bot.services.answers.running.tasks == {}
        await world.ann.click(shown, label="Retry")
        assert "Dropout silences random units." in text(world.last())

    async def test_a_command_that_breaks_says_so(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(world.bot.services.search, "read", _broken)
        for command in ("browse", "random", "level"):
            result = await world.ann.slash(world.channel, command)
            said = [one.content for one in (result.response, *result.followups) if one]
            assert texts.BROKEN_OFF in said
        assert len(world.env.errors) == 3

    async def test_a_press_that_breaks_says_so(
        self, world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        shown = await asked(world)
        monkeypatch.setattr(world.memory, "answer", _broken_later)
        result = await world.ann.click(shown, label="Expert")
        assert result.ephemeral
        assert result.response is not None
        assert result.response.content == texts.BROKEN_OFF
        assert warnings(caplog) == ["a press could not be carried out"]

    async def test_a_message_that_breaks_says_so(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        assert world.bot.user is not None
        monkeypatch.setattr(world.memory, "preferences", _broken_later)
        await world.ann.send(world.channel, f"{world.bot.user.mention} what is dropout?")
        assert texts.BROKEN_OFF in text(world.last())

    async def test_an_apology_that_cannot_be_delivered_is_let_go(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(world.bot.services.search, "read", _broken)
        world.env.inject_error("POST", CALLBACK, status=404, code=10062)
        await world.ann.slash(world.channel, "random")
        assert len(world.env.errors) == 1


@pytest.mark.simcord(settle_timeout=0.1)
class TestModel:
    @pytest.fixture
    def writes(self) -> Generator | None:
        return Scripted("Dropout silences", failure=ModelFailed("out of memory"))

    async def test_a_model_that_breaks_off_leaves_no_half_answer(self, world: World) -> None:
        await world.begin(world.ann.slash(world.channel, "ask", question=WHY))
        await world.until(lambda: "from the glossary" in text(world.last()))
        assert "The model could not write this answer" in text(world.last())
        assert "out of memory" not in text(world.last())
        assert "Stop" not in buttons(world.last())


class TestRefusal:
    @pytest.fixture
    def writes(self) -> Generator | None:
        return Scripted("The passages do not answer this.")

    async def test_no_citations_stand_under_a_refusal(self, world: World) -> None:
        await world.begin(world.ann.slash(world.channel, "ask", question="how do I cook rice?"))
        shown = world.last()
        assert "not in this glossary" in text(shown)
        assert "[1]" not in text(shown)
        assert "Sources" not in buttons(shown)


@pytest.mark.simcord(settle_timeout=0.1)
class TestLeaving:
    """Told to stop while it answers."""

    @pytest.fixture
    def model(self) -> Scripted:
        return Scripted("Dropout silences random units. " * 20, pause_s=0.2)

    @pytest.fixture
    def writes(self, model: Scripted) -> Generator | None:
        return model

    async def test_what_cannot_end_in_time_says_that_it_stopped(self, world: World, model: Scripted) -> None:
        await world.begin(world.ann.slash(world.channel, "ask", question=WHY))
        await world.until(lambda: bool(world.last().components) and model.running == 1)
        await world.bot.services.answers.running.finish(0.1)
        await world.until(lambda: texts.LEAVING in text(world.last()))
        assert buttons(world.last()) == ["Retry"]
        assert model.running == 0


def _broken(*_: object) -> Any:
    raise RuntimeError("a fault of ours")


async def _broken_later(*_: object) -> Any:
    raise RuntimeError("a fault of ours")


class TestCardsThatCannotChange:
    """A press on a card that Discord does not let us change is answered below it, privately."""

    @pytest.mark.parametrize(("status", "code"), [(404, 10008), (403, 50013), (400, 30046)])
    @pytest.mark.parametrize("label", ["Expert", "What does “overfitting” mean?"])
    async def test_the_answer_comes_as_a_private_follow_up(
        self, world: World, status: int, code: int, label: str
    ) -> None:
        shown = await asked(world)
        world.env.inject_error("PATCH", ORIGINAL, status=status, code=code)
        result = await world.ann.click(shown, label=label)
        (follow_up,) = result.followups
        assert follow_up.ephemeral
        expected = "dropout told at level expert." if label == "Expert" else "memorised its training data"
        assert expected in text(follow_up)


async def test_nothing_goes_out_without_saying_that_it_pings_nobody(world: World) -> None:
    assert world.bot.user is not None
    shown = await asked(world)
    await world.ann.click(shown, label="Expert")
    await world.ann.click(shown, label="Sources")
    await world.ann.send(world.channel, f"{world.bot.user.mention} what is dropout?")
    await world.admin.slash(world.channel, "setup")
    bodies = [body for body in world.sent() if "components" in body or "content" in body]
    assert len(bodies) >= 5
    assert all(body.get("allowed_mentions", {}).get("parse") == [] for body in bodies)
