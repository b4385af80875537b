"""Grounding: what a sentence claims, where it contradicts a passage, how a text is taken apart and put together."""

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hashing_embedder import HashingEmbedder
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.tutor.grounding.checker import Grounded, Grounding, Judged, ground
from bot.tutor.grounding.claims import read
from bot.tutor.grounding.contradictions import denied_words, opposite_words
from bot.tutor.grounding.lexicon import stem
from bot.tutor.grounding.missing import missing_numbers
from bot.tutor.grounding.segmentation import Kind, finished, kind_of, parts
from corpus.entry import Section
from index.passage import Passage
from index.search import SearchIndex

EMBED = HashingEmbedder().embed
PAIRS = Path(__file__).parents[1] / "eval" / "grounding.jsonl"

DROPOUT = Passage(
    "dropout",
    "dropout",
    Section.PLAIN,
    "Dropout silences random units of a network during training. All units are active again at prediction time. "
    "A rate of 0.5 suits wide dense layers.",
)
PRECISION = Passage(
    "precision",
    "precision",
    Section.PLAIN,
    "Precision is the share of alarms that are real. At 80%, four of five alarms are real. "
    "It rises when only the clearest cases are flagged.",
)
REAL_TIME = Passage(
    "feedback",
    "feedback",
    Section.FAQ,
    "No. Feedback is collected and used in a later training run.",
    "Does the model learn from my feedback in real time?",
)
PASSAGES = (DROPOUT, PRECISION)
GOOD = "Dropout silences random units during training."
ALSO_GOOD = "All units are active again at prediction time."
BAD = "Penguins sleep standing on frozen beaches."


def judged(text: str, *passages: Passage, question: str = "") -> Judged:
    (one,) = ground(text, passages or PASSAGES, EMBED, question).sentences
    return one


# What a sentence claims


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("90%", "90 percent"),
        ("90%", "0.9"),
        ("ninety percent", "0.90"),
        ("1,000 rows", "a thousand rows"),
        ("2 million", "2,000,000"),
        ("2e-5", "0.00002"),
        ("four times smaller", "a quarter"),
        ("5 trainings", "five trainings"),
    ],
)
def test_the_same_quantity_however_it_is_written(one: str, other: str) -> None:
    assert missing_numbers(read(one), read(other)) == []
    assert missing_numbers(read(other), read(one)) == []


@pytest.mark.parametrize(
    ("claim", "passage", "lost"),
    [
        ("It took 6 days.", "It took five days.", ["6"]),
        ("It has 90 layers.", "It has 90%.", ["90"]),
        ("In 2018 it won.", "In 2012 it won.", ["2018"]),
        ("There are two layers.", "There are three layers.", ["two"]),
        ("It has two sides.", "It has a left and a right side.", []),
        ("One of them wins.", "They win.", []),
    ],
)
def test_numbers_must_stand_in_the_passage(claim: str, passage: str, lost: list[str]) -> None:
    assert missing_numbers(read(claim), read(passage)) == lost


@pytest.mark.parametrize(
    "family",
    ["train training trained trains", "predict predicted predictions", "layer layers"],
)
def test_forms_of_a_word_have_one_stem(family: str) -> None:
    assert len({stem(word) for word in family.split()}) == 1


def test_names_are_capitals_inside_a_sentence_code_and_acronyms() -> None:
    claim = read("Training with ResNet in `torch.nn` by Hinton needs a GPU. Patience helps.")
    assert set(claim.names) == {"ResNet", "torch.nn", "Hinton", "GPU"}


# Contradictions


@pytest.mark.parametrize(
    ("claim", "passage"),
    [
        ("The layer cannot undo the normalization.", "So the layer can undo the normalization."),
        ("Squared error is used.", "Squared error is not used."),
        ("The comparisons are fair.", "The comparisons at equal rate are unfair."),
        ("There is one official test.", "No single official test exists, as there is none."),
    ],
)
def test_denying_what_is_affirmed_flips_a_word(claim: str, passage: str) -> None:
    assert denied_words(read(claim), read(passage))


@pytest.mark.parametrize(
    ("claim", "passage"),
    [
        ("Nobody showed her how.", "No one showed her how."),
        ("The result is left unchanged.", "The result does not change."),
    ],
)
def test_denying_in_other_words_flips_nothing(claim: str, passage: str) -> None:
    assert denied_words(read(claim), read(passage)) == []


@pytest.mark.parametrize(
    ("claim", "passage", "found"),
    [
        ("Precision rises when it is rarer.", "Precision drops when it is rarer.", ["rises"]),
        ("It has a high cost.", "It has a low cost.", ["high"]),
        ("The cost grows with the length.", "The cost increases with the length.", []),
        ("It is not a good choice here.", "It is a poor choice here.", []),
    ],
)
def test_a_word_whose_opposite_alone_is_there_contradicts(claim: str, passage: str, found: list[str]) -> None:
    assert opposite_words(read(claim), read(passage)) == found


# Taking a text apart


def test_marks_and_lead_ins_of_the_model_are_removed() -> None:
    text = "According to passage 2, it drops units [1]. It helps.[2, 3] It ends (see passage 4). Values lie in [0, 1]."
    assert [one for _, one in parts(text)] == ["It drops units.", "It helps.", "It ends.", "Values lie in [0, 1]."]


def test_layout_keeps_lists_paragraphs_and_formulas_whole() -> None:
    text = "# Head\n\nFirst. Second.\n- item one\n2. item two\n\n$$a.\nB$$\nEnd."
    assert list(parts(text)) == [
        ("", "# Head"),
        ("\n\n", "First."),
        (" ", "Second."),
        ("\n- ", "item one"),
        ("\n2. ", "item two"),
        ("\n\n", "$$a.\nB$$"),
        ("\n", "End."),
    ]


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("Here is a comparison:", Kind.LEAD),
        ("## Dropout", Kind.LEAD),
        ("**In short**", Kind.LEAD),
        ("No.", Kind.LEAD),
        ("Let me explain.", Kind.TALK),
        ("Does that help?", Kind.TALK),
        ("Hello there!", Kind.TALK),
        ("I'm sorry, but I cannot answer this.", Kind.REFUSAL),
        ("The passages do not mention this.", Kind.REFUSAL),
        ("There is no information about this in the provided context.", Kind.REFUSAL),
        ("A p-value does not tell how large the effect is.", Kind.CLAIM),
        ("The text does not contain labels.", Kind.CLAIM),
        ("We do not know the true function.", Kind.CLAIM),
        ("Dropout is cheap.", Kind.CLAIM),
    ],
)
def test_what_a_sentence_does(sentence: str, kind: Kind) -> None:
    assert kind_of(sentence) is kind


def test_only_what_is_followed_by_a_new_sentence_is_finished() -> None:
    assert finished("One is 3.5 high. Two") == ("One is 3.5 high.", " Two")
    assert finished("One") == ("", "One")
    assert finished("A list:\n1. First") == ("A list:", "\n1. First")
    assert finished("$$a\n") == ("", "$$a\n")


# Judging


def test_a_sentence_stands_on_the_passage_that_says_it() -> None:
    assert judged(GOOD).passage == 1
    assert judged("Precision is the share of real alarms.").passage == 2


def test_an_unsupported_sentence_says_why() -> None:
    assert judged(BAD).reason == "no passage says this"
    assert judged("A rate of 0.9 suits wide dense layers.").reason == "number 0.9 is in no passage"
    assert judged("Dropout does not silence random units during training.").reason == "says something else than [1]"
    assert judged("The given passages explain dropout well.").reason.startswith("it speaks of the passages")
    assert ground(GOOD, (), EMBED).sentences[0].reason == "there is no passage"


def test_a_name_must_be_in_a_passage_or_in_the_question() -> None:
    text = "Dropout silences random units of a network like LSTM during training."
    assert judged(text).reason == "LSTM is in no passage"
    assert judged(text, question="How does dropout work in an LSTM?").passage == 1


def test_a_faq_that_answers_no_contradicts_its_question() -> None:
    assert not judged("The model learns from my feedback in real time.", REAL_TIME).supported
    assert judged("Feedback is used in a later training run.", REAL_TIME).passage == 1


def test_a_passage_without_text_keeps_its_number() -> None:
    empty = Passage("nothing", "nothing", Section.PLAIN, "")
    assert judged(GOOD, empty, DROPOUT).passage == 2


# Putting it together


def test_a_run_of_one_passage_is_cited_once_in_each_paragraph() -> None:
    text = f"{GOOD} {ALSO_GOOD}\n\n{GOOD} Precision is the share of real alarms."
    assert ground(text, PASSAGES, EMBED).text == (
        f"{GOOD} {ALSO_GOOD} [1]\n\n{GOOD} [1] Precision is the share of real alarms. [2]"
    )


def test_dropped_sentences_leave_the_layout_of_the_others() -> None:
    found = ground(f"{BAD} {GOOD}\n- {BAD} {ALSO_GOOD}\n- {BAD}\n\n{BAD} {GOOD}", PASSAGES, EMBED)
    assert found.text == f"{GOOD} [1]\n- {ALSO_GOOD} [1]\n\n{GOOD} [1]"
    assert found.used == (1,)


def test_leads_stay_only_before_something() -> None:
    assert ground(f"Two things:\n- {GOOD}", PASSAGES, EMBED).text == f"Two things:\n- {GOOD} [1]"
    assert ground(f"{GOOD}\n\nTwo things:\n- {BAD}", PASSAGES, EMBED).text == f"{GOOD} [1]"
    assert ground(f"## A\n{BAD}\n## B\n{GOOD}", PASSAGES, EMBED).text == f"## B\n{GOOD} [1]"
    assert ground(f"No. {BAD}\n\n{GOOD}", PASSAGES, EMBED).text == f"{GOOD} [1]"
    assert ground(f"No. {GOOD}", PASSAGES, EMBED).text == f"No. {GOOD} [1]"


def test_a_text_stands_when_half_of_its_claims_do() -> None:
    assert ground(f"Sure! {GOOD} {ALSO_GOOD} {BAD}", PASSAGES, EMBED).stands
    mostly_bad = ground(f"{GOOD} {BAD} {BAD} {BAD}", PASSAGES, EMBED)
    assert 0.2 < mostly_bad.share < 0.4
    assert not mostly_bad.stands
    assert not ground("Sure! Hello there!", PASSAGES, EMBED).stands
    assert not Grounded(()).stands


def test_no_citation_stands_under_a_refusal() -> None:
    found = ground(f"I cannot answer this question. {GOOD}", PASSAGES, EMBED)
    assert found.refusal
    assert not found.stands
    assert found.text == "I cannot answer this question."
    assert found.used == ()


def test_a_refusal_after_an_answer_is_dropped() -> None:
    found = ground(f"{GOOD} The passages do not mention who invented it.", PASSAGES, EMBED)
    assert found.stands
    assert found.text == f"{GOOD} [1]"


def test_a_last_sentence_that_breaks_off_is_dropped() -> None:
    found = ground(f"{GOOD} All units are active again at", PASSAGES, EMBED)
    assert found.sentences[-1].reason == "it breaks off"
    assert found.text == f"{GOOD} [1]"
    assert ground(f"Good:\n- {GOOD[:-1]}", PASSAGES, EMBED).text.endswith("during training [1]")


# While it is written


def test_each_sentence_is_judged_as_soon_as_it_is_finished() -> None:
    grounding = Grounding(PASSAGES, EMBED)
    assert grounding.feed("Dropout silences random units") == []
    assert grounding.feed(" during training. ") == []
    assert [one.passage for one in grounding.feed("Penguins")] == [1]
    assert [one.passage for one in grounding.feed(" sleep standing on frozen beaches.\n")] == [0]
    assert grounding.finish() == []
    assert grounding.grounded.text == f"{GOOD} [1]"


TEXT = (
    f"# Dropout\n\nHere it is:\n1. According to passage 1, d{GOOD[1:-1]} [1]. {BAD}\n2. {ALSO_GOOD} (passage 2)\n\n"
    f"The rate, e.g. 0.5, suits $p = 0.5$ and wide layers. $$x. Y = 1\n+ 2$$\n\nDoes that help? {GOOD}"
)


@given(st.lists(st.integers(0, len(TEXT)), max_size=12).map(sorted))
@settings(max_examples=60, deadline=None)
def test_pieces_give_what_the_whole_gives(cuts: list[int]) -> None:
    grounding = Grounding(PASSAGES, EMBED)
    seen = [
        one for a, b in zip([0, *cuts], [*cuts, len(TEXT)], strict=True) for one in grounding.feed(TEXT[a:b])
    ] + grounding.finish()
    whole = ground(TEXT, PASSAGES, EMBED)
    assert grounding.grounded.text == whole.text
    assert [one.text for one in seen] == [one.text for one in whole.sentences]


@given(st.text(alphabet="ab. \n-#*$`[]1?:A", max_size=60))
@settings(max_examples=150, deadline=None)
def test_no_text_breaks_it(text: str) -> None:
    found = ground(text, PASSAGES, EMBED)
    assert 0 <= found.share <= 1


def test_passages_are_embedded_once() -> None:
    sizes: list[int] = []

    def counted(texts: list[str]) -> np.ndarray:
        sizes.append(len(texts))
        return EMBED(texts)

    grounding = Grounding(PASSAGES, counted)  # type: ignore[arg-type]
    grounding.feed(f"{GOOD} {BAD} {GOOD}\n")
    assert sizes == [6, 3]


# The labelled set


def test_the_labelled_set_is_large_and_mixed() -> None:
    rows = [json.loads(line) for line in PAIRS.read_text(encoding="utf-8").splitlines()]
    labels = Counter(one["label"] for row in rows for one in row["sentences"])
    assert set(labels) == {"supported", "contradicted", "unrelated", "number changed", "negated"}
    assert min(labels.values()) >= 60
    assert len({row["slug"] for row in rows}) >= 70
    unseen, fitted = ({row["slug"] for row in rows if row["set"] == name} for name in ("unseen", "fitted"))
    assert not unseen & fitted


@pytest.mark.slow
def test_sentences_nothing_was_fitted_to_are_judged_as_documented(real_index: Path) -> None:
    embed = SearchIndex(real_index).embedder.embed
    kept: dict[str, list[bool]] = {}
    for row in map(json.loads, PAIRS.read_text(encoding="utf-8").splitlines()):
        if row["set"] == "unseen":
            passage = Passage(row["slug"], row["term"], Section(row["section"]), row["passage"], row["heading"])
            for one in row["sentences"]:
                kept.setdefault(one["label"], []).append(judged_by(one["text"], passage, embed))
    shares = {label: sum(values) / len(values) for label, values in kept.items()}
    assert shares["supported"] >= 0.87
    assert shares["contradicted"] <= 0.65
    assert shares["unrelated"] <= 0.04
    assert shares["number changed"] <= 0.1
    assert shares["negated"] <= 0.04


def judged_by(text: str, passage: Passage, embed: object) -> bool:
    return all(one.supported for one in ground(text, [passage], embed).sentences)  # type: ignore[arg-type]
