"""Every way in which an answer can end: the card ends too, nothing stays open, and the model is free again."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field

import pytest
from discord_app.card_limits import buttons, menu_options
from discord_app.card_limits import texts as texts_of
from generators import Scripted
from in_memory import InMemory

from bot.discord_app.answers.conversation import ConversationService
from bot.discord_app.answers.running import RunningAnswers
from bot.discord_app.cards import texts
from bot.discord_app.cards.answer_card import Card
from bot.discord_app.cards.custom_id import Action, Press, read
from bot.discord_app.cards.streaming_message import Gone, NotNow, StreamingMessage
from bot.discord_app.http.edit_throttle import EditThrottle
from bot.state.values import Place, Preferences, StoredAnswer
from bot.tutor.dialogue import Answer, Origin, Part, Question
from bot.tutor.errors import ModelFailed, Replaced, TutorError, UnusableModel
from bot.tutor.events import Event, Finished, Found, Revised, Text, Waiting
from bot.tutor.fair_scheduling import Asker, Capacity
from bot.tutor.generated_answer import Writer
from bot.tutor.prompt import style_of
from bot.tutor.request_queue import RequestQueue
from bot.tutor.tutor import FAILED, Tutor
from corpus.entry import Level
from index.hot_reload import LiveIndex
from index.search import SearchIndex

HERE = Place(7, 1)
ANN = 11
ASKED = "why does dropout help against overfitting?"
WRITES = "Dropout silences random units. [1] Dropout silences random units again and again. [1]"


@dataclass
class Wall:
    """A canvas that remembers what it showed; `troubles` come first, None for a drawing that goes well."""

    troubles: list[Exception | None] = field(default_factory=list)
    cards: list[Card] = field(default_factory=list)

    async def draw(self, card: Card) -> None:
        if trouble := self.troubles.pop(0) if self.troubles else None:
            raise trouble
        await asyncio.sleep(0)
        self.cards.append(card)

    @property
    def text(self) -> str:
        """What stands there at last."""
        return "\n".join(texts_of(self.cards[-1]))

    @property
    def actions(self) -> set[Action]:
        presses = [read(one.custom_id) for one in buttons(self.cards[-1])]
        menu = {Action(option.value.split(":")[0]) for option in menu_options(self.cards[-1])}
        return {one.action for one in presses if isinstance(one, Press)} | menu

    @property
    def failed(self) -> bool:
        return self.actions == {Action.RETRY}


def on(wall: Wall) -> StreamingMessage:
    return StreamingMessage(wall, EditThrottle(0.001))


@dataclass
class Tale:
    """A tutor that tells these events, and after them hangs, fails, or is done."""

    events: tuple[Event, ...] = ()
    failure: BaseException | None = None
    hangs: bool = False
    asked: list[Question] = field(default_factory=list)
    open: int = 0

    async def ask(self, question: Question) -> AsyncGenerator[Event, None]:
        self.asked.append(question)
        self.open += 1
        try:
            for event in self.events:
                await asyncio.sleep(0.002)
                yield event
            if self.failure:
                raise self.failure
            if self.hangs:
                await asyncio.Event().wait()
        finally:
            self.open -= 1


ANSWER = Answer(
    question="q", level=Level.PLAIN, origin=Origin.AUTHORED, parts=(Part("The answer."),), terms=("dropout",)
)
BEGUN = (Found(("dropout",), to_write=True), Waiting(2), Text("It silences "))


def running(tutor: object, memory: InMemory | None = None) -> RunningAnswers:
    return RunningAnswers(ConversationService(tutor, memory or InMemory()))  # type: ignore[arg-type]


async def begun(made: RunningAnswers, wall: Wall, **given: object) -> "asyncio.Task[StoredAnswer | None]":
    """An answer that has begun to grow."""
    task = asyncio.create_task(made.give(Question(ASKED), ANN, HERE, on(wall), answer_id="id", **given))  # type: ignore[arg-type]
    for _ in range(500):
        await asyncio.sleep(0.002)
        if wall.cards and "silences" in wall.text:
            return task
    raise AssertionError("nothing began to grow")


def left_nothing(made: RunningAnswers) -> bool:
    return not (made.tasks or made.stopped or made._open)


async def test_an_answer_grows_and_is_finished() -> None:
    wall = Wall()
    tale = Tale((*BEGUN, Revised("It silences units. [1]"), Finished(ANSWER)))
    made = running(tale)
    stored = await made.give(Question("q"), ANN, HERE, on(wall))
    assert stored is not None
    assert (stored.answer, stored.user, stored.place, stored.finished) == (ANSWER, ANN, HERE, True)
    assert "The answer." in wall.text
    assert {Action.HELPFUL, Action.OWN_QUESTION} <= wall.actions
    assert await made.conversation.memory.answer(stored.id) == stored
    assert left_nothing(made)
    assert tale.open == 0


async def test_the_place_in_the_queue_and_the_newest_text_are_seen_on_the_way() -> None:
    wall = Wall()
    task = await begun(made := running(Tale(BEGUN, hangs=True)), wall)
    seen = ["\n".join(texts_of(card)) for card in wall.cards]
    assert any("Looking it up" in one or "One person is before you" in one for one in seen)
    assert "It silences" in seen[-1]
    assert wall.actions == {Action.STOP}
    made.stop("id")
    await task


@pytest.mark.parametrize(
    ("failure", "sentence"),
    [
        (TutorError("The tutor is tired. Ask again."), "The tutor is tired. Ask again."),
        (ModelFailed("The model broke off. Ask again."), "The model broke off. Ask again."),
        (UnusableModel("Choose another model."), "Choose another model."),
        (Replaced("A newer question."), texts.REPLACED),
        (ValueError("a bug"), texts.BROKEN),
        (AssertionError("another"), texts.BROKEN),
        (asyncio.CancelledError(), texts.INTERRUPTED),
        (None, texts.BROKEN),  # it ended without an answer
    ],
)
@pytest.mark.parametrize("events", [(), BEGUN])
async def test_whatever_goes_wrong_is_said_in_one_sentence_with_a_retry(
    events: tuple[Event, ...], failure: BaseException | None, sentence: str
) -> None:
    wall = Wall()
    tale = Tale(events, failure)
    made = running(tale)
    assert await made.give(Question(ASKED), ANN, HERE, on(wall), answer_id="id") is None
    assert wall.text == sentence
    assert wall.failed
    assert left_nothing(made)
    assert tale.open == 0
    stored = await made.conversation.memory.answer("id")
    assert stored is not None
    assert not stored.finished
    assert made.conversation.again(stored, ANN).text == ASKED  # what Retry asks


async def test_stop_ends_the_card_and_closes_the_tutor() -> None:
    wall, tale = Wall(), Tale(BEGUN, hangs=True)
    made = running(tale)
    task = await begun(made, wall)
    assert made.stop("id")
    assert await task is None
    assert wall.text == texts.STOPPED
    assert wall.failed
    assert tale.open == 0
    assert left_nothing(made)
    assert not made.stop("id")
    assert not made.stop("never heard of")


async def test_a_stop_that_comes_with_the_answer_leaves_one_of_the_two() -> None:
    for delay in range(12):
        wall = Wall()
        made = running(Tale((*BEGUN, Finished(ANSWER))))
        task = asyncio.create_task(made.give(Question("q"), ANN, HERE, on(wall), answer_id="id"))
        await asyncio.sleep(0.001 * delay)
        stopped = made.stop("id")
        await task
        assert (texts.STOPPED in wall.text) is stopped
        assert ("The answer." in wall.text) is not stopped
        assert left_nothing(made)


async def test_who_is_cancelled_from_outside_still_ends_the_card() -> None:
    wall, tale = Wall(), Tale(BEGUN, hangs=True)
    made = running(tale)
    task = await begun(made, wall)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert wall.text == texts.INTERRUPTED
    assert wall.failed
    assert left_nothing(made)
    assert tale.open == 0


async def test_a_cancellation_while_the_last_card_is_drawn_does_not_break_it_off() -> None:
    class Slow(Wall):
        async def draw(self, card: Card) -> None:
            await asyncio.sleep(0.05)
            await super().draw(card)

    wall = Slow()
    made = running(Tale((Finished(ANSWER),)))
    task = asyncio.create_task(made.give(Question("q"), ANN, HERE, on(wall)))
    await asyncio.sleep(0.02)
    for _ in range(2):
        task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert "The answer." in wall.text
    assert left_nothing(made)


async def test_a_shutdown_lets_quick_answers_come_and_the_others_say_so() -> None:
    slow, quick = Wall(), Wall()
    made = running(Tale(BEGUN, hangs=True))
    waiting = await begun(made, slow)
    made.conversation.tutor = Tale((*BEGUN, Finished(ANSWER)))  # type: ignore[assignment]
    coming = asyncio.create_task(made.give(Question("q"), ANN, HERE, on(quick)))
    await asyncio.sleep(0)
    before_s = asyncio.get_running_loop().time()
    await made.finish(0.5)
    assert asyncio.get_running_loop().time() - before_s < 5
    assert "The answer." in quick.text
    assert slow.text == texts.LEAVING
    assert slow.failed
    assert left_nothing(made)
    await asyncio.gather(waiting, coming)


async def test_who_asks_during_a_shutdown_is_told_at_once_and_nothing_is_asked() -> None:
    wall, tale = Wall(), Tale(BEGUN, hangs=True)
    made = running(tale)
    await made.finish(0.1)
    assert await made.give(Question("q"), ANN, HERE, on(wall)) is None
    assert wall.text == texts.LEAVING
    assert tale.asked == []


async def test_a_stop_during_a_shutdown_is_still_a_stop() -> None:
    wall = Wall()
    made = running(Tale(BEGUN, hangs=True))
    task = await begun(made, wall)
    leaving = asyncio.create_task(made.finish(5))
    await asyncio.sleep(0)
    made.stop("id")
    await asyncio.gather(task, leaving)
    assert wall.text == texts.STOPPED


async def test_an_id_that_is_being_answered_is_not_answered_twice() -> None:
    wall, other = Wall(), Wall()
    tale = Tale(BEGUN, hangs=True)
    made = running(tale)
    task = await begun(made, wall)
    second = made.give(Question("q"), ANN, HERE, on(other), answer_id="id")
    assert await asyncio.wait_for(second, 10) is None
    assert (other.cards, len(tale.asked)) == ([], 1)
    assert made.stop("id")
    await task


class Failing(InMemory):
    async def save(self, stored: StoredAnswer) -> None:
        raise OSError("the disk is full")


class Hanging(InMemory):
    async def save(self, stored: StoredAnswer) -> None:
        await asyncio.Event().wait()


@pytest.mark.parametrize("memory", [Failing, Hanging])
async def test_a_memory_that_fails_or_hangs_loses_no_answer(
    memory: Callable[[], InMemory], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.discord_app.answers.running.SAVE_S", 0.02)
    for events, sentence in (((*BEGUN, Finished(ANSWER)), "The answer."), ((), texts.BROKEN)):
        wall = Wall()
        made = running(Tale(events), memory())
        await made.give(Question("q"), ANN, HERE, on(wall))
        assert sentence in wall.text
        assert left_nothing(made)


async def test_who_paused_the_memory_is_answered_and_nothing_is_kept() -> None:
    wall, memory = Wall(), InMemory()
    await memory.prefer(ANN, Preferences(paused=True))
    made = running(Tale((*BEGUN, Finished(ANSWER))), memory)
    await made.give(Question("q"), ANN, HERE, on(wall), answer_id="id")
    assert "The answer." in wall.text
    assert await memory.answer("id") is None
    assert await memory.recent(HERE) == []


async def test_while_it_is_written_an_answer_is_kept_as_unfinished() -> None:
    wall, memory = Wall(), InMemory()
    made = running(Tale(BEGUN, hangs=True), memory)
    task = await begun(made, wall)
    unfinished = await memory.answer("id")
    assert unfinished is not None
    assert not unfinished.finished
    assert (unfinished.id, unfinished.user, unfinished.question.text) == ("id", ANN, ASKED)
    assert unfinished.answer.terms == ("dropout",)
    made.stop("id")
    await task


async def test_a_place_that_is_gone_stops_the_writing_and_raises_nothing() -> None:
    tale = Tale((*BEGUN, *[Text("more ")] * 20), hangs=True)
    made, wall = running(tale), Wall([Gone()])
    assert await asyncio.wait_for(made.give(Question(ASKED), ANN, HERE, on(wall)), 10) is None
    assert wall.cards == []
    assert tale.open == 0
    assert left_nothing(made)


async def test_a_place_that_is_gone_at_the_end_loses_only_the_card() -> None:
    made = running(Tale((Finished(ANSWER),)))
    stored = await made.give(Question("q"), ANN, HERE, on(Wall([Gone()])), answer_id="id")
    assert stored is not None
    assert await made.conversation.memory.answer("id") == stored
    assert left_nothing(made)


@pytest.mark.parametrize("trouble", [NotNow(0.01), ValueError("a card that Discord does not take")])
async def test_a_last_card_that_is_refused_is_followed_by_another(trouble: Exception) -> None:
    wall = Wall([trouble])
    made = running(Tale((Finished(ANSWER),)))
    await made.give(Question("q"), ANN, HERE, on(wall))
    assert ("The answer." in wall.text) is isinstance(trouble, NotNow)
    assert wall.failed is isinstance(trouble, ValueError)
    assert left_nothing(made)


async def test_a_last_card_that_cannot_be_drawn_in_any_way_raises_nothing() -> None:
    made = running(Tale((Finished(ANSWER),)))
    await made.give(Question("q"), ANN, HERE, on(Wall([ValueError("no"), ValueError("no")])))
    assert left_nothing(made)


# The real tutor over a real index, with a generator that writes a script


@dataclass
class Real:
    """The parts of a tutor that writes."""

    generator: Scripted
    schedule: RequestQueue
    running: RunningAnswers
    wall: Wall = field(default_factory=Wall)

    async def free(self) -> bool:
        """Whether the model is free, at once or a moment later."""
        for _ in range(200):
            if self.generator.running == 0 and not self.schedule._queue._runs:
                return True
            await asyncio.sleep(0.01)
        return False


def real(index: SearchIndex, pause_s: float, text: str = WRITES, failure: ModelFailed | None = None) -> Real:
    generator = Scripted(text, pause_s, failure)
    schedule = RequestQueue(generator, Capacity(at_once=1))
    tutor = Tutor(LiveIndex(index), writer=Writer(schedule, "a small model", style_of("full", 4096)))
    return Real(generator, schedule, running(tutor))


async def test_a_written_answer_grows_and_says_who_wrote_it(small_index: SearchIndex) -> None:
    made = real(small_index, 0.005)
    stored = await made.running.give(Question(ASKED), ANN, HERE, on(made.wall))
    assert stored is not None
    assert stored.answer.origin is Origin.WRITTEN
    assert "written by a small model from" in made.wall.text
    assert len(made.wall.cards) > 2
    assert any("writing …" in "\n".join(texts_of(card)) for card in made.wall.cards[:-1])
    assert await made.free()


async def test_an_authored_answer_is_there_at_once_with_one_edit(small_index: SearchIndex) -> None:
    made = real(small_index, 60)
    stored = await made.running.give(Question("what is dropout?"), ANN, HERE, message_stream := on(made.wall))
    assert stored is not None
    assert message_stream.edits == len(made.wall.cards) == 1
    assert made.generator.started == 0


@pytest.mark.parametrize("how", ["stop", "cancel", "shutdown"])
async def test_whoever_ends_it_the_model_is_free_again(small_index: SearchIndex, how: str) -> None:
    made = real(small_index, 0.05, text=f"{WRITES} " * 50)
    task = await begun(made.running, made.wall)
    assert made.generator.running == 1
    if how == "stop":
        made.running.stop("id")
    elif how == "cancel":
        task.cancel()
    else:
        await made.running.finish(0.2)
    await asyncio.wait([task])
    assert made.wall.failed
    assert await made.free()
    assert left_nothing(made.running)


async def test_a_model_that_breaks_off_leaves_the_glossarys_own_words(small_index: SearchIndex) -> None:
    made = real(small_index, 0.001, failure=ModelFailed("The model broke off."))
    stored = await made.running.give(Question(ASKED), ANN, HERE, on(made.wall))
    assert stored is not None
    assert stored.answer.origin is Origin.AUTHORED
    assert FAILED in made.wall.text


async def test_a_newer_question_of_the_same_person_ends_the_older_card(small_index: SearchIndex) -> None:
    made, newer = real(small_index, 0.02), Wall()
    asker = Asker("1", str(ANN))
    task = asyncio.create_task(made.running.give(Question(ASKED, asker=asker), ANN, HERE, on(made.wall)))
    while made.generator.running == 0:
        await asyncio.sleep(0.005)
    other = Question("why does dropout help against overfitting then?", asker=asker)
    await made.running.give(other, ANN, HERE, on(newer))
    await task
    assert made.wall.text == texts.REPLACED
    assert Action.HELPFUL in newer.actions
    assert left_nothing(made.running)


async def test_many_at_once_each_end_on_their_own_card(small_index: SearchIndex) -> None:
    made = real(small_index, 0.0)
    walls = [Wall() for _ in range(40)]
    asked = [Question("what is dropout?" if n % 2 else ASKED, asker=Asker("1", str(n))) for n in range(40)]
    await asyncio.gather(*(made.running.give(one, n, HERE, on(walls[n])) for n, one in enumerate(asked)))
    assert all(Action.HELPFUL in wall.actions for wall in walls)
    assert left_nothing(made.running)
    assert await made.free()
