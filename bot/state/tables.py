"""The tables, as SQLAlchemy sees them. Knows no engine; migrations/ brings a database to this state, and a test compares.

Ids are Discord's snowflakes (64 bits, signed). Times are in UTC. docs/privacy.md lists every table and column.
"""

from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    false,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Utc(TypeDecorator[datetime]):
    """A time with its zone, UTC; SQLite keeps it without one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Into the database."""
        if value is None:
            return None
        utc = value.astimezone(UTC)
        return utc if dialect.name == "postgresql" else utc.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Out of the database."""
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


Number = BigInteger().with_variant(Integer, "sqlite")
"""For numbers that the database gives: only an INTEGER key of SQLite counts by itself."""


def _id(name: str, *, key: bool = False) -> Column[int]:
    return Column(name, BigInteger, primary_key=key, autoincrement=False, nullable=False)


def _counted(name: str) -> Column[int]:
    return Column(name, Number, Identity(), primary_key=True)


def _text(name: str, *, key: bool = False) -> Column[str]:
    return Column(name, Text, primary_key=key, nullable=False)


def _time(name: str) -> Column[datetime]:
    return Column(name, Utc, nullable=False)


installation = Table("installation", metadata, _text("name", key=True), _text("value"))

users = Table(
    "users",
    metadata,
    _id("user", key=True),
    Column("level", Text),
    _text("role"),
    _text("audience"),
    Column("paused", Boolean, nullable=False),
    _time("changed_at"),
)

guilds = Table(
    "guilds",
    metadata,
    _id("guild", key=True),
    Column("listening", Boolean, nullable=False),
    Column("listen_minutes", Integer, nullable=False),
    Column("level", Text),
    Column("model", Boolean, nullable=False),
    _text("adders"),
    _id("adder_role"),
    Column("allowance", Integer, nullable=False),
    _time("changed_at"),
)

channels = Table("channels", metadata, _id("channel", key=True), _id("guild"), Index(None, "guild"))
"""The study channels."""

conversations = Table(
    "conversations",
    metadata,
    _id("channel", key=True),
    _id("guild"),
    _time("started_at"),
    _time("latest_at"),
    Index(None, "guild"),
    Index(None, "latest_at"),
)

turns = Table(
    "turns",
    metadata,
    _counted("n"),
    Column("id", Text, nullable=False, unique=True),
    _id("channel"),
    _id("user"),
    Column("finished", Boolean, nullable=False),
    _text("origin"),
    _time("at"),
    Index(None, "channel", "n"),
    Index(None, "user", "n"),
    Index(None, "at"),
)
Index("ix_turns_unfinished", turns.c.n, sqlite_where=turns.c.finished == false(),
      postgresql_where=turns.c.finished == false())  # fmt: skip

answers = Table(
    "answers",
    metadata,
    Column("n", Number, primary_key=True, autoincrement=False),
    _text("model"),
    _text("question"),
    _text("answer"),
)
"""`question` and `answer` are the whole values as JSON: parts, terms, citations, passages, timings. Turns, answers and
feedback are tied by `n` without foreign keys, which would cost forgetting a third of its time."""

feedback = Table(
    "feedback",
    metadata,
    Column("n", Number, primary_key=True, autoincrement=False),
    _id("user", key=True),
    Column("helpful", Boolean, nullable=False),
    _time("at"),
    Index(None, "user"),
)

gaps = Table(
    "gaps",
    metadata,
    _text("key", key=True),
    _id("guild"),
    _text("question"),
    _text("nearest"),
    _text("cause"),
    _time("at"),
    Index(None, "guild", "at"),
    Index(None, "at"),
)
"""Without who asked. `key` is a digest of the answer's id, so that a gap goes when its asker is forgotten."""

admin_log = Table(
    "admin_log",
    metadata,
    _counted("change"),
    _id("guild"),
    _id("by"),
    _text("kind"),
    _text("what"),
    _time("at"),
    Index(None, "guild", "change"),
    Index(None, "by"),
    sqlite_autoincrement=True,
)

guild_entries = Table(
    "guild_entries",
    metadata,
    _id("guild", key=True),
    _text("slug", key=True),
    Column("version", Integer, nullable=False),
    _text("text"),
    Column("change", Number, ForeignKey("admin_log.change"), nullable=False),
    Index(None, "change"),
)

entry_versions = Table(
    "entry_versions",
    metadata,
    _id("guild", key=True),
    _text("slug", key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("text", Text),
    Column("change", Number, ForeignKey("admin_log.change"), nullable=False),
    Index(None, "change"),
)
"""Every version of an entry; without text where it was removed."""

allowances = Table(
    "allowances",
    metadata,
    _id("guild", key=True),
    _id("user", key=True),
    Column("tokens", Double, nullable=False),
    Column("at", Double, nullable=False),
    Index(None, "user"),
    Index(None, "at"),
)
"""Token buckets: of a person in a guild (guild 0 in direct messages), and of a whole guild (user 0). `at`: Unix time."""

departures = Table("departures", metadata, _id("guild", key=True), _time("left_at"))
"""Servers that removed the bot, until what belongs to them is deleted."""

jobs = Table("jobs", metadata, _text("name", key=True), _time("started_at"))
