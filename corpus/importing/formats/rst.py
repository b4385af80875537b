"""reStructuredText as Sphinx projects keep glossaries -> document: definition lists, `.. glossary::`, headings, lists.

Reads by structure: a line and, below it, deeper-indented lines are a term and its definition. Roles and directives
become Markdown; what other directives hold (admonitions, figures with captions) stays as text or goes.
"""

import re
from dataclasses import replace
from textwrap import dedent

from corpus.importing.formats.definition_lines import indented_list
from corpus.importing.formats.document import Block, Document, Item, Kind
from corpus.importing.formats.markdown import blocks
from corpus.importing.meaning.meta import Meta
from corpus.native_format.page import Page

_SIGN = re.compile(r"^\.\. (?:_[^\n:]+:|[\w-]+::)|^\s*:[\w:-]+:`|\S :[\w:-]+:`", re.MULTILINE)
_UNDERLINE = re.compile(r"([=\-~^\"'#*+.:_`])\1{2,}[ \t]*$")
_ROLE = re.compile(r":(?P<role>[\w+:.-]+):`(?:(?P<shown>[^`<]*?)\s*<(?P<target>[^<>`]*)>|(?P<plain>[^`]*))`")
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
    """Return whether a text has directives, targets or roles; one named .rst always is RST."""
    return page.suffix == ".rst" or (page.suffix in {".txt", ""} and len(_SIGN.findall(page.text[:50_000])) > 2)


def read(page: Page) -> Document:
    """Return the page as a document. The lines of what is no definition list are approximate: directives are left out."""
    lines = page.text.split("\n")
    lists = [*_glossaries(lines), *_definition_lists(lines)]
    rest = blocks(_markdown("\n".join(lines)))
    found = sorted((*lists, *rest), key=lambda block: block.line)
    text = _markdown(page.text)
    return Document(page.path, text, tuple(found), Meta(text=text), 1, page.columns)


def _glossaries(lines: list[str]) -> list[Block]:
    """Return the lists of `.. glossary::`, and blank their lines."""
    found = []
    for at, line in enumerate(lines):
        if directive := re.match(r"([ \t]*)\.\. glossary::", line):
            end = _block(lines, at + 1, len(directive[1]))
            start = next((n for n in range(at + 1, end) if lines[n].strip() and lines[n].lstrip()[0] != ":"), end)
            found.append(_as_markdown(indented_list(lines[start:end], start + 1)))
            lines[at:end] = [""] * (end - at)
    return found


def _as_markdown(block: Block) -> Block:
    items = (Item(_markdown(one.text).strip("\n"), one.line, tuple(map(_inline, one.names))) for one in block.items)
    return replace(block, items=tuple(items))


def _definition_lists(lines: list[str]) -> list[Block]:
    """Return each term at the margin with the deeper-indented lines below it, and blank their lines."""
    found, at = [], 0
    while at < len(lines):
        one = lines[at]
        if one.strip() and not one[0].isspace() and not one.startswith((".. ", "- ", "* ", "| ", ":")):
            names, end = _headwords(lines, at, 0)
            body = _block(lines, end, 0)
            if names and body > end:
                text = _markdown(dedent("\n".join(lines[end:body]))).strip("\n")
                whole = "\n".join(lines[at:body])
                found.append(Block(Kind.DEFINITIONS, whole, at + 1, items=(Item(text, at + 1, tuple(names)),)))
                lines[at:body] = [""] * (body - at)
                at = body
                continue
        at += 1
    return found


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
    """Return text with roles and links as Markdown: terms as links inside of the glossary, other roles as their words."""
    text = _ROLE.sub(_role, text)
    text = _HYPERLINK.sub(r"[\1](\2)", text)
    return re.sub(r"``([^`]+)``", r"`\1`", re.sub(r"(?<![\w`])`([^`<>\n]+)`__?(?!\w)", r"\1", text))


def _role(found: re.Match[str]) -> str:
    words = (found["shown"] or found["plain"] or "").lstrip("~!")
    target = "-".join((found["target"] or words).split())
    return f"[{' '.join(words.split())}](#{target})" if found["role"] in {"term", "std:term"} else words


def _markdown(text: str) -> str:
    """RST as Markdown: headings, roles and links; formulas and code as blocks; other directives go."""
    lines, out, at, ranks = _inline(text).split("\n"), [], 0, dict[str, int]()
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
            out.append(f"{'#' * min(rank, 6)} {one.strip()}")
            at += 2
        else:
            out.append("" if _UNDERLINE.fullmatch(one.strip()) else one)
            at += 1
    return "\n".join(out)


def _directive(name: str, argument: str, body: list[str], indent: str) -> list[str]:
    shape = _KEPT.get(name)
    content = dedent("\n".join(one for one in body if not re.match(r"\s+:[\w-]+:", one))).strip("\n")
    content = "\n".join(filter(None, (argument if name == "math" else "", content)))
    if not shape or not content.strip():
        return []
    return [indent + one for one in shape.format(content).split("\n")] + [""]
