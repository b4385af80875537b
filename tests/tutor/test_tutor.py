"""Questions to answers over a small real index: faiss, SQLite and all, with an embedder that can be worked out by hand."""

import asyncio
import json
from pathlib import Path

import pytest
from asking import ask

from bot.cli import show as terminal
from bot.cli.link import link_to, question_from
from bot.tutor.dialogue import MAX_CHARACTERS, Origin, Question, Turn, readable
from bot.tutor.errors import UnusableQuestion
from bot.tutor.events import Finished, Found
from bot.tutor.tutor import Tutor
from corpus.entry import Level, Section
from index.hot_reload import LiveIndex
from index.search import SearchIndex


@pytest.fixture
def tutor(small_index: SearchIndex) -> Tutor:
    return Tutor(LiveIndex(small_index))


def test_events_come_in_order_and_end_with_the_answer(tutor: Tutor) -> None:
    async def collect() -> list[object]:
        return [event async for event in tutor.ask(Question("what is dropout?"))]

    found, finished = asyncio.run(collect())
    assert found == Found(("dropout",))
    assert isinstance(finished, Finished)
    assert set(finished.answer.timings_ms) == {"search", "total"}


def test_a_definition_is_the_entrys_own_words_with_their_places(tutor: Tutor) -> None:
    given = ask(tutor, "what is dropout?", level=Level.STUDENT)
    assert given.origin is Origin.AUTHORED
    assert [(part.text, part.folded) for part in given.parts] == [
        ("**Dropout in one sentence.**", False),
        ("dropout told at level student.", False),
        ("An example of dropout.", True),
        ("Why dropout matters.", True),
    ]
    assert [(citation.n, citation.section) for citation in given.citations] == [
        (1, Section.SUMMARY),
        (2, Section.STUDENT),
        (3, Section.EXAMPLE),
        (4, Section.WHY_IT_MATTERS),
    ]
    assert given.text == "**Dropout in one sentence.** [1]\n\ndropout told at level student. [2]"


def test_related_terms_without_an_entry_are_not_offered(tutor: Tutor) -> None:
    given = ask(tutor, "overfitting")
    assert given.see_also == ("dropout", "underfitting")
    assert given.also_known_as == ()  # an inflection is no synonym


def test_a_missing_level_is_named_and_the_nearest_given(tutor: Tutor) -> None:
    given = ask(tutor, "what is a token", level=Level.ELI5)
    assert (given.level, given.level_given) == (Level.ELI5, Level.PLAIN)


def test_a_comparison_has_both_summaries_and_the_authors_word_on_the_pair(tutor: Tutor) -> None:
    given = ask(tutor, "difference between overfitting and underfitting")
    assert given.terms == ("overfitting", "underfitting")
    assert [part.heading for part in given.parts][:3] == [
        "Is underfitting the opposite of overfitting?",
        "Overfitting",
        "Underfitting",
    ]
    assert all(part.citation for part in given.parts)


def test_a_shared_name_lets_the_person_choose(tutor: Tutor) -> None:
    given = ask(tutor, "what is bias?")
    assert given.terms == ("bias term", "estimator bias")
    assert given.follow_ups == ("What does “bias term” mean?", "What does “estimator bias” mean?")
    assert "a constant added to a sum" in given.text


def test_a_refusal_cites_nothing_and_offers_three_terms(tutor: Tutor) -> None:
    given = ask(tutor, "how do I cook rice")
    assert given.origin is Origin.DECLINED
    assert given.citations == ()
    assert given.terms == ()
    assert len(given.see_also) == 3
    assert "[1]" not in given.text


def test_follow_ups_never_repeat_what_was_asked(tutor: Tutor) -> None:
    history = (Turn("Does dropout prevent overfitting?", ("overfitting",)),)
    given = ask(tutor, "overfitting", history=history)
    assert "Does dropout prevent overfitting?" not in given.follow_ups
    assert given.follow_ups[0] == "What is regularization?"
    assert len(given.follow_ups) == len(set(given.follow_ups)) == 3


def test_small_talk_and_names_are_answered_without_a_search(
    small_index: SearchIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise AssertionError("nothing has to be searched for")

    monkeypatch.setattr(SearchIndex, "search", fail)
    tutor = Tutor(LiveIndex(small_index))
    assert "k-means clustering" in ask(tutor, "hello").text
    assert ask(tutor, "ok thanks!").text.startswith("You're welcome.")
    assert ask(tutor, "what is dropout?").terms == ("dropout",)


def test_a_term_that_the_glossary_has_lost_is_forgotten(tutor: Tutor) -> None:
    given = ask(tutor, "simpler please", history=(Turn("old", ("no longer here",), Level.EXPERT),))
    assert given.terms == ()


def test_a_conversation_goes_on_about_its_term(tutor: Tutor) -> None:
    first = ask(tutor, "what is overfitting?", level=Level.EXPERT)
    simpler = ask(tutor, "simpler please", history=(first.turn,))
    assert (simpler.terms, simpler.level_given) == (("overfitting",), Level.PRACTITIONER)


@pytest.mark.parametrize("text", ["", "   ", "\x00\x07", "?!…", "\u200b", "a" * (MAX_CHARACTERS + 1), "x" * 100_000])
def test_what_is_no_question_is_said_in_one_line(text: str) -> None:
    with pytest.raises(UnusableQuestion) as caught:
        readable(text)
    assert "\n" not in str(caught.value)


def test_control_characters_are_taken_out_of_a_question() -> None:
    assert readable("what\x00 is\t\x1b[31m dropout\u202e?") == "what is [31m dropout ?"


def test_links_are_questions_and_back() -> None:
    link = "?concept=machine+learning&specialist_role=ML+Engineer&target_audience=Manager+without+much+technical+background"
    asked = question_from(link)
    assert asked == Question(
        "machine learning", Level.PLAIN, "ML Engineer", "Manager without much technical background"
    )
    assert link_to("machine learning", asked) == link
    assert question_from(f"https://example.org/x{link}") == asked
    with pytest.raises(UnusableQuestion, match="concept"):
        question_from("?nothing=here")


def test_json_has_every_field(tutor: Tutor) -> None:
    made = json.loads(terminal.as_json(ask(tutor, "what is dropout?")))
    assert list(made) == [
        "question", "level", "level_given", "origin", "model", "note", "text", "terms", "citations", "follow_ups", "see_also",
        "also_known_as", "timings_ms",
    ]  # fmt: skip
    assert made["citations"][0] == {"n": 1, "term": "dropout", "section": "plain", "level": "plain", "file": ""}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("first", "then", "terms"),
    [
        ("what is dropout?", "and for images?", "dropout"),
        ("what is dropout?", "why does it help?", "dropout"),
        ("what is dropout?", "what is overfitting?", "overfitting"),
        ("l1 vs l2", "when should I use the second one?", "L2 regularization"),
        ("confusion matrix", "give me an example", "confusion matrix"),
    ],
)
def test_a_conversation_keeps_its_subject(real_index: Path, first: str, then: str, terms: str) -> None:
    tutor = Tutor(LiveIndex(SearchIndex(real_index)))
    turn = ask(tutor, first).turn
    assert ask(tutor, then, history=(turn,)).terms[0] == terms


@pytest.mark.slow
def test_a_new_subject_outside_the_glossary_does_not_inherit_the_old_one(real_index: Path) -> None:
    tutor = Tutor(LiveIndex(SearchIndex(real_index)))
    turn = ask(tutor, "what is dropout?").turn
    assert ask(tutor, "how do I cook rice", history=(turn,)).origin is Origin.DECLINED
