"""The first tables. Knows nothing of tables.py, which goes on changing."""

import sqlalchemy as sa
from alembic import op

revision = "v0001"
down_revision = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Makes every table."""
    _people()
    _conversations()
    _admin()
    _upkeep()


def downgrade() -> None:
    """Drops every table."""
    for table in (
        *("jobs", "allowances", "entry_versions", "guild_entries", "admin_log", "gaps", "feedback", "answers"),
        *("turns", "conversations", "channels", "guilds", "users", "installation"),
    ):
        op.drop_table(table)


def _people() -> None:
    op.create_table("installation", _text("name"), _text("value"), _key("installation", "name"))
    op.create_table(
        "users",
        _id("user"),
        sa.Column("level", sa.Text()),
        _text("role"),
        _text("audience"),
        _flag("paused"),
        _time("changed_at"),
        _key("users", "user"),
    )
    op.create_table(
        "guilds",
        _id("guild"),
        _flag("listening"),
        sa.Column("listen_minutes", sa.Integer(), nullable=False),
        sa.Column("level", sa.Text()),
        _flag("model"),
        _text("adders"),
        _id("adder_role"),
        sa.Column("allowance", sa.Integer(), nullable=False),
        _time("changed_at"),
        _key("guilds", "guild"),
    )
    op.create_table("channels", _id("channel"), _id("guild"), _key("channels", "channel"))
    _index("channels", "guild")


def _conversations() -> None:
    op.create_table(
        "conversations",
        _id("channel"),
        _id("guild"),
        _time("started_at"),
        _time("latest_at"),
        _key("conversations", "channel"),
    )
    _index("conversations", "guild")
    _index("conversations", "latest_at")
    op.create_table(
        "turns",
        _counted("n"),
        _text("id"),
        _id("channel"),
        _id("user"),
        _id("message"),
        _flag("finished"),
        _text("origin"),
        _time("at"),
        _key("turns", "n"),
        sa.UniqueConstraint("id", name="uq_turns_id"),
    )
    _index("turns", "channel", "n")
    _index("turns", "user", "n")
    _index("turns", "at")
    op.create_index(
        "ix_turns_unfinished",
        "turns",
        ["n"],
        sqlite_where=sa.text("finished = 0"),
        postgresql_where=sa.text("finished = false"),
    )
    op.create_table(
        "answers",
        _number("n"),
        _text("model"),
        _text("question"),
        _text("answer"),
        _key("answers", "n"),
    )
    op.create_table(
        "feedback",
        _number("n"),
        _id("user"),
        _flag("helpful"),
        _time("at"),
        _key("feedback", "n", "user"),
    )
    _index("feedback", "user")
    op.create_table(
        "gaps",
        _text("key"),
        _id("guild"),
        _text("question"),
        _text("nearest"),
        _text("cause"),
        _time("at"),
        _key("gaps", "key"),
    )
    _index("gaps", "guild", "at")
    _index("gaps", "at")


def _admin() -> None:
    op.create_table(
        "admin_log",
        _counted("change"),
        _id("guild"),
        _id("by"),
        _text("kind"),
        _text("what"),
        _time("at"),
        _key("admin_log", "change"),
        sqlite_autoincrement=True,
    )
    _index("admin_log", "guild", "change")
    _index("admin_log", "by")
    op.create_table(
        "guild_entries",
        _id("guild"),
        _text("slug"),
        sa.Column("version", sa.Integer(), nullable=False),
        _text("text"),
        _number("change"),
        _key("guild_entries", "guild", "slug"),
        _refers("guild_entries", "change", "admin_log.change"),
    )
    _index("guild_entries", "change")
    op.create_table(
        "entry_versions",
        _id("guild"),
        _text("slug"),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text", sa.Text()),
        _number("change"),
        _key("entry_versions", "guild", "slug", "version"),
        _refers("entry_versions", "change", "admin_log.change"),
    )
    _index("entry_versions", "change")


def _upkeep() -> None:
    op.create_table(
        "allowances",
        _id("guild"),
        _id("user"),
        sa.Column("tokens", sa.Double(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        _key("allowances", "guild", "user"),
    )
    _index("allowances", "user")
    _index("allowances", "at")
    op.create_table("jobs", _text("name"), _time("started_at"), _key("jobs", "name"))


def _id(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), autoincrement=False, nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, _NUMBER, autoincrement=False, nullable=False)


def _counted(name: str) -> sa.Column[int]:
    return sa.Column(name, _NUMBER, sa.Identity(), nullable=False)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def _time(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=f"pk_{table}")


def _refers(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=f"fk_{table}_{column}")


def _index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))
