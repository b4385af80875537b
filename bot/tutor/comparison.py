"""Which things a question sets side by side. Pure text rules over the names in it; English.

Only what stands around a comparing word is a side: in "adam vs sgd for transformers" the transformers are context. A bare
"or" or "between" compares only where names stand directly on both sides. What the rules get wrong: comparisons without
any comparing word ("adam, sgd, thoughts?"), and sides that are whole clauses.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from corpus.glossary import folded
from index.term_matching import Match, Named

MAX_SIDES = 4

_WORD = re.compile(r"[^\W_]+(?:[+#*²]+(?!\w))?")
_CLAUSE_END = re.compile(r"[.;:?!()\n]")
_INFIX = re.compile(
    r"\b(?:vs|versus|(?:much |any |always |really |usually )?(?:better|worse|faster|slower|cheaper|stronger|weaker|smaller|larger|bigger|"
    r"higher|lower|more \w+|less \w+) than|differs? from|(?:any |very |so )?different (?:from|to|than)|"
    r"(?:just |basically |really |actually )*(?:the )?same (?:thing )?as|instead of|rather than|"
    r"(?:as )?(?:compared|opposed) (?:to|with)|in contrast (?:to|with)|similar to|preferable to|related? to|relates? to|against|beats?|outperforms?)\b"
)
_POSTFIX = re.compile(
    r"\b(?:the same(?: thing)?|(?:any |really |very )?different|differ|similar|interchangeable|equivalent|related|"
    r"(?:not )?the same|same thing|compared|different things|which (?:one|of)|which is|whats? (?:is )?(?:the )?diff(?:erence)?|diff(?:erence)?)"
    r"\b(?! (?:from|to|than|as|with|between|btw)\b)"
)
_PREFIX = re.compile(
    r"\b(?:diff(?:erence)?s?|distinctions?|compare|comparing|comparison|contrast|distinguish(?:es)?|differentiates?|"
    r"relation(?:ship)?|trade ?off|similarit(?:y|ies)|connection|choosing|choose|decide)"
    r"(?: (?:is|are|there|exactly|even|actually))*(?: (?:between|btw|of|in|among))?\b"
)
_NEEDS_BETWEEN = re.compile(r"\b(?:choosing|choose|decide|relation(?:ship)?|trade ?off|connection)\b")
_OR = re.compile(r"\b(?:or|between)\b")
_JOINING = frozenset("and or vs versus n with to from against".split())
_CONTEXT = frozenset(
    """in for with when on at during if because using while under within as where by than since given inside of from after
    before without via per through pls please again thx thanks regarding into""".split()
)
_LEADING = frozenset(
    """is are was were does do did how why when what which who should would could can will i we you they it use using used choose pick
    prefer to than the a an between so and or but also if explain tell me about whats difference compare whether does my our
    that this please pls hey hi ok difference say said isnt arent doesnt dont not really just basically still ever take want
    need have has had go going train training try better best""".split()
)
_GENERIC = frozenset(
    """a an the my our your algorithm algorithms model models method methods technique layer layers learning loss function
    optimizer network networks training approach metric score data full plain vanilla normal standard regular usual classic
    using use simple one ones its type types""".split()
)


@dataclass(frozen=True, slots=True)
class Side:
    """One thing that is compared: its words, and the name among them, None where the glossary has none."""

    text: str
    named: Named | None


@dataclass(frozen=True, slots=True)
class _Token:
    word: str
    start: int
    end: int
    name: int  # the place of the name that it belongs to among the names, -1 for none
    breaks: bool  # whether a clause ends before it
    comma: bool  # whether a comma stands before it


def sides_of(
    question: str, named: Sequence[Named], name_of: Callable[[str], Named | None] = lambda _: None
) -> list[Side]:
    """Return the sides that the question compares, in its order; [] when it compares nothing.

    `name_of` tells whether a text is a name: "batch vs online inference" means batch inference.
    """
    text = folded(question).replace("/", " / ")
    tokens = _tokens(text, named)
    for find in (_infix, _prefix, _postfix, _bare):
        sides = _distinct(_with_shared_head(find(text, tokens, named), name_of))
        if len(sides) > 1 and any(side.named for side in sides):
            return sides[:MAX_SIDES]
    return []


def _tokens(text: str, named: Sequence[Named]) -> list[_Token]:
    owner = {place: number for number, name in enumerate(named) for place in range(name.start, name.end)}
    tokens: list[_Token] = []
    end = 0
    for place, found in enumerate(_WORD.finditer(text)):
        gap = text[end : found.start()]
        tokens.append(
            _Token(
                found[0],
                found.start(),
                found.end(),
                owner.get(place, -1),
                bool(_CLAUSE_END.search(gap)),
                "," in gap or "/" in gap,
            )
        )
        end = found.end()
    return tokens


def _infix(text: str, tokens: list[_Token], named: Sequence[Named]) -> list[Side]:
    """ "A vs B", "A better than B", "A instead of B"."""
    for cue in _INFIX.finditer(text):
        first = next((i for i, token in enumerate(tokens) if token.start >= cue.start()), len(tokens))
        after = next((i for i, token in enumerate(tokens) if token.start >= cue.end()), len(tokens))
        sides = [*_left(tokens, first, named), *_right(tokens, after, named)]
        known = sum(side.named is not None for side in sides)
        if known > 1 or (known == 1 and len(sides) > 1 and cue[0] in {"vs", "versus"}):
            return sides
    return []


def _prefix(text: str, tokens: list[_Token], named: Sequence[Named]) -> list[Side]:
    """ "the difference between A and B", "compare A with B"."""
    for cue in _PREFIX.finditer(text):
        after = next((i for i, token in enumerate(tokens) if token.start >= cue.end()), len(tokens))
        if _NEEDS_BETWEEN.search(cue[0]) and not cue[0].endswith(("between", "btw", "among")):
            continue
        sides = _right(tokens, after, named)
        known = sum(side.named is not None for side in sides)
        if known > 1 or (known == 1 and len(sides) > 1 and not _NEEDS_BETWEEN.search(cue[0])):
            return sides
    return []


def _postfix(text: str, tokens: list[_Token], named: Sequence[Named]) -> list[Side]:
    """ "are A and B the same?"."""
    for cue in _POSTFIX.finditer(text):
        first = next((i for i, token in enumerate(tokens) if token.start >= cue.start()), len(tokens))
        sides = _left(tokens, first, named, over_break=True)
        if sum(side.named is not None for side in sides) > 1:
            return sides
    return []


def _bare(text: str, tokens: list[_Token], named: Sequence[Named]) -> list[Side]:
    """ "A or B", "between A and B", with names directly on both sides of the joining word."""
    del text
    for i, token in enumerate(tokens):
        if token.word == "or" and 0 < i < len(tokens) - 1:
            sides = _chain(tokens, i, named)
            if len(sides) > 1:
                return sides
        if token.word in {"between", "btw"} and i < len(tokens) - 1:
            left = _name_starting_at(tokens, i + 1)
            end = max((j for j, other in enumerate(tokens) if left >= 0 and other.name == left), default=-1)
            if 0 <= end < len(tokens) - 2 and tokens[end + 1].word in {"and", "or", "vs"}:
                right = _name_starting_at(tokens, end + 2)
                if right >= 0:
                    return [_side_of(tokens, named, left), _side_of(tokens, named, right)]
    return []


def _chain(tokens: list[_Token], i: int, named: Sequence[Named]) -> list[Side]:
    """Return the names joined around the "or" at `i`, [] when they are not: names directly on both sides, one of them
    no everyday word, both as they are written.
    """
    left, right = _name_ending_at(tokens, i - 1), _name_starting_at(tokens, i + 1)
    if left < 0 or right < 0 or not (_sure(named[left]) or _sure(named[right])):
        return []
    if any(named[number].match is Match.TYPO for number in (left, right)):
        return []
    if any(tokens[j].breaks for j in range(i, min(i + 2, len(tokens)))):
        return []
    first = min(j for j, token in enumerate(tokens) if token.name == left)
    if any(token.name >= 0 and _sure(named[token.name]) and not tokens[first].comma for token in tokens[:first]):
        return []  # "should I drop stop words before BERT or GPT" is about the stop words
    numbers = [left, right]
    end = max(j for j, token in enumerate(tokens) if token.name == right)
    while end < len(tokens) - 2 and tokens[end + 1].word == "or" and (more := _name_starting_at(tokens, end + 2)) >= 0:
        numbers.append(more)
        end = max(j for j, token in enumerate(tokens) if token.name == more)
    start = min(j for j, token in enumerate(tokens) if token.name == left)
    if start > 0 and tokens[start].comma and (earlier := _name_ending_at(tokens, start - 1)) >= 0:
        numbers.insert(0, earlier)
    return [_side_of(tokens, named, number) for number in numbers]


def _sure(name: Named) -> bool:
    return not name.name.everyday


def _name_ending_at(tokens: list[_Token], i: int) -> int:
    while i > 0 and tokens[i].name < 0 and tokens[i].word in _GENERIC:
        i -= 1
    return tokens[i].name


def _name_starting_at(tokens: list[_Token], i: int) -> int:
    while i < len(tokens) - 1 and tokens[i].name < 0 and tokens[i].word in _GENERIC:
        i += 1
    return tokens[i].name


def _side_of(tokens: list[_Token], named: Sequence[Named], number: int) -> Side:
    return Side(" ".join(token.word for token in tokens if token.name == number), named[number])


def _left(tokens: list[_Token], end: int, named: Sequence[Named], *, over_break: bool = False) -> list[Side]:
    """Return the sides that end before the token at `end`: the piece that touches it, and those joined to it.

    `over_break`: a comma, colon or question mark may stand between: "A and B: which one?".
    """
    if over_break and end < len(tokens):
        tokens = [*tokens[:end], replace(tokens[end], breaks=False, comma=False)]
        while end > 0 and tokens[end - 1].name < 0 and tokens[end - 1].word in _LEADING | {"they", "these"}:
            end -= 1
        if end < len(tokens):
            tokens[end] = replace(tokens[end], breaks=False, comma=False)
    sides: list[Side] = []
    while end > 0:
        start = end
        while start > 0 and _continues_left(tokens, start - 1, end):
            start -= 1
        side = _side(tokens[start:end], named, before_cue=True)
        if side is None or (sides and side.named is None):
            break
        sides.insert(0, side)
        comma = start < len(tokens) and tokens[start].comma
        if start > 0 and not tokens[start].breaks and tokens[start - 1].word in {"and", "or", "vs", "versus", "n"}:
            end = start - 1
        elif comma and start > 0:
            end = start
        else:
            break
    return sides


def _continues_left(tokens: list[_Token], place: int, end: int) -> bool:
    """Whether the token at `place` belongs to the piece that runs from behind it to `end`."""
    token = tokens[place]
    if place + 1 < end and tokens[place + 1].breaks:
        return False
    if place + 1 == end and end < len(tokens) and tokens[end].breaks:
        return False
    if token.name >= 0:
        return not (place + 1 < end and tokens[place + 1].comma and tokens[place + 1].name != token.name)
    return (
        token.word not in _LEADING and token.word not in _JOINING and not (place + 1 < end and tokens[place + 1].comma)
    )


def _right(tokens: list[_Token], start: int, named: Sequence[Named]) -> list[Side]:
    """Return the sides from the token at `start` on, cut at what is only context."""
    sides: list[Side] = []
    while start < len(tokens):
        while start < len(tokens) and tokens[start].name < 0 and tokens[start].word in _GENERIC | {"between", "btw"}:
            start += 1
        end = start
        while end < len(tokens) and not (end > start and tokens[end].breaks) and _continues_right(tokens, end, start):
            end += 1
        side = _side(tokens[start:end], named)
        if side is None or (len(sides) > 1 and side.named is None):
            break
        sides.append(side)
        if end >= len(tokens) or tokens[end].breaks:
            break
        if tokens[end].word in _JOINING:
            start = end + 1
        elif tokens[end].comma:
            start = end
        else:
            break
    return sides


def _continues_right(tokens: list[_Token], place: int, start: int) -> bool:
    token = tokens[place]
    if token.name >= 0:
        return not (place > start and token.comma and tokens[place - 1].name != token.name)
    if place > start and token.comma:
        return False
    return token.word not in _CONTEXT and token.word not in _JOINING


def _side(tokens: Sequence[_Token], named: Sequence[Named], *, before_cue: bool = False) -> Side | None:
    """Return the side that these tokens are; None when they say nothing. `before_cue`: the comparing word follows them."""
    content = [token for token in tokens if token.name >= 0 or token.word not in _GENERIC | _LEADING]
    if not content:
        return None
    text = " ".join(token.word for token in tokens)
    numbers = list(dict.fromkeys(token.name for token in tokens if token.name >= 0))
    if not numbers:
        return Side(text, None) if len(content) <= 4 and not all(token.word.isdigit() for token in content) else None
    # The head of an English noun phrase comes last: a name before other content is only part of another thing.
    last = max(place for place, token in enumerate(tokens) if token.name >= 0)
    if before_cue and any(token.word not in _GENERIC | _LEADING for token in tokens[last + 1 :]):
        return Side(text, None) if len(content) <= 4 else None
    sure = [number for number in numbers if _sure(named[number])] or numbers
    chosen = max(sure, key=lambda number: (named[number].end - named[number].start, named[number].end))
    return Side(text, named[chosen])


def _with_shared_head(sides: Sequence[Side], name_of: Callable[[str], Named | None]) -> list[Side]:
    """Return the sides with the head that the last one has for all: "L1 vs L2 regularization"."""
    if len(sides) < 2 or len(last := sides[-1].text.split()) < 2:
        return list(sides)
    whole = []
    for side in sides[:-1]:
        longer = " ".join([*(word for word in side.text.split() if word not in _LEADING), last[-1]])
        name = name_of(longer) or name_of(longer.rstrip("s"))
        whole.append(Side(longer, name) if name else side)
    own = name_of(sides[-1].text) or name_of(sides[-1].text.rstrip("s"))
    return [*whole, Side(sides[-1].text, own) if own else sides[-1]]


def _distinct(sides: Sequence[Side]) -> list[Side]:
    """Return the sides, each entry and each unknown text once."""
    seen: dict[object, Side] = {}
    for side in sides:
        seen.setdefault((side.named.slugs, side.named.name.folded) if side.named else side.text, side)
    return list(seen.values())
