"""Wishes about the form of an answer, and questions about the bot itself. Pure text rules; English.

A wish is done where an author's text can ("in one sentence" is the summary), else said in one line. The rules read whole
messages: "the table" in a question about tables is no wish.
"""

import re
from enum import StrEnum

from index.term_matching import FILLER, words


class Wish(StrEnum):
    """What a message wants of the last answer, or of the answer to come."""

    SHORTER = "shorter"
    AGAIN = "again"
    EXAMPLE = "example"
    WHY = "why"
    TABLE = "table"
    LANGUAGE = "language"


class AboutBot(StrEnum):
    """What a message wants to know about the bot."""

    HELP = "help"
    WHO = "who"
    MODEL = "model"
    COUNT = "count"
    LIST = "list"


LANGUAGES = (
    "german deutsch spanish español espanol french français francais italian portuguese português chinese mandarin japanese korean "
    "russian arabic hindi turkish polish dutch ukrainian vietnamese indonesian swedish greek hebrew czech romanian bengali"
)
_LANGUAGE = "|".join(LANGUAGES.split())
_IN_LANGUAGE = re.compile(
    rf"\b(?:in|auf|en|into|to|speak|em)\s+(?P<language>{_LANGUAGE})\b|\btranslate\b", re.IGNORECASE
)
_WISH_WORDS = frozenset(
    """shorter short brief briefly tldr tl dr summarize summarise summary sum up one sentence in a line single too long much text
    keep it please pls can you could u make that this give me put say again rephrase explain differently another way other
    words repeat come what huh sorry pardon didnt don't get catch still as table form format with pros and cons an example
    examples concrete case show numbers for instance ok okay but why is so then and how come me the just quick quickly more
    answer speak bitte por favor stp svp sil vous plait merci i have want my to translate it try once reword word of your last
    do like be bit little hmm well use using from real life world practical demo need now""".split()
)
_WISHES: tuple[tuple[Wish, re.Pattern[str]], ...] = (
    (
        Wish.SHORTER,
        re.compile(
            r"\b(?:shorter|tl;?dr|tl dr|in (?:one|a|1) (?:sentence|line)|one (?:sentence|line)r?|too long|summar(?:y|ize|ise)|sum (?:it|that|this) up|"
            r"brief(?:ly|er)?|in short|too much text)\b",
            re.IGNORECASE,
        ),
    ),
    (Wish.TABLE, re.compile(r"\b(?:as|in|into|make|with) (?:a |an )?(?:\w+ )?table\b|\btabular\b", re.IGNORECASE)),
    (Wish.LANGUAGE, _IN_LANGUAGE),
    (
        Wish.EXAMPLE,
        re.compile(r"\bexamples?\b|\bfor instance\b|\bconcrete case\b|\bshow me\b|\bin practice\b", re.IGNORECASE),
    ),
    (
        Wish.WHY,
        re.compile(r"^\W*(?:ok(?:ay)? |but |and |so |yes |yeah |hmm )*(?:why|how come|what for)\b", re.IGNORECASE),
    ),
    (
        Wish.AGAIN,
        re.compile(
            r"\bagain\b|\brephrase\b|\breword\b|\bdifferently\b|\banother way\b|\bother words\b|\brepeat\b|^\W*(?:what|huh|sorry|pardon|hmm|wat|eh)\W*$",
            re.IGNORECASE,
        ),
    ),
)
_ABOUT: tuple[tuple[AboutBot, re.Pattern[str]], ...] = (
    (
        AboutBot.COUNT,
        re.compile(
            r"\bhow many (?:terms|entries|words|definitions|concepts|topics|things) (?:do|are|does|can|have|you|in)\b|"
            r"\bnumber of (?:terms|entries|definitions)\b|\bhow (?:big|large) is (?:the|your|this) glossary\b",
            re.IGNORECASE,
        ),
    ),
    (
        AboutBot.LIST,
        re.compile(
            r"\b(?:list|show|give)\b(?: me)?(?: all| every(?:thing)?| the| your)+(?: of)?(?: the| your)? ?(?:terms?|entries|words|topics|concepts|definitions)?"
            r"(?:.{0,30})\b(?:start(?:ing|s)? with|begin(?:ning|s)? with|on|about|under|in|you (?:have|know))\b|"
            r"^\W*(?:list|show|browse)(?: me)?(?: all)? (?:the |your )?(?:terms|entries|topics|concepts)\W*$|"
            r"\bwhat (?:terms|topics|entries|concepts|words) (?:do|can|are|does|have) (?:you|u|there|the)\b|"
            r"\b(?:terms|entries|words) (?:that )?(?:start|begin)(?:ing|s)? with\b",
            re.IGNORECASE,
        ),
    ),
    (
        AboutBot.MODEL,
        re.compile(
            r"\b(?:what|which) (?:language |ai |llm )?(?:model|llm|ai)s? (?:are|r|do|does|is|runs?|powers?|drives?)(?: (?:you|u|this|behind|the|running))+|"
            r"\bare (?:you|u) (?:chat ?gpt|gpt[- ]?\d*\w*|claude|gemini|llama|an? llm|an? language model|mistral|deepseek)\b|"
            r"\b(?:what|which) (?:llm|model) is (?:this|behind|used)\b|\bwhat are you (?:running|built|based) on\b",
            re.IGNORECASE,
        ),
    ),
    (
        AboutBot.WHO,
        re.compile(
            r"^\W*(?:so |hey |hi |ok )*(?:who|what) (?:are|r) (?:you|u)\b(?: (?:exactly|even|anyway|again))*\W*$|\bwho (?:made|built|created|wrote|programmed|developed|runs) (?:you|u|this)\b|"
            r"\bare (?:you|u) (?:an? |really |actually )*(?:ai|a\.i\.|bot|robot|human|person|real|machine|alive|sentient)\b|"
            r"\b(?:do you|are you) (?:have feelings|conscious)\b|\bwhat(?:'?s| is) your name\b",
            re.IGNORECASE,
        ),
    ),
    (
        AboutBot.HELP,
        re.compile(
            r"^\W*/?help\W*(?:me)?\W*(?:pls|please)?\W*$|\bwhat (?:can|do) (?:you|u) do\b|\bhow (?:do|can|does) (?:i|we|one|this|it) (?:use|work with|talk to|ask) (?:you|this|the bot|it)\b|"
            r"\bwhat (?:can|should) i ask\b|\bhow do (?:you|u) work\b|\bhow does this (?:bot|thing) work\b|^\W*commands?\W*$|\bwhat (?:are )?(?:your|the) commands\b",
            re.IGNORECASE,
        ),
    ),
)  # fmt: skip
_LETTER = re.compile(r"\b(?:start|begin)(?:ing|s)?\s+with\s+(?:the letter\s+)?[\"'“]?(?P<letter>\w)\b", re.IGNORECASE)
_TOPIC = re.compile(r"\b(?:on|about|under|in)\s+(?P<topic>[\w &-]+?)\W*$", re.IGNORECASE)


def wish_of(text: str) -> Wish | None:
    """Return what the whole message wants of the last answer, None when it says anything else too."""
    for wish, pattern in _WISHES:
        if pattern.search(text) and _only_wish(pattern.sub(" ", text) if wish is Wish.LANGUAGE else text):
            return wish
    return None


def wish_in(text: str) -> Wish | None:
    """Return the wish about form that a question carries beside what it asks: "dropout in one sentence"."""
    for wish, pattern in _WISHES:
        if wish in {Wish.SHORTER, Wish.TABLE, Wish.LANGUAGE} and pattern.search(text):
            return wish
    return None


def language_in(text: str) -> str:
    """Return the language that a message names, "" for none."""
    named = _IN_LANGUAGE.search(text)
    return (named["language"] or "").capitalize() if named else ""


def without_wish(text: str) -> str:
    """Return the question without its wish about form."""
    wish = wish_in(text)
    pattern = dict(_WISHES)[wish] if wish else None
    return " ".join(pattern.sub(" ", text).split()) or text if pattern else text


def about_bot(text: str) -> AboutBot | None:
    """Return what the message wants to know about the bot, None when it is about something else."""
    return next((topic for topic, pattern in _ABOUT if pattern.search(text)), None)


def letter_in(text: str) -> str:
    """Return the letter that listed terms should begin with, "" for none."""
    found = _LETTER.search(text)
    return found["letter"].upper() if found else ""


def topic_in(text: str) -> str:
    """Return the topic that listed terms should belong to, "" for none."""
    found = _TOPIC.search(text)
    return found["topic"].strip() if found else ""


def _only_wish(text: str) -> bool:
    return all(word in _WISH_WORDS or word in FILLER for word in words(text))
