"""kill -9 in the middle of writing, a hundred times: everything acknowledged is there, at most one turn is in flight."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent.parent / "crashing_writer.py"


@pytest.mark.slow
def test_a_killed_process_loses_at_most_the_turn_in_flight(database_url: str) -> None:
    rounds = 100 if database_url.startswith("sqlite") else 20
    done = subprocess.run(
        [sys.executable, SCRIPT, database_url, str(rounds)], capture_output=True, text=True, timeout=1800, check=False
    )
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["wrong"] == []
    assert result["rounds"] == rounds
    assert result["in_flight"] <= 1
    assert result["finished"] > rounds, "most writers got some way before they were killed"
