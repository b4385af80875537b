"""The front matter of foreign pages: YAML between `---`, TOML between `+++`. Values stay text; keys are read as slots.

Knows which words name a slot (vocabulary.py) and no format.
"""

import re
import tomllib
from dataclasses import dataclass, field

from corpus.errors import MalformedEntry
from corpus.readers.names import listed
from corpus.readers.tree import Branch, Node, from_yaml, texts
from corpus.readers.vocabulary import Slot, slot_of

_YAML = re.compile(r"\s*---[ \t]*\n(?P<inner>.*?)^(?:---|\.\.\.)[ \t]*$\n?", re.DOTALL | re.MULTILINE)
_TOML = re.compile(r"\s*\+\+\+[ \t]*\n(?P<inner>.*?)^\+\+\+[ \t]*$\n?", re.DOTALL | re.MULTILINE)
_UNCLOSED = re.compile(r"\s*(?:---|\+\+\+)[ \t]*\n(?:[ \t]*\n)*[A-Za-z_\"'][\w \"'-]{0,40}[:=]")
_MAX_FRONT_MATTER = 100_000
_TRUE = frozenset({"true", "yes", "on", "1"})
_FALSE = frozenset({"false", "no", "off", "0"})


@dataclass(frozen=True, slots=True)
class Meta:
    """A page's front matter and the text below it, whose first line in the file is `line`. No front matter = no pairs."""

    branch: Branch = field(default_factory=Branch)
    text: str = ""
    line: int = 1

    def __bool__(self) -> bool:
        return bool(self.branch.pairs)

    def value(self, *keys: str) -> str:
        """The text of the first of these keys that has one."""
        wanted = dict.fromkeys(keys)
        return next(
            (
                "\n".join(found)
                for key in wanted
                for name, node, _ in self.branch.pairs
                if name.casefold() == key and (found := texts(node))
            ),
            "",
        )

    def has(self, keys: frozenset[str]) -> bool:
        """Whether one of these keys stands there."""
        return any(key.casefold() in keys for key, _, _ in self.branch.pairs)

    def slot(self, slot: Slot) -> str:
        """The text of the first key that means this slot."""
        return next(
            (
                "\n\n".join(found)
                for key, node, _ in self.branch.pairs
                if slot_of(key) is slot and (found := texts(node))
            ),
            "",
        )

    def names(self, *slots: Slot) -> tuple[str, ...]:
        """The names in all the keys that mean these slots; a single text is cut where authors cut lists."""
        return tuple(name for key, node, _ in self.branch.pairs if slot_of(key) in slots for name in names(node))

    def texts(self, slot: Slot) -> tuple[str, ...]:
        """The texts, uncut, in all the keys that mean this slot."""
        return tuple(text for key, node, _ in self.branch.pairs if slot_of(key) is slot for text in texts(node))

    def line_of(self, slot: Slot) -> int:
        """The line of the first key that means this slot, else of the front matter."""
        return next((at for key, _, at in self.branch.pairs if slot_of(key) is slot), 1)

    def says(self, key: str, truth: bool) -> bool:
        """Whether a key says yes (or no, for `truth` false) in one of the ways people write it."""
        return self.value(key).casefold() in (_TRUE if truth else _FALSE)


def names(node: Node) -> tuple[str, ...]:
    """The names in a value: the items of a list as they are, a single text cut at its separators."""
    if isinstance(node, str):
        return listed(node)
    return tuple(texts(node))


def split(text: str, file: str = "") -> Meta:
    """A page's front matter and text. Raises MalformedEntry for front matter that cannot be read or never ends."""
    head = text[:_MAX_FRONT_MATTER]
    for pattern, read in ((_YAML, _from_yaml), (_TOML, _from_toml)):
        if found := pattern.match(head):
            before = text.count("\n", 0, found.start("inner"))
            branch = read(found["inner"], file, before + 1)
            if branch is None:
                return Meta(text=text)
            body = text[found.end() :]
            gap = len(body) - len(body.lstrip("\n"))
            return Meta(branch, body[gap:], 1 + text.count("\n", 0, found.end() + gap))
    if _UNCLOSED.match(head):
        raise MalformedEntry(
            "The front matter is never closed.", file=file, line=1, repair="Put `---` on a line of its own after it."
        )
    return Meta(text=text)


def begins(text: str) -> bool:
    """Whether a page starts with front matter, closed or not. Cheap."""
    head = text[:_MAX_FRONT_MATTER]
    return bool(_YAML.match(head) or _TOML.match(head) or _UNCLOSED.match(head))


def _from_yaml(inner: str, file: str, line: int) -> Branch | None:
    """The pairs, or None where the text between two rules is no mapping but prose."""
    if not inner.strip() or not re.search(r"^[^\s#][^\n]{0,80}:(?:\s|$)", inner, re.MULTILINE):
        return None if inner.strip() else Branch()
    tree = from_yaml(inner, file, line)
    if not isinstance(tree, Branch):
        raise MalformedEntry(
            "The front matter is no mapping of keys to values.",
            file=file,
            line=line,
            repair="Write `key: value` lines.",
        )
    return tree


def _from_toml(inner: str, file: str, line: int) -> Branch:
    try:
        return _from_dict(tomllib.loads(inner), line)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise MalformedEntry(
            f"The front matter is not valid TOML ({error}).", file=file, line=line, repair="Mend it."
        ) from error


def _from_dict(raw: dict[str, object], line: int) -> Branch:
    return Branch(tuple((key, _from_value(value, line), line) for key, value in raw.items()))


def _from_value(value: object, line: int) -> Node:
    if isinstance(value, dict):
        return _from_dict(value, line)
    if isinstance(value, list):
        return [_from_value(one, line) for one in value]
    return str(value).lower() if isinstance(value, bool) else str(value)
