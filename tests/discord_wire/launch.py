"""Points discord.py at the stand-in and runs the bot: `launch.py discord` is `python -m bot discord` on loopback.

Reads WIRE_API and WIRE_GATEWAY; WIRE_READY_S shortens the wait for further guilds after READY (discord.py waits 2 s).
A first argument that ends with .py is run as a script instead. No product code knows of this.
"""

import os
import runpy
import sys
from typing import Any


def main() -> None:
    import discord
    import yarl
    from discord import gateway, http, state

    http.Route.BASE = os.environ["WIRE_API"]
    gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(os.environ["WIRE_GATEWAY"])
    original = state.ConnectionState.__init__

    def patient(self: Any, **options: Any) -> None:
        original(self, **{"guild_ready_timeout": float(os.environ.get("WIRE_READY_S", "0.2")), **options})

    state.ConnectionState.__init__ = patient  # type: ignore[method-assign]
    assert os.environ["WIRE_API"] == discord.http.Route.BASE
    del sys.argv[0], sys.path[0]
    if sys.argv and sys.argv[0].endswith(".py"):
        runpy.run_path(sys.argv[0], run_name="__main__")
    else:
        sys.argv.insert(0, "bot")
        runpy.run_module("bot.__main__", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
