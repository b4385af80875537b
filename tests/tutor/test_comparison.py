"""Which things a question compares: only the names around the comparing word."""

import pytest

from bot.tutor.comparison import sides_of
from index.term_matching import Name, Terms

TERMS = Terms(
    [
        *(Name(name, (name.replace(" ", "-"),)) for name in (
            "adam", "sgd", "bert", "gpt", "transformer", "precision", "recall", "dropout", "batch norm",
            "hessian", "batch inference",
            "online inference", "grid search", "random search", "bag of words",
        )),
        *(Name(name, (name,), everyday=True) for name in ("model", "memory", "batch")),
    ]
)  # fmt: skip


@pytest.mark.parametrize(
    ("question", "sides"),
    [
        ("adam or sgd for transformers", ["adam", "sgd"]),
        ("BERT vs GPT vs T5", ["bert", "gpt", None]),
        ("what is the difference between precision and recall in a model with dropout", ["precision", "recall"]),
        ("is adam better than sgd?", ["adam", "sgd"]),
        ("compare dropout with batch norm", ["dropout", "batch-norm"]),
        ("precision and recall: which one for rare cases", ["precision", "recall"]),
        ("precision / recall what is the difference", ["precision", "recall"]),
        ("does grid search beat random search", ["grid-search", "random-search"]),
        ("batch vs online inference", ["batch-inference", "online-inference"]),
        ("bag of words vs bert", ["bag-of-words", "bert"]),
        ("how do dropout and batch norm differ", ["dropout", "batch-norm"]),
        ("try the hessian, or scale the data", []),
        ("choose k between 5 and 10", []),
        ("model-based or not", []),
        ("what is dropout", []),
        ("should I use dropout with BERT or GPT", []),
        ("why does dropout help against bert", []),
        ("dropout aware tuning vs adam", [None, "adam"]),
    ],
)
def test_sides(question: str, sides: list[str | None]) -> None:
    found = sides_of(question, TERMS.named(question), lambda text: next(iter(TERMS.named(text)), None))
    assert [side.named.slugs[0] if side.named else None for side in found] == sides
