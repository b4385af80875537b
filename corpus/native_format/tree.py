"""YAML and JSON as one kind of tree: text, lists, and branches whose keys know their line.

Every scalar stays the text that the author wrote: `No` is a country, 1984 a title, 2024-01-05 no date object. Aliases,
which can make kilobytes grow to gigabytes, and deep nesting are refused. Knows no entry.
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from corpus.errors import MalformedEntry

MAX_DEPTH = 40


@dataclass(frozen=True, slots=True)
class Branch:
    """Keys with their values and lines (from 1, 0 = unknown), in order. A key may stand twice; `get` finds the first."""

    pairs: tuple[tuple[str, "Node", int], ...] = ()

    def get(self, key: str) -> "Node":
        """The first value of a key, "" when it is not there."""
        return next((value for name, value, _ in self.pairs if name == key), "")

    @property
    def repeated(self) -> list[tuple[str, int]]:
        """Keys that stand twice, with the line of the second."""
        keys = [key for key, _, _ in self.pairs]
        counts = Counter(keys)
        firsts = {key: keys.index(key) for key, count in counts.items() if count > 1}
        return [(key, at) for number, (key, _, at) in enumerate(self.pairs) if firsts.get(key, number) != number]


Node = str | list["Node"] | Branch


def texts(node: Node) -> list[str]:
    """The texts of a value: of a list its items, of a branch its values, one after the other on one line each."""
    if isinstance(node, str):
        return [node] if node.strip() else []
    if isinstance(node, Branch):
        joined = ", ".join(text for _, value, _ in node.pairs for text in texts(value))
        return [joined] if joined else []
    return [text for one in node for text in texts(one)]


def from_json(text: str, file: str = "") -> Node:
    """Raises MalformedEntry with the line where the JSON is broken."""
    try:
        raw = json.loads(text, object_pairs_hook=_Pairs, parse_int=str, parse_float=str, parse_constant=str)
        return _node(raw, 0)
    except json.JSONDecodeError as error:
        raise MalformedEntry(
            f"This is not valid JSON ({error.msg}).", file=file, line=error.lineno, repair="Mend that line."
        ) from error
    except RecursionError as error:
        raise MalformedEntry(
            f"Nested deeper than {MAX_DEPTH} levels.", file=file, line=1, repair="Flatten it."
        ) from error


class _Pairs(list[tuple[str, Any]]):
    """A JSON object as its pairs, so that a key that stands twice is not lost."""


def _node(raw: Any, depth: int) -> Node:
    if depth > MAX_DEPTH:
        raise RecursionError
    if isinstance(raw, _Pairs):
        return Branch(tuple((key, _node(value, depth + 1), 0) for key, value in raw))
    if isinstance(raw, list):
        return [_node(one, depth + 1) for one in raw]
    return "" if raw is None else str(raw).lower() if isinstance(raw, bool) else str(raw)


def from_yaml(text: str, file: str = "", first_line: int = 1) -> Node:
    """Raises MalformedEntry with the line where the YAML is broken, nested too deeply or uses an alias."""
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    try:
        return _built(yaml.parse(text, Loader=loader), first_line)
    except MalformedEntry as error:
        raise MalformedEntry(error.problem, file=file, line=error.line + first_line, repair=error.repair) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        at = (mark.line if mark else 0) + first_line
        problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or error).splitlines()[0]
        raise MalformedEntry(
            f"This is not valid YAML ({problem}).",
            file=file,
            line=at,
            repair="Quote values that hold a colon or start with a special sign.",
        ) from error


def _built(events: Iterator[yaml.Event], first_line: int) -> Node:
    """The first document's tree, built without recursion."""
    root: list[Any] = []
    stack: list[list[Any]] = [root]
    for event in events:
        if isinstance(event, yaml.AliasEvent):
            raise _refused("aliases such as *name are not read", event)
        if isinstance(event, yaml.ScalarEvent):
            null = event.implicit[0] and event.value in {"", "~", "null", "Null", "NULL"}
            stack[-1].append(("" if null else event.value, _line(event) + first_line))
        elif isinstance(event, yaml.CollectionStartEvent):
            if len(stack) > MAX_DEPTH:
                raise _refused(f"nested deeper than {MAX_DEPTH} levels", event)
            stack.append([])
        elif isinstance(event, yaml.CollectionEndEvent):
            built = _collection(stack.pop(), isinstance(event, yaml.MappingEndEvent))
            stack[-1].append((built, _line(event) + first_line))
        elif isinstance(event, yaml.DocumentEndEvent):
            break
    return root[0][0] if root else ""


def _line(event: yaml.Event) -> int:
    return event.start_mark.line if event.start_mark else 0


def _refused(problem: str, event: yaml.Event) -> MalformedEntry:
    """An error at an event, counted from 0; `from_yaml` adds the file and its first line."""
    return MalformedEntry(f"{problem[0].upper()}{problem[1:]}.", line=_line(event), repair="Write the values out.")


def _collection(items: list[tuple[Any, int]], mapping: bool) -> Node:
    if not mapping:
        return [value for value, _ in items]
    keys = [(", ".join(texts(key)), at) for key, at in items[::2]]
    return Branch(tuple((key, value, at) for (key, at), (value, _) in zip(keys, items[1::2], strict=True)))
