"""The buttons and selects under an answer, and the form “Ask your own …”. What a press does is in button_handlers.py."""

import re
from dataclasses import replace

from discord import ui

from bot.discord_app.cards import answer_card, texts
from bot.discord_app.cards.custom_id import TEMPLATE, Action, Press, Stale, press_of
from bot.discord_app.cards.modals import QUESTION_FIELD, QUESTION_FORM_TEMPLATE, field_text
from bot.discord_app.feature_cog import Components, Control, FeatureCog, Interaction, Layout, chosen_values
from bot.discord_app.incoming.button_handlers import ButtonHandlers
from bot.discord_app.services import Services


class AnswerControl(Control, ui.DynamicItem[ui.Item[Layout]], template=TEMPLATE):
    """A button or a select under an answer."""

    async def carry_out(self, interaction: Interaction, services: Services) -> None:
        """Do what the press asks for; what was chosen in a select is its argument."""
        press: Press | Stale | None = press_of(self.fields)
        if not isinstance(press, Press):
            await services.answers.show(interaction, answer_card.notice(texts.OUTDATED))
            return
        if values := chosen_values(interaction):
            press = _chosen(press, values[0])
            if press is None:
                await services.answers.show(interaction, answer_card.notice(texts.OUTDATED))
                return
        await ButtonHandlers(services).carry_out(interaction, press)


def _chosen(press: Press, value: str) -> Press | None:
    """Return what was chosen: of the menu “More” an action, of the lists of earlier versions an argument."""
    if press.action is not Action.MORE:
        return replace(press, argument=value)
    action, _, argument = value.partition(":")
    known = action in set(Action) and action != Action.MORE
    return replace(press, action=Action(action), argument=argument) if known else None


class AnswerButtons(FeatureCog):
    """Going on from an answer."""

    dynamic_items = (AnswerControl,)
    form = re.compile(QUESTION_FORM_TEMPLATE)

    async def submitted(self, interaction: Interaction, match: re.Match[str], components: Components) -> None:
        """Answer the question that somebody wrote into the form."""
        text = field_text(components, QUESTION_FIELD)
        await ButtonHandlers(self.services).ask_own(interaction, match["answer"], text)
