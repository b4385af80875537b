"""What a person may have: everything about them, or nothing any more. And what nobody needs when its time is over.

Runs on a given connection. docs/privacy.md says the same in words.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, delete, exists, false, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.state import serialization as rows
from bot.state.answers import drop, gap_key
from bot.state.dialect import among, insert
from bot.state.tables import (
    admin_log,
    allowances,
    answers,
    channels,
    conversations,
    departures,
    entry_versions,
    feedback,
    gaps,
    guild_entries,
    guilds,
    turns,
    users,
)
from bot.state.values import Cause
from bot.tutor.dialogue import Origin

LOG_DAYS = 365
"""How long changes of settings stay in the admin log; what changed entries stays as long as the entries do."""
ALLOWANCE_DAYS = 2
"""A bucket that nobody touched for so long is full again, and a full one need not be kept."""

_CHUNK = 500
_MANY = 5_000


async def forget(connection: AsyncConnection, user: int) -> int:
    """Deletes everything about a person; returns how many answers went. In the admin log nobody is named any more."""
    mine = list(await connection.scalars(select(turns.c.n).where(turns.c.user == user).order_by(turns.c.n)))
    places = list(await connection.scalars(select(turns.c.channel).where(turns.c.user == user).distinct()))
    await _drop_gaps(connection, user)
    await connection.execute(delete(feedback).where(feedback.c.user == user))
    for start in range(0, len(mine), _MANY):
        # By their numbers: from a subquery PostgreSQL concludes that it had better read the whole table.
        for table in (feedback, answers):
            await connection.execute(delete(table).where(among(connection, table.c.n, mine[start : start + _MANY])))
    await connection.execute(delete(turns).where(turns.c.user == user))
    for start in range(0, len(places), _CHUNK):
        # A direct message is a person's; an empty channel of a server names nobody and is swept when its time comes.
        some = conversations.c.channel.in_(places[start : start + _CHUNK])
        await connection.execute(delete(conversations).where(some, conversations.c.guild == 0, ~_has_turns()))
    for table in (users, allowances):
        await connection.execute(delete(table).where(table.c.user == user))
    await connection.execute(update(admin_log).where(admin_log.c.by == user).values(by=0))
    return len(mine)


async def _drop_gaps(connection: AsyncConnection, user: int) -> None:
    disliked = exists().where(feedback.c.n == turns.c.n, feedback.c.helpful == false())
    declined = turns.c.origin == Origin.DECLINED.value
    statement = select(turns.c.id).where(turns.c.user == user, or_(declined, disliked))
    keys = [gap_key(scalar, cause) for scalar in await connection.scalars(statement) for cause in Cause]
    for start in range(0, len(keys), _CHUNK):
        await connection.execute(delete(gaps).where(gaps.c.key.in_(keys[start : start + _CHUNK])))


async def forget_guild(connection: AsyncConnection, guild: int) -> None:
    """Deletes everything about a server, its own entries too."""
    talks = select(conversations.c.channel).where(conversations.c.guild == guild)
    of_talks = select(turns.c.n).where(turns.c.channel.in_(talks))
    for table in (feedback, answers):
        await connection.execute(delete(table).where(table.c.n.in_(of_talks)))
    await connection.execute(delete(turns).where(turns.c.channel.in_(talks)))
    for table in (*_OF_A_GUILD, departures):
        await connection.execute(delete(table).where(table.c.guild == guild))


_OF_A_GUILD = (conversations, gaps, allowances, channels, guilds, guild_entries, entry_versions, admin_log)


async def leave(connection: AsyncConnection, guild: int, now: datetime) -> None:
    """Note that a server removed the bot; the first time counts."""
    statement = insert(connection, departures).values(guild=guild, left_at=now)
    await connection.execute(statement.on_conflict_do_nothing(index_elements=["guild"]))


async def stay(connection: AsyncConnection, guilds_present: Collection[int]) -> None:
    """Strike out the notes that these servers removed the bot."""
    present = sorted(guilds_present)
    for start in range(0, len(present), _CHUNK):
        some = departures.c.guild.in_(present[start : start + _CHUNK])
        await connection.execute(delete(departures).where(some))


async def known_guilds(connection: AsyncConnection) -> set[int]:
    """Return the servers about which something is kept and that are not noted as left."""
    left = set(await connection.scalars(select(departures.c.guild)))
    kept: set[int] = set()
    for table in _OF_A_GUILD:
        kept |= set(await connection.scalars(select(table.c.guild).distinct()))
    return kept - left - {0}


async def long_left(connection: AsyncConnection, before: datetime) -> list[int]:
    """Return the servers that removed the bot before a time."""
    return list(await connection.scalars(select(departures.c.guild).where(departures.c.left_at < before)))


async def export(connection: AsyncConnection, user: int) -> dict[str, Any]:
    """Return everything about a person, as JSON takes it: ids are numbers, times ISO 8601 in UTC."""
    return {
        "user": user,
        "preferences": await _listed(connection, select(users).where(users.c.user == user)),
        "answers": await _listed(connection, _mine(user)),
        "feedback": await _listed(
            connection,
            select(turns.c.id.label("answer"), feedback.c.helpful, feedback.c.at)
            .join(turns, turns.c.n == feedback.c.n)
            .where(feedback.c.user == user)
            .order_by(feedback.c.n),
        ),
        "allowances": await _listed(connection, select(allowances).where(allowances.c.user == user)),
        "changes": await _listed(
            connection, select(admin_log).where(admin_log.c.by == user).order_by(admin_log.c.change)
        ),
    }


def _mine(user: int) -> Select[Any]:
    return (
        select(
            *(turns.c.id, conversations.c.guild, turns.c.channel, turns.c.at, turns.c.finished),
            *(turns.c.origin, answers.c.model, answers.c.question, answers.c.answer),
        )
        .join(conversations, conversations.c.channel == turns.c.channel)
        .join(answers, answers.c.n == turns.c.n)
        .where(turns.c.user == user)
        .order_by(turns.c.n)
    )


async def _listed(connection: AsyncConnection, statement: Select[Any]) -> list[dict[str, Any]]:
    return [rows.plain(row) for row in await connection.execute(statement)]


async def sweep_turns(connection: AsyncConnection, before: datetime) -> int:
    """Deletes some turns from before a time; returns how many. Few at once: others want to write."""
    old = list(await connection.scalars(select(turns.c.n).where(turns.c.at < before).limit(_CHUNK)))
    await drop(connection, old)
    return len(old)


async def sweep_gaps(connection: AsyncConnection, before: datetime) -> int:
    """Deletes the gaps from before a time; returns how many."""
    return (await connection.execute(delete(gaps).where(gaps.c.at < before))).rowcount


async def sweep_rest(connection: AsyncConnection, now: datetime, before: datetime) -> tuple[int, int]:
    """Deletes what is left over: empty conversations, full buckets, old lines of the log. Returns the last two counts."""
    await connection.execute(delete(conversations).where(conversations.c.latest_at < before, ~_has_turns()))
    full = (now - timedelta(days=ALLOWANCE_DAYS)).timestamp()
    buckets = await connection.execute(delete(allowances).where(allowances.c.at < full))
    used = [exists().where(table.c.change == admin_log.c.change) for table in (guild_entries, entry_versions)]
    old = admin_log.c.at < now - timedelta(days=LOG_DAYS)
    lines = await connection.execute(delete(admin_log).where(old, *(~in_use for in_use in used)))
    return buckets.rowcount, lines.rowcount


def _has_turns() -> Any:
    return exists().where(turns.c.channel == conversations.c.channel)
