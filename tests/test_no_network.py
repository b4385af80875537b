"""Nothing but what the owner asked for leaves the machine: an answer and a build open no connection and ask for no name."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from corpus.glossary import Glossary
from corpus.native_format import write
from index.model_files import locate

PROJECT = Path(__file__).parent.parent
pytestmark = pytest.mark.slow

RECORDER = """
import sys
def record(event, args):
    if event in {{"socket.connect", "socket.sendto", "socket.sendmsg", "socket.bind", "socket.getaddrinfo",
                 "socket.gethostbyname", "socket.gethostbyaddr", "subprocess.Popen", "os.exec", "os.posix_spawn"}}:
        if not (event == "socket.connect" and isinstance(args[1], (str, bytes))):  # a socket in the file system
            print("NETWORK", event, args, file=sys.stderr)
sys.addaudithook(record)
sys.argv = ["bot", *{args!r}]
import runpy
runpy.run_module({module!r}, run_name="__main__", alter_sys=True)
"""


@pytest.fixture(scope="module")
def corpus(small_glossary: Glossary, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    for entry in small_glossary:
        (folder / f"{entry.slug}.md").write_text(write.native(entry), "utf-8")
    return folder


def run(
    module: str, *args: str, prefix: tuple[str, ...] = (), **environment: str
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*prefix, sys.executable, "-c", RECORDER.format(module=module, args=args)],
        cwd=PROJECT, env={**os.environ, **environment}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_the_recorder_sees_a_connection(tmp_path: Path) -> None:
    (tmp_path / "caller.py").write_text("import socket\nsocket.getaddrinfo('localhost', 80)\n")
    done = run("caller", PYTHONPATH=str(tmp_path))
    assert "NETWORK socket.getaddrinfo" in done.stderr


def test_building_and_answering_reach_for_no_network(corpus: Path, tmp_path: Path) -> None:
    locate("all-MiniLM-L6-v2")  # is fetched before, where it is not installed
    index = tmp_path / "index"
    here = {"BOT_CORPUS": f'["{corpus}"]', "BOT_INDEX": str(index), "BOT_DATA": str(tmp_path), "BOT_MODEL": "none"}
    built = run("index", "build", "--corpus", str(corpus), "--out", str(index))
    assert (built.returncode, "NETWORK" in built.stderr) == (0, False), built.stderr
    for question in ("dropout", "does dropout prevent overfitting and why"):
        answered = run("bot", "ask", question, "--json", **here)
        assert (answered.returncode, "NETWORK" in answered.stderr) == (0, False), answered.stderr
        assert "dropout" in answered.stdout
