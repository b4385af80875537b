"""The bot in a process of its own: started through `launch.py`, killed, stopped, and what it printed.

Knows the stand-in's addresses and nothing of what the bot does.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from discord_wire.server import Wire

PROJECT = Path(__file__).parents[2]
LAUNCH = Path(__file__).parent / "launch.py"


class BotProcess:
    """One run of the bot."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self._lines: deque[str] = deque(maxlen=400)
        self._reader = asyncio.create_task(self._read())

    @classmethod
    async def start(cls, wire: Wire, arguments: Sequence[str], env: dict[str, str], cwd: str | None) -> BotProcess:
        """Starts it; `env` adds to or replaces the environment's variables."""
        paths = os.pathsep.join(filter(None, [str(PROJECT), os.environ.get("PYTHONPATH", "")]))
        told = {"WIRE_API": f"{wire.url}/api/v10", "WIRE_GATEWAY": wire.gateway.address, "DISCORD_TOKEN": wire.token}
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, str(LAUNCH), *arguments),
            env=os.environ | {"PYTHONPATH": paths, "PYTHONUNBUFFERED": "1"} | told | env,
            cwd=cwd or PROJECT,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            limit=2**20,
        )
        return cls(process)

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def ended(self) -> int | None:
        """The exit status; None while it runs."""
        return self.process.returncode

    @property
    def output(self) -> str:
        """The last 400 lines that it printed."""
        return "".join(self._lines)

    @property
    def memory_bytes(self) -> int:
        """Its resident memory (Linux); 0 once it has ended."""
        try:
            status = Path(f"/proc/{self.pid}/status").read_text("ascii")
        except OSError:
            return 0
        return next((int(one.split()[1]) * 1024 for one in status.splitlines() if one.startswith("VmRSS")), 0)

    async def kill(self) -> None:
        """SIGKILL, and waits until it is gone."""
        if self.ended is None:
            self.process.kill()
        await self._gone()

    async def stop(self, timeout_s: float = 15.0) -> int:
        """SIGTERM; the exit status. Raises TimeoutError if it does not end."""
        if self.ended is None:
            self.process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(self._gone(), timeout_s)
        return self.process.returncode or 0

    async def wait(self, timeout_s: float = 30.0) -> int:
        """Waits until it ends by itself."""
        await asyncio.wait_for(self._gone(), timeout_s)
        return self.process.returncode or 0

    async def _gone(self) -> None:
        await self.process.wait()
        await self._reader

    async def _read(self) -> None:
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            self._lines.append(line.decode(errors="replace"))
