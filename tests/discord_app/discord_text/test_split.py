"""Pieces within their limits, nothing lost, nothing broken that could stay whole."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.discord_app.discord_text.code_spans import codes
from bot.discord_app.discord_text.split import SMALLEST, clip, split
from bot.discord_app.limits import byte_size, size

WORDS = st.text("abcdefgäß日本é😀", min_size=1, max_size=12)
SENTENCE = st.lists(WORDS, min_size=1, max_size=14).map(lambda words: " ".join(words) + ".")
ATOMS = st.sampled_from(
    [
        "`some code here`",
        "[two words](https://example.org/a_b)",
        "<https://example.org/c_d>",
        "$a + b = c$",
        "``a ` b``",
        "https://example.org/long/path?x=1",
    ]
)
LINE = st.lists(SENTENCE | ATOMS, min_size=1, max_size=5).map(" ".join)
ITEMS = st.lists(SENTENCE, min_size=1, max_size=6).map(lambda lines: "\n".join(f"- {line}" for line in lines))
CODE = st.lists(st.text("abc =()#_", max_size=30), min_size=1, max_size=25).map("\n".join).filter(str.strip)
FENCE = st.builds("```{}\n{}\n```".format, st.sampled_from(["", "python", "c++"]), CODE)
DOCUMENT = st.lists(LINE | ITEMS | FENCE, min_size=1, max_size=8).map("\n\n".join)
LIMITS = st.integers(SMALLEST, 400)

PROSE = "A first sentence that says something. A second one follows it, e.g. here. And a third ends the paragraph."


def letters(text: str) -> str:
    """What a reader reads: without fences' marks and white space."""
    return re.sub(r"\s", "", re.sub(r"```(?:python|c\+\+)?\n?", "", text))


@given(DOCUMENT, LIMITS, LIMITS)
def test_pieces_are_within_both_limits_and_together_the_text(text: str, limit: int, byte_limit: int) -> None:
    pieces = split(text, limit, byte_limit)
    assert all(size(piece) <= limit and byte_size(piece) <= byte_limit for piece in pieces)
    whole = letters("\n".join(pieces))
    # Inline code that fits no piece is closed and opened again.
    assert whole.replace("`", "") == letters(text).replace("`", "")


@given(st.text(), LIMITS)
def test_any_text_keeps_the_limits_and_loses_no_letter(text: str, limit: int) -> None:
    pieces = split(text, limit)
    assert all(0 < size(piece) <= limit and piece.strip() for piece in pieces)
    stored = "".join(c for c in "".join(pieces) if not c.isspace() and c not in "`>")
    assert stored == "".join(c for c in text if not c.isspace() and c not in "`>")


@given(DOCUMENT, st.integers(150, 400))
def test_fences_are_balanced_in_every_piece(text: str, limit: int) -> None:
    for piece in split(text, limit):
        assert piece.count("```") % 2 == 0
        assert all(code.closed for code in codes(piece))


@given(DOCUMENT, st.integers(150, 400))
def test_links_code_and_formulas_stay_whole(text: str, limit: int) -> None:
    pieces = split(text, limit)
    for atom in (
        "[two words](https://example.org/a_b)",
        "$a + b = c$",
        "<https://example.org/c_d>",
        "`some code here`",
    ):
        assert sum(piece.count(atom) for piece in pieces) == text.count(atom)


@given(st.lists(SENTENCE, min_size=2, max_size=20), st.integers(200, 400))
def test_an_item_that_fits_is_never_cut(sentences: list[str], limit: int) -> None:
    items = [f"- {sentence}" for sentence in sentences if size(sentence) < limit - 2]
    assert "\n".join(split("\n".join(items), limit)).split("\n") == items


def test_a_text_that_fits_is_one_piece_and_a_blank_one_none() -> None:
    assert split(PROSE) == [PROSE]
    assert split(" \n ") == []


def test_paragraphs_come_before_lines_before_sentences_before_words() -> None:
    assert split(f"{PROSE}\n\n{PROSE}", 180) == [PROSE, PROSE]
    assert split(f"{PROSE}\n{PROSE}", 180) == [PROSE, PROSE]
    assert split(PROSE, 90)[0].endswith("here.")
    assert split("word " * 30, 64)[0] == ("word " * 12).strip()


def test_an_abbreviation_is_no_end_of_a_sentence() -> None:
    text = "It holds for many cases of this kind and also for others, e.g. for all of those that we saw before today."
    assert not split(text, 70)[0].endswith("e.g.")


def test_a_fence_that_fits_moves_whole_to_the_next_piece() -> None:
    fence = "```py\n" + "x = 1\n" * 10 + "```"
    assert split(f"{PROSE}\n\n{fence}", 150) == [PROSE, fence]


def test_a_long_fence_is_cut_between_lines_and_keeps_its_language() -> None:
    lines = [f"value_{i} = {i}" for i in range(100)]
    pieces = split("```python\n" + "\n".join(lines) + "\n```\nAfter.", 300)
    assert all(piece.startswith("```python\n") and "\n```" in piece for piece in pieces)
    assert [line for piece in pieces for line in piece.split("\n") if line.startswith("value")] == lines
    assert pieces[-1].endswith("```\nAfter.")


def test_a_fence_that_is_left_open_is_closed() -> None:
    assert split("```py\nx = 1") == ["```py\nx = 1\n```"]
    assert all(piece.endswith("\n```") for piece in split("```\n" + "line of code\n" * 40, 100))


def test_code_keeps_its_indentation_after_a_cut() -> None:
    pieces = split("```py\n" + "    indented = 1\n" * 30 + "```", 120)
    assert all(piece.startswith("```py\n    indented") for piece in pieces)


def test_what_cannot_be_whole_is_cut_as_late_as_possible() -> None:
    assert [len(piece) for piece in split("a" * 5000)] == [2000, 2000, 1000]
    pieces = split("```\n" + "a" * 5000 + "\n```")
    assert [piece.count("a") for piece in pieces] == [1992, 1992, 1016]
    assert split("`" + "a" * 150 + "`", 100) == ["`" + "a" * 98 + "`", "`" + "a" * 52 + "`"]


def test_a_quote_goes_on_as_a_quote() -> None:
    assert all(piece.startswith("> ") for piece in split("> " + "word " * 60, 100))


def test_a_heading_stays_with_its_text_and_a_row_stays_whole() -> None:
    assert split(f"{PROSE}\n\n## Heading\n\nText below it.", 125)[1].startswith("## Heading\n\nText")
    rows = [f"| cell number {i} | another cell |" for i in range(8)]
    assert "\n".join(split("\n".join(rows), 100)).split("\n") == rows


def test_nested_items_keep_their_indentation() -> None:
    text = "- one item of the list\n" + "\n".join(f"  - nested item {i}" for i in range(10))
    assert "\n".join(split(text, 100)) == text


def test_writing_without_spaces_is_cut_at_its_full_stops() -> None:
    assert all(piece.endswith("。") for piece in split("機械学習はデータから学ぶ方法である。" * 10, 80))


@pytest.mark.parametrize("grapheme", ["👨‍👩‍👧‍👦", "🇩🇪", "e\u0301", "👍🏽", "한"])
def test_no_grapheme_is_cut(grapheme: str) -> None:
    for piece in split(grapheme * 100, 64):
        assert piece.replace(grapheme, "") == ""


def test_a_grapheme_without_end_is_cut_all_the_same() -> None:
    pieces = split("e" + "\u0301" * 500, 64)
    assert sum(map(len, pieces)) == 501
    assert unicodedata.combining(pieces[1][0])


def test_bytes_count_as_well() -> None:
    pieces = split("漢" * 100, 100, 90)
    assert [len(piece) for piece in pieces] == [30, 30, 30, 10]


def test_a_limit_too_small_for_a_fence_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 64"):
        split("text", 20)


@pytest.mark.parametrize(
    "sign", ["`", "[", "*", "$", "``` ", "`a ``", "\\", "<", "_a", "- ", "**a", "http://", "> ", "|"]
)
def test_hostile_repetition_is_split_like_any_text(sign: str) -> None:
    text = sign * (40_000 // len(sign))
    assert all(len(piece) <= 2000 for piece in split(text))


def test_clipping_ends_with_a_whole_word() -> None:
    assert clip("short enough", 20) == "short enough"
    assert clip("one two three", 10) == "one two…"
    assert clip("x" * 50, 10) == "x" * 9 + "…"
    assert size(clip("😀" * 50, 10)) <= 10


@given(st.text(), st.integers(1, 100))
def test_clipped_text_fits(text: str, limit: int) -> None:
    assert size(clip(text, limit)) <= limit
