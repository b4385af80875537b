"""Messages: direct ones, mentions and replies, study channels and their threads, forum posts.

Whether a message is for the bot was decided in message_rules.py; here it is heard and answered.
"""

import asyncio
import logging
import re
import time
from collections import OrderedDict
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import discord
from discord.ext import commands

from bot.discord_app.answers.conversation import Request, TooMany
from bot.discord_app.answers.responder import MessageReply, is_shared
from bot.discord_app.cards import texts
from bot.discord_app.discord_text import sanitize
from bot.discord_app.discord_text.split import clip
from bot.discord_app.feature_cog import FeatureCog
from bot.discord_app.http.rate_limits import BROKEN_LINE
from bot.discord_app.incoming.context_menus import press_on
from bot.discord_app.incoming.message_rules import SURE, IncomingMessage, Listening, Reaction, take, without_mention
from bot.discord_app.incoming.message_text import POINTING, only_points, question_about, text_of
from bot.discord_app.incoming.split_pastes import PAUSE_S, SplitPastes
from bot.discord_app.limits import MAX_THREAD_NAME
from bot.discord_app.services import Services
from bot.state.values import Place, ServerSettings, StoredAnswer
from bot.tutor.dialogue import MAX_CHARACTERS, Turn

log = logging.getLogger(__name__)

LEFT_OUT = " … "
_MENTION = re.compile(r"<@[!&]?\d+>")
"""Somebody else in a question is nothing that could be looked up."""

EDITABLE = timedelta(minutes=5)
"""How long after it was written an edited question is answered anew."""

LOOK_BACK = 5
"""Messages among which the one above is looked for."""

MAX_REPLIES = 1_000
"""Questions of which it is known where they were answered."""

MAX_THREADS = 1_000
"""Threads of which it is known who writes there."""


class Messages(FeatureCog):
    """Talk without commands."""

    def __init__(self, bot: commands.Bot, services: Services) -> None:
        super().__init__(bot, services)
        self._pastes = SplitPastes()
        self._begun: dict[tuple[int, int], Reaction] = {}
        self._spoke_s: dict[int, float] = {}
        self._writers: OrderedDict[int, set[int]] = OrderedDict()
        self._replies: OrderedDict[int, MessageReply] = OrderedDict()

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Take every message that reaches the bot."""
        await self._take(message)

    @commands.Cog.listener()
    async def on_raw_message_edit(self, edited: discord.RawMessageUpdateEvent) -> None:
        """Let the answer follow a question that was edited soon after it was asked."""
        message = edited.message
        if message.edited_at is None or message.edited_at - message.created_at > EDITABLE:
            return
        answered = self._replies.get(message.id)
        if answered is None and not self._calls_us(message):
            return  # it was said to nobody, and is so still
        if answered is None or answered.message.content != message.content:
            await self._take(message, answered)

    async def _take(self, message: discord.Message, answered: MessageReply | None = None) -> None:
        """Answer a message that is for the bot; `answered`: the reply to it before it was edited."""
        text = without_mention(message.content, self._me)
        if message.author.bot or not (text or self._calls_us(message)):
            return  # without the message-content intent most messages are empty
        guild = message.guild
        settings = await self.services.memory.server(guild.id) if guild else ServerSettings()
        if isinstance(message.channel, discord.Thread):
            await self._meet(message.channel, message.author.id)
        now_s = time.monotonic()
        reaction = self._reaction(message, text, settings, now_s)
        if reaction is Reaction.IGNORE and answered is None:
            return
        whole = await self._whole(message, text, now_s, reaction) if answered is None else text
        if whole is None:
            return
        asked = await self._with_replied(message, whole)
        if asked is not None:
            question, about = asked
            await self._answer(message, _fitting(_MENTION.sub("", question).strip()), reaction, answered, about)

    def _calls_us(self, message: discord.Message) -> bool:
        return self._me in {user.id for user in message.mentions}

    async def _with_replied(self, message: discord.Message, text: str) -> tuple[str, Turn | None] | None:
        """Return the question and what it is about; None where that could not be read, which is said then."""
        replied = message.reference.resolved if message.reference else None
        if not self._calls_us(message):
            return text, None
        if isinstance(replied, discord.Message) and replied.author.id == self._me:
            return text, None  # the conversation goes on from our own answer
        if replied is None and POINTING.search(text) and only_points(POINTING.sub("", text)):
            replied = await _message_before(message)
        if isinstance(replied, discord.Message):
            other = without_mention(text_of(replied), self._me)
            if other:
                guild, search = _guild_of(message), self.services.search
                own_terms, other_terms = [await search.terms_in(each, guild) if each else [] for each in (text, other)]
                return question_about(POINTING.sub(" ", text), other, own_terms, other_terms)
        if not only_points(text) or (text and not message.reference and not POINTING.search(text)):
            return text, None
        await self._say(message, texts.CALLED if replied is None and not text else texts.UNREADABLE)
        return None

    async def _say(self, message: discord.Message, sentence: str) -> None:
        reply = MessageReply(message, message.channel, message.id)
        await self.services.answers.say_in_channel(reply, sentence)

    def _reaction(self, message: discord.Message, text: str, settings: ServerSettings, now_s: float) -> Reaction:
        """Return how a message is taken; the next piece of a paste as its beginning was."""
        key = (message.channel.id, message.author.id)
        if self._pastes.goes_on(*key, now_s):
            return self._begun.get(key, Reaction.ANSWER)
        incoming = self._heard(message, text, settings)
        listening = Listening(settings.listening, 60.0 * settings.listen_minutes, self._spoke_s.get(message.channel.id))
        return take(incoming, listening, now_s)

    async def _meet(self, thread: discord.Thread, who: int) -> None:
        """Notes who writes in a thread; after a restart, who has been answered there."""
        if thread.id not in self._writers:
            answered = await self.services.memory.recent(Place(thread.id, thread.guild.id))
            self._writers[thread.id] = {stored.user for stored in answered}
            while len(self._writers) > MAX_THREADS:
                self._writers.popitem(last=False)
        self._writers[thread.id].add(who)

    @property
    def _me(self) -> int:
        return self.bot.user.id if self.bot.user else 0

    def _heard(self, message: discord.Message, text: str, settings: ServerSettings) -> IncomingMessage:
        channel = message.channel
        thread = channel if isinstance(channel, discord.Thread) else None
        parent = thread.parent_id if thread else channel.id
        replied = message.reference.resolved if message.reference else None
        answered = replied.author.id if isinstance(replied, discord.Message) else 0
        mentioned = {user.id for user in message.mentions}
        forum = thread is not None and isinstance(thread.parent, discord.ForumChannel)
        return IncomingMessage(
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

    async def _whole(self, message: discord.Message, text: str, now_s: float, taken: Reaction) -> str | None:
        """Return the whole paste, when this message is its end; None while more may come."""
        key = (message.channel.id, message.author.id)
        whole = self._pastes.take(*key, text, now_s)
        if whole is None:
            self._begun[key] = taken
            await asyncio.sleep(PAUSE_S)
            whole = self._pastes.ended(*key, time.monotonic())
        if whole is not None:
            self._begun.pop(key, None)
        return whole

    async def _answer(
        self,
        message: discord.Message,
        text: str,
        reaction: Reaction,
        answered: MessageReply | None,
        about: Turn | None,
    ) -> None:
        unsolicited = reaction is Reaction.ANSWER_IF_SURE
        if unsolicited and not await self._worth_saying(message, text):
            return
        guild = _guild_of(message)
        if self._asks_nobody(message) and not unsolicited and not await self._is_ours_to_answer(text, guild):
            return  # "when do we meet?" is a question, and none for a glossary
        place = Place(message.channel.id, guild or 0)
        # What somebody asked others is not counted as asked of the bot.
        request = Request(message.author.id, place, text, exempt=unsolicited or _manages(message.author))
        reply = answered or MessageReply(message, message.channel, message.id)
        reply.message = message
        reply.asked = max(_last_change(message), answered.asked + 1) if answered else _last_change(message)
        if reaction is Reaction.OPEN_THREAD and answered is None:
            with suppress(TooMany):  # said in the channel: a thread would hold nothing else
                request = await self.services.conversation.admit(request)
                reply.channel = await self._thread(message, text) or message.channel
        self._remember(reply)
        place = Place(reply.channel.id, place.guild)  # type: ignore[attr-defined]
        request = replace(request, place=place, shared=is_shared(reply.channel))
        request = replace(request, about=about, after=await self._answer_replied_to(message))
        await self.services.answers.in_channel(reply, request, unsolicited=unsolicited)

    def _remember(self, reply: MessageReply) -> None:
        """Remember where a question was answered, so that the answer can follow an edit."""
        self._replies[reply.message.id] = reply
        while len(self._replies) > MAX_REPLIES:
            self._replies.popitem(last=False)

    async def _answer_replied_to(self, message: discord.Message) -> StoredAnswer | None:
        """Return the answer of ours that a message replies to."""
        replied = message.reference.resolved if message.reference else None
        if not isinstance(replied, discord.Message) or replied.author.id != self._me:
            return None
        press = press_on(replied)
        return await self.services.conversation.stored(press.answer, _guild_of(message) or 0) if press else None

    def _asks_nobody(self, message: discord.Message) -> bool:
        """Return whether it was said into a study channel, to nobody and in no conversation."""
        in_conversation = message.guild is None or isinstance(message.channel, discord.Thread)
        return not (in_conversation or self._is_to_us(message))

    def _is_to_us(self, message: discord.Message) -> bool:
        replied = message.reference.resolved if message.reference else None
        answered = isinstance(replied, discord.Message) and replied.author.id == self._me
        return answered or any(user.id == self._me for user in message.mentions)

    async def _is_ours_to_answer(self, text: str, guild: int | None) -> bool:
        return await self.services.search.speaks_of(text, guild)

    async def _worth_saying(self, message: discord.Message, text: str) -> bool:
        """Return whether the glossary is sure of an answer to a question between people; if so, that is noted."""
        sure = await self.services.search.confidence(text, _guild_of(message))
        if sure < SURE:
            return False
        self._spoke_s[message.channel.id] = time.monotonic()
        return True

    async def _thread(self, message: discord.Message, text: str) -> discord.Thread | None:
        """Return a thread for the conversation that this message opens; None where none may be opened."""
        try:
            return await message.create_thread(
                name=clip(sanitize.one_line(text), MAX_THREAD_NAME), auto_archive_duration=1440
            )
        except (discord.HTTPException, *BROKEN_LINE) as error:
            log.info("a thread could not be opened: code %s", getattr(error, "code", "none"))
            return None


async def _message_before(message: discord.Message) -> discord.Message | None:
    """Return the last message of a person before this one; None where the history cannot be read."""
    with suppress(discord.HTTPException, *BROKEN_LINE):
        async for earlier in message.channel.history(limit=LOOK_BACK, before=message):
            if not earlier.author.bot and text_of(earlier):
                return earlier
    return None


def _last_change(message: discord.Message) -> int:
    """Return when a message was written or last edited, as a snowflake."""
    return discord.utils.time_snowflake(message.edited_at) if message.edited_at else message.id


def _guild_of(message: discord.Message) -> int | None:
    return message.guild.id if message.guild else None


def _manages(author: discord.User | discord.Member) -> bool:
    return isinstance(author, discord.Member) and author.guild_permissions.manage_guild


def _fitting(text: str) -> str:
    """Return a paste as long as a question may be: people ask before what they paste or behind it."""
    if len(text) <= MAX_CHARACTERS:
        return text
    half = MAX_CHARACTERS // 2 - len(LEFT_OUT)
    return f"{text[:half]}{LEFT_OUT}{text[-half:]}"
