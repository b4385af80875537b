"""`python -m bot data …` and `python -m bot gaps` in a terminal: what is kept, from the owner's side.

Shows and asks; storing is bot/state's. Every failure is a StateError, one sentence.
"""

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from bot.state.address import address, shown
from bot.state.backup import Copied, backup, move, restore
from bot.state.database import Database
from bot.state.errors import Unkeepable
from bot.state.gaps import draft, grouped
from bot.state.store import Store
from bot.tutor.errors import UnusableQuestion

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MOST_GROUPS = 30


async def write_backup(console: Console, database: Database, path: Path) -> None:
    """Writes everything that is kept into one file."""
    _say(console, "Backed up", await backup(database.store, path), f"into {path}")
    await database.close()


async def read_backup(console: Console, database: Database, path: Path, *, replace: bool) -> None:
    """Restores a backup."""
    _say(console, "Restored", await restore(database.store, path, replace=replace), f"into {shown(database.store.url)}")
    await database.close()


async def move_to(console: Console, database: Database, url: str, folder: Path, *, replace: bool) -> None:
    """Copies everything into another database, which then is named by DATABASE_URL."""
    target = Store(address(url, folder))
    try:
        copied = await move(database.store, target, replace=replace)
    finally:
        await target.close()
        await database.close()
    _say(console, "Copied", copied, f"into {shown(target.url)}")
    console.print("Set DATABASE_URL to it and start the bot again; the old database is left as it is.", style="dim")


async def export(console: Console, database: Database, user: str, out: Path | None) -> None:
    """Everything that is kept about a person, as JSON."""
    found = await database.export(_user(user))
    await database.close()
    text = json.dumps(found, ensure_ascii=False, indent=2, default=str)
    if out is None:
        console.file.write(f"{text}\n")
        return
    try:
        out.write_text(f"{text}\n", "utf-8")
    except OSError as error:
        raise Unkeepable(f"{out} cannot be written: {error.strerror}.") from error
    console.print(f"Everything that is kept about this person is in {out}.", soft_wrap=True)


async def forget(console: Console, database: Database, user: str, *, sure: bool) -> None:
    """Deletes everything that is kept about a person."""
    number = _user(user)
    if not sure and not re.fullmatch(r"y(es)?", console.input("Delete all of it, for good? [y/N] ").strip().casefold()):
        console.print("Nothing was deleted.")
        return
    await database.forget(number)
    await database.close()
    console.print("Everything that was kept about this person is gone.")


async def show_gaps(
    console: Console, database: Database, embed: "Callable[[Sequence[str]], NDArray[np.float32]]", number: int | None
) -> None:
    """What the glossary could not answer, by meaning, the most asked first; with `number`, an entry to begin with."""
    groups = grouped(await database.gaps(), embed)[:MOST_GROUPS]
    await database.close()
    if number is not None:
        if not 0 < number <= len(groups):
            raise UnusableQuestion(f"There are {len(groups)} gaps; `python -m bot gaps` lists them by number.")
        console.file.write(draft(groups[number - 1]))
        return
    if not groups:
        console.print("No gaps: everything that was asked was answered.")
    for place, group in enumerate(groups, 1):
        near = f"  (near: {', '.join(group.nearest[:3])})" if group.nearest else ""
        console.print(f"{place:3}. {group.count:4} × {group.question}{near}", soft_wrap=True, markup=False)


def _say(console: Console, done: str, copied: Copied, where: str) -> None:
    rows = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in copied.rows.items() if count)
    console.print(f"{done} {rows or 'nothing: there was nothing yet'} {where}.", soft_wrap=True)


def _user(text: str) -> int:
    """A person's id. Raises UnusableQuestion."""
    if not re.fullmatch(r"\d{15,20}", text.strip()):
        raise UnusableQuestion(
            "A person is named by the number that Discord shows under Copy User ID (Settings › Advanced › Developer Mode)."
        )
    return int(text)
