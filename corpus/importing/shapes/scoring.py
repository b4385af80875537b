"""How well a proposal fits its page: how much of the text it explains, how plausible its names and definitions are.

Heuristics, with a number from 0 to 1 each. Known to be wrong: a page of short quotations with bold authors looks like a
glossary, and names that are whole sentences look like none.
"""

import re
from statistics import mean

from corpus.importing.formats.document import Document, Kind
from corpus.importing.meaning.clean import plain
from corpus.importing.meaning.names import asked_term, defines
from corpus.importing.meaning.sentences import word_count
from corpus.importing.meaning.vocabulary import Field, field_of, says_glossary
from corpus.importing.shapes.proposal import Candidate, Proposal

_NO_NAME = re.compile(r"(?:how|why|when|where|if|note|see|use|using|the following|for example|e\.g)\b", re.IGNORECASE)
_NO_TEXT = re.compile(r"[\W\d_]*|https?://\S+|[\w./\\-]+\.\w{2,4}|true|false|null|none", re.IGNORECASE)
_SET_ASIDE = frozenset({Field.NAVIGATION, Field.SOURCES, Field.RELATED})


_ABOUT = re.compile(
    r"(?:licen[cs]e|copying|contributing|contributors|change ?log|changes|history|code of conduct|security|authors|"
    r"notice|sources|credits|"
    r"acknowledge?ments?|todo|roadmap|privacy|terms of (?:use|service)|install(?:ation)?|news|releases?|faq|support)\b.*",
    re.IGNORECASE,
)


def is_about_project(document: Document) -> bool:
    """Return whether a file's name says that it is about a project and its rights, whatever lists it holds."""
    return bool(_ABOUT.fullmatch(re.sub(r"[-_]", " ", document.stem)))


_TEXTS_OF_PROGRAM = re.compile(
    r"(?i:package|tsconfig|manifest|messages?|strings|translations?|locales?|i18n|config|settings|schema)(?:[._-].*)?|"
    r"[a-z]{2}[-_][A-Z]{2}|en|de|fr|es|it|pt|nl|pl|ru|zh|ja|ko"
)


def is_of_program(stem: str) -> bool:
    """Return whether a data file's name says that a program needs it: settings, or the sentences on its screens."""
    return bool(_TEXTS_OF_PROGRAM.fullmatch(stem)) and not says_glossary(stem)


def says_so(document: Document) -> bool:
    """Return whether a page's title or file says that it is a glossary or a list of terms."""
    words = [document.meta.value("title", "name", "layout", "type"), document.title, document.stem]
    first = document.blocks[0] if document.blocks else None
    if first and first.kind is Kind.PARAGRAPH:
        line = first.text.split("\n")[0]
        words.append(line if len(line.split()) < 8 and re.fullmatch(r"[^.:=|\t*_]+", line) else "")
    return says_glossary(" ".join(words))


def score(proposal: Proposal, document: Document) -> float:
    """Return how likely it is that the proposal is what the page holds, from 0 to 1."""
    candidates = proposal.candidates
    if not candidates:
        return 0.0
    names = [plain(one.name) for one in candidates]
    headwords = mean(map(headword_score, names)) * (0.3 + 0.7 * len(set(names)) / len(names))
    definitions = mean(map(definition_score, candidates))
    return coverage(proposal, document) * headwords * definitions * evidence(proposal, document)


def evidence(proposal: Proposal, document: Document) -> float:
    """Return how much speaks for a glossary: the structure, the page's title, the order, or what the texts say."""
    if says_so(document):
        return max(0.97, proposal.evidence)
    names = [plain(one.name) for one in proposal.candidates]
    keys = [name.casefold() for name in names]
    if len(keys) > 2 and keys == sorted(keys):
        is_marked = proposal.shape.startswith(("a heading", "a bold"))
        return max(0.9 if len(keys) > 3 else 0.6 if is_marked else 0.0, proposal.evidence)
    sample = proposal.candidates[:50]
    defining = sum(defines([one.name], one.text) for one in sample)
    return max(0.9 if defining > 0.6 * len(sample) else 0.0, proposal.evidence)


def coverage(proposal: Proposal, document: Document) -> float:
    """Return the share of the page's text that the candidates explain.

    Headings only cut the page. What stands before the first candidate counts little: it introduces the page. Sources
    and links to other pages count nothing.
    """
    first = min((one.first for one in proposal.candidates), default=0)
    explained = sum(one.explained for one in proposal.candidates)
    used = {number for one in proposal.candidates for number in range(one.first, one.last + 1)}
    rest, set_aside = 0.0, False
    for number, block in enumerate(document.blocks):
        if block.kind is Kind.HEADING:
            set_aside = field_of(block.text) in _SET_ASIDE
        elif number not in used and not set_aside:
            rest += len(block.text) * (0.25 if number < first else 1.0)
    return explained / (explained + rest + 1)


def headword_score(name: str) -> float:
    """Return how plausible a name is as a term."""
    bare = asked_term(name) or name.strip(" *_`:.")
    if not any(map(str.isalnum, bare)) and not 0 < len(bare) <= 4:
        return 0.0
    if field_of(bare) is not None:
        return 0.25
    count = word_count(bare)
    fit = 1.0 if count <= 6 else 0.7 if count <= 9 else 0.35 if count <= 12 else 0.05
    if _NO_NAME.match(bare) and count > 2:
        fit *= 0.5
    if re.search(r"[.!;]$", name.strip()) and count > 3:
        fit *= 0.3
    if bare.isdigit() or re.fullmatch(
        r"(?:step|chapter|part|section|week|day|lesson|figure) \d+.*", bare, re.IGNORECASE
    ):
        fit *= 0.2
    return fit * (0.4 if len(bare) == 1 and bare.isascii() and bare.isalpha() else 1.0)


def definition_score(one: Candidate) -> float:
    """Return how plausible a text is as what is said about a term."""
    text = one.text.strip()
    if not text or not any(one.draft.texts.values()):
        return 0.0
    if len(text) < 200 and _NO_TEXT.fullmatch(text):
        return 0.15
    return 1.0 if one.starts_with_prose else 0.45
