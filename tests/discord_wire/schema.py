"""The bodies that a bot sends, and the replies of the stand-in, against Discord's published description of its API.

Two relaxations: an id may be a number, and oneOf is read as anyOf. Bodies are kept and checked when somebody asks, since
a check takes milliseconds and the stand-in answers hundreds of people. Knows nothing of what the description lacks.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from discord_wire.state import Json

DESCRIPTION = Path(__file__).parents[3] / "shared" / "discord" / "openapi.json"
ALIASES = {"{app}": "{webhook_id}", "{token}": "{webhook_token}", "{me}": "@me"}


class Schema:
    """Collects bodies by route; `problems` checks what has come since it was last asked."""

    def __init__(self) -> None:
        self._waiting: dict[tuple[str, str], None] = {}
        self._found: list[str] = []

    def add(self, route: str, body: Any) -> None:
        """Remembers a body sent to `route`, such as "POST /channels/{channel_id}/messages"."""
        if DESCRIPTION.exists():
            self._waiting[route, json.dumps(_shape(body), sort_keys=True)] = None

    @property
    def problems(self) -> list[str]:
        """What disagrees with the description; empty where the description is not there."""
        waiting, self._waiting = self._waiting, {}
        for route, body in waiting:
            self._found += [f"{route}: {one}" for one in request(route, json.loads(body))]
        return list(self._found)


def _shape(body: Any, key: str = "") -> Any:
    """The body with texts of which only the length matters replaced, so that a growing answer is checked once."""
    if isinstance(body, dict):
        return {name: _shape(one, name) for name, one in body.items()}
    if isinstance(body, list):
        return [_shape(one) for one in body]
    if key == "content" and isinstance(body, str):
        return "x" * next((limit for limit in (0, 2000, 4000) if len(body) <= limit), 4001)
    return "x" * len(body) if key == "custom_id" and isinstance(body, str) else body


def request(route: str, body: Any) -> Iterator[str]:
    """What is wrong with a request's body, one sentence for each place."""
    method, _, path = route.partition(" ")
    content = _description()["paths"][path][method.lower()]["requestBody"]["content"]
    yield from _errors(json.dumps(content["application/json"]["schema"]), body)


def reply(name: str, body: Any) -> Iterator[str]:
    """What is wrong with an object that the stand-in gives, such as a "MessageResponse"."""
    yield from _errors(json.dumps({"$ref": f"#/components/schemas/{name}"}), body)


def _errors(schema: str, body: Any) -> Iterator[str]:
    for one in _validator(schema).iter_errors(body):
        worst = _innermost(one)
        yield f"{worst.json_path}: {worst.message[:300]}"


def _innermost(error: Any) -> Any:
    """The cause of a failed anyOf: looked for in the alternative whose component type is the one sent."""
    from jsonschema.exceptions import relevance

    while error.context:
        others = {one.schema_path[0] for one in error.context if list(one.path) == ["type"]}
        meant = [one for one in error.context if one.schema_path[0] not in others] or error.context
        error = max(meant, key=relevance)
    return error


@lru_cache
def _validator(schema: str) -> Any:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(json.loads(schema) | {"components": _description()["components"]})


@lru_cache(maxsize=1)
def _description() -> Json:
    return _relaxed(json.loads(DESCRIPTION.read_text("utf-8")))  # type: ignore[no-any-return]


def _relaxed(node: Any) -> Any:
    if isinstance(node, list):
        return [_relaxed(one) for one in node]
    if not isinstance(node, dict):
        return node
    made = {("anyOf" if key == "oneOf" and "anyOf" not in node else key): _relaxed(one) for key, one in node.items()}
    if node.get("format") == "snowflake" or (node.get("type") == "integer" and node.get("format") == "int64"):
        made["type"] = ["string", "integer"]
    return made
