"""Whether a message in a channel is for the bot, and how it is taken. Pure: what was heard comes in, a decision goes out.

The bot stays out of talk between people: it answers when it is addressed, and in listen mode a question that the
glossary answers with high confidence, at most once in a while.
"""

import re
from dataclasses import dataclass
from enum import Enum

from bot.tutor.routing import Kind, kind_of

SURE = 0.8
"""Confidence of the search from which a question between people is answered in listen mode."""

LONGEST_OVERHEARD = 300
"""Characters: what people write at length to each other is no question to a glossary."""

_LINK = re.compile(r"https?://\S+")
_EMOJI = re.compile(r"<a?:\w+:\d+>")
_CALL = re.compile(r"[\s?!.]*")
_MENTION = re.compile(r"<(?:[@#][!&]?\d+|a?:\w+:\d+|/[^:>]+:\d+)>")


class Take(Enum):
    """What to do with a message."""

    IGNORE = "ignore"
    ANSWER = "answer here"
    OPEN_THREAD = "answer in a new thread"
    WEIGH = "answer if the glossary is sure"


@dataclass(frozen=True, slots=True)
class Heard:
    """A message as far as it matters here.

    `to_us`: it mentions the bot or replies to it. `to_others`: it mentions or replies to somebody else. `own_thread`: it
    stands in a thread that the bot opened; `company`: several people write there. `opening`: it is the first post of a
    forum thread.
    """

    text: str
    by_bot: bool = False
    system: bool = False
    direct: bool = False
    to_us: bool = False
    to_others: bool = False
    own_thread: bool = False
    company: bool = False
    study_channel: bool = False
    opening: bool = False
    can_open_thread: bool = True

    @property
    def readable(self) -> bool:
        """Whether there are words to read beside mentions, emoji and links."""
        return any(sign.isalnum() for sign in _bare(self.text))


@dataclass(frozen=True, slots=True)
class Listening:
    """Listen mode of a server and when the bot last spoke up by itself in this channel, in seconds of one clock."""

    on: bool = False
    between_s: float = 600.0
    last_s: float | None = None


def take(heard: Heard, listening: Listening, now_s: float) -> Take:
    """How a message is taken."""
    if heard.by_bot or heard.system:
        return Take.IGNORE
    if heard.direct or heard.to_us:
        return _addressed(heard)
    if heard.to_others or not heard.readable:
        return _overheard(heard, listening, now_s)
    if heard.own_thread or heard.opening:
        return Take.ANSWER if not heard.company or _goes_on(heard.text) else Take.IGNORE
    return _in_study_channel(heard) if heard.study_channel and is_question(heard.text) else Take.IGNORE


def _addressed(heard: Heard) -> Take:
    """Said to the bot itself: in a study channel it opens a thread, unless it is but a greeting or thanks."""
    if not heard.readable:
        # Who calls the bot and says nothing is told what to do; an emoji as a reply is left alone.
        return Take.ANSWER if _CALL.fullmatch(_bare(heard.text)) and not _EMOJI.search(heard.text) else Take.IGNORE
    if heard.direct or heard.own_thread or heard.opening or not heard.study_channel:
        return Take.ANSWER
    return Take.ANSWER if kind_of(_bare(heard.text), ()) is Kind.SMALL_TALK else _in_study_channel(heard)


def _overheard(heard: Heard, listening: Listening, now_s: float) -> Take:
    """Said to somebody else."""
    rested = listening.last_s is None or now_s - listening.last_s >= listening.between_s
    heeded = listening.on and rested and heard.study_channel and len(heard.text) <= LONGEST_OVERHEARD
    return Take.WEIGH if heeded and is_question(heard.text) else Take.IGNORE


def _in_study_channel(heard: Heard) -> Take:
    return Take.OPEN_THREAD if heard.can_open_thread else Take.ANSWER


def _goes_on(text: str) -> bool:
    """Whether a message among several people goes on with the bot: a question, or a wish such as "simpler please"."""
    return is_question(text) or kind_of(_bare(text), ()) in {Kind.LEVEL_CHANGE, Kind.EXAMPLE, Kind.WHY}


_LEADING = (
    r"^\W*(?:(?:so|but|and|ok|okay|hey|hi|hello|guys|all|everyone|quick question|question|please|pls|"
    r"(?:can|could) (?:you|u|anyone|anybody|somebody|someone))\b\W+)*"
)
_ASKING = re.compile(
    _LEADING + r"(?:what(?:'?s| is| are| was| does| do| did| would| happens| about)|why(?! not\W*$)|"
    r"how (?:do|does|did|is|are|can|could|should|would|to|come|many|much|about)|"
    r"when (?:do|does|is|are|should|would|to|can)|where (?:do|does|is|are|can|should)|"
    r"which (?:one|is|are|of|\w+ (?:is|are|should|do|does))|who (?:is|are|was|invented)|"
    r"(?:is|are|does|do|can|could|should|would) (?!you|u |we |i |i'm|he |she |they |it |that |this |anyone|someone|not )"
    r"\w+ \w+|"
    r"explain|define|describe|compare|(?:the )?difference between|eli5|tell me (?:about|what|why|how))\b",
    re.IGNORECASE,
)
_ASKED = re.compile(r"[?？؟][\"'”)»\]*_~|]*(?=\s|$)")
_CHAT = re.compile(
    r"^\W*(?:(?:right|really|seriously|what|huh|why|wdym|ok|okay|who|me|no|yes|yeah|you|same|lol|wait|eh|sure|and)\W*)+$|"
    r"^\W*(?:hey |so |ok |lol )*(?:how are|are|were|will|did|have|can) (?:you|u|y'?all|we)\b(?! (?:explain|define|describe|"
    r"compare|tell|know|help me))|"
    r"^\W*(?:is |does |has |did )?any(?:one|body) (?!know|explain|understand|able|can |tell)",
    re.IGNORECASE,
)
"""What people ask each other and nobody asks a glossary."""


def is_question(text: str) -> bool:
    """Whether a message asks something that is no mere chat: a question mark, or an opening as questions have it."""
    clean = _bare(text).replace("’", "'")
    if _CHAT.search(clean):
        return False
    return bool(_ASKED.search(clean) or _ASKING.match(clean))


def without_mention(text: str, bot: int) -> str:
    """The text without the mentions of the bot."""
    return " ".join(re.sub(rf"<@!?{bot}>", " ", text).split())


def _bare(text: str) -> str:
    """The words of a message without mentions, custom emoji and links."""
    return _LINK.sub(" ", _MENTION.sub(" ", text)).strip()
