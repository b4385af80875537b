"""Gaps, grouped by meaning, and a draft of the entry that would close one. Pure; knows neither who asked nor a database."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.state.values import Gap
from corpus.entry import Entry, Faq
from corpus.native_format.write import native
from index.embed import Vectors

SAME_MEANING = 0.75
"""Cosine from which two questions are one gap; with all-MiniLM-L6-v2, rewordings lie above and neighbours below."""

MAX_TERMS = 5
MAX_QUESTIONS = 5
TO_WRITE = "(to be written)"

_ASKING = re.compile(
    r"^\W*(?:(?:please|pls|hey|hi|so|can|could|would|you|someone|somebody|i|me|us|want|need|to|know)\s+)*"
    r"(?:what(?:['’]?s| is| are| was| does| do)|who (?:is|are)|explain|define|describe|tell(?: me| us)? about|"
    r"how (?:does|do|is|are)|why (?:is|are|does|do)|when (?:is|are|do))\s+(?:(?:an?|the|exactly|by)\s+)*",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"\s+(?:mean|means|work|works|used|about|please|pls|in simple words?|for beginners)\b.*$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Group:
    """Gaps of one meaning: how often, in whose words most often, and the terms nearest to them, the most frequent first."""

    question: str
    count: int
    questions: tuple[str, ...]
    nearest: tuple[str, ...]
    latest: datetime


def grouped(gaps: Sequence[Gap], embed: Callable[[Sequence[str]], Vectors], same: float = SAME_MEANING) -> list[Group]:
    """Return the gaps by meaning, the most frequent first; the same gaps in any order give the same groups.

    Greedy: the most frequent question opens a group, and each further one joins the nearest group whose first question
    has a cosine of at least `same` with it.
    """
    if not gaps:
        return []
    alike: dict[str, list[Gap]] = {}
    for gap in sorted(gaps, key=lambda one: (one.at, one.question)):
        alike.setdefault(_plain(gap.question), []).append(gap)
    ranked = sorted(alike, key=lambda text: (-len(alike[text]), text))
    members = _clustered(embed(ranked), same)
    groups = [_group([gap for row in rows for gap in alike[ranked[row]]]) for rows in members]
    return sorted(groups, key=lambda group: (-group.count, -group.latest.timestamp(), group.question))


def _clustered(vectors: Vectors, same: float) -> list[list[int]]:
    """Rows of each cluster, its leader first."""
    leaders: list[int] = []
    members: list[list[int]] = []
    for row in range(len(vectors)):
        cosines = vectors[leaders] @ vectors[row]
        if leaders and float(cosines.max()) >= same:
            members[int(cosines.argmax())].append(row)
        else:
            leaders.append(row)
            members.append([row])
    return members


def _group(gaps: Sequence[Gap]) -> Group:
    asked = [question for question, _ in Counter(gap.question for gap in gaps).most_common()]
    terms = Counter(term for gap in gaps for term in gap.nearest)
    return Group(
        question=asked[0],
        count=len(gaps),
        questions=tuple(asked[:MAX_QUESTIONS]),
        nearest=tuple(term for term, _ in terms.most_common(MAX_TERMS)),
        latest=max(gap.at for gap in gaps),
    )


def draft(group: Group) -> str:
    """Return a native file with what is known: the likely term, the questions as FAQ, the nearest terms as related ones."""
    entry = Entry(
        term=likely_term(group.question),
        related=group.nearest,
        summary=TO_WRITE,
        eli5=TO_WRITE,
        plain=TO_WRITE,
        student=TO_WRITE,
        practitioner=TO_WRITE,
        expert=TO_WRITE,
        example=TO_WRITE,
        why_it_matters=TO_WRITE,
        faq=tuple(Faq(" ".join(question.split()), TO_WRITE) for question in group.questions),
    )
    return native(entry)


def likely_term(question: str) -> str:
    """Return what a question asks about: "Fourier transform" of "What's a Fourier transform?".

    The whole question where nobody can tell.
    """
    rest = _AFTER.sub("", _ASKING.sub("", " ".join(question.split()), count=1)).strip(" \t?!.,;:“”\"'")
    return rest or question.strip()


def _plain(question: str) -> str:
    return " ".join(re.findall(r"\w+", question.casefold())) or question
