"""The help text, made from the commands as they are registered. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

OPENING = (
    "### What I can do\n"
    "I explain the terms of this glossary at the level you like, and I say where each sentence comes from. What the "
    "glossary does not hold, I do not make up."
)
PLACES = (
    "**Without a command:** mention me, reply to me, or write to me directly. In a study channel a question opens a "
    "thread in which we go on.\n"
    "**Under an answer:** the level buttons tell it anew for you, the other buttons go on from it."
)


@dataclass(frozen=True, slots=True)
class Described:
    """A command as a person sees it; `options` as they are typed, the optional ones in brackets."""

    name: str
    description: str
    options: tuple[str, ...] = ()
    menu: bool = False


def help_text(commands: Iterable[Described]) -> str:
    """Return what the bot can do, each command with its description."""
    slash, menus = [], []
    for command in commands:
        if command.menu:
            menus.append(f"- **{command.name}**")
        else:
            slash.append(f"- `/{' '.join((command.name, *command.options))}` {command.description}")
    listed = "\n".join([*sorted(slash)])
    apps = "\n".join(["**On a message, under Apps:**", *menus]) if menus else ""
    return "\n\n".join(part for part in (OPENING, listed, apps, PLACES) if part)
