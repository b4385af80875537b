"""Every script of bench/ starts; those that need no model of their own also run, with tiny sizes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
DRAWS = {"glossary_audit.py"}
"""Needs matplotlib, which the extra `docs` brings and the tests do without."""
SCRIPTS = sorted(
    path.name for path in (PROJECT / "bench").glob("*.py") if path.name not in {"baseline_cold.py", *DRAWS}
)
TINY = {
    "answering.py": [],
    "building.py": ["3"],
    "size.py": ["1000"],
    "hops.py": ["What is dropout?"],
    "mutants.py": ["bot/models/reasoning_tags.py", "tests/tutor/test_context_selection.py", "--most", "1"],
}


def run(index: Path | None, *command: str) -> str:
    environment = {**os.environ, "BENCH_ROUNDS": "1", "HF_HUB_OFFLINE": "1"}
    if index:
        environment["BOT_INDEX"] = str(index)
    done = subprocess.run(
        [sys.executable, *command], check=False, cwd=PROJECT, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_finds_everything_that_it_imports(script: str) -> None:
    run(None, "-c", f"import runpy; runpy.run_path({str(PROJECT / 'bench' / script)!r}, run_name='imported')")


@pytest.mark.slow
@pytest.mark.parametrize("script", TINY)
def test_a_script_runs_with_tiny_sizes(script: str, real_index: Path) -> None:
    assert run(real_index, f"bench/{script}", *TINY[script])
