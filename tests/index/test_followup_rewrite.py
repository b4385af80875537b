"""Which questions lean on what was said before, and what they then mean."""

import pytest

from index.followup_rewrite import in_context
from index.term_matching import Name, Terms

TERMS = Terms(
    [Name(one, (one,)) for one in ("dropout", "overfitting", "l1", "l2")] + [Name("model", ("model",), everyday=True)]
)


@pytest.mark.parametrize(
    ("text", "terms", "meant"),
    [
        ("why?", ("dropout",), "dropout: why?"),
        ("and for images?", ("dropout",), "dropout: and for images?"),
        ("what about a small model?", ("dropout",), "dropout: what about a small model?"),
        ("how does it work?", ("dropout", "overfitting"), "dropout: how does it work?"),
        ("give me an example", ("dropout",), "dropout: give me an example"),
        (
            "how is that different from the second one?",
            ("l1", "l2"),
            "l1 and l2: how is that different from the second one?",
        ),
        ("is the latter better?", ("l1", "l2"), "l2: is the latter better?"),
        ("when do I use both?", ("l1", "l2"), "l1 and l2: when do I use both?"),
        ("is it the same as overfitting?", ("dropout",), "dropout: is it the same as overfitting?"),
        ("What is overfitting and how is it avoided?", ("dropout",), "What is overfitting and how is it avoided?"),
        ("what is overfitting?", ("dropout",), "what is overfitting?"),
        ("how do I cook rice", ("dropout",), "how do I cook rice"),
        (
            "what do you call the thing that turns words into numbers",
            ("dropout",),
            "what do you call the thing that turns words into numbers",
        ),
        ("what about that?", ("dropout",), "dropout: what about that?"),
        ("the other day I saw a cat", ("dropout",), "the other day I saw a cat"),
        ("why?", (), "why?"),
    ],
)
def test_leaning_questions_name_their_subject(text: str, terms: tuple[str, ...], meant: str) -> None:
    assert in_context(text, terms, TERMS.named(text)) == meant
