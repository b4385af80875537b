"""The front matter of foreign pages: YAML between `---`, TOML between `+++`. Values stay text; keys are read as roles.

Knows which words name a role (vocabulary.py) and no format.
"""

import tomllib
from dataclasses import dataclass, field

from corpus.errors import MalformedEntry
from corpus.importing.meaning.names import listed
from corpus.importing.meaning.vocabulary import Field, field_of
from corpus.native_format import front_matter
from corpus.native_format.tree import Branch, Node, from_yaml, texts

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

    def text_of(self, role: Field) -> str:
        """The text of the first key that means this role."""
        return next(
            (
                "\n\n".join(found)
                for key, node, _ in self.branch.pairs
                if field_of(key) is role and (found := texts(node))
            ),
            "",
        )

    def names(self, *roles: Field) -> tuple[str, ...]:
        """The names in all the keys that mean these roles; a single text is cut where authors cut lists."""
        return tuple(name for key, node, _ in self.branch.pairs if field_of(key) in roles for name in names(node))

    def texts(self, role: Field) -> tuple[str, ...]:
        """The texts, uncut, in all the keys that mean this role."""
        return tuple(text for key, node, _ in self.branch.pairs if field_of(key) is role for text in texts(node))

    def line_of(self, role: Field) -> int:
        """The line of the first key that means this role, else of the front matter."""
        return next((at for key, _, at in self.branch.pairs if field_of(key) is role), 1)

    def says(self, key: str, truth: bool) -> bool:
        """Whether a key says yes (or no, for `truth` false) in one of the ways people write it."""
        return self.value(key).casefold() in (_TRUE if truth else _FALSE)


def names(node: Node) -> tuple[str, ...]:
    """Return the names in a value: the items of a list as they are, a single text cut at its separators.

    Of an item that says more about the name ({title: Simple state, url: …}) only the name.
    """
    if isinstance(node, str):
        return listed(node)
    if isinstance(node, Branch):
        said = next((value for key, value, _ in node.pairs if field_of(key) in {Field.TERM, Field.ALIASES}), None)
        return tuple(texts(said if said is not None else node))
    return tuple(name for one in node for name in (texts(one) if isinstance(one, str) else names(one)))


def split(text: str, file: str = "") -> Meta:
    """Split a page into front matter and text. Raises MalformedEntry for front matter that cannot be read."""
    front = front_matter.split(text, file)
    if not front.kind:
        return Meta(text=text)
    if front.kind == "toml":
        return Meta(_from_toml(front.inner, file, front.inner_line), front.text, front.line)
    tree = from_yaml(front.inner, file, front.inner_line) if front.inner.strip() else Branch()
    if not isinstance(tree, Branch):
        problem, repair = "The front matter is no mapping of keys to values.", "Write `key: value` lines."
        raise MalformedEntry(problem, file=file, line=front.inner_line, repair=repair)
    return Meta(tree, front.text, front.line)


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
