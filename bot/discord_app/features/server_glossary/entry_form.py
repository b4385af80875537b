"""An entry as a person types it into a form, and what an entry of a server has to be: sizes and names.

Pure. Knows no Discord, no storage and no index; every refusal is a sentence that says how to mend it.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from bot.tutor.errors import TutorError
from corpus.entry import PROSE, Entry, Faq, Section, Sense, Source
from corpus.errors import CorpusError
from corpus.glossary import folded
from corpus.native_format import read as native
from corpus.native_format import write
from corpus.native_format.markdown import bullets
from index.server_overlay import LONGEST_NAME, is_name
from index.term_matching import words

ENTRY_BYTES = 20_000
MAX_NAMES = 30
MAX_BRACKETS = 300
"""Of opening square brackets in one entry; more make the search for links slow, and no text needs them."""

FIELD = 4_000
"""Characters of a field of a modal."""

LABELS = (*(label for label in PROSE if label is not Section.SUMMARY), Section.FOLLOW_UPS)
"""The parts that the form's field "Explanation" may hold, each after a line with its name."""

_LABEL = re.compile(
    r"^[#*_\s]*(" + "|".join(re.escape(one.heading) for one in LABELS) + r")[*_\s]*:[*_]*[ \t]*", re.IGNORECASE
)
_BY_LABEL = {label.heading.casefold(): label for label in LABELS}
_ASKING = frozenset(
    """difference differences example examples explain explanation compare comparison versus vs better best between similar
    instead formula formulas use used useful uses need simple simpler easier more less detail details question questions
    answer thanks thank hello hi hey help work works point meaning definition""".split()
)
"""Words that questions are made of: as a name one of them would be found in every second question."""


class Refused(TutorError):
    """An entry, a file or a wish that is not taken; the sentence says what to do."""


@dataclass(frozen=True, slots=True)
class Form:
    """The five fields of the form. `aliases` and `related` are parted by commas or lines.

    `explanation` holds one text, or several under "ELI5:", "Student:", "Example:", "Follow-ups:" and so on.
    """

    term: str
    summary: str = ""
    explanation: str = ""
    aliases: str = ""
    related: str = ""


def entry_from(form: Form, before: Entry | None = None) -> Entry:
    """Return the entry in a form; what the form has no field for stays as it was `before`. Raises Refused."""
    parts = _parts(readable(form.explanation))
    texts: dict[str, Any] = {
        _field(section): parts.get(section, "") for section in PROSE if section is not Section.SUMMARY
    }
    made = Entry(
        term=_line(form.term),
        aliases=_names(form.aliases),
        summary=_line(form.summary),
        related=_names(form.related),
        follow_ups=tuple(bullets(parts.get(Section.FOLLOW_UPS, ""))),
        **texts,
    )
    if before:
        stored = {name: getattr(before, name) for name in ("category", "senses", "faq", "prerequisites", "sources")}
        made = replace(made, **stored)
    return made


def form_of(entry: Entry) -> Form:
    """Return the entry in the form's fields, to be edited. Raises Refused when it is longer than a field."""
    blocks = [
        f"{section.heading}:\n{text}"
        for section in PROSE
        if section is not Section.SUMMARY and (text := entry.text(section))
    ]
    if entry.follow_ups:
        blocks.append("Follow-ups:\n" + "\n".join(f"- {follow_up}" for follow_up in entry.follow_ups))
    made = Form(entry.term, entry.summary, "\n\n".join(blocks), ", ".join(entry.aliases), ", ".join(entry.related))
    if max(len(made.explanation), len(made.summary), len(made.aliases), len(made.related)) > FIELD:
        raise Refused("This entry is too long for a form. Use `/glossary export`, edit the file and upload it again.")
    return made


def problems(entry: Entry) -> Iterator[str]:
    """Return why an entry is not taken, one sentence each; none for one that is."""
    yield from _name_problems(entry)
    if not any(entry.text(section) for section in PROSE) and not entry.faq:
        yield "It explains nothing: write at least a summary."
    size = len(write.native(entry).encode())
    if size > ENTRY_BYTES:
        yield f"It is {size / 1000:.0f} kB long, and {ENTRY_BYTES // 1000} kB are allowed: shorten it or part it in two."
    elif write.native(entry).count("[") > MAX_BRACKETS:
        yield f"It has more than {MAX_BRACKETS} opening square brackets: take some out."
    elif not _reads_back(entry):
        yield "A line in it looks like a heading of its own (“## …”) or a divider: take the signs at its beginning out."


def readable(text: str) -> str:
    """Return the text as it can be kept and shown: no control signs, no halves of characters, nothing that turns text around."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace").decode()
    plain = plain.replace("\u2028", "\n").replace("\u2029", "\n").replace("\x85", "\n")
    stored = "".join(
        c for c in plain if c in "\n\t\u200c\u200d" or unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co"}
    )
    return "\n".join(line.rstrip() for line in stored.expandtabs(4).split("\n")).strip()


def cleaned(entry: Entry) -> Entry:
    """Return the entry with every text readable, and without the calculations that only this project's own entries ask for."""
    texts: dict[str, Any] = {_field(section): readable(entry.text(section)) for section in PROSE}
    return replace(
        entry,
        term=_line(entry.term),
        aliases=_lines(entry.aliases),
        category=_line(entry.category),
        senses=tuple(Sense(_line(sense.name), _line(sense.phrase)) for sense in entry.senses),
        faq=tuple(Faq(_line(faq.question), readable(faq.answer)) for faq in entry.faq),
        follow_ups=_lines(entry.follow_ups),
        related=_lines(entry.related),
        prerequisites=_lines(entry.prerequisites),
        sources=tuple(Source(line) for line in _lines([source.text for source in entry.sources])),
        checks=(),
        **texts,
    )


def _field(section: Section) -> str:
    return section.value.replace(" ", "_")


def _lines(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line for text in texts if (line := _line(text))))


def _parts(text: str) -> dict[Section, str]:
    found: dict[Section, list[str]] = {}
    section = Section.PLAIN
    for line in text.split("\n"):
        if label := _LABEL.match(line):
            section = _BY_LABEL[label[1].casefold()]
            if section in found:
                raise Refused(f"“{section.heading}:” stands twice in the explanation. Keep one of the two.")
            line = line[label.end() :]  # noqa: PLW2901  the text may begin on the label's line
        found.setdefault(section, []).append(line)
    return {one: made for one, lines in found.items() if (made := "\n".join(lines).strip())}


def _names(text: str) -> tuple[str, ...]:
    return _lines(re.split(r"[,;\n]", readable(text)))


def _line(text: str) -> str:
    return " ".join(readable(text).split())


def _name_problems(entry: Entry) -> Iterator[str]:
    if not entry.term.strip():
        yield "It has no term: say what it explains."
        return
    for name in (*entry.names, *(sense.name for sense in entry.senses)):
        shown = f"“{name[:60]}…”" if len(name) > 60 else f"“{name}”"
        if len(name) > LONGEST_NAME:
            yield f"The name {shown} has more than {LONGEST_NAME} characters: shorten it."
        elif not is_name(name) or (set(words(name)) <= _ASKING):
            yield f"The name {shown} would be found in every question or in none: choose one that says what is meant."
    if len(entry.names) > MAX_NAMES:
        yield f"It has {len(entry.names)} names, and {MAX_NAMES} are allowed: keep those that people type."
    if len({folded(name) for name in entry.names}) < len(entry.names):
        yield "One of its names stands twice: keep one of the two."


def _reads_back(entry: Entry) -> bool:
    try:
        return native.entry(write.native(entry)) == entry
    except CorpusError:
        return False
