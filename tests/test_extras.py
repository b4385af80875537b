"""The base does without torch: what needs an extra says which one, and nothing else misses it."""

import sys
import tomllib
from pathlib import Path

import pytest

from bot import compose
from bot.cli import models as models_command
from bot.models import catalogue, hardware
from bot.settings import Settings
from bot.tutor.errors import UnusableModel
from corpus.command_line import EXTRAS, command, problems_as_sentences

PROJECT = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text("utf-8"))["project"]
HEAVY = ("torch", "transformers", "sentence-transformers", "scipy", "huggingface-hub", "onnx", "tokenizers", "gguf")


def test_the_base_asks_for_nothing_heavy() -> None:
    assert not [one for one in PROJECT["dependencies"] if one.startswith(HEAVY)]
    assert {"embed", "model", "import", "postgres", "docs", "test"} <= PROJECT["optional-dependencies"].keys()
    assert set(EXTRAS.values()) <= PROJECT["optional-dependencies"].keys()


@pytest.mark.parametrize(("library", "extra"), [("sentence_transformers", "embed"), ("ir_measures.util", "eval")])
def test_a_missing_library_of_an_extra_is_one_sentence(
    library: str, extra: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended, problems_as_sentences(repairable=()):
        raise ModuleNotFoundError(f"No module named {library!r}", name=library)
    assert ended.value.code == 1
    assert capsys.readouterr().err.endswith(f"Run: pip install 'study-group-tutor[{extra}]'\n")


def test_any_other_missing_library_is_a_bug() -> None:
    with pytest.raises(ModuleNotFoundError), problems_as_sentences(repairable=()):
        raise ModuleNotFoundError("No module named 'numpy'", name="numpy")


def test_sentences_name_the_command_that_was_typed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command("index") == "python -m index"
    monkeypatch.setattr(sys, "argv", ["/usr/bin/study-group-tutor"])
    assert (command("bot"), command("index")) == ("study-group-tutor", "study-group-tutor index")
    with pytest.raises(SystemExit), problems_as_sentences(repairable=(ValueError,)):
        raise ValueError("Run: python -m index build, or python -m bot models")
    assert capsys.readouterr().err == "Run: study-group-tutor index build, or study-group-tutor models\n"


def test_a_local_model_without_its_libraries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config.json").write_text("{}")
    monkeypatch.setattr(hardware, "has_model_libraries", lambda: False)
    named = Settings(_env_file=None, model=str(tmp_path), models=tmp_path / "none")
    with pytest.raises(UnusableModel, match=r"Run: pip install 'study-group-tutor\[model\]'"):
        compose._model(named, 1.0)


def test_a_fetched_model_says_what_it_still_needs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from rich.console import Console

    class Fetched:
        def present(self) -> dict[str, object]:
            return {}

        def pull(self, *_: object, **__: object) -> Path:
            return tmp_path

    monkeypatch.setattr(hardware, "has_model_libraries", lambda: False)
    console = Console(width=200, record=True, quiet=False)
    models_command.pull(console, Fetched(), catalogue.read()[0].name)  # type: ignore[arg-type]
    assert "pip install 'study-group-tutor[model]'" in console.export_text()
