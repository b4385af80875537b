"""The models that the tutor knows by name, what each needs, and which one a setting means on a machine.

Pure: reads `catalogue.toml` and decides. Knows no network and no disk; what is present and how much memory is free are told.
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from rapidfuzz import fuzz, process

from bot.tutor.errors import UnusableModel
from corpus.command_line import command, install

AT_ONCE = 4
"""Answers that are written at the same time, each with its full context, in the memory that a model is said to need."""

WORKING_MB = 1_000
"""The program itself beside weights and cache, in MB: the libraries, activations, a GPU's own context."""

LIST = f"{command('bot')} models"
PULL = f"{LIST} pull"


def without_libraries(name: str) -> str:
    """What is said where the libraries that run a local model are not installed."""
    return f"The model {name} needs torch and transformers, which are not installed. Run: {install('model')}"


class PromptSize(StrEnum):
    """How much of the instructions a model can follow."""

    SHORT = "short"
    FULL = "full"


class Fit(StrEnum):
    """Where a model finds room, in the words of the list."""

    GPU = "GPU"
    CPU = "CPU"
    NO = "no"


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A model's card; `catalogue.toml` explains each field. A model given by its path has no source and 0 parameters."""

    name: str
    source: str = ""
    package: str = ""
    file: str = ""
    sha256: str = ""
    revision: str = ""
    licence: str = ""
    fetch_bytes: int = 0
    file_bytes: int = 0
    parameters: int = 0
    layers: int = 0
    kv_heads: int = 0
    head_size: int = 0
    window: int = 0
    context: int = 4096
    prompt: PromptSize = PromptSize.FULL
    template: dict[str, bool] = field(default_factory=dict, hash=False)
    measured: str = "not measured"

    @property
    def names(self) -> tuple[str, ...]:
        """Everything that people may call it, in lower case: its name, its repository, the repository's last part."""
        return tuple(
            dict.fromkeys(one.casefold() for one in (self.name, self.source, self.source.split("/")[-1]) if one)
        )

    def memory_mb(self, value_bytes: int, at_once: int = AT_ONCE) -> int:
        """MB (10^6 bytes) for weights and cache with values of this many bytes: 2 on a GPU, 4 on a processor."""
        cached = at_once * self.context * 2 * self.layers * self.kv_heads * self.head_size
        return WORKING_MB + (self.parameters + cached) * value_bytes // 1_000_000

    def fit(self, free_mb: int, gpu_free_mb: int = 0) -> Fit:
        """Where it finds room: on the GPU if it can, else beside the processor."""
        if self.memory_mb(2) <= gpu_free_mb:
            return Fit.GPU
        return Fit.CPU if self.memory_mb(4) <= free_mb else Fit.NO


@dataclass(frozen=True, slots=True)
class Local:
    """A model on this machine: a folder for transformers, with the GGUF file in it that holds the weights or ""."""

    path: Path
    gguf_file: str
    model: Model


@dataclass(frozen=True, slots=True)
class Served:
    """A model behind a server that speaks the OpenAI API."""

    url: str


@dataclass(frozen=True, slots=True)
class NoModel:
    """Authored answers only; `reason` is a sentence that says why."""

    reason: str


Choice = Local | Served | NoModel


@cache
def read() -> tuple[Model, ...]:
    """The catalogue, best first."""
    raw = tomllib.loads((files("bot.models") / "catalogue.toml").read_text("utf-8"))
    return tuple(_model(one) for one in raw["model"])


def _model(raw: dict[str, Any]) -> Model:
    return Model(**{**raw, "prompt": PromptSize(raw["prompt"])})


def named(name: str, models: Sequence[Model] | None = None) -> Model:
    """The model that people call so. Raises UnusableModel, which names the closest one."""
    known = read() if models is None else models
    wanted = name.strip().casefold()
    for model in known:
        if wanted in model.names:
            return model
    closest = _closest(wanted, known)
    raise UnusableModel(
        f"There is no model {name!r} in the catalogue.{f' Did you mean {closest}?' if closest else ''} "
        f"This lists all: {LIST}. For a folder or a .gguf file of your own, write its path with a slash: ./{name}"
    )


def _closest(wanted: str, known: Iterable[Model]) -> str:
    called = {each: model.name for model in known for each in model.names}
    best = process.extractOne(wanted, called.keys(), scorer=fuzz.WRatio)
    return called[best[0]] if best else ""


def choose(
    setting: str,
    present: Mapping[str, Path],
    free_mb: int,
    gpu_free_mb: int = 0,
    models: Sequence[Model] | None = None,
) -> Choice:
    """What BOT_MODEL means: auto, none, a name, a path or a URL. Empty is none.

    `present` maps the names of models that are wholly here to their folders; memory is in MB (10^6 bytes). A path is not
    looked at. Raises UnusableModel with what to do.
    """
    known, wanted = read() if models is None else models, setting.strip()
    if wanted.casefold() in {"none", ""}:
        return NoModel("Every answer comes from the glossary as it is written.")
    if wanted.casefold() == "auto":
        return _best(present, free_mb, gpu_free_mb, known)
    if "://" in wanted:
        return _served(wanted)
    if _is_path(wanted) and not any(wanted.casefold() in model.names for model in known):
        return at_path(Path(wanted))
    return _checked(named(wanted, known), present, free_mb, gpu_free_mb)


def _best(present: Mapping[str, Path], free_mb: int, gpu_free_mb: int, known: Sequence[Model]) -> Choice:
    here = [model for model in known if model.name in present]
    for model in here:
        if model.fit(free_mb, gpu_free_mb) is not Fit.NO:
            return _local(model, present[model.name])
    if here:
        needs = min(model.memory_mb(4) for model in here)
        return NoModel(
            f"No model that is here fits: the smallest needs {gigabytes(needs)}, {_free(free_mb, gpu_free_mb)}."
        )
    return NoModel(f"None is here yet. Run: {PULL} {known[-1].name}")


def _checked(model: Model, present: Mapping[str, Path], free_mb: int, gpu_free_mb: int) -> Local:
    if model.name not in present:
        raise UnusableModel(f"{model.name} is not on this machine yet. Run: {PULL} {model.name}")
    if model.fit(free_mb, gpu_free_mb) is Fit.NO:
        needs = f"{gigabytes(model.memory_mb(4))} ({gigabytes(model.memory_mb(2))} on a GPU)"
        raise UnusableModel(
            f"{model.name} is too large for this machine: it needs {needs}, {_free(free_mb, gpu_free_mb)}. "
            f"This lists what fits: {LIST}"
        )
    return _local(model, present[model.name])


def _local(model: Model, folder: Path) -> Local:
    return Local(folder, model.file if model.file.endswith(".gguf") else "", model)


def _served(url: str) -> Served:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise UnusableModel(f"{url} is no address of a model server. Write it like http://localhost:8000/v1")
    return Served(url.rstrip("/"))


def _is_path(setting: str) -> bool:
    return "/" in setting or "\\" in setting or setting.startswith((".", "~")) or setting.endswith(".gguf")


def at_path(path: Path, weights_bytes: int = 0) -> Local:
    """A model of the owner's own: a folder for transformers, or a .gguf file. Its card holds careful defaults.

    Under 2 GB of weights (0: not known) it gets the short prompt. Thinking is off where its template knows the switch.
    """
    gguf = path.name if path.suffix == ".gguf" else ""
    prompt = PromptSize.FULL if weights_bytes >= 2_000_000_000 else PromptSize.SHORT
    card = Model(name=path.stem if gguf else path.name, prompt=prompt, template={"enable_thinking": False})
    return Local(path.parent if gguf else path, gguf, card)


def gigabytes(megabytes: int) -> str:
    """MB as a person reads it: 10.9 GB, 0.4 GB."""
    return f"{megabytes / 1000:.1f} GB"


def _free(free_mb: int, gpu_free_mb: int) -> str:
    return f"and {gigabytes(free_mb)} are free" + (f", {gigabytes(gpu_free_mb)} on the GPU" if gpu_free_mb else "")
