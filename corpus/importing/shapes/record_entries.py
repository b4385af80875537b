"""Records (rows of a table, objects of JSON or YAML) -> drafts: which column holds what, and what its cells say.

Columns are known by common words and by shape (meaning/columns.py), or are asked for. HTML in a cell becomes Markdown.
"""

import html
import re
from collections.abc import Mapping, Sequence

from corpus.entry import Faq
from corpus.errors import MalformedEntry
from corpus.importing.draft import Draft
from corpus.importing.formats import html_markdown
from corpus.importing.formats.records import SAMPLE, Record
from corpus.importing.meaning import questions
from corpus.importing.meaning.columns import chosen, is_glossary
from corpus.importing.meaning.meta import names
from corpus.importing.meaning.names import asked_term
from corpus.importing.meaning.vocabulary import LANGUAGES, TEXTS, Field, field_of, words_of
from corpus.native_format.tree import Branch, Node, texts

_LISTS = frozenset({Field.ALIASES, Field.RELATED, Field.PREREQUISITES, Field.SOURCES})
_ENTITY = re.compile(r"&(?:#\d+|#x[0-9a-fA-F]+|[a-zA-Z]{2,8});")
_CLOZE = re.compile(r"\{\{c\d+::((?:[^{}:]|:(?!:))+)(?:::[^{}]*)?\}\}")


def drafts_of(
    records: Sequence[Record], asked: Mapping[str, str], path: str, category: str = ""
) -> tuple[list[Draft], tuple[str, ...], bool]:
    """Return the drafts of records, the columns that were not used, and whether the columns were known by their names.

    No drafts when there is no column of terms or none of texts. Raises MalformedEntry for a column that is not there.
    """
    columns = list(dict.fromkeys(key for record in records[:SAMPLE] for key in record.values))
    sample = [["\n".join(texts(record.values.get(key, ""))) for record in records[:SAMPLE]] for key in columns]
    fields = chosen(columns, sample, asked, path)
    if not is_glossary(fields):
        return [], (), False
    by_key = {key: fields[number] for number, key in enumerate(columns) if number in fields}
    named = {Field.TERM, Field.DEFINITION} & {_named_field(key) for key in columns}
    unused = tuple(
        key for number, key in enumerate(columns) if key not in by_key and any(map(str.strip, sample[number]))
    )
    drafts = [_draft(record, by_key, category) for record in records]
    return drafts, unused, bool(asked) or len(named) > 1 or sum(words_of(key) in LANGUAGES for key in columns) > 1


def _named_field(key: str) -> Field | None:
    found = field_of(key)
    return Field.TERM if found is Field.ALIASES else Field.DEFINITION if found in TEXTS else found


def _draft(record: Record, fields: Mapping[str, Field], category: str) -> Draft:
    said: dict[Field, list[Node]] = {}
    for key, node in record.values.items():
        if (field := fields.get(key)) and texts(node):
            said.setdefault(field, []).append(node)
    prose = {
        field: "\n\n".join(to_markdown(text) for node in nodes for text in texts(node))
        for field, nodes in said.items()
        if field in TEXTS
    }
    faq, follow_ups = _questions(said)
    title = " ".join(texts(said.get(Field.TERM, [""])[0]))
    title, prose = _without_cloze(html_markdown.words_of_fragment(title), prose)
    return Draft(
        title=asked_term(title) or title,
        line=max(record.line, 1),
        texts=prose,
        lists={field: _names(field, nodes) for field, nodes in said.items() if field in _LISTS},
        faq=faq,
        follow_ups=follow_ups,
        category=next(
            (text for field in (Field.CATEGORY, Field.TAGS) for node in said.get(field, []) for text in names(node)),
            category,
        ),
    )


def _without_cloze(title: str, prose: dict[Field, str]) -> tuple[str, dict[Field, str]]:
    """Return "{{c1::Diffusion}} is a movement" as the term that is hidden and the sentence that it is hidden in."""
    hidden = _CLOZE.findall(title)
    if not hidden:
        return title, prose
    sentence = _CLOZE.sub(lambda found: found[1], title)
    return hidden[0], {Field.DEFINITION: "\n\n".join(filter(None, (sentence, *prose.values())))}


def _names(field: Field, nodes: list[Node]) -> tuple[str, ...]:
    if field is Field.SOURCES:
        return tuple(text for node in nodes for text in texts(node))
    return tuple(name for node in nodes for name in names(node))


def to_markdown(text: str) -> str:
    """Return a cell's text as Markdown, whether it is written in HTML or in plain text."""
    if not html_markdown.looks_like(text):
        text = html.unescape(text) if _ENTITY.search(text) else text
        return re.sub(r"\\n", "\n", text) if "\n" not in text else text
    try:
        return html_markdown.fragment(text)
    except MalformedEntry:
        return re.sub(r"<[^<>]*>", " ", text)


def _questions(said: Mapping[Field, list[Node]]) -> tuple[tuple[Faq, ...], tuple[str, ...]]:
    """Return FAQ and follow-ups from a cell's text, a list of questions, or objects of question and answer."""
    answered: list[questions.Asked] = []
    for node in (*said.get(Field.FAQ, []), *said.get(Field.FOLLOW_UPS, [])):
        for one in node if isinstance(node, list) else [node]:
            if isinstance(one, Branch) and len(one.pairs) > 1:
                values = [" ".join(texts(value)) for _, value, _ in one.pairs]
                answered.append(questions.Asked(0, values[0], values[1]))
            else:
                answered.extend(questions.asked("\n\n".join(texts(one))))
    return questions.sorted_out(answered)
