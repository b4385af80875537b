"""Answers, the conversations they belong to, and what people thought of them. Runs on a given connection.

Declined answers and those with a 👎 leave a gap behind: the question without the person.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from hashlib import blake2b
from typing import Any

from sqlalchemy import Select, bindparam, delete, exists, false, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.state import serialization as rows
from bot.state.dialect import given, insert, insert_into, upsert
from bot.state.memory import MAX_TURNS
from bot.state.tables import answers, conversations, feedback, gaps, turns, users
from bot.state.values import Cause, Gap, StoredAnswer


async def save(connection: AsyncConnection, stored: StoredAnswer) -> bool:
    """Keeps an answer; False, and nothing of it stays, when its asker paused the memory."""
    database = connection.dialect.name
    place = {
        "channel": stored.place.channel,
        "guild": stored.place.guild,
        "started_at": stored.at,
        "latest_at": stored.at,
    }
    opening = {"asker": stored.user, **{f"new_{name}": value for name, value in place.items()}}
    if (await connection.execute(_opening(database), opening)).first() is None:
        n = await connection.scalar(select(turns.c.n).where(turns.c.id == stored.id))
        await drop(connection, [] if n is None else [n])
        return False
    turn = {
        "id": stored.id,
        "channel": stored.place.channel,
        "user": stored.user,
        "finished": stored.finished,
        "origin": stored.answer.origin.value,
        "at": stored.at,
    }
    n = (await connection.execute(_turn(database), turn)).scalar_one()
    texts = {
        "n": n,
        "model": rows.storable(stored.answer.model),
        "question": rows.question_json(stored.question),
        "answer": rows.answer_json(stored.answer),
    }
    await connection.execute(upsert(database, answers, "n"), texts)
    if stored.finished and stored.answer.is_gap:
        await _leave_gap(connection, stored, Cause.DECLINED)
    return True


async def drop(connection: AsyncConnection, numbers: Sequence[int]) -> None:
    """Deletes turns, at most some hundreds, with all that belongs to them."""
    if numbers:
        for table in (feedback, answers, turns):
            await connection.execute(delete(table).where(table.c.n.in_(numbers)))


@cache
def _opening(database: str) -> Any:
    """Opens a conversation unless its person paused the memory: in one statement, so that no pause slips in between."""
    paused = exists().where(users.c.user == bindparam("asker", type_=users.c.user.type), users.c.paused)
    statement = insert_into(database, conversations)
    return (
        statement.from_select([column.name for column in conversations.c], select(*given(conversations)).where(~paused))
        .on_conflict_do_update(index_elements=["channel"], set_={"latest_at": statement.excluded.latest_at})
        .returning(conversations.c.channel)
    )


@cache
def _turn(database: str) -> Any:
    return upsert(database, turns, "id").returning(turns.c.n)


_KEPT: Select[Any] = (
    select(turns, conversations.c.guild, answers.c.question, answers.c.answer)
    .join(conversations, conversations.c.channel == turns.c.channel)
    .join(answers, answers.c.n == turns.c.n)
)
_BY_ID = _KEPT.where(turns.c.id == bindparam("id"))
_RECENT = _KEPT.where(turns.c.channel == bindparam("channel")).order_by(turns.c.n.desc()).limit(MAX_TURNS)


async def answer(connection: AsyncConnection, answer_id: str, since: datetime) -> StoredAnswer | None:
    """Return the answer with this id, when it was given after `since`."""
    row = (await connection.execute(_BY_ID, {"id": answer_id})).first()
    return rows.stored(row) if row and row.at >= since else None


async def recent(connection: AsyncConnection, channel: int, since: datetime) -> Sequence[StoredAnswer]:
    """Return the last answers in a channel, oldest first."""
    found = [row for row in await connection.execute(_RECENT, {"channel": channel}) if row.at >= since]
    return [stored for row in reversed(found) if (stored := rows.stored(row))]


async def judge(connection: AsyncConnection, answer_id: str, user: int, helpful: bool, now: datetime) -> None:
    """Keeps a 👍 or 👎 about an answer that is kept, unless this person's memory is paused."""
    row = (await connection.execute(_BY_ID, {"id": answer_id})).first()
    paused = await connection.scalar(select(users.c.paused).where(users.c.user == user))
    if row is None or paused:
        return
    statement = upsert(connection.dialect.name, feedback, "n", "user")
    await connection.execute(statement, {"n": row.n, "user": user, "helpful": helpful, "at": now})
    against = select(func.count()).select_from(feedback).where(feedback.c.n == row.n, feedback.c.helpful == false())
    if not await connection.scalar(against):
        await connection.execute(delete(gaps).where(gaps.c.key == gap_key(answer_id, Cause.UNHELPFUL)))
    elif not helpful and (stored := rows.stored(row)):
        await _leave_gap(connection, stored, Cause.UNHELPFUL)


def gap_key(answer_id: str, cause: Cause) -> str:
    """Return the name of a gap. It leads from the answer to the gap and not back, so that forgetting the one takes the other."""
    return blake2b(f"{cause}:{answer_id}".encode(), digest_size=16).hexdigest()


async def _leave_gap(connection: AsyncConnection, stored: StoredAnswer, cause: Cause) -> None:
    gap = stored.gap(cause)
    statement = insert(connection, gaps).values(
        key=gap_key(stored.id, cause),
        guild=gap.guild,
        question=rows.storable(gap.question),
        nearest=rows.terms_json(gap.nearest),
        cause=cause.value,
        at=gap.at,
    )
    await connection.execute(statement.on_conflict_do_nothing(index_elements=["key"]))


async def left_gaps(connection: AsyncConnection, guild: int | None, since: datetime) -> list[Gap]:
    """Return the gaps of a guild (None: of all), oldest first."""
    statement = select(gaps).where(gaps.c.at >= since).order_by(gaps.c.at, gaps.c.key)
    if guild is not None:
        statement = statement.where(gaps.c.guild == guild)
    return [rows.gap(row) for row in await connection.execute(statement)]
