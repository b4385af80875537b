"""An entry's picture as a PNG for Discord, which shows no SVG: `figure_png(path, cache_folder)`.

Drawn with the font that comes with ziafont, so that it looks the same on every machine. Takes 10 to 60 ms the first time:
call it in a thread. Knows no Discord. The pictures are the owner's own files: an SVG from a stranger does not belong here.
"""

import hashlib
import importlib.util
import os
import tempfile
from functools import cache, lru_cache
from pathlib import Path

import resvg_py

from corpus.check_figures import MAX_BYTES

WIDTH = 960
"""Pixels: a chat shows about 550 points, so this is sharp on most screens."""

_IN_MEMORY = 64
"""Pictures kept, about 50 kB each."""


class UnreadableFigure(ValueError):
    """The picture cannot be drawn; the message says why. Whoever shows the card leaves the picture out."""


def figure_png(svg_path: Path, cache_folder: Path | None = None) -> bytes:
    """Return a picture as PNG bytes, 960 pixels wide, kept in memory and, where a folder is given, on the disk.

    Raises UnreadableFigure when the file is not there, too large or no SVG.
    """
    try:
        if svg_path.stat().st_size > MAX_BYTES:
            raise UnreadableFigure(f"{svg_path.name} is larger than {MAX_BYTES:,} bytes.")
        svg = svg_path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableFigure(f"{svg_path.name} cannot be read ({error}).") from error
    if cache_folder is None:
        return render(svg)
    name = hashlib.sha256(f"{WIDTH}\0{svg}".encode()).hexdigest()[:32]
    kept = cache_folder / f"{name}.png"
    if kept.is_file():
        return kept.read_bytes()
    png = render(svg)
    _save(kept, png)
    return png


@lru_cache(_IN_MEMORY)
def render(svg: str) -> bytes:
    """Return the text of an SVG as PNG bytes, 960 pixels wide. Raises UnreadableFigure."""
    try:
        return bytes(
            resvg_py.svg_to_bytes(svg_string=svg, width=WIDTH, font_files=[_font_file()], skip_system_fonts=True)
        )
    except ValueError as error:
        raise UnreadableFigure(f"This is no SVG ({error}).") from error


@cache
def _font_file() -> str:
    """Return the path of DejaVu Sans inside ziafont, which comes with ziamath, without importing either."""
    spec = importlib.util.find_spec("ziafont")
    if spec is None or spec.origin is None:
        raise UnreadableFigure("ziafont, which brings the letters, is not installed.")
    return str(Path(spec.origin).parent / "fonts" / "DejaVuSans.ttf")


def _save(path: Path, png: bytes) -> None:
    """Write a file whole or not at all; a full disk only costs the cache."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(png)
        Path(beside).replace(path)
    except OSError:
        return
