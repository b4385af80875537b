"""Brings a database to the newest tables. Several processes may start at once: one does it, the others wait.

Alembic is imported only when there is something to do.
"""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from bot.state.errors import StorageTooNew

HEAD = "v0002"
_LOCK = 0x5374_7564
"""Of this program among the advisory locks of a PostgreSQL server; any number does, as long as it stays."""


def revision(connection: Connection) -> str:
    """Return the revision of the tables, "" for an empty database."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")


def upgrade(connection: Connection) -> None:
    """Runs the missing steps. The connection is in a transaction that writes. Raises StorageTooNew."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    present = revision(connection)
    if present == HEAD:
        return
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    if present and present not in {step.revision for step in ScriptDirectory.from_config(config).walk_revisions()}:
        raise StorageTooNew(
            f"The database was made by a newer version of this program (tables {present}, this version knows {HEAD}). "
            "Update the program, or restore a backup into another database."
        )
    command.upgrade(config, "head")
