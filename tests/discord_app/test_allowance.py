"""How often somebody may ask: what is counted, what is not, and what people are told; in this process and over SQLite."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord
from discord_app.memories import KINDS, opened
from discord_app.world import Shown, World, buttons, text
from in_memory import InMemory

from bot.discord_app.answers.conversation import Allowances, ConversationService, Request, TooMany, too_many
from bot.discord_app.cards import texts
from bot.discord_app.client import StudyBot
from bot.state.memory import Memory
from bot.state.values import Place, ServerSettings, Verdict
from bot.tutor.tutor import Tutor
from index.hot_reload import LiveIndex
from index.search import SearchIndex

YOURS, EVERYBODYS = "You have asked all your questions for now.", "This server has asked all its questions for now."


@pytest.fixture(params=KINDS)
async def memory(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Memory]:
    """What the bot keeps, in both ways."""
    async with opened(request.param, tmp_path / "kept") as made:
        yield made


@pytest.fixture
def owners() -> Allowances:
    """What the owner of the bot allows."""
    return Allowances()


@pytest.fixture
def make(make: Callable[..., StudyBot], owners: Allowances) -> Callable[..., StudyBot]:
    """Makes a bot with the owner's allowances."""

    def made(memory: InMemory, **changed: Any) -> StudyBot:
        bot = make(memory, **changed)
        bot.services.conversation._allowances = owners
        return bot

    return made


async def allow(world: World, questions: int, **settings: Any) -> None:
    """What an admin has chosen."""
    chosen = ServerSettings(allowance=questions, **settings)
    await world.memory.set_server(world.guild.id, chosen, world.admin.id)


async def ask(world: World, question: str = "what is dropout?", by: simcord.MemberActor | None = None) -> Shown:
    shown = (await (by or world.ann).slash(world.channel, "ask", question=question)).response
    assert shown is not None
    return shown


def me(world: World) -> str:
    assert world.bot.user is not None
    return world.bot.user.mention


class TestServers:
    async def test_who_asked_all_their_questions_is_told_kindly_when_to_come_back(self, world: World) -> None:
        await allow(world, 2)
        for _ in range(2):
            assert "Dropout silences" in text(await ask(world))
        told = text(await ask(world))
        assert YOURS in told
        assert "The next one is possible in 12 hours" in told
        assert "Dropout silences" not in told

    async def test_everybody_has_their_own(self, world: World) -> None:
        await allow(world, 1)
        await ask(world)
        assert YOURS in text(await ask(world))
        assert "Dropout silences" in text(await ask(world, by=world.ben))

    async def test_admins_are_not_counted(self, world: World) -> None:
        await allow(world, 1)
        for _ in range(3):
            assert "Dropout silences" in text(await ask(world, by=world.admin))
        for _ in range(2):
            await world.admin.send(world.channel, f"{me(world)} what is dropout?")
            assert "Dropout silences" in text(world.last())

    async def test_a_mention_is_counted_and_answered_where_it_was_written(self, world: World) -> None:
        await allow(world, 1)
        await world.ann.send(world.channel, f"{me(world)} what is dropout?")
        assert "Dropout silences" in text(world.last())
        await world.ann.send(world.channel, f"{me(world)} what is overfitting?")
        assert YOURS in text(world.last())

    async def test_what_says_nothing_is_not_counted(self, world: World) -> None:
        await allow(world, 1)
        await ask(world, "?!")
        assert "Dropout silences" in text(await ask(world))

    async def test_without_a_limit_nothing_is_counted(self, world: World) -> None:
        for _ in range(5):
            assert "Dropout silences" in text(await ask(world))
        found = await world.memory.export(world.ann.id)
        assert found is not None
        assert not found.get("allowances")

    async def test_direct_messages_are_apart(self, world: World) -> None:
        await allow(world, 1)
        await ask(world)
        await world.ann.user.send_dm("what is dropout?")
        assert "Dropout silences" in text(world.ann.user.dm_channel.history()[-1])

    async def test_an_admin_who_allows_more_is_heeded_at_once(self, world: World) -> None:
        await allow(world, 1)
        await ask(world)
        assert YOURS in text(await ask(world))
        await allow(world, 0)
        assert "Dropout silences" in text(await ask(world))


def now(world: World, shown: Shown) -> Shown:
    return next(one for one in world.channel.history() if one.id == shown.id)


class TestButtons:
    async def test_levels_sources_and_judgements_go_on_working(self, world: World) -> None:
        await allow(world, 1)
        card = await ask(world)
        for level in ("Expert", "ELI5"):
            await world.ann.click(now(world, card), label=level)
            assert f"dropout told at level {level.casefold()}." in text(now(world, card))
        assert "Somebody: Something" in text((await world.ann.click(now(world, card), label="Sources")).response)
        assert texts.SORRY in text((await world.ann.click(now(world, card), label="👎")).response)
        assert YOURS in text(await ask(world))

    async def test_a_follow_up_is_a_question_and_its_refusal_leaves_the_card(self, world: World) -> None:
        await allow(world, 2)
        card = await ask(world)
        await world.ann.click(card, label="What does “overfitting” mean?")
        assert "memorised its training data" in text(now(world, card))
        told = await world.ann.select(now(world, card), ["dropout"])
        assert told.ephemeral
        assert YOURS in text(told.response)
        assert "memorised its training data" in text(now(world, card))


class TestStudyChannels:
    @pytest.fixture
    def bot_options(self) -> dict[str, Any]:
        return {"message_content": True}

    async def test_no_thread_is_opened_for_a_refusal(self, world: World) -> None:
        await allow(world, 1, study_channels=frozenset({world.channel.id}))
        await world.ann.send(world.channel, "what is dropout?")
        [thread] = world.channel.threads
        assert "Dropout silences" in text(thread.history()[-1])
        await world.ann.send(world.channel, "what is overfitting?")
        assert len(world.channel.threads) == 1
        assert YOURS in text(world.last())

    async def test_a_question_that_opens_a_thread_is_counted_once(self, world: World) -> None:
        await allow(world, 2, study_channels=frozenset({world.channel.id}))
        for _ in range(2):
            await world.ann.send(world.channel, "what is dropout?")
        assert len(world.channel.threads) == 2
        assert YOURS in text(await ask(world))

    async def test_what_was_only_overheard_is_neither_counted_nor_refused(self, world: World) -> None:
        chosen = {"study_channels": frozenset({world.channel.id}), "listening": True, "listen_minutes": 5}
        await allow(world, 1, **chosen)
        await ask(world)
        await world.ann.send(world.channel, f"{world.ben.mention} what is dropout?")
        assert "Dropout silences" in text(world.last())
        assert "Dismiss" in buttons(world.last())

    async def test_talk_is_left_alone_where_no_thread_can_be_opened(self, world: World) -> None:
        assert world.bot.user is not None
        closed = discord.PermissionOverwrite(create_public_threads=False)
        channel = world.guild.create_text_channel("study", overwrites={world.bot.user: closed})
        await allow(world, 0, study_channels=frozenset({channel.id}))
        await world.ann.send(channel, "when do we meet on friday?")
        assert len(channel.history()) == 1
        await world.ann.send(channel, "what is dropout?")
        assert "Dropout silences" in text(channel.history()[-1])


class TestOwners:
    @pytest.fixture
    def owners(self) -> Allowances:
        return Allowances(direct=1, server=3)

    async def test_a_whole_server_has_its_questions(self, world: World) -> None:
        for by in (world.ann, world.ben, world.ann):
            assert "Dropout silences" in text(await ask(world, by=by))
        assert EVERYBODYS in text(await ask(world, by=world.ben))
        assert "Dropout silences" in text(await ask(world, by=world.admin))

    async def test_a_person_has_theirs_in_direct_messages(self, world: World) -> None:
        user = world.ann.user
        await user.send_dm("what is dropout?")
        await user.send_dm("what is dropout?")
        first, second = (text(one) for one in user.dm_channel.history() if one.components)
        assert "Dropout silences" in first
        assert YOURS in second
        assert "Dropout silences" in text(await ask(world))

    async def test_pausing_the_memory_is_no_way_around_it(self, world: World) -> None:
        known = await world.memory.preferences(world.ann.id)
        await world.memory.prefer(world.ann.id, replace(known, paused=True))
        await world.ann.user.send_dm("what is dropout?")
        await world.ann.user.send_dm("what is dropout?")
        assert YOURS in text(world.ann.user.dm_channel.history()[-1])


async def test_counts_survive_a_restart_in_a_database(
    small_desk: Callable[[Memory], ConversationService], tmp_path: Path
) -> None:
    asked = Request(1, Place(10, 100), "what is dropout?")
    async with opened("sqlite", tmp_path) as memory:
        await memory.set_server(100, ServerSettings(allowance=1), 9)
        await small_desk(memory).question(asked)
    async with opened("sqlite", tmp_path) as memory:
        with pytest.raises(TooMany, match="in 24 hours"):
            await small_desk(memory).question(asked)
        await small_desk(memory).question(replace(asked, user=2))


async def test_who_was_admitted_is_not_counted_again(small_desk: Callable[[Memory], ConversationService]) -> None:
    conversation = small_desk(InMemory())
    await conversation.memory.set_server(100, ServerSettings(allowance=1), 9)
    asked = Request(1, Place(10, 100), "what is dropout?")
    admitted = await conversation.admit(asked)
    assert (await conversation.question(admitted)).text == "what is dropout?"
    with pytest.raises(TooMany):
        await conversation.admit(asked)


@pytest.fixture
def small_desk(small_index: SearchIndex) -> Callable[[Memory], ConversationService]:
    return lambda memory: ConversationService(Tutor(LiveIndex(small_index)), memory)


@pytest.mark.parametrize(
    ("wait_s", "said"),
    [
        (0.001, "in 1 minute;"),
        (60, "in 1 minute;"),
        (61, "in 2 minutes;"),
        (149, "in 3 minutes;"),
        (89 * 60, "in 89 minutes;"),
        (90 * 60, "in 2 hours;"),
        (150 * 60, "in 3 hours;"),
        (86_400, "in 24 hours;"),
    ],
)
def test_whoever_comes_back_when_they_were_told_to_is_answered(wait_s: float, said: str) -> None:
    assert said in too_many(Verdict(False, wait_s))
    assert too_many(Verdict(False, wait_s)).startswith(YOURS)
    assert too_many(Verdict(False, wait_s, everybody=True)).startswith(EVERYBODYS)
