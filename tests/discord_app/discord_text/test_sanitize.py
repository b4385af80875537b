"""Nothing that people or models write pings, links behind other words, or opens a preview; and all of it stays legible."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.discord_app.discord_text.code_spans import codes
from bot.discord_app.discord_text.sanitize import BREAK, answer, link, one_line, plain, visible

SHARED = Path(__file__).resolve().parents[4] / "shared" / "eval" / "hostile_dev.jsonl"

LIVE = [
    "@everyone",
    "@here",
    "@EVERYONE",
    "<@123456789012345678>",
    "<@!123456789012345678>",
    "<@&123456789012345678>",
    "<#123456789012345678>",
    "</ask:123456789012345678>",
    "<t:1700000000:R>",
    "<id:browse>",
    "<id:customize>",
    "<:name:123456789012345678>",
    "<a:name:123456789012345678>",
    "<sound:1:2>",
    "<mailto:a@example.org>",
    "<tel:+4912345>",
    "<someone@example.org>",
    "<steam://run/1>",
]
OWN = [
    *LIVE,
    *(f"\\{one}" for one in LIVE),
    *(f"`open {one}" for one in LIVE),
    *(f"```\n{one}" for one in LIVE),
    *(f"||{one}||" for one in LIVE),
    *(f"[{one}](https://example.org)" for one in LIVE),
    *(f"{one[0]}\u2060{one[1:]}" for one in LIVE),
    "[free](https://evil.example)",
    "[https://good.example](https://evil.example)",
    '[a](<https://evil.example> "title")',
    "[a [b] c](https://evil.example)",
    "[a\nb](https://evil.example)",
    "[`a`](https://evil.example)",
    "![a](https://evil.example/p.png)",
    "[[a](https://evil.example)](https://evil.example)",
    "[a](https://evil.example/(b))",
    "\\[a](https://evil.example)",
    "https://evil.example/@everyone",
    "discord.gg/abc https://discord.gg/abc https://discord.com/invite/abc discordapp.com/invite/a",
    "\u202egnp.exe",
    "a\u0000b\u0007c",
    "\ud800",
    "\\" * 7,
    "`" * 9,
    "```py\n@everyone\n``` @everyone",
    "-# small\n>>> all of it\n# Title",
]

ACTIVE = re.compile(
    r"@(?:everyone|here)|<(?:@[!&]?|#)\d|</\w|<(?:t|id|sound|mailto|tel|steam|a?:\w+):|<[^\s<>/\u200b]+@[^\s<>]+>",
    re.IGNORECASE,
)
MASKED = re.compile(r"(?<!\\)\]\(")
INVITE = re.compile(r"discord(?:\.gg/|(?:app)?\.com/invite)", re.IGNORECASE)
CALM = re.compile(r"(?<!\\)<https?://[^\s<>]+>", re.IGNORECASE)
PREVIEW = re.compile(r"https?://[^\s<>]", re.IGNORECASE)


def hostile() -> list[str]:
    if not SHARED.is_file():
        return []
    # Not splitlines: hostile strings hold every kind of line end that Unicode knows.
    return [json.loads(line)["text"] for line in SHARED.read_text("utf-8").rstrip("\n").split("\n")]


def outside_code(text: str) -> str:
    """What Discord reads as prose."""
    at, stored = 0, ""
    for code in codes(text):
        if code.closed:
            stored += text[at : code.start] + "\n"
            at = code.end
    return stored + text[at:]


def seen(text: str) -> str:
    """What stands on the screen when nothing in the text is markup."""
    return re.sub(r"\\([^0-9A-Za-z\s])", r"\1", text.replace(BREAK, ""))


ANY = st.text() | st.lists(
    st.sampled_from([*LIVE, "`", "```", "[", "](", ")", "||", "\n", "> ", "\\", "a ", "https://a.b/c"])
).map("".join)


@pytest.mark.parametrize("text", [*OWN, *hostile()])
def test_hostile_text_is_inert(text: str) -> None:
    for made in (plain(text), outside_code(answer(text))):
        assert not ACTIVE.search(made)
        assert not MASKED.search(made)
        assert not INVITE.search(made)
        assert not PREVIEW.search(CALM.sub("", made))


@given(ANY)
def test_any_words_of_a_person_are_inert_and_legible(text: str) -> None:
    made = plain(text)
    assert not ACTIVE.search(made)
    assert not MASKED.search(made)
    assert not PREVIEW.search(CALM.sub("", made))
    assert not INVITE.search(made)
    assert "\n" not in made
    assert not list(codes(made))
    assert seen(made) == one_line(text).replace(BREAK, "")


@given(ANY)
def test_any_answer_is_inert_and_twice_is_as_good_as_once(text: str) -> None:
    made = answer(text)
    prose = outside_code(made)
    assert not ACTIVE.search(prose)
    assert not MASKED.search(prose)
    assert not PREVIEW.search(CALM.sub("", prose))
    assert answer(made) == made
    made.encode("utf-8")


@pytest.mark.parametrize("sign", ["*a*", "**a**", "_a_", "__a__", "~~a~~", "`a`", "||a||", "[a]", "\\*a"])
def test_markup_of_a_person_is_shown_as_typed(sign: str) -> None:
    made = plain(f"so {sign} then")
    assert seen(made) == f"so {sign} then"
    assert not re.search(r"(?<!\\)(?:\\\\)*[*_~`|\[]", made)


@pytest.mark.parametrize(
    ("words", "made"),
    [
        ("# Title", "\\# Title"),
        ("-# small", "\\-# small"),
        ("- item", "\\- item"),
        ("+ item", "\\+ item"),
        ("> quote", "\\> quote"),
        ("1. item", "1\\. item"),
        ("12) item", "12\\) item"),
        ("3.5 is a number", "3.5 is a number"),
        ("-5 degrees", "-5 degrees"),
        ("two\nlines", "two lines"),
        ("What is C#? a < b > c", "What is C#? a < b > c"),
    ],
)
def test_the_start_of_a_line_is_no_markup(words: str, made: str) -> None:
    assert plain(words) == made


def test_an_answer_keeps_its_markdown() -> None:
    text = "## Title\n**bold** *it* ~~no~~ `code`\n- item\n  - nested\n1. one\n> quote\n```py\nx = 1\n```\na < b, x<y"
    assert answer(text) == text


def test_code_stays_as_typed() -> None:
    text = "`@everyone <@1>` and ```py\n@here [a](https://b.example) ||x||\n```"
    assert answer(text) == text


def test_code_that_is_left_open_is_no_code() -> None:
    assert answer("```\n@everyone") == f"```\n@{BREAK}everyone"


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("[paper](https://example.org/a_b)", "paper (<https://example.org/a_b>)"),
        ("![plot](https://example.org/p.png)", "plot (<https://example.org/p.png>)"),
        ("[term](neural-network.md)", "term"),
        ("[x](javascript:alert(1))", "x"),
        ("see https://example.org/a_(b).", "see <https://example.org/a_(b)>."),
        ("(https://example.org)", "(<https://example.org>)"),
        ("**https://example.org**", "**<https://example.org>**"),
        ("<https://example.org>", "<https://example.org>"),
        ("D(p||q)", "D(p\\|\\|q)"),
        ("-# small", "\\-# small"),
        (">>> all", "> all"),
    ],
)
def test_links_lie_open_and_discords_own_markup_is_text(text: str, made: str) -> None:
    assert answer(text) == made


def test_an_invitation_is_no_link() -> None:
    assert answer("https://discord.gg/abc") == f"https:{BREAK}//discord{BREAK}.gg/abc"


def test_signs_that_turn_or_hide_text_are_gone_and_emoji_stay() -> None:
    assert visible("a\u202eb\u2066c\u00add\u0000e\ud800\u2028f") == "abcd e\ufffd\nf"
    assert visible("👨\u200d👩\u200d👧 नि\u200cप") == "👨\u200d👩\u200d👧 नि\u200cप"


def test_a_link_of_the_glossary_is_masked_and_has_no_preview() -> None:
    assert link("A [paper]", "https://example.org/x") == "[A \\[paper\\]](<https://example.org/x>)"
    assert link("words", "javascript:x") == "words"
    assert link("words", "https://a b") == "words"
