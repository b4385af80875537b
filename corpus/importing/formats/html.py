"""HTML pages, and islands of HTML in Markdown -> blocks. The page's furniture (menus, headers, scripts) is left out."""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from corpus.importing.formats.document import Block, Document, Item, Kind
from corpus.importing.formats.grid import Row
from corpus.importing.formats.html_markdown import GONE, markdown, parsed, words
from corpus.importing.meaning.meta import Meta
from corpus.native_format.page import Page

_OPENS = re.compile(
    r"\s*(?:<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html|head|body|main|article|section|div|dl|h1|header|table)\b",
    re.IGNORECASE | re.DOTALL,
)
_CONTAINERS = frozenset("div section article main center body html address".split())
_BLOCKS = _CONTAINERS | frozenset("p h1 h2 h3 h4 h5 h6 ul ol dl table pre blockquote details hr".split())
_MAX_DEPTH = 60


def recognises(page: Page) -> bool:
    """Return whether a text opens with a tag of a page."""
    if page.suffix in {".html", ".htm", ".xhtml"}:
        return True
    if page.suffix.startswith((".md", ".mark")):  # a tag at the head of a Markdown page is an island in it
        return bool(re.match(r"\s*<(?:!doctype\s+html|html)\b", page.text[:2_000], re.IGNORECASE))
    return bool(_OPENS.match(page.text[:20_000]))


def read(page: Page) -> Document:
    """Return a page as a document. Raises MalformedEntry when it is nested too deeply."""
    return from_html(page.text, page)


def from_html(source: str, page: Page, has_lines: bool = True) -> Document:
    """Return HTML as the document of a page, whose own text may be in another format."""
    tree = parsed(source, page.path)
    root = next(
        (node for tag in ("article", "main", "[role=main]") if (node := _sole(tree, tag)) is not None), tree.body
    )
    found = list(_blocks(root, 0)) if root is not None else []
    text = markdown(root) if root is not None else ""
    if title := _title(tree, found):
        found.insert(0, Block(Kind.HEADING, title, 1, 1))
        text = f"# {title}\n\n{text}"
    located = _located(found, page.text) if has_lines else found
    return Document(page.path, text, tuple(located), Meta(text=text), 1, page.columns, has_lines=False)


def _sole(tree: LexborHTMLParser, selector: str) -> LexborNode | None:
    """Return the one element of a kind, None when there are none or several, which are parts of a list of terms."""
    nodes = tree.css(selector)
    return nodes[0] if len(nodes) == 1 else None


def _title(tree: LexborHTMLParser, found: list[Block]) -> str:
    """Return the page's name when its text does not begin with it: an h1 outside of it, else <title> without the site's."""
    if any(block.kind is Kind.HEADING and block.rank == 1 for block in found):
        return ""
    heading, title = tree.css_first("h1"), tree.css_first("title")
    if heading is not None:
        return words(heading)
    return re.split(r"\s+[|–—·»-]\s+", words(title))[0] if title is not None else ""


def fragment_blocks(source: str, line: int) -> list[Block]:
    """Return the blocks of an island of HTML; all get its line."""
    body = parsed(source).body
    return [_at(block, line) for block in _blocks(body, 0)] if body is not None else []


def _at(block: Block, line: int) -> Block:
    items = tuple(Item(item.text, line, item.names) for item in block.items)
    return Block(block.kind, block.text, line, block.rank, items, tuple(Row(row.cells, line) for row in block.rows))


def _blocks(node: LexborNode, depth: int) -> Iterator[Block]:
    """Yield the blocks below an element; what stands between them without an element of its own is a paragraph."""
    loose: list[str] = []
    for child in node.iter(include_text=True):
        tag = child.tag or ""
        if tag in GONE or tag.startswith("!"):
            continue
        if tag in _BLOCKS or _holds_blocks(child):
            yield from _paragraph(loose)
            loose = []
            yield from _block(child, tag, depth)
        else:
            loose.append(str(child.text(deep=False)) if tag == "-text" else (child.html or ""))
    yield from _paragraph(loose)


def _holds_blocks(node: LexborNode) -> bool:
    return (node.tag or "-").isalpha() and node.css_first("p,dl,table,ul,ol,h1,h2,h3,h4,h5,h6") is not None


def _paragraph(html: list[str]) -> Iterator[Block]:
    if not "".join(html).strip():
        return
    body = parsed("".join(html)).body
    if body is not None and (text := markdown(body)):
        yield Block(Kind.PARAGRAPH, text, 1)


def _block(node: LexborNode, tag: str, depth: int) -> Iterator[Block]:
    if re.fullmatch(r"h[1-6]", tag):
        if title := words(node):
            yield Block(Kind.HEADING, title, 1, int(tag[1]))
    elif tag == "dl":
        yield Block(Kind.DEFINITIONS, markdown(node), 1, items=tuple(_definitions(node)))
    elif tag == "table":
        yield from _table(node, depth)
    elif tag in {"ul", "ol"}:
        items = tuple(Item(markdown(item), 1) for item in node.iter() if item.tag == "li")
        yield Block(Kind.LIST, "\n".join(f"- {item.text}" for item in items), 1, items=items)
    elif tag == "details":
        summary = node.css_first("summary")
        name = words(summary) if summary is not None else ""
        if summary is not None:
            summary.decompose()
        yield Block(Kind.DEFINITIONS, markdown(node), 1, items=(Item(markdown(node), 1, (name,)),))
    elif tag in {"p", "pre", "blockquote", "hr"} or depth > _MAX_DEPTH:
        kind = Kind.PARAGRAPH if tag == "p" else Kind.CODE if tag == "pre" else Kind.OTHER
        if text := markdown(node) if tag != "pre" else markdown(_parent_of(node)):
            yield Block(kind, text, 1)
    else:
        yield from _blocks(node, depth + 1)


def _parent_of(node: LexborNode) -> LexborNode:
    """Return a body that holds only this element, since Markdown is made of what is below an element."""
    body = LexborHTMLParser(node.html or "").body
    return body if body is not None else node


def _definitions(node: LexborNode) -> Iterator[Item]:
    """Yield each group of <dt> and the <dd> after it."""
    items = [
        one
        for child in node.iter()
        for one in (child.iter() if child.tag == "div" else [child])
        if one.tag in {"dt", "dd"}
    ]
    names: list[str] = []
    bodies: list[str] = []
    for one in items:
        if one.tag == "dt":
            if bodies:
                yield Item("\n\n".join(bodies), 1, tuple(names))
                names, bodies = [], []
            names.append(words(one).rstrip("¶").strip())
        elif names:
            bodies.append(markdown(one))
    if names:
        yield Item("\n\n".join(bodies), 1, tuple(names))


def _table(node: LexborNode, depth: int) -> Iterator[Block]:
    """Yield a table of data; one that only lays out the page is read as what it holds."""
    if node.css_first("table table, table dl, table h2") is not None or len(node.css("td")) < 2:
        for cell in node.css("td"):
            yield from _blocks(cell, depth + 1)
        return
    rows = [
        Row(tuple(markdown(cell).replace("\n\n", "\n") for cell in row.iter() if cell.tag in {"td", "th"}), 1)
        for row in node.css("tr")
    ]
    yield Block(Kind.TABLE, markdown(node), 1, rows=tuple(row for row in rows if any(row.cells)))


def _located(found: list[Block], source: str) -> list[Block]:
    """Return the blocks with the lines where their first words stand in the file, looked for in order."""
    place = _Place(source)
    located = []
    for block in found:
        line = place.line_of(block.text if block.kind is Kind.HEADING else block.text[:0])
        items = tuple(
            Item(item.text, place.line_of(next(iter(item.names), item.text)), item.names) for item in block.items
        )
        rows = tuple(Row(row.cells, place.line_of(next(filter(None, row.cells), ""))) for row in block.rows)
        if block.kind is Kind.PARAGRAPH:
            line = place.line_of(block.text)
        located.append(Block(block.kind, block.text, line, block.rank, items, rows))
    return located


class _Place:
    """Where the words of a file stand, asked for in the order in which they stand there."""

    def __init__(self, source: str) -> None:
        self._source, self._at, self._line = source, 0, 1

    def line_of(self, text: str) -> int:
        """Return the line of the next place with the first words of a text, else of the last place that was found."""
        found = re.search(r"[^*`\[\]()#<>|\n-]{2,40}", text[:200])
        place = self._source.find(found[0].strip(), self._at, self._at + 200_000) if found else -1
        if place >= 0:
            self._line += self._source.count("\n", self._at, place)
            self._at = place
        return self._line
