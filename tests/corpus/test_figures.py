"""The glossary's own pictures: drawn alike each time, as they lie in the folder, and readable: letters large, inside, apart."""

import xml.etree.ElementTree as ET
from itertools import combinations
from pathlib import Path

import pytest
from typer.testing import CliRunner
from ziafont import Font

from corpus.__main__ import app
from corpus.check_figures import MAX_BYTES
from corpus.figures.registry import Picture, pictures
from corpus.figures.style import SMALL, WIDTH, Canvas
from corpus.load import ENTRIES

PICTURES = pictures()
TEXT = "{http://www.w3.org/2000/svg}text"


@pytest.fixture(scope="module")
def font() -> Font:
    return Font()


def _boxes(picture: Picture, font: Font) -> list[tuple[float, float, float, float, str]]:
    """Left, top, right, bottom and words of every text of a picture, by the widths of the font it is drawn with."""
    boxes = []
    for text in ET.fromstring(picture.svg()).iter(TEXT):
        words, size = text.text or "", float(text.attrib["font-size"])
        x, y = float(text.attrib["x"]), float(text.attrib["y"])
        wide = sum(font.glyph(letter).advance() for letter in words) * size / font.info.layout.unitsperem
        left = x - {"start": 0, "middle": wide / 2, "end": wide}[text.attrib["text-anchor"]]
        boxes.append((left, y - 0.72 * size, left + wide, y + 0.1 * size, words))
    return boxes


def test_there_are_enough_and_each_has_words() -> None:
    assert len(PICTURES) >= 40
    assert all(len(picture.alt.split()) >= 8 and picture.alt.endswith((".", "?")) for picture in PICTURES)


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.slug)
def test_a_picture_lies_in_the_folder_as_it_is_drawn(picture: Picture) -> None:
    svg = picture.svg()
    assert svg == picture.svg()
    assert len(svg.encode()) <= MAX_BYTES
    assert (ENTRIES / "figures" / picture.file).read_text("utf-8") == svg


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.slug)
def test_its_words_are_large_inside_the_panel_and_apart(picture: Picture, font: Font) -> None:
    sizes = [float(text.attrib["font-size"]) for text in ET.fromstring(picture.svg()).iter(TEXT)]
    boxes = _boxes(picture, font)
    assert min(sizes) >= SMALL
    assert [box[4] for box in boxes if not 8 <= box[0] <= box[2] <= WIDTH - 8 or box[3] > picture.height - 6] == []
    apart = [a[2] <= b[0] + 1 or b[2] <= a[0] + 1 or a[3] <= b[1] or b[3] <= a[1] for a, b in combinations(boxes, 2)]
    assert all(apart)
    assert [letter for box in boxes for letter in box[4] if not font.glyphindex(letter)] == []


def test_no_picture_lies_there_that_nobody_draws() -> None:
    assert {path.name for path in (ENTRIES / "figures").iterdir()} == {picture.file for picture in PICTURES}


def test_the_command_writes_what_has_changed(tmp_path: Path) -> None:
    out = tmp_path / "figures"
    runner = CliRunner()
    assert (
        f"{len(PICTURES)} of {len(PICTURES)} pictures rewritten"
        in runner.invoke(app, ["figures", "--out", str(out)]).output
    )
    (out / "relu.svg").write_text("<svg/>")
    assert f"1 of {len(PICTURES)} pictures rewritten" in runner.invoke(app, ["figures", "--out", str(out)]).output


def test_words_of_a_picture_are_escaped() -> None:
    canvas = Canvas("a < b & c", 100, 'the "smaller" < one')
    canvas.text(10, 60, "x <y>")
    assert [text.text for text in ET.fromstring(canvas.svg()).iter(TEXT)] == ["a < b & c", "x <y>"]
