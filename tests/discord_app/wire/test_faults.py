"""The product on the wire while Discord misbehaves: whatever goes wrong, the person is answered once and no card hangs."""

import time
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path

import pytest
from discord_app.wired import (
    AUTHORED,
    FROM_GLOSSARY,
    READY_S,
    UNFINISHED,
    WRITTEN,
    Product,
    QuotingModel,
    answered,
    product,
    quoting,
    settings,
    wire,
)
from discord_wire.people import Person
from discord_wire.server import Wire
from discord_wire.state import SEND_MESSAGES, VIEW_CHANNEL, Channel, Message

from bot.discord_app.cards import texts

CALLBACK = "POST /interactions/*"
EDIT = "PATCH */messages/@original"
SEND = "POST /channels/{channel_id}/messages"
EDIT_MESSAGE = "PATCH /channels/{channel_id}/messages/{message_id}"
TOKEN_S = 15 * 60

pytestmark = pytest.mark.slow


@pytest.fixture
async def tutor(real_index: Path, tmp_path: Path) -> AsyncIterator[Product]:
    """The product without a model. At the end of each test no card hangs, and nothing that the bot sent was wrong."""
    async with product(settings(real_index, tmp_path)) as made:
        yield made
        await made.assert_over()


@pytest.fixture
async def model() -> AsyncIterator[QuotingModel]:
    """A model that waits for the test after its first sentence."""
    async with quoting() as server:
        yield server


@pytest.fixture
async def writer(real_index: Path, tmp_path: Path, model: QuotingModel) -> AsyncIterator[Product]:
    """The product with that model."""
    async with product(settings(real_index, tmp_path, model.url)) as made:
        yield made
        await made.assert_over()


async def test_429s_and_broken_gateways_delay_edits_and_lose_none(tutor: Product) -> None:
    faults, ada = tutor.discord.faults, tutor.ada
    limited, broken = faults.limit(EDIT, retry_after_s=0.2), faults.fail(EDIT, 502)
    asked = ada.slash("ask", question=AUTHORED[0])
    assert FROM_GLOSSARY in await answered(asked)
    unknown = faults.fail(EDIT, 500, after=True)
    await ada.press(asked.message, "Expert").says("Expert · from the glossary")
    said, twice = faults.fail(SEND, 500, after=True), faults.limit(SEND, retry_after_s=0.2)
    direct = ada.dm(AUTHORED[1])
    assert FROM_GLOSSARY in await answered(direct)
    await tutor.discord.until(lambda: twice.hits == 1, 30, "a third try")
    assert len(direct.shown) == 1, "a send that was tried again has made two messages"
    assert [one.hits for one in (limited, broken, unknown, said, twice)] == [1] * 5
    assert {one.scripted for one in tutor.discord.limits.given} == {True}


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("way", ["fail", "drop"])
async def test_an_acknowledge_that_fails_is_tried_again(tutor: Product, way: str, after: bool) -> None:
    fault = getattr(tutor.discord.faults, way)(CALLBACK, after=after)
    asked = tutor.ada.slash("ask", question=AUTHORED[0])
    assert FROM_GLOSSARY in await answered(asked)
    assert len(asked.shown) == fault.hits == 1
    fault = getattr(tutor.discord.faults, way)(CALLBACK, after=after)
    pressed = tutor.ada.press(asked.message, "Student")
    await pressed.says("Student · from the glossary")
    opened = getattr(tutor.discord.faults, way)(CALLBACK, after=after)
    assert (await tutor.ada.press(asked.message, "Ask your own …").modal())["title"] == texts.ASK_ON
    await tutor.discord.until(lambda: opened.hits == 1, 10, "a failed form")


@pytest.mark.parametrize("after", [False, True])
async def test_an_edit_or_a_message_whose_connection_broke_comes_all_the_same(tutor: Product, after: bool) -> None:
    edit, send = tutor.discord.faults.drop(EDIT, after=after), tutor.discord.faults.drop(SEND, after=after)
    asked, direct = tutor.ada.slash("ask", question=AUTHORED[0]), tutor.ada.dm(AUTHORED[1])
    called = tutor.ada.say(None, AUTHORED[2], mention_bot=True)
    for one in (asked, direct, called):
        assert FROM_GLOSSARY in await answered(one)
        assert len(one.shown) == 1
    assert (edit.hits, send.hits) == (1, 1)


async def test_edits_that_fail_while_an_answer_grows(writer: Product, model: QuotingModel) -> None:
    asked = await writer.ada.slash("ask", question=WRITTEN[0]).says("writing …")
    faults = [
        writer.discord.faults.limit(EDIT, retry_after_s=0.3),
        writer.discord.faults.fail(EDIT, 502),
        writer.discord.faults.drop(EDIT),
    ]
    model.go.set()
    assert "written by" in await answered(asked)
    assert [one.hits for one in faults] == [1, 1, 1]


async def test_what_was_missed_is_replayed_and_answered_once(tutor: Product) -> None:
    gateway, ada = tutor.discord.gateway, tutor.ada
    gateway.hello_s = 0.3
    disturbances: tuple[Callable[[], None], ...] = (
        gateway.drop,
        gateway.reconnect,
        lambda: gateway.invalidate(resumable=True),
    )
    for number, disturb in enumerate(disturbances):
        disturb()
        await tutor.discord.until(lambda: not gateway.connected, 10, "a lost connection")
        asked, direct = ada.slash("ask", question=AUTHORED[number]), ada.dm(AUTHORED[number])
        for one in (asked, direct):
            await answered(one)
            assert len(one.shown) == 1
    assert len(gateway.resumed) == 3
    assert len(gateway.identified) == 1


async def test_an_invalid_session_is_begun_anew_and_a_slow_gateway_waited_for(tutor: Product) -> None:
    gateway = tutor.discord.gateway
    gateway.invalidate(resumable=False)
    await tutor.discord.until(lambda: gateway.readies == 2 and gateway.connected, 30, "a second READY")
    asked = tutor.ada.slash("ask", question=AUTHORED[0])
    await answered(asked)
    gateway.delay_s = 1.0
    late = tutor.ada.press(asked.message, "ELI5")
    await late.says("ELI5 · from the glossary")
    assert len(asked.shown) == 1


@pytest.mark.parametrize("private", [False, True])
async def test_a_token_that_expires_while_the_model_writes(writer: Product, model: QuotingModel, private: bool) -> None:
    asked = await writer.ada.slash("ask", question=WRITTEN[0], private=private).says("writing …")
    half = asked.message
    writer.discord.advance(TOKEN_S)
    model.go.set()
    place = writer.ada.direct if private else asked.channel

    def whole() -> list[Message]:
        mine = [one for one in place.messages.values() if one.author is writer.discord.me]
        return [one for one in mine if "written by" in one.text]

    await writer.discord.until(lambda: bool(whole()), 30, "the answer as an ordinary message")
    assert asked.refusals == [50027]
    await writer.ada.press(whole()[0], "Expert").says("Expert")
    if private:  # only that person sees what is left of it, until they close Discord: nothing reaches it any more
        half.channel.messages.pop(half.id, None)
    else:
        await writer.discord.until(lambda: half.ended, 10, "the end of the half answer")


async def test_an_acknowledge_that_comes_too_late_or_second(tutor: Product) -> None:
    faults, ada = tutor.discord.faults, tutor.ada
    faults.too_late = 1
    late = await ada.slash("ask", question=AUTHORED[0]).until(lambda one: bool(one.later), "an ordinary message")
    assert late.refusals == [10062]
    assert FROM_GLOSSARY in late.later[0].text
    faults.already = 1
    second = await ada.slash("ask", question=AUTHORED[1]).until(lambda one: bool(one.refusals), "a refusal")
    await answered(ada.slash("ask", question=AUTHORED[2]))
    assert second.refusals == [40060]
    assert not second.messages, "somebody else answers this one"
    assert tutor.bot.output.count("was not acknowledged") == 2
    assert "Traceback" not in tutor.bot.output


async def test_an_interaction_delivered_twice_is_answered_once(tutor: Product) -> None:
    faults, ada = tutor.discord.faults, tutor.ada
    faults.duplicates = 1
    asked = ada.slash("ask", question=AUTHORED[0])
    await answered(asked)
    faults.duplicates = 1
    pressed = await ada.press(asked.message, "Expert").says("Expert · from the glossary")
    faults.duplicates = 1
    below = ada.press(asked.message, "Sources")
    await below.says()
    faults.duplicates = 1
    form = ada.press(asked.message, "Ask your own …")
    await form.modal()
    faults.duplicates = 1
    sent = ada.submit_modal(form, AUTHORED[3])
    await answered(sent)
    await answered(ada.slash("ask", question=AUTHORED[1]))  # what came before it has been dealt with
    for one in (asked, pressed, below, form, sent):
        assert not one.refusals
        assert len(one.shown) <= 1
    callbacks = tutor.discord.traffic["POST /interactions/{interaction_id}/{webhook_token}/callback"]
    assert callbacks == 6


async def test_places_where_the_bot_may_not_write(tutor: Product) -> None:
    guild, ada = next(iter(tutor.discord.guilds.values())), tutor.ada
    silent = tutor.discord.add_channel(Channel(tutor.discord.ids.new(), 0, "silent", guild, denied=SEND_MESSAGES))
    hidden = tutor.discord.add_channel(Channel(tutor.discord.ids.new(), 0, "hidden", guild, denied=VIEW_CHANNEL))
    for number, place in enumerate((silent, hidden)):
        asked = ada.slash("ask", question=AUTHORED[number], where=place)
        assert FROM_GLOSSARY in await answered(asked), "commands are answered everywhere"
        ada.say(place, AUTHORED[number], mention_bot=True)
        await tutor.discord.until(partial(_told, ada, number + 1), 30, "a word to the person")
        assert not asked.later or asked.later == asked.shown
    assert tutor.discord.invalid[403] <= 6
    assert "Traceback" not in tutor.bot.output


def _told(person: Person, times: int) -> bool:
    """Whether the person has been told so often, directly, that the bot may not write somewhere."""
    return sum(texts.NOT_HERE in one.text for one in person.direct.messages.values()) == times


async def test_rights_and_cards_that_are_gone_midway(writer: Product, model: QuotingModel) -> None:
    faults, ada = writer.discord.faults, writer.ada
    deleted = await ada.slash("ask", question=WRITTEN[0]).says("writing …")
    writer.discord.remove(deleted.message)
    model.go.set()
    await deleted.until(lambda one: 10008 in one.refusals, "a refusal")
    model.go.clear()
    called = await ada.say(None, WRITTEN[1], mention_bot=True).says("writing …")
    refused = faults.refuse(EDIT_MESSAGE, 50001, times=2)
    model.go.set()
    await writer.discord.until(lambda: refused.hits > 0, 30, "a refusal")
    writer.discord.remove(called.message)  # nobody without rights can end it; here an admin clears it away
    await answered(ada.slash("ask", question=AUTHORED[0]))
    assert "Traceback" not in writer.bot.output


async def test_a_429_that_discordpy_takes_for_a_ban_only_delays_the_last_edit(tutor: Product) -> None:
    banned = tutor.discord.faults.limit(EDIT, retry_after_s=0.1, times=2, via=False)
    await answered(tutor.ada.slash("ask", question=AUTHORED[0]))
    assert banned.hits == 2


async def test_told_to_stop_it_ends_in_time_and_running_answers_say_so(writer: Product) -> None:
    ada, others = writer.ada, [writer.discord.person(f"person {one}") for one in range(3)]
    running = [
        ada.slash("ask", question=WRITTEN[0]),
        others[0].dm(WRITTEN[1]),
        others[1].say(None, WRITTEN[2], mention_bot=True),
        others[2].slash("ask", question=WRITTEN[2]),
    ]
    for one in running:
        await one.until(lambda it: any(sign in it.text for sign in UNFINISHED), "an answer that has begun")
    began = time.monotonic()
    assert await writer.bot.stop() == 0
    assert time.monotonic() - began < 10
    for one in running:
        assert texts.LEAVING in one.text
        assert one.labels == ["Retry"]
    assert "Traceback" not in writer.bot.output


async def test_after_a_restart_retry_brings_the_answer(writer: Product, model: QuotingModel) -> None:
    asked = await writer.ada.slash("ask", question=WRITTEN[0]).says("writing …")
    assert await writer.bot.stop() == 0
    model.go.set()
    await writer.start()
    await writer.ada.press(asked.message, "Retry").until(lambda _: "written by" in asked.text, "the answer", 60)


async def test_what_keeps_it_from_starting_is_said_in_one_line(real_index: Path, tmp_path: Path) -> None:
    async with wire(privileged=()) as discord:
        with_content = settings(real_index, tmp_path, DISCORD_MESSAGE_CONTENT="true")
        assert "Message Content Intent" in await _refused(discord, with_content)
        assert "Discord refused DISCORD_TOKEN" in await _refused(
            discord, settings(real_index, tmp_path, DISCORD_TOKEN="MTIzNDU2Nzg5MDEyMzQ1Njc4.an.other")
        )
        assert "DISCORD_TOKEN is no bot token" in await _refused(
            discord, settings(real_index, tmp_path, DISCORD_TOKEN="abc")
        )
        discord.gateway.token = "another"
        assert await _refused(discord, settings(real_index, tmp_path))
        assert discord.invalid[401] == 1


async def _refused(discord: Wire, env: dict[str, str]) -> str:
    """Starts a bot that cannot run; its last words, which are one line and no traceback."""
    bot = await discord.start_bot("discord", env=env)
    assert await bot.wait(READY_S) == 1
    said = [line for line in bot.output.splitlines() if " INFO " not in line and " WARNING " not in line]
    assert len(said) == 1, bot.output
    return said[0]
