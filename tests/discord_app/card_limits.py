"""Discord's limits for a card, written by hand and counted the stricter way where the documents leave a doubt."""

import re

from discord_app.discord_limits import (
    MAX_COMPONENTS,
    MAX_LAYOUT_BYTES,
    MAX_LAYOUT_CHARACTERS,
    MAX_ROW_BUTTONS,
    layout_bytes,
)

from bot.discord_app.cards.answer_card import Button, Card, Option, Select
from bot.discord_app.discord_text.render import FormulaBlock, TextBlock
from bot.discord_app.limits import (
    MAX_BUTTON_LABEL,
    MAX_CUSTOM_ID,
    MAX_OPTION_LABEL,
    MAX_SELECT_OPTIONS,
    MAX_SELECT_PLACEHOLDER,
    size,
)

PING = re.compile(r"@(?:everyone|here)\b|<@[!&]?\d+>", re.IGNORECASE)
MASKED = re.compile(r"(?<!\\)\[[^\]\n]+(?<!\\)\]\(\s*<?https?:")
_CODE = re.compile(
    r"(?P<escaped>\\[^\w\s])|```.*?```|(?<!`)(?P<ticks>`{1,2})(?!`)(?:(?!\n[ \t]*\n).)+?(?<!`)(?P=ticks)(?!`)",
    re.DOTALL,
)


def texts(card: Card) -> list[str]:
    """The text displays of a card; a formula counts as the code that is shown where no picture can be made."""
    # As in view.py: backticks in a formula would close the code.
    body = [
        one.markdown if isinstance(one, TextBlock) else "```latex\n" + one.latex.replace("```", "") + "\n```"
        for one in card.body
    ]
    return [text for text in (card.headline, *body, card.footer) if text]


def outside_code(text: str) -> str:
    """What Discord reads as Markdown: a mention in code is none."""
    return _CODE.sub(lambda found: found["escaped"] or " ", text)


def controls(card: Card) -> dict[str, str]:
    """The custom_id of every button, by its label."""
    menu = {option.label: option.value for option in menu_options(card)}
    return {button.label: button.custom_id for button in buttons(card)} | menu


def buttons(card: Card) -> list[Button]:
    return [button for row in card.rows if not isinstance(row, Select) for button in row]


def menu_options(card: Card) -> list[Option]:
    """What the menu “More” of an answer card offers."""
    menus = [row for row in card.rows if isinstance(row, Select) and row.placeholder == "More …"]
    return [option for menu in menus for option in menu.options]


def components(card: Card) -> int:
    """Container, text displays, galleries with their pictures, rows and what stands in them."""
    pictures = sum(isinstance(one, FormulaBlock) for one in card.body)
    inside = sum(1 if isinstance(row, Select) else len(row) for row in card.rows)
    return 1 + len(texts(card)) + pictures + len(card.rows) + inside


def assert_fits(card: Card) -> None:
    """Fails when Discord would refuse the card."""
    shown = texts(card)
    assert shown
    assert all(text.strip() for text in shown)
    assert sum(map(size, shown)) <= MAX_LAYOUT_CHARACTERS
    assert layout_bytes(shown) <= MAX_LAYOUT_BYTES
    assert components(card) <= MAX_COMPONENTS
    _assert_controls_fit(card)


def _assert_controls_fit(card: Card) -> None:
    ids = [row.custom_id for row in card.rows if isinstance(row, Select)] + [one.custom_id for one in buttons(card)]
    assert len(ids) == len(set(ids))
    assert all(1 <= size(one) <= MAX_CUSTOM_ID for one in ids)
    assert all(one.label.strip() and size(one.label) <= MAX_BUTTON_LABEL for one in buttons(card))
    for row in card.rows:
        if not isinstance(row, Select):
            assert 1 <= len(row) <= MAX_ROW_BUTTONS
            continue
        assert 1 <= len(row.options) <= MAX_SELECT_OPTIONS
        assert size(row.placeholder) <= MAX_SELECT_PLACEHOLDER
        assert len({one.value for one in row.options}) == len({one.label for one in row.options}) == len(row.options)
        for one in row.options:
            assert one.label.strip()
            assert one.value.strip()
            assert max(size(one.label), size(one.value), size(one.description)) <= MAX_OPTION_LABEL


def assert_pings_nobody(card: Card) -> None:
    """Fails when anything on the card could ping or hide where a link leads."""
    for text in texts(card):
        assert not PING.search(outside_code(text)), text
        assert not MASKED.search(outside_code(text)), text
