"""Answers on Discord: acknowledges at once, finds the card to draw on, and leaves nothing open.

The story of an answer is reply.py's; here are the ways in which it reaches a person.
"""

import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from enum import Enum

import discord
from discord import ui

from bot.discord_app.answers.conversation import Desk, Request, new_id
from bot.discord_app.answers.pending import Begun, Journal
from bot.discord_app.answers.running import Replies
from bot.discord_app.cards import answer_card as card
from bot.discord_app.cards import texts as words
from bot.discord_app.cards.message_targets import MessageCanvas, Overheard, ResponseCanvas
from bot.discord_app.cards.streaming_message import Gone, LiveCard
from bot.discord_app.discord_text.latex_images import FormulaImages
from bot.discord_app.http.edit_throttle import Pace
from bot.discord_app.http.rate_limits import BROKEN_LINE, counted
from bot.state.values import Kept, Place
from bot.tutor.dialogue import Question
from bot.tutor.errors import TutorError

log = logging.getLogger(__name__)

ALREADY_ACKNOWLEDGED = 40060
TRIES = 3
"""How often an interaction is acknowledged when the line to Discord breaks."""

SEEN = 1_000
"""Interactions remembered, so that one delivered twice is answered once."""

Interaction = discord.Interaction
Shown = card.Card | Callable[[], Awaitable[card.Card]]
"""A card, or what makes it once the interaction has been acknowledged."""


class Acknowledged(Enum):
    """What became of telling Discord that an answer comes."""

    YES = "in time"
    LATE = "refused: the response is lost, an ordinary message can still be sent"
    TWICE = "done before: somebody else answers"


def place_of(interaction: Interaction) -> Place:
    """Where an interaction happened."""
    return Place(interaction.channel_id or 0, interaction.guild_id or 0)


def is_shared(channel: object) -> bool:
    """Whether everybody there talks about the same: a thread, a direct message."""
    return isinstance(channel, discord.Thread | discord.DMChannel | discord.GroupChannel | discord.PartialMessageable)


def is_alone(interaction: Interaction) -> bool:
    """Whether nobody but this person sees what is shown there: a direct message with the bot."""
    return interaction.guild_id is None and interaction.context.dm_channel


@dataclass(slots=True)
class Answering:
    """What every command, button and message goes through to be answered."""

    desk: Desk
    replies: Replies
    formulas: FormulaImages
    journal: Journal
    _seen: OrderedDict[int, None] = field(default_factory=OrderedDict)

    async def acknowledge(
        self, interaction: Interaction, *, private: bool = False, update: bool = False
    ) -> Acknowledged:
        """Tells Discord that an answer comes.

        `update`: the message with the pressed button will change, instead of a new one coming.
        """
        if not self.first_time(interaction):
            return Acknowledged.TWICE
        return await _responded(lambda: interaction.response.defer(ephemeral=private, thinking=not update))

    def first_time(self, interaction: Interaction) -> bool:
        """Whether this interaction was not seen before; it has been now."""
        if interaction.id in self._seen:
            return False
        self._seen[interaction.id] = None
        while len(self._seen) > SEEN:
            self._seen.popitem(last=False)
        return True

    async def respond(self, interaction: Interaction, asked: Request | Question, *, private: bool = False) -> None:
        """Answers a command or a press with a message of its own."""
        answer_id = new_id()
        # Noted before Discord shows "thinking": whatever happens after, the next start finds the card to end.
        with self._noted(interaction, answer_id, asked.text):
            acknowledged = await self.acknowledge(interaction, private=private)
            if acknowledged is not Acknowledged.TWICE:
                late = acknowledged is Acknowledged.LATE
                canvas = ResponseCanvas(interaction, self.formulas, private, Pace(), lost=late)
                await self._answer(interaction, asked, answer_id, canvas)

    async def respond_in_place(self, interaction: Interaction, asked: Request | Question, private: bool) -> None:
        """Answers a press on the card that was pressed. Until something else is drawn there, that card is whole."""
        acknowledged = await self.acknowledge(interaction, update=True)
        if acknowledged is Acknowledged.TWICE:
            return
        answer_id = new_id()
        late = acknowledged is Acknowledged.LATE
        canvas = ResponseCanvas(interaction, self.formulas, private, Pace(), lost=late)
        canvas.before = lambda: self.journal.begin(_begun(interaction, answer_id, asked.text))
        try:
            await self._answer(interaction, asked, answer_id, canvas)
        finally:
            self.journal.end(answer_id)

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

    async def in_channel(
        self,
        channel: discord.abc.Messageable,
        place: Place,
        request: Request,
        message: discord.Message,
        *,
        overheard: bool = False,
    ) -> Kept | None:
        """Answers a message with a message, in its channel as a reply; one that was only overheard can be dismissed."""
        pace, answer_id = Pace(), new_id()
        begun = Begun(answer_id, request.text, request.user, place.channel)
        canvas = MessageCanvas(channel, self.formulas, pace=pace)
        canvas.reply_to = message if channel is message.channel and message.guild else None
        to_reply = canvas.reply_to.id if canvas.reply_to else 0
        # Noted before it is sent: a crash between the sending and its answer leaves a card whose id nobody knows.
        canvas.sending = lambda nonce: self.journal.begin(replace(begun, nonce=nonce, reply_to=to_reply))
        canvas.sent = lambda sent: self.journal.begin(replace(begun, message=sent))
        live = LiveCard(Overheard(canvas, answer_id) if overheard else canvas, pace)
        try:
            question = await self.desk.question(request)
            public = not isinstance(channel, discord.DMChannel)
            return await self.replies.give(question, request.user, place, live, public=public, answer_id=answer_id)
        except TutorError as problem:
            await _draw_last(live, card.notice(str(problem)))
        except Exception:  # nobody else would tell the person who wrote
            log.exception("a message could not be answered")
            await _draw_last(live, card.notice(words.BROKEN_OFF))
        finally:
            self.journal.end(answer_id)
            if live.gone.is_set() and canvas.message is None and message.guild and not overheard:
                await _draw_last(LiveCard(MessageCanvas(message.author, self.formulas)), card.notice(words.NOT_HERE))
        return None

    async def _put(self, interaction: Interaction, shown: Shown, *, private: bool, update: bool) -> None:
        if await self.acknowledge(interaction, private=private, update=update) is Acknowledged.YES:
            made = shown if isinstance(shown, card.Card) else await shown()
            await _draw_last(LiveCard(ResponseCanvas(interaction, self.formulas, private=True)), made)

    async def _answer(
        self, interaction: Interaction, asked: Request | Question, answer_id: str, canvas: ResponseCanvas
    ) -> None:
        live = LiveCard(canvas, canvas.pace)
        try:
            question = await self.desk.question(asked) if isinstance(asked, Request) else asked
            place, public = place_of(interaction), not (canvas.private or is_alone(interaction))
            await self.replies.give(question, interaction.user.id, place, live, public=public, answer_id=answer_id)
        except TutorError as problem:
            await _draw_last(live, card.notice(str(problem)))

    @contextmanager
    def _noted(self, interaction: Interaction, answer_id: str, text: str) -> Iterator[None]:
        self.journal.begin(_begun(interaction, answer_id, text))
        try:
            yield
        finally:
            self.journal.end(answer_id)


async def _responded(respond: Callable[[], Awaitable[object]]) -> Acknowledged:
    """Gives an interaction its first response, again when the line breaks."""
    with counted() as requests:
        for _ in range(TRIES):
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


async def _draw_last(live: LiveCard, shown: card.Card) -> None:
    try:
        await live.finish(shown)
    except Gone:
        log.info("a card found its place gone")


def _begun(interaction: Interaction, answer_id: str, text: str) -> Begun:
    return Begun(
        answer_id,
        text,
        interaction.user.id,
        interaction.channel_id or 0,
        application=interaction.application_id,
        token=interaction.token,
    )


def as_request(interaction: Interaction, text: str, **chosen: object) -> Request:
    """A request of the person who used a command or pressed a button."""
    made = Request(
        interaction.user.id,
        place_of(interaction),
        text,
        shared=is_shared(interaction.channel),
        exempt=bool(interaction.guild_id and interaction.permissions.manage_guild),
    )
    return replace(made, **chosen)  # type: ignore[arg-type]
