"""Every setting, with its default and meaning. The only reader of the environment and of `.env`.

`.env.example` lists the same settings; a test compares the two.
"""

import re
import shlex
from pathlib import Path

from platformdirs import user_data_path
from pydantic import Field, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.tutor.fair_scheduling import SecondRequest
from corpus.entry import Level
from index.places import BUILT, ENTRIES

DATA = user_data_path("study-group-tutor")
"""Where what belongs to this person's machine and not to the project is kept: fetched models."""


class Settings(BaseSettings):
    """Read from environment variables (BOT_… and DISCORD_…), then from `.env`, then from here."""

    model_config = SettingsConfigDict(env_prefix="BOT_", env_file=".env", extra="ignore", populate_by_name=True)

    corpus: list[Path] = Field([ENTRIES], description="Folders of glossary entries, as a JSON list.")
    index: Path = Field(BUILT, description="The folder of the built index.")
    embedder: str = Field(
        "all-MiniLM-L6-v2", description="Embedding model: a name or a folder of sentence-transformers."
    )
    reranker: str = Field(
        "", description="Cross-encoder that reads the best hits again, a name or a folder; empty for none."
    )
    level: Level = Field(
        Level.PLAIN, description="Level for people who chose none: eli5, plain, student, practitioner, expert."
    )
    model: str = Field(
        "auto",
        description="What writes where no author wrote: auto, none, a name of `python -m bot models`, a folder, or a URL.",
    )
    models: Path = Field(
        DATA / "models",
        description="The folder that fetched models are kept in; empty for this person's own data folder.",
    )
    model_key: str = Field("", description="The key of the model server at the URL, where it wants one.")
    model_at_once: int = Field(16, ge=1, le=512, description="Answers that the model writes at the same time.")
    model_wait_s: float = Field(
        20,
        ge=0,
        description="Seconds to wait for the model at most; who would wait longer gets the glossary's own words.",
    )
    second_question: SecondRequest = Field(
        SecondRequest.REPLACE, description="A second question of somebody who still waits: replace the first, or queue."
    )
    data: Path = Field(
        DATA, description="The folder for what has to survive a restart; empty for this person's own data folder."
    )
    database_url: str = Field(
        "",
        alias="DATABASE_URL",
        description="PostgreSQL, as postgresql://name:password@host/database; empty for a file.",
    )
    keep_days: int = Field(30, ge=1, description="Days after which conversations are deleted.")
    direct_allowance: int = Field(
        0, ge=0, description="Questions a day of a person in direct messages; 0 for no limit."
    )
    server_allowance: int = Field(0, ge=0, description="Questions a day of a whole server; 0 for no limit.")
    in_place: bool = Field(
        True, description="Buttons change the asker's answer in place; false: each press is answered below it."
    )
    discord_token: str = Field(
        "", alias="DISCORD_TOKEN", description="The bot's token, from Bot › Reset Token in Discord's developer portal."
    )
    discord_message_content: bool = Field(
        False,
        alias="DISCORD_MESSAGE_CONTENT",
        description="Read messages that do not mention the bot; needs “Message Content Intent” in the portal.",
    )
    discord_shard: str = Field(
        "", alias="DISCORD_SHARD", description="Which shard this process is, as 0/4; empty for a bot of one process."
    )

    @field_validator("models", "data", "index", mode="before")
    @classmethod
    def _is_folder(cls, value: object, info: ValidationInfo) -> object:
        """An empty folder is the usual one, and ~ is the home folder."""
        if value == "":
            return cls.model_fields[info.field_name or ""].default
        return Path(value).expanduser() if isinstance(value, str) else value

    @field_validator("discord_shard")
    @classmethod
    def _is_shard(cls, value: str) -> str:
        if value and not re.fullmatch(r"\d+/[1-9]\d*", value):
            raise ValueError("it is written as 0/4, the number of this shard and how many there are")
        return value

    @property
    def shard(self) -> tuple[int, int] | None:
        """This process's shard and how many there are; None for a bot of one process."""
        number, _, count = self.discord_shard.partition("/")
        return (int(number), int(count)) if count else None


def environment_name(name: str) -> str:
    """The name of a setting in the environment and in .env."""
    return Settings.model_fields[name].alias or f"BOT_{name.upper()}"


class SettingsError(Exception):
    """A setting has a value that cannot be used; `str()` names it and says what it may be."""


def read() -> Settings:
    """The settings of this process. Raises SettingsError."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        field = str(first["loc"][0])
        name = environment_name(field) if field in Settings.model_fields else field
        why = first["msg"].removeprefix("Value error, ")
        raise SettingsError(f"{name} cannot be used: {why}. Change it in .env or the environment.") from error
    except ValueError as error:  # pydantic-settings' own kind, for a list that is not JSON: corpus is the only list
        raise SettingsError('BOT_CORPUS is not a list. Lists are written as JSON: ["one", "two"].') from error


def build_options(settings: Settings) -> str:
    """The options of `python -m index build` that these settings call for, with a space before each; "" for none."""
    given = [("--corpus", str(path)) for path in settings.corpus if settings.corpus != _default("corpus")]
    given += [("--out", str(settings.index))] if settings.index != _default("index") else []
    given += [("--embedder", settings.embedder)] if settings.embedder != _default("embedder") else []
    return "".join(f" {name} {shlex.quote(value)}" for name, value in given)


def _default(name: str) -> object:
    return Settings.model_fields[name].default
