"""Starts the bot, and ends it without leaving anybody waiting. Says in one line what keeps it from starting."""

import asyncio
import logging
import signal
from contextlib import suppress

import discord

from bot.discord_app.application.token import PORTAL, CannotStart
from bot.discord_app.client import StudyBot
from bot.discord_app.http.rate_limits import BROKEN_LINE

log = logging.getLogger(__name__)

FINISH_S = 6.0
"""How long running answers may take to end when the process is told to stop; 10 s are promised in all."""

CLOSE_S = 2.0
"""How long the connection may take to close: on a dead line discord.py would wait for half a minute."""

REFUSED = f"Discord refused DISCORD_TOKEN. Make a new one under Bot › Reset Token at {PORTAL} and put it in .env."
NO_INTENT = f"Switch on “Message Content Intent” under Bot at {PORTAL}, or set DISCORD_MESSAGE_CONTENT=false."
UNREACHABLE = "Discord cannot be reached. Check this machine’s connection, then start again."


async def run(bot: StudyBot, token: str) -> None:
    """Runs until SIGTERM or SIGINT. Raises CannotStart."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        with suppress(NotImplementedError):  # Windows has no handlers in the loop: Ctrl-C ends it there all the same
            loop.add_signal_handler(name, stopping.set)
    running = asyncio.create_task(_started(bot, token))
    waiting = asyncio.create_task(stopping.wait())
    try:
        await asyncio.wait([running, waiting], return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            running.result()
            return
        log.info("stopping")
        await bot.services.answers.running.finish(FINISH_S)
    finally:
        waiting.cancel()
        await _closed(bot)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def _closed(bot: StudyBot) -> None:
    closing = asyncio.create_task(bot.close())
    await asyncio.wait([closing], timeout=CLOSE_S)
    if not closing.done():
        log.warning("the connection to Discord did not close in time")
    closing.cancel()
    await asyncio.gather(closing, return_exceptions=True)


async def _started(bot: StudyBot, token: str) -> None:
    try:
        await bot.start(token)
    except discord.LoginFailure as error:
        raise CannotStart(REFUSED) from error
    except discord.PrivilegedIntentsRequired as error:
        raise CannotStart(NO_INTENT) from error
    except (discord.HTTPException, discord.ConnectionClosed, discord.GatewayNotFound, *BROKEN_LINE) as error:
        raise CannotStart(UNREACHABLE) from error
