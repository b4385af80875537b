"""A server's own entries as native files, with every version, who made it and when, and undo. Knows no glossary.

Unlike the rest of what is kept, a change here fails aloud: an admin has to know that it was not saved.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Select, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.state import dialect
from bot.state import preferences as people
from bot.state import serialization as rows
from bot.state.errors import Conflict
from bot.state.store import Store
from bot.state.tables import admin_log, entry_versions, guild_entries
from bot.state.values import ENTRIES, Change, GuildEntry

_NAMED = 5
"""Of changed entries in a line of the log; of more the number is said."""


class GuildEntries:
    """The entries that servers added. Every method raises StorageOff while the database is away."""

    def __init__(self, store: Store, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._store = store
        self._clock = clock

    async def of(self, guild: int) -> list[GuildEntry]:
        """Return the entries of a server as they are now, by slug."""
        statement = _with_change(guild_entries).where(guild_entries.c.guild == guild).order_by(guild_entries.c.slug)
        async with self._store.reading() as connection:
            return [rows.entry(row) for row in await connection.execute(statement)]

    async def latest(self) -> dict[int, int]:
        """Return the latest change to entries, by server: what another process changed is noticed by its number."""
        statement = select(admin_log.c.guild, func.max(admin_log.c.change)).where(admin_log.c.kind == ENTRIES)
        async with self._store.reading() as connection:
            return {row[0]: row[1] for row in await connection.execute(statement.group_by(admin_log.c.guild))}

    async def write(
        self, guild: int, texts: Mapping[str, str | None], by: int, expected: Mapping[str, int] | None = None
    ) -> Change:
        """Writes entries (slug -> native file) and removes those without text: all of them or, after an error, none.

        `expected`: the versions that the author saw, 0 for a new entry. Raises Conflict when one has changed since.
        """
        async with self._store.writing() as connection:
            before = await _versions(connection, guild)
            for slug, version in (expected or {}).items():
                current = before.get(slug, (0, None))
                if version != (current[0] if current[1] is not None else 0):
                    raise Conflict(f"“{slug}” was changed by somebody else in the meantime. Look at it and try again.")
            return await _apply(connection, guild, texts, by, self._clock(), before)

    async def undo(self, guild: int, change: int, by: int) -> Change:
        """Brings the entries of a change back to what they were before it, as a new change.

        Raises Conflict when there is no such change, or one of its entries was changed again since.
        """
        async with self._store.writing() as connection:
            before = await _versions(connection, guild)
            statement = select(entry_versions).where(entry_versions.c.guild == guild, entry_versions.c.change == change)
            made = (await connection.execute(statement)).all()
            if not made:
                raise Conflict("There is no such change of entries in this server. The history lists them.")
            if later := [row.slug for row in made if before[row.slug][0] != row.version]:
                raise Conflict(f"“{later[0]}” was changed again since. Undo the later change first.")
            texts = {row.slug: await _text(connection, guild, row.slug, row.version - 1) for row in made}
            return await _apply(connection, guild, texts, by, self._clock(), before, f"undid change {change}: ")

    async def history(self, guild: int, slug: str = "", most: int = 50) -> list[GuildEntry]:
        """Return the versions of an entry, or of all, newest first; one without text was a removal."""
        statement = _with_change(entry_versions).where(entry_versions.c.guild == guild)
        if slug:
            statement = statement.where(entry_versions.c.slug == slug)
        newest = statement.order_by(entry_versions.c.change.desc(), entry_versions.c.slug).limit(most)
        async with self._store.reading() as connection:
            return [rows.entry(row) for row in await connection.execute(newest)]


def _with_change(table: Any) -> Select[Any]:
    return select(table, admin_log.c.by, admin_log.c.at).join(admin_log, admin_log.c.change == table.c.change)


async def _versions(connection: AsyncConnection, guild: int) -> dict[str, tuple[int, str | None]]:
    """Return the latest version of every entry there ever was, and its text. One change in a server at a time."""
    await dialect.one_at_a_time(connection, guild)
    newest = (
        select(entry_versions.c.slug, func.max(entry_versions.c.version).label("version"))
        .where(entry_versions.c.guild == guild)
        .group_by(entry_versions.c.slug)
        .subquery()
    )
    statement = select(entry_versions).join(
        newest, (newest.c.slug == entry_versions.c.slug) & (newest.c.version == entry_versions.c.version)
    )
    found = await connection.execute(statement.where(entry_versions.c.guild == guild))
    return {row.slug: (row.version, row.text) for row in found}


async def _text(connection: AsyncConnection, guild: int, slug: str, version: int) -> str | None:
    found: str | None = await connection.scalar(
        select(entry_versions.c.text).where(
            entry_versions.c.guild == guild, entry_versions.c.slug == slug, entry_versions.c.version == version
        )
    )
    return found


async def _apply(
    connection: AsyncConnection,
    guild: int,
    texts: Mapping[str, str | None],
    by: int,
    now: datetime,
    before: Mapping[str, tuple[int, str | None]],
    prefix: str = "",
) -> Change:
    what = prefix + said(texts, {slug for slug, (_, text) in before.items() if text is not None})
    change = await people.write_down(connection, guild, by, ENTRIES, what, now)
    versions = [
        {
            "guild": guild,
            "slug": slug,
            "version": before.get(slug, (0, None))[0] + 1,
            "text": None if text is None else rows.storable(text),
            "change": change.id,
        }
        for slug, text in texts.items()
    ]
    if versions:
        await connection.execute(insert(entry_versions), versions)
        for start in range(0, len(versions), 500):
            slugs = [row["slug"] for row in versions[start : start + 500]]
            gone = delete(guild_entries).where(guild_entries.c.guild == guild, guild_entries.c.slug.in_(slugs))
            await connection.execute(gone)
    if present := [row for row in versions if row["text"] is not None]:
        await connection.execute(insert(guild_entries), present)
    return change


def said(texts: Mapping[str, str | None], present: set[str]) -> str:
    """Return what a change does, for people: "added dropout; removed overfitting"."""
    kinds = {
        "added": [slug for slug, text in texts.items() if text is not None and slug not in present],
        "changed": [slug for slug, text in texts.items() if text is not None and slug in present],
        "removed": [slug for slug, text in texts.items() if text is None],
    }
    listed = (
        f"{kind} {', '.join(slugs) if len(slugs) <= _NAMED else f'{len(slugs)} entries'}"
        for kind, slugs in kinds.items()
        if slugs
    )
    return "; ".join(listed) or "changed nothing"
