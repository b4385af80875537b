"""What happens when a button is pressed or a choice made. The state is in the custom_id, so that it works after a restart.

What a press means was decided in custom_id.py and card.py; here it is carried out.
"""

import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import discord
from discord import ui

from bot.discord_app.answers.conversation import Request, TooMany, slug_shown
from bot.discord_app.answers.glossary_search import Listing
from bot.discord_app.answers.responder import Acknowledged, Answering, as_request, is_alone
from bot.discord_app.cards import answer_card as card
from bot.discord_app.cards import browse_card as browse
from bot.discord_app.cards import texts as words
from bot.discord_app.cards.custom_id import Action, Press, read
from bot.discord_app.features.gaps import commands as gaps
from bot.discord_app.features.my_data import commands as mydata
from bot.discord_app.features.server_settings import panel
from bot.discord_app.http.rate_limits import BROKEN_LINE
from bot.discord_app.incoming.question_modal import FORM, question_form
from bot.state.values import Kept
from corpus.entry import Level

log = logging.getLogger(__name__)

LEVEL_SELECT = "v1:level"

Interaction = discord.Interaction
Handler = Callable[["Presses", Interaction, Press, Kept | None], Awaitable[None]]


class Presses:
    """Carries out presses on the cards of this bot."""

    def __init__(self, answering: Answering, listing: Listing, *, in_place: bool = True) -> None:
        self.answering, self.listing, self._in_place = answering, listing, in_place
        self._desk = answering.desk

    async def pressed(self, interaction: Interaction, custom_id: str, values: tuple[str, ...] = ()) -> None:
        """A button or a select of ours, of this or any earlier version."""
        match custom_id.split(":", maxsplit=1)[0]:
            case "b1":
                await self._browsed(interaction, custom_id, values)
            case "p1":
                await panel.change(interaction, self.answering, custom_id, values)
            case "y1":
                await mydata.carry_out(interaction, self.answering, custom_id)
            case "g1" if values:
                await gaps.draft_one(interaction, self.answering, self.listing, values[0])
            case "v1" if values and values[0] in set(Level):
                await self._choose_level(interaction, Level(values[0]))
            case _ if isinstance(press := read(custom_id), Press):
                kept = await self._desk.kept(press.answer, interaction.guild_id or 0)
                press = replace(press, argument=values[0]) if values else press
                await _HANDLERS[press.action](self, interaction, press, kept)
            case _:
                await self._say(interaction, words.OUTDATED)

    async def _choose_level(self, interaction: Interaction, level: Level) -> None:
        await self._desk.set_level(interaction.user.id, level)
        await self._say(interaction, words.LEVEL_SET.format(level=words.LEVELS[level]))

    async def submitted(self, interaction: Interaction, custom_id: str, text: str) -> None:
        """The modal in which somebody wrote a question of their own."""
        kept = await self._desk.kept(custom_id.removeprefix(FORM), interaction.guild_id or 0)
        await self._go_on(interaction, text, kept, in_place=False)

    async def at_my_level(self, interaction: Interaction, custom_id: str) -> None:
        """The card with this control, told privately at the presser's level."""
        press = read(custom_id)
        if isinstance(press, Press):
            kept = await self._desk.kept(press.answer, interaction.guild_id or 0)
            await self._my_level(interaction, replace(press, argument=""), kept)
        else:
            await self._say(interaction, words.OUTDATED)

    async def _say(self, interaction: Interaction, sentence: str) -> None:
        await self.answering.show(interaction, card.notice(sentence))

    async def _go_on(
        self, interaction: Interaction, text: str, kept: Kept | None, *, in_place: bool | None = None
    ) -> None:
        """Answers what follows: on the asker's card or below it; to others privately, so that nobody's card is taken."""
        own = _is_asker(interaction, kept)
        request = as_request(interaction, text, after=kept)
        if own and (self._in_place if in_place is None else in_place):
            if admitted := await self._admitted(interaction, request):
                await self.answering.respond_in_place(interaction, admitted, _is_private(interaction))
        else:
            await self.answering.respond(interaction, request, private=not own or _is_private(interaction))

    async def _admitted(self, interaction: Interaction, request: Request) -> Request | None:
        """The request once it is counted; None, and the pressed card stays as it is, when no question is left."""
        try:
            return await self._desk.admit(request)
        except TooMany as problem:
            await self._say(interaction, str(problem))
            return None

    async def _level(self, interaction: Interaction, press: Press, kept: Kept | None) -> None:
        if press.argument in set(Level):
            await self._at_level(interaction, press, kept, Level(press.argument))
        else:
            await self._say(interaction, words.OUTDATED)

    async def _my_level(self, interaction: Interaction, press: Press, kept: Kept | None) -> None:
        level = (await self._desk.preferences(interaction.user.id)).level
        if level:
            await self._at_level(interaction, press, kept, level, private=True)
            return
        buttons = tuple(
            card.Button(words.LEVELS[one], replace(press, action=Action.LEVEL, argument=one).custom_id) for one in Level
        )
        await self.answering.show(interaction, card.notice(words.WHICH_LEVEL, buttons))

    async def _at_level(
        self, interaction: Interaction, press: Press, kept: Kept | None, level: Level, *, private: bool = False
    ) -> None:
        """The same answer at another level: in place for the asker, privately for others."""
        own = _is_asker(interaction, kept) and not private
        if kept and (kept.answer.passages or not slug_shown(kept.answer)):
            asked = self._desk.again(kept, interaction.user.id, level)
            if own:
                await self.answering.respond_in_place(interaction, asked, _is_private(interaction))
            else:
                await self.answering.respond(interaction, asked, private=True)
            return
        name = kept.answer.terms[0] if kept else await self.listing.term(press.slug, interaction.guild_id)
        if not name:
            await self._say(interaction, words.FORGOTTEN)
            return
        # The same answer told otherwise is no new question.
        request = as_request(interaction, name, level=level, exempt=True)
        if own or (kept is None and _is_private(interaction)):
            await self.answering.respond_in_place(interaction, request, _is_private(interaction))
        else:
            await self.answering.respond(interaction, request, private=True)

    async def _follow_up(self, interaction: Interaction, press: Press, kept: Kept | None) -> None:
        number = int(press.argument) if press.argument.isdigit() else -1
        offered = kept.answer.follow_ups if kept else ()
        # Where nothing was kept, the question stands on the button itself.
        text = offered[number] if 0 <= number < len(offered) else _label(interaction)
        await (self._go_on(interaction, text, kept) if text else self._say(interaction, words.FORGOTTEN))

    async def _own_question(self, interaction: Interaction, press: Press, _: Kept | None) -> None:
        await self.answering.show_form(interaction, question_form(press.answer))

    async def _see_also(self, interaction: Interaction, press: Press, kept: Kept | None) -> None:
        await self._go_on(interaction, press.argument, kept)

    async def _why(self, interaction: Interaction, press: Press, kept: Kept | None) -> None:
        await self._about(interaction, press, kept, "Why does {term} matter?")

    async def _example(self, interaction: Interaction, press: Press, kept: Kept | None) -> None:
        await self._about(interaction, press, kept, "Give me an example of {term}")

    async def _about(self, interaction: Interaction, press: Press, kept: Kept | None, asked: str) -> None:
        term = (
            kept.answer.terms[0]
            if kept and kept.answer.terms
            else await self.listing.term(press.slug, interaction.guild_id)
        )
        if not term:
            await self._say(interaction, words.FORGOTTEN)
            return
        level = kept.answer.level if kept else None
        request = as_request(interaction, asked.format(term=term), level=level, after=kept)
        await self.answering.respond(interaction, request, private=True)

    async def _sources(self, interaction: Interaction, _: Press, kept: Kept | None) -> None:
        shown = card.sources(kept.answer) if kept else card.notice(words.FORGOTTEN)
        await self.answering.show(interaction, shown)

    async def _helpful(self, interaction: Interaction, press: Press, kept: Kept | None) -> None:
        await self._judge(interaction, kept, press, helpful=True)

    async def _unhelpful(self, interaction: Interaction, press: Press, kept: Kept | None) -> None:
        await self._judge(interaction, kept, press, helpful=False)

    async def _judge(self, interaction: Interaction, kept: Kept | None, press: Press, *, helpful: bool) -> None:
        if (await self._desk.preferences(interaction.user.id)).paused:
            await self._say(interaction, words.JUDGED_PAUSED)
            return
        if kept is None:
            await self._say(interaction, words.FORGOTTEN)
            return
        await self._desk.memory.judge(press.answer, interaction.user.id, helpful)
        await self._say(interaction, words.THANKS if helpful else words.SORRY)

    async def _delete(self, interaction: Interaction, _: Press, kept: Kept | None) -> None:
        moderates = bool(interaction.guild and interaction.permissions.manage_messages)
        if not (_is_asker(interaction, kept) or moderates):
            await self._say(interaction, words.NOT_YOURS)
        else:
            await self._remove(interaction)

    async def _dismiss(self, interaction: Interaction, press: Press, _: Kept | None) -> None:
        """Anybody may send away what nobody called for."""
        self.answering.replies.stop(press.answer)
        await self._remove(interaction)

    async def _remove(self, interaction: Interaction) -> None:
        if await self.answering.acknowledge(interaction, update=True) is Acknowledged.YES:
            try:
                await interaction.delete_original_response()
            except (discord.HTTPException, *BROKEN_LINE) as error:
                log.info("a card could not be deleted: %s", getattr(error, "code", type(error).__name__))

    async def _stop(self, interaction: Interaction, press: Press, kept: Kept | None) -> None:
        if kept and not _is_asker(interaction, kept):
            await self._say(interaction, words.NOT_YOURS)
        elif self.answering.replies.stop(press.answer):
            await self.answering.acknowledge(interaction, update=True)
        else:
            await self._say(interaction, words.OVER)

    async def _retry(self, interaction: Interaction, press: Press, kept: Kept | None) -> None:
        if kept is None:
            await self._say(interaction, words.FORGOTTEN)
        elif not _is_asker(interaction, kept):
            await self._say(interaction, words.NOT_YOURS)
        else:
            asked = self._desk.again(kept, interaction.user.id, kept.question.level)
            await self.answering.respond_in_place(interaction, asked, _is_private(interaction))

    async def _page(self, interaction: Interaction, press: Press, kept: Kept | None) -> None:
        if kept is None or not press.argument.isdigit():
            await self._say(interaction, words.FORGOTTEN)
            return
        own, private = _is_asker(interaction, kept), _is_private(interaction)
        page = int(press.argument)
        shown = card.answered(
            kept.answer, kept.id, slug_shown(kept.answer), page, public=own and not (private or is_alone(interaction))
        )
        await (self.answering.change if own else self.answering.show)(interaction, shown)

    async def _browsed(self, interaction: Interaction, custom_id: str, values: tuple[str, ...]) -> None:
        if values:
            await self.answering.respond(interaction, as_request(interaction, values[0]), private=True)
            return
        turned = re.fullmatch(r"b1:turn:(-?\d{1,6}):(.*)", custom_id)
        if not turned:
            await self._say(interaction, words.OUTDATED)
            return
        category, page = turned[2], int(turned[1])

        async def turn() -> card.Card:
            lists = await self.listing.lists(interaction.guild_id)
            return browse.page_of(lists.headwords, category, page)

        await self.answering.change(interaction, turn)


_HANDLERS: dict[Action, Handler] = {
    Action.LEVEL: Presses._level,
    Action.FOLLOW_UP: Presses._follow_up,
    Action.OWN_QUESTION: Presses._own_question,
    Action.SEE_ALSO: Presses._see_also,
    Action.MY_LEVEL: Presses._my_level,
    Action.WHY: Presses._why,
    Action.EXAMPLE: Presses._example,
    Action.SOURCES: Presses._sources,
    Action.HELPFUL: Presses._helpful,
    Action.UNHELPFUL: Presses._unhelpful,
    Action.DELETE: Presses._delete,
    Action.STOP: Presses._stop,
    Action.RETRY: Presses._retry,
    Action.PAGE: Presses._page,
    Action.DISMISS: Presses._dismiss,
}


def _is_asker(interaction: Interaction, kept: Kept | None) -> bool:
    """Whether the presser is who asked; on a card that nobody remembers, whoever it was sent to."""
    if kept:
        return kept.user == interaction.user.id
    if interaction.message is None or is_alone(interaction):
        return True
    asked = interaction.message.interaction_metadata
    replied = interaction.message.reference.resolved if interaction.message.reference else None
    user = asked.user if asked else replied.author if isinstance(replied, discord.Message) else None
    return user is not None and user.id == interaction.user.id


def _is_private(interaction: Interaction) -> bool:
    return bool(interaction.message and interaction.message.flags.ephemeral)


def _label(interaction: Interaction) -> str:
    """What stands on the pressed button; "" when it was cut off."""
    data: Any = interaction.data or {}
    custom_id = data.get("custom_id")
    for item in ui.LayoutView.from_message(interaction.message).walk_children() if interaction.message else ():
        if isinstance(item, ui.Button) and item.custom_id == custom_id:
            return item.label if item.label and not item.label.endswith("…") else ""
    return ""
