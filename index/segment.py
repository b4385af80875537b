"""The SQLite file of an index: entries, their names, and passages, numbered like the vectors and the words.

SQLite reads one passage of a million without loading the others. Read-only once built.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

from corpus.entry import Entry, Section, Sense
from corpus.glossary import folded
from index.errors import REBUILD, DamagedIndex
from index.passage import Passage, text_digest
from index.term_matching import Name, words

_SCHEMA = """
CREATE TABLE entry(slug TEXT PRIMARY KEY, term TEXT NOT NULL, body TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE name(folded TEXT NOT NULL, slug TEXT NOT NULL, name TEXT NOT NULL, phrase TEXT NOT NULL,
                  everyday INTEGER NOT NULL, PRIMARY KEY(folded, slug)) WITHOUT ROWID;
CREATE TABLE passage(id INTEGER PRIMARY KEY, slug TEXT NOT NULL, term TEXT NOT NULL, section TEXT NOT NULL,
                     heading TEXT NOT NULL, text TEXT NOT NULL, file TEXT NOT NULL, digest TEXT NOT NULL);
CREATE TABLE word(word TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE INDEX name_slug ON name(slug);
CREATE INDEX passage_slug ON passage(slug);
"""

_ENTRY = TypeAdapter(Entry)


@dataclass(frozen=True, slots=True)
class Headword:
    """What a list of entries shows of one."""

    slug: str
    term: str
    category: str
    summary: str


def digest(passage: Passage) -> str:
    """What a passage's vector depends on, as sha256: two passages with one digest have one vector."""
    return text_digest(passage.searchable)


def write(path: Path, entries: Iterable[Entry], passages: Iterable[Passage]) -> None:
    """Writes a new file; passages are numbered from 0 in their order. The same input gives the same bytes."""
    path.unlink(missing_ok=True)
    db = sqlite3.connect(path)
    _fill(db, entries, passages)
    db.close()


def _fill(db: sqlite3.Connection, entries: Iterable[Entry], passages: Iterable[Passage]) -> None:
    spelled: set[str] = set()
    with db:
        db.executescript(_SCHEMA)
        for entry in entries:
            db.execute("INSERT INTO entry VALUES (?, ?, ?)", (entry.slug, entry.term, _ENTRY.dump_json(entry).decode()))
            db.executemany("INSERT OR IGNORE INTO name VALUES (?, ?, ?, ?, ?)", _names(entry))
        for number, one in enumerate(passages):
            values = (number, one.slug, one.term, one.section.value, one.heading, one.text, one.file, digest(one))
            db.execute("INSERT INTO passage VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)
            spelled.update(words(one.searchable))
        db.executemany("INSERT INTO word VALUES (?)", ((word,) for word in sorted(spelled)))


def _names(entry: Entry) -> Iterator[tuple[str, str, str, str, bool]]:
    from corpus.word_frequency import is_everyday  # its word list takes a while to load, and only building needs it

    for name in entry.owned_names:
        yield folded(name), entry.slug, name, "", is_everyday(folded(name))
    for sense in entry.senses:
        yield folded(sense.name), entry.slug, sense.name, sense.phrase, is_everyday(folded(sense.name))


class Store:
    """Reads the file. Several threads may use it at once: SQLite takes them in turn (sqlite3.threadsafety is 3)."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    @classmethod
    def open(cls, path: Path) -> "Store":
        """The store in a file. Raises DamagedIndex when it is no such file."""
        try:
            db = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True, check_same_thread=False)
            db.execute("SELECT count(*) FROM entry").fetchone()
        except sqlite3.DatabaseError as error:
            raise DamagedIndex(f"{path} cannot be opened. {REBUILD}") from error
        return cls(db)

    @classmethod
    def of(cls, entries: Iterable[Entry], passages: Iterable[Passage]) -> "Store":
        """A store in memory."""
        db = sqlite3.connect(":memory:", check_same_thread=False)
        _fill(db, entries, passages)
        return cls(db)

    def entry(self, slug: str) -> Entry:
        """The entry with this slug. Raises KeyError when there is none."""
        row = self._db.execute("SELECT body FROM entry WHERE slug = ?", (slug,)).fetchone()
        if row is None:
            raise KeyError(slug)
        return _ENTRY.validate_json(row[0])

    def slugs_named(self, name: str) -> list[str]:
        """The entries that own this name or share it as one of their senses."""
        rows = self._db.execute("SELECT slug FROM name WHERE folded = ? ORDER BY slug", (folded(name),))
        return [slug for (slug,) in rows]

    def term(self, slug: str) -> str:
        """The headword of the entry with this slug. Raises KeyError when there is none."""
        row = self._db.execute("SELECT term FROM entry WHERE slug = ?", (slug,)).fetchone()
        if row is None:
            raise KeyError(slug)
        return str(row[0])

    def places(self) -> list[tuple[str, Section]]:
        """The entry and section of each passage, by number."""
        slugs: dict[str, str] = {}  # one string for all passages of an entry
        sections = {section.value: section for section in Section}
        rows = self._db.execute("SELECT slug, section FROM passage ORDER BY id")
        return [(slugs.setdefault(slug, slug), sections[section]) for slug, section in rows]

    def slugs(self) -> list[str]:
        """Every entry, by slug."""
        return [slug for (slug,) in self._db.execute("SELECT slug FROM entry ORDER BY slug")]

    def headwords(self) -> list[Headword]:
        """Term, category and summary of every entry, in the order of their slugs."""
        query = "SELECT slug, term, json_extract(body, '$.category'), json_extract(body, '$.summary') FROM entry ORDER BY slug"
        return [Headword(*row) for row in self._db.execute(query)]

    def written_names(self) -> list[tuple[str, str]]:
        """Every name as its author wrote it, with the slug of an entry that it names."""
        return list(self._db.execute("SELECT name, slug FROM name ORDER BY folded, slug"))

    def names(self) -> list[Name]:
        """Every name, a shared one once with all its entries."""
        rows = self._db.execute("SELECT folded, group_concat(slug, ' '), max(everyday) FROM name GROUP BY folded")
        return [Name(name, tuple(sorted(slugs.split())), bool(everyday)) for name, slugs, everyday in rows]

    def names_of(self, slug: str) -> list[str]:
        """The folded names that an entry owns or shares."""
        return [name for (name,) in self._db.execute("SELECT folded FROM name WHERE slug = ?", (slug,))]

    def name(self, folded_name: str) -> Name:
        """A folded name with its entries, none when nobody owns it."""
        rows = self._db.execute(
            "SELECT slug, everyday FROM name WHERE folded = ? ORDER BY slug", (folded_name,)
        ).fetchall()
        return Name(folded_name, tuple(slug for slug, _ in rows), any(everyday for _, everyday in rows))

    def has_word(self, word: str) -> bool:
        """Whether any passage has the word, spelled like this."""
        return self._db.execute("SELECT 1 FROM word WHERE word = ?", (word,)).fetchone() is not None

    def senses(self, name: str) -> dict[str, Sense]:
        """Slug -> the sense that a shared name has there, with the name as written; empty for an unshared name."""
        query = "SELECT slug, name, phrase FROM name WHERE folded = ? AND phrase != ''"
        return {slug: Sense(written, phrase) for slug, written, phrase in self._db.execute(query, (folded(name),))}

    def numbers(self, slug: str) -> list[int]:
        """The numbers of an entry's passages, in its order."""
        return [number for (number,) in self._db.execute("SELECT id FROM passage WHERE slug = ? ORDER BY id", (slug,))]

    def passages(self, numbers: Iterable[int]) -> dict[int, Passage]:
        """The passages with these numbers; a number without a passage is left out."""
        wanted = list(numbers)
        marks = ",".join("?" * len(wanted))
        columns = "id, slug, term, section, text, heading, file"
        rows = self._db.execute(f"SELECT {columns} FROM passage WHERE id IN ({marks})", wanted)  # noqa: S608  only marks
        return {number: Passage(slug, term, Section(section), *rest) for number, slug, term, section, *rest in rows}

    def digests(self) -> dict[str, int]:
        """Digest -> passage number."""
        return dict(self._db.execute("SELECT digest, id FROM passage"))

    def close(self) -> None:
        """Lets go of the file."""
        self._db.close()
