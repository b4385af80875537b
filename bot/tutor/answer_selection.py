"""Which text answers the question: every FAQ, facet and section of the entries found, ranked. Pure over scores.

Finding the right entry is half of an answer. Its texts are compared with the question by meaning (the cosine of their
vectors) and by words; a linear model over these signs, fitted by bench/fit_answers.py to questions whose answers are
known by their nuggets, ranks them. What it gets wrong: a question whose answer needs two sections, and a word of the
question that means something else in the text.
"""

from collections.abc import Collection, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache

from bot.tutor.answer_weights import BY_KIND, BY_SECTION, CLOSENESS, SURENESS, Signs
from bot.tutor.intent import Kind
from corpus.entry import Entry, Level, Section
from corpus.text import sentences, unlinked
from index.passage import Passage
from index.stemming import stems
from index.term_matching import FILLER, words

MAX_ENTRIES = 5
"""Entries whose texts are looked at, best first."""

MAX_LEAD = 450
MAX_FURTHER = 400
"""Characters of a section that are shown of the first and of each further text; a FAQ's answer is shown whole."""


@dataclass(frozen=True, slots=True)
class Scored:
    """A passage of an entry that was found: the entry's place among those (from 0), how far its score is behind the
    best one's, whether the question names it, whether it names others for sure and not this one, and the cosine of
    passage and question.
    """

    passage: Passage
    place: int
    behind: float
    named: bool
    unnamed: bool
    cosine: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """A text that may answer, with its score; only scores of one question compare. `sure`: probability that it does."""

    slug: str
    section: Section
    heading: str
    text: str
    level: Level | None
    score: float
    sure: float
    same_question: bool = False


def choose(question: str, kind: Kind, scored: Sequence[Scored], entries: dict[str, Entry]) -> list[Candidate]:
    """Return the texts that may answer, best first; each FAQ once and whole.

    `scored`: the passages of the entries found; `entries`: these by slug.
    """
    stems_asked = content_stems(question)
    exact = _key(question)
    asked = {slug: AskedOf.of(stems_asked, entry) for slug, entry in entries.items()}
    best: dict[tuple[str, Section, str], Candidate] = {}
    for one in scored:
        entry = entries[one.passage.slug]
        made = _candidate(one, entry, kind, signs_of(one, asked[entry.slug]), exact)
        key = (made.slug, made.section, made.heading or made.text)
        if key not in best or made.score > best[key].score:
            best[key] = made
    return sorted(best.values(), key=lambda made: (-made.same_question, -made.score, made.slug, made.text))


def _candidate(one: Scored, entry: Entry, kind: Kind, signs: Signs, exact: str) -> Candidate:
    passage = one.passage
    score = score_of(signs, passage.section, kind)
    faq = next((faq for faq in entry.faq if faq.question == passage.heading), None) if _is_faq(passage) else None
    return Candidate(
        passage.slug,
        passage.section,
        passage.heading,
        faq.answer if faq else passage.text,
        faq.level if faq else passage.level,
        score,
        SURENESS.sure(signs),
        bool(faq) and _key(passage.heading) == exact,
    )


@dataclass(frozen=True, slots=True)
class AskedOf:
    """What a question says beside an entry's names: those stems, the stems of the names, and the largest share of a name
    that the question holds.
    """

    beside: tuple[str, ...]
    names: frozenset[str]
    term_asked: float

    @classmethod
    def of(cls, question: Sequence[str], entry: Entry) -> "AskedOf":
        """Return it for the stems of a question's content words; the same for all passages of the entry."""
        names = [stems(name) for name in entry.names]
        own = frozenset(stem for name in names for stem in name)
        term_asked = max((_share(name, frozenset(question)) for name in names if name), default=0.0)
        return cls(tuple(stem for stem in question if stem not in own), own, term_asked)


def signs_of(one: Scored, asked: AskedOf) -> Signs:
    """Return what speaks for a passage. `asked`: what the question says beside the names of the passage's entry."""
    passage = one.passage
    heading = frozenset(stems(passage.heading))
    text = heading | _text_stems(passage.text)
    return Signs(
        cosine=one.cosine,
        in_heading=_share(asked.beside, heading),
        in_text=_share(asked.beside, text),
        heading_asked=_share(heading - asked.names - FILLER, frozenset(asked.beside)),
        second=one.place == 1,
        third_or_later=one.place >= 2,
        fourth_or_later=one.place >= 3,
        behind=min(one.behind, 8.0) / 4,
        named=one.named,
        unnamed=one.unnamed,
        term_asked=asked.term_asked,
        is_faq=_is_faq(passage),
        is_facet=passage.section is Section.FACETS,
    )


@lru_cache(maxsize=20_000)
def _text_stems(text: str) -> frozenset[str]:
    """Return the stems of a passage as a reader sees it; the passages of the entries asked for come again and again."""
    return frozenset(stems(unlinked(text)))


def score_of(signs: Signs, section: Section, kind: Kind) -> float:
    """Return the score of a text of this section for a question of this kind."""
    return CLOSENESS.score(signs) + BY_SECTION.get(section, 0.0) + BY_KIND.get((kind.value, section), 0.0)


def _is_faq(passage: Passage) -> bool:
    return passage.section is Section.FAQ


def _share(wanted: Collection[str], there: Set[str]) -> float:
    """Return the share of the wanted stems that are there, 0 when none is wanted."""
    return sum(stem in there for stem in wanted) / len(wanted) if wanted else 0.0


def content_stems(question: str) -> list[str]:
    """Return the stems of the words that say what a question is about, once each."""
    return [stem for stem in dict.fromkeys(stems(question)) if stem not in FILLER]


@lru_cache(maxsize=20_000)
def _key(question: str) -> str:
    """Return what two wordings of one question have in common: their words, folded."""
    return " ".join(words(question))


def excerpt(text: str, question: str, max_characters: int) -> str:
    """Return the run of whole sentences, at most so long, that shares most content words with the question.

    A text that is short enough comes whole; of equally good runs the first is taken.
    """
    if len(text) <= max_characters:
        return text
    asked = content_stems(question)
    parts = sentences(text)
    best, chosen = -1.0, (0, 1)
    for start in range(len(parts)):
        size, end = 0, start
        while end < len(parts) and (end == start or size + len(parts[end]) <= max_characters):
            size += len(parts[end])
            end += 1
        shared = _share(asked, frozenset(stems("".join(parts[start:end]))))
        if shared > best + 1e-9:
            best, chosen = shared, (start, end)
    return "".join(parts[chosen[0] : chosen[1]]).strip()
