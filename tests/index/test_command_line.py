"""The index's own command line: what it prints, and how it ends."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from index.__main__ import app

QUESTIONS = Path(__file__).parents[1] / "eval" / "homonyms.jsonl"


def run(*args: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, args)
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.slow
def test_a_search_is_shown_as_a_table_or_as_json(real_index: Path) -> None:
    status, shown, _ = run("search", "what is [/b] dropout?", "--k", "60", "--index", str(real_index))
    assert status == 0
    assert "dropout › " in shown
    status, shown, _ = run("search", "what is dropout?", "--json", "--index", str(real_index))
    made = json.loads(shown)
    assert list(made) == ["question", "confidence", "named", "hits"]
    assert made["hits"][0]["term"] == "dropout"
    assert made["named"] == [{"name": "dropout", "match": "exact", "slugs": ["dropout"]}]


@pytest.mark.slow
def test_an_evaluation_is_shown_as_tables_or_as_json(real_index: Path, tmp_path: Path) -> None:
    questions = tmp_path / "q.jsonl"
    questions.write_text(
        '{"question": "what is dropout [/b]?", "gold_terms": ["dropout"]}\n{"question": "x", "gold_terms": ["none"]}\n'
    )
    args = ("eval", str(questions), "--out-of-scope", str(QUESTIONS), "--index", str(real_index))
    status, shown, _ = run(*args)
    assert status == 0
    assert "2 questions, 1 whose terms have an entry; none for: none" in shown
    status, shown, _ = run(*args, "--json")
    made = json.loads(shown)
    assert {"questions", "covered", "recall@1", "mrr", "all_recall@5", "refusal", "latency_ms", "parts"} <= made.keys()
    assert made["recall@1"] == 1.0


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("search", "x", "--index", "/nowhere"), "There is no index in /nowhere yet."),
        (("build", "--corpus", "/nowhere"), "There is no folder /nowhere."),
        (("eval", "/nowhere.jsonl"), "/nowhere.jsonl cannot be read."),
    ],
)
def test_what_cannot_be_done_is_one_line_with_status_1(args: tuple[str, ...], says: str, tmp_path: Path) -> None:
    out = ("--out", str(tmp_path)) if args[0] == "build" else ()
    status, _, problem = run(*args, *out)
    assert status == 1
    assert says in problem
    assert len(problem.strip().splitlines()) == 1
