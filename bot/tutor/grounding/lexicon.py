"""What English words have in common: stems, words of opposite meaning, words that deny. Pure lists.

Small on purpose: the words that explanations are made of. Knows no sentence (claims.py reads those) and no subject.
"""

from functools import lru_cache

import Stemmer

_STEMMER = Stemmer.Stemmer("english")

STOP = frozenset(
    """a about all also although an and any are as at be because been before being both but by can could did do does doing
    each either else etc even ever every for from further had has have having he her here hers him his how however i if in
    indeed instead into is it its itself just let may me might more most much must my of on once one ones only onto or
    other others otherwise our out over own per quite rather really same shall she should since so some such than that
    the their theirs them themselves then there therefore these they this those though through thus to too under until
    up upon us very via was we well were what whatever when whenever where whereas whether which while who whom
    whose why will with within would yet you your yours yourself s t re ve ll d m anything something everything someone
    somebody anybody anyone everyone everybody thing way like without not no nor neither never none nobody nothing cannot
    always often usually simply basically essentially called e.g i.e""".split()
)
"""Words that say nothing about what a sentence claims; those of them that negate are read as negation."""

GENERIC = frozenset(
    """model method system program algorithm technique approach process machine computer network data example
    case number value result make get give take go come help work mean want try good thing kind type
    important different certain given new set term word concept idea case time allow let
    keep put say tell know happen""".split()
)
"""Words that fit nearly everywhere, so that finding them in a passage proves little."""

NEGATORS = frozenset(
    """not no nor neither never none nobody nothing nowhere cannot without hardly scarcely barely rarely seldom
    n't""".split()
)

_IN = tuple(
    "independ inactiv incorrect inexact incomplet invisib infrequent insensitiv inaccura impossib immutab".split()
)
_NOT_DENYING = ("under", "uni", "until", "unless", "unsupervis", "unlabel")

_OPPOSITES = """
big large huge great high tall larger higher greater bigger | small little tiny low smaller lower
more most many | fewer less least few
increase rise raise grow climb | decrease fall drop shrink reduce decline
fast quick rapid faster quicker | slow slower slowly
before precede earlier | after follow later afterwards
first begin start initially | last end finish finally
best better improve good well | worst worse poor bad badly
easy easier simple simpler | hard harder difficult complex complicated
all every each everything everyone always whole entire | none never nobody nothing part
common frequent often usual | rare uncommon seldom infrequent
same equal identical | different differ distinct
near close closest nearest | far farther distant
include contain | exclude
positive | negative
maximize maximum largest highest | minimize minimum smallest lowest
correct right true | incorrect wrong false
strong stronger | weak weaker
remember keep retain | forget discard lose remove delete
cheap cheaper | expensive costly
enable enabled allow let permit | disable disabled prevent forbid block
above over exceed | below under beneath
wide broad | narrow
deep | shallow
stable steady | unstable
input | output
local | global
add insert | subtract
long longer | short shorter
early | late
inside inner internal | outside outer external
old older | young new newer
forward | backward
success succeed | fail failure
automatic automatically | manual manually
top | bottom
up upward | down downward
open | closed
left | right
helpful needed necessary required | pointless unnecessary
gain win | loss lose
sharp | flat
together shared | alone separately
supervised labeled | unsupervised unlabeled
majority | minority
""".strip()
"""One axis a line: words on different sides of it exclude each other."""


@lru_cache(maxsize=4096)
def stem(word: str) -> str:
    """Return what a word is compared by: train for training, trained and trains."""
    return str(_STEMMER.stemWord(word.casefold().replace("’", "'").removesuffix("'s")))


def _axes() -> dict[str, dict[int, int]]:
    axes: dict[str, dict[int, int]] = {}
    for axis, line in enumerate(_OPPOSITES.splitlines()):
        for side, words in enumerate(line.split("|")):
            for word in words.split():
                axes.setdefault(word, {})[axis] = side
                axes.setdefault(stem(word), {}).setdefault(axis, side)
    return axes


AXES = _axes()
"""Word or stem -> {axis: side}."""

GENERIC_STEMS = frozenset(stem(word) for word in GENERIC)


def affirmed(word: str) -> str:
    """Return the word without a denying prefix: unchanged -> changed, but universal stays."""
    if word.startswith(_IN):
        return word[2:]
    if word.startswith("un") and len(word) > 5 and word not in AXES and not word.startswith(_NOT_DENYING):
        return word[2:]
    return word.removeprefix("non") if word.startswith("non") and len(word) > 7 else word


def sides_of(word: str) -> tuple[tuple[int, int], ...]:
    """Return (axis, side) for every axis of opposites that a word lies on."""
    return tuple((AXES.get(word) or AXES.get(stem(word), {})).items())
