"""Discord's limits for a card, written by hand and counted the stricter way where the documents leave a doubt."""

import re

from bot.discord_app.cards.answer_card import Button, Card, Select
from bot.discord_app.discord_text.render import FormulaBlock, TextBlock
from bot.discord_app.limits import (
    BUTTON_LABEL,
    COMPONENTS,
    CUSTOM_ID,
    LAYOUT_BYTES,
    LAYOUT_CHARACTERS,
    OPTION_LABEL,
    ROW_BUTTONS,
    SELECT_OPTIONS,
    SELECT_PLACEHOLDER,
    layout_bytes,
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
    return {button.label: button.custom_id for button in buttons(card)}


def buttons(card: Card) -> list[Button]:
    return [button for row in card.rows if not isinstance(row, Select) for button in row]


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
    assert sum(map(size, shown)) <= LAYOUT_CHARACTERS
    assert layout_bytes(shown) <= LAYOUT_BYTES
    assert components(card) <= COMPONENTS
    _assert_controls_fit(card)


def _assert_controls_fit(card: Card) -> None:
    ids = [row.custom_id for row in card.rows if isinstance(row, Select)] + [one.custom_id for one in buttons(card)]
    assert len(ids) == len(set(ids))
    assert all(1 <= size(one) <= CUSTOM_ID for one in ids)
    assert all(one.label.strip() and size(one.label) <= BUTTON_LABEL for one in buttons(card))
    for row in card.rows:
        if not isinstance(row, Select):
            assert 1 <= len(row) <= ROW_BUTTONS
            continue
        assert 1 <= len(row.options) <= SELECT_OPTIONS
        assert size(row.placeholder) <= SELECT_PLACEHOLDER
        assert len({one.value for one in row.options}) == len({one.label for one in row.options}) == len(row.options)
        for one in row.options:
            assert one.label.strip()
            assert one.value.strip()
            assert max(size(one.label), size(one.value), size(one.description)) <= OPTION_LABEL


def assert_pings_nobody(card: Card) -> None:
    """Fails when anything on the card could ping or hide where a link leads."""
    for text in texts(card):
        assert not PING.search(outside_code(text)), text
        assert not MASKED.search(outside_code(text)), text
