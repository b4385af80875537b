"""What a question wants: its kind, its level, and wishes about form. Pure text rules; searches nothing, says nothing.

The rules read English. What they get wrong: irony, a wish wrapped in a long story, and kinds that only the subject
tells ("batch size for fine-tuning" is a number, "optimizer for fine-tuning" a choice). A wrong kind costs order on the
card, never an answer.
"""

import re
from collections.abc import Sequence
from enum import StrEnum

from bot.tutor.audience import level_asked_in, level_for
from bot.tutor.dialogue import Question
from corpus.entry import Level
from index.term_matching import FILLER, Named, words


class Kind(StrEnum):
    """What sort of answer a question wants."""

    DEFINITION = "definition"
    COMPARISON = "comparison"
    WHY = "why"
    HOW = "how"
    WHEN = "when"
    CHOICE = "choice"
    NUMBER = "number"
    TROUBLE = "trouble"
    YES_NO = "yes-no"
    EXAMPLE = "example"
    LEVEL_CHANGE = "level change"
    SMALL_TALK = "small talk"
    OPEN = "open"


_MATTERING = frozenset("why matter matters important care bother significance".split())
_AROUND = frozenset("a an the is are do does so should i we it that in".split())
_LEVEL_WORDS = frozenset(
    """simpler simplify easier easy dumb down too hard harder complicated difficult more less detail details detailed deeper
    depth advanced formal precise rigorous maths math formula on go not understand didnt again now and but at on as if were
    my our an her his boss ceo client kid kids children grandmother grandma mother father mum mom engineer engineers
    developer developers programmer researcher researchers phd professor scientist beginners newcomer students managers
    experts people person layman executive executives audience version language still even much way put someone who
    technically speaking longer bit little than there going back one step""".split()
)
"""Words that a wish for another level is made of."""


def _cue(*phrases: str) -> re.Pattern[str]:
    """Return a pattern that matches any of the phrases as whole words."""
    return re.compile(rf"\b(?:{'|'.join(phrases)})\b", re.IGNORECASE)


_SMALL_TALK = re.compile(
    r"^(?:(?:hi|hello|hey|yo|hiya|thanks?|thank (?:you|u)|thx|ty|tysm|cheers|cool|nice|great|awesome|perfect|ok(?:ay)?|"
    r"k|got it|good (?:morning|evening|afternoon|night|bot|job)|bye|goodbye|see (?:you|ya)|lol|wow|sorry|no problem|"
    r"never ?mind|how are (?:you|u)|how(?:'s| is) it going|(?:what'?s|wassup|sup|what is) up|sup|wassup|"
    r"a lot|so much|very much|again|there|everyone|all|bot|tutor|that helps?(?:ed)?|this helps?(?:ed)?|helpful|very|"
    r"makes sense|i (?:get|understand) it now|understood|you|man|dude|mate|amazing|love it|appreciate it)[\s,.!?:)]*)+$",
    re.IGNORECASE,
)
_LEADING = r"^\W*(?:so |but |and |ok(?:ay)? |hey |hi |please |pls |um+ |also )*"
_TROUBLE = re.compile(
    r"\bnan\b|\binf(?:inity)?\b(?= loss)|\w+(?:Error|Exception|Warning)\b|\b(?:error|traceback|crash(?:es|ed)?|oom|"
    r"out of memory|stuck|plateau(?:s|ed|ing)?|explod\w+|diverg(?:es|ed|ing)|not (?:learning|converging|improving|"
    r"working|decreasing|training|going down)|(?:does|do|did|is|are|wo|ca|has|have)(?:n'?t| not) (?:learn|converge|improve|work|decrease|"
    r"train|fit|change|move|go down|help|match)\w*|never (?:converges|improves|changes)|keeps? (?:\w+ing|on)|"
    r"makes? (?:up|things up|stuff up)|going (?:up|wrong|crazy)|gets? (?:worse|slower|stuck)|got worse|"
    r"suddenly|for no reason|what (?:can|should|do) i do|how (?:do|can|to) (?:i |we )?(?:fix|debug|solve|stop|prevent|avoid)|"
    r"(?:super|way|too|so|very) (?:slow|low|bad)|(?:always|only) (?:predicts?|outputs?|gives?|says?)|"
    r"(?:predicts?|outputs?|gives?) (?:only|always|the same)|something wrong|what(?:'s| is) wrong)\b",
    re.IGNORECASE,
)
_OWN = _cue("my", "our", "i", "we", "ours", "mine", "im", "ive", "i'm", "i've")
_NUMBER = _cue(
    r"how (?:many|much|big|large|small|long|deep|high|low|often|wide|far)",
    r"what (?:is |'s )?(?:a |the )?(?:good|typical|usual|right|best|default|normal|common|reasonable|ideal|optimal|recommended|sensible) "
    r"(?:\w+ ){0,3}(?:value|number|size|rate|amount|range|score|length|count|rank|threshold|ratio)",
    r"(?:which|what) (?:\w+ ){0,2}(?:value|size|rate|number|rank|threshold|temperature|ratio|percentage|percent|length|k)\b"
    r"(?= (?:should|do|to|is good|for|would))",
    "rule of thumb",
)
_CHOICE = _cue(
    r"(?:which|what) (?:\w+ ){0,4}(?:should|shall|would|do|to|can) (?:i|we|you|one)? ?(?:use|choose|pick|take|try|start|prefer|go)",
    r"which (?:one|of|is better|are better|is best|metric|model|algorithm|method|loss|optimizer)",
    r"how (?:do|should|to|can) (?:i |we |you |one )?(?:choose|pick|select|decide)",
    r"what are (?:the )?(?:options|alternatives|ways|types|kinds|techniques|methods)",
    r"(?:best|good|better) (?:\w+ ){0,3}(?:for|to use|choice)",
    r"pros and cons|advantages?|disadvantages?|drawbacks?|downsides?|limitations?|alternatives? (?:to|for)",
    r"what (?:can|could|should|do) (?:i|we|you) use",
)
_YES_NO = re.compile(
    _LEADING
    + r"(?:is|are|was|were|do|does|did|can|could|should|will|would|has|have|must|am|isn'?t|aren'?t|doesn'?t|don'?t|"
    r"can'?t|won'?t|is it true)\s+(?!(?:you|u|someone|somebody|anyone) (?:\w+ )?(?:explain|tell|give|define|describe|show|help))",
    re.IGNORECASE,
)
_KINDS = (
    (Kind.NUMBER, _NUMBER),
    (
        Kind.EXAMPLE,
        _cue("examples?", "for instance", "use ?cases?", "show me", "demonstrate", "walk me through", "worked"),
    ),
    (Kind.CHOICE, _CHOICE),
    (Kind.WHY, _cue("why", "how come", r"what(?:'s| is) the (?:point|reason|purpose|use|benefit)", "what for", "reasons?")),
    (
        Kind.WHEN,
        re.compile(
            _LEADING + r"(?:when|in which (?:case|situation)s?)\b|\bwhen (?:should|would|do|to|is|not)\b", re.IGNORECASE
        ),
    ),
    (Kind.HOW, re.compile(_LEADING + r"how\b|\bhow (?:do|does|to|can|is|are|should|would)\b|\bhow\b.{1,40}\bworks?\b|step by step", re.IGNORECASE)),
    (Kind.YES_NO, _YES_NO),
)  # fmt: skip
_DEFINITION = re.compile(
    _LEADING + r"(?:what(?:'?s| is| are| was| does| do)?|wh?ats|wat is|define|explain|describe|tell me (?:about|what)|"
    r"(?:can|could) (?:you|u|someone) (?:please )?(?:explain|tell)|meaning of|definition of|who is)\b",
    re.IGNORECASE,
)
_FORMULA = _cue("formulas?", "equations?", "derivation", "mathematically", "(?:with |the )maths?")
"""A wish that the student's text fulfils: the one that holds the formula."""

_SIMPLER = _cue(
    r"simpler|simplify|easier|dumb (?:it|that) down|too (?:hard|complicated|technical|difficult|complex)|more (?:simply|basic)",
    r"(?:don'?t|do not|didn'?t|still don'?t|cant|can'?t) (?:get|understand|follow)|less technical|not so technical",
    r"in (?:plain|simple|easy) (?:english|words|terms|language)",
    "i'?m lost|lost me|confus(?:ed|ing)",
)
_DEEPER = _cue(
    r"deeper|more (?:detail(?:s|ed)?|technical(?:ly)?|advanced|in[- ]depth|formal|precise|rigorous|depth)|too (?:easy|simple|basic)",
    r"harder|go on|in (?:more )?(?:depth|detail)|the maths?|the formula|technically(?: speaking)?|longer|elaborate|expand",
)


def kind_of(text: str, named: Sequence[Named]) -> Kind:
    """Return what sort of answer the question wants, from its words and the names in it. Comparisons are told apart
    by comparison.py, which knows the sides.
    """
    text = text.replace("’", "'")
    if _SMALL_TALK.match(text):
        return Kind.SMALL_TALK
    if not named and only_about_level(text):
        return Kind.LEVEL_CHANGE
    if only_names(text, named):
        return Kind.DEFINITION
    if _TROUBLE.search(text) and (_OWN.search(text) or not _DEFINITION.match(text)):
        return Kind.TROUBLE
    for kind, pattern in _KINDS:
        if pattern.search(text):
            return kind
    return Kind.DEFINITION if _DEFINITION.match(text) else Kind.OPEN


def only_about_level(text: str) -> bool:
    """Return whether the words ask for another level and for nothing else: "simpler please", "now for my manager"."""
    if not (_SIMPLER.search(text) or _DEEPER.search(text) or level_asked_in(text) or level_for(text)):
        return False
    return all(word in FILLER or word in _LEVEL_WORDS for word in words(text))


def only_names(text: str, named: Sequence[Named]) -> bool:
    """Return whether the question says nothing beyond one name: "dropout", "what is dropout?", "dropout like I'm 5"."""
    return len(named) == 1 and all(word in FILLER for word in beside_names(text, named))


def beside_names(text: str, named: Sequence[Named]) -> list[str]:
    """Return the words of a question that are in none of its names."""
    inside = {place for name in named for place in range(name.start, name.end)}
    return [word for place, word in enumerate(words(text)) if place not in inside]


def asks_why_it_matters(text: str, named: Sequence[Named]) -> bool:
    """Return whether the question is "why does X matter?" or "why X?", and not "why does X help against Y?"."""
    beside = set(beside_names(text, named))
    return len(named) == 1 and "why" in beside and beside <= _MATTERING | _AROUND


def level_of(question: Question, default: Level) -> Level:
    """Return the level to answer at: the chosen one, else what the question or its audience asks for, else the default."""
    formula = Level.STUDENT if _FORMULA.search(question.text) else None
    return question.level or level_asked_in(question.text) or formula or level_for(question.audience) or default


def changed_level(text: str, current: Level) -> Level:
    """Return the level that "simpler please" or "for an expert" leads to from the current one."""
    order = list(Level)
    if named := level_asked_in(text) or level_for(text):
        return named
    step = -1 if _SIMPLER.search(text) else 1
    return order[min(max(order.index(current) + step, 0), len(order) - 1)]
