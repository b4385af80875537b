"""/gaps as admins see it: what was not answered well, without who asked; over this process's memory and over SQLite."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import simcord
from discord_app.discord_limits import MAX_LAYOUT_BYTES, MAX_LAYOUT_CHARACTERS, layout_bytes
from discord_app.memories import KINDS, Away, opened
from discord_app.world import World, choices, text
from in_memory import InMemory

from bot.discord_app.features.gaps import card as gap_list
from bot.discord_app.features.gaps import commands as gaps
from bot.discord_app.features.gaps.card import DRAFT, chosen, file_name, listed, named
from bot.discord_app.limits import MAX_OPTION_LABEL, byte_size, size
from bot.state.gaps import Group, draft
from bot.state.memory import Memory
from bot.state.values import Preferences
from corpus.entry import Entry
from corpus.load import load

CUP = "who won the football cup in 1987?"
PIE = "how long does an apple pie bake?"


@pytest.fixture(params=KINDS)
async def memory(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Memory]:
    """What the bot keeps, in both ways."""
    async with opened(request.param, tmp_path / "kept") as made:
        yield made


async def ask(world: World, question: str, by: simcord.MemberActor | None = None) -> simcord.ResponseMessage:
    result = await (by or world.ann).slash(world.channel, "ask", question=question)
    assert result.response is not None
    return result.response


async def shown_gaps(world: World) -> simcord.ResponseMessage:
    result = await world.admin.slash(world.channel, "gaps")
    assert result.ephemeral
    assert result.response is not None
    return result.response


def read(folder: Path, name: str, data: bytes) -> Entry:
    """The file as the glossary is read."""
    (folder / "drafts").mkdir()
    (folder / "drafts" / name).write_bytes(data)
    [entry] = load(folder / "drafts")
    return entry


async def test_only_who_manages_the_server_is_offered_it(world: World) -> None:
    assert "gaps" in world.admin.available_commands(world.channel)
    assert "gaps" not in world.ann.available_commands(world.channel)


async def test_without_gaps_it_says_so(world: World) -> None:
    await ask(world, "what is dropout?")
    assert gap_list.NONE in text(await shown_gaps(world))


async def test_they_are_grouped_by_meaning_with_counts_and_nobody_knows_who_asked(world: World) -> None:
    await ask(world, CUP)
    await ask(world, CUP.upper(), world.ben)
    await ask(world, f"{PIE} <@{world.ben.id}>")
    seen = text(await shown_gaps(world))
    first, second = seen.index("**2 ×**"), seen.index("**1 ×**")
    assert first < seen.casefold().index("football cup") < second < seen.index("apple pie")
    for hidden in ("ann", "ben", str(world.ann.id), str(world.ben.id), f"<@{world.ben.id}>"):
        assert hidden not in seen


async def test_a_thumb_down_makes_a_gap_and_a_thumb_up_takes_it_back(world: World) -> None:
    card = await ask(world, "what is dropout?")
    await world.ben.click(card, label="👎")
    assert "what is dropout?" in text(await shown_gaps(world))
    await world.ben.click(card, label="👍")
    assert gap_list.NONE in text(await shown_gaps(world))


async def test_who_paused_their_memory_leaves_no_gap(world: World) -> None:
    await world.memory.prefer(world.ann.id, Preferences(paused=True))
    await ask(world, CUP)
    await world.ann.click(await ask(world, "what is dropout?"), label="👎")
    other = await ask(world, "what is overfitting?", world.ben)
    await world.ann.click(other, label="👎")
    assert gap_list.NONE in text(await shown_gaps(world))


async def test_another_servers_gaps_and_those_of_direct_messages_stay_there(world: World) -> None:
    await world.ann.user.send_dm(CUP)
    elsewhere = world.env.create_guild("Elsewhere")
    channel = elsewhere.create_text_channel("general")
    carl = elsewhere.add_member(world.env.create_user("carl"))
    await carl.slash(channel, "ask", question=PIE)
    assert gap_list.NONE in text(await shown_gaps(world))
    assert len(await world.memory.gaps()) == 2


class TestDrafts:
    async def test_the_file_is_an_entry_that_an_import_reads(self, world: World, tmp_path: Path) -> None:
        await ask(world, "What is RAFT?")
        shown = await shown_gaps(world)
        result = await world.admin.select(shown, choices(shown))
        assert result.ephemeral
        assert result.response is not None
        assert result.response.content == gap_list.DRAFTED
        [file] = result.response.attachments
        assert file.filename == "raft.md"
        entry = read(tmp_path, file.filename, await file.read())
        assert entry.term == "RAFT"
        assert [one.question for one in entry.faq] == ["What is RAFT?"]

    async def test_the_choice_means_the_same_gap_when_others_have_come_before_it(self, world: World) -> None:
        await ask(world, "What is RAFT?")
        shown = await shown_gaps(world)
        [first] = choices(shown)
        for _ in range(2):
            await ask(world, PIE)
        await world.restart()
        result = await world.admin.select(shown, [first])
        assert result.response is not None
        assert [one.filename for one in result.response.attachments] == ["raft.md"]

    async def test_a_gap_whose_asker_was_forgotten_is_gone(self, world: World) -> None:
        await ask(world, CUP)
        shown = await shown_gaps(world)
        assert await world.memory.forget(world.ann.id)
        result = await world.admin.select(shown, choices(shown))
        assert result.response is not None
        assert result.response.content == gap_list.GONE
        assert not result.response.attachments

    async def test_who_is_no_admin_any_more_gets_nothing(self, world: World) -> None:
        await ask(world, CUP)
        shown = await shown_gaps(world)
        role = next(one for name, one in world.guild.roles.items() if name == "Admins")
        world.env.backend.get_guild(world.guild.id).members[world.admin.id].role_ids.remove(role.id)
        result = await world.admin.select(shown, choices(shown))
        assert gap_list.NO_ADMIN in text(result.response)
        assert result.response is not None
        assert not result.response.attachments

    async def test_a_draft_that_discord_refuses_leaves_nobody_waiting(self, world: World) -> None:
        await ask(world, CUP)
        shown = await shown_gaps(world)
        world.env.inject_error("PATCH", "/webhooks/*", status=400, code=50035)
        result = await world.admin.select(shown, choices(shown))
        assert result.response is not None
        assert result.response.content == gap_list.NOT_SENT


class TestAway:
    """The database cannot be reached."""

    @pytest.fixture
    def memory(self) -> InMemory:
        return Away()

    async def test_it_is_not_said_that_all_is_well(self, world: World) -> None:
        assert gap_list.AWAY in text(await shown_gaps(world))


async def test_so_many_are_grouped_at_most(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gaps, "MAX_GAPS", 1)
    await ask(world, CUP)
    await ask(world, PIE)
    shown = await shown_gaps(world)
    assert len(choices(shown)) == 1
    assert "apple pie" in text(shown)


NOW = datetime(2026, 5, 1, tzinfo=UTC)


def group(question: str, count: int = 1, nearest: tuple[str, ...] = (), *others: str) -> Group:
    return Group(question, count, (question, *others), nearest, NOW + timedelta(seconds=count))


@pytest.mark.parametrize("question", ["*" * 2_000, "🎉" * 900 + "?", "a" * 2_000, "\u3042" * 1_000, "@everyone " * 200])
def test_the_card_fits_whatever_was_asked(question: str) -> None:
    many = [group(f"{n} {question}", nearest=(question, question, question)) for n in range(40)]
    card = listed(many)
    [select] = card.rows
    assert 1 <= len(select.options) <= gap_list.SHOWN
    texts = [card.headline, *(block.markdown for block in card.body), card.footer]
    assert sum(map(size, texts)) <= MAX_LAYOUT_CHARACTERS
    assert layout_bytes(texts) <= MAX_LAYOUT_BYTES
    assert texts[1].count(" ×**") == len(select.options)
    assert f"and {40 - len(select.options)} more" in card.footer
    assert all(0 < len(one.label) <= MAX_OPTION_LABEL and one.value for one in select.options)
    assert len({one.value for one in select.options}) == len(select.options)
    assert "@everyone" not in texts[1]


def test_a_question_without_visible_words_has_a_label_all_the_same() -> None:
    [select] = listed([group("\u2800\u200b")]).rows
    assert byte_size(select.options[0].label) > 0


def test_a_name_means_its_group_before_any_other_with_that_wording() -> None:
    one, two = group("what is a kite?", 5, (), "what is RAFT?"), group("what is RAFT?")
    assert chosen([one, two], named("what is RAFT?")) is two
    assert chosen([one], named("what is RAFT?")) is one
    assert chosen([one], named("else")) is None
    assert chosen([], "0") is None


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("What is RAFT?", "raft.md"),
        ("what is C++?", "c-plus-plus.md"),
        ("🎉?", "u1f389.md"),
        ("x" * 400, f"{'x' * 60}.md"),
    ],
)
def test_drafts_have_names_and_can_be_read(question: str, name: str, tmp_path: Path) -> None:
    asked = group(question)
    assert file_name(asked) == name
    assert read(tmp_path, name, draft(asked).encode()).faq


@pytest.mark.parametrize(
    "question", ["---\nterm: evil\n---", "# Plain\n\n## Expert", "[1] 'a\" : {b}", "$x^2$ \\alpha", "- a\n- b"]
)
def test_what_people_write_cannot_break_out_of_a_draft(question: str, tmp_path: Path) -> None:
    entry = read(tmp_path, "draft.md", draft(group(question)).encode())
    assert entry.faq[0].question == " ".join(question.split())
    assert entry.plain == entry.expert


def test_the_select_is_ours() -> None:
    card = listed([group("what is RAFT?")])
    assert [row.custom_id for row in card.rows] == [DRAFT]
