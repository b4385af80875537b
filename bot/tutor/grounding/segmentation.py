"""A written text -> its sentences, each with what stands before it, without the model's own marks and lead-ins. Pure.

It reads a text that is still being written, too. It knows what a sentence does (claim, lead, talk, refuse) by its
words alone, and nothing of what is true.
"""

import re
from collections.abc import Iterator
from enum import StrEnum
from itertools import groupby

from bot.tutor.grounding.claims import read
from corpus.text import sentences


class Kind(StrEnum):
    """What a sentence does: claim something, lead to what follows, only talk, or refuse to answer."""

    CLAIM = "claim"
    LEAD = "lead"
    TALK = "talk"
    REFUSAL = "refusal"


_MARK = re.compile(
    r"[ \t]*\[(?:(?:see |from )?(?:passages?|sources?)\s*)?[1-9]\d?(?:\s*(?:,|;|and|&|[-–])\s*[1-9]\d?)*\](?!\()"
    r"|[ \t]*\((?:see |from |cf\. )?(?:the )?(?:passages?|sources?)\s*\[?\d+\]?(?:\s*(?:,|and|&|[-–])\s*\[?\d+\]?)*\)",
    re.IGNORECASE,
)
_SPEAKER = (
    r"(?:(?:the |these |those |our |your )?(?:(?:given|provided|above|following) )?(?:passages?|sources?|context|glossary|"
    r"excerpts?)|(?:the )?(?:given|provided|above|following) texts?)"
)
_NUMBERED = r"(?:\s*\[?\d+\]?(?:(?:,| and) \[?\d+\]?)*)?"
_SAYS = r"(?:says?|states?|explains?|mentions?|describes?|notes?|suggests?|tells? us|shows?|indicates?|defines?)"
_LEAD_IN = re.compile(
    rf"^(?:according to|as (?:\w+ )?(?:in|by)|based on|as|from|in) {_SPEAKER}{_NUMBERED}(?: {_SAYS})?,\s*"
    rf"|^(?:as )?{_SPEAKER}{_NUMBERED} (?:also )?{_SAYS} that\s+",
    re.IGNORECASE,
)
_REFUSAL = re.compile(
    r"(?<![\"“'])\bI(?: am|'m)? (?:sorry|unable|not (?:able|sure|aware)|(?:can ?not|can't|could not|couldn't|do not|don't) "
    r"(?:answer|know|find|have|say|tell|help|provide|determine))\b"
    rf"|\b{_SPEAKER}{_NUMBERED} (?:(?:do|does|did|is|are)(?: not|n't)|cannot|can't) (?:\w+ )?"
    r"(?:answer|say|mention|contain|provide|cover|explain|include|discuss|address|give|tell|specify|state|define|enough)"
    r"|\b(?:there is|there's|I have|I found) (?:no|nothing|not enough)\b.{0,60}\b(?:passages?|context|glossary|provided|given)\b"
    r"|\bas an ai\b",
    re.IGNORECASE,
)
_TALK = re.compile(
    r"^(?:sure|of course|certainly|absolutely|great question|good question|hello|hi|hey|thanks|thank you|you're welcome"
    r"|let me|let's|let us|i hope|i'll|i will|i'd be|feel free|happy to|here(?:'s| is| are)|below (?:is|are)|in this answer)\b",
    re.IGNORECASE,
)
_VERDICT = re.compile(r"^(?:yes|no|not exactly|exactly|both|neither|it depends)[.!]$", re.IGNORECASE)
_END = re.compile(r"[.!?:…)\]$`*\"”’'|]$")
_OPENING_VERDICT = re.compile(r"(?:yes|no)[.!]\s+(?=[A-Z])", re.IGNORECASE)
_LINE = re.compile(r"(?:\$\$.*?\$\$|```.*?```|[^\n])*+\n?", re.DOTALL)
_LIST_MARK = re.compile(r"\s*(?:[-*+•]\s+|\d{1,2}[.)]\s+|>\s*)?")
_HEADING = re.compile(r"^(?:#{1,6}\s.*|\*\*[^*]+\*\*:?|__[^_]+__:?)$")


def finished(text: str) -> tuple[str, str]:
    """The finished sentences at the start of a text, and the rest. A line's end finishes its sentence."""
    ended = text.rfind("\n") + 1
    layout, rest = _layout(text[ended:])
    ends = [ended]
    for piece in sentences(rest)[:-1]:
        ends.append((ends[-1] if len(ends) > 1 else ended + len(layout)) + len(piece))
    done = next((end for end in reversed(ends) if not _open(text[:end])), 0)
    done = len(text[:done].rstrip())  # what stands between two sentences is the layout of the second
    return text[:done], text[done:]


def _layout(line: str) -> tuple[str, str]:
    """The spaces and list mark before a line, and the rest of it."""
    mark = _LIST_MARK.match(line)
    return (mark[0], line[mark.end() :]) if mark else ("", line)


def _open(text: str) -> bool:
    """Whether it breaks off inside a display formula or a block of code."""
    return text.count("$$") % 2 == 1 or text.count("```") % 2 == 1


def parts(text: str) -> Iterator[tuple[str, str]]:
    """(layout, sentence without marks and lead-ins) for every sentence of a text, paragraph by paragraph."""
    carried = ""
    for blank, group in groupby(_lines(text), key=lambda line: not line.strip()):
        for line in group:
            if blank:
                carried += line
                continue
            layout, rest = _layout(line)
            layout, rest = carried + layout, _MARK.sub("", rest)
            carried = rest[len(rest.rstrip()) :]
            for piece in [rest] if _HEADING.match(rest.strip()) or rest.startswith("```") else _cut(rest):
                yield layout, _bare(piece)
                layout = piece[len(piece.rstrip()) :] or " "


def _cut(text: str) -> list[str]:
    """Its sentences; "No." at the start is one, and no abbreviation of a number."""
    verdict = _OPENING_VERDICT.match(text)
    return [verdict[0], *sentences(text[verdict.end() :])] if verdict else sentences(text)


def _lines(text: str) -> list[str]:
    """Lines with their ends; a display formula or a block of code is one line however many it takes."""
    return [line for line in _LINE.findall(text) if line]


def _bare(piece: str) -> str:
    """The sentence without "According to passage 2," in front."""
    piece = piece.strip()
    bare = _LEAD_IN.sub("", piece)
    return bare if bare == piece or not bare else bare[0].upper() + bare[1:]


def kind_of(sentence: str) -> Kind:
    """What a sentence does, from its words."""
    if _REFUSAL.search(sentence.replace("’", "'")):
        return Kind.REFUSAL
    if _HEADING.match(sentence) or sentence.endswith(":") or _VERDICT.match(sentence):
        return Kind.LEAD
    if sentence.endswith("?") or _TALK.match(sentence) or not any(word.weight for word in read(sentence).words):
        return Kind.TALK
    return Kind.CLAIM


def breaks_off(layout: str, sentence: str) -> bool:
    """Whether it has no end, as a text that reached its limit; an item of a list needs none."""
    return not layout.strip() and not _END.search(sentence)
