"""What to ask next: the author's own follow-ups first, then the related terms; never what was just asked. Pure."""

from collections.abc import Sequence

from bot.tutor.talk import Question
from corpus.entry import Entry
from corpus.glossary import folded

MOST = 5
LEAST = 3


def asking_for(term: str) -> str:
    """A question for a term that needs no article before it."""
    return f"What does “{term}” mean?"


def follow_ups(entry: Entry, question: Question, see_also: Sequence[str]) -> tuple[str, ...]:
    """Three to five questions that lead on from this entry, fewer where the glossary offers no more."""
    asked = {folded(question.text).rstrip("?"), *(folded(turn.question).rstrip("?") for turn in question.history)}
    authored = [one for one in entry.follow_ups if folded(one).rstrip("?") not in asked]
    related = [asking_for(term) for term in see_also if term not in question.terms]
    fresh = [one for one in related if folded(one).rstrip("?") not in asked]
    return tuple(authored + fresh[: max(0, LEAST - len(authored))])[:MOST]
