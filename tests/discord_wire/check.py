"""Discord's limits, written by hand: what is wrong with a body that a bot sends. Empty means that nothing is.

Pure: bodies in, sentences out. Knows no HTTP; `schema` holds the same bodies against Discord's own description.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

from discord_wire.state import LOADING, V2, Json, walk

ROW, BUTTON, SELECT, INPUT, SECTION, TEXT_DISPLAY, GALLERY, FILE, CONTAINER, LABEL = 1, 2, 3, 4, 9, 10, 12, 13, 17, 18
SELECTS = (3, 5, 6, 7, 8)
V2_ONLY = (SECTION, TEXT_DISPLAY, 11, GALLERY, FILE, 14, CONTAINER)
COMMAND_NAME = re.compile(r"^[-_'\w]{1,32}$")
LINK = 5


def message(body: Json, *, files: AbstractSet[str] = frozenset(), was_v2: bool = False, new: bool = True) -> list[str]:
    """A message to send or (`new` false) an edit; `files` are the attachments' names that the body may refer to."""
    found = [*_text(body), *_embeds(body), *_mentions(body, new)]
    components = body.get("components") or []
    is_v2 = bool((body.get("flags") or 0) & V2) or was_v2
    found += _tree(components, is_v2)
    if is_v2:
        found += [
            f"{key} beside IS_COMPONENTS_V2" for key in ("content", "embeds", "poll", "sticker_ids") if body.get(key)
        ]
    if new and not any(
        body.get(key) for key in ("content", "embeds", "poll", "components", "attachments", "sticker_ids")
    ):
        found.append("an empty message")
    if new and is_v2 and not components:
        found.append("IS_COMPONENTS_V2 without components")
    if (body.get("flags") or 0) & LOADING:
        found.append("the flag LOADING is Discord's own")
    found += [f"{name} is not attached" for name in _referred(components, body) if name not in files]
    return found


def autocomplete(data: Json) -> list[str]:
    """The choices of an autocomplete answer."""
    choices = data.get("choices") or []
    found = [] if len(choices) <= 25 else [f"{len(choices)} choices, at most 25"]
    for one in choices:
        found += _between("choice name", one.get("name"), 1, 100)
        if isinstance(one.get("value"), str):
            found += _between("choice value", one["value"], 1, 100)
    return found


def modal(data: Json) -> list[str]:
    """A modal: title, custom_id, one to five parts, labels and inputs."""
    found = [*_between("modal title", data.get("title"), 1, 45), *_between("custom_id", data.get("custom_id"), 1, 100)]
    parts = data.get("components") or []
    if not 1 <= len(parts) <= 5:
        found.append(f"a modal has {len(parts)} parts, 1 to 5 are allowed")
    everything = list(walk(parts))
    for one in everything:
        if one["type"] == LABEL:
            found += _between("label", one.get("label"), 1, 45)
            found += _between("label description", one["description"], 1, 100) if one.get("description") else []
        if one["type"] == INPUT:
            found += _between("custom_id", one.get("custom_id"), 1, 100)
            found += _at_most("placeholder", one.get("placeholder"), 100) + _at_most("value", one.get("value"), 4000)
            found += _between("label", one["label"], 1, 45) if one.get("label") else []
        if one["type"] in SELECTS:
            found += _select(one)
    return found + _unique(everything)


def commands(listed: Sequence[Json]) -> list[str]:
    """The bulk of an application's commands: names, descriptions, options, how many of each sort."""
    found = []
    for sort, limit in ((1, 100), (2, 15), (3, 15)):
        names = [one["name"] for one in listed if one.get("type", 1) == sort]
        if len(names) > limit:
            found.append(f"{len(names)} commands of type {sort}, at most {limit}")
        found += [f"command {name} twice" for name in set(names) if names.count(name) > 1]
    for one in listed:
        found += _command(one) if one.get("type", 1) == 1 else _between("command name", one["name"], 1, 32)
    return found


def thread(body: Json) -> list[str]:
    """The name of a thread."""
    return _between("thread name", body.get("name"), 1, 100)


def _command(one: Json) -> list[str]:
    found = [*_name(one["name"]), *_between("description", one.get("description"), 1, 100)]
    options = one.get("options") or []
    if len(options) > 25:
        found.append(f"{one['name']} has {len(options)} options, at most 25")
    required = [bool(each.get("required")) for each in options]
    if required != sorted(required, reverse=True):
        found.append(f"{one['name']}: required options come first")
    for each in options:
        found += _command(each)
        found += autocomplete({"choices": each.get("choices")})
        if each.get("choices") and each.get("autocomplete"):
            found.append(f"{each['name']}: choices and autocomplete exclude each other")
    return found


def _name(name: str) -> list[str]:
    good = COMMAND_NAME.fullmatch(name) and name == name.lower()
    return [] if good else [f"command or option name {name!r}: 1 to 32 lower-case letters, digits, - and _"]


def _text(body: Json) -> list[str]:
    found = _at_most("content", body.get("content"), 2000)
    if body.get("nonce") is not None and len(str(body["nonce"])) > 25:
        found.append("nonce longer than 25")
    return found


def _embeds(body: Json) -> list[str]:
    embeds = body.get("embeds") or []
    found = [] if len(embeds) <= 10 else [f"{len(embeds)} embeds, at most 10"]
    total = 0
    for one in embeds:
        texts = {"title": (one.get("title"), 256), "description": (one.get("description"), 4096)}
        texts |= {"footer": ((one.get("footer") or {}).get("text"), 2048)}
        texts |= {"author": ((one.get("author") or {}).get("name"), 256)}
        for number, row in enumerate(one.get("fields") or []):
            texts |= {f"field {number} name": (row.get("name"), 256), f"field {number} value": (row.get("value"), 1024)}
        found += [] if len(one.get("fields") or []) <= 25 else ["more than 25 fields"]
        for what, (text, limit) in texts.items():
            found += _at_most(f"embed {what}", text, limit)
            total += len(text or "")
    return found if total <= 6000 else [*found, f"{total} characters in embeds, at most 6000"]


def _mentions(body: Json, new: bool) -> list[str]:
    allowed = body.get("allowed_mentions")
    if allowed is None:
        return ["allowed_mentions is absent: everything in the text pings"] if new else []
    given = [key for key in ("parse", "users", "roles", "replied_user") if allowed.get(key)]
    return [f"allowed_mentions lets {key} ping" for key in given]


def _tree(components: list[Json], is_v2: bool) -> list[str]:
    everything = list(walk(components))
    found = _unique(everything)
    if len(everything) > 40:
        found.append(f"{len(everything)} components, at most 40")
    if not is_v2:
        found += [] if len(components) <= 5 else [f"{len(components)} action rows, at most 5"]
        found += [
            f"component type {one['type']} needs IS_COMPONENTS_V2" for one in everything if one["type"] in V2_ONLY
        ]
        found += ["a bare component outside an action row" for one in components if one["type"] in (BUTTON, *SELECTS)]
    for one in everything:
        found += _component(one)
    return found + _display_text(everything)


def _display_text(everything: list[Json]) -> list[str]:
    texts = [one.get("content") or "" for one in everything if one["type"] == TEXT_DISPLAY]
    found = ["an empty text display" for one in texts if not one.strip()]
    total, size = sum(map(len, texts)), sum(len(one.encode()) for one in texts)
    found += [f"{total} characters in text displays, at most 4000"] if total > 4000 else []
    return found + ([f"{size} bytes in text displays, about 10170 are taken"] if size > 10_170 else [])


def _component(one: Json) -> list[str]:
    rules = {ROW: _row, BUTTON: _button, SECTION: _section, GALLERY: _gallery, CONTAINER: _container}
    if one["type"] in SELECTS:
        return _select(one)
    return rules[one["type"]](one) if one["type"] in rules else []


def _row(one: Json) -> list[str]:
    inside = one.get("components") or []
    buttons = [each for each in inside if each["type"] == BUTTON]
    if not inside:
        return ["an empty action row"]
    if len(buttons) > 5:
        return [f"{len(buttons)} buttons in a row, at most 5"]
    return [] if len(buttons) in (0, len(inside)) and (buttons or len(inside) == 1) else ["a select shares its row"]


def _button(one: Json) -> list[str]:
    found = _at_most("button label", one.get("label"), 80)
    found += [] if one.get("label") or one.get("emoji") else ["a button without label and emoji"]
    if one.get("style") == LINK:
        return found + (
            [] if one.get("url") and not one.get("custom_id") else ["a link button has a url and no custom_id"]
        )
    return found + _between("custom_id", one.get("custom_id"), 1, 100)


def _section(one: Json) -> list[str]:
    inside = one.get("components") or []
    found = [] if 1 <= len(inside) <= 3 else [f"a section of {len(inside)} texts, 1 to 3 are allowed"]
    return found if one.get("accessory") else [*found, "a section without its accessory"]


def _gallery(one: Json) -> list[str]:
    items = one.get("items") or []
    found = [] if 1 <= len(items) <= 10 else [f"a gallery of {len(items)} items, 1 to 10 are allowed"]
    return found + [wrong for each in items for wrong in _at_most("alt text", each.get("description"), 1024)]


def _container(one: Json) -> list[str]:
    return [] if one.get("components") else ["an empty container"]


def _select(one: Json) -> list[str]:
    found = [
        *_between("custom_id", one.get("custom_id"), 1, 100),
        *_at_most("placeholder", one.get("placeholder"), 150),
    ]
    if one["type"] != SELECT:
        return found
    options = one.get("options") or []
    if not 1 <= len(options) <= 25:
        found.append(f"a select of {len(options)} options, 1 to 25 are allowed")
    for each in options:
        found += _between("option label", each.get("label"), 1, 100)
        found += _between("option value", each.get("value"), 1, 100)
        found += _at_most("option description", each.get("description"), 100)
    values = [each.get("value") for each in options]
    found += ["two options of one value"] if len(set(values)) < len(values) else []
    marked = sum(bool(each.get("default")) for each in options)
    return found + (["more defaults than max_values"] if marked > (one.get("max_values") or 1) else [])


def _unique(everything: list[Json]) -> list[str]:
    given = [one["custom_id"] for one in everything if one.get("custom_id")]
    return [f"custom_id {one!r} twice in a message" for one in sorted({one for one in given if given.count(one) > 1})]


def _referred(components: list[Json], body: Json) -> Iterator[str]:
    for one in walk(components):
        media = [one.get("media"), one.get("file"), *(each.get("media") for each in one.get("items") or [])]
        yield from _names(media)
    for one in body.get("embeds") or []:
        yield from _names([one.get("image"), one.get("thumbnail")])


def _names(media: list[Json | None]) -> Iterator[str]:
    urls = [one["url"] for one in media if one and one.get("url")]
    return (url.removeprefix("attachment://") for url in urls if url.startswith("attachment://"))


def _at_most(what: str, text: str | None, limit: int) -> list[str]:
    return [] if text is None or len(text) <= limit else [f"{what} of {len(text)} characters, at most {limit}"]


def _between(what: str, text: str | None, least: int, limit: int) -> list[str]:
    length = len(text or "")
    return [] if least <= length <= limit else [f"{what} of {length} characters, {least} to {limit} are allowed"]
