"""Sentences and their subjects: what a text says it is about. English first, a few other languages by their copula.

Knows no Markdown beyond emphasis and no entry. Works on the first few hundred characters of a text, so it is cheap.
"""

import re

from corpus import text as text_module
from corpus.importing.meaning.clean import plain

SUMMARY_WORDS = 40
"""A summary is not longer than about this many words."""

_HEAD = 1200
"""Characters of a text that are looked at to find out what it is about."""

_COPULA = (
    r"is|are|was|were|refers?|means?|describes?|denotes?|stands? for|consists? of|involves?|represents?|measures?|"
    r"ist|sind|bezeichnet|beschreibt|est|sont|désigne|es|son|é|são|è|sono"
)
_OTHER_NAME = (
    r"also known as|also called|also referred to as|sometimes called|often called|"
    r"often abbreviated (?:as|to)|abbreviated(?: as| to)?|or"
)
_SUBJECT = re.compile(
    r"^(?:(?:in|within|for|at|on)\s[^,.;:]{2,80},\s)?"
    r"(?:(?:the (?:term|concept|idea|notion|word) (?:of )?|a|an|the|ein|eine|der|die|das|un|une|le|la|el|los|il|o)\s)?"
    r"[\"“'‘]?(?P<name>[^,;:!?()\"“”]{1,90}?)[\"”'’]?"
    r"(?:\s\((?P<short>[^()]{1,60})\))?"
    rf"(?:,?\s(?:{_OTHER_NAME})\s(?:an?\s|the\s|simply\s)?(?P<other>[^,()]{{1,80}}?)(?:\s\((?P<other_short>[^()]{{1,40}})\))?,?)?"
    rf",?\s(?P<copula>{_COPULA})\s(?P<what>\S.*)$",
    re.IGNORECASE,
)
_NO_SUBJECT = frozenset(
    """
    i we you they he she it this that these those there here my our your his her their its what who how when
    where why if one some many most all each every today yesterday tomorrow both either everyone people
    someone let lets once as while although because since after before whether dies das es sie er wir ich man
    ce il nous
    """.split()
)
_ARTICLES = frozenset(
    """
    a an the one any when how where what another ein eine einer eines der die das un une le la les una el los
    il lo um uma o os defined used called known
    """.split()
)
_NO_COMPLEMENT = frozenset(
    """
    not also very often now widely currently really so too just still never always available here there
    important
    """.split()
)


_UNSPACED = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]")


def word_count(text: str) -> int:
    """The words of a text; two letters count as one word where a language writes no spaces."""
    return len(text.split()) + len(_UNSPACED.findall(text)) // 2


def sentences(text: str) -> list[str]:
    """Return the sentences of one paragraph of plain words, without the spaces around them."""
    return [piece.strip() for piece in text_module.sentences(text) if piece.strip()]


def first_sentences(markdown: str) -> list[str]:
    """The sentences at the head of a Markdown text, without markup and lists."""
    return sentences(plain(_first_paragraph(markdown)))


def opening(markdown: str, words: int = SUMMARY_WORDS) -> str:
    """The first sentences of the first paragraph of running text, up to a number of words but at least one sentence."""
    kept: list[str] = []
    for one in sentences(" ".join(_first_paragraph(markdown).split())):
        if kept and word_count(" ".join([*kept, one])) > words:
            break
        kept.append(one)
    return " ".join(kept)


def _first_paragraph(markdown: str) -> str:
    paragraphs = [one.strip("\n") for one in re.split(r"\n[ \t]*\n", markdown[: _HEAD * 4]) if one.strip()]
    running = (one for one in paragraphs if not re.match(r"\s*(?:[-*+]\s|\d+[.)]\s|#|>|\||`{3}|~{3}|\$\$|<| {4})", one))
    return next(running, paragraphs[0] if paragraphs else "")[: _HEAD * 2]


def subject(sentence: str) -> tuple[str, tuple[str, ...]] | None:
    """What a defining sentence defines, and the other names it gives: "A Foo Bar (FB) is a ..." -> Foo Bar, [FB].

    None when the sentence defines nothing: no copula, a pronoun for subject, "is available", ...
    """
    found = _SUBJECT.match(sentence[:_HEAD])
    if not found:
        return None
    name = found["name"].strip()
    words = name.split()
    if (
        not words
        or len(words) > 7
        or words[0].casefold() in _NO_SUBJECT
        or not _defines(found["copula"], found["what"])
    ):
        return None
    others = (found["short"], found["other"], found["other_short"])
    return name, tuple(one.strip(" \"'“”") for one in others if one and len(one.split()) <= 6)


def _defines(copula: str, what: str) -> bool:
    """Whether the words after the copula say what something is, not how it is or what was done to it."""
    if copula.casefold() not in {"is", "are", "was", "were"}:
        return True
    words = what.split()
    first = words[0].casefold().strip(".,;:")
    if first in _ARTICLES:
        return True
    return len(words) > 3 and first not in _NO_COMPLEMENT and not first.endswith(("ed", "ing"))
