"""What to ask next: the author's own follow-ups first, then the related terms; never what was just asked. Pure."""

from collections.abc import Callable, Sequence
from itertools import islice

from bot.tutor.dialogue import Answer, Question
from corpus.entry import Entry
from corpus.glossary import folded

MOST = 5
LEAST = 3


def asking_for(term: str) -> str:
    """A question for a term that needs no article before it."""
    return f"What does “{term}” mean?"


def follow_ups(entry: Entry, question: Question, see_also: Sequence[str]) -> tuple[str, ...]:
    """Three to five questions that lead on from this entry, fewer where the glossary offers no more."""
    asked = _asked(question)
    authored = [one for one in entry.follow_ups if folded(one).rstrip("?") not in asked]
    related = [asking_for(term) for term in see_also if term not in question.terms]
    fresh = [one for one in related if folded(one).rstrip("?") not in asked]
    return tuple(authored + fresh[: max(0, LEAST - len(authored))])[:MOST]


def leading_on(
    question: Question, given: Answer, own: Sequence[str], answerable: Callable[[str], bool]
) -> tuple[str, ...]:
    """Three to five questions after a written answer: the authors', then related terms, then the model's `own`.

    Only what can be answered is offered, and nothing that was asked before.
    """
    related = [asking_for(term) for term in given.see_also if term not in question.terms]
    told = _asked(question)
    fresh: dict[str, str] = {}
    for one in (*given.follow_ups, *related[:LEAST], *own):
        if (key := folded(one).rstrip("?")) not in told:
            fresh.setdefault(key, one)
    return tuple(islice((one for one in fresh.values() if answerable(one)), MOST))


def _asked(question: Question) -> set[str]:
    return {folded(question.text).rstrip("?"), *(folded(turn.question).rstrip("?") for turn in question.history)}
