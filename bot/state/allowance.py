"""Token buckets in the database: the rule of buckets.py in one statement for a bucket. Runs on a given connection."""

from functools import cache
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Double, bindparam, case, exists, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.state.buckets import EVERYBODY, ONE, Bucket, wait_s, wanted
from bot.state.dialect import given, insert_into
from bot.state.tables import allowances, users
from bot.state.values import Limits, Verdict

_PAUSED = select(users.c.paused).where(users.c.user == bindparam("user"))
_BUCKET = select(allowances.c.tokens, allowances.c.at).where(
    allowances.c.guild == bindparam("guild"), allowances.c.user == bindparam("user")
)


async def take(connection: AsyncConnection, user: int, guild: int, limits: Limits, now: float) -> Verdict | None:
    """Takes a token from both buckets. None: the person's memory is paused, and nothing may be written about them.

    After a Verdict that does not allow, the transaction has to be rolled back: one of two tokens may be gone.
    """
    for key, rate in wanted(user, guild, limits):
        bucket = {"new_guild": key[0], "new_user": key[1], "new_tokens": rate.capacity - 1, "new_at": now}
        of = {"asker": user, "capacity": rate.capacity, "per_s": rate.per_s}
        if (await connection.execute(_taking(connection.dialect.name), {**bucket, **of})).first():
            continue
        if await connection.scalar(_PAUSED, {"user": user}):
            return None
        row = (await connection.execute(_BUCKET, {"guild": key[0], "user": key[1]})).first()
        # Another process may have given the bucket back between the two statements: then it is a matter of a moment.
        wait = wait_s(Bucket(row.tokens, row.at), rate, now) if row else 0.0
        return Verdict(False, max(wait, 0.001), key[1] == EVERYBODY)
    return Verdict()


@cache
def _taking(database: str) -> Any:
    """Fills a bucket up and takes a token, where there is one to take; gives a row when it did."""
    old = allowances.c
    statement = insert_into(database, allowances)
    now: ColumnElement[float] = statement.excluded.at
    capacity: ColumnElement[float] = bindparam("capacity", type_=Double())
    since = case((now > old.at, now - old.at), else_=0.0)
    more = old.tokens + since * bindparam("per_s", type_=Double())
    tokens = case((more > capacity, capacity), else_=more)
    paused = exists().where(users.c.user == bindparam("asker", type_=BigInteger()), users.c.paused)
    return (
        statement.from_select([column.name for column in old], select(*given(allowances)).where(~paused))
        .on_conflict_do_update(
            index_elements=["guild", "user"],
            set_={"tokens": tokens - 1, "at": case((now > old.at, now), else_=old.at)},
            where=tokens >= ONE,
        )
        .returning(old.tokens)
    )
