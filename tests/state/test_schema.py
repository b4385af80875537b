"""Migrations: from nothing to the tables that the code knows, by several processes at once, and the privacy page."""

import asyncio
import re
from dataclasses import fields
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from state_samples import stored

from bot.state import schema
from bot.state.database import Database
from bot.state.database_url import address
from bot.state.tables import channels, guilds, metadata, users
from bot.state.values import Preferences, ServerSettings

STATE = Path(schema.__file__).parent
PRIVACY = STATE.parent.parent / "docs" / "privacy.md"


async def test_the_migrations_make_the_tables_that_the_code_knows(database: Database) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))

    async with database.store.reading() as connection:
        assert await connection.run_sync(differences) == []


def test_the_newest_step_is_the_one_that_is_run_to() -> None:
    config = Config()
    config.set_main_option("script_location", str(STATE / "migrations"))
    assert ScriptDirectory.from_config(config).get_heads() == [schema.HEAD]


async def test_several_processes_may_start_at_once(database_url: str, tmp_path: Path) -> None:
    several = [Database(address(database_url, tmp_path)) for _ in range(4)]
    await asyncio.gather(*(each.open() for each in several))
    await asyncio.gather(*(each.save(stored(f"a{number}")) for number, each in enumerate(several)))
    async with several[0].store.reading() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM turns")) == 4
        assert await connection.scalar(text("SELECT count(*) FROM alembic_version")) == 1
    for each in several:
        await each.close()


async def test_tables_can_be_taken_back_and_made_again(database: Database) -> None:
    from alembic import command

    def down_and_up(connection: Connection) -> None:
        config = Config()
        config.set_main_option("script_location", str(STATE / "migrations"))
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
        assert schema.revision(connection) == ""
        schema.upgrade(connection)
        assert schema.revision(connection) == schema.HEAD

    async with database.store.writing() as connection:
        await connection.run_sync(down_and_up)


def test_every_setting_has_its_column() -> None:
    assert {one.name for one in fields(Preferences)} == set(users.c.keys()) - {"user", "changed_at"}
    in_guilds = set(guilds.c.keys()) - {"guild", "changed_at"}
    assert {one.name for one in fields(ServerSettings)} == in_guilds | {"study_channels"}
    assert set(channels.c.keys()) == {"channel", "guild"}


async def test_sqlite_keeps_its_file_to_its_user(tmp_path: Path) -> None:
    database = Database(address("", tmp_path / "data"))
    await database.save(stored("a"))
    for path in (tmp_path / "data").glob("memory.sqlite*"):
        if not path.name.endswith(".lock"):
            assert path.stat().st_mode & 0o077 == 0, path.name
    assert (tmp_path / "data").stat().st_mode & 0o077 == 0
    await database.close()


def listed() -> dict[str, set[str]]:
    """Table -> columns, as the privacy page lists them."""
    rows = re.findall(r"^\| `(\w+)` \| (.+?) \|", PRIVACY.read_text("utf-8"), re.MULTILINE)
    return {table: set(re.findall(r"`(\w+)`", columns)) for table, columns in rows}


def test_the_privacy_page_lists_every_table_and_column() -> None:
    assert listed() == {table.name: set(table.columns.keys()) for table in metadata.sorted_tables}


def test_the_privacy_page_says_how_long() -> None:
    from bot.state.database import KEEP_DAYS
    from bot.state.privacy import ALLOWANCE_DAYS, LOG_DAYS

    page = PRIVACY.read_text("utf-8")
    for days in (KEEP_DAYS, ALLOWANCE_DAYS, LOG_DAYS):
        assert f"{days} days" in page


@pytest.mark.parametrize("table", [one.name for one in metadata.sorted_tables if "user" in one.columns])
def test_the_privacy_page_says_of_each_table_with_a_person_in_it_that_forgetting_clears_it(table: str) -> None:
    line = next(one for one in PRIVACY.read_text("utf-8").splitlines() if one.startswith(f"| `{table}` |"))
    assert line.rstrip("| ").endswith("deleted")
