"""Card -> Discord's LayoutView and files. Only translates; what stands on a card was decided in answer_card.py."""

from io import BytesIO

import discord
from discord import ui

from bot.discord_app.cards.answer_card import Button, Card, Row, Select, Tone
from bot.discord_app.discord_text.latex_images import FormulaImages
from bot.discord_app.discord_text.render import Block, TextBlock
from bot.discord_app.limits import MAX_ALT_TEXT, MAX_SELECT_PLACEHOLDER

_STYLES = {
    Tone.QUIET: discord.ButtonStyle.secondary,
    Tone.CURRENT: discord.ButtonStyle.primary,
    Tone.DANGER: discord.ButtonStyle.danger,
}


async def view_of(card: Card, formulas: FormulaImages | None) -> tuple[ui.LayoutView, list[discord.File]]:
    """Return the card as a view, and the pictures of its formulas as files to attach to the same message.

    Without `formulas` they are shown as code.
    """
    box: ui.Container[ui.LayoutView] = ui.Container()
    files: list[discord.File] = []
    if card.headline:
        box.add_item(ui.TextDisplay(card.headline))
    for block in card.body:
        box.add_item(await _item(block, formulas, files))
    if card.footer:
        box.add_item(ui.TextDisplay(card.footer))
    view = ui.LayoutView(timeout=None)
    view.add_item(box)
    for row in card.rows:
        view.add_item(_row(row))
    # A stopped view is not put into discord.py's store: presses are found by their custom_id, after a restart too.
    view.stop()
    return view, files


async def _item(block: Block, formulas: FormulaImages | None, files: list[discord.File]) -> "ui.Item[ui.LayoutView]":
    if isinstance(block, TextBlock):
        return ui.TextDisplay(block.markdown)
    picture = await formulas.render(block.latex) if formulas else None
    if picture is None:
        return ui.TextDisplay(f"```latex\n{block.latex.replace('```', '')}\n```")
    name = f"formula{len(files) + 1}.png"
    files.append(discord.File(BytesIO(picture.data), name))
    gallery: ui.MediaGallery[ui.LayoutView] = ui.MediaGallery()
    gallery.add_item(media=f"attachment://{name}", description=block.latex[:MAX_ALT_TEXT])
    return gallery


def _row(row: Row) -> "ui.ActionRow[ui.LayoutView]":
    made: ui.ActionRow[ui.LayoutView] = ui.ActionRow()
    if isinstance(row, Select):
        made.add_item(_select(row))
    else:
        for button in row:
            made.add_item(_button(button))
    return made


def _button(button: Button) -> "ui.Button[ui.LayoutView]":
    style = _STYLES[button.tone]
    return ui.Button(label=button.label, custom_id=button.custom_id, style=style, disabled=button.disabled)


def _select(select: Select) -> "ui.Select[ui.LayoutView]":
    options = [
        discord.SelectOption(
            label=option.label, value=option.value, description=option.description or None, default=option.chosen
        )
        for option in select.options
    ]
    return ui.Select(
        custom_id=select.custom_id, placeholder=select.placeholder[:MAX_SELECT_PLACEHOLDER], options=options
    )
