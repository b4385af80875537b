"""Answers on Discord: acknowledges at once, finds the card to draw on, and leaves nothing open.

The story of an answer is running.py's; here are the ways in which it reaches a person.
"""

import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from enum import Enum

import discord
from discord import ui

from bot.discord_app.answers.conversation import ConversationService, Request, new_id
from bot.discord_app.answers.pending import PendingAnswer, PendingAnswers
from bot.discord_app.answers.running import RunningAnswers
from bot.discord_app.cards import answer_card, texts
from bot.discord_app.cards.card_order import CardClaim, CardOrder
from bot.discord_app.cards.message_targets import ChannelTarget, ResponseTarget, UnsolicitedTarget
from bot.discord_app.cards.streaming_message import Gone, StreamingMessage
from bot.discord_app.discord_text.latex_images import FormulaImages
from bot.discord_app.http.edit_throttle import EditThrottle
from bot.discord_app.http.rate_limits import BROKEN_LINE, counted
from bot.state.values import Place
from bot.tutor.dialogue import Question
from bot.tutor.errors import TutorError

log = logging.getLogger(__name__)

ALREADY_ACKNOWLEDGED = 40060
MAX_TRIES = 3
"""How often an interaction is acknowledged when the line to Discord breaks."""

MAX_SEEN = 1_000
"""Interactions remembered, so that one delivered twice is answered once."""

Interaction = discord.Interaction
Shown = answer_card.Card | Callable[[], Awaitable[answer_card.Card]]
"""A card, or what makes it once the interaction has been acknowledged."""


class Acknowledged(Enum):
    """What became of telling Discord that an answer comes."""

    YES = "in time"
    LATE = "refused: the response is lost, an ordinary message can still be sent"
    TWICE = "done before: somebody else answers"


def place_of(interaction: Interaction) -> Place:
    """Return where an interaction happened."""
    return Place(interaction.channel_id or 0, interaction.guild_id or 0)


def is_shared(channel: object) -> bool:
    """Return whether everybody there talks about the same: a thread, a direct message."""
    return isinstance(channel, discord.Thread | discord.DMChannel | discord.GroupChannel | discord.PartialMessageable)


def is_alone(interaction: Interaction) -> bool:
    """Return whether nobody but this person sees what is shown there: a direct message with the bot."""
    return interaction.guild_id is None and interaction.context.dm_channel


@dataclass(slots=True)
class MessageReply:
    """Our reply to somebody's message: where it goes, and the card once there is one.

    `asked`: when the question was written or last edited, as a snowflake.
    """

    message: discord.Message
    channel: discord.abc.Messageable
    asked: int
    target: ChannelTarget | None = None


@dataclass(slots=True)
class Responder:
    """What every command, button and message goes through to be answered."""

    conversation: ConversationService
    running: RunningAnswers
    formulas: FormulaImages
    pending: PendingAnswers
    order: CardOrder = field(default_factory=CardOrder)
    _seen: OrderedDict[int, None] = field(default_factory=OrderedDict)

    async def acknowledge(
        self, interaction: Interaction, *, private: bool = False, update: bool = False
    ) -> Acknowledged:
        """Tell Discord that an answer comes.

        `update`: the message with the pressed button will change, instead of a new one coming.
        """
        if not self.first_time(interaction):
            return Acknowledged.TWICE
        with self.running.priority.urgent():
            return await _responded(lambda: interaction.response.defer(ephemeral=private, thinking=not update))

    def first_time(self, interaction: Interaction) -> bool:
        """Return whether this interaction was not seen before; it has been now."""
        if interaction.id in self._seen:
            return False
        self._seen[interaction.id] = None
        while len(self._seen) > MAX_SEEN:
            self._seen.popitem(last=False)
        return True

    async def respond(
        self, interaction: Interaction, asked: Request | Question, *, private: bool = False, only_this: bool = False
    ) -> None:
        """Answer a command or a press with a message of its own; `only_this`: with what was asked and nothing beside it."""
        answer_id = new_id()
        # Noted before Discord shows "thinking": whatever happens after, the next start finds the card to end.
        self.pending.begin(_pending(interaction, answer_id, asked))
        try:
            acknowledged = await self.acknowledge(interaction, private=private)
            if acknowledged is not Acknowledged.TWICE:
                late = acknowledged is Acknowledged.LATE
                target = ResponseTarget(interaction, self.formulas, private, EditThrottle(), lost=late)
                await self._answer(interaction, asked, answer_id, target, only_this=only_this)
        finally:
            self.pending.end(answer_id)

    async def respond_in_place(self, interaction: Interaction, asked: Request | Question, private: bool) -> None:
        """Answer a press on the card that was pressed. Until something else is drawn there, that card is whole."""
        claim = self._claim(interaction)
        acknowledged = await self.acknowledge(interaction, update=True)
        if acknowledged is Acknowledged.TWICE or (claim and not claim.is_newest):
            return
        answer_id = new_id()
        late = acknowledged is Acknowledged.LATE
        target = ResponseTarget(
            interaction, self.formulas, private, EditThrottle(), lost=late, in_place=True, claim=claim
        )
        target.before = lambda: self.pending.begin(_pending(interaction, answer_id, asked))
        if claim:
            claim.when_superseded(lambda: self.running.stop(answer_id))
        try:
            await self._answer(interaction, asked, answer_id, target)
        finally:
            self.pending.end(answer_id)

    def _claim(self, interaction: Interaction) -> CardClaim | None:
        """Claim the pressed card; presses are in order by their ids, which Discord gives by time."""
        return self.order.claim(interaction.message.id, interaction.id) if interaction.message else None

    async def show(self, interaction: Interaction, shown: Shown) -> None:
        """Shows one card privately."""
        await self._put(interaction, shown, private=True, update=False)

    async def change(self, interaction: Interaction, shown: Shown) -> None:
        """Puts another card in the place of the pressed one."""
        await self._put(interaction, shown, private=False, update=True)

    async def show_form(self, interaction: Interaction, form: ui.Modal) -> None:
        """Opens a form, which has to be the first response: nothing may be acknowledged before it."""
        if self.first_time(interaction):
            await _responded(lambda: interaction.response.send_modal(form))

    async def in_channel(self, reply: MessageReply, request: Request, *, unsolicited: bool = False) -> None:
        """Answer a message with a message, in its channel as a reply; one that nobody called for can be dismissed.

        A question that was edited is answered on the card that is there already, and what was being said stops.
        """
        answer_id, message = new_id(), reply.message
        target = self._reply_target(reply, request, answer_id)
        stream = StreamingMessage(UnsolicitedTarget(target, answer_id) if unsolicited else target, target.throttle)
        if target.claim:
            target.claim.when_superseded(lambda: self.running.stop(answer_id))
        try:
            question = await self.conversation.question(request)
            public = not isinstance(reply.channel, discord.DMChannel)
            await self.running.give(question, request.user, request.place, stream, public=public, answer_id=answer_id)
        except TutorError as problem:
            await _draw_last(stream, answer_card.notice(str(problem)))
        except Exception:  # nobody else would tell the person who wrote
            log.exception("a message could not be answered")
            await _draw_last(stream, answer_card.notice(texts.BROKEN_OFF))
        finally:
            self.pending.end(answer_id)
            if stream.gone.is_set() and target.message is None and message.guild and not unsolicited:
                private = ChannelTarget(message.author, self.formulas)
                await _draw_last(StreamingMessage(private), answer_card.notice(texts.NOT_HERE))

    async def say_in_channel(self, reply: MessageReply, sentence: str) -> None:
        """Say one thing in reply to a message."""
        target = ChannelTarget(reply.channel, self.formulas, reply_to=_reply_to(reply))
        await _draw_last(StreamingMessage(target), answer_card.notice(sentence))

    def _reply_target(self, reply: MessageReply, request: Request, answer_id: str) -> ChannelTarget:
        if reply.target is None:
            reply.target = ChannelTarget(reply.channel, self.formulas, reply_to=_reply_to(reply))
        to_reply = reply.target.reply_to.id if reply.target.reply_to else 0
        noted = PendingAnswer.of_request(answer_id, request, reply_to=to_reply)
        if reply.target.message:
            noted = replace(noted, message=reply.target.message.id)
        target = replace(reply.target, throttle=EditThrottle(), claim=self.order.claim(reply.message.id, reply.asked))
        # Noted before anything is sent, and again with what is known of the message: a crash loses no question.
        self.pending.begin(noted)
        target.sending = lambda nonce: self.pending.begin(replace(noted, nonce=nonce))

        def sent(message_id: int) -> None:
            reply.target = replace(target, claim=None)
            self.pending.begin(replace(noted, message=message_id))

        target.sent = sent
        return target

    async def _put(self, interaction: Interaction, shown: Shown, *, private: bool, update: bool) -> None:
        claim = self._claim(interaction) if update else None
        if await self.acknowledge(interaction, private=private, update=update) is Acknowledged.YES:
            made = shown if isinstance(shown, answer_card.Card) else await shown()
            target = ResponseTarget(interaction, self.formulas, private=True, in_place=update, claim=claim)
            await _draw_last(StreamingMessage(target), made)

    async def _answer(
        self,
        interaction: Interaction,
        asked: Request | Question,
        answer_id: str,
        target: ResponseTarget,
        *,
        only_this: bool = False,
    ) -> None:
        stream = StreamingMessage(target, target.throttle)
        try:
            async with self.running.priority.work():
                question = await self.conversation.question(asked) if isinstance(asked, Request) else asked
            place, public = place_of(interaction), not (target.private or is_alone(interaction))
            await self.running.give(
                question, interaction.user.id, place, stream, public=public, answer_id=answer_id, only_this=only_this
            )
        except TutorError as problem:
            await _draw_last(stream, answer_card.notice(str(problem)))


async def _responded(respond: Callable[[], Awaitable[object]]) -> Acknowledged:
    """Gives an interaction its first response, again when the line breaks."""
    with counted() as requests:
        for _ in range(MAX_TRIES):
            try:
                await respond()
            except discord.HTTPException as error:
                if error.code == ALREADY_ACKNOWLEDGED and requests.sent > 1:
                    return Acknowledged.YES  # an earlier try had arrived, and only Discord's answer to it was lost
                log.warning("an interaction was not acknowledged: status %s, code %s", error.status, error.code)
                return Acknowledged.TWICE if error.code == ALREADY_ACKNOWLEDGED else Acknowledged.LATE
            except discord.InteractionResponded:
                return Acknowledged.TWICE
            except BROKEN_LINE as error:
                log.info("the line broke while an interaction was acknowledged: %r", error)
            else:
                return Acknowledged.YES
    return Acknowledged.LATE


async def _draw_last(message_stream: StreamingMessage, shown: answer_card.Card) -> None:
    try:
        await message_stream.finish(shown)
    except Gone:
        log.info("a card found its place gone")


def _pending(interaction: Interaction, answer_id: str, asked: Request | Question) -> PendingAnswer:
    request = asked if isinstance(asked, Request) else as_request(interaction, asked.text, level=asked.level)
    return PendingAnswer.of_request(answer_id, request, application=interaction.application_id, token=interaction.token)


def _reply_to(reply: MessageReply) -> discord.Message | None:
    """Return the message to reply to; none in a new thread and in direct messages."""
    return reply.message if reply.channel is reply.message.channel and reply.message.guild else None


def as_request(interaction: Interaction, text: str, **chosen: object) -> Request:
    """Return a request of the person who used a command or pressed a button."""
    made = Request(
        interaction.user.id,
        place_of(interaction),
        text,
        shared=is_shared(interaction.channel),
        exempt=bool(interaction.guild_id and interaction.permissions.manage_guild),
    )
    return replace(made, **chosen)  # type: ignore[arg-type]
