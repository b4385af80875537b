"""Free words for a listener ("a manager without much technical background", "like I'm 5") to the level that fits them.

Pure text. It reads words that name a listener; it never guesses from anything else.
"""

import re

from corpus.entry import Level

_SIGNS: tuple[tuple[Level, str], ...] = (
    # Looked up in this order: "a student without technical background" is no student of the subject.
    (
        Level.ELI5,
        r"eli ?5|like i ?'?a?m (?:five|5|a (?:kid|child))|(?:five|5|six|6|ten|10)[- ]year[- ]olds?|child(?:ren)?|kids?|"
        r"toddlers?|pupils?",
    ),
    (
        Level.PLAIN,
        r"non[- ]?technical|without (?:(?:much|any|a) )*technical|managers?|boss|bosses|executives?|ceo|clients?|"
        r"customers?|lay(?:man|men|person|people)s?|grand(?:ma|pa|mother|father)|parents?|mum|mom|journalists?|"
        r"general public|plain (?:english|words|language)|simple (?:terms|words|english)",
    ),
    (Level.EXPERT, r"experts?|research(?:er|ers)?|ph\.?d|professors?|scientists?|specialists?|reviewers?"),
    (
        Level.PRACTITIONER,
        r"practitioners?|engineers?|developers?|programmers?|devs?|professionals?|in production|data analysts?",
    ),
    (Level.STUDENT, r"students?|beginners?|undergrad(?:uate)?s?|freshm[ae]n|newcomers?|learners?|first[- ]years?"),
)

_PATTERNS = tuple((level, re.compile(rf"\b(?:{signs})\b", re.IGNORECASE)) for level, signs in _SIGNS)
_ADDRESSED = re.compile(
    r"\b(?:explain|describe|tell|teach|put|say|define|what|how|why)\b.*?"
    r"\b((?:like|to|for|as if|as though|in|at)\b.{0,60})$|^(eli5)\b|\b(eli ?5)\b",
    re.IGNORECASE,
)


def level_for(audience: str) -> Level | None:
    """The level that fits a description of the listener, None when it names nobody in particular."""
    if audience.strip().casefold() in set(Level):
        return Level(audience.strip().casefold())
    return next((level for level, pattern in _PATTERNS if pattern.search(audience)), None)


def level_asked_in(question: str) -> Level | None:
    """The level that a question asks for in its own words: "explain dropout like I'm 5", "for my manager"."""
    addressed = _ADDRESSED.search(question.replace("’", "'"))
    if not addressed:
        return None
    return level_for(next(words for words in addressed.groups() if words))
