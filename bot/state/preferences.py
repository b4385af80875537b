"""Preferences of people and settings of servers, and the log of what admins changed. Runs on a given connection."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.state import dialect
from bot.state import serialization as rows
from bot.state.tables import admin_log, allowances, channels, guilds, users
from bot.state.values import SETTINGS, Change, Preferences, ServerSettings

_PREFERENCES = select(users).where(users.c.user == bindparam("user"))
_SERVER = select(guilds).where(guilds.c.guild == bindparam("guild"))


async def preferences(connection: AsyncConnection, user: int) -> Preferences:
    """Return how a person likes to be answered."""
    return rows.preferences((await connection.execute(_PREFERENCES, {"user": user})).first())


async def prefer(connection: AsyncConnection, user: int, preferences: Preferences, now: datetime) -> None:
    """Remembers a person's preferences. Somebody who pauses is counted nowhere from then on."""
    row = {"user": user, **rows.preferences_row(preferences), "changed_at": now}
    await connection.execute(dialect.upsert(connection.dialect.name, users, "user"), row)
    if preferences.paused:
        await connection.execute(delete(allowances).where(allowances.c.user == user))


async def server(connection: AsyncConnection, guild: int) -> ServerSettings:
    """Return the settings of a server."""
    row = (await connection.execute(_SERVER, {"guild": guild})).first()
    if row is None:  # study channels are settings too: without a row there are none
        return ServerSettings()
    found = await connection.scalars(select(channels.c.channel).where(channels.c.guild == guild))
    return rows.settings(row, frozenset(found))


async def set_server(
    connection: AsyncConnection, guild: int, settings: ServerSettings, by: int, now: datetime
) -> Change | None:
    """Changes a server's settings and writes down what changed; None when nothing did."""
    row = {"guild": guild, **rows.settings_row(settings), "changed_at": now}
    database = connection.dialect.name
    before = await server(connection, guild)
    await connection.execute(dialect.upsert(database, guilds, "guild"), row)
    if before.study_channels != settings.study_channels:
        await connection.execute(delete(channels).where(channels.c.guild == guild))
        for channel in sorted(settings.study_channels):
            await connection.execute(
                dialect.upsert(database, channels, "channel"), {"channel": channel, "guild": guild}
            )
    what = settings.changed_from(before)
    return await write_down(connection, guild, by, SETTINGS, what, now) if what else None


async def write_down(connection: AsyncConnection, guild: int, by: int, kind: str, what: str, now: datetime) -> Change:
    """Adds a line to the admin log."""
    row: dict[str, Any] = {"guild": guild, "by": by, "kind": kind, "what": rows.storable(what), "at": now}
    made = await connection.scalar(insert(admin_log).values(**row).returning(admin_log.c.change))
    return Change(int(made or 0), guild, by, kind, row["what"], now)


async def changes(connection: AsyncConnection, guild: int, most: int) -> list[Change]:
    """Return the admin log of a server, newest first."""
    statement = select(admin_log).where(admin_log.c.guild == guild).order_by(admin_log.c.change.desc()).limit(most)
    return [rows.change(row) for row in await connection.execute(statement)]
