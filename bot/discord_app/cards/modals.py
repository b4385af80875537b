"""The form in which a person asks on in their own words, and reading what was typed into any form."""

from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from bot.discord_app.cards import texts
from bot.discord_app.limits import MAX_MODAL_TITLE
from bot.tutor.dialogue import MAX_CHARACTERS

QUESTION_FORM = "m1:{answer}"
"""The custom_id of the form; the answer's id says what is gone on from."""

QUESTION_FORM_TEMPLATE = r"m1:(?P<answer>[A-Za-z0-9_-]{1,32})"
QUESTION_FIELD = "question"


def question_form(answer_id: str) -> ui.Modal:
    """Make the form in which a person asks on in their own words."""
    form = ui.Modal(
        title=texts.ASK_ON[:MAX_MODAL_TITLE], custom_id=QUESTION_FORM.format(answer=answer_id), timeout=None
    )
    field: ui.TextInput[ui.Modal] = ui.TextInput(
        custom_id=QUESTION_FIELD, style=discord.TextStyle.paragraph, max_length=MAX_CHARACTERS
    )
    form.add_item(ui.Label(text=texts.YOUR_QUESTION, component=field))
    form.stop()  # what is submitted is found by the form's custom_id, after a restart too
    return form


def field_text(components: Sequence[dict[str, Any]], custom_id: str) -> str:
    """Return what was typed into a field of a form, in a label or in a row as older forms have it."""
    for component in components:
        for item in [*component.get("components", ()), *([component["component"]] if "component" in component else [])]:
            if item.get("custom_id") == custom_id:
                return str(item.get("value", ""))
    return ""
