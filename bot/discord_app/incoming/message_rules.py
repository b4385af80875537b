"""Whether a message in a channel is for the bot, and how it is taken. Pure: what was heard comes in, a decision goes out.

The bot stays out of talk between people: it answers when it is addressed, and in listen mode a question that the
glossary answers with high confidence, at most once in a while.
"""

import re
from dataclasses import dataclass
from enum import Enum

from bot.tutor.intent import Kind, kind_of

SURE = 0.8
"""Confidence of the search from which a question between people is answered in listen mode."""

MAX_UNSOLICITED = 300
"""Characters: what people write at length to each other is no question to a glossary."""

_LINK = re.compile(r"https?://\S+")
_EMOJI = re.compile(r"<a?:\w+:\d+>")
_CALL = re.compile(r"[\s?!.^👆☝👉⬆🔝\ufe0f\U0001f3fb-\U0001f3ff]*")
"""What calls the bot and says nothing, or points at the message above."""
_MENTION = re.compile(r"<(?:[@#][!&]?\d+|a?:\w+:\d+|/[^:>]+:\d+)>")


class Reaction(Enum):
    """What to do with a message."""

    IGNORE = "ignore"
    ANSWER = "answer here"
    OPEN_THREAD = "answer in a new thread"
    ANSWER_IF_SURE = "answer if the glossary is sure"


@dataclass(frozen=True, slots=True)
class IncomingMessage:
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
        """Return whether there are words to read beside mentions, emoji and links."""
        return any(sign.isalnum() for sign in _bare(self.text))


@dataclass(frozen=True, slots=True)
class Listening:
    """Listen mode of a server and when the bot last spoke up by itself in this channel, in seconds of one clock."""

    on: bool = False
    between_s: float = 600.0
    last_s: float | None = None


def take(incoming: IncomingMessage, listening: Listening, now_s: float) -> Reaction:
    """Return how a message is taken."""
    if incoming.by_bot or incoming.system:
        return Reaction.IGNORE
    if incoming.direct or incoming.to_us:
        return _addressed(incoming)
    if incoming.to_others or not incoming.readable:
        return _overheard(incoming, listening, now_s)
    if incoming.own_thread or incoming.opening:
        return Reaction.ANSWER if not incoming.company or _goes_on(incoming.text) else Reaction.IGNORE
    return _in_study_channel(incoming) if incoming.study_channel and is_question(incoming.text) else Reaction.IGNORE


def _addressed(incoming: IncomingMessage) -> Reaction:
    """Said to the bot itself: in a study channel it opens a thread, unless it is but a greeting or thanks."""
    if not incoming.readable:
        # Who calls the bot and says nothing is told what to do; an emoji as a reply and a bare link are left alone.
        calls = _CALL.fullmatch(_bare(incoming.text)) and not (
            _EMOJI.search(incoming.text) or _LINK.search(incoming.text)
        )
        return Reaction.ANSWER if calls else Reaction.IGNORE
    if incoming.direct or incoming.own_thread or incoming.opening or not incoming.study_channel:
        return Reaction.ANSWER
    return Reaction.ANSWER if kind_of(_bare(incoming.text), ()) is Kind.SMALL_TALK else _in_study_channel(incoming)


def _overheard(incoming: IncomingMessage, listening: Listening, now_s: float) -> Reaction:
    """Said to somebody else."""
    rested = listening.last_s is None or now_s - listening.last_s >= listening.between_s
    heeded = listening.on and rested and incoming.study_channel and len(incoming.text) <= MAX_UNSOLICITED
    return Reaction.ANSWER_IF_SURE if heeded and is_question(incoming.text) else Reaction.IGNORE


def _in_study_channel(incoming: IncomingMessage) -> Reaction:
    return Reaction.OPEN_THREAD if incoming.can_open_thread else Reaction.ANSWER


def _goes_on(text: str) -> bool:
    """Return whether a message among several people goes on with the bot: a question, or a wish such as "simpler please"."""
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
    """Return whether a message asks something that is no mere chat: a question mark, or an opening as questions have it."""
    clean = _bare(text).replace("’", "'")
    if _CHAT.search(clean):
        return False
    return bool(_ASKED.search(clean) or _ASKING.match(clean))


def without_mention(text: str, bot: int) -> str:
    """Return the text without the mentions of the bot."""
    return " ".join(re.sub(rf"<@!?{bot}>", " ", text).split())


def _bare(text: str) -> str:
    """Return the words of a message without mentions, custom emoji and links."""
    return _LINK.sub(" ", _MENTION.sub(" ", text)).strip()
