"""Around an answer: whose history a question goes on from, what is kept, and how it is asked again."""

from dataclasses import replace

import pytest
from in_memory import InMemory

from bot.discord_app.answers.conversation import (
    MAX_TURNS_BEFORE,
    ConversationService,
    Request,
    new_id,
    slug_shown,
    to_stored,
    turns,
    unanswered,
)
from bot.state.values import Place, Preferences, ServerSettings, StoredAnswer
from bot.tutor.dialogue import Answer, Origin, Part, Question, Turn
from bot.tutor.errors import UnusableQuestion
from bot.tutor.events import Finished
from bot.tutor.fair_scheduling import Asker
from bot.tutor.intent import Kind
from bot.tutor.tutor import Tutor
from corpus.entry import Level, Section
from index.hot_reload import LiveIndex
from index.passage import Passage
from index.search import SearchIndex

ANN, BEN = 1, 2
HERE, THERE, DIRECT = Place(10, 100), Place(11, 100), Place(12)
PASSAGE = Passage("overfitting", "overfitting", Section.PLAIN, "", "A model that overfits.", "overfitting.md")


@pytest.fixture
def conversation(small_index: SearchIndex) -> ConversationService:
    return ConversationService(Tutor(LiveIndex(small_index)), InMemory())


def stored(user: int, text: str, *terms: str, place: Place = HERE, **fields: object) -> StoredAnswer:
    answer = Answer(
        question=text,
        level=Level.EXPERT,
        origin=Origin.WRITTEN,
        parts=(Part(f"What {user} was told."),),
        terms=terms,
        passages=(PASSAGE,),
    )
    return StoredAnswer(f"{user}-{text[:20]}", place, user, Question(text), replace(answer, **fields))  # type: ignore[arg-type]


async def after(conversation: ConversationService, request: Request, *before: StoredAnswer) -> Question:
    for one in before:
        await conversation.save(one)
    return await conversation.question(request)


async def test_a_conversation_goes_on_where_it_was(conversation: ConversationService) -> None:
    asked = await after(conversation, Request(ANN, HERE, "and why?"), stored(ANN, "overfitting?", "overfitting"))
    assert asked.history == (Turn("overfitting?", ("overfitting",), Level.EXPERT, "What 1 was told.", (PASSAGE,)),)
    assert (asked.terms, asked.last_level) == (("overfitting",), Level.EXPERT)


async def answered(conversation: ConversationService, question: Question) -> Answer:
    *_, last = [event async for event in conversation.tutor.ask(question)]
    assert isinstance(last, Finished)
    return last.answer


@pytest.mark.parametrize("place", [THERE, DIRECT, Place(10, 101)])
async def test_another_place_knows_nothing_of_it(conversation: ConversationService, place: Place) -> None:
    assert (
        await after(conversation, Request(ANN, place, "why?"), stored(ANN, "overfitting?", "overfitting"))
    ).history == ()


async def test_another_person_in_a_channel_starts_anew(conversation: ConversationService) -> None:
    assert (
        await after(conversation, Request(BEN, HERE, "why?"), stored(ANN, "overfitting?", "overfitting"))
    ).history == ()


async def test_in_a_thread_the_terms_are_shared_and_nothing_else(conversation: ConversationService) -> None:
    mine = stored(BEN, "dropout?", "dropout", level=Level.ELI5)
    asked = await after(
        conversation, Request(BEN, HERE, "why?", shared=True), mine, stored(ANN, "my secret words", "overfitting")
    )
    assert asked.terms == ("overfitting",)
    assert asked.last_level is Level.ELI5
    assert asked.history[-1] == Turn("", ("overfitting",))
    assert "secret" not in repr(asked)


async def test_who_presses_a_button_goes_on_from_that_card_whoever_asked(conversation: ConversationService) -> None:
    card, newer = stored(ANN, "my words", "dropout"), stored(BEN, "overfitting?", "overfitting")
    theirs = await after(conversation, Request(BEN, HERE, "why?", after=card), card, newer)
    own = await conversation.question(Request(ANN, HERE, "why?", after=card))
    assert theirs.history == (Turn("", ("dropout",)),)
    assert own.history == (card.answer.turn,)


async def test_in_a_shared_place_an_answer_without_terms_changes_no_subject() -> None:
    assert turns([stored(ANN, "rice?", origin=Origin.DECLINED)], BEN, shared=True) == []


async def test_a_question_without_an_answer_hands_on_its_terms_alone(conversation: ConversationService) -> None:
    failed = StoredAnswer("id", HERE, ANN, Question("why?"), unanswered(Question("why?"), ("dropout",)))
    assert turns([failed], ANN, shared=False) == [Turn("", ("dropout",))]
    nothing = replace(failed, answer=unanswered(Question("why?")))
    assert turns([nothing], ANN, shared=False) == []


async def test_preferences_the_servers_level_and_its_model_switch(conversation: ConversationService) -> None:
    memory = conversation.memory
    assert (await conversation.question(Request(ANN, HERE, "dropout"))).usual is None
    await memory.set_server(HERE.guild, ServerSettings(level=Level.STUDENT, model=False), by=9)
    asked = await conversation.question(Request(ANN, HERE, "dropout"))
    assert (asked.usual, asked.may_write) == (Level.STUDENT, False)
    direct = await conversation.question(Request(ANN, DIRECT, "dropout"))
    assert (direct.usual, direct.may_write) == (None, True)
    await memory.prefer(ANN, Preferences(Level.ELI5, "coach", "my team"))
    own = await conversation.question(Request(ANN, HERE, "dropout", Level.EXPERT, "a child"))
    assert (own.usual, own.level, own.role, own.audience) == (Level.ELI5, Level.EXPERT, "coach", "a child")
    assert (await conversation.question(Request(ANN, HERE, "dropout"))).audience == "my team"
    assert (await conversation.question(Request(BEN, HERE, "dropout"))).role == ""


async def test_the_level_that_somebody_chose_is_remembered_beside_the_rest(conversation: ConversationService) -> None:
    await conversation.memory.prefer(ANN, Preferences(None, "coach", "my team", paused=True))
    await conversation.set_level(ANN, Level.STUDENT)
    assert await conversation.preferences(ANN) == Preferences(Level.STUDENT, "coach", "my team", paused=True)
    assert await conversation.preferences(BEN) == Preferences()


async def test_a_question_is_read_clean_or_refused_and_its_asker_is_known(conversation: ConversationService) -> None:
    asked = await conversation.question(Request(ANN, HERE, "what\x00 is  dropout?"))
    assert (asked.text, asked.asker) == ("what is dropout?", Asker("100", "1"))
    assert (await conversation.question(Request(ANN, DIRECT, "dropout"))).asker == Asker("", "1")
    with pytest.raises(UnusableQuestion):
        await conversation.question(Request(ANN, HERE, " \u200b "))


async def test_who_paused_the_memory_leaves_nothing(conversation: ConversationService) -> None:
    await conversation.memory.prefer(ANN, Preferences(paused=True))
    await conversation.save(stored(ANN, "overfitting?", "overfitting"))
    await conversation.save(stored(BEN, "dropout?", "dropout"))
    assert [one.user for one in await conversation.memory.recent(HERE)] == [BEN]
    assert (await conversation.question(Request(ANN, HERE, "why?"))).history == ()


def test_again_is_the_same_question_with_its_passages(conversation: ConversationService) -> None:
    first = stored(ANN, "why does it overfit?", "overfitting")
    first = replace(
        first, question=Question("why does it overfit?", Level.STUDENT, "coach", "my team", usual=Level.ELI5)
    )
    retried = conversation.again(first, ANN)
    assert (retried.text, retried.level, retried.passages) == ("why does it overfit?", Level.STUDENT, (PASSAGE,))
    other = conversation.again(first, BEN, Level.EXPERT)
    assert (other.level, other.role, other.audience, other.usual) == (Level.EXPERT, "", "", None)
    assert other.asker == Asker("100", "2")
    assert conversation.again(first, ANN, Level.EXPERT).audience == "my team"


async def test_a_follow_up_at_another_level_keeps_its_subject(conversation: ConversationService) -> None:
    before = Turn("what is dropout?", ("dropout",), Level.PLAIN, "A long text.", (PASSAGE,))
    asked = Question("why?", history=(before,))
    first = StoredAnswer("id", HERE, ANN, to_stored(asked), stored(ANN, "why?", "dropout", passages=()).answer)
    assert first.question.history == (Turn("what is dropout?", ("dropout",), Level.PLAIN),)
    again = await answered(conversation, conversation.again(first, ANN, Level.EXPERT))
    assert (again.terms, again.level) == (("dropout",), Level.EXPERT)


async def test_a_chosen_level_takes_the_place_of_a_wish_for_another_one(conversation: ConversationService) -> None:
    asked = Question("simpler please", history=(Turn("what is dropout?", ("dropout",), Level.EXPERT),))
    first = StoredAnswer(
        "id", HERE, ANN, to_stored(asked), stored(ANN, "simpler please", "dropout", passages=()).answer
    )
    again = conversation.again(first, ANN, Level.STUDENT)
    assert again.text == "what is dropout?"
    given = await answered(conversation, again)
    assert (given.terms, given.level_given) == (("dropout",), Level.STUDENT)
    forgotten = replace(first, question=Question("simpler please"))
    given = await answered(conversation, conversation.again(forgotten, ANN, Level.STUDENT))
    assert (given.terms, given.level_given) == (("dropout",), Level.STUDENT)
    assert conversation.again(first, ANN).text == "simpler please"  # tried again, it is asked as it was


def test_what_is_kept_of_a_question_stays_small() -> None:
    history = tuple(Turn(f"{n}?", ("dropout",), Level.PLAIN, "long " * 500, (PASSAGE,)) for n in range(20))
    small = to_stored(Question("why?", Level.EXPERT, history=history, passages=(PASSAGE,)))
    assert len(small.history) == MAX_TURNS_BEFORE
    assert (small.terms, small.last_level, small.passages) == (("dropout",), Level.PLAIN, ())
    assert not any(turn.answer or turn.passages for turn in small.history)


def test_ids_are_short_and_each_is_new() -> None:
    ids = {new_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert {len(one) for one in ids} == {12}


@pytest.mark.parametrize(("terms", "slug"), [(("C++",), "c-plus-plus"), ((), ""), (("a", "b"), "")])
def test_a_card_is_about_one_entry_or_none(terms: tuple[str, ...], slug: str) -> None:
    assert slug_shown(stored(ANN, Kind.OPEN, *terms).answer) == slug
