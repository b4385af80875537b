"""Records of terms in trees: where in a JSON or YAML file the glossary is, and what each of its terms is told with.

A list of objects, an object of objects or of strings, pairs, one object alone; nested in anything, by letter or by topic.
Knows which words name a role and which columns make a glossary, and no entry.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from corpus.errors import CorpusError, MalformedEntry
from corpus.importing.meaning.columns import chosen, is_glossary
from corpus.importing.meaning.sentences import word_count
from corpus.importing.meaning.vocabulary import TEXTS, Field, field_of, words_of
from corpus.native_format.page import Page
from corpus.native_format.tree import Branch, Node, from_json, from_yaml, texts

SAMPLE = 200
"""Records that are looked at to find out what the columns hold."""

_MAX_SEARCH_DEPTH = 5


@dataclass(frozen=True, slots=True)
class Record:
    """One term's values by column name, and its line."""

    values: Mapping[str, Node]
    line: int


def recognises(page: Page) -> bool:
    """Return whether a text without a telling name is JSON."""
    head = page.text.lstrip()[:2]
    is_closed = head[:1] in {"[", "{"} and page.text.rstrip()[-1:] in {"]", "}"}
    return page.suffix in {"", ".txt"} and is_closed and head not in {"[[", "{{", "{%"}


def yaml_records(page: Page) -> list[Record]:
    """Return the records of a YAML file. Raises MalformedEntry."""
    return tree_records(from_yaml(page.text, page.path), page)


def json_records(page: Page) -> list[Record]:
    """The records of a JSON file, or of one JSON value per line. Raises MalformedEntry."""
    try:
        tree = from_json(page.text, page.path)
    except MalformedEntry as error:
        rows = [one for one in page.text.split("\n") if one.strip()]
        if len(rows) < 2 or not rows[1].lstrip().startswith(("{", "[")) or not rows[0].rstrip().endswith(("}", "]")):
            raise
        tree = [from_json(one, page.path) for one in _json_lines(rows, error)]
    return _with_lines(tree_records(tree, page), page.text)


def _json_lines(rows: Sequence[str], error: MalformedEntry) -> Iterable[str]:
    for number, row in enumerate(rows, start=1):
        try:
            from_json(row)
        except CorpusError as broken:
            raise MalformedEntry(broken.problem, file=error.file, line=number, repair=broken.repair) from broken
        yield row


def tree_records(tree: Node, page: Page) -> list[Record]:
    """The records in a tree: those of all its glossaries, or the largest one where columns are asked for."""
    found = list(_search(tree, 0, frozenset(page.columns.values())))
    return (
        max(found, key=len, default=[])
        if len(found) == 1 or page.columns
        else [record for group in found for record in group]
    )


def _search(node: Node, depth: int, asked: frozenset[str], grouped: bool = False) -> Iterator[list[Record]]:
    """Every list or object in the tree that holds records of terms, the outermost first; not what is inside of one.

    `grouped`: the node is one of several alike, such as the terms of one letter, and may hold a single one.
    """
    if depth > _MAX_SEARCH_DEPTH or isinstance(node, str):
        return
    group = _listed(node, asked) if isinstance(node, list) else _keyed(node, asked, 1 if grouped else 2)
    if group:
        yield group
        return
    alike = isinstance(node, Branch) and _mostly_branches(node)
    for child in node if isinstance(node, list) else [value for _, value, _ in node.pairs]:
        yield from _search(child, depth + 1, asked, alike)


def _listed(nodes: list[Node], asked: frozenset[str]) -> list[Record]:
    """[{term, definition}, ...] or [[term, definition], ...]."""
    branches = [one for one in nodes if isinstance(one, Branch)]
    if len(branches) > len(nodes) / 2:
        records = [_record(one) for one in branches]
        return _with_nested(branches, records, asked) if _tells(records, asked) else []
    pairs = [
        one for one in nodes if isinstance(one, list) and len(one) > 1 and all(isinstance(cell, str) for cell in one)
    ]
    if len(pairs) > len(nodes) / 2:
        return [Record({str(number): cell for number, cell in enumerate(one, start=1)}, 0) for one in pairs]
    return []


def _tells(records: Sequence[Record], asked: frozenset[str]) -> bool:
    """Return whether these records hold a term and a text each."""
    keys = list(dict.fromkeys(key for one in records[:SAMPLE] for key in one.values))
    if asked & set(keys):
        return True
    sample = [["\n".join(texts(one.values.get(key, ""))) for one in records[:SAMPLE]] for key in keys]
    named = {field_of(key) for key in keys}
    is_named = Field.TERM in named and bool(named & set(TEXTS))
    told = any(word_count(text) > 2 for column in sample for text in column)
    return is_glossary(chosen(keys, sample, {})) and (told or (is_named and len(records) > 1))


def _with_nested(branches: Sequence[Branch], records: Sequence[Record], asked: frozenset[str]) -> list[Record]:
    """Return records with those nested in them, whose group they are; a group that only holds terms is none itself."""
    found: list[Record] = []
    for branch, record in zip(branches, records, strict=True):
        nested = [
            (key, group)
            for key, value, _ in branch.pairs
            if isinstance(value, list)
            and field_of(key) not in {Field.FAQ, Field.FOLLOW_UPS, Field.RELATED, Field.SOURCES}
            for group in [_listed(value, asked)]
            if group and all(isinstance(one, Branch) for one in value)
        ]
        if not any(words_of(key) in _HOLDS_TERMS for key, _ in nested):
            found.append(record)
        name = next(
            (text for key in record.values if field_of(key) is Field.TERM for text in texts(record.values[key])), ""
        )
        for _, group in nested:
            found += (
                replace(one, values={**one.values, "category": one.values.get("category", name)}) for one in group
            )
    return found


_HOLDS_TERMS = frozenset("terms entries items words glossary definitions concepts vocabulary glossary terms".split())


def _record(branch: Branch) -> Record:
    values: dict[str, Node] = {}
    translations: dict[str, Branch] = {}
    for key, node, _ in branch.pairs:
        value = _literal(node)
        if isinstance(value, Branch) and _is_translation(key, value):
            translations.setdefault(key, value)
        elif isinstance(value, Branch) and field_of(key) is Field.DEFINITION:
            values.update(_unfolded(key, value))
        elif isinstance(value, list) and field_of(key) is Field.DEFINITION:
            values.update(_several(key, value))
        else:
            values.setdefault(key, value)
    if translations:
        spoken = next((code for code in translations if code.casefold()[:2] == "en"), next(iter(translations)))
        values = {**{key: node for key, node, _ in translations[spoken].pairs}, **values}
    return Record(values, branch.pairs[0][2] if branch.pairs else 0)


def _is_translation(key: str, value: Branch) -> bool:
    """Return whether a key is a language and its value says a term or a text in it: {en: {term: …, def: …}}."""
    fields = {field_of(name) for name, _, _ in value.pairs}
    return bool(re.fullmatch(r"[a-z]{2,3}(?:[-_][A-Za-z]{2,4})?", key)) and bool(fields & {Field.TERM, *TEXTS})


def _literal(node: Node) -> Node:
    """Return what JSON-LD wraps: {"@value": "cadence", "@language": "en"} -> cadence; of several languages the English."""
    if isinstance(node, Branch) and node.get("@value"):
        return node.get("@value")
    literals = [one for one in node if isinstance(one, Branch) and one.get("@value")] if isinstance(node, list) else []
    if not literals:
        return node
    english = [one for one in literals if str(one.get("@language")).startswith("en")]
    return [one.get("@value") for one in english or literals]


def _unfolded(key: str, value: Branch) -> dict[str, Node]:
    """{"definition": {"short": ..., "long": ...}} as keys of their own; by language, the English or the first."""
    if any(field_of(name) in TEXTS for name, _, _ in value.pairs):
        return {name: node for name, node, _ in value.pairs}
    english = next(
        (node for name, node, _ in value.pairs if name.casefold() in {"en", "en-us", "en-gb", "english"}), None
    )
    return {key: english if english is not None else next((node for _, node, _ in value.pairs), "")}


def _several(key: str, meanings: list[Node]) -> dict[str, Node]:
    """Return [{"def": ..., "example": ...}, ...] as one list for each key that names a field; other lists as they are."""
    keys = [name for one in meanings if isinstance(one, Branch) for name, _, _ in one.pairs]
    if not any(field_of(name) in TEXTS for name in keys):
        return {key: meanings}
    return {name: [one.get(name) for one in meanings if isinstance(one, Branch)] for name in dict.fromkeys(keys)}


def _keyed(branch: Branch, asked: frozenset[str], least: int) -> list[Record]:
    """{term: definition} or {term: {definition: ...}}, or one record alone: {"term": ..., "definition": ...}."""
    keys = {field_of(key) for key, _, _ in branch.pairs}
    if Field.TERM in keys and keys & set(TEXTS) and _tells([_record(branch)], asked) and not _mostly_branches(branch):
        return [_record(branch)]
    strings = [(key, value, at) for key, value, at in branch.pairs if isinstance(value, str)]
    if len(strings) >= least and len(strings) > 0.8 * len(branch.pairs) and _are_definitions(strings):
        return [Record({"term": key, "definition": value}, at) for key, value, at in strings]
    branches = [(key, value, at) for key, value, at in branch.pairs if isinstance(value, Branch) and value.pairs]
    inner = [value for _, value, _ in branches]
    if len(inner) < 2 or not _mostly_branches(branch) or not _share_keys(inner):
        return []
    if _about_keys(inner):
        inner = [Branch((("term", key, at), *_without_term(value))) for key, value, at in branches]
    records = [_record(one) for one in inner]
    return _with_nested(inner, records, asked) if _tells(records, asked) else []


def _without_term(branch: Branch) -> list[tuple[str, Node, int]]:
    """Return pairs in which another term, below a key that is the term, is what it stands for: {AP: {term: Action plan}}."""
    return [("stands for" if field_of(key) is Field.TERM else key, value, at) for key, value, at in branch.pairs]


def _mostly_branches(branch: Branch) -> bool:
    return sum(isinstance(value, Branch) for _, value, _ in branch.pairs) > 0.8 * len(branch.pairs)


def _share_keys(branches: list[Branch]) -> bool:
    """Whether objects are alike: a key that most of them have. {"A": {"Attention": ...}, "B": {"Bias": ...}} are not."""
    counts = Counter(key for one in branches for key in {key for key, _, _ in one.pairs})
    return max(counts.values()) > len(branches) / 2


def _about_keys(branches: list[Branch]) -> bool:
    """Whether objects have no term of their own, so that their keys are the terms."""
    return sum(any(field_of(key) is Field.TERM for key, _, _ in one.pairs) for one in branches) < len(branches) / 2


def _are_definitions(pairs: list[tuple[str, str, int]]) -> bool:
    """Return whether most values are running text and most keys short names, or all are words that no program needs."""
    told = sum(word_count(value) > 3 for _, value, _ in pairs)
    named = sum(word_count(key) <= 8 for key, _, _ in pairs)
    if named <= 0.9 * len(pairs):
        return False
    known = sum(field_of(key) is not None for key, _, _ in pairs)
    if told > 0.6 * len(pairs):
        return known <= len(pairs) / 2
    words = sum(bool(_WORDS.fullmatch(value)) and value.casefold() not in _SETTINGS for _, value, _ in pairs)
    is_program = sum(bool(re.search(r"[_./]|[a-z][A-Z]", key)) for key, _, _ in pairs)
    return len(pairs) > 2 and words > 0.95 * len(pairs) and not known and not is_program


_WORDS = re.compile(r"[^\W\d_][^\d_{}<>=/\\@#]*")
_SETTINGS = frozenset(
    "true false yes no on off none null auto default enabled disabled latest debug info warning error mit".split()
)


def _with_lines(records: list[Record], text: str) -> list[Record]:
    """Lines for what came from JSON, whose parser tells none: where the first value's text is found, in order."""
    found, at, line, misses = [], 0, 1, 0
    for record in records:
        wanted = next((one for node in record.values.values() for one in texts(node)), "")
        place = text.find(f'"{wanted}"', at) if wanted and misses < 3 else -1
        misses += place < 0
        if place >= 0:
            line, at = line + text.count("\n", at, place), place
        found.append(replace(record, line=line))
    return found
