"""Messages: direct ones, mentions and replies, study channels and their threads, forum posts.

Whether a message is for the bot was decided in addressed.py; here it is heard and answered.
"""

import asyncio
import logging
import re
import time
from collections import OrderedDict
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import discord
from discord.ext import commands

from bot.discord_app.answers.conversation import Request, TooMany
from bot.discord_app.answers.responder import is_shared
from bot.discord_app.discord_text import sanitize as inert
from bot.discord_app.discord_text.split import clip
from bot.discord_app.http.rate_limits import BROKEN_LINE
from bot.discord_app.incoming.message_rules import SURE, Heard, Listening, Take, take, without_mention
from bot.discord_app.incoming.split_pastes import PAUSE_S, Pastes
from bot.discord_app.limits import THREAD_NAME
from bot.state.values import Place, ServerSettings
from bot.tutor.dialogue import MAX_CHARACTERS

if TYPE_CHECKING:
    from bot.discord_app.client import StudyBot

log = logging.getLogger(__name__)

LEFT_OUT = " … "
_MENTION = re.compile(r"<@[!&]?\d+>")
"""Somebody else in a question is nothing that could be looked up."""

THREADS = 1_000
"""Threads of which it is known who writes there."""


class Messages(commands.Cog):
    """Talk without commands."""

    def __init__(self, bot: "StudyBot") -> None:
        self._bot = bot
        self._pastes = Pastes()
        self._begun: dict[tuple[int, int], Take] = {}
        self._spoke_s: dict[int, float] = {}
        self._writers: OrderedDict[int, set[int]] = OrderedDict()

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Takes every message that reaches the bot."""
        text = without_mention(message.content, self._me)
        called = self._me in {user.id for user in message.mentions}
        if message.author.bot or not (text or called):  # without the message-content intent most messages are empty
            return
        guild = message.guild
        settings = await self._bot.answering.desk.memory.server(guild.id) if guild else ServerSettings()
        if isinstance(message.channel, discord.Thread):
            await self._meet(message.channel, message.author.id)
        now_s = time.monotonic()
        taken = self._taken(message, text, settings, now_s)
        if taken is Take.IGNORE:
            return
        whole = await self._whole(message, text, now_s, taken)
        if whole is not None:
            await self._answer(message, _fitting(_MENTION.sub("", whole).strip()), taken)

    def _taken(self, message: discord.Message, text: str, settings: ServerSettings, now_s: float) -> Take:
        """How a message is taken; the next piece of a paste as its beginning was."""
        key = (message.channel.id, message.author.id)
        if self._pastes.goes_on(*key, now_s):
            return self._begun.get(key, Take.ANSWER)
        heard = self._heard(message, text, settings)
        listening = Listening(settings.listening, 60.0 * settings.listen_minutes, self._spoke_s.get(message.channel.id))
        return take(heard, listening, now_s)

    async def _meet(self, thread: discord.Thread, who: int) -> None:
        """Notes who writes in a thread; after a restart, who has been answered there."""
        if thread.id not in self._writers:
            answered = await self._bot.answering.desk.memory.recent(Place(thread.id, thread.guild.id))
            self._writers[thread.id] = {kept.user for kept in answered}
            while len(self._writers) > THREADS:
                self._writers.popitem(last=False)
        self._writers[thread.id].add(who)

    @property
    def _me(self) -> int:
        return self._bot.user.id if self._bot.user else 0

    def _heard(self, message: discord.Message, text: str, settings: ServerSettings) -> Heard:
        channel = message.channel
        thread = channel if isinstance(channel, discord.Thread) else None
        parent = thread.parent_id if thread else channel.id
        replied = message.reference.resolved if message.reference else None
        answered = replied.author.id if isinstance(replied, discord.Message) else 0
        mentioned = {user.id for user in message.mentions}
        forum = thread is not None and isinstance(thread.parent, discord.ForumChannel)
        return Heard(
            text,
            by_bot=message.author.bot or message.webhook_id is not None,
            system=message.is_system(),
            direct=message.guild is None,
            to_us=self._me in mentioned or answered == self._me,
            to_others=bool(mentioned - {self._me}) or bool(answered and answered != self._me),
            own_thread=thread is not None and thread.owner_id == self._me,
            company=len(self._writers.get(channel.id, {0})) > 1,
            study_channel=thread is None and parent in settings.study_channels,
            opening=forum and thread is not None and message.id == thread.id and parent in settings.study_channels,
            can_open_thread=self._may_open_threads(message),
        )

    def _may_open_threads(self, message: discord.Message) -> bool:
        if message.guild is None or not isinstance(message.channel, discord.TextChannel):
            return False
        allowed = message.channel.permissions_for(message.guild.me)
        return allowed.create_public_threads and allowed.send_messages_in_threads

    async def _whole(self, message: discord.Message, text: str, now_s: float, taken: Take) -> str | None:
        """The whole paste, when this message is its end; None while more may come."""
        key = (message.channel.id, message.author.id)
        whole = self._pastes.take(*key, text, now_s)
        if whole is None:
            self._begun[key] = taken
            await asyncio.sleep(PAUSE_S)
            whole = self._pastes.ended(*key, time.monotonic())
        if whole is not None:
            self._begun.pop(key, None)
        return whole

    async def _answer(self, message: discord.Message, text: str, taken: Take) -> None:
        overheard = taken is Take.WEIGH
        if overheard and not await self._worth_saying(message, text):
            return
        channel: discord.abc.Messageable = message.channel
        if self._asks_nobody(message) and not overheard and not await self._is_ours_to_answer(text, _guild_of(message)):
            return  # "when do we meet?" is a question, and none for a glossary
        place = Place(message.channel.id, _guild_of(message) or 0)
        # What somebody asked others is not counted as asked of the bot.
        request = Request(message.author.id, place, text, exempt=overheard or _manages(message.author))
        if taken is Take.OPEN_THREAD:
            with suppress(TooMany):  # said in the channel: a thread would hold nothing else
                request = await self._bot.answering.desk.admit(request)
                channel = await self._thread(message, text) or message.channel
        place = Place(channel.id, place.guild)  # type: ignore[attr-defined]
        request = replace(request, place=place, shared=is_shared(channel))
        await self._bot.answering.in_channel(channel, place, request, message, overheard=overheard)

    def _asks_nobody(self, message: discord.Message) -> bool:
        """Whether it was said into a study channel, to nobody and in no conversation."""
        in_conversation = message.guild is None or isinstance(message.channel, discord.Thread)
        return not (in_conversation or self._is_to_us(message))

    def _is_to_us(self, message: discord.Message) -> bool:
        replied = message.reference.resolved if message.reference else None
        answered = isinstance(replied, discord.Message) and replied.author.id == self._me
        return answered or any(user.id == self._me for user in message.mentions)

    async def _is_ours_to_answer(self, text: str, guild: int | None) -> bool:
        return await self._bot.presses.listing.speaks_of(text, guild)

    async def _worth_saying(self, message: discord.Message, text: str) -> bool:
        """Whether the glossary is sure of an answer to a question between people; if so, that is noted."""
        sure = await self._bot.presses.listing.confidence(text, _guild_of(message))
        if sure < SURE:
            return False
        self._spoke_s[message.channel.id] = time.monotonic()
        return True

    async def _thread(self, message: discord.Message, text: str) -> discord.Thread | None:
        """A thread for the conversation that this message opens; None where none may be opened."""
        try:
            return await message.create_thread(name=clip(inert.one_line(text), THREAD_NAME), auto_archive_duration=1440)
        except (discord.HTTPException, *BROKEN_LINE) as error:
            log.info("a thread could not be opened: code %s", getattr(error, "code", "none"))
            return None


def _guild_of(message: discord.Message) -> int | None:
    return message.guild.id if message.guild else None


def _manages(author: discord.User | discord.Member) -> bool:
    return isinstance(author, discord.Member) and author.guild_permissions.manage_guild


def _fitting(text: str) -> str:
    """A paste as long as a question may be: people ask before what they paste or behind it."""
    if len(text) <= MAX_CHARACTERS:
        return text
    half = MAX_CHARACTERS // 2 - len(LEFT_OUT)
    return f"{text[:half]}{LEFT_OUT}{text[-half:]}"
