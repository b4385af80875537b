"""Several questions in one message -> each on its own. Pure text rules; English.

Cut at question marks and line ends, and at "and" or a comma before a question word. What the rules get wrong: a list
inside one question ("which loss and which optimizer for GANs?") is sometimes cut, and is then answered in two parts.
"""

import re

from index.term_matching import words

MAX_QUESTIONS = 4

_ASKING = (
    r"what(?:'?s|s)?|how|why|when|which|where|who|whats|is|are|does|do|did|can|could|should|would|will|define|explain|"
    r"compare|tell me"
)
_CUT = re.compile(
    rf"(?<=[?!])\s+(?=\w)|\s*\n+\s*|;\s+|(?<=[a-z0-9)])\.\s+(?=(?:also|and|plus|then|oh)\b|(?:{_ASKING})\b)|"
    rf"[,.]?\s+(?:and|also|and also|plus|&|then|as well as)\s+(?:also\s+|then\s+|by the way\s+)?(?=(?:{_ASKING})\b(?!\s+(?:not|is that|more|so)\b))|"
    rf",\s+(?=(?:how|why|when|which|where|what|does|is it|is|can|should)\b\s+\w+)",
    re.IGNORECASE,
)
_INTRODUCTION = re.compile(
    r"^\W*(?:(?:i have |just )?(?:two|three|2|3|some|a few|several|quick|multiple) (?:quick )?(?:questions?|things)\W*|"
    r"(?:hi|hello|hey|ok|okay|so|also|and|plus|oh|then|btw|by the way)\b[\s,:!-]*)+",
    re.IGNORECASE,
)
_NO_QUESTION = re.compile(
    r"^(?:thanks?|thx|ty|thank you|please|pls|help|cheers|lol|idk|right|or not|or what|anyone|any ideas?|sorry|hi|hello|hey)\W*"
    r"(?:in advance|a lot|so much|all|everyone|there)?\W*$",
    re.IGNORECASE,
)
_CODE = re.compile(r"```|Traceback|\w+Error\b|\w+Warning\b|[{}=<>]{2}|\w\(\w*\)")
_CONDITION = re.compile(r"^\W*(?:if|when|because|since|as|while|although|in case|with|given|for)\b", re.IGNORECASE)
_MIN_WORDS = 2


def questions_in(text: str) -> list[str]:
    """Return the questions of a message in their order, at most four; the text itself when it is one.

    >>> questions_in("how do I cook rice? also what is dropout?")
    ['how do I cook rice?', 'what is dropout?']
    """
    if _CODE.search(text):
        return [text]
    pieces = [_INTRODUCTION.sub("", piece).strip() for piece in _CUT.split(text)]
    questions = [piece for piece in pieces if piece and not _NO_QUESTION.match(piece)]
    if len(questions) < 2 or not all(_stands(piece) for piece in questions):
        return [text]
    if _CONDITION.match(questions[0]) and "?" not in questions[0]:
        return [text]  # "when training stalls, what should I do" is one question
    return questions[:MAX_QUESTIONS]


def _stands(piece: str) -> bool:
    """Whether a piece can be a question: words that ask, or a question mark."""
    asked = words(piece)
    return len(asked) >= _MIN_WORDS and (
        piece.endswith("?") or bool(re.match(rf"\W*(?:{_ASKING})\b", piece, re.IGNORECASE))
    )
