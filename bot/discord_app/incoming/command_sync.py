"""Tells Discord the bot's commands, only when they are others than last time."""

import hashlib
import json
import logging
from pathlib import Path

import discord
from discord import app_commands

from bot.discord_app.http.rate_limits import BROKEN_LINE

log = logging.getLogger(__name__)


async def sync(tree: "app_commands.CommandTree[discord.Client]", note: Path, application: int) -> bool:
    """Syncs the commands when their fingerprint is not the noted one; says whether it did.

    The bot starts all the same when Discord refuses: most commands are known there from before.
    """
    made = fingerprint(tree, application)
    try:
        if note.read_text("utf-8") == made:
            return False
    except OSError:
        pass
    try:
        await tree.sync()
    except (discord.HTTPException, app_commands.AppCommandError, *BROKEN_LINE) as error:
        log.warning("the commands could not be told to Discord, it is tried again at the next start: %s", error)
        return False
    try:
        note.parent.mkdir(parents=True, exist_ok=True)
        note.write_text(made, "utf-8")
    except OSError as error:
        log.warning("the commands' fingerprint could not be kept, they are synced again next time: %s", error)
    return True


def fingerprint(tree: "app_commands.CommandTree[discord.Client]", application: int) -> str:
    """Return what Discord is told about the commands of an application, as sha256."""
    told = sorted(json.dumps(command.to_dict(tree), sort_keys=True) for command in tree.get_commands())
    return hashlib.sha256(f"{application}\n{discord.__version__}\n{told}".encode()).hexdigest()
