"""Markdown of any dialect -> document. Tables, lists and definition lists keep their lines; HTML islands are read as HTML."""

import re
from collections.abc import Iterator
from textwrap import dedent

from markdown_it import MarkdownIt
from markdown_it.token import Token

from corpus.importing.formats import grid, notes
from corpus.importing.formats.definition_lines import definition_lists, indented_list
from corpus.importing.formats.document import Block, Document, Item, Kind
from corpus.importing.formats.markdown_dialects import plain_markdown
from corpus.importing.meaning.clean import plain
from corpus.importing.meaning.meta import Meta, split
from corpus.native_format.page import Page

_PARSER = MarkdownIt("commonmark").enable("table").disable("inline")
_FENCE = re.compile(r"[ \t>]*(?:[-*+][ \t]+)?(`{3,}|~{3,})[ \t]*(?P<info>[^\n`]*)$")
_ISLAND = re.compile(r"^ {0,3}<(?P<tag>dl|table|details)\b", re.IGNORECASE)
_SUMMARY = re.compile(r"<summary[^<>]*>(?P<name>.*?)</summary>", re.IGNORECASE | re.DOTALL)
_ABBREVIATION = re.compile(r"^\*\[(?P<name>[^\[\]\n]+)\]:[ \t]*(?P<text>\S[^\n]*)$")
_MARKER = re.compile(r"[ \t]*(?:[-*+]|\d{1,9}[.)])(?:[ \t]+|$)(?:\[[ xX]\][ \t]+)?")


def read(page: Page) -> Document:
    """Return a page as a document. Raises MalformedEntry for front matter that cannot be read."""
    meta = split(page.text, page.path)
    if not meta and notes.is_notion(page):
        branch, text = notes.from_notion(page.text)
        meta = Meta(branch, text, 1)
    elif not meta and notes.is_logseq(page):
        branch, text = notes.from_logseq(page.text)
        meta = Meta(branch, text, 1)
    text = plain_markdown(meta.text)
    return Document(page.path, text, tuple(blocks(text, meta.line)), meta, meta.line, page.columns)


def blocks(text: str, first_line: int = 1) -> list[Block]:
    """Return the blocks of a Markdown text without front matter, in their order."""
    lines = text.split("\n")
    found: list[Block] = []
    code = list(_code_lines(lines))
    for start, end, block in [*_islands(lines, code), *definition_lists(lines, code)]:
        if any(lines[start:end]):
            found.append(_moved(block, first_line))
            lines[start:end] = [""] * (end - start)
    found += (_moved(block, first_line) for block in _parsed(lines))
    return sorted(found, key=lambda block: block.line)


def _moved(block: Block, by: int) -> Block:
    items = tuple(Item(item.text, item.line + by, item.names) for item in block.items)
    rows = tuple(grid.Row(row.cells, row.line + by) for row in block.rows)
    return Block(block.kind, block.text, block.line + by, block.rank, items, rows)


def _code_lines(lines: list[str]) -> Iterator[bool]:
    fence = ""
    for line in lines:
        found = _FENCE.match(line)
        yield bool(fence or found)
        if found and not fence:
            fence = found[1]
        elif found and found[1].startswith(fence) and not found["info"]:
            fence = ""


def _islands(lines: list[str], code: list[bool]) -> Iterator[tuple[int, int, Block]]:
    """Yield (first line, line after it, block) of what is no plain Markdown: HTML lists and tables, {glossary}, *[x]:."""
    at = 0
    while at < len(lines):
        fence = _FENCE.match(lines[at]) if code[at] else None
        island = _ISLAND.match(lines[at]) if not code[at] else None
        end = at + 1
        if fence and fence["info"].strip() == "{glossary}":
            end = (
                next((n for n in range(at + 1, len(lines)) if lines[n].strip().startswith(fence[1])), len(lines) - 1)
                + 1
            )
            inner = plain_markdown("\n".join(lines[at + 1 : end - 1])).split("\n")
            yield at, end, indented_list(inner, at + 1)
        elif island:
            end = _island_end(lines, at, island["tag"].lower())
            for block in _html(lines[at:end], at, island["tag"].lower()):
                yield at, end, block
        elif (abbreviation := _ABBREVIATION.match(lines[at])) and not code[at]:
            item = Item(abbreviation["text"], at, (abbreviation["name"],))
            yield at, end, Block(Kind.DEFINITIONS, lines[at], at, items=(item,))
        elif fence:
            end = next((n for n in range(at + 1, len(lines)) if not code[n]), len(lines))
        at = end


def _island_end(lines: list[str], start: int, tag: str) -> int:
    depth = 0
    for number in range(start, len(lines)):
        line = lines[number].lower()
        depth += len(re.findall(rf"<{tag}\b", line)) - line.count(f"</{tag}>")
        if depth <= 0:
            return number + 1
    return len(lines)


def _html(lines: list[str], line: int, tag: str) -> list[Block]:
    text = "\n".join(lines)
    if tag == "details":
        summary = _SUMMARY.search(text)
        if not summary:
            return []
        body = re.sub(r"</?details[^<>]*>", "", text[summary.end() :], flags=re.IGNORECASE)
        item = Item(dedent(body).strip("\n"), line, (summary["name"],))
        return [Block(Kind.DEFINITIONS, text, line, items=(item,))]
    from corpus.importing.formats import html  # html reads what is Markdown inside of it with this module

    return html.fragment_blocks(text, line)


def _parsed(lines: list[str]) -> Iterator[Block]:
    """Yield the blocks that plain Markdown knows; lines from 0."""
    tokens = _PARSER.parse("\n".join(lines))
    for number, token in enumerate(tokens):
        if token.level or token.map is None or token.nesting < 0:
            continue
        start, end = token.map
        text = "\n".join(lines[start:end]).strip("\n")
        if token.type == "heading_open":
            words = plain(tokens[number + 1].content).rstrip("#").strip()
            yield Block(Kind.HEADING, words, start, int(token.tag[1]))
        elif token.type == "table_open":
            yield Block(Kind.TABLE, text, start, rows=tuple(grid.pipe_rows(lines[start:end], start)))
        elif token.type in {"bullet_list_open", "ordered_list_open"}:
            yield Block(Kind.LIST, text, start, items=tuple(_items(tokens, number, lines)))
        elif token.type == "paragraph_open":
            yield Block(Kind.PARAGRAPH, text, start)
        elif text and token.type != "hr":
            yield Block(Kind.CODE if token.type in {"fence", "code_block"} else Kind.OTHER, text, start)


def _items(tokens: list[Token], at: int, lines: list[str]) -> Iterator[Item]:
    """Yield the items of the list that opens at a token, without their markers and indentation."""
    for token in tokens[at + 1 :]:
        if token.level == tokens[at].level and token.nesting < 0:
            return
        if token.type == "list_item_open" and token.level == 1 and token.map:
            first, *rest = lines[token.map[0] : token.map[1]]
            marker = _MARKER.match(first)
            body = "\n".join([first[marker.end() if marker else 0 :], dedent("\n".join(rest))])
            yield Item(body.strip("\n"), token.map[0])
