"""Formulas as pictures, by the real typesetter in its real process; what cannot be drawn harms nobody."""

import asyncio
import os
import struct
import zlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.discord_app.discord_text import latex_image_worker as formula_worker
from bot.discord_app.discord_text.latex_images import MAX_CACHED, MAX_CHARACTERS, MAX_WAITING, FormulaImages
from bot.discord_app.limits import MAX_ALT_TEXT, MAX_FILE_BYTES, size
from corpus.entry import Section
from corpus.load import ENTRIES, load
from corpus.text import formulas

EULER = r"e^{i\pi} + 1 = 0"
HANGS = r"\sqrt{" * 60 + "x" + "}" * 60
"""The typesetter lays each level out twice."""

HOSTILE = [
    "",
    " ",
    r"\frac{",
    "}{",
    "{" * 400 + "x" + "}" * 400,
    r"\def\a{\a\a}\a",
    r"\newcommand{\x}{\x}\x",
    "x^" * 300,
    r"\begin{matrix}" * 50,
    r"\left(" * 100,
    r"\\" * 400,
    "a" * 999,
    "a" * (MAX_CHARACTERS + 1),
    r"\hspace{99999999em}x",
    r"\rule{9999em}{9999em}",
    "\x00",
    "日本",
]
HARMLESS = [
    r"\input{/etc/passwd}",
    r"\includegraphics{/etc/passwd}",
    "<script>alert(1)</script>",
    "&lt;x&gt;",
    "\ud800",
]


@pytest.fixture
async def images() -> AsyncIterator[FormulaImages]:
    made = FormulaImages()
    yield made
    await made.close()


def pixels(png: bytes) -> tuple[int, int, list[bytes]]:
    """Width, height and the rows of an RGBA picture, unfiltered."""
    width, height, depth, colour = struct.unpack(">IIBB", png[16:26])
    assert (depth, colour) == (8, 6)
    packed, at = b"", 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        packed += png[at + 8 : at + 8 + length] if png[at + 4 : at + 8] == b"IDAT" else b""
        at += length + 12
    raw, rows, before = zlib.decompress(packed), [], bytes(4 * width)
    for start in range(0, len(raw), 4 * width + 1):
        before = _unfiltered(raw[start], raw[start + 1 : start + 1 + 4 * width], before)
        rows.append(before)
    return width, height, rows


def _unfiltered(kind: int, line: bytes, above: bytes) -> bytes:
    row = bytearray(line)
    for i, value in enumerate(line):
        left, up, corner = (row[i - 4] if i >= 4 else 0), above[i], (above[i - 4] if i >= 4 else 0)
        near = min((abs(up - corner), 0, left), (abs(left - corner), 1, up), (abs(left + up - 2 * corner), 2, corner))
        row[i] = (value + (0, left, up, (left + up) // 2, near[2])[kind]) % 256
    return bytes(row)


async def test_a_formula_becomes_a_picture_with_its_latex_for_those_who_cannot_see_it(images: FormulaImages) -> None:
    png = await images.render(f" {EULER} ")
    assert png
    assert (png.width, png.alt) == (formula_worker.WIDTH, EULER)
    assert struct.unpack(">II", png.data[16:24]) == (png.width, png.height)
    assert size(png.alt) <= MAX_ALT_TEXT


async def test_dark_ink_stands_on_a_light_card_and_the_rest_is_clear(images: FormulaImages) -> None:
    png = await images.render(EULER)
    assert png
    width, height, rows = pixels(png.data)
    middle = rows[height // 2]
    assert middle[4 * 20 : 4 * 20 + 4] == bytes.fromhex(formula_worker.CARD[1:]) + b"\xff"
    assert middle[-4:] == b"\0\0\0\0"
    ink = bytes.fromhex(formula_worker.INK[1:]) + b"\xff"
    assert sum(row[i : i + 4] == ink for row in rows for i in range(0, 4 * width, 4)) > 100


async def test_a_row_of_formulas_too_wide_for_a_chat_is_set_in_lines(images: FormulaImages) -> None:
    row = await images.render(rf"a = b + c, \qquad {EULER}")
    wide = await images.render(r", \qquad ".join([r"\sum_{i=1}^{n} x_i = \prod_{j=1}^{m} y_j"] * 4))
    assert row
    assert wide
    assert wide.height > 3 * row.height
    assert wide.width == row.width


async def test_brackets_around_a_sum_are_as_high_as_the_sum(images: FormulaImages) -> None:
    png = await images.render(r"J = \mathbb{E}\left[\sum_t \gamma^t R_t\right]")
    assert png
    assert png.height < 8 * formula_worker.FONT


@pytest.mark.parametrize("latex", HOSTILE, ids=lambda text: repr(text[:12]))
def test_what_cannot_be_drawn_is_said_so_by_the_worker(latex: str) -> None:
    assert formula_worker._drawn(latex) == b"" or not latex.strip() or len(latex) > MAX_CHARACTERS


@pytest.mark.slow
async def test_hostile_formulas_come_back_as_nothing_and_the_service_goes_on(images: FormulaImages) -> None:
    assert [await images.render(latex) for latex in HOSTILE] == [None] * len(HOSTILE)
    for latex in HARMLESS:  # shown as the letters that they are
        png = await images.render(latex)
        assert png is None or (b"root:" not in png.data and png.height < 500)
    assert await images.render(EULER)


@pytest.mark.slow
async def test_a_formula_that_hangs_costs_its_process_and_no_other_formula() -> None:
    images = FormulaImages(limit_s=0.5)
    try:
        assert await images.render("x")
        first = images._process
        hung, drawn = await asyncio.gather(images.render(HANGS), images.render(EULER))
        assert hung is None
        assert drawn
        assert images._process is not first
        assert first
        assert first.returncode is not None
    finally:
        await images.close()


async def test_a_process_that_was_killed_is_started_again(images: FormulaImages) -> None:
    assert await images.render("x")
    assert images._process
    images._process.kill()
    await images._process.wait()
    assert await images.render(EULER)


async def test_the_same_formula_is_drawn_once(images: FormulaImages) -> None:
    first, second = await asyncio.gather(images.render(EULER), images.render(EULER))
    assert first is second
    assert await images.render(EULER) is first


async def test_one_who_stops_waiting_leaves_the_picture_to_the_others(images: FormulaImages) -> None:
    impatient = asyncio.create_task(images.render(EULER))
    patient = asyncio.create_task(images.render(EULER))
    await asyncio.sleep(0)
    impatient.cancel()
    assert await patient
    assert impatient.cancelled()


async def test_more_than_the_queue_holds_is_shown_as_code(images: FormulaImages) -> None:
    made = await asyncio.gather(*(images.render(f"x_{{{n}}}") for n in range(MAX_WAITING + 8)))
    assert sum(png is None for png in made) == 8
    assert await images.render(f"x_{{{MAX_WAITING + 1}}}")


async def test_memory_keeps_the_latest_and_no_more(images: FormulaImages) -> None:
    for n in range(MAX_CACHED + 10):  # rejected by the worker in no time
        await images.render(rf"\frac{{{n}")
    assert len(images._kept) == MAX_CACHED


async def test_a_folder_keeps_pictures_between_runs_and_a_damaged_one_is_drawn_again(tmp_path: Path) -> None:
    folder = tmp_path / "formulas"
    for damage in (False, True):
        first = FormulaImages(folder)
        png = await first.render(EULER)
        await first.close()
        (file,) = folder.iterdir()
        assert png
        if damage:
            file.write_bytes(png.data[:-20])
        second = FormulaImages(folder)
        assert await second.render(EULER) == png
        assert (second._process is None) is not damage
        await second.close()


async def test_a_folder_that_cannot_be_written_costs_no_picture(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    images = FormulaImages(blocked / "formulas")
    assert await images.render(EULER)
    await images.close()


async def test_closing_ends_the_process_and_what_waits() -> None:
    images = FormulaImages()
    assert await images.render("x")
    process = images._process
    assert process
    waiting = asyncio.create_task(images.render(HANGS))
    await asyncio.sleep(0.05)
    await images.close()
    assert await waiting is None
    assert process.returncode is not None
    assert await images.render(EULER) is None
    with pytest.raises(ProcessLookupError):
        os.kill(process.pid, 0)


@pytest.mark.slow
async def test_every_display_formula_of_the_glossary_is_drawn(images: FormulaImages) -> None:
    drawn = 0
    for entry in load(ENTRIES):
        for section in Section:
            text = entry.text(section)
            for latex in formulas(text)[: text.count("$$") // 2]:
                png = await images.render(latex)
                assert png, f"{entry.term}: {latex}"
                assert png.height <= 500, f"{entry.term}: {latex}"
                assert len(png.data) < MAX_FILE_BYTES / 100
                drawn += 1
    assert drawn >= 500
