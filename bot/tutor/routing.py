"""Decides how a question is answered: by which entry's words, by a comparison, in kind, or by saying that nothing stands.

Pure: values in, a plan out; the tables of tests are in tests/tutor/test_routing.py. It says nothing itself
(glossary_answer does), searches nothing (index.search does) and ranks no texts (answer_selection does).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.tutor.answer_selection import Candidate
from bot.tutor.audience import is_unusual
from bot.tutor.comparison import Side
from bot.tutor.dialogue import Question
from bot.tutor.intent import Kind, changed_level, kind_of, only_names
from bot.tutor.wishes import AboutBot, Wish
from corpus.entry import Level, Section, slug_of
from index.passage import Passage
from index.search import SearchResult
from index.term_matching import Match, Named

MAX_COMPARED = 3
MIN_SURE = 0.27
"""Below this probability that the best text answers the question, the card says that the glossary does not answer it."""

MAX_SHOWN = 3
MAX_BEHIND = 3.0
"""Texts that one card leads with, and how far a further one's score may be behind the best one's."""


@dataclass(frozen=True, slots=True)
class Explained:
    """Explain one entry at a level. `name`: the name that was asked for, folded, which may be a facet's."""

    slug: str
    level: Level
    name: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Selected:
    """Lead with the texts that answer. `answers` False: none answers just this, and the first is only the closest."""

    candidates: tuple[Candidate, ...]
    level: Level
    answers: bool = True

    @property
    def slug(self) -> str:
        """Return the entry that the answer is about."""
        return self.candidates[0].slug


@dataclass(frozen=True, slots=True)
class Shown:
    """Show one section of an entry: its example, why it matters, its summary. `defines`: say what the thing is, too."""

    slug: str
    level: Level
    section: Section
    defines: bool = False


@dataclass(frozen=True, slots=True)
class Compare:
    """Set entries side by side, in the order in which they were named; `unknown`: sides without an entry.

    `names`: for each entry the folded name that was asked for, which may be a facet's; an entry may stand twice.
    """

    slugs: tuple[str, ...]
    level: Level
    unknown: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


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
class About:
    """A question about the bot itself."""

    topic: AboutBot


@dataclass(frozen=True, slots=True)
class CannotDo:
    """A wish about form that no author's text fulfils: say so in one line."""

    wish: Wish


@dataclass(frozen=True, slots=True)
class Declined:
    """Nothing in the glossary answers this; `nearest` are the entries to offer instead."""

    nearest: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Generated:
    """Let a model write the answer to `about` from passages of these entries.

    The plan it stands for is said when there is no model, when it fails, and when what it wrote does not stand.
    `passages` are those of an earlier answer that is only told anew; else the search's are taken.
    """

    about: str
    kind: Kind
    slugs: tuple[str, ...]
    level: Level
    passages: tuple[Passage, ...] = ()


Plan = Explained | Selected | Shown | Compare | Senses | SmallTalk | About | CannotDo | Declined
"""What can be said from the entries' own words."""

_FORMS = {Wish.SHORTER: Section.SUMMARY, Wish.EXAMPLE: Section.EXAMPLE, Wish.WHY: Section.WHY_IT_MATTERS}


def by_wish(question: Question, wish: Wish, level: Level) -> Plan | None:
    """Return the plan for a wish about the last answer; None when there was none or a search can do better."""
    slugs = tuple(slug_of(term) for term in question.terms)
    level = question.level or question.last_level or level
    if wish in {Wish.TABLE, Wish.LANGUAGE}:
        return CannotDo(wish)
    if not slugs:
        return None
    if wish is Wish.AGAIN:
        return at_level(question, _simpler(level))
    if len(slugs) > 1:
        return None
    section = _FORMS[wish]
    if section is Section.EXAMPLE and level in {Level.ELI5, Level.PLAIN}:
        section = Section.EVERYDAY_EXAMPLE
    return Shown(slugs[0], level, section)


def _simpler(level: Level) -> Level:
    order = list(Level)
    return order[max(order.index(level) - 1, 0)]


def at_another_level(question: Question, level: Level) -> Plan:
    """Return the plan for "simpler please" and its like: the last subject at the level that the words lead to."""
    return at_level(question, changed_level(question.text, question.last_level or level))


def at_level(question: Question, level: Level) -> Plan:
    """Return the plan that shows the last subject at a level."""
    slugs = tuple(slug_of(term) for term in question.terms)
    if not slugs:
        return SmallTalk()
    return Compare(slugs[:MAX_COMPARED], level) if len(slugs) > 1 else Explained(slugs[0], level)


def by_name(question: Question, named: Sequence[Named], level: Level) -> Plan | None:
    """Return the plan for a question that is a name and no more; None for all others."""
    if not only_names(question.text, named) or named[0].match is Match.TYPO:
        return None
    name = named[0]
    if len(name.slugs) > 1:
        return Senses(name.name.folded, name.slugs, level)
    return Explained(name.slugs[0], level, name.name.folded)


def by_sides(sides: Sequence[Side], found: Sequence[str], level: Level) -> Compare | None:
    """Return the comparison of these sides; None when fewer than one is known. `found`: the search's entries, best first."""
    pairs = [(meant(side.named, found), side.named.name.folded) for side in sides if side.named]
    pairs = list(dict.fromkeys(pairs))[:MAX_COMPARED]
    unknown = tuple(side.text for side in sides if side.named is None)
    if not pairs or len(pairs) + len(unknown) < 2:
        return None
    return Compare(tuple(slug for slug, _ in pairs), level, unknown, tuple(name for _, name in pairs))


def by_candidates(candidates: Sequence[Candidate], level: Level, told: str = "") -> Selected | None:
    """Return the texts to lead with: the best, and further ones not far behind. `told`: the last answer, whose texts do
    not lead again.
    """
    fresh = [candidate for candidate in candidates if not told or candidate.text[:200] not in told]
    if not fresh:
        return None
    best = fresh[0]
    shown = [candidate for candidate in fresh if best.score - candidate.score <= MAX_BEHIND or candidate is best]
    return Selected(tuple(shown[:MAX_SHOWN]), level, best.same_question or best.sure >= MIN_SURE)


def meant(named: Named, found: Sequence[str]) -> str:
    """Return the entry of a name; of a shared name the one that the whole question found first."""
    return min(named.slugs, key=lambda slug: found.index(slug) if slug in found else len(found))


def generated(question: Question, decided: Plan, result: SearchResult | None) -> Generated | None:
    """Return how a model would answer better than the entries' own words; None where an author wrote what was asked for.

    `decided` is what the entries say by themselves; `result` is None when nothing was searched for.
    """
    if not isinstance(decided, Explained | Selected | Compare):
        return None
    kind = Kind.COMPARISON if isinstance(decided, Compare) else kind_of(question.text, result.named if result else ())
    slugs = decided.slugs if isinstance(decided, Compare) else (decided.slug,)
    if kind is Kind.LEVEL_CHANGE:
        last = question.history[-1] if question.history else None
        if last is None or not last.passages:
            return None
        # "Simpler please" said twice is still about what was asked before the first.
        asked = (turn.question for turn in reversed(question.history) if turn.passages == last.passages)
        about = next((text for text in asked if kind_of(text, ()) is not Kind.LEVEL_CHANGE), last.question)
        return Generated(about, kind, slugs, decided.level, last.passages)
    if question.passages:
        return Generated(question.text, kind, slugs, decided.level, question.passages)
    if is_unusual(question.audience) or (isinstance(decided, Selected) and not decided.answers):
        return Generated(question.text, kind, slugs, decided.level)
    return None
