"""What happens when a button under an answer is pressed. The state is in the custom_id, so that it works after a restart.

What a press means was decided in custom_id.py and answer_card.py; here it is carried out.
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import discord
from discord import ui

from bot.discord_app.answers.conversation import Request, TooMany, slug_shown
from bot.discord_app.answers.responder import Acknowledged, as_request, is_alone
from bot.discord_app.cards import answer_card, texts
from bot.discord_app.cards.custom_id import Action, Press
from bot.discord_app.cards.modals import question_form
from bot.discord_app.http.rate_limits import BROKEN_LINE
from bot.discord_app.services import Services
from bot.state.values import StoredAnswer
from corpus.entry import Level

log = logging.getLogger(__name__)

Interaction = discord.Interaction
Handler = Callable[["ButtonHandlers", Interaction, Press, StoredAnswer | None], Awaitable[None]]


class ButtonHandlers:
    """Carries out presses on the answer cards of this bot."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._answers = services.answers
        self._search = services.search
        self._conversation = services.conversation
        self._in_place = services.options.in_place

    async def carry_out(self, interaction: Interaction, press: Press) -> None:
        """Do what was pressed."""
        stored = await self._stored(interaction, press.answer)
        await _HANDLERS[press.action](self, interaction, press, stored)

    async def ask_own(self, interaction: Interaction, answer_id: str, text: str) -> None:
        """Answer a question that somebody wrote themselves, after the answer with this id."""
        stored = await self._stored(interaction, answer_id)
        await self._go_on(interaction, text, stored, in_place=False)

    async def at_my_level(self, interaction: Interaction, press: Press) -> None:
        """Show the card of this press privately, at the presser's own level."""
        stored = await self._stored(interaction, press.answer)
        await self._my_level(interaction, replace(press, argument=""), stored)

    async def _stored(self, interaction: Interaction, answer_id: str) -> StoredAnswer | None:
        return await self._conversation.stored(answer_id, interaction.guild_id or 0)

    async def _say(self, interaction: Interaction, sentence: str) -> None:
        await self._answers.show(interaction, answer_card.notice(sentence))

    async def _go_on(
        self, interaction: Interaction, text: str, stored: StoredAnswer | None, *, in_place: bool | None = None
    ) -> None:
        """Answers what follows: on the asker's card or below it; to others privately, so that nobody's card is taken."""
        own = _is_asker(interaction, stored)
        request = as_request(interaction, text, after=stored)
        if own and (self._in_place if in_place is None else in_place):
            if admitted := await self._admitted(interaction, request):
                await self._answers.respond_in_place(interaction, admitted, _is_private(interaction))
        else:
            await self._answers.respond(interaction, request, private=not own or _is_private(interaction))

    async def _admitted(self, interaction: Interaction, request: Request) -> Request | None:
        """Return the request once it is counted; None, and the pressed card stays as it is, when no question is left."""
        try:
            return await self._conversation.admit(request)
        except TooMany as problem:
            await self._say(interaction, str(problem))
            return None

    async def _level(self, interaction: Interaction, press: Press, stored: StoredAnswer | None) -> None:
        if press.argument in set(Level):
            await self._at_level(interaction, press, stored, Level(press.argument))
        else:
            await self._say(interaction, texts.OUTDATED)

    async def _my_level(self, interaction: Interaction, press: Press, stored: StoredAnswer | None) -> None:
        level = (await self._conversation.preferences(interaction.user.id)).level
        if level:
            await self._at_level(interaction, press, stored, level, private=True)
            return
        buttons = tuple(
            answer_card.Button(texts.LEVELS[level], replace(press, action=Action.LEVEL, argument=level).custom_id)
            for level in Level
        )
        await self._answers.show(interaction, answer_card.notice(texts.WHICH_LEVEL, buttons))

    async def _at_level(
        self,
        interaction: Interaction,
        press: Press,
        stored: StoredAnswer | None,
        level: Level,
        *,
        private: bool = False,
    ) -> None:
        """Return the same answer at another level: in place for the asker, privately for others."""
        own = _is_asker(interaction, stored) and not private
        if stored and (stored.answer.passages or not slug_shown(stored.answer)):
            asked = self._conversation.again(stored, interaction.user.id, level)
            if own:
                await self._answers.respond_in_place(interaction, asked, _is_private(interaction))
            else:
                await self._answers.respond(interaction, asked, private=True)
            return
        name = stored.answer.terms[0] if stored else await self._search.term(press.slug, interaction.guild_id)
        if not name:
            await self._say(interaction, texts.FORGOTTEN)
            return
        # The same answer told otherwise is no new question.
        request = as_request(interaction, name, level=level, exempt=True)
        if own or (stored is None and _is_private(interaction)):
            await self._answers.respond_in_place(interaction, request, _is_private(interaction))
        else:
            await self._answers.respond(interaction, request, private=True)

    async def _follow_up(self, interaction: Interaction, press: Press, stored: StoredAnswer | None) -> None:
        number = int(press.argument) if press.argument.isdigit() else -1
        offered = stored.answer.follow_ups if stored else ()
        # Where nothing was kept, the question stands on the button itself.
        text = offered[number] if 0 <= number < len(offered) else _label(interaction)
        await (self._go_on(interaction, text, stored) if text else self._say(interaction, texts.FORGOTTEN))

    async def _own_question(self, interaction: Interaction, press: Press, _: StoredAnswer | None) -> None:
        await self._answers.show_form(interaction, question_form(press.answer))

    async def _see_also(self, interaction: Interaction, press: Press, stored: StoredAnswer | None) -> None:
        await self._go_on(interaction, press.argument, stored)

    async def _why(self, interaction: Interaction, press: Press, stored: StoredAnswer | None) -> None:
        await self._about(interaction, press, stored, "Why does {term} matter?")

    async def _example(self, interaction: Interaction, press: Press, stored: StoredAnswer | None) -> None:
        await self._about(interaction, press, stored, "Give me an example of {term}")

    async def _about(self, interaction: Interaction, press: Press, stored: StoredAnswer | None, asked: str) -> None:
        term = (
            stored.answer.terms[0]
            if stored and stored.answer.terms
            else await self._search.term(press.slug, interaction.guild_id)
        )
        if not term:
            await self._say(interaction, texts.FORGOTTEN)
            return
        level = stored.answer.level if stored else None
        request = as_request(interaction, asked.format(term=term), level=level, after=stored)
        await self._answers.respond(interaction, request, private=True, only_this=True)

    async def _sources(self, interaction: Interaction, _: Press, stored: StoredAnswer | None) -> None:
        shown = answer_card.sources(stored.answer) if stored else answer_card.notice(texts.FORGOTTEN)
        await self._answers.show(interaction, shown)

    async def _helpful(self, interaction: Interaction, press: Press, stored: StoredAnswer | None) -> None:
        await self._judge(interaction, stored, press, helpful=True)

    async def _unhelpful(self, interaction: Interaction, press: Press, stored: StoredAnswer | None) -> None:
        await self._judge(interaction, stored, press, helpful=False)

    async def _judge(
        self, interaction: Interaction, stored: StoredAnswer | None, press: Press, *, helpful: bool
    ) -> None:
        if (await self._conversation.preferences(interaction.user.id)).paused:
            await self._say(interaction, texts.JUDGED_PAUSED)
            return
        if stored is None:
            await self._say(interaction, texts.FORGOTTEN)
            return
        await self._conversation.memory.judge(press.answer, interaction.user.id, helpful)
        await self._say(interaction, texts.THANKS if helpful else texts.SORRY)

    async def _delete(self, interaction: Interaction, _: Press, stored: StoredAnswer | None) -> None:
        moderates = bool(interaction.guild and interaction.permissions.manage_messages)
        if not (_is_asker(interaction, stored) or moderates):
            await self._say(interaction, texts.NOT_YOURS)
        else:
            await self._remove(interaction)

    async def _dismiss(self, interaction: Interaction, press: Press, _: StoredAnswer | None) -> None:
        """Anybody may send away what nobody called for."""
        self._answers.running.stop(press.answer)
        await self._remove(interaction)

    async def _remove(self, interaction: Interaction) -> None:
        if await self._answers.acknowledge(interaction, update=True) is Acknowledged.YES:
            try:
                await interaction.delete_original_response()
            except (discord.HTTPException, *BROKEN_LINE) as error:
                log.info("a card could not be deleted: %s", getattr(error, "code", type(error).__name__))

    async def _stop(self, interaction: Interaction, press: Press, stored: StoredAnswer | None) -> None:
        if stored and not _is_asker(interaction, stored):
            await self._say(interaction, texts.NOT_YOURS)
        elif self._answers.running.stop(press.answer):
            await self._answers.acknowledge(interaction, update=True)
        else:
            await self._say(interaction, texts.OVER)

    async def _retry(self, interaction: Interaction, press: Press, stored: StoredAnswer | None) -> None:
        if stored is None:
            await self._say(interaction, texts.FORGOTTEN)
        elif not _is_asker(interaction, stored):
            await self._say(interaction, texts.NOT_YOURS)
        else:
            asked = self._conversation.again(stored, interaction.user.id, stored.question.level)
            await self._answers.respond_in_place(interaction, asked, _is_private(interaction))

    async def _page(self, interaction: Interaction, press: Press, stored: StoredAnswer | None) -> None:
        if stored is None or not press.argument.isdigit():
            await self._say(interaction, texts.FORGOTTEN)
            return
        own, private = _is_asker(interaction, stored), _is_private(interaction)
        page = int(press.argument)
        levels = await self._search.levels(stored.answer, interaction.guild_id)
        public = own and not (private or is_alone(interaction))
        slug = slug_shown(stored.answer)
        shown = answer_card.answered(stored.answer, stored.id, slug, page, public=public, levels=levels)
        await (self._answers.change if own else self._answers.show)(interaction, shown)


_HANDLERS: dict[Action, Handler] = {
    Action.LEVEL: ButtonHandlers._level,
    Action.FOLLOW_UP: ButtonHandlers._follow_up,
    Action.OWN_QUESTION: ButtonHandlers._own_question,
    Action.SEE_ALSO: ButtonHandlers._see_also,
    Action.MY_LEVEL: ButtonHandlers._my_level,
    Action.WHY: ButtonHandlers._why,
    Action.EXAMPLE: ButtonHandlers._example,
    Action.SOURCES: ButtonHandlers._sources,
    Action.HELPFUL: ButtonHandlers._helpful,
    Action.UNHELPFUL: ButtonHandlers._unhelpful,
    Action.DELETE: ButtonHandlers._delete,
    Action.STOP: ButtonHandlers._stop,
    Action.RETRY: ButtonHandlers._retry,
    Action.PAGE: ButtonHandlers._page,
    Action.DISMISS: ButtonHandlers._dismiss,
}


def _is_asker(interaction: Interaction, stored: StoredAnswer | None) -> bool:
    """Return whether the presser is who asked; on a card that nobody remembers, whoever it was sent to."""
    if stored:
        return stored.user == interaction.user.id
    if interaction.message is None or is_alone(interaction):
        return True
    asked = interaction.message.interaction_metadata
    replied = interaction.message.reference.resolved if interaction.message.reference else None
    user = asked.user if asked else replied.author if isinstance(replied, discord.Message) else None
    return user is not None and user.id == interaction.user.id


def _is_private(interaction: Interaction) -> bool:
    return bool(interaction.message and interaction.message.flags.ephemeral)


def _label(interaction: Interaction) -> str:
    """Return what stands on the pressed button; "" when it was cut off."""
    data: Any = interaction.data or {}
    custom_id = data.get("custom_id")
    for item in ui.LayoutView.from_message(interaction.message).walk_children() if interaction.message else ():
        if isinstance(item, ui.Button) and item.custom_id == custom_id:
            return item.label if item.label and not item.label.endswith("…") else ""
    return ""
