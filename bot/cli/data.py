"""`python -m bot data …` and `python -m bot gaps` in a terminal: what is kept, from the owner's side.

Shows and asks; storing is bot/state's. Every failure is a StateError, one sentence.
"""

import json
import os
import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from bot.state.backup import Copied, backup, move, restore
from bot.state.database import Database
from bot.state.database_url import address, shown
from bot.state.errors import Unkeepable, UnusableAddress, UnusableBackup
from bot.state.gaps import draft, grouped
from bot.state.store import Store
from bot.tutor.errors import UnusableQuestion

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MOST_GROUPS = 30
MOST_ID = 2**63 - 1


async def write_backup(console: Console, database: Database, path: Path) -> None:
    """Writes everything that is kept into one file."""
    if path.is_dir() or not path.name:
        raise UnusableBackup(f"{path} is a folder. Name a file in it.")
    if database.store.is_file and path.resolve() == database.store.path.resolve():
        raise UnusableBackup(f"{path} is the database itself. Name another file.")
    async with _closing(database):
        copied = await backup(database.store, path)
    _say(console, "Backed up", copied, f"into {path}")


async def read_backup(console: Console, database: Database, path: Path, *, replace: bool) -> None:
    """Restores a backup."""
    async with _closing(database):
        copied = await restore(database.store, path, replace=replace)
    _say(console, "Restored", copied, f"into {shown(database.store.url)}")


async def move_to(console: Console, database: Database, url: str, folder: Path, *, replace: bool) -> None:
    """Copies everything into another database, which then is named by DATABASE_URL."""
    target = Store(address(url, folder))
    if target.url == database.store.url:
        raise UnusableAddress("That is the database that is in use already. Name another one.")
    async with _closing(database), _closing(target):
        copied = await move(database.store, target, replace=replace)
    _say(console, "Copied", copied, f"into {shown(target.url)}")
    console.print("Set DATABASE_URL to it and start the bot again; the old database is left as it is.", style="dim")


async def export(console: Console, database: Database, user: str, out: Path | None) -> None:
    """Everything that is kept about a person, as JSON."""
    number = _user(user)
    async with _closing(database):
        found = await database.export(number)
    text = f"{json.dumps(found, ensure_ascii=False, indent=2, default=str)}\n"
    if out is None:
        console.file.write(text)
        return
    _write(out, text.encode("utf-8", "replace"))
    console.print(f"Everything that is kept about this person is in {out}.", soft_wrap=True, markup=False)


async def forget(console: Console, database: Database, user: str, *, sure: bool) -> None:
    """Deletes everything that is kept about a person, once that was confirmed."""
    number = _user(user)
    async with _closing(database):
        found = await database.export(number)
        counted = _counted({name: len(rows) for name, rows in found.items() if isinstance(rows, list)})
        if not counted:
            console.print("Nothing is kept about this person.")
            return
        if not sure and not _confirmed(
            console, f"Kept about this person: {counted}. Delete all of it, for good? [y/N] "
        ):
            console.print("Nothing was deleted.")
            return
        await database.forget(number)
    console.print("Everything that was kept about this person is gone.")


async def show_gaps(
    console: Console, database: Database, embed: "Callable[[Sequence[str]], NDArray[np.float32]]", number: int | None
) -> None:
    """What the glossary could not answer, by meaning, the most asked first; with `number`, an entry to begin with."""
    async with _closing(database):
        groups = grouped(await database.gaps(), embed)[:MOST_GROUPS]
    if number is not None:
        if not 0 < number <= len(groups):
            raise UnusableQuestion(_no_such_gap(len(groups)))
        console.file.write(draft(groups[number - 1]))
        return
    if not groups:
        console.print("No gaps: everything that was asked was answered.")
    for place, group in enumerate(groups, 1):
        near = f"  (near: {', '.join(group.nearest[:3])})" if group.nearest else ""
        console.print(f"{place:3}. {group.count:4} × {group.question}{near}", soft_wrap=True, markup=False)


@asynccontextmanager
async def _closing(opened: Database | Store) -> AsyncIterator[None]:
    """Lets go of a database however what is done with it ends."""
    try:
        yield
    finally:
        await opened.close()


def _say(console: Console, done: str, copied: Copied, where: str) -> None:
    rows = _counted(copied.rows)
    console.print(f"{done} {rows or 'nothing: there was nothing yet'} {where}.", soft_wrap=True, markup=False)


def _counted(rows: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in rows.items() if count)


def _no_such_gap(count: int) -> str:
    if not count:
        return "There are no gaps: everything that was asked was answered."
    return f"The gaps are numbered 1 to {count}; `python -m bot gaps` lists them."


def _confirmed(console: Console, asked: str) -> bool:
    """Whether somebody said yes; where nobody can be asked, nobody did."""
    try:
        return bool(re.fullmatch(r"y(es)?", console.input(asked, markup=False).strip().casefold()))
    except EOFError:
        console.print()
        return False


def _write(path: Path, data: bytes) -> None:
    """A file that only its owner can read, in place of an older one once it is whole. Raises Unkeepable."""
    part = path.with_name(f".{path.name}.part") if path.name else path
    try:
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
        part.replace(path)
    except OSError as error:
        with suppress(OSError):
            part.unlink()
        raise Unkeepable(f"{path} cannot be written ({error.strerror}). Name another file, or make room.") from error


def _user(text: str) -> int:
    """A person's id. Raises UnusableQuestion."""
    if not re.fullmatch(r"[0-9]{15,20}", text.strip()) or int(text) > MOST_ID:
        raise UnusableQuestion(
            "A person is named by the number that Discord shows under Copy User ID (Settings › Advanced › Developer Mode)."
        )
    return int(text)
