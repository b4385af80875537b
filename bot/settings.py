"""Every setting, with its default and meaning. The only reader of the environment and of `.env`.

`.env.example` lists the same settings; a test compares the two.
"""

import shlex
from pathlib import Path

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from corpus.entry import Level

PROJECT = Path(__file__).parent.parent


class Settings(BaseSettings):
    """Read from environment variables that start with BOT_, then from `.env`, then from here."""

    model_config = SettingsConfigDict(env_prefix="BOT_", env_file=".env", extra="ignore")

    corpus: list[Path] = Field(
        [PROJECT / "corpus" / "entries"], description="Folders of glossary entries, as a JSON list."
    )
    index: Path = Field(PROJECT / "index" / "built", description="The folder of the built index.")
    embedder: str = Field(
        "all-MiniLM-L6-v2", description="Embedding model: a name or a folder of sentence-transformers."
    )
    reranker: str = Field(
        "", description="Cross-encoder that reads the best hits again, a name or a folder; empty for none."
    )
    level: Level = Field(
        Level.PLAIN, description="Level for people who chose none: eli5, plain, student, practitioner, expert."
    )


class SettingsError(Exception):
    """A setting has a value that cannot be used; `str()` names it and says what it may be."""


def read() -> Settings:
    """The settings of this process. Raises SettingsError."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = f"BOT_{'_'.join(map(str, first['loc'][:1])).upper()}"
        raise SettingsError(f"{name} cannot be used: {first['msg']}. Change it in .env or the environment.") from error
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
