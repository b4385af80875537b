"""reStructuredText as Sphinx projects keep glossaries: definition lists, `.. glossary::` blocks, headings.

Reads by structure: a line and, below it, deeper-indented lines are a term and its definition. Roles and directives
become Markdown or go.
"""

import re
from textwrap import dedent

from corpus.readers import essay, listing
from corpus.readers.card import Card, shelve_all
from corpus.readers.page import Page, Reading
from corpus.readers.vocabulary import Slot

_SIGN = re.compile(r"^\.\. (?:_[^\n:]+:|[\w-]+::)|^\s*:[\w:-]+:`|\S :[\w:-]+:`", re.MULTILINE)
_UNDERLINE = re.compile(r"([=\-~^\"'#*+.:_`])\1{2,}[ \t]*$")
_ROLE = re.compile(r":[\w+:.-]+:`(?:([^`<]*?)\s*<[^<>`]*>|([^`]*))`")
_HYPERLINK = re.compile(r"`([^`<]+?)\s*<([^<>`\s]+)>`__?")
_DIRECTIVE = re.compile(r"([ \t]*)\.\. (?:([\w-]+)::|_[^:\n]+:|\[[^\]\n]+\]|\|)?[ \t]*(.*)")
_KEPT = {
    "math": "$$\n{}\n$$",
    "code-block": "```\n{}\n```",
    "code": "```\n{}\n```",
    "note": "{}",
    "tip": "{}",
    "glossary": None,
}


def recognises(page: Page) -> bool:
    """Directives, targets or roles; in a file of another ending, terms with indented definitions as well."""
    sign = len(_SIGN.findall(page.text[:50_000]))
    return page.suffix == ".rst" or (page.suffix in {".txt", ""} and sign > 2 and bool(_terms(page.text[:50_000])))


def read(page: Page) -> Reading:
    """The page's entries: of its definition lists, else of its headings, else the page as one."""
    terms = _terms(page.text)
    if terms:
        cards = [
            Card(title=title, line=line, texts={Slot.DEFINITION: _markdown(body)}, lists={Slot.ALIASES: others})
            for title, others, line, body in terms
        ]
        return shelve_all(cards, page)
    as_markdown = Page(page.path, _markdown(page.text))
    return listing.read(as_markdown) if listing.recognises(as_markdown) else essay.read(as_markdown)


def _terms(text: str) -> list[tuple[str, tuple[str, ...], int, str]]:
    """(term, other names, line, definition in RST) of every definition list's item, also inside `.. glossary::`."""
    lines, found, at, base = text.split("\n"), [], 0, 0
    while at < len(lines):
        one = lines[at]
        indent = len(one) - len(one.lstrip())
        if re.match(r"[ \t]*\.\. glossary::", one):
            at, base = _after_options(lines, at + 1)
            continue
        base = 0 if one.strip() and indent == 0 else base
        if one.strip() and indent == base and not one.lstrip().startswith((".. ", "- ", "* ", "| ", ":")):
            names, end = _headwords(lines, at, base)
            body = _block(lines, end, base)
            if names and body > end:
                found.append((names[0], tuple(names[1:]), at + 1, dedent("\n".join(lines[end:body])).strip("\n")))
                at = body
                continue
        at += 1
    return found


def _after_options(lines: list[str], at: int) -> tuple[int, int]:
    """(line of the first term in a `.. glossary::`, its indentation)."""
    while at < len(lines) and (not lines[at].strip() or lines[at].lstrip().startswith(":")):
        at += 1
    return at, len(lines[at]) - len(lines[at].lstrip()) if at < len(lines) else 0


def _headwords(lines: list[str], at: int, base: int) -> tuple[list[str], int]:
    """The lines of this indentation directly above a deeper one: a term and its other names (at most four lines)."""
    end = at
    while end < min(at + 5, len(lines)) and lines[end].strip() and len(lines[end]) - len(lines[end].lstrip()) == base:
        end += 1
    above = lines[at:end]
    if end - at > 4 or end == len(lines) or any(_UNDERLINE.fullmatch(one.strip()) for one in above):
        return [], end
    names = [re.split(r"\s:\s", _inline(one).strip())[0] for one in above if len(one) < 200]
    return (names, end) if lines[end].strip() and all(len(one.split()) <= 12 for one in names) else ([], end)


def _block(lines: list[str], start: int, base: int) -> int:
    """The line after the block that is indented deeper than `base`."""
    at = last = start
    while at < len(lines) and (not lines[at].strip() or len(lines[at]) - len(lines[at].lstrip()) > base):
        at += 1
        last = at if lines[at - 1].strip() else last
    return last


def _inline(text: str) -> str:
    text = _ROLE.sub(lambda found: (found[1] or found[2] or "").lstrip("~!"), text)
    return re.sub(r"``([^`]+)``", r"`\1`", _HYPERLINK.sub(r"[\1](\2)", text))


def _markdown(text: str) -> str:
    """RST as Markdown: headings, roles and links; formulas and code as blocks; other directives go."""
    lines, out, at, ranks = text.split("\n"), [], 0, dict[str, int]()
    while at < len(lines):
        one = lines[at]
        if found := _DIRECTIVE.match(one):
            end = _block(lines, at + 1, len(found[1]))
            out.extend(_directive(found[2] or "", found[3], lines[at + 1 : end], found[1]))
            at = end
        elif (
            at + 1 < len(lines)
            and one.strip()
            and _UNDERLINE.fullmatch(lines[at + 1].strip())
            and not _UNDERLINE.fullmatch(one.strip())
        ):
            rank = ranks.setdefault(lines[at + 1].strip()[0], len(ranks) + 1)
            out.append(f"{'#' * min(rank, 6)} {_inline(one).strip()}")
            at += 2
        else:
            out.append("" if _UNDERLINE.fullmatch(one.strip()) else _inline(one))
            at += 1
    return "\n".join(out)


def _directive(name: str, argument: str, body: list[str], indent: str) -> list[str]:
    shape = _KEPT.get(name)
    content = dedent("\n".join(one for one in body if not re.match(r"\s+:[\w-]+:", one))).strip("\n")
    content = "\n".join(filter(None, (argument if name == "math" else "", content)))
    if not shape or not content.strip():
        return []
    return [indent + one for one in shape.format(content).split("\n")] + [""]
