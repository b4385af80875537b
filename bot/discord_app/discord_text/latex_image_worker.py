"""The process that draws formulas: LaTeX comes in by the pipe, a PNG goes out; length 0 stands for "cannot be drawn".

It runs by itself (`python -P formula_worker.py`), so that a formula that hangs or eats memory takes nothing else with
it; it imports nothing of the bot. A dark ink on a light card reads on a dark and on a light chat alike.
"""

import os
import re
import signal
import struct
import sys
import warnings
import xml.etree.ElementTree as ET

import resvg_py

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # ziamath opens its font the old way
    from ziamath.operators import operators
    from ziamath.zmath import Latex

FONT = 40
"""Pixels of the letters: twice what a chat shows, for sharp screens."""
WIDTH = 1_100
"""Pixels of every picture. A chat shows 550 points of it, so that letters are equally large in all of them."""
MAX_HEIGHT = 1_400
PADDING = 32
LINE_GAP = 28
RADIUS = 16
SMALLEST_SCALE = 0.5
"""A formula that would have to be smaller cannot be read."""

INK = "#1e1f22"
CARD = "#f2f3f5"

MEMORY_BYTES = 2 * 1024**3
GRACE_S = 2

_SVG = "http://www.w3.org/2000/svg"
_LENGTH = struct.Struct("!I")
_SPACES = re.compile(r"\\qquad|\\quad")
_OPENING = re.compile(r"(?<!\\)\{|\\left\b|\\begin\b")
_CLOSING = re.compile(r"(?<!\\)\}|\\right\b|\\end\b")


for _operator in operators.values():
    # A sum has one size. Stretched with its row, it makes the brackets around it grow without end (ziamath 0.13).
    if _operator.get("largeop") == "true":
        _operator["stretchy"] = "false"


class Unreadable(ValueError):
    """The formula would be too small, too large, or full of empty boxes."""


def png(latex: str) -> bytes:
    """Return the formula on its card. Raises Unreadable, and whatever the typesetter raises for LaTeX that it cannot read."""
    room = WIDTH - 2 * PADDING
    lines = [Latex(latex, size=FONT, color=INK)]
    if missing := [sign for sign in latex if sign > "~" and not lines[0].font.glyphindex(sign)]:
        raise Unreadable(f"the font lacks {missing[0]!r}")
    if lines[0].getsize()[0] > room and len(parts := _parts(latex)) > 1:
        lines = [Latex(part, size=FONT, color=INK) for part in parts]
    sizes = [line.getsize() for line in lines]
    widest = max(wide for wide, _ in sizes)
    scale = min(1.0, room / widest)
    height = sum(high for _, high in sizes) * scale + LINE_GAP * (len(lines) - 1) + 2 * PADDING
    if scale < SMALLEST_SCALE or height > MAX_HEIGHT or widest < 1:
        raise Unreadable(f"{widest:.0f} by {height:.0f} pixels")
    return resvg_py.svg_to_bytes(svg_string=_card(lines, sizes, scale, round(height)), skip_system_fonts=True)


def _card(lines: list[Latex], sizes: list[tuple[float, float]], scale: float, height: int) -> str:
    card = ET.Element("svg", xmlns=_SVG, width=str(WIDTH), height=str(height), viewBox=f"0 0 {WIDTH} {height}")
    wide = min(WIDTH, max(width for width, _ in sizes) * scale + 2 * PADDING)
    ET.SubElement(card, "rect", width=str(wide), height=str(height), rx=str(RADIUS), fill=CARD)
    top = float(PADDING)
    for line, (width, high) in zip(lines, sizes, strict=True):
        inner = line.svgxml()
        inner.attrib.update(x=str(PADDING), y=str(top), width=str(width * scale), height=str(high * scale))
        card.append(inner)
        top += high * scale + LINE_GAP
    return ET.tostring(card, encoding="unicode")


def _parts(latex: str) -> list[str]:
    """Return a row of formulas, taken apart at the wide spaces that are in no bracket."""
    parts, start = [], 0
    for space in _SPACES.finditer(latex):
        before = latex[start : space.start()]
        if len(_OPENING.findall(before)) == len(_CLOSING.findall(before)):
            parts.append(before)
            start = space.end()
    return [part for one in (*parts, latex[start:]) if (part := one.strip().removesuffix(r"\;").strip(" ,"))]


def main(limit_s: float) -> None:
    """Serve until the pipe closes. Whoever started this kills it after `limit_s`; if he is gone, the alarm does."""
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # a library that prints must not break the protocol
    _limit_memory()
    out.write(_LENGTH.pack(0))  # ready
    out.flush()
    while len(head := sys.stdin.buffer.read(_LENGTH.size)) == _LENGTH.size:
        latex = sys.stdin.buffer.read(*_LENGTH.unpack(head)).decode()
        _alarm(int(limit_s) + GRACE_S)
        picture = _drawn(latex)
        _alarm(0)
        out.write(_LENGTH.pack(len(picture)) + picture)
        out.flush()


def _drawn(latex: str) -> bytes:
    try:
        return png(latex)
    except Exception:  # the edge of the process: the caller shows the LaTeX instead
        return b""


def _alarm(seconds: int) -> None:
    if hasattr(signal, "alarm"):
        signal.alarm(seconds)


def _limit_memory() -> None:
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    except (ImportError, ValueError, OSError):  # not on this system; the time limit remains
        return


if __name__ == "__main__":
    main(float(sys.argv[1]))
