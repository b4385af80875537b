"""The door Memory: what every implementation does alike."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime

from state_samples import ANN, BEN, GUILD, LETTERBOX, ROOM, stored, with_history

from bot.state.memory import MAX_TURNS, Memory
from bot.state.values import Adders, Limits, Place, Preferences, Rate, ServerSettings
from bot.tutor.dialogue import Origin, Turn
from corpus.entry import Level


def now() -> datetime:
    return datetime.now(UTC)


async def test_a_new_person_and_a_new_server_have_the_defaults(memory: Memory) -> None:
    assert await memory.preferences(ANN) == Preferences()
    assert await memory.server(GUILD) == ServerSettings()
    assert await memory.answer("nothing") is None
    assert list(await memory.recent(ROOM)) == []
    assert memory.working


async def test_preferences_are_a_persons_own_and_the_last_ones_count(memory: Memory) -> None:
    await memory.prefer(ANN, Preferences(Level.EXPERT, "ML engineer", "a manager; 'quoted' -- 🎲"))
    await memory.prefer(BEN, Preferences(Level.ELI5))
    await memory.prefer(ANN, replace(await memory.preferences(ANN), level=Level.STUDENT))
    assert await memory.preferences(ANN) == Preferences(Level.STUDENT, "ML engineer", "a manager; 'quoted' -- 🎲")
    assert await memory.preferences(BEN) == Preferences(Level.ELI5)


async def test_a_servers_settings_come_back_whole_and_the_change_is_written_down(memory: Memory) -> None:
    first = ServerSettings(frozenset({5, BEN}), True, 3, Level.EXPERT, False, Adders.ROLE, 77, 20)
    await memory.set_server(GUILD, first, ANN)
    second = replace(first, study_channels=frozenset({5}), level=None)
    await memory.set_server(GUILD, second, BEN)
    await memory.set_server(GUILD, second, BEN)
    assert await memory.server(GUILD) == second
    assert await memory.server(GUILD + 1) == ServerSettings()
    newest, oldest = await memory.changes(GUILD)
    assert (newest.by, oldest.by) == (BEN, ANN)
    assert newest.what == f"study channels: 5, {BEN} → 5; level: expert → none"
    assert "listening: off → on" in oldest.what
    assert list(await memory.changes(GUILD + 1)) == []


async def test_an_answer_comes_back_as_it_was_without_the_conversation_before_it(memory: Memory) -> None:
    one = stored("a", at=now())
    await memory.save(with_history(one, Turn("a stranger's question", ("bias",), Level.PLAIN, "a stranger's answer")))
    assert await memory.answer("a") == one


async def test_keeping_again_puts_an_answer_in_the_place_of_the_first(memory: Memory) -> None:
    begun = stored("a", at=now(), finished=False)
    await memory.save(begun)
    await memory.save(stored("b", at=now()))
    done = replace(begun, finished=True, answer=replace(begun.answer, note="Done."))
    await memory.save(done)
    assert [one.id for one in await memory.recent(ROOM)] == ["a", "b"]
    assert await memory.answer("a") == done


async def test_a_place_remembers_its_own_last_turns_oldest_first(memory: Memory) -> None:
    for number in range(MAX_TURNS + 3):
        await memory.save(stored(f"r{number}", (ANN, BEN)[number % 2], at=now()))
    await memory.save(stored("elsewhere", place=LETTERBOX, at=now()))
    assert [one.id for one in await memory.recent(ROOM)] == [f"r{number}" for number in range(3, MAX_TURNS + 3)]
    assert [one.id for one in await memory.recent(LETTERBOX)] == ["elsewhere"]
    assert list(await memory.recent(Place(5))) == []


async def test_nothing_of_a_paused_person_is_kept(memory: Memory) -> None:
    await memory.save(stored("before", at=now()))
    await memory.save(stored("begun", at=now(), finished=False))
    await memory.prefer(ANN, Preferences(paused=True))
    await memory.save(stored("begun", at=now()))
    await memory.save(stored("after", at=now(), origin=Origin.DECLINED, place=LETTERBOX))
    await memory.save(stored("of-ben", BEN, at=now()))
    await memory.judge("of-ben", ANN, False)
    assert [one.id for one in await memory.recent(ROOM)] == ["before", "of-ben"]
    assert list(await memory.recent(LETTERBOX)) == []
    assert list(await memory.gaps()) == []
    await memory.prefer(ANN, Preferences())
    await memory.save(stored("again", at=now()))
    assert await memory.answer("again")


async def test_declined_and_disliked_questions_are_gaps_without_who_asked(memory: Memory) -> None:
    await memory.save(stored("d", at=now(), text=f"Does <@{BEN}> know <@&7> RAFT?", origin=Origin.DECLINED))
    await memory.save(stored("d", at=now(), text=f"Does <@{BEN}> know <@&7> RAFT?", origin=Origin.DECLINED))
    await memory.save(stored("w", at=now(), text="Why?", place=LETTERBOX))
    await memory.save(stored("unfinished", at=now(), origin=Origin.DECLINED, finished=False))
    await memory.judge("w", BEN, False)
    (declined,) = await memory.gaps(GUILD)
    assert (declined.question, declined.cause) == ("Does @somebody know @somebody RAFT?", "declined")
    assert declined.nearest == ("dropout",)
    (disliked,) = await memory.gaps(0)
    assert (disliked.question, disliked.cause) == ("Why?", "unhelpful")
    assert len(await memory.gaps()) == 2
    assert str(ANN) not in repr(await memory.gaps())


async def test_a_later_judgement_replaces_the_earlier(memory: Memory) -> None:
    await memory.save(stored("a", at=now()))
    for user, helpful in ((ANN, False), (BEN, False), (ANN, True)):
        await memory.judge("a", user, helpful)
    assert len(await memory.gaps()) == 1
    await memory.judge("a", BEN, True)
    await memory.judge("unknown", BEN, False)
    assert list(await memory.gaps()) == []


async def test_allowances_of_a_person_and_of_a_server(memory: Memory) -> None:
    limits = Limits(user=Rate(2, 0.001), guild=Rate(3, 0.001))
    verdicts = [await memory.allow(user, GUILD, limits) for user in (ANN, ANN, ANN, BEN, BEN)]
    assert [one.allowed for one in verdicts] == [True, True, False, True, False]
    assert [one.everybody for one in verdicts] == [False, False, False, False, True]
    assert all(900 < one.wait_s <= 1000 for one in verdicts if not one.allowed)
    assert (await memory.allow(BEN, GUILD + 1, limits)).allowed, "another server counts by itself"
    assert (await memory.allow(BEN, GUILD, Limits())).allowed
    assert all([(await memory.allow(BEN, 0, Limits(guild=Rate(1, 1e-6)))).allowed for _ in range(3)])


async def test_a_paused_person_has_an_allowance_too(memory: Memory) -> None:
    await memory.prefer(ANN, Preferences(paused=True))
    limits = Limits(user=Rate(2, 0.001))
    assert [(await memory.allow(ANN, GUILD, limits)).allowed for _ in range(3)] == [True, True, False]


async def test_forgetting_takes_one_person_and_nobody_else(memory: Memory) -> None:
    for number, user in enumerate((ANN, BEN, ANN)):
        await memory.prefer(user, Preferences(Level.EXPERT))
        await memory.save(stored(f"r{number}", user, at=now(), origin=Origin.DECLINED))
        await memory.judge(f"r{number}", BEN, False)
    await memory.set_server(GUILD, ServerSettings(listening=True), ANN)
    assert await memory.forget(ANN)
    assert await memory.preferences(ANN) == Preferences()
    assert [one.id for one in await memory.recent(ROOM)] == ["r1"]
    assert len(await memory.gaps()) == 2, "the declined and the disliked question of the other"
    assert [one.by for one in await memory.changes(GUILD)] == [0]
    assert await memory.server(GUILD) == ServerSettings(listening=True)
    assert await memory.preferences(BEN) == Preferences(Level.EXPERT)


async def test_the_export_holds_everything_of_a_person_and_nothing_of_others(memory: Memory) -> None:
    await memory.prefer(ANN, Preferences(Level.EXPERT, "poet"))
    await memory.save(stored("mine", at=now(), text="my own question"))
    await memory.save(stored("theirs", BEN, at=now(), text="another person's question"))
    await memory.judge("theirs", ANN, True)
    exported = await memory.export(ANN)
    text = json.dumps(exported)
    assert exported
    assert exported["user"] == ANN
    assert "my own question" in text
    assert "poet" in text
    assert "another person's question" not in text
    assert [one["answer"] for one in exported["feedback"]] == ["theirs"]
    await memory.forget(ANN)
    assert "my own question" not in json.dumps(await memory.export(ANN))


async def test_many_at_once(memory: Memory) -> None:
    places = [Place(100 + number % 5, GUILD) for number in range(60)]
    await asyncio.gather(*(memory.save(stored(f"r{n}", ANN + n, place, now())) for n, place in enumerate(places)))
    found = [one.id for number in range(5) for one in await memory.recent(Place(100 + number, GUILD))]
    assert sorted(found) == sorted(f"r{number}" for number in range(60))
    assert memory.working
