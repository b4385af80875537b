"""The passages that a written answer may stand on: what was found, and of each entry in question its own core. Pure."""

from collections.abc import Sequence

from corpus.entry import Level, Section
from index.passage import Passage

MOST = 6
CORE = 2
"""Passages that each of several entries is sure to have: its text at the level, and its summary."""


def material(
    own: Sequence[Sequence[Passage]], found: Sequence[Passage], level: Level, most: int = MOST
) -> tuple[Passage, ...]:
    """At most `most` passages, the surest first.

    `own`: all passages of each entry that the answer is about; `found`: what the search found, best first, empty when
    nothing was searched for.
    """
    slugs = [passages[0].slug for passages in own if passages]
    several = len(slugs) > 1
    about = [one for one in found if one.slug in slugs]
    beside = [one for one in found if one.slug not in slugs]
    core = _in_turn([_core(passages, level) for passages in own])
    # Of one entry the search knows best what answers; of several each must be there before the first takes all places.
    order = [*core, *about, *beside] if several else [*about[:3], *core[:1], *about[3:], *beside]
    rest = _in_turn([sorted(passages, key=lambda one: one.level is not level) for passages in own])
    return tuple(dict.fromkeys([*order, *(() if found else rest)]))[:most]


def _core(passages: Sequence[Passage], level: Level) -> list[Passage]:
    """The entry's text nearest to the level, then its summary."""
    given = level.nearest({one.level: one.text for one in passages if one.level})
    wanted = ([Section(given.value)] if given else []) + [Section.SUMMARY]
    return [one for section in wanted for one in passages if one.section is section][:CORE]


def _in_turn(groups: Sequence[Sequence[Passage]]) -> list[Passage]:
    """The first of each group, then the second of each."""
    longest = max((len(group) for group in groups), default=0)
    return [group[i] for i in range(longest) for group in groups if i < len(group)]
