"""Cards: within Discord's limits for every entry and for whatever else comes, and true to the answer."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from discord_app.card_limits import PING, assert_fits, assert_pings_nobody, buttons, controls, menu_options, texts
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.discord_app.answers.conversation import new_id, slug_shown
from bot.discord_app.cards import answer_card
from bot.discord_app.cards.answer_card import Button, Card, Option, Tone
from bot.discord_app.cards.custom_id import Action, Press, read
from bot.discord_app.discord_text.render import FormulaBlock, TextBlock
from bot.discord_app.limits import MAX_ALT_TEXT
from bot.tutor import glossary_answer as authored
from bot.tutor.dialogue import Answer, Citation, Origin, Part, Question
from corpus.entry import Level, Section, slug_of
from corpus.glossary import Glossary
from corpus.load import ENTRIES, load

ID = "abcDEF123_-x"

HOSTILE = [
    "@everyone", "@here", "<@123456789012345678>", "<@&42>", "<#9>", "[click](https://evil.example/x)", "||hidden||",
    "`@everyone", "```\n@here", "https://evil.example/?a=(b)", "discord.gg/abc", "</ask:12>", "# big", "> quote",
    "**bold", "$x^2$", "$$\n\\frac{a}{b}\n$$", "| a | b |\n|---|---|\n| 1 | 2 |", "- item\n- item", "\u202e", "\u200b",
    "语" * 40, "😀" * 40, "a" * 300, "\x00", "[1]", "[9]", "*" * 50, "```python\nprint('x')\n```", "\n\n", " ",
]  # fmt: skip
odd = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=80))
prose = st.lists(odd, max_size=12).map(" ".join)
long_prose = st.builds(lambda text, times: f"{text}\n\n" * times, prose, st.integers(0, 60))


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    citations = draw(st.lists(st.builds(Citation, st.just(0), odd, st.sampled_from(Section), odd), max_size=30))
    numbers = st.integers(0, len(citations))
    return Answer(
        question=draw(prose),
        level=draw(st.sampled_from(Level)),
        level_given=draw(st.none() | st.sampled_from(Level)),
        origin=draw(st.sampled_from(Origin)),
        parts=tuple(draw(st.lists(st.builds(Part, long_prose, odd, numbers), max_size=4))),
        terms=tuple(draw(st.lists(odd, max_size=5))),
        citations=tuple(replace(one, n=n) for n, one in enumerate(citations, 1)),
        follow_ups=tuple(draw(st.lists(prose, max_size=5))),
        see_also=tuple(draw(st.lists(odd, max_size=40))),
        also_known_as=tuple(draw(st.lists(odd, max_size=40))),
        sources=tuple(draw(st.lists(prose, max_size=40))),
        model=draw(odd),
        note=draw(prose),
    )


def simple(**fields: object) -> Answer:
    made: dict[str, object] = {
        "question": "what is dropout?",
        "level": Level.PLAIN,
        "level_given": Level.PLAIN,
        "origin": Origin.AUTHORED,
        "parts": (Part("Dropout silences random units.", citation=1),),
        "terms": ("dropout",),
        "citations": (Citation(1, "dropout", Section.PLAIN, "dropout.md"),),
        "follow_ups": ("Why does it help?",),
        "see_also": ("overfitting",),
        "sources": ("Srivastava et al.: Dropout. 2014.",),
    }
    return Answer(**{**made, **fields})  # type: ignore[arg-type]


def shown(made: Card) -> str:
    return "\n".join(texts(made))


def pages(answer: Answer) -> Iterator[Card]:
    """Every page, reached by what turns it in the menu."""
    made = answer_card.answered(answer, ID, slug_shown(answer))
    turned = 0
    while True:
        yield made
        turn = [one.value.removeprefix("p:") for one in menu_options(made) if one.value.startswith("p:")]
        if not turn or turn[0] == "0":
            return
        turned += 1
        assert turn[0] == str(turned)
        made = answer_card.answered(answer, ID, slug_shown(answer), turned)


def pressed(button: Button) -> Press:
    press = read(button.custom_id)
    assert isinstance(press, Press)
    return press


def letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)


@pytest.mark.slow
@settings(deadline=None, max_examples=60)
@given(answers(), st.booleans())
def test_every_page_of_every_answer_fits_and_pings_nobody(answer: Answer, public: bool) -> None:
    for number, made in enumerate(pages(answer)):
        assert_pings_nobody(made)
        if texts(made):
            assert_fits(made)
        other = answer_card.answered(answer, ID, "x" * 300, number, public)
        assert {one.label for one in buttons(other)} ^ {one.label for one in buttons(made)} <= {"At my level"}


@pytest.mark.slow
@settings(deadline=None, max_examples=60)
@given(answers(), long_prose, st.lists(odd, max_size=40))
def test_the_other_cards_fit_too(answer: Answer, text: str, terms: list[str]) -> None:
    made = [
        answer_card.sources(answer),
        answer_card.streaming(terms, text, ID),
        answer_card.waiting(terms, "You are next.", ID),
        answer_card.failed(text, ID),
    ]
    for one in made:
        assert_fits(one)
        assert_pings_nobody(one)


def test_a_backtick_in_one_source_frees_nothing_in_the_next() -> None:
    assert_pings_nobody(answer_card.sources(simple(sources=("`@everyone", "`@everyone `@everyone"))))


@pytest.mark.slow
@pytest.mark.parametrize("sign", ["a", "*", "語", "😀", "@everyone ", "[a](https://e.org) ", "_ "])
def test_the_fullest_card_fits_in_any_writing(sign: str) -> None:
    many = sign * 400
    citations = tuple(Citation(n, many, Section.WHY_IT_MATTERS, many) for n in range(1, 30))
    text = "\n\n".join(f"$$\n\\frac{{a}}{{{n}}}\n$$\n\n{(sign * 90)[:90]} [{n}]" for n in range(1, 60))
    dense = " ".join(f"{(sign * 250)[:250]} [{n % 29 + 1}]" for n in range(40))
    answer = simple(
        origin=Origin.WRITTEN, level=Level.PRACTITIONER, level_given=Level.ELI5, terms=(many, many), model=many, note=many,
        parts=(Part(dense, many), Part(text)), citations=citations, also_known_as=(many,) * 9,
        follow_ups=(many,) * 9, see_also=tuple(f"{n} {many}" for n in range(40)), sources=(many,) * 40,
    )  # fmt: skip
    made = list(pages(answer))
    assert len(made) > 5
    for one in (
        *made,
        answer_card.sources(answer),
        answer_card.streaming((many,), text, ID),
        answer_card.waiting((many,), "You are next.", ID),
    ):
        assert_fits(one)
        assert_pings_nobody(one)


@pytest.mark.slow
def test_every_entry_at_every_level_fits() -> None:
    glossary = Glossary(load(ENTRIES))
    several = 0
    for entry in glossary:
        see_also = [one.term for one in glossary.related(entry)]
        for level in Level:
            answer = authored.explanation(Question(entry.term), entry, level, see_also)
            made = list(pages(answer))
            several += len(made) > 1
            for one in made:
                assert_fits(one)
                assert_pings_nobody(one)
            assert slug_shown(answer) == entry.slug
            assert all(pressed(button).slug == entry.slug for button in buttons(made[0]))
            assert_fits(answer_card.sources(answer))
    assert len(glossary) > 400
    assert several < len(glossary)  # most answers are seen without turning a page


def test_the_longest_slug_of_the_glossary_stands_in_every_custom_id() -> None:
    slug = max((one.slug for one in load(ENTRIES)), key=len)
    presses = (Press(action, new_id(), Level.PRACTITIONER, slug) for action in Action)
    assert all(read(one.custom_id) == one for one in presses)


def test_pages_hold_the_whole_text_in_order() -> None:
    text = "\n\n".join(f"Paragraph {n}: {'word ' * 60}end{n}." for n in range(60))
    made = list(pages(simple(parts=(Part(text, citation=1),))))
    assert len(made) > 5
    bodies = "".join(block.markdown for one in made for block in one.body if isinstance(block, TextBlock))
    assert letters(bodies) == letters(text + " [1]")
    assert [one for one in made if "dropout › plain" in one.footer] == [made[-1]]  # where its mark stands


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.sampled_from(["word", "Ende.", "$$\n\\frac{a}{b}\n$$", "- item", "> said", "```\ncode\n```"]), max_size=400
    )
)
def test_no_block_is_lost_between_pages(pieces: list[str]) -> None:
    from bot.discord_app.discord_text.render import blocks

    made = blocks("\n\n".join(pieces))
    found = [block for page in answer_card.paged(made) for block in page]
    assert [one for one in found if isinstance(one, FormulaBlock)] == [
        one for one in made if isinstance(one, FormulaBlock)
    ]
    assert letters("".join(one.markdown for one in found if isinstance(one, TextBlock))) == letters(
        "".join(one.markdown for one in made if isinstance(one, TextBlock))
    )
    assert all(
        sum(isinstance(one, FormulaBlock) for one in page) <= answer_card.PAGE_FORMULAS
        for page in answer_card.paged(made)
    )


def test_a_page_that_there_is_not_is_the_nearest_one() -> None:
    answer = simple(parts=(Part("word " * 2000),))
    every = [answer_card.answered(answer, ID, page=n) for n in (-7, 0, 10_000)]
    assert every[0] == every[1]
    assert any(one.startswith("Page 1 of") for one in controls(every[2]))


@pytest.mark.parametrize("level", Level)
def test_the_current_level_is_marked_and_cannot_be_pressed(level: Level) -> None:
    made = answer_card.answered(simple(level=level, level_given=level), ID)
    row = made.rows[0]
    assert isinstance(row, tuple)
    assert [pressed(one).argument for one in row] == list(Level)
    assert [one.label for one in row if one.tone is Tone.CURRENT] == [one.label for one in row if one.disabled]
    assert [pressed(one).argument for one in row if one.disabled] == [level]


def test_level_and_origin_stand_in_one_line() -> None:
    assert answer_card.answered(simple(), ID).headline == "### dropout\n-# Plain · from the glossary"
    written = simple(origin=Origin.WRITTEN, model="smol_lm 3")
    assert answer_card.answered(written, ID).headline.endswith("-# Plain · written by smol\\_lm 3 from 1 passage")


def test_a_level_that_nobody_wrote_is_said_and_the_one_given_is_marked() -> None:
    made = answer_card.answered(simple(level=Level.ELI5, level_given=Level.STUDENT), ID)
    assert "Student (no ELI5 text was written)" in made.headline
    assert [one.label for one in buttons(made) if one.tone is Tone.CURRENT] == ["Student"]


def test_a_refusal_shows_no_citation_whatever_it_was_made_from() -> None:
    made = answer_card.answered(simple(origin=Origin.DECLINED, terms=(), see_also=("rice",)), ID)
    assert made.headline == "-# not in this glossary"
    assert "[1]" not in shown(made)
    assert "›" not in shown(made)
    assert "rice" not in controls(made)
    assert "ELI5" not in controls(made)
    assert "›" not in shown(answer_card.sources(simple(origin=Origin.DECLINED)))


@pytest.mark.parametrize("terms", [("dropout",), ()])
@pytest.mark.parametrize("origin", [Origin.AUTHORED, Origin.DECLINED])
def test_a_note_is_shown_on_every_kind_of_card(origin: Origin, terms: tuple[str, ...]) -> None:
    made = answer_card.answered(simple(origin=origin, terms=terms, note="Many people are asking just now."), ID)
    assert "> Many people are asking just now." in made.headline


def test_what_is_folded_is_left_to_its_button() -> None:
    citations = (Citation(1, "dropout", Section.PLAIN, ""), Citation(2, "dropout", Section.WHY_IT_MATTERS, ""))
    told, why = Part("What it is.", "", 1), Part("Why it matters so.", "Why it matters", 2)
    folded = replace(why, folded=True)
    usual = shown(answer_card.answered(simple(parts=(told, folded), citations=citations), ID))
    asked = shown(answer_card.answered(simple(parts=(why, told), citations=citations), ID))
    assert "Why it matters so" not in usual
    assert "[2]" not in usual
    assert asked.index("**Why it matters.** Why it matters so. [2]") < asked.index("What it is. [1]")


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("One.", "**Example.** One. [1]"),
        ("- a\n- b", "**Example.**\n- a\n- b [1]"),
        ("3. a\n4. b", "**Example.**\n3. a\n4. b [1]"),
        ("```python\nx = 1\n```", "**Example.**\n```python\nx = 1\n```\n[1]"),
        ("> said", "**Example.**\n> said [1]"),
    ],
)
def test_headings_and_marks_do_not_break_what_they_stand_beside(text: str, body: str) -> None:
    made = answer_card.answered(simple(parts=(Part(text, "Example", 1),)), ID)
    assert [one.markdown for one in made.body if isinstance(one, TextBlock)] == [body]


def test_formulas_stand_between_the_text_and_too_long_ones_are_code() -> None:
    latex = "\\frac{a}{b}"
    made = answer_card.answered(simple(parts=(Part(f"Before\n\n$$\n{latex}\n$$", "Example", 1),)), ID)
    assert made.body == (TextBlock("**Example.** Before"), FormulaBlock(latex), TextBlock("[1]"))
    alone = answer_card.answered(simple(parts=(Part(f"$$\n{latex}\n$$", "Example", 1),)), ID)
    assert alone.body[0] == TextBlock("**Example.**")
    huge = "\\frac{a}{b} + " * 500
    parts = [block for one in pages(simple(parts=(Part(f"$$\n{huge}\n$$"),))) for block in one.body]
    assert len(huge) > MAX_ALT_TEXT
    assert all(isinstance(one, TextBlock) and one.markdown.startswith("```latex\n") for one in parts)


def test_what_cannot_be_seen_is_not_put_on_a_control() -> None:
    made = answer_card.answered(simple(follow_ups=(" ", "\u200b", "Why?\x00\nSo?"), see_also=("", "\u200b")), ID)
    offered = [(one.label, pressed(one).argument) for one in buttons(made) if pressed(one).action is Action.FOLLOW_UP]
    assert offered == [("Why? So?", "2")]  # and its number is still its own
    assert not [one for one in menu_options(made) if one.value.startswith("s:")]


def test_options_are_each_there_once_even_when_they_are_cut() -> None:
    terms = ["x" * 150, "x" * 160, "dropout", "dropout"]
    assert answer_card.options_of(terms) == (Option("x" * 99 + "…", "x" * 99 + "…"), Option("dropout", "dropout"))


@pytest.mark.parametrize(
    ("public", "terms", "there"), [(True, ("a",), True), (False, ("a",), False), (True, (), False)]
)
def test_at_my_level_is_for_public_places(public: bool, terms: tuple[str, ...], there: bool) -> None:
    assert ("At my level" in controls(answer_card.answered(simple(terms=terms), ID, public=public))) is there


def test_every_card_has_its_own_question_and_its_verdicts() -> None:
    for answer in (simple(), simple(origin=Origin.DECLINED, terms=(), citations=(), follow_ups=(), sources=())):
        assert {"Ask your own …", "👍", "👎", "🗑"} <= controls(answer_card.answered(answer, ID)).keys()


def test_small_talk_has_no_controls() -> None:
    greeting = simple(terms=(), citations=(), parts=(Part("Hello."),), follow_ups=(), sources=())
    assert answer_card.answered(greeting, ID).rows == ()


def test_there_are_three_rows_levels_follow_ups_and_one_menu() -> None:
    rows = answer_card.answered(simple(follow_ups=("Why?", "How?", "When?", "Where?")), ID).rows
    assert [len(row) if isinstance(row, tuple) else row.placeholder for row in rows] == [5, 3, "More …"]


def test_only_levels_that_exist_are_offered() -> None:
    made = answer_card.answered(simple(level=Level.PLAIN), ID, levels=(Level.PLAIN, Level.EXPERT))
    assert isinstance(made.rows[0], tuple)
    assert [one.label for one in made.rows[0]] == ["Plain", "Expert"]
    alone = answer_card.answered(simple(level=Level.PLAIN), ID, levels=(Level.PLAIN,))
    assert "Plain" not in controls(alone)


def test_other_names_are_few_and_no_mere_spellings() -> None:
    names = ("gradient decent", "gradient descents", "GD", "steepest descent", "batch descent method", "fourth name")
    found = answer_card.other_names(("gradient descent",), names)
    assert "gradient decent" not in found
    assert "gradient descents" not in found
    assert "GD" in found
    assert len(found) <= 3


def test_sources_are_numbered_and_what_does_not_fit_is_counted() -> None:
    few = answer_card.sources(simple())
    assert shown(few) == "### Sources\n1. dropout › plain\n- Srivastava et al.: Dropout. 2014."
    many = answer_card.sources(simple(sources=tuple(f"Source {n}: {'title ' * 40}" for n in range(90))))
    listed = shown(many).count("\n- ") + shown(many).count("\n1. ")
    assert many.footer == f"-# and {91 - listed} more"
    assert shown(answer_card.sources(simple(citations=(), sources=()))) == "This answer names no sources."


def test_a_growing_card_can_be_stopped_and_shows_the_end_of_a_long_text() -> None:
    begun = answer_card.streaming(("dropout",), "", ID)
    assert texts(begun) == ["### dropout", "-# Looking it up …"]
    grown = answer_card.streaming(("dropout",), "word " * 1000 + "the $x^2$ end", ID)
    assert "the x² end" in shown(grown)
    assert grown.footer == "-# writing …"
    for one in (begun, grown, answer_card.waiting((), "You are next.", ID)):
        assert [pressed(button).action for button in buttons(one)] == [Action.STOP]
    formula = answer_card.streaming((), "so:\n\n$$\n\\frac{a}{b}\n$$", ID)
    assert not any(isinstance(one, FormulaBlock) for one in formula.body)  # no picture is made for each edit


def test_a_card_that_failed_offers_to_try_again() -> None:
    made = answer_card.failed("The model says @everyone.", ID)
    assert not PING.search(shown(made))
    assert [pressed(one) for one in buttons(made)] == [Press(Action.RETRY, ID)]


def test_a_notice_is_cut_to_what_fits_and_carries_its_rows() -> None:
    row = (Button("Yes", "t1:x::a:"),)
    assert answer_card.notice("Fine.", row).rows == (row,)
    assert_fits(answer_card.notice("语" * 9000))


def of(term: str) -> Sequence[str]:
    return [pressed(one).slug for one in buttons(answer_card.answered(simple(terms=(term,)), ID, slug_of(term)))]


def test_every_control_knows_its_entry() -> None:
    assert set(of("dropout")) == {"dropout"}
