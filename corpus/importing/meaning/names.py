"""Titles, file names and first sentences -> a term and its aliases. Pure; knows no format.

What a title says is kept as it is written, title case included: only what is plainly not part of the name goes
("What is X?", "Concept of X", a suffix that every title of a file has), and an acronym in parentheses becomes an alias.
"""

import re
from collections.abc import Iterable, Sequence

from corpus.glossary import folded
from corpus.importing.meaning.clean import external, line, plain
from corpus.importing.meaning.sentences import first_sentences, subject

MAX_TERM = 100
"""Characters; a longer "term" is a sentence."""

_MAX_LIST = 4000

_ASKED = (
    re.compile(
        r"(?:so,? )?(?:what|who)(?:['’]s| is| are| was| does)(?: meant by)? (?:an? |the )?(?P<term>.+?)(?: mean| exactly)?\s?\?+",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?:(?:was|wer) (?:ist|sind) (?:eine? |das |der |die )?|¿?qu[ée] (?:es|son) (?:una? |el |la |los )?|"
        r"qu['’]est-ce qu(?:e |['’])(?:une? |la |le |l['’])?)(?P<term>.+?)\s?\?+",
        re.IGNORECASE,
    ),
    re.compile(r"(?:the )?(?:concept|definition|meaning)(?: of|:) (?:an? )?(?P<term>.+)", re.IGNORECASE),
    re.compile(r"(?:term|concept|glossary|glossary term|definition): (?P<term>.+)", re.IGNORECASE),
    re.compile(r"(?P<term>.+?):? (?:definition|meaning|explained|definition (?:and|&) examples?)", re.IGNORECASE),
)
_PARENTHESES = re.compile(r"(?P<before>[^()]*?)\s*\((?P<inside>[^()]+)\)\s*(?P<after>[^()]*)")
_AKA = re.compile(r"(?:aka|a\.k\.a\.|also known as|also called|formerly|short:|abbr\.?:?)\s+", re.IGNORECASE)
_NUMBERED = re.compile(r"^(?:\d+[\s._)]+-?|\d{2,}[\s._)-]+)+(?=\D)")
_HASH = re.compile(r"[\s._-]*\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{8,}\b")
_SEPARATED = re.compile(r"\s*[;|\n]\s*")
_IDENTIFIER = re.compile(r"[^\s/]+")


def named(title: str, stem: str = "") -> tuple[str, tuple[str, ...]]:
    """The term that a title names, and the aliases that stand in it. The stem of the file may settle a doubt."""
    words = plain(title[: 10 * MAX_TERM])
    term = _trimmed(words)
    for pattern in _ASKED:
        if found := pattern.fullmatch(term) or pattern.fullmatch(words):
            term = found["term"].strip(" :\"'“”")
            break
    article = re.match(r"(?:the|an?) (.+)", term, re.IGNORECASE)
    if article and stem and folded(article[1]) == folded(stem):
        term = article[1]
    return _without_parentheses(*_without_or(term))


def _trimmed(words: str) -> str:
    """Return a name without the signs that titles stand between; signs that are part of it stay: .NET, U.S., ==, -ed."""
    bare = words.strip(' :–—"“”').removeprefix("- ").rstrip(" -")
    return bare if re.fullmatch(r"\.?|(?:\w\.){2,}|[^\w\s]+", bare) else bare.rstrip(".") or words


def asked_term(question: str) -> str:
    """Return what a question such as "What is osmosis?" asks for, "" for one that asks anything else."""
    words = plain(question[: 10 * MAX_TERM])
    found = next((match for pattern in _ASKED[:2] if (match := pattern.fullmatch(words))), None)
    return found["term"].strip(" :\"'“”") if found else ""


def _without_or(term: str) -> tuple[str, tuple[str, ...]]:
    """ "data set or dataset" is one name written in two ways; "true or false" is not."""
    first, _, second = term.partition(" or ")
    same = second and folded(first).replace(" ", "") == folded(second).replace(" ", "")
    return (first, (second,)) if same else (term, ())


def _without_parentheses(term: str, aliases: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    found = _PARENTHESES.fullmatch(term)
    if not found or not found["before"]:
        return term, aliases
    outside = " ".join(f"{found['before']} {found['after']}".split())
    inside = found["inside"].strip()
    if also := _AKA.match(inside):
        return outside, (*aliases, *re.split(r",\s*", inside[also.end() :]))
    if abbreviates(inside, outside):
        return outside, (*aliases, inside)
    if abbreviates(found["before"], inside):
        return outside, (*aliases, " ".join(f"{inside} {found['after']}".split()) if found["after"] else inside)
    return term, aliases


def abbreviates(short: str, long: str) -> bool:
    """Whether a short form can stand for a name: GAN, KSVMs, sepCNN, i.i.d; but "Tensor" in "rank (Tensor)" cannot."""
    if " " in short.strip() or len(short) > 12 or len(long) < len(short):
        return False
    capitals = [one for one in short.removesuffix("s") if one.isupper()]
    letters = capitals if len(capitals) > 1 else [one for one in short if one.isalnum()]
    initials = "".join(word[0] for word in re.split(r"[\s/-]+", folded(long)) if word)
    compact = "".join(letters).casefold()
    if len(capitals) > 1:
        return _in_order(compact, folded(long))
    if len(compact) == 2 and folded(long).startswith(compact):
        return True
    return (
        bool(compact)
        and 2 * len(compact) > len(initials)
        and compact[0] == initials[0]
        and _in_order(compact, initials)
    )


def _in_order(letters: str, text: str) -> bool:
    rest = iter(text)
    return all(one in rest for one in letters)


def from_stem(stem: str) -> str:
    """The words of a file name: "002_gradient-descent" -> "gradient descent", "" when it holds none (a date, a hash)."""
    bare = _HASH.sub("", _NUMBERED.sub("", stem))
    words = bare if " " in bare else re.sub(r"(?<!\d)[-_]+|(?<=\d)_+|(?<=\D\d)-+", " ", bare)
    return words.strip() if any(one.isalpha() for one in words) and len(words.strip()) > 1 else ""


def from_text(text: str, stem: str = "") -> tuple[str, tuple[str, ...]] | None:
    """The term that a text without a title defines: what its file is called if it defines that, else its first subject."""
    found = [one for sentence in first_sentences(text)[:4] if (one := subject(sentence))]
    words = from_stem(stem)
    for name, others in found:
        if words and alike(name, words):
            return name, tuple(one for one in others if abbreviates(one, name))
    bold = re.match(r"\s*(?:an?|the)?\s*(?:\*\*|__)([^*_\n]{2,80})(?:\*\*|__)", text, re.IGNORECASE)
    if bold and found and found[0][0]:
        return named(bold[1])
    if not found or not first_sentences(text)[:1] or subject(first_sentences(text)[0]) is None:
        return None
    name, others = found[0]
    return name, tuple(one for one in others if abbreviates(one, name))


def defines(names: Iterable[str], text: str) -> bool:
    """Whether one of the first sentences says what one of these names is."""
    subjects = [one[0] for sentence in first_sentences(text)[:4] if (one := subject(sentence))]
    return any(alike(one, name) for one in subjects for name in names)


def alike(one: str, other: str) -> bool:
    """Whether two names are the same up to number, or one begins with the other: "bare metal", "Bare Metal Machines"."""
    first, second = _singular(one), _singular(other)
    return bool(first and second) and (first == second[: len(first)] or second == first[: len(second)])


def _singular(name: str) -> list[str]:
    words = [re.sub(r"[^\w+#*]", "", one) for one in folded(plain(name)).split()]
    return [re.sub(r"ies$", "y", one) if one.endswith("ies") else one.removesuffix("s") for one in words if one]


def listed(text: str) -> tuple[str, ...]:
    """The names in one cell or line: "a; b | c", else "a, b and c" with the commas outside parentheses."""
    text = text[:_MAX_LIST]
    pieces = _SEPARATED.split(text.strip()) if re.search(r"[;|\n]", text) else re.split(r",\s*(?![^()]*\))", text)
    return cleaned(re.sub(r"^(?:and|or|und|et) ", "", one.strip()) for one in pieces)


def cleaned(names: Iterable[str]) -> tuple[str, ...]:
    """Names without markup, empty ones, sentences, addresses and repetitions, in the order given."""
    kept: dict[str, str] = {}
    for name in names:
        bare = plain(re.sub(r"^[ \t]*(?:[-*+]|\d+[.)])\s+", "", name)).strip(" ,;:\"“”'‘’").rstrip(".")
        if (
            bare
            and len(bare) <= MAX_TERM
            and any(map(str.isalnum, bare))
            and not external(bare)
            and not bare.startswith("/")
        ):
            kept.setdefault(folded(bare), line(bare))
    return tuple(kept.values())


def shared_suffix(titles: Sequence[str]) -> str:
    """What every title of a file ends with in parentheses or after a bar, such as " (My Glossary)"; "" when nothing."""
    bare = [one.rstrip() for one in titles]
    if len(bare) < 3 or len(set(bare)) < 3:
        return ""
    shortest = min(bare, key=len)[-MAX_TERM:]
    shared = next(
        (at for at in range(len(shortest)) if all(one.endswith(shortest[at:]) for one in bare)), len(shortest)
    )
    suffix = shortest[shared:]
    found = re.search(r"\s*(?:\([^()]+\)|\[[^\[\]]+\]|\s[|–—·-]\s[^|–—·]+)$", suffix)
    return found[0] if found else ""
