"""Reads what a request carries (JSON, or multipart with files), and writes it into a message.

Knows messages and their limits, no routes.
"""

from __future__ import annotations

import copy
import json
import time
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING

from aiohttp import BodyPartReader, web
from discord_wire import check
from discord_wire.faults import Refused
from discord_wire.state import EPHEMERAL, LOADING, SUPPRESS_EMBEDS, SUPPRESS_NOTIFICATIONS, V2, Json, Message, iso, walk

if TYPE_CHECKING:
    from discord_wire.server import Wire

SETTABLE = SUPPRESS_EMBEDS | SUPPRESS_NOTIFICATIONS | V2


@dataclass(frozen=True, slots=True)
class File:
    """One uploaded file."""

    name: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Sent:
    """A request's JSON and its files by field name, such as "files[0]"."""

    body: Json
    files: dict[str, File]


async def read(request: web.Request) -> Sent:
    """The request's body; {} where it has none."""
    if not request.content_type.startswith("multipart/"):
        text = await request.text()
        return Sent(json.loads(text) if text else {}, {})
    body: Json = {}
    files: dict[str, File] = {}
    async for part in await request.multipart():
        assert isinstance(part, BodyPartReader)
        if part.name == "payload_json":
            body = json.loads(await part.text())
        else:
            files[part.name or ""] = File(part.filename or "", bytes(await part.read()))
    return Sent(body, files)


def checked(wire: Wire, route: str, sent: Sent, data: Json, message: Message | None = None) -> None:
    """Holds a message's body against the limits. Raises Refused (50035), as Discord does, for what Discord refuses."""
    names = {one.name for one in sent.files.values()}
    names |= {one["filename"] for one in message.attachments} if message else set()
    known = message is not None and message.is_v2
    found = check.message(data, files=names, was_v2=known, new=message is None or message.loading)
    if message is not None and not known and (data.get("flags") or 0) & V2 and message.content:
        found += [] if "content" in data else ["the content stays beside IS_COMPONENTS_V2: send content null"]
    refuse(wire, route, found)


def refuse(wire: Wire, route: str, found: list[str]) -> None:
    """Records violations and raises Refused for them. Pings are recorded only: Discord would let them through."""
    wire.found += [f"{route}: {one}" for one in found]
    fatal = [one for one in found if not one.startswith("allowed_mentions")]
    if fatal:
        raise Refused(400, 50035, "Invalid Form Body: " + "; ".join(fatal))


def write(wire: Wire, message: Message, sent: Sent, data: Json, *, new: bool = False) -> None:
    """Puts a checked body into a new message, or changes one; "is thinking…" ends with it."""
    message.attachments = _attachments(wire, message, sent, data)
    if "content" in data:
        message.content = data["content"] or ""
    if "embeds" in data:
        message.embeds = copy.deepcopy(data["embeds"] or [])
    if "components" in data:
        message.components = _stamped(data["components"] or [], message.attachments)
    given = data.get("flags") or 0
    message.flags = (message.flags & ~LOADING) | (given & (SETTABLE | (EPHEMERAL if new else 0)))
    message.history.append((time.monotonic(), message.text))
    if not new:
        message.edits.append(time.monotonic())
        message.edited = iso()


def _attachments(wire: Wire, message: Message, sent: Sent, data: Json) -> list[Json]:
    listed: list[Json] | None = data.get("attachments")
    uploads = {key.removeprefix("files[").rstrip("]"): one for key, one in sent.files.items()}
    if listed is None:
        return message.attachments + [_uploaded(wire, message, one, None) for one in uploads.values()]
    kept = {one["id"]: one for one in message.attachments}
    made = []
    for one in listed:
        key = str(one["id"])
        if key in uploads:
            made.append(_uploaded(wire, message, uploads[key], one.get("description")))
        elif key in kept:
            made.append(kept[key])
        else:
            raise Refused(400, 50035, f"Invalid Form Body: attachment {key} is neither uploaded nor there")
    return made


def _uploaded(wire: Wire, message: Message, file: File, description: str | None) -> Json:
    new = str(wire.ids.new())
    url = f"{wire.url}/cdn/{message.channel.id}/{new}/{file.name}"
    wire.store(f"{message.channel.id}/{new}/{file.name}", file.data)
    made: Json = {"id": new, "filename": file.name, "size": len(file.data), "url": url, "proxy_url": url}
    made["content_type"] = "image/png" if file.name.endswith(".png") else "application/octet-stream"
    return made | ({"description": description} if description else {})


def _stamped(components: list[Json], attachments: list[Json]) -> list[Json]:
    made: list[Json] = copy.deepcopy(components)
    urls = {f"attachment://{one['filename']}": one["url"] for one in attachments}
    numbers = count(1)
    taken = {one.get("id") for one in walk(made)}
    for one in walk(made):
        if one.get("id") is None:
            one["id"] = next(number for number in numbers if number not in taken)
        for media in [one.get("media"), one.get("file"), *(each["media"] for each in one.get("items") or [])]:
            if media:
                media["url"] = media["proxy_url"] = urls.get(media["url"], media["url"])
                media["id"] = "1"
    return made
