"""AsciiDoc, Org and MediaWiki -> document, by Markdown line for line: headings, definition lists, lists, tables, emphasis.

Small on purpose: what a glossary uses. Line for line the same, so that lines of the report hold. What these readers do not
know (macros, templates, includes) loses its marks and keeps its words where it has some.
"""

import re
from collections.abc import Callable

from corpus.importing.formats.document import Document
from corpus.importing.formats.markdown import blocks
from corpus.importing.meaning.meta import Meta
from corpus.native_format.page import Page


def _document(page: Page, convert: Callable[[str], str]) -> Document:
    text = convert(page.text)
    return Document(page.path, text, tuple(blocks(text)), Meta(text=text), 1, page.columns)


def asciidoc(page: Page) -> Document:
    """Return an AsciiDoc page as a document."""
    return _document(page, _asciidoc)


def org(page: Page) -> Document:
    """Return an Org page as a document."""
    return _document(page, _org)


def mediawiki(page: Page) -> Document:
    """Return a page of a MediaWiki as a document."""
    return _document(page, _mediawiki)


_ADOC_LINK = re.compile(r"(?:link:)?(https?://[^\s\[\]]+)\[([^\[\]]*)\]|link:[^\s\[\]]+\[([^\[\]]*)\]")
_ADOC_REFERENCE = re.compile(r"<<([^<>,]+)(?:,\s*([^<>]+))?>>|xref:([^\s\[\]]+)\[([^\[\]]*)\]")
_ADOC_GONE = re.compile(
    r"^(?:\[[^\[\]]*\]|:[\w!-]+:.*|//.*|include::.*|={4,}|-{4,}|\*{4,}|_{4,}|image::.*|toc::.*|ifdef::.*|endif::.*|"
    r"\+|'''|<<<)[ \t]*$"
)
_ADOC_TERM = re.compile(r"(?P<names>\S.{0,160}?)(?P<sign>:{2,4}|;;)(?:[ \t]+(?P<text>\S.*))?$")
_ADOC_MACRO = re.compile(
    r"\b(?:kbd|btn|menu|pass|footnote|image|icon|indexterm2?|term):(?:[^\s\[\]]*)\[([^\[\]]*)\]|\(\(\(?[^()]*\)?\)\)"
)


def _asciidoc(text: str) -> str:
    lines: list[str] = []
    in_list = False
    for line in _with_adoc_tables(text.split("\n")):
        heading = re.match(r"(={1,6})[ \t]+(\S.*)", line)
        term = _ADOC_TERM.fullmatch(line) if not line.startswith(("|", "*", "-", ".")) else None
        if heading:
            lines.append(f"{'#' * len(heading[1])} {_adoc_inline(heading[2])}")
            in_list = False
        elif _ADOC_GONE.match(line):
            lines.append("")
        elif term:
            # Two Markdown lines of one: the name above its text, parted where blocks() splits them again.
            lines.append(_defined(_adoc_inline(term["names"]), _adoc_inline(term["text"] or "")))
            in_list = True
        elif in_list and line.strip():
            lines.append(f"{_CONTINUED}{_adoc_inline(line.strip())}")
        else:
            lines.append(_adoc_inline(re.sub(r"^(\*+|\.+) ", _adoc_bullet, line)))
    return _spread(lines)


def _with_adoc_tables(lines: list[str]) -> list[str]:
    """Return the lines with |=== tables as Markdown's: as many cells in a row as the first line or `cols` says."""
    out: list[str] = []
    cells: list[str] | None = None
    width = said = 0
    for line in lines:
        if columns := re.match(r"\[.*cols=\"?([^\"\]]*)", line):
            times = re.match(r"(\d+)\*", columns[1])
            said = int(times[1]) if times else columns[1].count(",") + 1
        if re.fullmatch(r"\|={3,}[ \t]*", line):
            out += _markdown_table(cells, width) if cells else []
            cells, width, said = ([] if cells is None else None), said, 0
        elif cells is None:
            out.append(line)
        elif line.lstrip().startswith(("|", "a|", "e|")):
            found = [cell.strip() for cell in re.split(r"(?:^|(?<=\s))[aehlms]?\|", line)[1:]]
            width = width or len(found)
            cells += found
        elif cells and line.strip():
            cells[-1] += f" {line.strip()}"
    return out


def _markdown_table(cells: list[str], width: int) -> list[str]:
    rows = [cells[at : at + width] for at in range(0, len(cells), width)]
    lines = [f"| {' | '.join(cell.replace('|', ' ') for cell in row)} |" for row in rows]
    return ["", lines[0], "|" + "---|" * width, *lines[1:], ""]


def _adoc_bullet(found: re.Match[str]) -> str:
    return "  " * (len(found[1]) - 1) + ("- " if found[1][0] == "*" else "1. ")


def _adoc_inline(text: str) -> str:
    text = re.sub(r"\[\[[^\[\]]*\]\]|\[#[^\[\]]*\](?=\S)|anchor:\w+\[[^\[\]]*\]", "", text)
    text = _ADOC_LINK.sub(lambda one: f"[{one[2] or one[1]}]({one[1]})" if one[1] else one[3], text)
    text = _ADOC_REFERENCE.sub(lambda one: f"[{one[2] or one[4] or one[1] or one[3]}](#{one[1] or one[3]})", text)
    text = _ADOC_MACRO.sub(lambda one: one[1] or "", text)
    return re.sub(r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])", r"**\1**", re.sub(r"[ \t]\+$", "", text))


_DEFINES, _CONTINUED = "\x01", "\x02"
"""Stand for what plain lines cannot say until `_spread` writes them as Markdown."""


def _defined(name: str, text: str) -> str:
    return f"{name}{_DEFINES}{text}"


def _spread(lines: list[str]) -> str:
    """Return lines with their definitions as Markdown has them: a name, and below it `: text`.

    A definition takes two lines where the source has one; the line below gives way when it is empty.
    """
    spread: list[str] = []
    for number, line in enumerate(lines):
        name, defines, text = line.partition(_DEFINES)
        if defines:
            following = next((one for one in lines[number + 1 :] if one.strip()), "")
            spread += ["", name, f": {text}" if text or not following.startswith(_CONTINUED) else ": "]
        elif line.startswith(_CONTINUED):
            if spread and spread[-1] == ": ":
                spread[-1] = f": {line[1:]}"
            else:
                spread.append(f"  {line[1:]}")
        else:
            spread.append(line)
    return "\n".join(spread)


_ORG_GONE = re.compile(r"^[ \t]*(?:#\+(?!title)\w+:?.*|# .*|:[A-Z_]+:.*|-{5,})$", re.IGNORECASE)
_ORG_LINK = re.compile(r"\[\[([^\[\]]+)\](?:\[([^\[\]]+)\])?\]")


def _org(text: str) -> str:
    lines: list[str] = []
    for line in text.split("\n"):
        title = re.match(r"#\+title:[ \t]*(.+)", line, re.IGNORECASE)
        heading = re.match(r"(\*{1,6})[ \t]+(?:(?:TODO|DONE)[ \t]+)?(.+?)(?:[ \t]+:[\w:@]+:)?$", line)
        item = re.match(r"[ \t]*[-+][ \t]+(.+?)[ \t]+::(?:[ \t]+(.*))?$", line)
        rest = re.match(r"[ \t]{2,}(\S.*)", line)
        if title:
            lines.append(f"# {title[1]}")
        elif heading:
            lines.append(f"{'#' * min(len(heading[1]) + 1, 6)} {_org_inline(heading[2])}")
        elif item:
            lines.append(_defined(_org_inline(item[1]), _org_inline(item[2] or "")))
        elif _ORG_GONE.match(line):
            lines.append("")
        elif rest and lines and (_DEFINES in lines[-1] or lines[-1].startswith(_CONTINUED)):
            lines.append(f"{_CONTINUED}{_org_inline(rest[1])}")
        else:
            lines.append(_org_inline(line))
    return _spread(lines)


def _org_inline(text: str) -> str:
    def linked(found: re.Match[str]) -> str:
        target, words = found[1], found[2] or found[1].lstrip("*#")
        return f"[{words}]({target})" if "://" in target else f"[{words}](#{'-'.join(target.lstrip('*#').split())})"

    text = _ORG_LINK.sub(linked, text)
    text = re.sub(r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])", r"**\1**", text)
    text = re.sub(r"(?<![\w/:])/(?=\S)([^/\n]+?)(?<=\S)/(?![\w/])", r"*\1*", text)
    return re.sub(r"(?<![\w=~])[=~](?=\S)([^=~\n]+?)(?<=\S)[=~](?![\w=~])", r"`\1`", text)


_WIKI_TEMPLATE = re.compile(r"\{\{([^{}]*)\}\}")
_WIKI_GONE = re.compile(
    r"<ref[^<>]*/>|<ref[^<>]*>.*?</ref>|<!--.*?-->|__\w+__|"
    r"\[\[(?:File|Image|Category|Datei|Kategorie):[^\[\]]*\]\]",
    re.DOTALL | re.IGNORECASE,
)
_WIKI_LINK = re.compile(r"\[\[([^\[\]|]+)(?:\|([^\[\]]+))?\]\]")
_WIKI_TERM = re.compile(r"\{\{\s*(?:term|defn?|gloss)\s*\|", re.IGNORECASE)


def _mediawiki(text: str) -> str:
    text = _WIKI_GONE.sub(lambda found: "\n" * found[0].count("\n"), text)
    lines: list[str] = []
    for raw in _with_glossary_templates(text).split("\n"):
        line = _wiki_inline(raw)
        heading = re.match(r"(={1,6})[ \t]*(.+?)[ \t]*\1[ \t]*$", line)
        term = re.match(r";[ \t]*(.+?)(?:[ \t]+:[ \t]*(.+))?$", line)
        text_line = re.match(r":+[ \t]*(\S.*)", line)
        if heading:
            lines.append(f"{'#' * len(heading[1])} {heading[2]}")
        elif term:
            lines.append(_defined(term[1].strip(), term[2] or ""))
        elif text_line and lines and (_DEFINES in lines[-1] or lines[-1].startswith(_CONTINUED)):
            lines.append(f"{_CONTINUED}{text_line[1]}")
        else:
            lines.append(re.sub(r"^([*#]+)[ \t]*", _wiki_bullet, line))
    return _spread(_with_tables(lines))


def _wiki_bullet(found: re.Match[str]) -> str:
    return "  " * (len(found[1]) - 1) + ("- " if found[1][-1] == "*" else "1. ")


def _with_glossary_templates(text: str) -> str:
    """Return {{term|x}} and {{defn|y}} of Wikipedia's glossaries as `; x` and `: y`."""
    text = re.sub(
        r"\{\{\s*term\s*\|(?:\s*(?:1|term)\s*=\s*)?([^{}|]*)(?:\|[^{}]*)?\}\}", r"; \1", text, flags=re.IGNORECASE
    )
    return re.sub(
        r"\{\{\s*defn?\s*\|(?:\s*(?:1|defn)\s*=\s*)?((?:[^{}]|\{\{[^{}]*\}\})*)\}\}", r": \1", text, flags=re.IGNORECASE
    )


def _wiki_inline(text: str) -> str:
    for _ in range(3):
        text = _WIKI_TEMPLATE.sub(_template_words, text)
    text = re.sub(r"'''(.+?)'''", r"**\1**", text)
    text = re.sub(r"''(.+?)''", r"*\1*", text)
    text = _WIKI_LINK.sub(lambda one: f"[{one[2] or one[1]}](#{'-'.join(one[1].split())})", text)
    return re.sub(
        r"(?<!\[)\[(https?://[^\s\[\]]+)(?:[ \t]+([^\[\]]+))?\]", lambda one: f"[{one[2] or one[1]}]({one[1]})", text
    )


def _template_words(found: re.Match[str]) -> str:
    """Return what most templates show: their last argument without a name; nothing for those that have none."""
    name, *arguments = found[1].split("|")
    shown = [one.strip() for one in arguments if "=" not in one]
    return (
        shown[-1]
        if shown and name.strip().casefold() not in {"cite web", "cite book", "sfn", "refn", "main", "see also"}
        else ""
    )


def _with_tables(lines: list[str]) -> list[str]:
    """Return the lines with {| … |} as Markdown tables."""
    rows: list[list[str]] = []
    out: list[str] = []
    inside = False
    for line in lines:
        if line.startswith("{|"):
            inside, rows = True, [[]]
        elif inside and line.startswith("|}"):
            inside, filled = False, [row for row in rows if row]
            width = max(map(len, filled), default=0)
            table = ["| " + " | ".join(row + [""] * (width - len(row))) + " |" for row in filled]
            out += ["", *table[:1], "|" + "---|" * width, *table[1:], ""]
        elif inside and line.startswith("|-"):
            rows.append([])
        elif inside and line[:1] in {"|", "!"} and not line.startswith("|+"):
            cells = re.split(r"\|\||!!", line[1:])
            rows[-1] += [re.sub(r"^[^|\[\]]*=\s*\"[^\"]*\"\s*\|", "", cell).strip() for cell in cells]
        elif not inside:
            out.append(line)
    return out
