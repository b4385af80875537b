"""The admin's panel: what it says, what it changes, and that nothing but its controls is needed for it."""

from datetime import UTC, datetime

import discord
import pytest
import simcord
from discord_app.memories import Away
from discord_app.world import World, buttons, parts, text
from in_memory import InMemory

from bot.discord_app.cards import texts
from bot.discord_app.features.server_settings import panel_text
from bot.discord_app.features.server_settings.panel_text import changed, lately, settings_text
from bot.state.values import SETTINGS, Adders, Change, ServerSettings
from corpus.entry import Level


async def panel(world: World) -> simcord.ResponseMessage:
    result = await world.admin.slash(world.channel, "setup")
    assert result.ephemeral
    assert result.response is not None
    return result.response


async def settings(world: World) -> ServerSettings:
    return await world.memory.server(world.guild.id)


async def test_only_who_manages_the_server_sees_it(world: World) -> None:
    assert "setup" in world.admin.available_commands(world.channel)
    assert "setup" not in world.ann.available_commands(world.channel)


async def test_study_channels_are_chosen(world: World) -> None:
    shown = await panel(world)
    study = world.guild.create_text_channel("study")
    forum = world.guild.create_forum_channel("questions")
    await world.admin.select(shown, [study, forum], custom_id=panel_text.CHANNELS)
    assert (await settings(world)).study_channels == {study.id, forum.id}
    assert study.mention in text(shown)
    chosen = next(one["default_values"] for one in parts(shown) if one.get("custom_id") == panel_text.CHANNELS)
    assert {int(one["id"]) for one in chosen} == {study.id, forum.id}
    await world.admin.select(shown, [], custom_id=panel_text.CHANNELS)
    assert (await settings(world)).study_channels == frozenset()


async def test_listen_mode_its_pace_the_level_and_the_model_are_chosen(world: World) -> None:
    shown = await panel(world)
    await world.admin.click(shown, label="Listen mode: off")
    await world.admin.click(shown, label="Written answers: on")
    await world.admin.select(shown, ["expert"], custom_id=panel_text.LEVEL)
    await world.admin.select(shown, ["30"], custom_id=panel_text.LISTEN_MINUTES)
    assert await settings(world) == ServerSettings(listening=True, listen_minutes=30, level=Level.EXPERT, model=False)
    assert "at most one in 30 minutes" in text(shown)
    assert "only the glossary’s own words" in text(shown)
    assert "Expert" in text(shown)
    assert {"Listen mode: on", "Written answers: off"} <= set(buttons(shown))

    answered = await world.ann.slash(world.channel, "explain", term="dropout")
    assert "dropout told at level expert." in text(answered.response)

    await world.admin.select(shown, [panel_text.NO_LEVEL], custom_id=panel_text.LEVEL)
    await world.admin.click(shown, label="Listen mode: on")
    assert await settings(world) == ServerSettings(listen_minutes=30, model=False)


async def test_two_open_panels_do_not_undo_each_other(world: World) -> None:
    first, second = await panel(world), await panel(world)
    await world.admin.click(first, label="Listen mode: off")
    await world.admin.select(second, ["eli5"], custom_id=panel_text.LEVEL)
    assert await settings(world) == ServerSettings(listening=True, level=Level.ELI5)


async def test_it_works_on_after_a_restart(world: World) -> None:
    shown = await panel(world)
    await world.restart()
    await world.admin.click(shown, label="Listen mode: off")
    assert (await settings(world)).listening


async def test_changes_are_written_down_with_their_admin(world: World) -> None:
    shown = await panel(world)
    await world.admin.click(shown, label="Listen mode: off")
    changes = await world.memory.changes(world.guild.id)
    assert [one.by for one in changes] == [world.admin.id]


async def test_the_missing_intent_is_said_where_it_is_needed(world: World) -> None:
    shown = await panel(world)
    assert "Message Content Intent" not in text(shown)
    await world.admin.select(shown, [world.channel], custom_id=panel_text.CHANNELS)
    assert "Message Content Intent" in text(shown)
    await world.restart(message_content=True)
    assert "Message Content Intent" not in text(await panel(world))


async def test_missing_permissions_are_named_here_and_in_study_channels(world: World) -> None:
    assert world.bot.user is not None
    assert "lack" not in text(await panel(world))
    no_files, no_threads = (
        world.guild.create_text_channel(name, overwrites={world.bot.user: discord.PermissionOverwrite(**{name: False})})
        for name in ("attach_files", "create_public_threads")
    )
    shown = (await world.admin.slash(no_files, "setup")).response
    assert shown is not None
    assert "I lack these permissions here: Attach Files." in text(shown)
    await world.admin.select(shown, [no_threads, no_files], custom_id=panel_text.CHANNELS)
    assert f"In {no_threads.mention} I also lack: Create Public Threads." in text(shown)
    assert f"In {no_files.mention} I also lack" not in text(shown)


async def test_a_channel_that_was_deleted_is_forgotten(world: World) -> None:
    gone = ServerSettings(study_channels=frozenset({1, world.channel.id}))
    await world.memory.set_server(world.guild.id, gone, world.admin.id)
    shown = await panel(world)
    assert "<#1>" not in text(shown)
    assert world.channel.mention in text(shown)


async def test_who_is_no_admin_any_more_changes_nothing(world: World) -> None:
    shown = await panel(world)
    role = next(one for name, one in world.guild.roles.items() if name == "Admins")
    world.env.backend.get_guild(world.guild.id).members[world.admin.id].role_ids.remove(role.id)
    result = await world.admin.click(shown, label="Listen mode: off")
    assert panel_text.NO_ADMIN in text(result.response)
    assert await settings(world) == ServerSettings()


@pytest.mark.parametrize(
    ("custom_id", "values"),
    [
        ("p1:new", ()),
        ("p1:level", ("genius",)),
        ("p1:minutes", ("soon",)),
        ("p1:channels", ("here",)),
        ("p1:level", ()),
        ("p1:allowance", ("many",)),
        ("p1:allowance", ("-1",)),
        ("p1:adders", ("bots",)),
        ("p1:role", ("admins",)),
        ("p1:listening:Maybe", ()),
    ],
)
def test_what_another_version_made_changes_nothing(custom_id: str, values: tuple[str, ...]) -> None:
    assert changed(ServerSettings(), custom_id, values) is None


async def test_a_panel_of_another_version_says_what_to_do(world: World) -> None:
    shown = await panel(world)
    for one in world.env.backend.get_message(shown.channel_id, shown.id).components[-1]["components"]:
        one["custom_id"] = one["custom_id"].replace("p1:", "p0:")
    result = await world.admin.click(shown, label="Listen mode: off")
    assert texts.OUTDATED in text(result.response)


class TestAllowanceAndAdders:
    async def test_the_allowance_is_chosen_and_taken_back(self, world: World) -> None:
        shown = await panel(world)
        assert "each person:** no limit" in text(shown)
        await world.admin.select(shown, ["25"], custom_id=panel_text.ALLOWANCE)
        assert (await settings(world)).allowance == 25
        assert "each person:** 25" in text(shown)
        await world.admin.select(shown, ["0"], custom_id=panel_text.ALLOWANCE)
        assert await settings(world) == ServerSettings()

    async def test_a_role_is_asked_for_when_a_role_may_add(self, world: World) -> None:
        role = world.guild.create_role("Editors")
        shown = await panel(world)
        assert "only admins add entries" in text(shown)
        assert panel_text.ROLE not in controls(shown)
        await world.admin.select(shown, [Adders.ROLE.value], custom_id=panel_text.ADDERS)
        assert "choose the role below" in text(shown)
        await world.admin.select(shown, [role], custom_id=panel_text.ROLE)
        assert await settings(world) == ServerSettings(adders=Adders.ROLE, adder_role=role.id)
        assert f"<@&{role.id}>" in text(shown)
        assert [one["id"] for one in controls(shown)[panel_text.ROLE]["default_values"]] in ([str(role.id)], [role.id])
        await world.admin.select(shown, [], custom_id=panel_text.ROLE)
        assert (await settings(world)).adder_role == 0
        await world.admin.select(shown, [Adders.EVERYONE.value], custom_id=panel_text.ADDERS)
        assert panel_text.ROLE not in controls(shown)
        assert "everybody adds entries" in text(shown)

    async def test_a_role_that_was_deleted_is_chosen_anew(self, world: World) -> None:
        gone = ServerSettings(adders=Adders.ROLE, adder_role=1)
        await world.memory.set_server(world.guild.id, gone, world.admin.id)
        shown = await panel(world)
        assert "choose the role below" in text(shown)
        assert not controls(shown)[panel_text.ROLE].get("default_values")

    async def test_they_work_on_after_a_restart(self, world: World) -> None:
        role = world.guild.create_role("Editors")
        shown = await panel(world)
        await world.restart()
        await world.admin.select(shown, ["10"], custom_id=panel_text.ALLOWANCE)
        await world.admin.select(shown, [Adders.ROLE.value], custom_id=panel_text.ADDERS)
        await world.restart()
        await world.admin.select(shown, [role], custom_id=panel_text.ROLE)
        assert await settings(world) == ServerSettings(adders=Adders.ROLE, adder_role=role.id, allowance=10)

    async def test_who_is_no_admin_any_more_changes_none_of_it(self, world: World) -> None:
        role = world.guild.create_role("Editors")
        await world.memory.set_server(world.guild.id, ServerSettings(adders=Adders.ROLE), world.admin.id)
        shown = await panel(world)
        admins = next(one for name, one in world.guild.roles.items() if name == "Admins")
        world.env.backend.get_guild(world.guild.id).members[world.admin.id].role_ids.remove(admins.id)
        for values, custom_id in (
            (["500"], panel_text.ALLOWANCE),
            ([Adders.EVERYONE.value], panel_text.ADDERS),
            ([role], panel_text.ROLE),
        ):
            result = await world.admin.select(shown, values, custom_id=custom_id)
            assert panel_text.NO_ADMIN in text(result.response)
        assert await settings(world) == ServerSettings(adders=Adders.ROLE)

    async def test_the_latest_changes_are_there_for_admins_to_see(self, world: World) -> None:
        shown = await panel(world)
        await world.admin.select(shown, ["25"], custom_id=panel_text.ALLOWANCE)
        assert f"<@{world.admin.id}>: allowance: none → 25" in text(shown)


class TestAway:
    """The database cannot be reached: what is shown are the defaults, and nothing is written over the settings."""

    @pytest.fixture
    def memory(self) -> InMemory:
        return Away()

    async def test_nothing_is_claimed(self, world: World) -> None:
        shown = await panel(world)
        assert panel_text.AWAY in text(shown)
        await world.admin.select(shown, ["25"], custom_id=panel_text.ALLOWANCE)
        assert panel_text.AWAY in text(shown)
        assert "each person:** no limit" in text(shown)


def controls(shown: simcord.ResponseMessage) -> dict[str, dict[str, object]]:
    """The controls of a panel by their custom_id."""
    return {str(one["custom_id"]): one for one in parts(shown) if "custom_id" in one}


def test_a_panel_fits_whatever_is_wrong() -> None:
    channels = frozenset(range(10**18, 10**18 + 25))
    names = tuple(panel_text.PERMISSIONS)
    lacking = {f"<#{one}>": names for one in channels}
    said = settings_text(
        ServerSettings(channels, True, adders=Adders.ROLE), reads_messages=False, missing=names, lacking=lacking
    )
    at = datetime(2026, 5, 1, tzinfo=UTC)
    log = lately([Change(1, 1, 10**18, SETTINGS, "*" * 2_000, at)] * 3)
    assert len(said) + len(log) + len(panel_text.AWAY) < 4_000
    assert "in 20 more channels" in said


def test_who_was_forgotten_is_not_named_in_the_log() -> None:
    change = Change(1, 1, 0, SETTINGS, "level: none → expert", datetime(2026, 5, 1, tzinfo=UTC))
    assert lately([change]) == "-# <t:1777593600:R> somebody: level: none → expert"
    assert lately([]) == ""


class TestDeletingEverything:
    async def test_it_is_asked_once_more_and_then_done(self, world: World) -> None:
        await world.memory.set_server(world.guild.id, ServerSettings(listening=True), world.admin.id)
        asked = await world.admin.click(await panel(world), label="Delete everything")
        assert asked.ephemeral
        assert asked.response is not None
        await world.admin.click(asked.response, label="No, keep it")
        assert (await settings(world)).listening
        asked = await world.admin.click(await panel(world), label="Delete everything")
        assert asked.response is not None
        await world.admin.click(asked.response, label="Yes, delete everything")
        assert await settings(world) == ServerSettings()
        assert await world.memory.changes(world.guild.id) == []

    async def test_only_for_those_who_manage_the_server(self, world: World) -> None:
        shown = await panel(world)
        role = next(role for name, role in world.guild.roles.items() if name == "Admins")
        world.env.backend.get_guild(world.guild.id).members[world.admin.id].role_ids.remove(role.id)
        refused = await world.admin.click(shown, label="Delete everything")
        assert panel_text.NO_ADMIN in text(refused.response)


class TestLeaving:
    async def test_a_server_that_removes_the_bot_is_noted_until_it_comes_back(self, world: World) -> None:
        guild = world.bot.get_guild(world.guild.id)
        world.bot.dispatch("guild_remove", guild)
        await world.env.settle()
        assert world.memory.left == {world.guild.id}
        world.bot.dispatch("guild_join", guild)
        await world.env.settle()
        assert world.memory.left == set()

    async def test_what_changed_while_the_bot_was_away_is_noticed(self, world: World) -> None:
        elsewhere = 77 << 22
        await world.memory.set_server(elsewhere, ServerSettings(listening=True), world.admin.id)
        await world.memory.left_guild(world.guild.id)
        await world.restart()
        assert world.memory.left == {elsewhere}


def test_the_log_names_channels_and_the_role() -> None:
    what = "study channels: none → 1100000000000000100; adder role: none → 1100000000000000200; level: none → expert"
    line = lately([Change(1, 2, 0, SETTINGS, what, datetime.now(UTC))])
    assert line.endswith(
        "study channels: none → <#1100000000000000100>; adder role: none → <@&1100000000000000200>; level: none → expert"
    )
