"""Tables of terms: CSV with any delimiter, Markdown tables, JSON and YAML as lists, objects of objects or of strings.

Column and key names are guessed from common words and from shape (columns.py) and can be asked for with
`page.columns`. HTML in a cell becomes Markdown.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from corpus.entry import Faq
from corpus.errors import CorpusError, MalformedEntry
from corpus.readers import grid, markup, questions
from corpus.readers.card import Card, shelve_all
from corpus.readers.columns import chosen, is_glossary
from corpus.readers.meta import begins, names
from corpus.readers.page import Page, Reading, Skip
from corpus.readers.sentences import word_count
from corpus.readers.tree import Branch, Node, from_json, from_yaml, texts
from corpus.readers.vocabulary import TEXTS, Slot, slot_of

_SAMPLE = 200
_MAX_SEARCH_DEPTH = 5
_DELIMITED = frozenset({".csv", ".tsv", ".psv", ".tab"})
_YAML = frozenset({".yml", ".yaml"})
_JSON = frozenset({".json", ".jsonl", ".ndjson", ".geojson", ".json5"})


@dataclass(frozen=True, slots=True)
class Record:
    """One term's values by column name, and its line."""

    values: Mapping[str, Node]
    line: int


def recognises(page: Page) -> bool:
    """JSON, YAML, a text that one delimiter cuts evenly, or a Markdown table with a term and a definition."""
    if page.suffix in _DELIMITED | _YAML | _JSON:
        return True
    if page.suffix in {".md", ".markdown", ".mdx"}:
        return _is_pipe_glossary(page)
    head = page.text.lstrip()[:1]
    if head in "[{" and page.text.rstrip()[-1:] in "]}":
        return page.suffix in {"", ".txt"} and not page.text.lstrip().startswith(("[[", "{{", "{%"))
    return page.suffix in {"", ".txt"} and not begins(page.text) and _is_delimited(page.text)


def _is_pipe_glossary(page: Page) -> bool:
    rows = grid.pipe_table(page.text)
    slots = {slot_of(one) for one in rows[0].cells} if len(rows) > 3 else set()
    inside = sum(len(cell) for row in rows for cell in row.cells)
    return Slot.TERM in slots and bool(slots & set(TEXTS)) and inside > len(page.text) / 3


def _is_delimited(text: str) -> bool:
    """Whether a text file is a table: a tab, bar or semicolon in every row, or a header that names its columns."""
    sign = grid.delimiter(text)
    if not sign or text.count("\n") < 2:
        return False
    head = {slot_of(one) for one in text.partition("\n")[0].split(sign)}
    return sign in "\t|;" or (Slot.TERM in head and bool(head & set(TEXTS)))


def read(page: Page) -> Reading:
    """The page's entries. Raises MalformedEntry for a file that breaks off, or a column that is not there."""
    records = _records(page)
    if not records:
        return Reading(skips=(Skip(page.path, 1, "off-topic: no column or key holds definitions of terms"),))
    columns = list(dict.fromkeys(key for one in records[:_SAMPLE] for key in one.values))
    sample = [["\n".join(texts(one.values.get(key, ""))) for one in records[:_SAMPLE]] for key in columns]
    slots = chosen(columns, sample, page.columns, page.path)
    if not is_glossary(slots):
        return Reading(skips=(Skip(page.path, 1, "off-topic: no column or key holds definitions of terms"),))
    by_key = {key: slots[number] for number, key in enumerate(columns) if number in slots}
    return shelve_all([_card(one, by_key) for one in records], page)


def _records(page: Page) -> list[Record]:
    head = page.text.lstrip()[:1]
    if page.suffix in _YAML:
        return _from_tree(from_yaml(page.text, page.path), page)
    if page.suffix in _JSON or (page.suffix not in _DELIMITED and head in "[{"):
        return _from_json(page)
    if page.suffix in {".md", ".markdown", ".mdx"}:
        return _from_rows(grid.pipe_table(page.text), page)
    return _from_rows(grid.rows(page.text, grid.delimiter(page.text) or ",", page.path), page)


def _from_rows(rows: list[grid.Row], page: Page) -> list[Record]:
    """Rows by column name; where the first row is no header the columns are named "1", "2", ..."""
    if not rows:
        return []
    header = rows[0].cells if _is_header(rows, page) else ()
    width = max(len(one.cells) for one in rows)
    names = [header[number].strip() if number < len(header) else str(number + 1) for number in range(width)]
    return [Record(dict(zip(names, one.cells, strict=False)), one.line) for one in rows[1 if header else 0 :]]


def _is_header(rows: list[grid.Row], page: Page) -> bool:
    """Whether the first row names the columns: in known words, in words asked for, or short above long texts."""
    first = rows[0].cells
    slots = {slot_of(one) for one in first}
    if set(page.columns.values()) & {one.strip() for one in first} or (Slot.TERM in slots and slots & set(TEXTS)):
        return True
    below = [max(map(word_count, one.cells)) for one in rows[1:_SAMPLE]]
    return (
        bool(below) and max(map(word_count, first)) <= 2 and sorted(below)[len(below) // 2] > 5 and bool(slots - {None})
    )


def _from_json(page: Page) -> list[Record]:
    try:
        tree = from_json(page.text, page.path)
    except MalformedEntry as error:
        rows = [one for one in page.text.split("\n") if one.strip()]
        if len(rows) < 2 or not rows[1].lstrip().startswith(("{", "[")) or not rows[0].rstrip().endswith(("}", "]")):
            raise
        tree = [from_json(one, page.path) for one in _json_lines(rows, error)]
    return _with_lines(_from_tree(tree, page), page.text)


def _json_lines(rows: Sequence[str], error: MalformedEntry) -> Iterable[str]:
    for number, row in enumerate(rows, start=1):
        try:
            from_json(row)
        except CorpusError as broken:
            raise MalformedEntry(broken.problem, file=error.file, line=number, repair=broken.repair) from broken
        yield row


def _from_tree(tree: Node, page: Page) -> list[Record]:
    found = list(_search(tree, 0, frozenset(page.columns.values())))
    return max(found, key=len) if len(found) == 1 or page.columns else [record for group in found for record in group]


def _search(node: Node, depth: int, asked: frozenset[str]) -> Iterator[list[Record]]:
    """Every list or object in the tree that holds records of terms, the outermost first; not what is inside of one."""
    if depth > _MAX_SEARCH_DEPTH or isinstance(node, str):
        return
    group = _listed(node, asked) if isinstance(node, list) else _keyed(node, asked)
    if group:
        yield group
        return
    for child in node if isinstance(node, list) else [value for _, value, _ in node.pairs]:
        yield from _search(child, depth + 1, asked)


def _listed(nodes: list[Node], asked: frozenset[str]) -> list[Record]:
    """[{term, definition}, ...] or [[term, definition], ...]."""
    branches = [one for one in nodes if isinstance(one, Branch)]
    if len(branches) > len(nodes) / 2:
        records = [_record(one) for one in branches]
        return records if _tells(branches, asked) else []
    pairs = [
        one for one in nodes if isinstance(one, list) and len(one) > 1 and all(isinstance(cell, str) for cell in one)
    ]
    if len(pairs) > len(nodes) / 2:
        return [Record({str(number): cell for number, cell in enumerate(one, start=1)}, 0) for one in pairs]
    return []


def _tells(branches: list[Branch], asked: frozenset[str]) -> bool:
    """Whether these objects hold a term and a text each."""
    keys = list(dict.fromkeys(key for one in branches[:_SAMPLE] for key, _, _ in one.pairs))
    if asked & set(keys):
        return True
    sample = [["\n".join(texts(one.get(key))) for one in branches[:_SAMPLE]] for key in keys]
    return is_glossary(chosen(keys, sample, {})) and any(word_count(text) > 2 for column in sample for text in column)


def _record(branch: Branch) -> Record:
    values: dict[str, Node] = {}
    for key, value, _ in branch.pairs:
        if isinstance(value, Branch) and slot_of(key) is Slot.DEFINITION:
            values.update(_unfolded(key, value))
        else:
            values.setdefault(key, value)
    return Record(values, branch.pairs[0][2] if branch.pairs else 0)


def _unfolded(key: str, value: Branch) -> dict[str, Node]:
    """{"definition": {"short": ..., "long": ...}} as keys of their own; by language, the English or the first."""
    if any(slot_of(name) in TEXTS for name, _, _ in value.pairs):
        return {name: node for name, node, _ in value.pairs}
    english = next(
        (node for name, node, _ in value.pairs if name.casefold() in {"en", "en-us", "en-gb", "english"}), None
    )
    return {key: english if english is not None else next((node for _, node, _ in value.pairs), "")}


def _keyed(branch: Branch, asked: frozenset[str]) -> list[Record]:
    """{term: definition} or {term: {definition: ...}}, or one record alone: {"term": ..., "definition": ...}."""
    keys = {slot_of(key) for key, _, _ in branch.pairs}
    if Slot.TERM in keys and keys & set(TEXTS) and _tells([branch], asked) and not _mostly_branches(branch):
        return [_record(branch)]
    strings = [(key, value, at) for key, value, at in branch.pairs if isinstance(value, str)]
    if len(strings) > 1 and len(strings) > 0.8 * len(branch.pairs) and _are_definitions(strings):
        return [Record({"term": key, "definition": value}, at) for key, value, at in strings]
    branches = [(key, value, at) for key, value, at in branch.pairs if isinstance(value, Branch) and value.pairs]
    if (
        len(branches) > 1
        and _mostly_branches(branch)
        and _tells([Branch((("term", key, at), *value.pairs)) for key, value, at in branches], asked)
    ):
        if _about_keys([value for _, value, _ in branches]):
            return [replace(_record(Branch((("term", key, at), *value.pairs))), line=at) for key, value, at in branches]
        return [replace(_record(value), line=at) for _, value, at in branches]
    return []


def _mostly_branches(branch: Branch) -> bool:
    return sum(isinstance(value, Branch) for _, value, _ in branch.pairs) > 0.8 * len(branch.pairs)


def _about_keys(branches: list[Branch]) -> bool:
    """Whether objects have no term of their own, so that their keys are the terms."""
    return sum(any(slot_of(key) is Slot.TERM for key, _, _ in one.pairs) for one in branches) < len(branches) / 2


def _are_definitions(pairs: list[tuple[str, str, int]]) -> bool:
    """Whether most values are running text and most keys short names."""
    told = sum(word_count(value) > 3 for _, value, _ in pairs)
    named = sum(word_count(key) <= 8 for key, _, _ in pairs)
    return told > 0.6 * len(pairs) and named > 0.9 * len(pairs)


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


def _card(record: Record, slots: Mapping[str, Slot]) -> Card:
    said: dict[Slot, list[Node]] = {}
    for key, node in record.values.items():
        if (slot := slots.get(key)) and texts(node):
            said.setdefault(slot, []).append(node)
    prose = {
        slot: "\n\n".join(_markdown(text) for node in nodes for text in texts(node))
        for slot, nodes in said.items()
        if slot in TEXTS
    }
    faq, follow_ups = _questions(said)
    return Card(
        title=" ".join(texts(said.get(Slot.TERM, [""])[0])),
        line=max(record.line, 1),
        texts=prose,
        lists={slot: _names(slot, nodes) for slot, nodes in said.items() if slot in _LISTS},
        faq=faq,
        follow_ups=follow_ups,
        category=next(
            (text for slot in (Slot.CATEGORY, Slot.TAGS) for node in said.get(slot, []) for text in names(node)), ""
        ),
    )


_LISTS = frozenset({Slot.ALIASES, Slot.RELATED, Slot.PREREQUISITES, Slot.SOURCES})


def _names(slot: Slot, nodes: list[Node]) -> tuple[str, ...]:
    if slot is Slot.SOURCES:
        return tuple(text for node in nodes for text in texts(node))
    return tuple(name for node in nodes for name in names(node))


def _markdown(text: str) -> str:
    if not markup.looks_like(text):
        return re.sub(r"\\n", "\n", text) if "\n" not in text else text
    try:
        return markup.fragment(text)
    except MalformedEntry:
        return re.sub(r"<[^<>]*>", " ", text)


def _questions(said: Mapping[Slot, list[Node]]) -> tuple[tuple[Faq, ...], tuple[str, ...]]:
    """FAQ and follow-ups from a cell's text, a list of questions, or objects of question and answer."""
    answered: list[questions.Asked] = []
    for node in (*said.get(Slot.FAQ, []), *said.get(Slot.FOLLOW_UPS, [])):
        for one in node if isinstance(node, list) else [node]:
            if isinstance(one, Branch) and len(one.pairs) > 1:
                values = [" ".join(texts(value)) for _, value, _ in one.pairs]
                answered.append(questions.Asked(0, values[0], values[1]))
            else:
                answered.extend(questions.asked("\n\n".join(texts(one))))
    return questions.sorted_out(answered)
