"""The command line as a person meets it, in this process and in one of its own."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from asking import answer
from rich.console import Console
from typer.testing import CliRunner

from bot.__main__ import app
from bot.cli import show as terminal
from bot.tutor.dialogue import Question
from bot.tutor.tutor import Tutor
from corpus.entry import Level
from index.hot_reload import LiveIndex
from index.search import SearchIndex

PROJECT = Path(__file__).parents[2]


def _console() -> tuple[Console, io.StringIO]:
    shown = io.StringIO()
    return Console(file=shown, width=100, highlight=False), shown


def test_an_answer_shows_its_level_origin_sections_and_sources(small_index: SearchIndex) -> None:
    console, shown = _console()
    terminal.show(console, answer(Tutor(LiveIndex(small_index)), Question("overfitting", Level.EXPERT)))
    text = shown.getvalue()
    for expected in (
        "overfitting  ·  expert  ·  from the glossary",
        "overfitting told at level expert. [2]",
        "1. What is regularization?",
        "See also: dropout, underfitting",
        "[2] overfitting › expert",
    ):
        assert expected in text


def test_a_refusal_shows_no_level_and_no_source(small_index: SearchIndex) -> None:
    console, shown = _console()
    terminal.show(console, answer(Tutor(LiveIndex(small_index)), Question("how do I cook rice")))
    assert "not in this glossary" in shown.getvalue()
    assert "[1]" not in shown.getvalue()


def test_see_also_can_be_links(small_index: SearchIndex) -> None:
    console, shown = _console()
    asked = Question("overfitting", role="ML Engineer", audience="Manager")
    terminal.show(console, answer(Tutor(LiveIndex(small_index)), asked), asked)
    assert "[dropout](?concept=dropout&specialist_role=ML+Engineer&target_audience=Manager)" in shown.getvalue()


@pytest.mark.parametrize("typed", ["", "  ", "???", "x" * 100_000, "\x00\x01"])
def test_unusable_input_ends_with_status_2_and_one_line(typed: str) -> None:
    result = CliRunner().invoke(app, ["ask", typed])
    assert result.exit_code == 2
    assert len(result.stderr.strip().splitlines()) == 1
    assert "Traceback" not in result.output


def test_a_missing_index_says_what_to_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("BOT_INDEX", str(tmp_path))
    result = CliRunner().invoke(app, ["ask", "dropout"])
    assert result.exit_code == 1
    assert result.stderr == f"There is no index in {tmp_path} yet. Run: python -m index build --out {tmp_path}\n"


@pytest.mark.parametrize(("name", "value"), [("BOT_LEVEL", "genius"), ("BOT_CORPUS", "not json")])
def test_a_setting_that_cannot_be_used_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    result = CliRunner().invoke(app, ["ask", "dropout"])
    assert result.exit_code == 1
    assert len(result.stderr.strip().splitlines()) == 1
    assert name in result.stderr


def _run(*args: str, index: Path) -> subprocess.CompletedProcess[str]:
    env = {"BOT_INDEX": str(index), "BOT_MODEL": "none", "PATH": "/usr/bin:/bin", "HF_HUB_OFFLINE": "1"}
    return subprocess.run(
        [sys.executable, *args], cwd=PROJECT, env=env, capture_output=True, text=True, timeout=600, check=False
    )


@pytest.mark.slow
def test_the_real_command_line_answers_from_the_real_glossary(real_index: Path) -> None:
    done = _run("-m", "bot", "ask", "What is deep learning?", "--level", "eli5", "--json", index=real_index)
    assert done.returncode == 0, done.stderr
    made = json.loads(done.stdout)
    assert (made["origin"], made["terms"], made["level_given"]) == ("authored", ["deep learning"], "eli5")
    assert made["citations"][0]["file"] == "deep-learning.md"
    assert len(made["follow_ups"]) >= 3


@pytest.mark.slow
def test_a_link_is_answered_for_its_audience(real_index: Path) -> None:
    link = "?concept=machine+learning&specialist_role=ML+Engineer&target_audience=Manager+without+much+technical+background"
    done = _run("-m", "bot", "ask", "--link", link, "--links", index=real_index)
    assert done.returncode == 0, done.stderr
    assert "machine learning  ·  plain  ·  from the glossary" in done.stdout
    assert "&specialist_role=ML+Engineer&target_audience=Manager" in done.stdout


@pytest.mark.slow
def test_what_is_said_beside_a_link_counts_more(real_index: Path) -> None:
    done = _run(
        "-m", "bot", "ask", "--link", "?concept=dropout&target_audience=Manager", "--level", "expert", index=real_index
    )
    assert "dropout  ·  expert" in done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("question", ["dropout", "why does my validation loss rise while training loss falls"])
def test_a_cold_answer_imports_no_torch(real_index: Path, question: str) -> None:
    code = (
        "import sys; from bot.__main__ import app\n"
        f"try: app(['ask', {question!r}, '--json'])\n"
        "except SystemExit: pass\n"
        "heavy = {'torch', 'transformers', 'sentence_transformers', 'discord'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    done = _run("-c", code, index=real_index)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["origin"] == "authored"
