"""Pictures of entries become PNGs: right in size, with letters, kept on disk, and a clear error instead of a crash."""

import struct
from pathlib import Path

import pytest

from bot.discord_app.cards.figure_image import UnreadableFigure, figure_png, render
from corpus.load import ENTRIES

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="640" height="320"><rect width="640" height="320" fill="#fff"/>{}</svg>'
LETTERS = '<text x="20" y="60" font-size="40" font-family="DejaVu Sans, sans-serif">kernel</text>'


def _size(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    wide, high = struct.unpack("!II", png[16:24])
    return wide, high


def test_a_picture_is_960_pixels_wide_and_keeps_its_shape() -> None:
    assert _size(render(SVG.format(""))) == (960, 480)


def test_letters_are_drawn_with_the_font_that_comes_along() -> None:
    assert len(render(SVG.format(LETTERS))) > len(render(SVG.format(""))) + 500


@pytest.mark.parametrize("name", ["relu", "transformer", "bayes-theorem"])
def test_the_glossarys_pictures_can_be_sent(name: str) -> None:
    png = figure_png(ENTRIES / "figures" / f"{name}.svg")
    assert _size(png)[0] == 960
    assert len(png) < 500_000


def test_a_picture_is_kept_on_disk_until_it_changes(tmp_path: Path) -> None:
    svg, cache = tmp_path / "a.svg", tmp_path / "cache" / "figures"
    svg.write_text(SVG.format(""))
    first = figure_png(svg, cache)
    (kept,) = cache.iterdir()
    kept.write_bytes(b"from the disk")
    assert figure_png(svg, cache) == b"from the disk"
    svg.write_text(SVG.format(LETTERS))
    assert figure_png(svg, cache) not in {b"from the disk", first}
    assert len(list(cache.iterdir())) == 2


def test_a_cache_that_cannot_be_written_costs_only_the_cache(tmp_path: Path) -> None:
    (tmp_path / "a.svg").write_text(SVG.format(""))
    (tmp_path / "file").write_text("in the way")
    assert _size(figure_png(tmp_path / "a.svg", tmp_path / "file" / "figures")) == (960, 480)


@pytest.mark.parametrize("content", [None, b"<svg", b"\xff\xfe\x00", b" " * 40_001])
def test_what_is_no_picture_is_said(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "a.svg"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UnreadableFigure):
        figure_png(path)
