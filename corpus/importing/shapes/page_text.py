"""What the parts of an entry's page say: the names in a list of related terms, sources, other names in a line."""

import re

from corpus.importing.meaning.clean import external, links, plain
from corpus.importing.meaning.names import cleaned, listed

_ALSO = re.compile(
    r"\s*[_*(]*(?:(?:also (?:known as|called)|aka|a\.k\.a\.)\b:?|(?:synonyms?|aliases|abbreviations?):)[ \t]*"
    r"(?P<names>[^\n]{1,200}?)[_*).]*[ \t]*(?:\n\s*|\Z)",
    re.IGNORECASE,
)
_VERB = re.compile(r"\b(?:is|are|was|were|has|have)\b", re.IGNORECASE)


def related_names(text: str) -> tuple[str, ...]:
    """Return the names in a "related" section: of its links inside the glossary, its list items, or its comma list."""
    linked = list(links(text))
    if own := [words for words, url in linked if not external(url)]:
        return cleaned(own)
    items = re.findall(r"^[ \t]*(?:[-*+]|\d+[.)])[ \t]+([^\n]+)", text, re.MULTILINE)
    if linked and len(linked) >= max(len(items), 1):
        return ()
    if items:
        return cleaned(re.split(r":\s|\s[-–—]\s", one, maxsplit=1)[0] for one in items if not external_link(one))
    return listed(text)


def external_link(text: str) -> bool:
    """Return whether a text links to another site."""
    return any(external(url) for _, url in links(text))


def outside(text: str) -> str:
    """Return the lines of a "see also" section that lead to other sites: they are sources, not entries."""
    return "\n".join(line for line in text.split("\n") if external_link(line))


def sources(text: str) -> tuple[str, ...]:
    """One source per list item, else per line. A link becomes its words and its address."""
    named = re.sub(r"\[([^\[\]]*)\]\(([^()\s]*)\)", r"\1, \2", text)
    return tuple(
        one
        for one in (re.sub(r"^[ \t]*(?:[-*+]|\d+[.)])[ \t]+", "", line) for line in named.split("\n"))
        if one.strip()
    )


def without_alias_line(text: str) -> tuple[str, tuple[str, ...]]:
    """Return a text without a first line "_Also known as **X**_", and the names in it."""
    found = _ALSO.match(text)
    if not found or not text[found.end() :].strip() or _VERB.search(found["names"]):
        return text, ()
    names = listed(plain(found["names"].strip(" _*")))
    return (text[found.end() :], names) if names and all(len(name.split()) <= 8 for name in names) else (text, ())
