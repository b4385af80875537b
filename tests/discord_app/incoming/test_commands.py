"""Slash commands: what a person sees who types them, on a server, in direct messages, and where only they have the bot."""

from typing import Any

import discord
import pytest
import simcord
from discord_app.world import WHY, World, button, buttons, choices, text
from generators import Scripted

from bot.discord_app.cards import texts
from bot.discord_app.incoming.command_sync import fingerprint
from bot.state.values import Place
from bot.tutor.generator import Generator
from corpus.entry import Level

EVERYWHERE = ("ask", "browse", "compare", "explain", "help", "level", "random")


async def test_ask_answers_at_once_with_origin_text_example_sources_and_controls(world: World) -> None:
    result = await world.ann.slash(world.channel, "ask", question="what is dropout?")
    shown = text(result.response)
    assert "### dropout\n-# Plain · from the glossary" in shown
    assert "**Dropout silences random units.** [1]" in shown
    assert "[1] dropout › plain" in shown
    assert buttons(result.response)[:5] == list(texts.LEVELS.values())
    assert buttons(result.response)[-3:] == ["👍", "👎", "🗑"]
    assert not result.ephemeral


async def test_the_answer_is_one_response_that_was_deferred_before_anything_was_looked_up(world: World) -> None:
    await world.ann.slash(world.channel, "ask", question="what is dropout?")
    made = [one.path for one in world.env.http_requests if "interactions" in one.path or "@original" in one.path]
    assert made[0].endswith("/callback")
    assert [path.rsplit("/", 1)[-1] for path in made[1:]] == ["@original"]


async def test_ask_takes_level_audience_and_privacy(world: World) -> None:
    result = await world.ann.slash(world.channel, "ask", question="dropout", level="expert", private=True)
    assert "dropout told at level expert." in text(result.response)
    assert result.response is not None
    assert result.response.ephemeral
    assert button(result.response, "Expert")["disabled"]
    for_child = await world.ann.slash(world.channel, "ask", question="dropout", audience="a child of five")
    assert "dropout told at level eli5." in text(for_child.response)


async def test_an_answer_that_only_one_person_sees_offers_no_level_of_others(world: World) -> None:
    private = await world.ann.slash(world.channel, "ask", question="dropout", private=True)
    public = await world.ann.slash(world.channel, "ask", question="dropout")
    assert "At my level" in buttons(public.response)
    assert "At my level" not in buttons(private.response)


@pytest.mark.parametrize("question", ["   ", "?!", "\u200b"])
async def test_what_is_no_question_gets_a_sentence(world: World, question: str) -> None:
    result = await world.ann.slash(world.channel, "ask", question=question)
    assert "Ask about a term" in text(result.response)


async def test_what_the_glossary_does_not_hold_is_declined_without_citations(world: World) -> None:
    result = await world.ann.slash(world.channel, "ask", question="who won the football match yesterday?")
    shown = text(result.response)
    assert "not in this glossary" in shown
    assert "[1]" not in shown
    assert "Sources" not in buttons(result.response)
    assert "ELI5" not in buttons(result.response)


async def test_explain_is_completed_over_terms_and_aliases(world: World) -> None:
    async def offered(typed: str) -> list[tuple[str, str]]:
        found = await world.ann.autocomplete(world.channel, "explain", "term", typed)
        return [(one["name"], one["value"]) for one in found]

    assert ("dropout", "dropout") in await offered("dro")
    assert ("k-means clustering", "k-means clustering") in await offered("k-m")
    assert ("dropout", "dropout") in await offered("dropuot")
    assert 0 < len(await offered("")) <= 25
    assert await offered("zzzz") == []


async def test_explain_answers_a_chosen_term_and_a_typed_one(world: World) -> None:
    chosen = await world.ann.slash(world.channel, "explain", term="k-means clustering", level="student")
    assert "k-means clustering told at level student." in text(chosen.response)
    typed = await world.ann.slash(world.channel, "explain", term="overfit")
    assert "memorised its training data" in text(typed.response)


async def test_compare_sets_two_terms_side_by_side(world: World) -> None:
    result = await world.ann.slash(world.channel, "compare", term_a="overfitting", term_b="underfitting", level="plain")
    assert "### overfitting, underfitting" in text(result.response)
    for option in ("term_a", "term_b"):
        found = await world.ann.autocomplete(world.channel, "compare", option, "under")
        assert [one["value"] for one in found] == ["underfitting"]


async def test_level_is_chosen_with_a_taste_of_two_and_remembered(world: World) -> None:
    offered = await world.ann.slash(world.channel, "level")
    assert offered.response is not None
    assert offered.response.ephemeral
    shown = text(offered.response)
    assert "overfitting told at level eli5." in shown
    assert "overfitting told at level practitioner." in shown
    assert choices(offered.response) == list(Level)

    chosen = await world.ann.select(offered.response, ["expert"])
    assert "**Expert**" in text(chosen.response)
    assert (await world.memory.preferences(world.ann.id)).level is Level.EXPERT
    hers = await world.ann.slash(world.channel, "explain", term="dropout")
    his = await world.ben.slash(world.channel, "explain", term="dropout")
    assert "dropout told at level expert." in text(hers.response)
    assert "Dropout silences random units." in text(his.response)


async def test_browse_lists_the_glossary_and_explains_what_is_chosen(world: World) -> None:
    listed = await world.ann.slash(world.channel, "browse")
    assert listed.response is not None
    assert listed.response.ephemeral
    assert "7 terms" in text(listed.response)
    chosen = await world.ann.select(listed.response, ["dropout"])
    assert "Dropout silences random units." in text(chosen.response)
    assert chosen.ephemeral
    nothing = await world.ann.slash(world.channel, "browse", category="cookery")
    assert "no such category" in text(nothing.response)


async def test_random_explains_some_term(world: World) -> None:
    result = await world.ann.slash(world.channel, "random")
    assert "from the glossary" in text(result.response)


async def test_help_names_every_registered_command_with_its_options(world: World) -> None:
    result = await world.ann.slash(world.channel, "help")
    shown = text(result.response)
    for command in world.bot.tree.get_commands(type=discord.AppCommandType.chat_input):
        assert f"`/{command.name}" in shown
        assert command.description in shown
    assert "`/ask question [level] [audience] [private]`" in shown
    assert "**Explain this**" in shown
    assert "**Explain at my level**" in shown


async def test_commands_work_in_direct_messages(world: World) -> None:
    user = world.env.create_user("carl")
    await user.send_dm("hello")
    result = await user.slash("ask", question="what is dropout?")
    assert "Dropout silences random units." in text(result.response)
    assert "At my level" not in buttons(result.response)
    assert set(EVERYWHERE) <= set(user.available_commands())
    assert "setup" not in user.available_commands()


async def test_commands_are_registered_for_servers_direct_messages_and_people(world: World) -> None:
    body = next(one.json for one in world.env.http_requests if one.method == "PUT" and one.path.endswith("/commands"))
    assert isinstance(body, list)
    told = {one["name"]: one for one in body}
    for name in (*EVERYWHERE, "Explain this", "Explain at my level"):
        assert told[name]["contexts"] == [0, 1, 2], "servers, direct messages with the bot, private channels of others"
        assert told[name]["integration_types"] == [0, 1], "installed by a server, by a person"
    assert (told["setup"]["contexts"], told["setup"]["integration_types"]) == ([0], [0])
    assert int(told["setup"]["default_member_permissions"]) == discord.Permissions(manage_guild=True).value


@pytest.mark.parametrize("guild", [0, 999], ids=["between two others", "on a server without the bot"])
async def test_commands_work_where_only_the_person_has_the_bot(world: World, guild: int) -> None:
    """simcord knows no user installs, so the interaction is written out as Discord sends it for one."""
    record, payload = world.foreign("ask", [{"name": "question", "type": 3, "value": "what is dropout?"}], guild)
    world.env.backend.emit("INTERACTION_CREATE", payload)
    await world.env.settle()
    result = simcord.InteractionResult(world.env, record)
    assert "Dropout silences random units." in text(result.response)
    assert "At my level" in buttons(result.response)
    stored = await world.memory.recent(Place(record.channel_id, guild))
    assert [one.question.text for one in stored] == ["what is dropout?"]
    assert not [one for one in world.env.http_requests if one.path.startswith("/channels/")]


async def test_commands_are_synced_only_when_they_are_others(world: World) -> None:
    assert world.requests("PUT", "/applications/*/commands") == 1
    await world.restart()
    assert world.requests("PUT", "/applications/*/commands") == 1
    before = fingerprint(world.bot.tree, 1)
    world.bot.tree.remove_command("random")
    assert fingerprint(world.bot.tree, 1) != before
    assert fingerprint(world.bot.tree, 2) != fingerprint(world.bot.tree, 1)


async def test_a_refused_sync_does_not_keep_the_bot_from_starting(world: World) -> None:
    (world.bot.services.options.data / "commands.sha256").unlink()
    world.env.inject_error("PUT", "/applications/*/commands", status=400, code=30034)
    await world.restart()
    result = await world.ann.slash(world.channel, "ask", question="what is dropout?")
    assert "Dropout silences" in text(result.response)
    assert not (world.bot.services.options.data / "commands.sha256").exists()


@pytest.mark.simcord(settle_timeout=0.1)
class TestWritten:
    """With a model: what no author wrote is written by it."""

    @pytest.fixture
    def writes(self) -> Generator | None:
        return Scripted("Dropout silences random units. Dropout silences random units.")

    async def test_a_written_answer_says_who_wrote_it_and_keeps_what_stands(self, world: World) -> None:
        await world.begin(world.ann.slash(world.channel, "ask", question=WHY))
        await world.until(lambda: "written by a small model from 1 passage" in text(world.last()))
        assert "Dropout silences random units. [1]" in text(world.last())
        assert "Stop" not in buttons(world.last())

    async def test_nobody_is_ever_pinged_whatever_stands_in_a_question(self, world: World) -> None:
        nasty = "@everyone <@1> <@&2> @here what is dropout? https://example.com discord.gg/abc"
        await world.ann.slash(world.channel, "ask", question=nasty)
        assert world.bot.user is not None
        await world.ann.send(world.channel, f"{world.bot.user.mention} {nasty}")
        await world.admin.slash(world.channel, "setup")
        assert len(world.sent()) >= 3
        no_pings(world)

    async def test_no_message_shows_a_preview_of_a_link(self, world: World) -> None:
        """Messages made of components have none; the flag says that they are."""
        await world.begin(world.ann.slash(world.channel, "ask", question=WHY))
        await world.until(lambda: "written by" in text(world.last()))
        await world.begin(world.ann.slash(world.channel, "help"))
        for body in world.sent():
            if "components" in body:
                assert body["flags"] & (1 << 15)
                assert "embeds" not in body


@pytest.mark.simcord(settle_timeout=0.1)
class TestBadlyBehaved:
    """A model that writes what would ping, invite or preview."""

    @pytest.fixture
    def writes(self) -> Generator | None:
        return Scripted("Dropout silences random units @everyone <@1> <@&2> discord.gg/abc https://example.com. ")

    async def test_what_a_model_writes_pings_nobody(self, world: World) -> None:
        await world.begin(world.ann.slash(world.channel, "ask", question=WHY))
        await world.until(lambda: "[1]" in text(world.last()))
        shown = [one for body in world.sent() for one in texts_of(body)]
        assert any("Dropout silences random units" in one for one in shown)
        no_pings(world)


def no_pings(world: World) -> None:
    for body in world.sent():
        assert body["allowed_mentions"]["parse"] == []
        assert not body["allowed_mentions"].get("replied_user")
        for one in texts_of(body):
            for mention in ("@everyone", "@here", "<@1>", "<@&2>", "discord.gg/abc"):
                assert mention not in one


def texts_of(body: dict[str, Any]) -> list[str]:
    waiting, found = list(body.get("components", ())), []
    while waiting:
        one = waiting.pop()
        found += [one["content"]] if "content" in one else []
        waiting += one.get("components", ())
    return found
