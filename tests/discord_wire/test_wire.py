"""The stand-in held against the real discord.py: a small bot in its own process does everything over HTTP and WebSocket."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from discord_wire import schema
from discord_wire.faults import Fault
from discord_wire.handles import labels
from discord_wire.server import Wire
from discord_wire.state import FORUM, SEND_MESSAGES, VIEW_CHANNEL, Channel

SMALL_BOT = str(Path(__file__).parent / "small_bot.py")
EDIT = "PATCH */messages/@original"
SEND = "POST /channels/{channel_id}/messages"

pytestmark = pytest.mark.slow


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    async with Wire() as discord:
        discord.guild("Study group").channel("general")
        await discord.start_bot(SMALL_BOT)
        await discord.bot_ready()
        yield discord
        assert not discord.crashes, "\n".join(discord.crashes)


async def test_a_slash_command_is_deferred_and_edited(wire: Wire) -> None:
    asked = wire.person("ada").slash("ask", question="what is dropout?", wait=0.3)
    assert await asked.acknowledged() < 3
    assert [one.text for one in wire.thinking()] == [""]
    await asked.says("Answer to what is dropout?")
    assert not asked.ephemeral
    assert len(asked.edits_s) == 1
    assert asked.first_text_s is not None
    assert asked.first_text_s >= 0.3
    assert not wire.thinking()
    wire.assert_clean()


async def test_buttons_select_and_modal(wire: Wire) -> None:
    ada = wire.person("ada")
    asked = await ada.slash("ask", question="dropout?").says("Answer")
    card = asked.message
    assert labels(card) == ["More", "Ask", "Mine"]
    await ada.press(card, "More").says("There is more.")
    assert card.text == "There is more."
    await ada.choose(card, None, "expert").says("Level expert")
    opened = ada.press(card, custom_id="own")
    assert (await opened.modal())["title"] == "Ask your own"
    sent = await ada.submit_modal(opened, "why?").says("You asked: why?")
    assert sent.ephemeral
    own = await wire.person("bob").press(card, "Mine").says("For you alone.")
    assert own.ephemeral
    assert own.shown == [own.interaction.original]
    wire.assert_clean()


async def test_autocomplete_message_command_and_picture(wire: Wire) -> None:
    ada = wire.person("ada")
    assert await ada.autocomplete("explain", "term", "drop").choices() == ["dropout"]
    assert (await ada.slash("explain", term="dropout").says("dropout explained")).ephemeral
    said = ada.say(None, "a thing that somebody wrote")
    await ada.message_command("Explain this", said.sent).says("About: a thing that somebody wrote")
    used = ada.slash("picture")
    await used.acknowledged()
    (attachment,) = used.message.attachments
    assert wire.stored(attachment)[:4] == b"\x89PNG"
    assert used.message.components[0]["items"][0]["media"]["url"] == attachment["url"]
    wire.assert_clean()


async def test_direct_messages_mentions_and_threads(wire: Wire) -> None:
    ada = wire.person("ada")
    await ada.dm("hello").says("Directly: hello")
    await ada.slash("ask", question="here too?", where=ada.direct).says("here too?")
    called = await ada.say(None, "are you there?", mention_bot=True).says("You called.")
    assert called.message.reply_to is called.sent
    again = await ada.say(None, "once more", reply_to=called.message).says("You called.")
    assert again.text == "You called."
    started = await ada.say(None, "thread please").says("In the thread.")
    assert started.sent.thread is not None
    assert started.sent.thread.id == started.sent.id
    forum = wire.add_channel(Channel(wire.ids.new(), FORUM, "questions", started.channel.guild))
    await ada.forum_post(forum, "Dropout", f"<@{wire.me.id}> what is it?").says("You called.")
    wire.assert_clean()


async def test_without_the_intent_only_what_is_addressed_can_be_read() -> None:
    async with Wire(privileged=()) as discord:
        discord.guild("Study group").channel("general")
        bot = await discord.start_bot(SMALL_BOT, env={"SMALL_BOT_INTENT": "0"})
        await discord.bot_ready()
        ada = discord.person("ada")
        ada.say(None, "not for you")
        await ada.say(None, "for you", mention_bot=True).says("You called.")
        await ada.dm("directly").says("Directly: directly")
        assert "heard ''" in bot.output
        assert "not for you" not in bot.output
        assert "for you'" in bot.output
        discord.assert_clean()


async def test_an_intent_that_is_switched_off_and_a_wrong_token_end_the_bot() -> None:
    async with Wire(privileged=()) as discord:
        bot = await discord.start_bot(SMALL_BOT)
        assert await bot.wait() != 0
        assert "PrivilegedIntentsRequired" in bot.output
        with pytest.raises(AssertionError, match="The bot ended"):
            await discord.bot_ready()
        bot = await discord.start_bot(SMALL_BOT, env={"DISCORD_TOKEN": "wrong"})
        assert await bot.wait() != 0
        assert "LoginFailure" in bot.output
        assert discord.invalid[401] == 1
        discord.gateway.token = "another"
        bot = await discord.start_bot(SMALL_BOT, env={"SMALL_BOT_INTENT": "0"})
        assert await bot.wait() != 0
        assert "4004" in bot.output


async def test_a_broken_connection_is_resumed_and_what_was_missed_is_replayed(wire: Wire) -> None:
    ada = wire.person("ada")
    bot = wire.bots[0]
    wire.gateway.hello_s = 0.5
    for disturb in (wire.gateway.drop, wire.gateway.reconnect, lambda: wire.gateway.invalidate(resumable=True)):
        before = len(wire.gateway.resumed)
        disturb()
        await wire.until(lambda: not wire.gateway.connected, 10, "a lost connection")
        missed = ada.slash("ask", question="while you were away")
        await missed.says("while you were away")
        assert len(wire.gateway.resumed) == before + 1
    assert bot.output.count("resumed") >= 3
    assert len(wire.gateway.identified) == 1
    wire.assert_clean()


async def test_an_invalid_session_identifies_again(wire: Wire) -> None:
    wire.gateway.invalidate(resumable=False)
    await wire.until(lambda: wire.gateway.readies == 2, 30, "a second READY")
    await wire.person("ada").slash("ask", question="still there?").says("still there?")
    wire.gateway.refuse_resumes = 1
    wire.gateway.reconnect()
    await wire.until(lambda: wire.gateway.readies == 3, 30, "a third READY")
    await wire.person("bob").slash("ask", question="and now?").says("and now?")
    wire.assert_clean()


async def test_two_shards_share_the_guilds_and_direct_messages_come_on_the_first() -> None:
    async with Wire(shards=2) as discord:
        channels: dict[int, Channel] = {}
        while len(channels) < 2:
            place = discord.guild("a group")
            channels[(place.guild.id >> 22) % 2] = place.channel("general")
        await discord.start_bot(SMALL_BOT, env={"SMALL_BOT_SHARDED": "1"})
        await discord.bot_ready()
        ada = discord.person("ada")
        for one in (*channels.values(), ada.direct):
            await ada.slash("ask", question="which shard?", where=one).says("which shard?")
        assert sorted(one.shard for one in discord.gateway.sessions.values()) == [(0, 2), (1, 2)]
        assert all("INTERACTION_CREATE" in str(one.sent) for one in discord.gateway.sessions.values())
        discord.assert_clean()


async def test_the_products_own_command_line_is_what_is_started() -> None:
    async with Wire() as discord:
        bot = await discord.start_bot("--help")
        assert await bot.wait() == 0
        assert "Usage" in bot.output


async def test_a_slow_gateway_delivers_late_and_in_order(wire: Wire) -> None:
    wire.gateway.delay_s = 0.5
    handles = [wire.person("ada").slash("ask", question=str(one)) for one in range(3)]
    for one in handles:
        assert 0.5 <= await one.acknowledged() < 3
    wire.assert_clean()


async def test_429_and_500_are_survived(wire: Wire) -> None:
    fault = wire.faults.limit(EDIT, retry_after_s=0.2, times=2)
    broken = wire.faults.fail(EDIT, 502)
    await wire.person("ada").slash("ask", question="limits?").says("limits?")
    assert (fault.hits, broken.hits) == (2, 1)
    assert [one.scripted for one in wire.limits.given] == [True, True]
    assert not wire.limits.caused


async def test_a_429_without_via_is_taken_for_a_ban(wire: Wire) -> None:
    wire.faults.limit(EDIT, retry_after_s=0.1, via=False)
    asked = wire.person("ada").slash("ask", question="banned?")
    await asked.until(lambda me: bool(me.later), "a message")
    await wire.until(lambda: any("Afterwards" in one.text for one in asked.later), 20, "an ordinary message")


async def test_headers_alone_keep_the_bot_within_its_limits(wire: Wire) -> None:
    wire.limits.sizes[SEND] = (5, 1.0)
    asked = await wire.person("ada").slash("many", times=12).says("sent")
    assert len([one for one in asked.later if one.text.startswith("number")]) == 12
    assert wire.traffic[SEND] == 12
    assert not wire.limits.given


async def test_too_many_requests_are_counted() -> None:
    async with Wire() as discord, aiohttp.ClientSession(headers={"Authorization": f"Bot {discord.token}"}) as session:
        channel = discord.guild("Study group").channel("general")
        path = f"{discord.url}/api/v10/channels/{channel.id}"
        body = {"content": "hello", "allowed_mentions": {"parse": []}}
        replies = [await session.post(f"{path}/messages", json=body) for _ in range(6)]
        assert [one.status for one in replies] == [200] * 5 + [429]
        assert replies[5].headers["Via"]
        assert replies[5].content_type == "application/json"
        assert (await replies[5].json())["retry_after"] > 0
        many = await asyncio.gather(*(session.get(path) for _ in range(60)))
        assert {one.status for one in many} == {200, 429}
        assert {one.scope for one in discord.limits.caused} == {"user", "global"}


async def test_an_expired_token_is_answered_by_50027(wire: Wire) -> None:
    asked = wire.person("ada").slash("ask", question="slow?", wait=0.5)
    await asked.acknowledged()
    wire.advance(15 * 60)
    await asked.until(lambda me: any("Afterwards (50027)" in one.text for one in me.later), "an ordinary message")
    assert asked.refusals == [50027]
    assert len(wire.thinking()) == 1


async def test_late_double_and_duplicate(wire: Wire) -> None:
    ada = wire.person("ada")
    wire.faults.too_late = 1
    late = await ada.slash("ask", question="late?").until(lambda me: bool(me.refusals), "a refusal")
    wire.faults.already = 1
    double = await ada.slash("ask", question="double?").until(lambda me: bool(me.refusals), "a refusal")
    wire.faults.duplicates = 1
    twice = await ada.slash("ask", question="twice?").until(lambda me: bool(me.refusals), "a refusal")
    await twice.says("twice?")
    assert (late.refusals, double.refusals, twice.refusals) == ([10062], [40060], [40060])


async def test_three_seconds_are_three_seconds(wire: Wire) -> None:
    wire.gateway.delay_s = 3.2
    asked = wire.person("ada").slash("ask", question="too late?")
    await asked.until(lambda me: me.refusals == [10062], "a refusal")
    assert len(wire.late) == 1
    assert wire.late[0] > 3


async def test_refusals_drops_and_permissions(wire: Wire) -> None:
    ada = wire.person("ada")
    gone = wire.faults.refuse(EDIT, 10008)
    asked = ada.slash("ask", question="gone?")
    await asked.until(lambda me: any("Afterwards (10008)" in one.text for one in me.later), "an ordinary message")
    assert gone.hits == 1
    quiet = next(iter(wire.guilds.values()))
    silent = wire.add_channel(Channel(wire.ids.new(), 0, "silent", quiet, denied=SEND_MESSAGES))
    said = ada.say(silent, "hello?", mention_bot=True)
    await wire.until(lambda: wire.invalid[403] == 1, 20, "a refusal")
    assert not said.messages
    await ada.slash("ask", question="by command", where=silent).says("by command")


async def test_a_wrong_body_is_refused_and_recorded(wire: Wire) -> None:
    used = wire.person("ada").slash("wrong")
    await wire.until(lambda: bool(wire.found), 20, "a violation")
    assert "content of 2001 characters" in wire.found[0]
    assert used.latency_s is None
    with pytest.raises(AssertionError, match="content of 2001"):
        wire.assert_clean()


async def test_a_killed_bot_comes_back_and_old_buttons_work(wire: Wire) -> None:
    ada = wire.person("ada")
    card = (await ada.slash("ask", question="dropout?").says("Answer")).message
    hanging = ada.slash("ask", question="never?", wait=60)
    await hanging.acknowledged()
    await wire.bots[0].kill()
    assert wire.thinking() == [hanging.message]
    lost = ada.press(card, "More")
    began = time.monotonic()
    await wire.start_bot(SMALL_BOT)
    await wire.bot_ready()
    assert time.monotonic() - began < 60
    await ada.press(card, "More").says("There is more.")
    assert lost.latency_s is None
    assert await wire.bots[1].stop() == 0


async def test_a_user_install_answers_elsewhere_and_ends_after_five(wire: Wire) -> None:
    elsewhere = wire.guild("Elsewhere", bot_in=False).channel("lobby")
    ada = wire.person("ada")
    asked = await ada.slash("ask", question="out here?", where=elsewhere).says("out here?")
    with pytest.raises(AssertionError, match="cannot be installed"):
        ada.slash("explain", term="dropout", where=elsewhere)
    path = f"{wire.url}/api/v10/webhooks/{wire.me.id}/{asked.interaction.token}"
    wire.limits.sizes.clear()
    async with aiohttp.ClientSession() as session:
        body = {"content": "more", "allowed_mentions": {"parse": []}}
        replies = [await session.post(path, json=body) for _ in range(6)]
        assert [one.status for one in replies] == [200] * 5 + [400]


async def test_what_the_stand_in_does_not_know_is_501_and_recorded() -> None:
    async with Wire() as discord, aiohttp.ClientSession(headers={"Authorization": f"Bot {discord.token}"}) as session:
        hidden = discord.guild("Study group").channel("staff", denied=VIEW_CHANNEL)
        base = f"{discord.url}/api/v10"
        paths = ("stage-instances", f"channels/{hidden.id}", "channels/7")
        replies = [await session.get(f"{base}/{path}") for path in paths]
        assert [one.status for one in replies] == [501, 403, 404]
        assert [(await one.json())["code"] for one in replies] == [0, 50001, 10003]
        assert discord.found == ["GET /api/v10/stage-instances: the stand-in has no such route (404)"]


async def test_a_nonce_makes_a_send_idempotent() -> None:
    async with Wire() as discord, aiohttp.ClientSession(headers={"Authorization": f"Bot {discord.token}"}) as session:
        channel = discord.guild("Study group").channel("general")
        discord.faults.fail(SEND, 500, after=True)
        body = {"content": "once", "nonce": "7", "enforce_nonce": True, "allowed_mentions": {"parse": []}}
        path = f"{discord.url}/api/v10/channels/{channel.id}/messages"
        assert [(await session.post(path, json=body)).status for _ in range(2)] == [500, 200]
        assert len(channel.messages) == 1
        discord.faults.drop(SEND)
        with pytest.raises(aiohttp.ClientError):
            await session.post(path, json=body)


async def test_many_people_at_once(wire: Wire) -> None:
    people = [wire.person(f"person {one}") for one in range(60)]
    handles = [one.slash("ask", question=one.user.name) for one in people]
    for one in handles:
        await one.says(f"Answer to {one.user.name}")
    assert not wire.thinking()
    wire.assert_clean()


@pytest.mark.skipif(not schema.DESCRIPTION.exists(), reason="Discord's description is not beside the project")
async def test_what_the_stand_in_says_is_what_discord_describes(wire: Wire) -> None:
    ada = wire.person("ada")
    card = (await ada.slash("ask", question="dropout?").says("Answer")).message
    picture = ada.slash("picture")
    await picture.acknowledged()
    called = await ada.say(None, "hello", mention_bot=True).says("You called.")
    wire.react(called.message, "👍", ada.user)
    threaded = await ada.say(None, "thread please").says("In the thread.")
    for one in (card, picture.message, called.message, called.sent, threaded.sent, threaded.message):
        assert list(schema.reply("MessageResponse", one.payload(wire.me))) == []
    assert threaded.sent.thread is not None
    assert list(schema.reply("ThreadResponse", threaded.sent.thread.payload(wire.me))) == []
    async with aiohttp.ClientSession(headers={"Authorization": f"Bot {wire.token}"}) as session:
        for path, name in (
            ("oauth2/applications/@me", "PrivateApplicationResponse"),
            ("gateway/bot", "GatewayBotResponse"),
            (f"applications/{wire.me.id}/commands", None),
        ):
            body = await (await session.get(f"{wire.url}/api/v10/{path}")).json()
            bodies = [(name, body)] if name else [("ApplicationCommandResponse", one) for one in body]
            for described, one in bodies:
                assert list(schema.reply(described, one)) == [], path
    wire.assert_clean()


def test_a_fault_is_used_up() -> None:
    from discord_wire.faults import Faults

    faults = Faults()
    ordered: Fault = faults.fail("PATCH */messages/*", 500, times=2)
    route = "PATCH /channels/{channel_id}/messages/{message_id}"
    assert [faults.take(one) is ordered for one in (route, "GET /users/@me", route, route)] == [
        True,
        False,
        True,
        False,
    ]
