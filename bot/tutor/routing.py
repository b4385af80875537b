"""Decides how a question is answered: by an entry, by a comparison, by a greeting, or by saying that nothing stands.

Pure: values in, a plan out; the tables of tests are in tests/bot/test_plan.py. It says nothing itself (authored.py
does) and searches nothing (index.search does).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.tutor.audience import is_unusual, level_asked_in, level_for
from bot.tutor.dialogue import Question
from corpus.entry import Level, Section, slug_of
from index.passage import Passage
from index.search import SearchResult
from index.term_matching import Match, Named, bases, telling, words

SAME_QUESTION = 0.5
"""A FAQ that shares this part of a question's telling words is taken to ask the same."""


MOST_COMPARED = 3


class Kind(StrEnum):
    """What sort of answer a question wants."""

    DEFINITION = "definition"
    COMPARISON = "comparison"
    WHY = "why"
    HOW = "how"
    WHEN = "when"
    EXAMPLE = "example"
    LEVEL_CHANGE = "level change"
    SMALL_TALK = "small talk"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Authored:
    """Answer from one entry; `lead` is a passage that answers more exactly than the level's text and comes first."""

    slug: str
    level: Level
    lead: Passage | None = None
    lead_section: Section | None = None


@dataclass(frozen=True, slots=True)
class Compare:
    """Set entries side by side, in the order in which they were named."""

    slugs: tuple[str, ...]
    level: Level


@dataclass(frozen=True, slots=True)
class Senses:
    """A name that several entries share: say what each means by it and let the person choose."""

    name: str
    slugs: tuple[str, ...]
    level: Level


@dataclass(frozen=True, slots=True)
class SmallTalk:
    """A greeting or thanks: answer in kind, look nothing up."""


@dataclass(frozen=True, slots=True)
class Declined:
    """Nothing in the glossary answers this; `nearest` are the entries to offer instead."""

    nearest: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """Let a model write the answer to `about` from passages of these entries.

    `otherwise` is said when there is no model, when it fails, and when what it wrote does not stand. `passages` are
    those of an earlier answer that is only told anew; else the search's are taken.
    """

    about: str
    kind: Kind
    slugs: tuple[str, ...]
    level: Level
    otherwise: "Authored | Compare"
    passages: tuple[Passage, ...] = ()


Plan = Authored | Compare | Senses | SmallTalk | Declined
"""What can be said from the entries' own words."""

_FILLER = frozenset(
    """a about again an and are basically can could define definition describe do does exactly explain explanation for
    give i in is it know like me mean meaning means need of okay ok pls please quick quickly so summary tell term that
    the this to understand us want was we what whats who word would you your is s help lol hey hi hello im eli5 5 five
    year years old child kid beginner simple simply simpler words terms english plain level student expert practitioner
    manager boss technical non without background much wtf tf even like deal with sentence sentences short brief briefly
    idk dont get basics intro introduction dummies overview concept def some sb someone one two 1 2 3 paragraph acronym
    abbreviation stand stands short full form""".split()
)
"""Words that add nothing to "what is X?": a question of a name and these is about that name and no more."""


_MATTERING = frozenset(
    "why matter matters important use used useful need needed care point purpose reason bother we i it".split()
)
_LEVEL_WORDS = frozenset(
    """simpler simplify easier easy dumb down too hard harder complicated difficult more less detail details detailed deeper
    depth advanced formal precise rigorous maths math formula on go not understand didnt again now and but at on as if were
    my our an her his boss ceo client kid kids children grandmother grandma mother father mum mom engineer engineers
    developer developers programmer researcher researchers phd professor scientist beginners newcomer students managers
    experts people person layman executive executives audience version language still even much way put someone who""".split()
)
"""Words that a wish for another level is made of."""


def _cue(*phrases: str) -> re.Pattern[str]:
    """Matches any of the phrases as whole words."""
    return re.compile(rf"\b(?:{'|'.join(phrases)})\b", re.IGNORECASE)


_COMPARISON = _cue(
    r"vs|versus|differ(?:s|ence|ences|ent|entiate)?|diff|compared?|comparison|distinguish|distinction|better than",
    r"rather than|instead of|same as|between|similar(?:ity|ities)?|or",
)
_SMALL_TALK = re.compile(
    r"^(?:(?:hi|hello|hey|yo|thanks?|thank you|thx|ty|cheers|cool|nice|great|awesome|perfect|ok(?:ay)?|got it|"
    r"good (?:morning|evening|bot|job)|bye|goodbye|see you|lol|wow|sorry|no problem|never ?mind|how are you|"
    r"who are you|what can you do|a lot|so much|very much|again|there|everyone|all|bot|tutor|that helps?(?:ed)?|"
    r"makes sense|i (?:get|understand) it now|you)[\s,.!?]*)+$",
    re.IGNORECASE,
)
_LEADING = r"^\W*(?:so |but |and |ok(?:ay)? |hey |hi |please |pls )*"
_KINDS = (
    (
        Kind.EXAMPLE,
        _cue("examples?", "for instance", "use ?cases?", "show me", "demonstrate", "walk me through", "worked"),
    ),
    (Kind.WHY, _cue("why", "how come", r"what(?:'s| is) the (?:point|reason|purpose)", "what for")),
    (
        Kind.WHEN,
        re.compile(
            _LEADING + r"(?:when|in which (?:case|situation)s?)\b|\bwhen (?:should|would|do|to)\b", re.IGNORECASE
        ),
    ),
    (Kind.HOW, re.compile(_LEADING + r"how\b|\bhow (?:do|does|to|can|is|are|should)\b", re.IGNORECASE)),
)
_DEFINITION = re.compile(
    _LEADING + r"(?:what(?:'?s| is| are| was| does| do)?|define|explain|describe|tell me (?:about|what)|"
    r"(?:can|could) (?:you|u|someone) (?:explain|tell)|meaning of|definition of|who is)\b",
    re.IGNORECASE,
)
_FORMULA = _cue("formulas?", "equations?", "derivatives?", "mathematically", "the maths?")
"""A wish that the student's text fulfils: the one that holds the formula."""

_SIMPLER = _cue(
    r"simpler|simplify|easier|dumb (?:it|that) down|too (?:hard|complicated|technical|difficult)|more (?:simply|basic)",
    r"(?:don'?t|do not|didn'?t) (?:get|understand)|less technical|in (?:plain|simple) (?:english|words|terms|language)",
)
_DEEPER = _cue(
    r"deeper|more (?:detail(?:s|ed)?|technical|advanced|in[- ]depth|formal|precise|rigorous)|too (?:easy|simple|basic)",
    r"harder|go on|in (?:more )?(?:depth|detail)|the maths?|the formula",
)


def kind_of(text: str, named: Sequence[Named]) -> Kind:
    """What sort of answer the question wants, from its words and the names in it."""
    text = text.replace("’", "'")
    if _SMALL_TALK.match(text):
        return Kind.SMALL_TALK
    if not named and _only_about_level(text):
        return Kind.LEVEL_CHANGE
    if len({slug for one in named for slug in one.slugs[:1]}) > 1 and _COMPARISON.search(text):
        return Kind.COMPARISON
    for kind, pattern in _KINDS:
        if pattern.search(text):
            return kind
    return Kind.DEFINITION if _DEFINITION.match(text) or only_names(text, named) else Kind.OPEN


def _only_about_level(text: str) -> bool:
    """Whether the words ask for another level and for nothing else: "simpler please", "now for my manager"."""
    if not (_SIMPLER.search(text) or _DEEPER.search(text) or level_asked_in(text) or level_for(text)):
        return False
    return all(word in _FILLER or word in _LEVEL_WORDS for word in words(text))


def only_names(text: str, named: Sequence[Named]) -> bool:
    """Whether the question says nothing beyond one name: "dropout", "what is dropout?", "dropout like I'm 5"."""
    return len(named) == 1 and all(word in _FILLER for word in _beside_names(text, named))


def _beside_names(text: str, named: Sequence[Named]) -> list[str]:
    """The words of a question that are in none of its names."""
    inside = {i for one in named for i in range(one.start, one.end)}
    return [word for i, word in enumerate(words(text)) if i not in inside]


def level_of(question: Question, default: Level) -> Level:
    """The level to answer at: the chosen one, else what the question or its audience asks for, else the default."""
    formula = Level.STUDENT if _FORMULA.search(question.text) else None
    return question.level or level_asked_in(question.text) or formula or level_for(question.audience) or default


def changed_level(text: str, current: Level) -> Level:
    """The level that "simpler please" or "for an expert" leads to from the current one."""
    order = list(Level)
    if named := level_asked_in(text) or level_for(text):
        return named
    step = -1 if _SIMPLER.search(text) else 1
    return order[min(max(order.index(current) + step, 0), len(order) - 1)]


def without_search(question: Question, named: Sequence[Named], level: Level) -> Plan | None:
    """The plan for a greeting, a change of level or a name alone, none of which needs a search; None for all others."""
    kind = kind_of(question.text, named)
    if kind is Kind.SMALL_TALK:
        return SmallTalk()
    if kind is Kind.LEVEL_CHANGE:
        return _at_another_level(question, level)
    if kind is Kind.DEFINITION and only_names(question.text, named) and named[0].match is not Match.TYPO:
        return _one_name(named[0], level)
    return None


def plan(question: Question, result: SearchResult, level: Level) -> Plan:
    """The plan for a question that was searched for."""
    kind = kind_of(question.text, result.named)
    sure = [one for one in result.named if not one.name.everyday]
    if kind is Kind.COMPARISON and (sure or result.answerable):
        slugs = tuple(dict.fromkeys(_meant(one, result.slugs) for one in result.named))
        if len(slugs) > 1:
            return Compare(slugs[:MOST_COMPARED], level)
    if not result.answerable:
        return Declined(result.slugs[:3])
    best = result.hits[0].passage
    if kind is Kind.EXAMPLE:
        return Authored(best.slug, level, lead_section=Section.EXAMPLE)
    if kind is Kind.WHY and _asks_why_it_matters(question.text, result.named):
        return Authored(best.slug, level, lead_section=Section.WHY_IT_MATTERS)
    return Authored(best.slug, level, _lead(kind, question.text, result, best.slug))


def _at_another_level(question: Question, level: Level) -> Plan:
    slugs = tuple(slug_of(term) for term in question.terms)
    level = changed_level(question.text, question.last_level or level)
    if not slugs:
        return SmallTalk()
    return Compare(slugs[:MOST_COMPARED], level) if len(slugs) > 1 else Authored(slugs[0], level)


def written(question: Question, decided: Plan, result: SearchResult | None) -> Written | None:
    """How a model would answer better than the entries' own words; None where an author wrote what was asked for.

    `decided` is what the entries say by themselves; `result` is None when nothing was searched for.
    """
    if not isinstance(decided, Authored | Compare):
        return None
    named = result.named if result else ()
    kind = kind_of(question.text, named)
    slugs = (decided.slug,) if isinstance(decided, Authored) else decided.slugs
    if kind is Kind.LEVEL_CHANGE:
        last = question.history[-1] if question.history else None
        if last is None or not last.passages:
            return None
        # "Simpler please" said twice is still about what was asked before the first.
        asked = (turn.question for turn in reversed(question.history) if turn.passages == last.passages)
        about = next((text for text in asked if kind_of(text, ()) is not Kind.LEVEL_CHANGE), last.question)
        return Written(about, kind, slugs, decided.level, decided, last.passages)
    if question.passages:
        return Written(question.text, kind, slugs, decided.level, decided, question.passages)
    if is_unusual(question.audience) or (result and not _an_author_wrote(kind, decided, result)):
        return Written(question.text, kind, slugs, decided.level, decided)
    return None


def _an_author_wrote(kind: Kind, decided: Authored | Compare, result: SearchResult) -> bool:
    """Whether the entries hold just what was asked for, and not only what surrounds it."""
    if isinstance(decided, Compare):
        return any(_compares(hit.passage, decided.slugs, result) for hit in result.hits)
    return bool(decided.lead or decided.lead_section) or kind in {Kind.DEFINITION, Kind.EXAMPLE}


def _compares(passage: Passage, slugs: Sequence[str], result: SearchResult) -> bool:
    """Whether a FAQ of one of the entries asks about another of them."""
    others = {one.name.folded for one in result.named if passage.slug not in one.slugs}
    asked = passage.heading.casefold()
    return passage.section is Section.FAQ and passage.slug in slugs and any(name in asked for name in others)


def _one_name(named: Named, level: Level) -> Plan:
    if len(named.slugs) > 1:
        return Senses(named.name.folded, named.slugs, level)
    return Authored(named.slugs[0], level)


def _meant(named: Named, found: Sequence[str]) -> str:
    """The entry of a name; of a shared name the one that the whole question found first."""
    return min(named.slugs, key=lambda slug: found.index(slug) if slug in found else len(found))


def _asks_why_it_matters(text: str, named: Sequence[Named]) -> bool:
    """ "Why does dropout matter?" and "why dropout?", but not "why does dropout help against overfitting?"."""
    return len(named) == 1 and all(word in _FILLER | _MATTERING for word in _beside_names(text, named))


def _lead(kind: Kind, text: str, result: SearchResult, slug: str) -> Passage | None:
    """A FAQ of the entry that asks the same: it shares half of the telling words that are not the entry's name."""
    if kind is Kind.DEFINITION:
        return None
    beside = set(_beside_names(text, result.named)) - _FILLER
    asked = {bases(word)[-1] for word in telling(text) if word in beside}
    for hit in result.hits:
        passage = hit.passage
        if passage.slug == slug and passage.section is Section.FAQ and asked:
            there = {bases(word)[-1] for word in words(passage.heading)}
            if len(asked & there) >= SAME_QUESTION * len(asked):
                return passage
    return None
