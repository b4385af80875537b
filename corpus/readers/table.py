"""Tables of terms: CSV with any delimiter, Markdown tables, JSON and YAML as lists, objects of objects or of strings.

Column and key names are guessed from common words and from shape (columns.py) and can be asked for with
`page.columns`. HTML in a cell becomes Markdown.
"""

import re
from collections.abc import Mapping

from corpus.entry import Faq
from corpus.errors import MalformedEntry
from corpus.readers import grid, markup, questions
from corpus.readers.card import Card, shelve_all
from corpus.readers.columns import chosen, is_glossary
from corpus.readers.meta import begins, names
from corpus.readers.page import Page, Reading, Skip
from corpus.readers.records import SAMPLE, Record, json_records, tree_records
from corpus.readers.sentences import word_count
from corpus.readers.tree import Branch, Node, from_yaml, texts
from corpus.readers.vocabulary import TEXTS, Slot, slot_of

_DELIMITED = frozenset({".csv", ".tsv", ".psv", ".tab"})
_YAML = frozenset({".yml", ".yaml"})
_JSON = frozenset({".json", ".jsonl", ".ndjson", ".geojson", ".json5"})


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
    columns = list(dict.fromkeys(key for one in records[:SAMPLE] for key in one.values))
    sample = [["\n".join(texts(one.values.get(key, ""))) for one in records[:SAMPLE]] for key in columns]
    slots = chosen(columns, sample, page.columns, page.path)
    if not is_glossary(slots):
        return Reading(skips=(Skip(page.path, 1, "off-topic: no column or key holds definitions of terms"),))
    by_key = {key: slots[number] for number, key in enumerate(columns) if number in slots}
    return shelve_all([_card(one, by_key) for one in records], page)


def _records(page: Page) -> list[Record]:
    head = page.text.lstrip()[:1]
    if page.suffix in _YAML:
        return tree_records(from_yaml(page.text, page.path), page)
    if page.suffix in _JSON or (page.suffix not in _DELIMITED and head in "[{"):
        return json_records(page)
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
    if any(not one.isdecimal() for one in page.columns.values()) or (Slot.TERM in slots and slots & set(TEXTS)):
        return True
    below = [max(map(word_count, one.cells)) for one in rows[1:SAMPLE]]
    return (
        bool(below) and max(map(word_count, first)) <= 2 and sorted(below)[len(below) // 2] > 5 and bool(slots - {None})
    )


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
