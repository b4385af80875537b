"""Terms that lead into their text: "**Term**: text", "`term` - text", "**Term** is …", a bold line above its text.

In list items and in paragraphs; in paragraphs, what follows belongs to the term until the next one or a heading.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from corpus.importing.formats.document import Block, Document, Kind
from corpus.importing.meaning.clean import plain
from corpus.importing.meaning.names import abbreviates
from corpus.importing.shapes.proposal import Candidate, Proposal, candidate, categories

_SEPARATOR = r"(?::|[-–—=→]+(?=\s|$)|\s[-–—=]|\.(?=\s+[A-Z]))"
_MARKED = re.compile(
    r"(?P<article>(?:an?|the|ein|eine|der|die|das|un|une|le|la|el|los)\s+)?"
    r"(?:\[(?=[*_`]))?(?P<mark>\*\*\*|\*\*|__|`|\*|_(?=[^_\n]+_))(?P<name>(?!\s)(?:[^*`\n]|(?<=\*)`[^`\n]+`){1,120}?)(?P=mark)(?:\]\([^()\s]*\))?"
    r"(?P<aside>[ \t]*\((?P<inside>[^()\n]{1,120})\)|[ \t]*/[^/:\n]{1,40}/)?(?P<rest>.*)",
    re.DOTALL | re.IGNORECASE,
)
_LINKED = re.compile(r"\[(?P<name>[^\[\]\n]{1,120})\]\((?P<url>[^()\s]*)\)(?P<aside>)(?P<rest>.*)", re.DOTALL)
_INSIDE = re.compile(r"(?P<name>.*?)\s*(?P<separator>:|[-–—=]+|\.)\s*")
_AFTER = re.compile(rf"[ \t]*{_SEPARATOR}[ \t]*\n?")
_COPULA = re.compile(
    r"\s*,?\s*(?:is|are|was|were|means?|refers? to|describes?|denotes?|stands? for|occurs?|ist|sind|bezeichnet|est|sont|"
    r"désigne|es|son|é|são|è|sono)\s",
    re.IGNORECASE,
)
_QUESTION = re.compile(r"(?:Q|A|Question|Answer|Frage|Antwort)\d*[.:]")


def propose(document: Document) -> Iterator[Proposal]:
    """Yield a proposal of the lead-ins in list items, one of those in paragraphs, and one of both."""
    groups = categories(document)
    in_items = tuple(_in_items(document, groups))
    in_paragraphs = tuple(_in_paragraphs(document, groups))
    if len(in_items) > 1:
        yield Proposal("a bold word per list item", in_items, 0.75)
    if len(in_paragraphs) > 1:
        yield Proposal("a bold word per paragraph", in_paragraphs, 0.7)
    if in_items and in_paragraphs:
        both = sorted((*in_items, *in_paragraphs), key=lambda one: (one.first, one.draft.line))
        if not _overlap(in_items, in_paragraphs):
            yield Proposal("a bold word per term", tuple(both), 0.7)


def _overlap(items: tuple[Candidate, ...], paragraphs: tuple[Candidate, ...]) -> bool:
    used = {number for one in paragraphs for number in range(one.first, one.last + 1)}
    return any(one.first in used for one in items)


def led_in(text: str) -> tuple[tuple[str, ...], str] | None:
    """Return the names and the text of "**Name** (N): text" and the like, None for what has another form.

    Where the sentence runs on ("**Osmosis** is the movement …"), the text is the whole sentence.
    """
    found = _MARKED.match(text) or _LINKED.match(text)
    if not found or _QUESTION.match(found["name"]):
        return None
    name, rest, aside = found["name"], found["rest"], found["aside"] or ""
    title, before = _with_aside(plain(name), aside.strip())
    inside = _INSIDE.fullmatch(name)
    if inside and inside["name"] and (inside["separator"] != "." or len(name.split()) < 8):
        title, before = _with_aside(plain(inside["name"]), aside.strip())
        return (title,), f"{before}{rest.strip()}"
    return _after_name(found, title, before)


def _after_name(found: re.Match[str], title: str, before: str) -> tuple[tuple[str, ...], str] | None:
    """Return the name and what follows its mark: a separator, a verb or a new line."""
    groups, rest = found.groupdict(), found["rest"]
    if (separator := _AFTER.match(rest)) and not groups.get("article"):
        return (title,), f"{before}{rest[separator.end() :].strip()}".strip()
    if groups.get("mark") in {"*", "_"}:  # one star is emphasis, as good as any word's, unless a separator follows
        return None
    if _COPULA.match(rest):
        return (title,), f"{groups.get('article') or ''}{found['name']}{found['aside'] or ''}{rest}".strip()
    if rest.startswith("\n") and rest.strip() and groups.get("mark", "`") != "`":
        return (title,), f"{before}{rest.strip()}"
    return None


def _with_aside(name: str, aside: str) -> tuple[str, str]:
    """Return the title, and what goes before the text: parentheses that give another name stay in the title.

    >>> _with_aside("Corpus", "(plural: corpora)")
    ('Corpus', '(plural: corpora) ')
    """
    inside = aside.strip("()")
    is_name = aside.startswith("(") and (abbreviates(inside, name) or abbreviates(name, inside))
    return (f"{name} {aside}", "") if is_name else (name, f"{aside} " if aside else "")


def _in_items(document: Document, groups: list[str]) -> Iterator[Candidate]:
    for number, block in enumerate(document.blocks):
        if block.kind is Kind.LIST:
            for item in block.items:
                if (found := led_in(item.text)) and found[1]:
                    yield candidate(*found, item.line, (number, number), groups[number])


def _in_paragraphs(document: Document, groups: list[str]) -> Iterator[Candidate]:
    current: Candidate | None = None
    for number, block in enumerate(document.blocks):
        started = list(_started(block)) if block.kind is Kind.PARAGRAPH else []
        if started or block.kind is Kind.HEADING:
            if current and current.text:
                yield current
            current = None
        for (names, text), line in started:
            if current and current.text:
                yield current
            current = candidate(names, text, line, (number, number), groups[number])
        if current and not started and block.kind is not Kind.HEADING:
            text = f"{current.text}\n\n{block.text}".strip()
            names = (current.draft.title,)
            is_prose = bool(current.text) or block.kind is Kind.PARAGRAPH
            longer = candidate(names, text, current.draft.line, (current.first, number), groups[number], is_prose)
            current = replace(longer, starts_with_prose=longer.starts_with_prose and current.starts_with_prose)
    if current and current.text:
        yield current


def _started(block: Block) -> Iterator[tuple[tuple[tuple[str, ...], str], int]]:
    """Yield ((names, text), line) of each lead-in of a paragraph; several lines may have one each."""
    lines = block.text.split("\n")
    starts = [
        number
        for number, line in enumerate(lines)
        if led_in("\n".join(lines[number : number + 2])) and (number == 0 or led_in(line) or _alone(line))
    ]
    if starts and starts[0] == 0:
        for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
            if found := led_in("\n".join(line.rstrip() for line in lines[start:end])):
                yield found, block.line + start
    elif len(lines) == 1 and (name := _alone(lines[0])):
        yield ((name,), ""), block.line


def _alone(line: str) -> str:
    """Return the words of a line that is bold as a whole, "" for another one."""
    found = re.fullmatch(r"(\*\*\*|\*\*|__)([^*\n]{1,120}?):?\1:?[ \t]*", line)
    return plain(found[2]) if found and not _QUESTION.match(found[2]) else ""
