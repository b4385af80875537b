"""What an index was built from and which files it consists of.

An index is a folder with `manifest.json` and the files it names. Each file's name ends with the start of its sha256,
so that a new build never overwrites a file that somebody reads: replacing the manifest is the one step that switches.
"""

import hashlib
import json
import os
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from index.errors import REBUILD, DamagedIndex, ForeignIndex, NoIndex
from index.model_files import sha256

FORMAT = 4
"""Raised whenever an older program could not read a newer index, or the other way round."""

MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class FileRecord:
    """One file (or folder of files) of an index: its name, its size in bytes and its sha256."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What an index says of itself.

    `embedder_fingerprint` and `corpus_fingerprint` are sha256 over the files that decide the index's content;
    `files` maps a role (vectors, passages, words) to its file.
    """

    embedder: str
    embedder_fingerprint: str
    dim: int
    max_tokens: int
    query_prompt: str
    corpus_fingerprint: str
    entries: int
    passages: int
    search: str
    files: dict[str, FileRecord]
    format: int = FORMAT

    def path(self, folder: Path, role: str) -> Path:
        """The file of this role, compared with its recorded size and sha256. Raises DamagedIndex."""
        record, path = self.files[role], self.place(folder, role)
        if not path.exists():
            raise DamagedIndex(f"{path} is missing. {REBUILD}")
        if _size(path) != record.size or _digest(path) != record.sha256:
            raise DamagedIndex(f"{path} is not the file that was built: it is cut off or altered. {REBUILD}")
        return path

    def place(self, folder: Path, role: str) -> Path:
        """Where the file of this role lies, without a look at it."""
        return folder / self.files[role].name

    def write(self, folder: Path) -> None:
        """Switches the folder to this manifest in one step; a crash before or after leaves a whole index."""
        beside = folder / f"{MANIFEST}.new"
        with beside.open("w", encoding="utf-8") as file:
            file.write(json.dumps(asdict(self), indent=2, sort_keys=True) + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, folder / MANIFEST)


def read(folder: Path) -> Manifest:
    """The folder's manifest. Raises NoIndex, ForeignIndex or DamagedIndex."""
    try:
        raw: dict[str, Any] = json.loads((folder / MANIFEST).read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError) as error:
        raise NoIndex(f"There is no index in {folder} yet. {REBUILD}") from error
    except (ValueError, OSError) as error:
        raise DamagedIndex(f"{folder / MANIFEST} cannot be read. {REBUILD}") from error
    if not isinstance(raw, dict) or raw.get("format") != FORMAT:
        raise ForeignIndex(f"The index in {folder} was built by another version of this program. {REBUILD}")
    try:
        files = {role: FileRecord(**record) for role, record in raw.pop("files").items()}
        made = Manifest(**raw, files=files)
    except (KeyError, TypeError, AttributeError) as error:
        raise DamagedIndex(f"{folder / MANIFEST} lacks what an index has to say. {REBUILD}") from error
    if not {"vectors", "passages", "words"} <= files.keys():
        raise DamagedIndex(f"{folder / MANIFEST} does not name all its files. {REBUILD}")
    return made


def adopt(folder: Path, role: str, path: Path) -> FileRecord:
    """Moves a finished file, or a folder of files, into the folder under its content's name; returns its record."""
    digest = _digest(path)
    record = FileRecord(f"{role}-{digest[:12]}{path.suffix}", _size(path), digest)
    for one in _parts(path):
        with one.open("rb") as file:
            os.fsync(file.fileno())
    if path.is_dir() and (folder / record.name).exists():
        shutil.rmtree(path)  # a folder cannot replace a folder, and this one holds the same bytes
    else:
        os.replace(path, folder / record.name)
    return record


def _parts(path: Path) -> list[Path]:
    return sorted(one for one in path.rglob("*") if one.is_file()) if path.is_dir() else [path]


def _size(path: Path) -> int:
    return sum(one.stat().st_size for one in _parts(path))


def _digest(path: Path) -> str:
    """A file's sha256; a folder's is that of its files' names and sha256s."""
    if path.is_file():
        return sha256(path)
    listing = "".join(f"{one.relative_to(path).as_posix()} {sha256(one)}\n" for one in _parts(path))
    return hashlib.sha256(listing.encode()).hexdigest()
