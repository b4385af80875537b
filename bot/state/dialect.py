"""Where SQLite and PostgreSQL are alike and SQLAlchemy keeps them apart, and where they differ. Knows no table.

Statements that every answer needs are built once for each database: building takes longer than running.
"""

import json
from collections.abc import Sequence
from functools import cache

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    ColumnElement,
    Table,
    any_,
    bindparam,
    func,
    literal,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

Insert = postgresql.Insert | sqlite.Insert


def insert(connection: AsyncConnection, table: Table) -> Insert:
    """Return an INSERT that can go on ON CONFLICT."""
    return insert_into(connection.dialect.name, table)


def insert_into(database: str, table: Table) -> Insert:
    """Return the same for a database by its name: "sqlite" or "postgresql"."""
    return postgresql.insert(table) if database == "postgresql" else sqlite.insert(table)


@cache
def upsert(database: str, table: Table, *keys: str) -> Insert:
    """INSERT a row, or where `keys` are taken put it in the place of the one that is there. Built once."""
    statement = insert_into(database, table)
    others = {c.name: statement.excluded[c.name] for c in table.columns if c.name not in keys and c.identity is None}
    return statement.on_conflict_do_update(index_elements=list(keys), set_=others)


def given(table: Table) -> list[ColumnElement[object]]:
    """Return a parameter for each column, called `new_COLUMN`: for rows that are inserted under a condition."""
    return [bindparam(f"new_{column.name}", type_=column.type) for column in table.columns]


def among(connection: AsyncConnection, column: Column[int], numbers: Sequence[int]) -> ColumnElement[bool]:
    """Return whether a column is one of many numbers, which travel as one parameter: thousands of them take longer to read."""
    if connection.dialect.name == "postgresql":
        return column == any_(literal(list(numbers), ARRAY(BigInteger)))
    values = func.json_each(json.dumps(list(numbers))).table_valued("value")
    return column.in_(select(values.c.value))


_LOCK = text("SELECT pg_advisory_xact_lock(:number)")
_HURRY = text("SELECT set_config('synchronous_commit', 'off', true)")
_LOCK_AND_HURRY = text("SELECT pg_advisory_xact_lock(:number), set_config('synchronous_commit', 'off', true)")


async def one_at_a_time(connection: AsyncConnection, number: int, *, hurried: bool = False) -> None:
    """Until the transaction ends, others that call this with the same number wait. SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        await connection.execute(_LOCK_AND_HURRY if hurried else _LOCK, {"number": number})


async def hurry(connection: AsyncConnection) -> None:
    """For what an answer waits for: the transaction ends before the disk has it, as with SQLite's synchronous=NORMAL.

    A process that dies loses nothing; a database server that crashes may lose what was written in its last second.
    """
    if connection.dialect.name == "postgresql":
        await connection.execute(_HURRY)
