"""A backup that either database reads: a zip of JSON lines, one file for each table, with counts and checksums.

Made from one state of the database while the bot goes on; restored whole or not at all. Knows the tables, no values.
"""

import json
import os
import tempfile
import zlib
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from sqlalchemy import Table, delete, func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.state import schema
from bot.state.errors import UnusableBackup
from bot.state.store import Store
from bot.state.tables import Utc, admin_log, installation, jobs, metadata, turns

FORMAT = 1
MANIFEST = "manifest.json"
_TABLES: tuple[Table, ...] = tuple(metadata.sorted_tables)
_OWN = (installation, jobs)
"""Filled by the program itself: a database with nothing else in it counts as empty."""
_DROPPED = {"turns": {"message"}}
"""Columns that backups of earlier versions hold and that are left out."""

_COUNTED = ((turns, "n"), (admin_log, "change"))
_CHUNK = 500
_NO_BACKUP = (OSError, EOFError, KeyError, TypeError, ValueError, RuntimeError, BadZipFile, zlib.error)
"""What zipfile and json raise over a file that is something else, or was damaged: a flipped bit looks like a password."""


@dataclass(frozen=True, slots=True)
class Copied:
    """How many rows of each table were written or restored."""

    rows: Mapping[str, int]

    @property
    def total(self) -> int:
        """Of all tables."""
        return sum(self.rows.values())


async def backup(store: Store, path: Path) -> Copied:
    """Writes everything into a file that only its owner can read, in place of an older one once it is whole.

    Raises StorageOff, and UnusableBackup when the file cannot be written.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        async with store.snapshot() as connection:
            with _writing(path), _private(part) as file, ZipFile(file, "w", ZIP_DEFLATED) as archive:
                manifest: dict[str, Any] = {
                    "format": FORMAT,
                    "tables": schema.HEAD,
                    "made_at": datetime.now(UTC).isoformat(),
                    "files": {table.name: await _dump(connection, table, archive) for table in _TABLES},
                }
                archive.writestr(MANIFEST, json.dumps(manifest, indent=2))
        with _writing(path):
            part.replace(path)
    finally:
        with suppress(OSError):  # there is none, or no folder for one
            part.unlink()
    return Copied({name: each["rows"] for name, each in manifest["files"].items()})


async def restore(store: Store, path: Path, *, replace: bool = False) -> Copied:
    """Puts a backup into an empty database, or with `replace` in the place of what is there: all of it or nothing.

    Raises StorageOff, and UnusableBackup when the file is damaged or too new, or the database is not empty.
    """
    with _reading(path), ZipFile(path) as archive:
        files = _checked(archive, path)
        async with store.writing() as connection:
            await _clear(connection, replace=replace)
            for table in _TABLES:
                if table.name in files:
                    await _load(connection, table, archive, files[table.name]["columns"])
            await _count_on(connection)
    return Copied({name: each["rows"] for name, each in files.items()})


async def move(source: Store, target: Store, *, replace: bool = False) -> Copied:
    """Copies everything from one database into another of any kind; the source stays as it is."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "backup.zip"
        await backup(source, path)
        return await restore(target, path, replace=replace)


async def _dump(connection: AsyncConnection, table: Table, archive: ZipFile) -> dict[str, Any]:
    rows, digest = 0, sha256()
    with archive.open(f"{table.name}.jsonl", "w", force_zip64=True) as file:
        async for row in _streamed(connection, table):
            line = json.dumps([_plain(value) for value in row], separators=(",", ":")).encode() + b"\n"
            file.write(line)
            digest.update(line)
            rows += 1
    return {"rows": rows, "sha256": digest.hexdigest(), "columns": [column.name for column in table.columns]}


async def _streamed(connection: AsyncConnection, table: Table) -> AsyncIterator[Any]:
    statement = select(table).order_by(*table.primary_key).execution_options(yield_per=_CHUNK)
    async with connection.stream(statement) as result:
        async for row in result:
            yield row


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _checked(archive: ZipFile, path: Path) -> dict[str, Any]:
    """Return the files of a backup once every one is what it was when it was written."""
    manifest = json.loads(archive.read(MANIFEST))
    if manifest["format"] != FORMAT or manifest["tables"] > schema.HEAD:
        raise UnusableBackup(f"{path.name} was made by a newer version of this program. Update the program first.")
    files: dict[str, Any] = manifest["files"]
    known = {table.name: {column.name for column in table.columns} for table in _TABLES}
    for name, each in files.items():
        rows, digest = 0, sha256()
        with archive.open(f"{name}.jsonl") as file:
            for line in file:
                rows += 1
                digest.update(line)
        if (rows, digest.hexdigest()) != (each["rows"], each["sha256"]) or not set(each["columns"]) <= known[
            name
        ] | _DROPPED.get(name, set()):
            raise UnusableBackup(
                f"{path.name} is damaged: its table {name} is not what was written. Take another backup."
            )
    return files


async def _clear(connection: AsyncConnection, *, replace: bool) -> None:
    for table in reversed(_TABLES):
        if not replace and table not in _OWN and await connection.scalar(select(func.count()).select_from(table)):
            raise UnusableBackup(
                f"The database is not empty (its table {table.name} has rows). Restore into an empty one, or say "
                "--replace to give up what is in it."
            )
        await connection.execute(delete(table))


async def _load(connection: AsyncConnection, table: Table, archive: ZipFile, columns: list[str]) -> None:
    times = {column.name for column in table.columns if isinstance(column.type, Utc)}
    known = {column.name for column in table.columns}
    with archive.open(f"{table.name}.jsonl") as file:
        chunk: list[dict[str, Any]] = []
        for line in file:
            row = {name: value for name, value in zip(columns, json.loads(line), strict=True) if name in known}
            chunk.append({name: datetime.fromisoformat(row[name]) if name in times else row[name] for name in row})
            if len(chunk) == _CHUNK:
                await connection.execute(insert(table), chunk)
                chunk = []
        if chunk:
            await connection.execute(insert(table), chunk)


async def _count_on(connection: AsyncConnection) -> None:
    """PostgreSQL's own numbers go on after the restored ones; SQLite looks for itself."""
    if connection.dialect.name != "postgresql":
        return
    for table, column in _COUNTED:
        last = await connection.scalar(select(func.max(table.c[column])))
        statement = text("SELECT setval(pg_get_serial_sequence(:table, :column), :last, :used)")
        await connection.execute(
            statement, {"table": table.name, "column": column, "last": last or 1, "used": last is not None}
        )


def _private(path: Path) -> BinaryIO:
    path.parent.mkdir(parents=True, exist_ok=True)
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b")


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UnusableBackup(
            f"{path} cannot be written ({error.strerror}). Name another file, or make room."
        ) from error


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise UnusableBackup(f"There is no file {path}.") from error
    except _NO_BACKUP as error:
        raise UnusableBackup(f"{path} is not a whole backup. Take another one.") from error
