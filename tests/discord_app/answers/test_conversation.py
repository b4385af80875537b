"""Around an answer: whose history a question goes on from, what is kept, and how it is asked again."""

from dataclasses import replace

import pytest

from bot.discord_app.answers.conversation import (
    MOST_BEFORE,
    Desk,
    Request,
    as_kept,
    new_id,
    slug_shown,
    turns,
    unanswered,
)
from bot.state.memory import InMemory
from bot.state.values import Kept, Place, Preferences, ServerSettings
from bot.tutor.dialogue import Answer, Origin, Part, Question, Turn
from bot.tutor.errors import UnusableQuestion
from bot.tutor.events import Finished
from bot.tutor.fair_scheduling import Asker
from bot.tutor.routing import Kind
from bot.tutor.tutor import Tutor
from corpus.entry import Level, Section
from index.hot_reload import LiveIndex
from index.passage import Passage
from index.search import SearchIndex

ANN, BEN = 1, 2
HERE, THERE, DIRECT = Place(10, 100), Place(11, 100), Place(12)
PASSAGE = Passage("overfitting", "overfitting", Section.PLAIN, "", "A model that overfits.", "overfitting.md")


@pytest.fixture
def desk(small_index: SearchIndex) -> Desk:
    return Desk(Tutor(LiveIndex(small_index)), InMemory())


def kept(user: int, text: str, *terms: str, place: Place = HERE, **fields: object) -> Kept:
    answer = Answer(
        question=text,
        level=Level.EXPERT,
        origin=Origin.WRITTEN,
        parts=(Part(f"What {user} was told."),),
        terms=terms,
        passages=(PASSAGE,),
    )
    return Kept(f"{user}-{text[:20]}", place, user, Question(text), replace(answer, **fields))  # type: ignore[arg-type]


async def after(desk: Desk, request: Request, *before: Kept) -> Question:
    for one in before:
        await desk.keep(one)
    return await desk.question(request)


async def test_a_conversation_goes_on_where_it_was(desk: Desk) -> None:
    asked = await after(desk, Request(ANN, HERE, "and why?"), kept(ANN, "overfitting?", "overfitting"))
    assert asked.history == (Turn("overfitting?", ("overfitting",), Level.EXPERT, "What 1 was told.", (PASSAGE,)),)
    assert (asked.terms, asked.last_level) == (("overfitting",), Level.EXPERT)


async def answered(desk: Desk, question: Question) -> Answer:
    *_, last = [event async for event in desk.tutor.ask(question)]
    assert isinstance(last, Finished)
    return last.answer


@pytest.mark.parametrize("place", [THERE, DIRECT, Place(10, 101)])
async def test_another_place_knows_nothing_of_it(desk: Desk, place: Place) -> None:
    assert (await after(desk, Request(ANN, place, "why?"), kept(ANN, "overfitting?", "overfitting"))).history == ()


async def test_another_person_in_a_channel_starts_anew(desk: Desk) -> None:
    assert (await after(desk, Request(BEN, HERE, "why?"), kept(ANN, "overfitting?", "overfitting"))).history == ()


async def test_in_a_thread_the_terms_are_shared_and_nothing_else(desk: Desk) -> None:
    mine = kept(BEN, "dropout?", "dropout", level=Level.ELI5)
    asked = await after(
        desk, Request(BEN, HERE, "why?", shared=True), mine, kept(ANN, "my secret words", "overfitting")
    )
    assert asked.terms == ("overfitting",)
    assert asked.last_level is Level.ELI5
    assert asked.history[-1] == Turn("", ("overfitting",))
    assert "secret" not in repr(asked)


async def test_who_presses_a_button_goes_on_from_that_card_whoever_asked(desk: Desk) -> None:
    card, newer = kept(ANN, "my words", "dropout"), kept(BEN, "overfitting?", "overfitting")
    theirs = await after(desk, Request(BEN, HERE, "why?", after=card), card, newer)
    own = await desk.question(Request(ANN, HERE, "why?", after=card))
    assert theirs.history == (Turn("", ("dropout",)),)
    assert own.history == (card.answer.turn,)


async def test_in_a_shared_place_an_answer_without_terms_changes_no_subject() -> None:
    assert turns([kept(ANN, "rice?", origin=Origin.DECLINED)], BEN, shared=True) == []


async def test_a_question_without_an_answer_hands_on_its_terms_alone(desk: Desk) -> None:
    failed = Kept("id", HERE, ANN, Question("why?"), unanswered(Question("why?"), ("dropout",)))
    assert turns([failed], ANN, shared=False) == [Turn("", ("dropout",))]
    nothing = replace(failed, answer=unanswered(Question("why?")))
    assert turns([nothing], ANN, shared=False) == []


async def test_preferences_the_servers_level_and_its_model_switch(desk: Desk) -> None:
    memory = desk.memory
    assert (await desk.question(Request(ANN, HERE, "dropout"))).usual is None
    await memory.set_server(HERE.guild, ServerSettings(level=Level.STUDENT, model=False), by=9)
    asked = await desk.question(Request(ANN, HERE, "dropout"))
    assert (asked.usual, asked.may_write) == (Level.STUDENT, False)
    direct = await desk.question(Request(ANN, DIRECT, "dropout"))
    assert (direct.usual, direct.may_write) == (None, True)
    await memory.prefer(ANN, Preferences(Level.ELI5, "coach", "my team"))
    own = await desk.question(Request(ANN, HERE, "dropout", Level.EXPERT, "a child"))
    assert (own.usual, own.level, own.role, own.audience) == (Level.ELI5, Level.EXPERT, "coach", "a child")
    assert (await desk.question(Request(ANN, HERE, "dropout"))).audience == "my team"
    assert (await desk.question(Request(BEN, HERE, "dropout"))).role == ""


async def test_the_level_that_somebody_chose_is_remembered_beside_the_rest(desk: Desk) -> None:
    await desk.memory.prefer(ANN, Preferences(None, "coach", "my team", paused=True))
    await desk.set_level(ANN, Level.STUDENT)
    assert await desk.preferences(ANN) == Preferences(Level.STUDENT, "coach", "my team", paused=True)
    assert await desk.preferences(BEN) == Preferences()


async def test_a_question_is_read_clean_or_refused_and_its_asker_is_known(desk: Desk) -> None:
    asked = await desk.question(Request(ANN, HERE, "what\x00 is  dropout?"))
    assert (asked.text, asked.asker) == ("what is dropout?", Asker("100", "1"))
    assert (await desk.question(Request(ANN, DIRECT, "dropout"))).asker == Asker("", "1")
    with pytest.raises(UnusableQuestion):
        await desk.question(Request(ANN, HERE, " \u200b "))


async def test_who_paused_the_memory_leaves_nothing(desk: Desk) -> None:
    await desk.memory.prefer(ANN, Preferences(paused=True))
    await desk.keep(kept(ANN, "overfitting?", "overfitting"))
    await desk.keep(kept(BEN, "dropout?", "dropout"))
    assert [one.user for one in await desk.memory.recent(HERE)] == [BEN]
    assert (await desk.question(Request(ANN, HERE, "why?"))).history == ()


def test_again_is_the_same_question_with_its_passages(desk: Desk) -> None:
    first = kept(ANN, "why does it overfit?", "overfitting")
    first = replace(
        first, question=Question("why does it overfit?", Level.STUDENT, "coach", "my team", usual=Level.ELI5)
    )
    retried = desk.again(first, ANN)
    assert (retried.text, retried.level, retried.passages) == ("why does it overfit?", Level.STUDENT, (PASSAGE,))
    other = desk.again(first, BEN, Level.EXPERT)
    assert (other.level, other.role, other.audience, other.usual) == (Level.EXPERT, "", "", None)
    assert other.asker == Asker("100", "2")
    assert desk.again(first, ANN, Level.EXPERT).audience == "my team"


async def test_a_follow_up_at_another_level_keeps_its_subject(desk: Desk) -> None:
    before = Turn("what is dropout?", ("dropout",), Level.PLAIN, "A long text.", (PASSAGE,))
    asked = Question("why?", history=(before,))
    first = Kept("id", HERE, ANN, as_kept(asked), kept(ANN, "why?", "dropout", passages=()).answer)
    assert first.question.history == (Turn("what is dropout?", ("dropout",), Level.PLAIN),)
    again = await answered(desk, desk.again(first, ANN, Level.EXPERT))
    assert (again.terms, again.level) == (("dropout",), Level.EXPERT)


async def test_a_chosen_level_takes_the_place_of_a_wish_for_another_one(desk: Desk) -> None:
    asked = Question("simpler please", history=(Turn("what is dropout?", ("dropout",), Level.EXPERT),))
    first = Kept("id", HERE, ANN, as_kept(asked), kept(ANN, "simpler please", "dropout", passages=()).answer)
    again = desk.again(first, ANN, Level.STUDENT)
    assert again.text == "what is dropout?"
    given = await answered(desk, again)
    assert (given.terms, given.level_given) == (("dropout",), Level.STUDENT)
    forgotten = replace(first, question=Question("simpler please"))
    given = await answered(desk, desk.again(forgotten, ANN, Level.STUDENT))
    assert (given.terms, given.level_given) == (("dropout",), Level.STUDENT)
    assert desk.again(first, ANN).text == "simpler please"  # tried again, it is asked as it was


def test_what_is_kept_of_a_question_stays_small() -> None:
    history = tuple(Turn(f"{n}?", ("dropout",), Level.PLAIN, "long " * 500, (PASSAGE,)) for n in range(20))
    small = as_kept(Question("why?", Level.EXPERT, history=history, passages=(PASSAGE,)))
    assert len(small.history) == MOST_BEFORE
    assert (small.terms, small.last_level, small.passages) == (("dropout",), Level.PLAIN, ())
    assert not any(turn.answer or turn.passages for turn in small.history)


def test_ids_are_short_and_each_is_new() -> None:
    ids = {new_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert {len(one) for one in ids} == {12}


@pytest.mark.parametrize(("terms", "slug"), [(("C++",), "c-plus-plus"), ((), ""), (("a", "b"), "")])
def test_a_card_is_about_one_entry_or_none(terms: tuple[str, ...], slug: str) -> None:
    assert slug_shown(kept(ANN, Kind.OPEN, *terms).answer) == slug
