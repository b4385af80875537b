"""What the bot sent to Discord, drawn as a chat shows it in the dark theme: components in, SVG out.

Takes Discord's own payload, so that it cannot show a row or a label that is not there. Knows no bot.
"""

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from card_text import LINE_HEIGHT, LINK, SMALL, STRONG, TEXT, Fonts, Line, Look, Span, lines

from bot.discord_app.discord_text.latex_images import Png

WIDTH = 680
"""Pixels of the chat, before it is enlarged for sharp screens."""

LEFT, TOP, GAP = 72.0, 18.0, 8.0
BOX = WIDTH - LEFT - 20
INSIDE = 16.0
BUTTON_HEIGHT, SELECT_HEIGHT, SELECT_WIDTH = 32.0, 40.0, 400.0

CHAT, CONTAINER, EDGE, SUNKEN = "#313338", "#2b2d31", "#3f4147", "#1e1f22"
BUTTONS = {1: "#5865f2", 2: "#4e5058", 3: "#248046", 4: "#da373c"}
"""Discord's numbers of button styles: primary, secondary, success, danger."""

_THUMB = "M8 10 11.5 3.2C12.4 2 14.3 2.9 14 4.8L13.2 9H20c2 0 2.7 2.1 1.6 3.3.7 1.2.4 2.7-.8 3.3.3 1.3-.3 2.4-1.5 2.8\
-.1 1.5-1 2.6-2.6 2.6H11C9.3 21 8 20 8 18.5ZM2.5 10.5h4v10h-4Z"
_BIN = "M9 2h6v2h5v2.4H4V4h5ZM5.4 8h13.2l-1.2 14H6.6ZM9 10.5l.6 9h1.2l-.5-9Zm4.7 0-.5 9h1.2l.6-9Z"
ICONS = {
    "👍": f'<path d="{_THUMB}" fill="#ffcc4d"/>',
    "👎": f'<path d="{_THUMB}" fill="#ffcc4d" transform="matrix(1 0 0 -1 0 24)"/>',
    "🗑": f'<path d="{_BIN}" fill="#b5bac1" fill-rule="evenodd"/>',
}
"""The emoji of our buttons, drawn, since text fonts have none; 24 by 24."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message of the bot: its components, who called for it how, and whether only that person sees it."""

    components: Sequence[Mapping[str, Any]]
    used: str = ""
    private: bool = False
    opened: bool = False
    """Draws the choices of its selects, as after a click on them."""


@dataclass
class Sheet:
    """The drawing so far, and how far down it reaches."""

    fonts: Fonts
    formulas: Mapping[str, Png]
    channels: Mapping[int, str]
    y: float = TOP
    parts: list[str] = field(default_factory=list)

    def text(self, span: Span, x: float, baseline: float) -> None:
        """Letters, with the colour behind them where they have one."""
        look, wide = span.look, self.fonts.width(span.text, span.look)
        if look.chip:
            self.box(x - 2, baseline - look.size, wide + 4, 1.35 * look.size, look.chip, 4)
        style = f'font-family="{"DejaVu Sans Mono" if look.mono else "DejaVu Sans"}" font-size="{look.size:g}"'
        style += "" if look.mono else ' font-stretch="condensed"'
        style += (' font-weight="bold"' if look.bold else "") + (' font-style="oblique"' if look.italic else "")
        style += ' text-decoration="line-through"' if look.strike else ""
        # Each letter has its own place: the renderer's kerning is not what the line was measured with.
        places, at = [], x
        for letter in span.text:
            places.append(f"{at:.1f}")
            at += self.fonts.width(letter, look)
        blank = len(span.text) - len(span.text.lstrip())
        words = escape(span.text.strip())
        self.parts.append(
            f'<text x="{" ".join(places[blank:])}" y="{baseline:.1f}" fill="{look.colour}" {style}>{words}</text>'
        )

    def box(self, x: float, y: float, wide: float, high: float, fill: str, radius: float, edge: str = "") -> None:
        """A rectangle with round corners."""
        stroke = f' stroke="{edge}"' if edge else ""
        self.parts.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{high:.1f}" rx="{radius}" fill="{fill}"{stroke}/>'
        )

    def svg(self) -> str:
        """The whole drawing."""
        size = f'width="{WIDTH}" height="{self.y:.0f}" viewBox="0 0 {WIDTH} {self.y:.0f}"'
        chat = f'<rect width="{WIDTH}" height="{self.y:.0f}" fill="{CHAT}"/>'
        return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{chat}{"".join(self.parts)}</svg>'


def drawing(message: Message, fonts: Fonts, formulas: Mapping[str, Png], channels: Mapping[int, str]) -> str:
    """The message as SVG. `formulas`: the picture of each formula by its LaTeX; `channels`: names by id."""
    sheet = Sheet(fonts, formulas, channels)
    _sender(sheet, message.used)
    for component in message.components:
        _DRAWN[component["type"]](sheet, component, message)
        sheet.y += GAP
    if message.private:
        sheet.text(Span("Only you can see this", Look(12, colour=SMALL)), LEFT, sheet.y + 12)
        sheet.text(Span("• Dismiss message", Look(12, colour=LINK)), LEFT + 128, sheet.y + 12)
        sheet.y += 20
    sheet.y = round(sheet.y + 10)
    return sheet.svg()


def _sender(sheet: Sheet, used: str) -> None:
    """Who called for the message, and the bot's name and picture."""
    if used:
        middle = sheet.y + 7
        sheet.parts.append(f'<path d="M36 {middle + 12}v-6q0-6 6-6h24" fill="none" stroke="#4e5058" stroke-width="2"/>')
        sheet.text(Span(used, Look(13.5, colour=SMALL)), LEFT, middle + 5)
        sheet.y += 24
    y = sheet.y
    sheet.parts.append(f'<circle cx="36" cy="{y + 20}" r="20" fill="#5865f2"/>')
    sheet.text(Span("T", Look(22, bold=True, colour="#ffffff")), 29.5, y + 28)
    name = Look(15.5, bold=True, colour=STRONG)
    sheet.text(Span("Tutor", name), LEFT, y + 14)
    badge = LEFT + sheet.fonts.width("Tutor", name) + 7
    sheet.box(badge, y + 1, 32, 16, "#5865f2", 4)
    sheet.text(Span("APP", Look(11, bold=True, colour="#ffffff")), badge + 4.5, y + 13)
    sheet.y += 26


def _container(sheet: Sheet, component: Mapping[str, Any], message: Message) -> None:
    """The box of the card; its height is known when its inside has been drawn."""
    top, place = sheet.y, len(sheet.parts)
    sheet.y += INSIDE
    for child in component["components"]:
        _DRAWN[child["type"]](sheet, child, message)
        sheet.y += GAP
    sheet.y += INSIDE - GAP
    inside, sheet.parts[place:] = sheet.parts[place:], []
    sheet.box(LEFT + 0.5, top + 0.5, BOX - 1, sheet.y - top - 1, CONTAINER, 8, EDGE)
    sheet.parts += inside


def _text_display(sheet: Sheet, component: Mapping[str, Any], _: Message) -> None:
    left = LEFT + INSIDE
    code: list[Line] = []
    for line in lines(component["content"], BOX - 2 * INSIDE, sheet.fonts, sheet.channels):
        code = [*code, line] if line.code else []
        if len(code) == 1:
            sheet.parts.append("")
            begun, top = len(sheet.parts) - 1, sheet.y
        if line.quoted:
            sheet.box(left, sheet.y, 4, line.height, "#4e5058", 2)
        for span in line.spans:
            sheet.text(span, left + span.x, sheet.y + 0.5 * line.height + 0.36 * span.look.size)
        sheet.y += line.height
        if code:
            kept, sheet.parts = sheet.parts, []
            sheet.box(left, top, BOX - 2 * INSIDE, sheet.y - top, SUNKEN, 4, EDGE)
            kept[begun], sheet.parts = sheet.parts[0], kept


def _gallery(sheet: Sheet, component: Mapping[str, Any], _: Message) -> None:
    for item in component["items"]:
        picture = sheet.formulas[item["description"]]
        wide = BOX - 2 * INSIDE
        high = wide * picture.height / picture.width
        data = base64.b64encode(picture.data).decode()
        place = f'x="{LEFT + INSIDE}" y="{sheet.y:.1f}" width="{wide}" height="{high:.1f}"'
        sheet.parts.append(f'<image {place} href="data:image/png;base64,{data}"/>')
        sheet.y += high


def _row(sheet: Sheet, component: Mapping[str, Any], message: Message) -> None:
    """Buttons side by side, on the next line where the chat is too narrow, or one select."""
    if component["components"][0]["type"] != 2:
        for one in component["components"]:
            _select(sheet, one, message)
        return
    x = LEFT
    for button in component["components"]:
        wide = _button_width(sheet, button["label"])
        if x > LEFT and x + wide > LEFT + BOX:
            x, sheet.y = LEFT, sheet.y + BUTTON_HEIGHT + GAP
        _button(sheet, button, x, wide)
        x += wide + GAP
    sheet.y += BUTTON_HEIGHT


def _button_width(sheet: Sheet, label: str) -> float:
    return max(60.0, 32 + (18 if label in ICONS else sheet.fonts.width(label, Look(14))))


def _button(sheet: Sheet, button: Mapping[str, Any], x: float, wide: float) -> None:
    label, dim = button["label"], button.get("disabled")
    sheet.parts.append(f'<g opacity="{0.5 if dim else 1}">')
    sheet.box(x, sheet.y, wide, BUTTON_HEIGHT, BUTTONS[button["style"]], 8)
    if label in ICONS:
        sheet.parts.append(f'<g transform="translate({x + wide / 2 - 9} {sheet.y + 7}) scale(.75)">{ICONS[label]}</g>')
    else:
        look = Look(14, colour="#ffffff")
        sheet.text(Span(label, look), x + (wide - sheet.fonts.width(label, look)) / 2, sheet.y + 21)
    sheet.parts.append("</g>")


def _select(sheet: Sheet, select: Mapping[str, Any], message: Message) -> None:
    """A closed list with what is chosen; its choices under it where the picture shows them."""
    options = select.get("options", ())
    chosen = [one["label"] for one in options if one.get("default")]
    chosen += [f"# {sheet.channels[int(one['id'])]}" for one in select.get("default_values", ())]
    look = Look(15, colour=TEXT if chosen else SMALL)
    sheet.box(LEFT + 0.5, sheet.y + 0.5, SELECT_WIDTH, SELECT_HEIGHT - 1, SUNKEN, 8, EDGE)
    sheet.text(Span(",  ".join(chosen) or select["placeholder"], look), LEFT + 14, sheet.y + 25)
    x, y = LEFT + SELECT_WIDTH - 28, sheet.y + 17
    sheet.parts.append(f'<path d="M{x} {y}l6 6 6-6" fill="none" stroke="#b5bac1" stroke-width="2"/>')
    sheet.y += SELECT_HEIGHT
    if message.opened and options:
        _choices(sheet, options)


def _choices(sheet: Sheet, options: Sequence[Mapping[str, Any]]) -> None:
    line = 16 * LINE_HEIGHT
    high = sum(line * (2 if one.get("description") else 1) + 10 for one in options)
    sheet.box(LEFT + 0.5, sheet.y + 4, SELECT_WIDTH, high + 8, CONTAINER, 8, EDGE)
    sheet.y += 10
    for one in options:
        described = one.get("description", "")
        sheet.text(Span(one["label"], Look(15, colour=STRONG)), LEFT + 14, sheet.y + 17)
        if described:
            sheet.text(Span(described, Look(13, colour=SMALL)), LEFT + 14, sheet.y + line + 13)
        sheet.y += line * (2 if described else 1) + 10


_DRAWN: dict[int, Callable[[Sheet, Mapping[str, Any], Message], None]] = {
    1: _row,
    10: _text_display,
    12: _gallery,
    17: _container,
}
"""What draws a component, by Discord's number of its kind."""
