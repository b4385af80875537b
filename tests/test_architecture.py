"""What the documents promise about the code, held against the code."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic_core import PydanticUndefined

from bot.settings import Settings, environment_name

PROJECT = Path(__file__).parent.parent


@pytest.mark.parametrize("module", ["bot.__main__", "index.__main__", "corpus.__main__"])
def test_a_command_line_starts_without_the_heavy_libraries(module: str) -> None:
    heavy = {"torch", "transformers", "discord", "faiss", "numpy", "pydantic"}
    code = f"import sys, {module}; print(*({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_env_example_lists_every_setting_with_its_default() -> None:
    text = (PROJECT / ".env.example").read_text("utf-8")
    listed = dict(re.findall(r"^# ([A-Z_]+)=(.*)$", text, re.MULTILINE))
    assert set(listed) == {environment_name(name) for name in Settings.model_fields}
    for name, field in Settings.model_fields.items():
        assert field.description
        assert f"# {field.description}" in text, f"{name} is described otherwise"
        assert field.default is not PydanticUndefined


def test_env_example_can_be_used_as_it_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (PROJECT / ".env.example").read_text("utf-8")
    (tmp_path / ".env").write_text(re.sub(r"^# (\w+=)", r"\1", text, flags=re.MULTILINE), "utf-8")
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(environment_name(name), raising=False)
    made, default = Settings(), Settings(_env_file=None)
    for name in Settings.model_fields:
        one, other = getattr(made, name), getattr(default, name)
        if name in {"corpus", "index"}:  # the example's paths are relative to the project
            one = [PROJECT / path for path in one] if isinstance(one, list) else PROJECT / one
        assert one == other, name


def test_the_readmes_make_commands_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (PROJECT / "Makefile").read_text("utf-8"), re.MULTILINE))
    used = set(re.findall(r"(?:^|`|\$ )make ([a-z]+)", (PROJECT / "README.md").read_text("utf-8"), re.MULTILINE))
    assert {"ask", "test"} <= used <= targets


def test_the_readmes_python_commands_exist() -> None:
    used = set(re.findall(r"python -m (bot|corpus|index) ([a-z]+)", (PROJECT / "README.md").read_text("utf-8")))
    assert used
    for package, command in sorted(used):
        done = subprocess.run(
            [sys.executable, "-m", package, command, "--help"], cwd=PROJECT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"python -m {package} {command}: {done.stderr}"


def test_every_module_says_what_it_is_for() -> None:
    for package in ("bot", "corpus", "index"):
        for path in (PROJECT / package).rglob("*.py"):
            assert path.read_text("utf-8").startswith('"""'), path
