"""Work that is done now and then by one of several processes, and what all of them share. Runs on a given connection."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.state.dialect import insert
from bot.state.tables import installation, jobs


async def claim(connection: AsyncConnection, name: str, every: timedelta, now: datetime) -> bool:
    """Whether this process does the job now: nobody started it within `every`, and from now on nobody else will."""
    statement = (
        insert(connection, jobs)
        .values(name=name, started_at=now)
        .on_conflict_do_update(
            index_elements=["name"], set_={"started_at": now}, where=jobs.c.started_at <= now - every
        )
        .returning(jobs.c.name)
    )
    return (await connection.execute(statement)).first() is not None


async def salt(connection: AsyncConnection) -> bytes:
    """What this installation's pseudonyms are made with: random, the same in every process and after a restart."""
    statement = insert(connection, installation).values(name="salt", value=secrets.token_hex(32))
    await connection.execute(statement.on_conflict_do_nothing(index_elements=["name"]))
    found = await connection.scalar(select(installation.c.value).where(installation.c.name == "salt"))
    return bytes.fromhex(str(found))
