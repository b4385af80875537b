"""Talk without commands: direct messages, mentions, replies, study channels, listen mode, forums, long pastes."""

from typing import Any

import discord
import pytest
import simcord
from discord_app.world import World, buttons, text

from bot.discord_app.cards import texts
from bot.state.values import ServerSettings
from corpus.entry import Level

READS = {"message_content": True}


def me(world: World) -> str:
    """A mention of the bot."""
    assert world.bot.user is not None
    return world.bot.user.mention


async def study(world: World, **settings: Any) -> simcord.ChannelHandle:
    """A study channel, as an admin would have made it."""
    channel = world.guild.create_text_channel("study")
    chosen = ServerSettings(study_channels=frozenset({channel.id}), **settings)
    await world.memory.set_server(world.guild.id, chosen, world.admin.id)
    return channel


def said(channel: simcord.ChannelHandle, world: World) -> list[str]:
    """What the bot has said there."""
    assert world.bot.user is not None
    return [text(one) for one in channel.history() if one.author.id == world.bot.user.id and one.components]


class TestDirect:
    async def test_a_conversation_goes_on_from_what_was_said(self, world: World) -> None:
        user = world.env.create_user("carl")
        await user.send_dm("what is dropout?")
        await user.send_dm("simpler please")
        await user.send_dm("for an expert")
        answers = said(user.dm_channel, world)
        assert "Dropout silences random units." in answers[0]
        assert "dropout told at level eli5." in answers[1]
        assert "dropout told at level expert." in answers[2]

    async def test_nothing_is_said_to_bots_and_to_what_has_no_words(self, world: World) -> None:
        await world.env.create_user("carl").send_dm("🎉")
        hook = world.guild.create_webhook(world.channel)
        await hook.send(f"{me(world)} what is dropout?")
        assert world.requests("POST", "/channels/*/messages") == 0

    async def test_a_greeting_is_answered_in_kind(self, world: World) -> None:
        user = world.env.create_user("carl")
        await user.send_dm("hello")
        assert "dropout" in said(user.dm_channel, world)[0]

    async def test_two_people_do_not_share_a_history(self, world: World) -> None:
        ann, ben = world.ann.user, world.ben.user
        await ann.send_dm("what is dropout?")
        await ben.send_dm("simpler please")
        assert "### dropout" not in said(ben.dm_channel, world)[0]


class TestAddressed:
    async def test_a_mention_is_answered_as_a_reply(self, world: World) -> None:
        message = await world.ann.send(world.channel, f"{me(world)} what is dropout?")
        answer = world.last()
        assert "Dropout silences random units." in text(answer)
        assert answer.reference is not None
        assert answer.reference.message_id == message.id

    async def test_a_reply_to_an_answer_goes_on_from_it(self, world: World) -> None:
        await world.ann.send(world.channel, f"{me(world)} what is dropout?")
        await world.ann.send(world.channel, f"{me(world)} simpler please", reply_to=world.last())
        assert "dropout told at level eli5." in text(world.last())

    async def test_who_only_calls_the_bot_is_told_what_to_do(self, world: World) -> None:
        await world.ann.send(world.channel, me(world))
        assert text(world.last()) == texts.CALLED

    async def test_talk_between_people_is_left_alone(self, world: World) -> None:
        first = await world.ann.send(world.channel, "what is dropout?")
        await world.ben.send(world.channel, "dropout silences units", reply_to=first)
        await world.ann.send(world.channel, f"{world.ben.mention} what is overfitting?")
        assert said(world.channel, world) == []

    async def test_a_mention_of_everybody_is_none_of_the_bot(self, world: World) -> None:
        await world.admin.send(world.channel, "@everyone what is dropout?")
        assert said(world.channel, world) == []

    async def test_at_somebody_elses_level_nobody_is_answered(self, world: World) -> None:
        offered = await world.ann.slash(world.channel, "level")
        assert offered.response is not None
        await world.ann.select(offered.response, ["expert"])
        await world.ann.send(world.channel, f"{me(world)} what is dropout?")
        await world.ben.send(world.channel, f"{me(world)} what is dropout?")
        first, second = said(world.channel, world)
        assert "dropout told at level expert." in first
        assert "Dropout silences random units." in second

    async def test_the_buttons_of_such_an_answer_know_who_asked(self, world: World) -> None:
        await world.ann.send(world.channel, f"{me(world)} what is dropout?")
        result = await world.ben.click(world.last(), label="Expert")
        assert result.ephemeral
        await world.ann.click(world.last(), label="Expert")
        assert "dropout told at level expert." in text(world.last())

    async def test_where_nothing_may_be_written_the_person_is_told_directly(self, world: World) -> None:
        world.env.inject_error("POST", f"/channels/{world.channel.id}/messages", status=403, code=50013)
        await world.ann.send(world.channel, f"{me(world)} what is dropout?")
        assert said(world.channel, world) == []
        assert "“Send Messages”" in said(world.ann.user.dm_channel, world)[0]


class TestStudyChannels:
    @pytest.fixture
    def bot_options(self) -> dict[str, Any]:
        return READS

    async def test_a_question_opens_a_thread_and_goes_on_there_without_mentions(self, world: World) -> None:
        channel = await study(world)
        await world.ann.send(channel, "what is dropout?")
        assert said(channel, world) == []
        thread = channel.threads[0]
        assert thread.name == "what is dropout?"
        assert "Dropout silences random units." in said(thread, world)[0]
        await world.ann.send(thread, "simpler please")
        assert "dropout told at level eli5." in said(thread, world)[1]

    async def test_what_is_no_question_is_left_alone(self, world: World) -> None:
        channel = await study(world)
        await world.ann.send(channel, "I liked the lecture on dropout")
        await world.ann.send(channel, f"{world.ben.mention} what is dropout?")
        assert channel.threads == []
        assert said(channel, world) == []

    async def test_two_people_in_a_thread_share_its_terms_but_not_their_levels(self, world: World) -> None:
        channel = await study(world)
        await world.memory.prefer(world.ann.id, await _at(world, Level.EXPERT))
        await world.ann.send(channel, "what is dropout?")
        thread = channel.threads[0]
        assert "dropout told at level expert." in said(thread, world)[0]
        await world.ben.send(thread, "give me an example of dropout")
        assert "An example of dropout." in said(thread, world)[1]
        assert "Plain" in said(thread, world)[1].split("\n")[1]
        await world.ben.send(thread, "simpler please")
        assert "dropout told at level eli5." in said(thread, world)[2]

    async def test_a_mention_there_opens_a_thread_too(self, world: World) -> None:
        channel = await study(world)
        await world.ann.send(channel, f"{me(world)} dropout")
        assert "Dropout silences random units." in said(channel.threads[0], world)[0]

    async def test_talk_between_people_in_a_thread_is_left_alone(self, world: World) -> None:
        channel = await study(world)
        await world.ann.send(channel, "what is dropout?")
        thread = channel.threads[0]
        first = await world.ben.send(thread, "what is overfitting?")
        count = len(said(thread, world))
        await world.ann.send(thread, "it is when a model memorises", reply_to=first)
        await world.ann.send(thread, f"{world.ben.mention} did that help?")
        assert len(said(thread, world)) == count

    async def test_a_statement_is_taken_up_from_one_person_and_left_alone_among_several(self, world: World) -> None:
        channel = await study(world)
        await world.ann.send(channel, "what is dropout?")
        thread = channel.threads[0]
        await world.ann.send(thread, "overfitting")
        assert len(said(thread, world)) == 2
        await world.ben.send(thread, "I am here too")
        await world.ann.send(thread, "overfitting is what we had last week")
        assert len(said(thread, world)) == 2
        await world.restart()
        await world.ben.send(thread, "token")
        assert len(said(thread, world)) == 2, "who was answered there before is remembered"
        await world.ben.send(thread, "what is a token?")
        assert len(said(thread, world)) == 3

    async def test_where_no_thread_may_be_opened_it_is_answered_in_the_channel(self, world: World) -> None:
        channel = await study(world)
        world.env.inject_error("POST", "/channels/*/messages/*/threads", status=403, code=50013)
        await world.ann.send(channel, "what is dropout?")
        assert "Dropout silences random units." in said(channel, world)[0]

    async def test_the_name_of_a_thread_holds_no_mention_and_fits(self, world: World) -> None:
        channel = await study(world)
        await world.ann.send(channel, "what is dropout " + "and why " * 40 + "?")
        assert len(channel.threads[0].name or "") <= 100

    async def test_the_first_post_of_a_forum_thread_is_answered_there(self, world: World) -> None:
        forum = world.guild.create_forum_channel("questions")
        await world.memory.set_server(world.guild.id, ServerSettings(study_channels=frozenset({forum.id})), 1)
        thread = await world.post(forum, world.ann, "Dropout", "what is dropout?")
        assert "Dropout silences random units." in said(thread, world)[0]
        await world.ben.send(thread, "I asked myself the same")
        assert len(said(thread, world)) == 1
        await world.ann.send(thread, f"{me(world)} simpler please")
        assert "dropout told at level eli5." in said(thread, world)[1]

    @pytest.mark.simcord(settle_timeout=0.1)
    async def test_a_long_paste_in_several_messages_is_one_question(self, world: World) -> None:
        channel = await study(world)
        await world.begin(world.ann.send(channel, "what is dropout? " + "Here is what I read. " * 94))
        await world.begin(world.ann.send(channel, "And here is the rest of it."))
        await world.until(lambda: bool(channel.threads) and bool(said(channel.threads[0], world)))
        assert len(channel.threads) == 1
        assert len(said(channel.threads[0], world)) == 1
        assert said(channel, world) == []
        stored = next(iter(world.memory._answers.values()))
        assert stored.question.text.startswith("what is dropout?")
        assert stored.question.text.endswith("And here is the rest of it.")

    @pytest.mark.simcord(settle_timeout=0.1)
    async def test_a_long_message_with_nothing_behind_it_is_answered_after_a_moment(self, world: World) -> None:
        channel = await study(world)
        await world.begin(world.ann.send(channel, "what is dropout? " + "Here is what I read. " * 94))
        await world.until(lambda: bool(channel.threads) and bool(said(channel.threads[0], world)))
        assert len(said(channel.threads[0], world)) == 1


async def _at(world: World, level: Level) -> Any:
    known = await world.memory.preferences(0)
    return type(known)(level=level)


class TestWithoutTheIntent:
    async def test_a_study_channel_works_by_mention(self, world: World) -> None:
        channel = await study(world)
        await world.ann.send(channel, "what is dropout?")
        assert channel.threads == []
        await world.ann.send(channel, f"{me(world)} what is dropout?")
        thread = channel.threads[0]
        assert len(said(thread, world)) == 1
        await world.ann.send(thread, "simpler please")
        assert len(said(thread, world)) == 1
        await world.ann.send(thread, f"{me(world)} simpler please")
        assert "dropout told at level eli5." in said(thread, world)[1]

    @pytest.mark.simcord(settle_timeout=0.1)
    async def test_a_long_paste_by_mention_is_taken_without_what_cannot_be_read(self, world: World) -> None:
        await world.begin(world.ann.send(world.channel, f"{me(world)} what is dropout? " + "I read this. " * 140))
        await world.begin(world.ann.send(world.channel, "The rest, which cannot be read."))
        await world.until(lambda: bool(said(world.channel, world)))
        assert len(said(world.channel, world)) == 1


class TestListening:
    @pytest.fixture
    def bot_options(self) -> dict[str, Any]:
        return READS

    async def test_only_a_sure_answer_once_in_a_while_with_a_button_to_dismiss(self, world: World) -> None:
        channel = await study(world, listening=True, listen_minutes=10)
        ben = world.ben.mention
        await world.ann.send(channel, f"{ben} who won the match yesterday?")
        await world.ann.send(channel, f"{ben} I liked the lecture on dropout")
        assert said(channel, world) == []

        await world.ann.send(channel, f"{ben} what is dropout?")
        assert channel.threads == []
        assert "Dropout silences random units." in said(channel, world)[0]
        assert "I overheard a question" in said(channel, world)[0]
        assert "Dismiss" in buttons(channel.history()[-1])

        await world.ann.send(channel, f"{ben} what is overfitting?")
        assert len(said(channel, world)) == 1
        await world.env.advance_time(10 * 60 + 1)
        await world.ann.send(channel, f"{ben} what is overfitting?")
        assert len(said(channel, world)) == 2

    async def test_anybody_there_dismisses_it(self, world: World) -> None:
        channel = await study(world, listening=True)
        await world.ann.send(channel, f"{world.admin.mention} what is dropout?")
        await world.ben.click(channel.history()[-1], label="Dismiss")
        assert said(channel, world) == []

    async def test_who_addresses_the_bot_is_answered_all_the_same(self, world: World) -> None:
        channel = await study(world, listening=True)
        await world.ann.send(channel, f"{world.ben.mention} what is dropout?")
        await world.ann.send(channel, f"{me(world)} what is overfitting?")
        assert "memorised its training data" in said(channel.threads[0], world)[0]
        assert "Dismiss" not in [one for message in channel.threads[0].history() for one in buttons(message)]

    async def test_an_answer_nobody_called_for_that_cannot_be_sent_bothers_nobody(self, world: World) -> None:
        channel = await study(world, listening=True)
        world.env.inject_error("POST", f"/channels/{channel.id}/messages", status=403, code=50013)
        await world.ann.send(channel, f"{world.ben.mention} what is dropout?")
        assert world.requests("POST", f"/channels/{channel.id}/messages") == 1
        assert world.requests("POST", "/users/@me/channels") == 0


async def test_deleted_before_it_was_answered(world: World) -> None:
    """The reply refers to a message that is gone: it is sent without."""
    world.env.inject_error("POST", "/channels/*/typing", status=500)
    message = await world.ann.send(world.channel, f"{me(world)} what is dropout?")
    assert isinstance(message, discord.Message)
    sent = next(body for body in world.sent() if "message_reference" in body)
    assert sent["message_reference"]["fail_if_not_exists"] is False


class TestAboutAnotherMessage:
    """A reply with a mention of the bot to somebody's message is about that message."""

    @pytest.fixture
    def bot_options(self) -> dict[str, Any]:
        return READS

    @pytest.mark.parametrize(
        "said_to_us", ["", "^", "explain this", "what does that mean?", "can you answer this please"]
    )
    async def test_one_that_only_points_asks_what_the_other_says(self, world: World, said_to_us: str) -> None:
        other = await world.ben.send(world.channel, "what is dropout?")
        await world.ann.send(world.channel, f"{me(world)} {said_to_us}", reply_to=other)
        assert "Dropout silences random units." in text(world.last())

    async def test_a_wish_is_about_the_other_message(self, world: World) -> None:
        other = await world.ben.send(world.channel, "i never got what dropout is")
        await world.ann.send(world.channel, f"{me(world)} explain this like i'm five", reply_to=other)
        assert "dropout told at level eli5." in text(world.last())

    async def test_a_question_with_a_term_of_its_own_stands_for_itself(self, world: World) -> None:
        other = await world.ben.send(world.channel, "what is dropout?")
        await world.ann.send(world.channel, f"{me(world)} what is overfitting?", reply_to=other)
        assert "memorised its training data" in text(world.last())

    async def test_a_pointing_finger_without_a_reply_means_the_message_above(self, world: World) -> None:
        await world.ben.send(world.channel, "what is dropout?")
        await world.ann.send(world.channel, f"{me(world)} ^")
        assert "Dropout silences random units." in text(world.last())

    async def test_an_empty_message_above_is_said_to_be_unreadable(self, world: World) -> None:
        other = await world.ben.send(world.channel, "x")
        world.env.backend.get_message(world.channel.id, other.id).content = ""
        await world.ann.send(world.channel, f"{me(world)} ^", reply_to=other)
        assert text(world.last()) == texts.UNREADABLE

    async def test_a_bare_link_in_a_direct_message_is_left_alone(self, world: World) -> None:
        await world.env.create_user("carl").send_dm("https://tenor.com/view/cat-123")
        assert world.requests("POST", "/channels/*/messages") == 0


class TestEdited:
    """The answer follows a question that is edited within five minutes."""

    async def test_the_card_changes_with_the_question(self, world: World) -> None:
        message = await world.ann.send(world.channel, f"{me(world)} what is dropot training curve?")
        count = len(world.channel.history())
        await world.ann.edit(message, f"{me(world)} what is overfitting?")
        assert "memorised its training data" in text(world.last())
        assert len(world.channel.history()) == count

    async def test_a_mention_that_is_added_is_heard(self, world: World) -> None:
        message = await world.ann.send(world.channel, "what is dropout?")
        await world.ann.edit(message, f"{me(world)} what is dropout?")
        assert "Dropout silences random units." in text(world.last())

    async def test_what_others_edit_among_themselves_stays_unanswered(self, world: World) -> None:
        message = await world.ann.send(world.channel, "lunch?")
        await world.ann.edit(message, "lunch at noon?")
        assert world.requests("POST", "/channels/*/messages") == 0

    async def test_after_five_minutes_it_is_too_late(self, world: World) -> None:
        message = await world.ann.send(world.channel, f"{me(world)} what is dropout?")
        world.env.backend.advance_clock(301)
        await world.ann.edit(message, f"{me(world)} what is overfitting?")
        assert "Dropout silences random units." in text(world.last())
