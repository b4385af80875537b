"""Display formulas as pictures: `await FormulaImages().render(latex)`, drawn by one process of its own.

A formula that takes too long costs its process, which is started again for the next one. What was drawn is kept in
memory and, where a folder is given, on the disk. Knows no Discord; how a picture looks is formula_worker.py.
"""

import asyncio
import contextlib
import hashlib
import os
import struct
import sys
import tempfile
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

from bot.discord_app.discord_text import latex_image_worker as formula_worker
from bot.discord_app.discord_text.sanitize import visible
from bot.discord_app.discord_text.split import clip
from bot.discord_app.limits import MAX_ALT_TEXT

MAX_CHARACTERS = 1_000
"""The longest LaTeX that is tried."""
MAX_WAITING = 32
"""More formulas than this at once are not drawn but shown as code."""
MAX_CACHED = 512
"""Pictures in memory, about 10 kB each."""
START_S = 60.0
"""Until the process has loaded its font, on a machine that is busy."""

_LENGTH = struct.Struct("!I")
_SIZE = struct.Struct("!II")
_SIGNATURE = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True, slots=True)
class Png:
    """A picture: the file's bytes, its size in pixels, and the LaTeX for those who cannot see it."""

    data: bytes
    width: int
    height: int
    alt: str


class FormulaImages:
    """Draws formulas, one at a time. `limit_s` is the longest for one; `folder` keeps pictures between runs."""

    def __init__(self, folder: Path | None = None, limit_s: float = 3.0) -> None:
        self._folder = folder
        self._limit_s = limit_s
        self._kept: OrderedDict[str, Png | None] = OrderedDict()
        self._drawing: dict[str, asyncio.Task[Png | None]] = {}
        self._turn = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None
        self._closed = False

    async def render(self, latex: str) -> Png | None:
        """Return the formula as a picture; None when it cannot be drawn, is too long, or too many wait."""
        latex = visible(latex).strip()
        if not latex or len(latex) > MAX_CHARACTERS or self._closed:
            return None
        if latex in self._kept:
            self._kept.move_to_end(latex)
            return self._kept[latex]
        task = self._drawing.get(latex)
        if not task:
            if len(self._drawing) >= MAX_WAITING:
                return None
            task = self._drawing[latex] = asyncio.create_task(self._draw(latex))
            task.add_done_callback(lambda _: self._drawing.pop(latex, None))
        await asyncio.wait([task])  # one who stops waiting leaves the picture to the others
        return None if task.cancelled() else task.result()

    async def close(self) -> None:
        """End the process. Formulas that wait come back as None."""
        self._closed = True
        tasks = list(self._drawing.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._stop()

    async def _draw(self, latex: str) -> Png | None:
        path = self._folder / f"{_key(latex)}.png" if self._folder else None
        data = await asyncio.to_thread(_read, path) if path else None
        if data is None:
            async with self._turn:
                data = await self._drawn(latex)
            if data and path:
                await asyncio.to_thread(_write, path, data)
        picture = _png(data, latex) if data else None
        self._kept[latex] = picture
        while len(self._kept) > MAX_CACHED:
            self._kept.popitem(last=False)
        return picture

    async def _drawn(self, latex: str) -> bytes:
        """Return the file's bytes; none when it was not drawn in time, or the process died of it."""
        if self._process and self._process.returncode is not None:
            await self._stop()
        try:
            process = self._process or await self._start()
            body = latex.encode()
            async with asyncio.timeout(self._limit_s):
                return await _asked(process, _LENGTH.pack(len(body)) + body)
        except (TimeoutError, OSError, EOFError):
            await self._stop()
            return b""
        except asyncio.CancelledError:
            await self._stop()  # its answer would be taken for the next one's
            raise

    async def _start(self) -> asyncio.subprocess.Process:
        pipe = asyncio.subprocess.PIPE
        self._process = process = await asyncio.create_subprocess_exec(
            # -P: the folder of the script holds modules whose names others have too.
            *(sys.executable, "-P", formula_worker.__file__, str(self._limit_s)),
            stdin=pipe,
            stdout=pipe,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for the bot, which closes this in its own time
        )
        async with asyncio.timeout(START_S):
            await _asked(process, b"")
        return process

    async def _stop(self) -> None:
        process, self._process = self._process, None
        if not process:
            return
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.communicate()


async def _asked(process: asyncio.subprocess.Process, request: bytes) -> bytes:
    """One request and its answer. Raises OSError or EOFError when the process is gone."""
    if not process.stdin or not process.stdout:
        raise EOFError("The process has no pipes.")
    process.stdin.write(request)
    await process.stdin.drain()
    (length,) = _LENGTH.unpack(await process.stdout.readexactly(_LENGTH.size))
    return await process.stdout.readexactly(length)


def _png(data: bytes, latex: str) -> Png | None:
    if not data.startswith(_SIGNATURE) or len(data) < 24:
        return None
    width, height = _SIZE.unpack_from(data, 16)  # the header comes first in every PNG
    return Png(data, width, height, clip(latex, MAX_ALT_TEXT))


def _key(latex: str) -> str:
    """Return a name for the picture of this formula, other when its looks change."""
    looks = (formula_worker.FONT, formula_worker.WIDTH, formula_worker.PADDING, formula_worker.INK, formula_worker.CARD)
    return hashlib.sha256(f"{looks}\n{latex}".encode()).hexdigest()


def _read(path: Path) -> bytes | None:
    try:
        data = path.read_bytes()
    except OSError:
        return None
    return data if data.startswith(_SIGNATURE) and data.endswith(b"IEND\xaeB`\x82") else None


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all; without a place to keep it, the picture is drawn again next time."""
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            file.write(data)
        os.replace(file.name, path)
