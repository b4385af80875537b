"""The wheel, unpacked as pip would: one package, one command, nothing written beside it."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the wheel puts into site-packages."""
    pytest.importorskip("hatchling")
    dist, site = tmp_path_factory.mktemp("dist"), tmp_path_factory.mktemp("site")
    code = "import sys; from hatchling.build import build_wheel; build_wheel(sys.argv[1])"
    subprocess.run([sys.executable, "-c", code, str(dist)], cwd=PROJECT, check=True, capture_output=True)
    (wheel,) = dist.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    return site


def run(site: Path, home: Path, *args: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Runs the console script's function, outside the checkout, as a person with an empty home folder."""
    command = home / "study-group-tutor"
    command.write_text("import sys; from study_group_tutor import main; sys.exit(main())")
    mine = {name: value for name, value in os.environ.items() if not name.startswith(("BOT_", "XDG_", "PYTHONPATH"))}
    return subprocess.run(
        [sys.executable, str(command), *args],
        cwd=home, env={**mine, "HOME": str(home), "PYTHONPATH": str(site), **environment},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_one_package_stands_at_the_top(site: Path) -> None:
    tops = {path.name for path in site.iterdir() if not path.name.endswith(".dist-info")}
    assert tops == {"study_group_tutor"}
    rooms = site / "study_group_tutor" / "rooms"
    assert {path.name for path in rooms.iterdir()} == {"bot", "corpus", "index"}
    assert (rooms / "corpus" / "entries" / "dropout.md").is_file()
    assert not (rooms / "index" / "built").exists()


def test_one_command_for_everything(site: Path, tmp_path: Path) -> None:
    helped = run(site, tmp_path, "-h")
    assert helped.returncode == 0, helped.stderr
    for command in ("ask", "chat", "discord", "corpus", "index", "models", "data", "gaps", "eval"):
        assert f" {command} " in helped.stdout
    assert "Usage: study-group-tutor " in helped.stdout
    assert run(site, tmp_path, "--version").stdout.startswith("study-group-tutor ")
    assert "Dropout" in run(site, tmp_path, "corpus", "show", "dropout", "--level", "plain").stdout
    assert run(site, tmp_path, "index", "search", "-h").returncode == 0


def test_an_index_is_looked_for_in_the_persons_own_folder(site: Path, tmp_path: Path) -> None:
    done = run(site, tmp_path, "index", "search", "dropout")
    assert done.returncode == 1
    assert done.stderr == (
        f"There is no index in {tmp_path / '.local' / 'share' / 'study-group-tutor' / 'index'} yet. "
        "Run: study-group-tutor index build\n"
    )


def test_the_first_question_builds_the_index_of_the_shipped_glossary(site: Path, tmp_path: Path) -> None:
    entries = site / "study_group_tutor" / "rooms" / "corpus" / "entries"
    for path in entries.glob("*.md"):  # two entries are enough, and are embedded in a second
        if path.stem not in {"dropout", "overfitting"}:
            path.unlink()
    before = sorted(path for path in site.rglob("*") if "__pycache__" not in path.parts)
    cache = {"XDG_CACHE_HOME": os.environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache"))}
    done = run(site, tmp_path, "ask", "What is dropout?", **cache)
    assert done.returncode == 0, done.stderr
    assert "dropout" in done.stdout
    assert (tmp_path / ".local" / "share" / "study-group-tutor" / "index" / "manifest.json").is_file()
    assert sorted(path for path in site.rglob("*") if "__pycache__" not in path.parts) == before
    assert run(site, tmp_path, "ask", "How can I cook rice?", **cache).returncode == 0
