"""Work that is done now and then by one of several processes. Runs on a given connection."""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.state.dialect import insert
from bot.state.tables import jobs


async def claim(connection: AsyncConnection, name: str, every: timedelta, now: datetime) -> bool:
    """Return whether this process does the job now: nobody started it within `every`, and from now on nobody else will."""
    statement = (
        insert(connection, jobs)
        .values(name=name, started_at=now)
        .on_conflict_do_update(
            index_elements=["name"], set_={"started_at": now}, where=jobs.c.started_at <= now - every
        )
        .returning(jobs.c.name)
    )
    return (await connection.execute(statement)).first() is not None
