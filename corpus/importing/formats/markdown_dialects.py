"""What Markdown dialects add to Markdown -> plain Markdown on the same lines: words stay, their wrapping goes.

MDN macros, Hugo and Jekyll shortcodes, Docusaurus and MkDocs admonitions, JSX, attribute lists, Obsidian callouts and block
ids, Logseq properties, reference links. Code is left alone. No line is added or taken, so that line numbers hold.
"""

import re

from corpus.importing.meaning.clean import code_and_text

_BLANKED = re.compile(
    r"^[ \t]*(?::{3,}[^\n]*|import [^\n]* from ['\"][^\n]*|import ['\"][^\n]*|export (?:const|default) [^\n]*"
    r"|\{:[^{}\n]*\}|\[(?:TOC|toc)\]|\[\[_?TOC_?\]\]|\^[\w-]+|(?:collapsed|id|created|updated)(?:-at)?:: [^\n]*"
    r"|\\(?:newpage|pagebreak|toc)[^\n]*)[ \t]*$",
    re.MULTILINE,
)
_INDENTED_ADMONITION = re.compile(
    r"^(?P<mark>(?:!!!|\?\?\?\+?) \w+[^\n]*)\n(?P<body>(?:(?: {4}|\t)[^\n]*(?:\n|\Z)|[ \t]*\n)+)", re.MULTILINE
)
_CALLOUT = re.compile(r"^ {0,3}> ?\[!\w+\][+-]?[^\n]*$", re.MULTILINE)
_QUOTED = re.compile(r"^ {0,3}> ?", re.MULTILINE)
_MACRO = re.compile(r"\{\{-?\s*(?P<name>\w+)\s*\((?P<arguments>[^{}]*)\)\s*-?\}\}")
_HUGO = re.compile(r"\{\{[<%]\s*/?\s*(?P<name>[\w./-]+)\s*(?P<arguments>[^{}]*?)/?\s*[>%]\}\}")
_LIQUID = re.compile(r"\{%-?[^{}%]*%\}|\{\{\w+\}\}")
_CLOZE = re.compile(r"\{\{c\d+::(?P<words>(?:[^{}:]|:(?!:))+)(?:::[^{}]*)?\}\}")
_ATTRIBUTES = re.compile(r"[ \t]*\{[#.][^{}\n]*\}")
_KRAMDOWN = re.compile(r"\{:[^{}\n]*\}")
_BLOCK_ID = re.compile(r"[ \t]+\^[\w-]+[ \t]*$", re.MULTILINE)
_ANCHOR = re.compile(r"<a\s+(?:id|name)=[\"'][^\"'<>]*[\"']\s*/?>(?:\s*</a>)?", re.IGNORECASE)
_STRONG = re.compile(r"<(?:b|strong|dfn)(?:\s[^<>]*)?>([^<>\n]{1,200})</(?:b|strong|dfn)>", re.IGNORECASE)
_ROLE = re.compile(
    r"\{(?P<role>term|ref|doc|abbr|numref|any|py:\w+)\}`(?P<words>[^`<]*?)(?:\s*<(?P<target>[^<>`]*)>)?`"
)
_QUOTED_WORDS = re.compile(r"\"([^\"]*)\"|'([^']*)'")
_SPEAKING = ("text", "title", "label", "name", "content", "term")
_SHOWN_ARGUMENT = frozenset({"glossary", "glossary_tooltip", "term", "tooltip", "abbr", "gls", "def"})
_TARGET = re.compile(
    r"^ {0,3}\[(?P<name>[^\[\]^*\n]+)\]:[ \t]*<?(?P<url>[^\s<>]+)>?(?:[ \t]+[\"'(][^\n]*)?[ \t]*$", re.MULTILINE
)
_REFERENCE = re.compile(r"(?<![\[!\]\\])\[(?P<words>[^\[\]\n]+)\](?:\[(?P<name>[^\[\]\n]*)\])?(?![\[(:])")


def plain_markdown(text: str) -> str:
    """Return a page without the marks of its dialect. Line for line the same."""
    # A role looks like code behind braces, so it goes before code is set apart.
    text = _ROLE.sub(_role, _uncommented(text)) if "}`" in text else _uncommented(text)
    text = _INDENTED_ADMONITION.sub(_unindented, text)
    text = _CALLOUT.sub("", text) if "[!" not in text else _without_callouts(text)
    targets = {" ".join(found["name"].split()).casefold(): found["url"] for found in _TARGET.finditer(text)}
    return "".join(piece if is_code else _inline(piece, targets) for is_code, piece in code_and_text(text))


def _uncommented(text: str) -> str:
    """Return the text without HTML and Obsidian comments, their line ends kept."""
    for pattern in (r"<!--.*?-->", r"\{/\*.*?\*/\}", r"^%%.*?%%[ \t]*$"):
        if pattern[:2] in {"<!", "\\{"} and pattern.replace("\\", "")[:2] not in text:
            continue
        text = re.sub(pattern, lambda found: "\n" * found[0].count("\n"), text, flags=re.DOTALL | re.MULTILINE)
    return text


def _unindented(found: re.Match[str]) -> str:
    title = re.search(r"\"([^\"]+)\"", found["mark"])
    opening = f"**{title[1]}**" if title and found["mark"].startswith("???") else ""
    return f"{opening}\n" + re.sub(r"^(?: {4}|\t)", "", found["body"], flags=re.MULTILINE)


def _without_callouts(text: str) -> str:
    """Return the text in which an Obsidian callout is the text that it holds, not a quotation."""
    lines, in_callout = text.split("\n"), False
    for number, line in enumerate(lines):
        if _CALLOUT.match(line):
            in_callout, lines[number] = True, ""
        elif in_callout and _QUOTED.match(line):
            lines[number] = _QUOTED.sub("", line)
        else:
            in_callout = False
    return "\n".join(lines)


def _inline(text: str, targets: dict[str, str]) -> str:
    text = _BLANKED.sub("", text)
    if "{" in text:
        text = _CLOZE.sub(lambda found: found["words"], text)
        text = _HUGO.sub(_shortcode, _MACRO.sub(_macro, text))
        text = _KRAMDOWN.sub("", _ATTRIBUTES.sub("", _LIQUID.sub("", text)))
    if "<" in text:
        text = _STRONG.sub(lambda found: f"**{found[1].strip()}**" if found[1].strip() else "", _ANCHOR.sub("", text))
    text = _BLOCK_ID.sub("", text)
    return _with_targets(text, targets) if targets else text


def _with_targets(text: str, targets: dict[str, str]) -> str:
    """Return the text with reference links written out: [x][] and [x] -> [x](address)."""

    def linked(found: re.Match[str]) -> str:
        url = targets.get(" ".join((found["name"] or found["words"]).split()).casefold())
        return f"[{found['words']}]({url})" if url else found[0]

    return _REFERENCE.sub(linked, _TARGET.sub("", text))


def _role(found: re.Match[str]) -> str:
    """Return the words of a MyST role, those of {term} as a link inside of the glossary."""
    words = found["words"] or found["target"] or ""
    return f"[{words}](#{'-'.join((found['target'] or words).split())})" if found["role"] == "term" else words


def _macro(found: re.Match[str]) -> str:
    """Return the words that a macro shows: {{Glossary("browser", "web browser")}} -> web browser."""
    arguments = [one or other for one, other in _QUOTED_WORDS.findall(found["arguments"])]
    if not arguments or re.search(
        r"sidebar|embed|compat|specifications|badge|quicklinks", found["name"], re.IGNORECASE
    ):
        return ""
    shown = arguments[1] if len(arguments) > 1 and arguments[1].strip() else arguments[0]
    if found["name"].casefold() == "glossary":
        return f"[{shown}](#{'-'.join(arguments[0].split())})"
    return f"`{_as_code(found['name'], shown)}`"


def _as_code(name: str, shown: str) -> str:
    """Return what MDN shows for an element, a property, ...: htmlelement("form") -> <form>."""
    return f"<{shown}>" if name.casefold() in {"htmlelement", "svgelement", "mathmlelement"} else shown


def _shortcode(found: re.Match[str]) -> str:
    """Return the words that a shortcode shows: glossary_tooltip text="containers" -> containers; "" for the others."""
    named = dict(re.findall(r"(\w+)\s*=\s*[\"']([^\"']*)[\"']", found["arguments"]))
    if said := next((named[key] for key in _SPEAKING if named.get(key)), ""):
        target = named.get("term_id") or named.get("id")
        return f"[{said}](#{target})" if target else said
    unnamed = [one or other for one, other in _QUOTED_WORDS.findall(found["arguments"])] if not named else []
    is_shown = found["name"].casefold().rpartition("/")[2] in _SHOWN_ARGUMENT
    return str(unnamed[0]) if unnamed and is_shown else str(named.get("term_id", ""))
