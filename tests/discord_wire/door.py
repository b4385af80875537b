"""The way of every request: token, rate limits, faults on order, the handler, and what is counted about it.

Knows no route in particular.
"""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from aiohttp import web
from discord_wire.faults import Fault, Refused
from discord_wire.limits import reply

if TYPE_CHECKING:
    from discord_wire.server import Wire

API = "/api/v10"
OPEN = ("/interactions/", "/webhooks/", "/gateway")
"""What needs no token of the bot's in its header."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Door:
    """The middleware of one stand-in."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    @web.middleware
    async def guarded(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if not request.path.startswith(API):
            return await handler(request)
        resource = request.match_info.route.resource
        path = (resource.canonical if resource else request.path).removeprefix(API)
        route = f"{request.method} {path}"
        self._wire.traffic[route] += 1
        try:
            made = await self._passed(route, path, request, handler)
        except Refused as refused:
            made = reply({"message": refused.message, "code": refused.code}, refused.status)
        except web.HTTPException as missing:
            self._wire.found.append(
                f"{request.method} {request.path}: the stand-in has no such route ({missing.status})"
            )
            made = reply({"message": "Not implemented", "code": 0}, 501)
        except (ConnectionError, asyncio.CancelledError):
            raise
        except Exception:
            self._wire.crashes.append(traceback.format_exc())
            made = reply({"message": "The stand-in failed", "code": 0}, 501)
        self._wire.changed()
        if made.status in (401, 403, 429):
            self._wire.invalid[made.status] += 1
        return made

    async def _passed(self, route: str, path: str, request: web.Request, handler: Handler) -> web.StreamResponse:
        if not path.startswith(OPEN) and request.headers.get("Authorization") != f"Bot {self._wire.token}":
            raise Refused(401, 0, "401: Unauthorized")
        headers, refused = self._wire.limits.take(route, request)
        if refused is not None:
            return refused
        fault = self._wire.faults.take(route)
        if fault is not None and not fault.after:
            broken = await self._break(fault, route, request)
            if broken is not None:
                return broken
        try:
            made = await handler(request)
        except Refused as wrong:
            made = reply({"message": wrong.message, "code": wrong.code}, wrong.status)
        made.headers.update(headers)
        if fault is not None and fault.after:
            return await self._break(fault, route, request) or made
        return made

    async def _break(self, fault: Fault, route: str, request: web.Request) -> web.Response | None:
        if fault.wait_s:
            await asyncio.sleep(fault.wait_s)
        if fault.drop:
            if request.transport is not None:
                request.transport.abort()
            raise ConnectionResetError("scripted")
        if fault.status == 429 and not fault.code:
            return self._wire.limits.refuse(
                route, "", fault.retry_after_s, scope="shared", scripted=True, via=fault.via
            )
        if fault.status:
            return reply({"message": fault.message, "code": fault.code}, fault.status)
        return None
