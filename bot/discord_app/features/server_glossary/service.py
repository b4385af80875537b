"""A server's own entries: what `/glossary add, edit, remove, upload, export, status, history, undo` do.

Each change is laid over the index first, then stored in one transaction, then seen: a failure on the way changes
nothing. Knows the storage, the views and the rules of the form; no Discord. Who may change is the surface's question.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from weakref import WeakValueDictionary

from bot.discord_app.features.server_glossary import report, upload
from bot.discord_app.features.server_glossary.entry_form import Form, Refused, cleaned, entry_from, form_of, problems
from bot.discord_app.features.server_glossary.loader import FILE, Own, Storage, read_rows
from bot.discord_app.features.server_glossary.report import SHOWN_ADVICE, Line, Report, headline
from bot.discord_app.features.server_glossary.upload import Upload
from corpus.entry import Entry, Origin
from corpus.glossary import folded
from corpus.native_format import write
from index.per_server import Shelves
from index.search import SearchIndex
from index.server_overlay import Contents, View

MAX_ENTRIES = 500
"""Of one server: with more of them a change is not found within 2 s (docs/performance.md)."""


@dataclass(frozen=True, slots=True)
class Edited:
    """An entry in the form's fields, and the version that was seen."""

    form: Form
    slug: str
    version: int


class ServerGlossaryService:
    """Changes the entries of servers, one change of a server at a time."""

    def __init__(
        self,
        storage: Storage,
        shelves: Shelves,
        read: Callable[[str, bytes], Awaitable[Upload]] | None = None,
        advise: Callable[[Sequence[Entry], Sequence[Entry]], Awaitable[list[str]]] | None = None,
    ) -> None:
        self._storage = storage
        self._shelves = shelves
        self._read = read or upload.read
        self._advise = advise or upload.advice
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def add(self, guild: int, by: int, form: Form) -> Report:
        """Adds an entry. Raises Refused, StateError."""
        made = _checked(entry_from(form))
        async with self._turn(guild):
            own = await self._own(guild)
            if made.slug in own.rows:
                raise Refused(f"There is an entry “{made.term}” already. `/glossary edit` changes it.")
            return await self._change(guild, by, own, [made], expected={made.slug: 0}, advised=True)

    async def form(self, guild: int, name: str) -> Edited:
        """Return the form of an entry that is to be edited. Raises Refused, StateError."""
        own = await self._own(guild)
        entry = _one(own, name)
        return Edited(form_of(entry), entry.slug, own.rows[entry.slug].version)

    async def edit(self, guild: int, by: int, edited: Edited) -> Report:
        """Changes an entry; with another term it moves there. Raises Refused, Conflict, StateError."""
        async with self._turn(guild):
            own = await self._own(guild)
            before = _one(own, edited.slug)
            made = _checked(entry_from(edited.form, before))
            if made == before:
                return Report("Nothing has changed.")
            moved = [before.slug] if made.slug != before.slug else []
            if moved and made.slug in own.rows:
                raise Refused(f"There is an entry “{made.term}” already. Choose another term, or edit that one.")
            expected = {edited.slug: edited.version}
            return await self._change(guild, by, own, [made], moved, expected=expected, advised=True)

    async def remove(self, guild: int, by: int, name: str) -> Report:
        """Takes an entry out. Raises Refused, StateError."""
        async with self._turn(guild):
            own = await self._own(guild)
            slug = name if name in own.rows else _one(own, name).slug
            return await self._change(guild, by, own, [], [slug], expected={slug: own.rows[slug].version})

    async def upload(self, guild: int, by: int, name: str, data: bytes) -> Report:
        """Adds and replaces the entries of a file, in one step; each that is refused is told. Raises Refused, StateError."""
        found = await self._read(name, data)
        lines = [Line("left out", "", line) for line in found.left_out] + [
            Line("note", "", note) for note in found.notes
        ]
        good: dict[str, Entry] = {}
        for entry in (replace(cleaned(entry), origin=Origin(FILE)) for entry in found.entries):
            if wrong := next(problems(entry), ""):
                lines.append(Line("refused", entry.term, wrong))
            elif entry.slug in good:
                lines.append(Line("refused", entry.term, f"“{good[entry.slug].term}” stands in the file already."))
            else:
                good[entry.slug] = entry
        async with self._turn(guild):
            own = await self._own(guild)
            expected = {slug: own.rows[slug].version if slug in own.rows else 0 for slug in good}
            return await self._change(guild, by, own, list(good.values()), lines=lines, expected=expected)

    async def export(self, guild: int) -> tuple[str, bytes]:
        """File name and content: the entry's file, or all of them in an archive that can be uploaded. Raises Refused."""
        rows = await self._storage.of(guild)
        if not rows:
            raise Refused("This server has no entries of its own yet. `/glossary add` writes one.")
        if len(rows) == 1:
            return f"{rows[0].slug}.md", rows[0].text.encode()
        own = await asyncio.to_thread(read_rows, rows)
        return "glossary.zip", await asyncio.to_thread(upload.packed, list(own.entries.values()))

    async def status(self, guild: int) -> str:
        """Return how many entries there are, and the last change."""
        return report.status(await self._storage.of(guild), MAX_ENTRIES, self._shelves.contents(str(guild)) is not None)

    async def history(self, guild: int, name: str = "") -> str:
        """Return the last changes, of all or of one entry."""
        own = await self._own(guild) if name else None
        entry = own.named(name) if own else None
        return report.history(await self._storage.history(guild, entry.slug if entry else name))

    async def undo(self, guild: int, by: int, change: int = 0) -> Report:
        """Takes a change back, the last one unless another is named. Raises Refused, Conflict, StateError."""
        async with self._turn(guild):
            if not change:
                last = await self._storage.history(guild, most=1)
                if not last:
                    raise Refused("There is nothing to take back: nothing has been changed yet.")
                change = last[0].change
            done = await self._storage.undo(guild, change, by)
            await self._refresh(guild, done.id)
        said = f"Change {change} was taken back. It is live now; `/glossary undo {done.id}` brings it again."
        return Report(said, change=done.id)

    async def _change(
        self, guild: int, by: int, own: Own, made: Sequence[Entry], gone: Sequence[str] = (), *,
        expected: Mapping[str, int], lines: Sequence[Line] = (), advised: bool = False,
    ) -> Report:  # fmt: skip
        """Lays, stores and publishes entries that are made and gone, and tells what became of each."""
        told = list(lines)
        stored = {slug: one for slug, one in own.entries.items() if slug not in gone}
        accepted = _without_clashes(stored, made, told, alone=advised)
        accepted = [entry for entry in accepted if own.entries.get(entry.slug) != entry]
        if not accepted and not gone:
            return Report(headline(told, 0), tuple(map(str, told)))
        if len(stored | {entry.slug: entry for entry in accepted}) > MAX_ENTRIES:
            raise Refused(f"A server can have {MAX_ENTRIES} entries. Remove some first, or upload fewer.")
        accepted, view = await asyncio.to_thread(self._answerable, guild, stored, accepted, told)
        texts: dict[str, str | None] = dict.fromkeys(gone)
        texts |= {entry.slug: write.native(entry) for entry in accepted}
        done = await self._storage.write(guild, texts, by, {slug: expected[slug] for slug in expected if slug in texts})
        await self._refresh(guild, done.id, view)
        told = [*_became(own, accepted, gone), *told]
        if advised:
            told += await self._advice(accepted, view.index)
        return Report(headline(told, done.id), tuple(map(str, told)), done.id)

    def _answerable(
        self, guild: int, stored: Mapping[str, Entry], accepted: Sequence[Entry], told: list[Line]
    ) -> tuple[list[Entry], View]:
        """Return the entries without follow-up questions that the glossary could not answer, and the view with them.

        What is embedded here is not embedded again when the change is published.
        """
        found, replaced = [], {entry.slug for entry in accepted}
        rest = (entry for slug, entry in stored.items() if slug not in replaced)
        view = self._shelves.laid(str(guild), Contents(tuple(sorted((*rest, *accepted), key=lambda entry: entry.slug))))
        for entry in accepted:
            good = tuple(follow_up for follow_up in entry.follow_ups if view.index.search(follow_up, 1).answerable)
            left = (follow_up for follow_up in entry.follow_ups if follow_up not in good)
            why = "the follow-up “{}” was left out: no entry answers it yet."
            told.extend(Line("note", entry.term, why.format(follow_up)) for follow_up in left)
            told.extend(_takes(self._shelves.current, view.index, entry))
            found.append(replace(entry, follow_ups=good))
        return found, view

    async def _refresh(self, guild: int, change: int, beside: View | None = None) -> None:
        """Publishes what is stored now: other processes may have changed other entries in the meantime."""
        own = await self._own(guild)
        contents = Contents(tuple(own.entries.values()), version=change)
        self._shelves.publish(await asyncio.to_thread(self._shelves.laid, str(guild), contents, beside))

    async def _advice(self, entries: Sequence[Entry], index: SearchIndex) -> list[Line]:
        names = {name for entry in entries for name in (*entry.related, *entry.prerequisites)}
        own = {entry.slug for entry in entries}
        slugs = {slug for name in names for slug in index.slugs_named(name)} - own
        found = await self._advise(entries, [index.entry(slug) for slug in sorted(slugs)])
        lines = [Line("could be better", "", hint) for hint in found[:SHOWN_ADVICE]]
        rest = len(found) - len(lines)
        return [*lines, *([Line(f"{rest} more such hints; none of them has to be followed", "")] if rest else [])]

    async def _own(self, guild: int) -> Own:
        return await asyncio.to_thread(read_rows, await self._storage.of(guild))

    def _turn(self, guild: int) -> asyncio.Lock:
        return self._locks.setdefault(guild, asyncio.Lock())


def _checked(entry: Entry) -> Entry:
    made = cleaned(entry)
    if wrong := list(problems(made)):
        raise Refused(" ".join(wrong))
    return replace(made, origin=Origin(FILE))


def _one(own: Own, name: str) -> Entry:
    if (found := own.named(name)) is None:
        raise Refused(f"This server has no entry “{name[:80]}” of its own. `/glossary status` says what there is.")
    return found


def _without_clashes(
    stored: Mapping[str, Entry], made: Sequence[Entry], told: list[Line], *, alone: bool
) -> list[Entry]:
    """Return the entries whose names no other entry of the server owns. `alone`: one entry, whose clash is a refusal."""
    replaced = {entry.slug for entry in made}
    owners = {folded(name): one for slug, one in stored.items() if slug not in replaced for name in one.names}
    accepted = []
    for entry in made:
        if owner := next((owners[folded(name)] for name in entry.names if folded(name) in owners), None):
            names = ", ".join(f"“{name}”" for name in entry.names if owners.get(folded(name)) is owner)
            wrong = f"{names} already names “{owner.term}” here. Take the name out of one of the two."
            if alone:
                raise Refused(wrong)
            told.append(Line("refused", entry.term, wrong))
            continue
        owners |= {folded(name): entry for name in entry.names}
        accepted.append(entry)
    return accepted


def _takes(shared: SearchIndex, mine: SearchIndex, entry: Entry) -> list[Line]:
    """Return what an entry takes from shared ones in this server, so that nobody wonders where they are."""
    lines = []
    for name in entry.names:
        for slug in shared.slugs_named(name):
            if slug == entry.slug:
                lines.append(Line("note", entry.term, "here it stands in the place of the shared entry of this name."))
            elif entry.slug in mine.slugs_named(name):
                term = shared.term(slug)
                lines.append(Line("note", entry.term, f"here “{name}” no longer means the shared entry “{term}”."))
    return lines


def _became(own: Own, accepted: Sequence[Entry], gone: Sequence[str]) -> list[Line]:
    moved = {own.entries[slug].term if slug in own.entries else slug for slug in gone}
    added = [Line("changed" if entry.slug in own.rows else "added", entry.term) for entry in accepted]
    return [*added, *(Line("removed", term) for term in sorted(moved))]
