"""DATABASE_URL in its usual spellings, and sentences for the others."""

from pathlib import Path

import pytest

from bot.state.database_url import FILE, address, shown
from bot.state.errors import UnusableAddress

FOLDER = Path("/somewhere/data")


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+asyncpg"])
def test_every_spelling_of_postgres(scheme: str) -> None:
    url = address(f" {scheme}://ann:p%40ss@db.example:5433/tutor?sslmode=require&channel_binding=require ", FOLDER)
    assert url.render_as_string(hide_password=False) == (
        "postgresql+asyncpg://ann:p%40ss@db.example:5433/tutor?ssl=require"
    )
    assert shown(url) == "postgresql+asyncpg://ann:***@db.example:5433/tutor?ssl=require"


def test_a_file_by_default_and_by_name() -> None:
    assert shown(address("", FOLDER)) == str(FOLDER / FILE)
    assert shown(address("sqlite:////elsewhere/x.db", FOLDER)) == "/elsewhere/x.db"
    assert address("sqlite:///x.db", FOLDER).drivername == "sqlite+aiosqlite"


@pytest.mark.parametrize(
    "url",
    ["mysql://ann:secret@host/db", "sqlite://", "sqlite:///:memory:", "no url: secret", "postgres://a:secret@h:port/"],
)
def test_what_cannot_be_used_is_said_without_the_password(url: str) -> None:
    with pytest.raises(UnusableAddress) as told:
        address(url, FOLDER)
    assert "DATABASE_URL" in str(told.value)
    assert "secret" not in str(told.value)
    assert "postgresql://" in str(told.value)
