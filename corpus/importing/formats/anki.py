"""Decks of Anki (.apkg, .colpkg: a zip archive with an SQLite database, newer ones compressed) -> records of notes."""

import io
import json
import sqlite3
import tempfile
import zipfile
from collections import Counter
from contextlib import closing
from pathlib import Path

from corpus.errors import MalformedEntry
from corpus.importing.formats.extra import needed
from corpus.importing.formats.records import Record
from corpus.native_format.page import Page

_DATABASES = ("collection.anki21b", "collection.anki21", "collection.anki2")
"""The newest first; an archive that has a newer one holds in the older only a note that asks to update Anki."""

_MAX_BYTES = 200_000_000
_BETWEEN_FIELDS = "\x1f"


def read(page: Page) -> list[Record]:
    """Return the notes by the names of their fields. Raises MalformedEntry for a file that is no deck."""
    try:
        with zipfile.ZipFile(io.BytesIO(page.raw)) as archive:
            database = _database(archive, page)
        with tempfile.TemporaryDirectory(prefix="deck-") as folder:
            path = Path(folder) / "collection.db"
            path.write_bytes(database)
            with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
                return _notes(db)
    except (zipfile.BadZipFile, sqlite3.DatabaseError, ValueError, OSError) as error:
        problem = "This is no deck that can be read."
        raise MalformedEntry(problem, file=page.path, repair="Export it from Anki as text or .apkg again.") from error


def _database(archive: zipfile.ZipFile, page: Page) -> bytes:
    names = archive.namelist()
    name = next((one for one in _DATABASES if one in names), "")
    if not name:
        raise ValueError("there is no collection in it")
    with archive.open(name) as packed:
        raw = packed.read(_MAX_BYTES + 1)
    if name.endswith("b"):
        reader = needed("zstandard", page).ZstdDecompressor().stream_reader(io.BytesIO(raw))
        raw = reader.read(_MAX_BYTES + 1)
    if len(raw) > _MAX_BYTES:
        raise MalformedEntry("Unpacked, the deck is too large.", file=page.path, repair="Export it in parts.")
    return raw


def _notes(db: sqlite3.Connection) -> list[Record]:
    """Return the notes of all note types; fields that other types have stay apart by their names."""
    fields = _field_names(db)
    found = []
    for number, (kind, text) in enumerate(db.execute("SELECT mid, flds FROM notes ORDER BY id"), start=1):
        values = str(text).split(_BETWEEN_FIELDS)
        names = fields.get(int(kind), [])
        keys = [names[at] if at < len(names) else str(at + 1) for at in range(len(values))]
        found.append((tuple(keys), Record(dict(zip(keys, values, strict=True)), number)))
    if not found:
        return []
    # Cards of one type can be told by position where another type calls the same things differently.
    commonest = Counter(keys for keys, _ in found).most_common(1)[0][0]
    return [record if keys == commonest else _renamed(record, commonest) for keys, record in found]


def _renamed(record: Record, keys: tuple[str, ...]) -> Record:
    values = list(record.values.values())
    known = {key: record.values[key] for key in keys if key in record.values}
    return record if len(known) > 1 else Record(dict(zip(keys, values, strict=False)), record.line)


def _field_names(db: sqlite3.Connection) -> dict[int, list[str]]:
    tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    names: dict[int, list[str]] = {}
    if "fields" in tables:
        db.create_collation(
            "unicase", lambda one, other: (one.casefold() > other.casefold()) - (one.casefold() < other.casefold())
        )
        rows = db.execute("SELECT ntid, name FROM fields ORDER BY ntid, ord")
        for kind, name in rows:
            names.setdefault(int(kind), []).append(str(name))
    if not names:
        (models,) = db.execute("SELECT models FROM col").fetchone() or ("{}",)
        for kind, model in json.loads(models or "{}").items():
            names[int(kind)] = [str(field["name"]) for field in model.get("flds", [])]
    return names
