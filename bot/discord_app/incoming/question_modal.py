"""The form in which a person asks on in their own words. Knows nothing of answers."""

from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from bot.discord_app.cards import texts as words
from bot.discord_app.limits import MODAL_TITLE
from bot.tutor.dialogue import MAX_CHARACTERS

FORM = "m1:"
"""What the custom_id of the form begins with; the answer that is gone on from stands behind it."""

QUESTION_FIELD = "question"


def question_form(answer_id: str) -> ui.Modal:
    """The form in which a person asks on in their own words."""
    form = ui.Modal(title=words.ASK_ON[:MODAL_TITLE], custom_id=f"{FORM}{answer_id}", timeout=None)
    field: ui.TextInput[ui.Modal] = ui.TextInput(
        custom_id=QUESTION_FIELD, style=discord.TextStyle.paragraph, max_length=MAX_CHARACTERS
    )
    form.add_item(ui.Label(text=words.YOUR_QUESTION, component=field))
    form.stop()  # what is submitted is found by the form's custom_id, after a restart too
    return form


def written_in(components: Sequence[dict[str, Any]], custom_id: str) -> str:
    """What somebody wrote into a field of a form, in a label or in a row as older forms have it."""
    for one in components:
        for item in [*one.get("components", ()), *([one["component"]] if "component" in one else [])]:
            if item.get("custom_id") == custom_id:
                return str(item.get("value", ""))
    return ""
