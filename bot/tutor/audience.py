"""Free words for a listener ("a manager without much technical background", "like I'm 5") to the level that fits them.

Pure text. It reads words that name a listener; it never guesses from anything else.
"""

import re

from corpus.entry import Level

_SIGNS: tuple[tuple[Level, str], ...] = (
    # Looked up in this order: "a student without technical background" is no student of the subject.
    (
        Level.ELI5,
        r"eli ?5|like i ?'?a?m (?:five|5|a (?:kid|child))|"
        r"(?:four|five|six|seven|eight|nine|ten|[4-9]|1[0-3])[- ]years?[- ]olds?|child(?:ren)?|kids?|"
        r"toddlers?|pupils?|teenagers?",
    ),
    (
        Level.PLAIN,
        r"non[- ]?(?:technical|experts?|specialists?)|not (?:an? )?(?:experts?|engineers?|technical)|no experts?|"
        r"without (?:(?:much|any|a) )*technical|managers?|boss|bosses|executives?|ceo|clients?|"
        r"customers?|lay(?:man|men|person|people)s?|grand(?:ma|pa|mother|father)|parents?|mum|mom|journalists?|"
        r"general public|plain (?:english|words|language)|simple (?:terms|words|english)",
    ),
    (
        Level.PRACTITIONER,
        r"practitioners?|engineers?|data scientists?|developers?|programmers?|devs?|professionals?|in production|data analysts?",
    ),
    (Level.EXPERT, r"experts?|research(?:er|ers)?|ph\.?d|professors?|scientists?|specialists?|reviewers?"),
    (Level.STUDENT, r"students?|beginners?|undergrad(?:uate)?s?|freshm[ae]n|newcomers?|learners?|first[- ]years?"),
)

_PATTERNS = tuple((level, re.compile(rf"\b(?:{signs})\b", re.IGNORECASE)) for level, signs in _SIGNS)
_SOMEBODY = r"(?:(?:an?|my|our|the|your|some|someone|somebody|i ?'?a?m|who is|who are)\s+)*(?:\w+\s+)?"
_LIKE_A_CHILD = re.compile(r"\beli ?5\b|\blike i ?'?a?m (?:five|5|a (?:kid|child))\b", re.IGNORECASE)
_ADDRESSED = tuple(
    # A listener stands right after to, for, like or as: "for my manager". Elsewhere the same word is what the question
    # is about: "an expert system", "a mixture of experts".
    (
        level,
        re.compile(
            rf"\b(?:to|for|like|as|at|in)\s+{_SOMEBODY}(?:{signs})\b(?!\s+(?:work|do|does|is|are|in|of)\b)",
            re.IGNORECASE,
        ),
    )
    for level, signs in _SIGNS
)


def level_for(audience: str) -> Level | None:
    """The level that fits a description of the listener, None when it names nobody in particular."""
    if audience.strip().casefold() in set(Level):
        return Level(audience.strip().casefold())
    return next((level for level, pattern in _PATTERNS if pattern.search(audience)), None)


def level_asked_in(question: str) -> Level | None:
    """The level that a question asks for in its own words: "explain dropout like I'm 5", "for my manager"."""
    asked = question.replace("’", "'")
    if _LIKE_A_CHILD.search(asked):
        return Level.ELI5
    return next((level for level, pattern in _ADDRESSED if pattern.search(asked)), None)


_EVERY_LISTENER = frozenset(
    """a an the my our your some someone somebody who is are i am im with without much any little no not technical
    background knowledge experience of in and or very young old busy person people audience level user users reader
    readers learner ai ml data science machine learning statistics math maths""".split()
)
"""Words that tell nothing about a listener that a level does not serve."""


def is_unusual(audience: str) -> bool:
    """Whether a description of the listener says more than a level can serve: "a beekeeper", "nurses on a night shift"."""
    if not audience.strip() or audience.strip().casefold() in set(Level):
        return False
    rest = audience.replace("’", "'")
    for _, pattern in _PATTERNS:
        rest = pattern.sub(" ", rest)
    return any(word not in _EVERY_LISTENER for word in re.findall(r"[^\W\d_]+", rest.casefold()))
