"""Written answers over a small real index: what is shown while they come, what stands, and when the entry speaks instead."""

import asyncio
from collections.abc import AsyncGenerator, Sequence

import pytest
from asking import ask
from generators import Scripted

from bot.cli.chat import finished
from bot.tutor import tutor as engine
from bot.tutor.dialogue import Origin, Question
from bot.tutor.errors import GenerationError, ModelBusy, ModelFailed, Replaced
from bot.tutor.events import Event, Finished, Found, Revised, Text
from bot.tutor.fair_scheduling import Asker, Capacity
from bot.tutor.generated_answer import Writer, next_questions, visible_text
from bot.tutor.generator import Generator, Limits, Message
from bot.tutor.prompt import style_of
from bot.tutor.request_queue import RequestQueue
from bot.tutor.tutor import Tutor
from corpus.entry import Level
from index.hot_reload import LiveIndex
from index.search import SearchIndex

WHY = "why does dropout help against overfitting?"
TRUE = "Dropout silences random units."
FALSE = "It was invented in 1066 by Napoleon."


def tutor_with(index: SearchIndex, model: Generator, size: str = "short", **capacity: object) -> Tutor:
    schedule = RequestQueue(model, Capacity(**capacity))  # type: ignore[arg-type]
    return Tutor(LiveIndex(index), writer=Writer(schedule, "a model", style_of(size, 4096)))


def events_of(tutor: Tutor, question: Question) -> list[Event]:
    async def collect() -> list[Event]:
        return [event async for event in tutor.ask(question)]

    return asyncio.run(collect())


def test_what_no_author_wrote_is_written_and_cited(small_index: SearchIndex) -> None:
    given = ask(tutor_with(small_index, Scripted(TRUE)), WHY)
    assert (given.origin, given.model) == (Origin.WRITTEN, "a model")
    assert given.text == f"{TRUE} [1]"
    assert [(one.n, one.term) for one in given.citations] == [(1, "dropout")]
    assert given.passages
    assert given.follow_ups == ("What does “overfitting” mean?",)


@pytest.mark.parametrize("question", ["what is dropout?", "dropout", "hello", "give me an example of dropout"])
def test_what_an_author_wrote_is_never_written_again(small_index: SearchIndex, question: str) -> None:
    model = Scripted(TRUE)
    given = ask(tutor_with(small_index, model), question)
    assert given.origin is Origin.AUTHORED
    assert model.started == 0


def test_what_is_not_in_the_glossary_is_declined_without_asking_the_model(small_index: SearchIndex) -> None:
    model = Scripted(TRUE)
    given = ask(tutor_with(small_index, model), "how do I cook rice")
    assert given.origin is Origin.DECLINED
    assert model.started == 0


def test_a_listener_whom_no_level_serves_gets_words_of_their_own(small_index: SearchIndex) -> None:
    given = ask(tutor_with(small_index, Scripted(TRUE)), "what is dropout?", audience="a beekeeper")
    assert given.origin is Origin.WRITTEN
    plain = ask(tutor_with(small_index, Scripted(TRUE)), "what is dropout?", audience="a manager")
    assert plain.origin is Origin.AUTHORED


def test_a_sentence_that_stands_on_nothing_is_seen_and_taken_back(small_index: SearchIndex) -> None:
    tutor = tutor_with(small_index, Scripted(f"{TRUE} {FALSE} {TRUE}", pause_s=0.01))
    found = events_of(tutor, Question(WHY))
    texts = [event for event in found if isinstance(event, Text | Revised)]
    shown = ""
    seen_1066 = False
    for event in texts:
        shown = event.text if isinstance(event, Revised) else shown + event.text
        seen_1066 = seen_1066 or "1066" in shown
    assert seen_1066
    assert "1066" not in shown
    assert isinstance(found[-1], Finished)
    assert "1066" not in found[-1].answer.text
    assert found[0] == Found(("dropout",), to_write=True)


def test_a_model_that_goes_round_is_stopped_and_told_once(small_index: SearchIndex) -> None:
    model = Scripted(f"{TRUE} " * 100, pause_s=0.01)
    given = ask(tutor_with(small_index, model), WHY)
    assert given.text == f"{TRUE} [1]"
    assert model.running == 0


def test_a_sentence_that_was_cut_short_is_left_out(small_index: SearchIndex) -> None:
    given = ask(tutor_with(small_index, Scripted(f"{TRUE}\nDropout silences random units in")), WHY)
    assert given.text == f"{TRUE} [1]"


def test_an_answer_of_which_little_stands_becomes_the_authors(small_index: SearchIndex) -> None:
    given = ask(tutor_with(small_index, Scripted(f"{FALSE} {FALSE} {TRUE} {FALSE}")), WHY)
    assert given.origin is Origin.AUTHORED
    assert given.note == engine.UNFOUNDED
    assert "1066" not in given.text
    assert given.model == ""


def test_a_models_refusal_carries_no_citation_and_gives_the_entry(small_index: SearchIndex) -> None:
    given = ask(tutor_with(small_index, Scripted("The passages do not answer this.")), WHY)
    assert given.origin is Origin.AUTHORED
    assert given.note == engine.UNANSWERED.format(terms="dropout")


@pytest.mark.parametrize(
    ("failure", "note"), [(ModelFailed("It broke."), engine.FAILED), (ModelBusy("Many ask."), engine.BUSY)]
)
@pytest.mark.parametrize("text", ["", f"{TRUE} And then "])
def test_whatever_happens_to_the_model_the_entry_answers(
    small_index: SearchIndex, failure: GenerationError, note: str, text: str
) -> None:
    given = ask(tutor_with(small_index, Scripted(text, failure=failure)), WHY)
    assert (given.origin, given.note) == (Origin.AUTHORED, note)
    assert given.text.startswith("Dropout in one sentence. [1]")


def test_a_newer_question_of_the_same_person_ends_the_older(small_index: SearchIndex) -> None:
    model = Scripted(f"{TRUE} " + "and so on " * 40, pause_s=0.01)
    tutor = tutor_with(small_index, model)
    ada = Asker("guild", "ada")

    async def both() -> Origin:
        first = asyncio.create_task(finished(tutor.ask(Question(WHY, asker=ada))))
        while not model.running and not first.done():
            await asyncio.sleep(0)
        second = await finished(tutor.ask(Question(WHY, asker=ada, audience="a beekeeper")))
        with pytest.raises(Replaced):
            await first
        return second.origin

    assert asyncio.run(both()) is Origin.WRITTEN


def test_closing_the_answer_frees_the_model(small_index: SearchIndex) -> None:
    model = Scripted(f"{TRUE} " * 1000, pause_s=0.005)
    tutor = tutor_with(small_index, model)

    async def leave() -> int:
        events = tutor.ask(Question(WHY))
        async for event in events:
            if isinstance(event, Text):
                break
        running = model.running
        await events.aclose()
        return running

    assert asyncio.run(leave()) == 1
    assert model.running == 0


def test_a_server_that_wants_no_model_gets_none(small_index: SearchIndex) -> None:
    model = Scripted(TRUE)
    assert ask(tutor_with(small_index, model), WHY, may_write=False).origin is Origin.AUTHORED
    assert model.started == 0


class _Recording:
    """Keeps the prompts that it was given."""

    def __init__(self) -> None:
        self.prompts: list[Sequence[Message]] = []

    async def stream(self, messages: Sequence[Message], limits: Limits) -> AsyncGenerator[str, None]:
        self.prompts.append(messages)
        yield TRUE


def test_another_level_is_written_from_the_passages_already_found(
    small_index: SearchIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = _Recording()
    tutor = tutor_with(small_index, model)
    first = ask(tutor, WHY)

    def only_for_follow_ups(*asked: object, **_: object) -> object:
        assert asked[2:] == (1,), "the passages were found before"
        return type("Found", (), {"answerable": True})

    monkeypatch.setattr(SearchIndex, "search", only_for_follow_ups)
    again = ask(tutor, "simpler please", history=(first.turn,))
    assert again.origin is Origin.WRITTEN
    assert again.level is Level.ELI5
    before, after = ([line for line in prompt[-1].text.splitlines() if line[0] == "["] for prompt in model.prompts)
    assert before == after != []


def test_the_models_own_questions_are_offered_when_the_glossary_answers_them(small_index: SearchIndex) -> None:
    text = f"{TRUE}\nNext: What is underfitting?\nNext: How do I cook rice?\nNext: {WHY}"
    given = ask(tutor_with(small_index, Scripted(text), "full"), WHY)
    assert "Next" not in given.text
    assert "What is underfitting?" in given.follow_ups
    assert "How do I cook rice?" not in given.follow_ups
    assert WHY not in given.follow_ups


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("One. ", "One. "),
        ("One.\nNe", "One.\n"),
        ("One.\nNext: What", "One.\n"),
        ("One.\nNever.", "One.\nNever."),
        ("Next", "Next"),
        ("One.\n**Next:** What", "One.\n"),
    ],
)
def test_what_may_become_a_question_of_the_model_is_held_back(text: str, shown: str) -> None:
    assert visible_text(text) == shown


def test_only_questions_are_taken_for_questions() -> None:
    assert next_questions("A.\nNext: “What is B?”\nNext: nothing.\n- Next: How?") == ("What is B?", "How?")
