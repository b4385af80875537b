"""What English words have in common: stems, words of the same meaning, words of opposite meaning, negation. Pure lists.

Small on purpose: the words that explanations are made of. Knows no sentence (claims.py reads those) and no subject;
the glossary's own terms are compared by their letters.
"""

from functools import lru_cache

from index.term_matching import bases

_SUFFIXES = tuple(
    """izations isations ization isation ational nesses iveness fulness ations ities ation izing ising ative ments ously
    ingly ified ifies ness ment ized ised izes ises ally ance ence ings ible able ions sion ious ian ity ify ize ise ive
    ing ied ies ion ous ers ors est ent ant ful al ly er or ed es ic s y e""".split()
)
_SHORTEST = 3

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
    case number value result use make get give take go come help work mean want try good thing kind type
    important different certain given new set term word concept idea case time allow let
    keep put say tell know happen""".split()
)
"""Words that fit nearly everywhere, so that finding them in a passage proves little."""

NEGATORS = frozenset(
    """not no nor neither never none nobody nothing nowhere cannot without hardly scarcely barely rarely seldom
    n't""".split()
)
IMPLICIT = frozenset(
    """pointless useless fail fails failed lack lacks lacked lacking prevent prevents avoid avoids ignore ignores ignored
    reject rejects refuse refuses void voids unlike unable impossible unless except pointlessly little few wrong
    independent independently exclude excludes excluded unchanged rather instead stop stops off alone beyond""".split()
)
"""Words that deny without a word of negation: "fails to converge" is "does not converge"."""

_IN = tuple(
    "independ inactiv incorrect inexact incomplet invisib infrequent insensitiv inaccura impossib immutab".split()
)
_NOT_DENYING = ("under", "uni", "until", "unless", "unsupervis", "unlabel")

_SAME = """
big large huge great major substantial wide considerable
small little tiny minor slight short few
high
increase rise raise grow gain climb boost enlarge multiply
decrease fall drop shrink reduce lower decline lessen diminish cut
fast quick rapid swift speed
slow
begin start initial
stop end finish halt terminate
first initially
last final lastly finally
easy simple
hard difficult tough
choose pick select opt
divide split partition separate
part piece portion fold pile section chunk segment
find detect discover identify locate spot
show demonstrate reveal indicate illustrate display prove
learn memorize memorise
remember recall recollect
picture image photo photograph
mistake error
near close similar alike nearby neighbor neighbour
far distant remote dissimilar
guess predict predict estimate forecast
require necessary
average mean
typical common frequent usual ordinary
rare uncommon scarce infrequent
random chance lot luck randomly
train practice practise
check test evaluate assess measure
entire whole complete full
answer reply response respond
text document passage
question query
calculate compute
run execute
fit adapt adjust match
equal same identical
variation variance
cheap inexpensive free
expensive costly dear
store save keep
remove delete discard drop
replace swap substitute exchange
combine merge blend mix pool
depend rely
vanish disappear
obtain receive
silence silent mute zero off inactive
active
customer user client person people human
record row item sample instance point observation case
word token
vocabulary dictionary
step stage
likely probable probability likelihood
reduce lessen
harm hurt damage
benefit advantage merit
drawback disadvantage price downside bill
explain describe
build construct create produce generate make
flag alarm
miss overlook slip
unit neuron
group cluster
category class
label tag
wrong incorrect false
right correct true
strong powerful
weak feeble
stable steady
""".strip()

_POLES = """
big large huge great high tall more most larger higher greater bigger | small little tiny low less fewer least smaller lower
increase rise raise grow climb boost more higher | decrease fall drop shrink reduce decline less lower
fast quick rapid quicker faster | slow slower slowly
before precede earlier prior beforehand | after follow later afterwards afterward
first begin start initially beginning | last end final finally
best better improve good well excel | worst worse worsen bad poor degrade badly
easy easier simple simpler | hard harder difficult complex complicated
all every each everything everyone always entire | none never nobody nothing rarely hardly seldom
common frequent often | rare uncommon seldom infrequent
same equal identical | different differ differently distinct opposite
near close closest nearest closer similar | far farther farthest distant dissimilar
include including contain | exclude excluding
positive | negative
maximize maximise maximum largest highest most | minimize minimise minimum smallest lowest least
correct right true | incorrect wrong false
strong stronger strongly | weak weaker weakly
remember keep retain | forget discard lose throw remove drop delete
cheap cheaper | expensive costly
train training | test testing prediction inference
supervised labeled labelled | unsupervised unlabeled unlabelled
majority | minority
learn learned trainable | fixed frozen constant untrained
enable enabled | disable disabled
above over exceed | below under beneath
wide broad | narrow
deep | shallow
stable steady steadier | unstable unsteady
sharp sharper sharpen peaked | flat flatter flatten
certain sure | uncertain unsure
encode encoder | decode decoder
input | output
local | global
add insert | subtract remove delete
long longer | short shorter brief
early | late
lot lots | little
inside inner internal | outside outer external
heavy | light
hot | cold
old older | young younger
whole entire | part partial
superior | inferior
incoming | outgoing
source | target
row | column
forward | backward
active | inactive silent
linear | nonlinear
overfit overfitting | underfit underfitting
upward climb | downward
full dense | empty sparse
convex | nonconvex
random randomly | deterministic fixed
alone | shared together
top | bottom
simple | complicated
allow enable permit let | prevent forbid block avoid
success succeed | fail failure
new unseen | old
true | fake
automatic automatically itself | manual manually yourself hand human
gain win | lose loss
orthogonal perpendicular | parallel diagonal
smooth | ragged rough
center | edge
open | closed
public | private
discrete | continuous
symmetric | asymmetric
left | right
useful helpful needed need necessary necessarily require required | useless pointless unnecessary needless
minute | hour | day | week | month | year | afternoon
mean average | median
precision | recall | accuracy
prior | posterior
bias | variance
red | blue | green | yellow | black | white
alone | together
monday | tuesday | wednesday | thursday | friday | saturday | sunday
gain | loss
majority most frequent | minority least
peak highest | lowest
eigenvector | eigenvalue
user | item
query | key
child children | parent
start beginning front | end
""".strip()


def stem(word: str) -> str:
    """The word without its endings: training, trained and trainer are all train. Not always a word itself."""
    word = word.casefold().replace("’", "'").removesuffix("'s").replace("our", "or")
    for _ in range(2):
        cut = next((one for one in _SUFFIXES if word.endswith(one) and len(word) - len(one) >= _SHORTEST), "")
        if not cut or (cut == "s" and word.endswith("ss")):
            break
        word = word[: -len(cut)]
        if len(word) > _SHORTEST and word[-1] == word[-2] and word[-1] not in "sl":
            word = word[:-1]
    return word


def _same() -> dict[str, str]:
    found: dict[str, str] = {}
    for line in _SAME.splitlines():
        stems = [stem(word) for word in line.split()]
        root = next((found[one] for one in stems if one in found), stems[0])
        for one in stems:
            found.setdefault(one, root)
    return found


def _poles() -> dict[str, dict[int, int]]:
    found: dict[str, dict[int, int]] = {}
    for axis, line in enumerate(_POLES.splitlines()):
        for side, words in enumerate(line.split("|")):
            for word in words.split():
                found.setdefault(word, {})[axis] = side
                if len(stem(word)) > _SHORTEST:
                    found.setdefault(stem(word), {}).setdefault(axis, side)
    return found


SAME = _same()
"""Stem -> the stem that stands for all words of this meaning."""

POLES = _poles()
"""Word or stem -> {axis: side}: two words on different sides of an axis exclude each other."""

GENERIC_STEMS = frozenset(stem(word) for word in GENERIC)


@lru_cache(maxsize=4096)
def root(word: str) -> str:
    """What a word is compared by: its stem, or the stem that stands for its meaning."""
    short = stem(word)
    return SAME.get(short, short)


def affirmed(word: str) -> str:
    """The word without a denying prefix: unchanged -> changed, but universal stays."""
    if word.startswith(_IN):
        return word[2:]
    if word.startswith("un") and len(word) > 5 and word not in POLES and not word.startswith(_NOT_DENYING):
        return word[2:]
    return word.removeprefix("non") if word.startswith("non") and len(word) > 7 else word


@lru_cache(maxsize=4096)
def pole(word: str) -> tuple[tuple[int, int], ...]:
    """(axis, side) for every axis of opposites that a word lies on."""
    return tuple(next((POLES[one] for one in (*bases(word), stem(word)) if one in POLES), {}).items())
