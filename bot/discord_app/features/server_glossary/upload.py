"""Files from strangers -> entries, in a process of its own: what hangs, eats memory or breaks takes nothing else with it.

Any format that `corpus import` reads, alone or in a zip archive. The process knows no token and no database: it is
started with an empty environment, `python -m bot.discord_app.features.server_glossary.upload import|check`. Knows no Discord.
"""

import asyncio
import io
import json
import re
import stat
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from bot.discord_app.features.server_glossary.entry_form import Refused
from corpus.entry import Entry
from corpus.native_format import read as native
from corpus.native_format import write

UPLOAD_BYTES = 2_000_000
UNPACKED_BYTES = 20_000_000
MAX_FILES = 4_000
MAX_LINES = 1_000
"""Of a report: what was left out and why."""

MAX_DEPTH = 12
READ_S = 60.0
CHECK_S = 15.0
MEMORY_BYTES = 2 * 1024**3

PACK_AGAIN = "Pack the entries into a plain .zip and upload that."
_PROJECT = Path(__file__).parents[4]
_CHUNK = 65_536
_DOCUMENTS = frozenset({".xlsx", ".xlsm", ".docx", ".odt", ".pptx", ".epub", ".apkg", ".colpkg"})


@dataclass(frozen=True, slots=True)
class Upload:
    """What a file held: entries, and what was left out or changed and why, in lines for a report."""

    entries: tuple[Entry, ...]
    left_out: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


async def read(name: str, data: bytes) -> Upload:
    """Return the entries of an uploaded file. Raises Refused."""
    if len(data) > UPLOAD_BYTES:
        raise Refused(
            f"The file has {len(data) / 1e6:.1f} MB, and {UPLOAD_BYTES // 10**6} MB are allowed: upload it in parts."
        )
    with tempfile.TemporaryDirectory(prefix="glossary-") as folder:
        await asyncio.to_thread(unpack, name, data, Path(folder))
        found = json.loads(await _child(["import", folder], b"", READ_S))
    if "problem" in found:
        raise Refused(str(found["problem"]))
    return Upload(tuple(map(native.entry, found["entries"])), tuple(found["left_out"]), tuple(found["notes"]))


async def advice(entries: Sequence[Entry], others: Sequence[Entry]) -> list[str]:
    """Return what the editorial rules say about entries among others, a sentence each; nothing when that takes too long."""
    asked = {"entries": [write.native(entry) for entry in entries], "others": [write.native(other) for other in others]}
    try:
        return [str(line) for line in json.loads(await _child(["check"], json.dumps(asked).encode(), CHECK_S))]
    except Refused:
        return []


async def _child(arguments: Sequence[str], given: bytes, limit_s: float) -> bytes:
    """Return what the process writes. Raises Refused when it breaks or takes too long."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", __name__, *arguments,
        cwd=_PROJECT, env={"PYTHONUTF8": "1"},
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        written, _ = await asyncio.wait_for(process.communicate(given), limit_s)
    except TimeoutError:
        raise Refused("Reading this takes too long. Upload it in smaller parts.") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        raise Refused("This file cannot be read. Upload it in smaller parts, or as the Markdown files of an export.")
    return written


def unpack(name: str, data: bytes, folder: Path) -> None:
    """Puts an uploaded file, or what is in an archive, below an empty folder. Raises Refused; leads nowhere else."""
    if data.startswith((b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"BZh", b"\xfd7zXZ")):
        raise Refused(f"I cannot open this kind of archive. {PACK_AGAIN}")
    # Documents of office programs and decks of flash cards are archives, too, and are read as they are.
    is_document = PurePosixPath(name.lower()).suffix in _DOCUMENTS
    if is_document or not data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        (folder / _file_name(name)).write_bytes(data)
        return
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _unzip(archive, folder)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, zlib.error, EOFError, ValueError, OSError) as error:
        raise Refused(f"The archive is damaged, locked or packed in an unusual way. {PACK_AGAIN}") from error


def _unzip(archive: zipfile.ZipFile, folder: Path) -> None:
    files = [member for member in archive.infolist() if not member.is_dir()]
    if len(files) > MAX_FILES:
        raise Refused(f"The archive holds {len(files)} files, and {MAX_FILES} are allowed: upload it in parts.")
    left = UNPACKED_BYTES
    for file in files:
        path = folder.joinpath(*_parts(file.filename))
        if stat.S_ISLNK(file.external_attr >> 16) or path.name.startswith("."):
            continue  # a link is no text, and hidden files belong to the machine that packed
        path.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(file) as packed, path.open("wb") as out:
            # The sizes in an archive's list are what its maker claims: what comes out is counted.
            while chunk := packed.read(min(_CHUNK, left + 1)):
                left -= len(chunk)
                if left < 0:
                    raise Refused(
                        f"Unpacked, the archive is larger than {UNPACKED_BYTES // 10**6} MB: upload it in parts."
                    )
                out.write(chunk)


def _parts(path: str) -> list[str]:
    """Return the path's parts. Raises Refused when it could lead out of its folder."""
    whole = PurePosixPath(path.replace("\\", "/"))
    parts = whole.parts
    if whole.is_absolute() or ".." in parts or any(":" in part or "\x00" in part or len(part) > 200 for part in parts):
        raise Refused(f"The archive holds a path that leads out of it. {PACK_AGAIN}")
    if not parts or len(parts) > MAX_DEPTH:
        raise Refused(f"The archive's folders lie too deep in each other. {PACK_AGAIN}")
    return list(parts)


def _file_name(name: str) -> str:
    """Return a harmless file name with the same stem and ending, which formats are recognised by."""
    last = re.split(r"[/\\]", name)[-1]
    return re.sub(r"[^\w.-]+", "-", last).lstrip(".-")[-80:] or "upload.txt"


def packed(entries: Sequence[Entry]) -> bytes:
    """Return a zip archive of native files. The same entries give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry in sorted(entries, key=lambda one: one.slug):
            archive.writestr(zipfile.ZipInfo(f"{entry.slug}.md", (2000, 1, 1, 0, 0, 0)), write.native(entry).encode())
    return out.getvalue()


def imported(folder: Path) -> dict[str, Any]:
    """Return what `corpus import` makes of a folder, as it goes over the pipe."""
    from corpus.errors import CorpusError
    from corpus.importing import plan_import

    try:
        plan = plan_import(folder)
    except CorpusError as error:
        return {"problem": str(error)}
    report = plan.report
    lines = {
        kind: [f"{line.file}:{line.line}: {line.reason}" for line in found[:MAX_LINES]]
        for kind, found in (("left_out", report.skips), ("notes", report.notes))
    }
    doubts = [
        f"{one.file}: read as {one.shape}, {one.entries} entries, and it is not sure that this is right"
        for one in report.doubts[:MAX_LINES]
    ]
    lines["notes"] = [*doubts, *lines["notes"]][:MAX_LINES]
    return {"entries": [write.native(entry) for entry in plan.entries], **lines}


def checked(entries: Sequence[Entry], others: Sequence[Entry]) -> Iterator[str]:
    """Return the findings about entries among others. Calculations that an entry asks to be checked are not carried out."""
    from dataclasses import replace

    from corpus.check import check_entry
    from corpus.errors import NameClash
    from corpus.glossary import Glossary

    try:
        glossary = Glossary([*entries, *others])
    except NameClash:
        return
    for entry in entries:
        for found in check_entry(replace(entry, checks=()), glossary):
            yield f"{entry.term}: {found.problem}"


def _bounded() -> None:
    """No more memory and time than any glossary needs, where the system can say so."""
    try:
        import resource
    except ImportError:  # Windows: the parent's clock remains
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (int(READ_S), int(READ_S)))


def _main(arguments: Sequence[str]) -> None:
    _bounded()
    if arguments[0] == "import":
        made: Any = imported(Path(arguments[1]))
    else:
        asked = json.loads(sys.stdin.buffer.read())
        texts = ([native.entry(text) for text in asked[kind]] for kind in ("entries", "others"))
        made = list(checked(*texts))[:MAX_LINES]
    sys.stdout.write(json.dumps(made))


if __name__ == "__main__":
    _main(sys.argv[1:])
