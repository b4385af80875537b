"""An answer's Markdown as Discord shows it: text blocks, formula blocks, tables that fit a chat."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wcwidth import width

from bot.discord_app.discord_text.code_spans import codes
from bot.discord_app.discord_text.inline import reads_well
from bot.discord_app.discord_text.render import FormulaBlock, TextBlock, blocks
from bot.discord_app.discord_text.sanitize import BREAK, answer
from bot.discord_app.discord_text.text_tables import WIDEST
from corpus.entry import Section
from corpus.load import ENTRIES, load
from corpus.text import unlinked


def text(markdown: str) -> str:
    """The Markdown of the one text block."""
    (block,) = blocks(markdown)
    assert isinstance(block, TextBlock)
    return block.markdown


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        ("a **b** *c* _d_ __e__ ~~f~~ ***g***", "a **b** *c* *d* **e** ~~f~~ ***g***"),
        ("# One\n### Three", "# One\n\n### Three"),
        ("#### Four **b**\n###### Six", "**Four b**\n\n**Six**"),
        ("one\n\n---\n\ntwo\n---\nthree", "one\n\ntwo\n\nthree"),
        ("![a plot](https://example.org/p.png)", "a plot (<https://example.org/p.png>)"),
        ("[term](neural-network.md) and [site](https://example.org)", "term and site (<https://example.org>)"),
        (
            "https://example.org/_a_/b*c and <https://example.org>",
            "<https://example.org/_a_/b*c> and <https://example.org>",
        ),
        ("**https://example.org**", "**<https://example.org>**"),
        ("<b>bold</b> &lt; 3", f"<b>bold<{BREAK}/b> < 3"),
        ("<!-- note -->", "<!-- note -->"),
        ("snake_case_name and 2 * 3 * 4", "snake_case_name and 2 \\* 3 \\* 4"),
        (r"\*no\* \# \[x\]", r"\*no\* # [x]"),
        ("\\# no title", "\\# no title"),
        ("1\\. no list", "1\\. no list"),
        ("costs $5 or $6 for \\$7", "costs $5 or $6 for $7"),
        ("[1]: a citation", "[1]: a citation"),
        ("line  \nbreak", "line\nbreak"),
        ("Step 1: do\nStep 2: go", "Step 1: do\nStep 2: go"),
        ("x" * 70 + "\nwrapped", "x" * 70 + " wrapped"),
        ("> one\n> two\n>\n> three", "> one\n> two\n> \n> three"),
    ],
)
def test_markdown_becomes_discords(markdown: str, shown: str) -> None:
    assert text(markdown) == shown


def test_lists_keep_their_nesting_numbers_and_code() -> None:
    markdown = "- one\n    - two\n        1. three\n        2. four\n- five\n\n  more\n\n7. seven\n8. eight"
    assert text(markdown) == "- one\n  - two\n    1. three\n    2. four\n- five\n  more\n\n7. seven\n8. eight"
    assert text("- run\n  ```sh\n  ls\n    -a\n  ```\n- done") == "- run\n```sh\nls\n  -a\n```\n- done"


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        ("```python title=x\na_b = 1\n\n```", "```python\na_b = 1\n```"),
        ("~~~\ntilde\n~~~", "```\ntilde\n```"),
        ("```\nleft open", "```\nleft open\n```"),
        ("````md\n```\nin\n```\n````", f"```md\n`{BREAK}``\nin\n`{BREAK}``\n```"),
        ("`` a ` b `` and `c`", "`` a ` b `` and `c`"),
        ("`@everyone *x*`", "`@everyone *x*`"),
    ],
)
def test_code_is_code_on_discord_too(markdown: str, shown: str) -> None:
    assert text(markdown) == shown
    assert all(code.closed for code in codes(shown))


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        (r"the rate $\eta$ and $x_i^2$", "the rate η and xᵢ²"),
        (r"$V^*$ is \(w_1\)", r"V^\* is w₁"),
        (r"**bold $x$** in $a_i * b_j$", r"**bold x** in aᵢ \* bⱼ"),
        (r"**$$x^2$$**", "**x²**"),
        (r"with $\foo{x}$ unknown", r"with `\foo{x}` unknown"),
    ],
)
def test_inline_formulas_are_unicode_where_that_reads_well(markdown: str, shown: str) -> None:
    assert text(markdown) == shown


@pytest.mark.parametrize("delimited", ["$${}$$", "\\[{}\\]", "$$\n{}\n$$", "\\[\n{}\n\\]", "```math\n{}\n```"])
def test_display_formulas_stand_alone(delimited: str) -> None:
    latex = "a\n- b_i = c"  # the second line would be a list
    made = blocks(f"so that\n\n{delimited.format(latex)}\n\nholds")
    assert made == (TextBlock("so that"), FormulaBlock(latex), TextBlock("holds"))


def test_a_formula_in_a_paragraph_parts_it_and_its_comma_is_dropped() -> None:
    made = blocks("then $$x^2$$, where $A = \\begin{pmatrix} 1 & 2 \\end{pmatrix}$.")
    assert made == (
        TextBlock("then"),
        FormulaBlock("x^2"),
        TextBlock("where"),
        FormulaBlock(r"A = \begin{pmatrix} 1 & 2 \end{pmatrix}"),
    )


def test_a_formula_in_a_list_or_a_quote_is_kept() -> None:
    assert blocks("1. first\n2. second\n   $$y$$\n   after\n3. third") == (
        TextBlock("1. first\n2. second"),
        FormulaBlock("y"),
        TextBlock("after\n3. third"),
    )
    assert blocks("> so\n> $$y$$") == (TextBlock("> so"), FormulaBlock("y"))


@pytest.mark.parametrize("latex", [r"x \pm 1", r"\frac{a}{b}", r"\sum_{i=1}^n x_i", r"\mathbb{E}[X]", r"\hat y"])
def test_these_read_well(latex: str) -> None:
    assert reads_well(latex)


@pytest.mark.parametrize(
    "latex",
    [
        r"\begin{cases} 0 \\ 1 \end{cases}",
        r"\frac{1}{1+\frac{1}{x}}",
        r"\underbrace{a+b}_{c}",
        r"\sqrt[3]{x}",
        r"\unknown x",
        "",
    ],
)
def test_these_do_not(latex: str) -> None:
    assert not reads_well(latex)


def test_a_table_is_aligned_whatever_the_width_of_its_signs() -> None:
    markdown = "| Model | Größe | 日本 |\n|---|--:|---|\n| **BERT** | 110 | 😀 x |\n| `a` | 7 | $x_1$ |"
    assert text(markdown) == (
        "```\n"
        "Model  Größe  日本\n"
        "-----  -----  ----\n"
        "BERT     110  😀 x\n"
        "a          7  x₁\n"
        "```"
    )  # fmt: skip


def test_a_wide_table_becomes_a_list() -> None:
    long = "some text that is far too long for a column of a table"
    three = f"| Model | Use | Note |\n|---|---|---|\n| BERT | {long} | *yes* |\n| **GPT** | {long} | |"
    assert text(three) == f"- **BERT**\n  - Use: {long}\n  - Note: *yes*\n- **GPT**\n  - Use: {long}"
    two = f"| Model | Use |\n|---|---|\n| BERT | {long} {long} |"
    assert text(two) == f"- **BERT**: {long} {long}"


@given(st.lists(st.lists(st.text("ab日😀é ", max_size=20), min_size=3, max_size=3), min_size=1, max_size=5))
def test_no_table_is_wider_than_a_chat(rows: list[list[str]]) -> None:
    lines = ["| a | b | c |", "|---|---|---|", *("| " + " | ".join(row) + " |" for row in rows)]
    shown = text("\n".join(lines))
    if shown.startswith("```"):
        assert max(map(width, shown.split("\n"))) <= WIDEST
    else:
        assert shown.count("\n- ") + 1 == len(rows)


def test_mentions_are_inert_in_text_and_as_typed_in_code() -> None:
    assert text("@everyone <@12> `@here`") == f"@{BREAK}everyone <{BREAK}@{BREAK}12> `@here`"
    assert text("| a |\n|---|\n| ``` @everyone |").startswith("```\n")


@given(st.text() | st.text("*_`~#>-+1. \n$\\|[](){}<>@&;:abc"))
def test_any_text_can_be_shown(markdown: str) -> None:
    for block in blocks(markdown):
        if isinstance(block, TextBlock):
            assert block.markdown.strip()
            assert answer(block.markdown) == block.markdown
        else:
            assert block.latex.strip()


def test_blank_is_nothing() -> None:
    assert blocks(" \n---\n```\n```\n") == ()


@pytest.mark.slow
def test_every_text_of_the_glossary_reads_as_it_means() -> None:
    unread, alone = 0, 0
    for entry in load(ENTRIES):
        for section in Section:
            made = blocks(unlinked(entry.text(section)))
            alone += sum(isinstance(block, FormulaBlock) for block in made)
            for block in made:
                if isinstance(block, TextBlock):
                    unread += block.markdown.count("$")
    assert alone >= 500
    assert unread <= 5
