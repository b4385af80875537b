"""Questions with answers that are a glossary: "Q: What is osmosis?" above "A: Movement of water …"."""

import re
from collections.abc import Iterator

from corpus.importing.formats.document import Document, Kind
from corpus.importing.meaning import questions
from corpus.importing.meaning.names import asked_term
from corpus.importing.shapes.proposal import Proposal, candidate

SHAPE = "questions and answers"
_MARK = re.compile(r"^[ \t]*(?:[-*+][ \t]+)?(?:\*\*|__)?(?:Q|A|Question|Answer|Frage|Antwort)\d*[.:]", re.MULTILINE)


def propose(document: Document) -> Iterator[Proposal]:
    """Yield a proposal of the questions that ask what something is. Questions of other kinds explain nothing."""
    text = "\n\n".join(block.text for block in document.blocks if block.kind is not Kind.HEADING)
    if len(_MARK.findall(text)) < 4:
        return
    found = []
    numbers = [number for number, block in enumerate(document.blocks) if block.kind is not Kind.HEADING]
    lines = {block.text.split("\n")[0]: block.line for block in document.blocks}
    for one in questions.asked(text):
        term = asked_term(one.question)
        if term and one.answer:
            line = next((at for words, at in lines.items() if one.question[:40] in words), 1)
            found.append(candidate((term,), one.answer, line, (numbers[0], numbers[-1])))
    if len(found) > 1:
        yield Proposal(SHAPE, tuple(found), 0.85)
