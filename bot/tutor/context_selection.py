"""Selects the retrieved context: the passages that a generated answer may stand on. Pure."""

from collections.abc import Sequence

from corpus.entry import Level, Section
from index.passage import Passage

MAX_PASSAGES = 6
MAX_CORE = 2
"""Passages that each of several entries is sure to have: its text at the level, and its summary."""


def select_context(
    own: Sequence[Sequence[Passage]], hits: Sequence[Passage], level: Level, limit: int = MAX_PASSAGES
) -> tuple[Passage, ...]:
    """Return at most `limit` passages, the surest first.

    `own`: all passages of each entry that the answer is about; `hits`: what the search found, best first, empty when
    nothing was searched for. Of one entry: its three best hits, its text at the level, its other hits, then hits of
    other entries. Of several entries: the text at the level of each, then the summary of each, then hits.
    """
    slugs = [passages[0].slug for passages in own if passages]
    several = len(slugs) > 1
    about = [hit for hit in hits if hit.slug in slugs]
    beside = [hit for hit in hits if hit.slug not in slugs]
    core = _interleave([_core(passages, level) for passages in own])
    # Of one entry the search knows best what answers; of several each must be there before the first takes all places.
    order = [*core, *about, *beside] if several else [*about[:3], *core[:1], *about[3:], *beside]
    rest = _interleave([sorted(passages, key=lambda passage: passage.level is not level) for passages in own])
    return tuple(dict.fromkeys([*order, *(() if hits else rest)]))[:limit]


def _core(passages: Sequence[Passage], level: Level) -> list[Passage]:
    """Return the entry's text nearest to the level, then its summary."""
    given = level.nearest({passage.level: passage.text for passage in passages if passage.level})
    wanted = ([Section(given.value)] if given else []) + [Section.SUMMARY]
    return [passage for section in wanted for passage in passages if passage.section is section][:MAX_CORE]


def _interleave(groups: Sequence[Sequence[Passage]]) -> list[Passage]:
    """Return the first of each group, then the second of each."""
    longest = max((len(group) for group in groups), default=0)
    return [group[i] for i in range(longest) for group in groups if i < len(group)]
