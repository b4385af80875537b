"""Where the database is: DATABASE_URL, or a file in the data folder. Pure; opens nothing."""

from importlib.util import find_spec
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from bot.state.errors import UnusableAddress

FILE = "memory.sqlite"

_POSTGRES = {"postgres", "postgresql", "postgresql+asyncpg"}
_SQLITE = {"sqlite", "sqlite+aiosqlite"}


def address(database_url: str, folder: Path) -> URL:
    """Return the address to open: `database_url` in any usual spelling, or, when it is empty, the file in `folder`.

    Raises UnusableAddress; its sentence never holds a password.
    """
    if not database_url.strip():
        return URL.create("sqlite+aiosqlite", database=str(folder / FILE))
    try:
        url = make_url(database_url.strip())
    except (ArgumentError, ValueError) as error:
        raise UnusableAddress(
            "DATABASE_URL cannot be read. It looks like this: postgresql://name:password@host:5432/database"
        ) from error
    if url.drivername in _POSTGRES:
        return _postgres(url)
    if url.drivername in _SQLITE and url.database and url.database != ":memory:":
        return url.set(drivername="sqlite+aiosqlite")
    raise UnusableAddress(
        f"DATABASE_URL names a database of the kind {url.drivername!r}. It can be postgresql://… or sqlite:///FILE; "
        "leave it empty for a file in the data folder."
    )


def _postgres(url: URL) -> URL:
    if not find_spec("asyncpg"):
        raise UnusableAddress('PostgreSQL needs one more package: pip install "study-group-tutor[postgres]"')
    query = dict(url.query)
    if sslmode := query.pop("sslmode", None):  # libpq's word for what asyncpg calls ssl
        query["ssl"] = sslmode
    query.pop("channel_binding", None)
    return url.set(drivername="postgresql+asyncpg", query=query)


def shown(url: URL) -> str:
    """Return the address for people: without the password, and a file as its path."""
    return str(url.database) if url.drivername.startswith("sqlite") else url.render_as_string(hide_password=True)
