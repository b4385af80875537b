"""Values <-> rows. Knows the values and the tables' columns; runs nothing.

A whole Question and Answer travel as JSON through pydantic, which checks them on the way back: what an older or newer
version of the program wrote and this one cannot read is treated as not there.
"""

import json
import logging
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError
from sqlalchemy import Row

from bot.state.values import Adders, Change, Gap, GuildEntry, Place, Preferences, ServerSettings, StoredAnswer
from bot.tutor.dialogue import Answer, Question
from corpus.entry import Level

log = logging.getLogger(__name__)

_QUESTION = TypeAdapter(Question)
_ANSWER = TypeAdapter(Answer)
_STORED = TypeAdapter(StoredAnswer)
_TERMS = TypeAdapter(tuple[str, ...])


def storable(text: str) -> str:
    """Return the text as any database takes it: without NUL and without halves of characters."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def question_json(question: Question) -> str:
    """Return a question without the conversation before it: that is kept by itself, and may be other people's."""
    return _json(_QUESTION, replace(question, history=()))


def answer_json(answer: Answer) -> str:
    """Return a whole answer."""
    return _json(_ANSWER, answer)


def answer_to_spill(stored: StoredAnswer) -> str:
    """Return a stored answer as one line of JSON, without the conversation before it."""
    return _json(_STORED, replace(stored, question=replace(stored.question, history=())))


def terms_json(terms: tuple[str, ...]) -> str:
    """Names of terms."""
    return _json(_TERMS, tuple(storable(term) for term in terms))


def stored(row: Row[Any]) -> StoredAnswer | None:
    """Return an answer from its turn, its conversation and its texts; None when this version cannot read it."""
    try:
        return StoredAnswer(
            row.id,
            Place(row.channel, row.guild),
            row.user,
            _QUESTION.validate_json(row.question),
            _ANSWER.validate_json(row.answer),
            row.finished,
            row.at,
        )
    except ValidationError:
        log.info("a kept answer is of another version of the program and cannot be read")
        return None


def preferences(row: Row[Any] | None) -> Preferences:
    """Return a person's preferences, the defaults for somebody new."""
    return Preferences(_level(row.level), row.role, row.audience, row.paused) if row else Preferences()


def preferences_row(preferences: Preferences) -> dict[str, Any]:
    """Return the columns of a person's preferences."""
    return {
        "level": preferences.level.value if preferences.level else None,
        "role": storable(preferences.role),
        "audience": storable(preferences.audience),
        "paused": preferences.paused,
    }


def settings(row: Row[Any] | None, channels: frozenset[int]) -> ServerSettings:
    """Return a server's settings, the defaults for a new one."""
    if not row:
        return ServerSettings(study_channels=channels)
    adders = Adders(row.adders) if row.adders in set(Adders) else Adders.ADMINS
    return ServerSettings(
        channels, row.listening, row.listen_minutes, _level(row.level), row.model, adders, row.adder_role, row.allowance
    )


def settings_row(settings: ServerSettings) -> dict[str, Any]:
    """Return the columns of a server's settings; its study channels are rows of their own."""
    row = {name: value for name, value in asdict(settings).items() if name != "study_channels"}
    return {**row, "level": settings.level.value if settings.level else None, "adders": settings.adders.value}


def gap(row: Row[Any]) -> Gap:
    """Return a gap."""
    return Gap(row.question, _TERMS.validate_json(row.nearest), row.cause, row.guild, row.at)


def change(row: Row[Any]) -> Change:
    """Return a line of the admin log."""
    return Change(row.change, row.guild, row.by, row.kind, row.what, row.at)


def entry(row: Row[Any]) -> GuildEntry:
    """Return a version of a guild's entry with the change that made it."""
    return GuildEntry(row.slug, row.text or "", row.version, row.change, row.by, row.at)


def plain(row: Row[Any]) -> dict[str, Any]:
    """Return a row as JSON takes it, with whole values opened up."""
    opened = {"question", "answer"} if "origin" in row._fields else set()
    return {name: _plain(value, opened=name in opened) for name, value in row._mapping.items()}


def _plain(value: Any, *, opened: bool) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return json.loads(value) if opened else value


def _level(value: str | None) -> Level | None:
    return Level(value) if value in set(Level) else None


def _json(adapter: TypeAdapter[Any], value: Any) -> str:
    try:
        return adapter.dump_json(value).decode()
    except PydanticSerializationError:  # half a surrogate pair: no database and no JSON reader takes it
        return json.dumps(asdict(value), ensure_ascii=False).encode("utf-8", "replace").decode()
