"""LaTeX glossaries (glossaries, glossaries-extra, acronym, nomencl) -> records. Formulas stay LaTeX; other commands go.

Knows the arguments' braces only; what a macro of the author's own would print is not known, so its argument stays.
"""

import re
from collections.abc import Iterator

from corpus.importing.formats.records import Record
from corpus.native_format.page import Page
from corpus.native_format.tree import Node

_COMMAND = re.compile(
    r"\\(?P<name>(?:long)?newglossaryentry|(?:re)?newacronym|newabbreviation|newterm|newdualentry|glsxtrnewsymbol|acro|acrodef|DeclareAcronym|"
    r"nomenclature|newentry|gnewentry)\*?\s*(?=[\[{])"
)
_COMMENT = re.compile(r"(?<!\\)%[^\n]*")
_MATH = re.compile(r"\$\$.+?\$\$|\$[^$]+\$|\\\(.+?\\\)|\\\[.+?\\\]", re.DOTALL)
_EMPHASIS = {"emph": "*", "textit": "*", "textbf": "**", "texttt": "`"}
_WRAPPED = re.compile(r"\\(?P<name>[a-zA-Z]+)\*?(?:\[[^\[\]]*\])?\{(?P<words>[^{}]*)\}")
_SPECIAL = {r"\&": "&", r"\%": "%", r"\$": "$", r"\#": "#", r"\_": "_", r"\{": "{", r"\}": "}", "~": " ", "``": "“", "''": "”",
            "---": "—", "--": "–", r"\ldots": "…", r"\dots": "…", r"\LaTeX": "LaTeX", r"\TeX": "TeX", r"\\": "\n",
            r"\par": "\n\n", r"\ss": "ß", r"\glspar": "\n\n"}  # fmt: skip
_ACCENTS = re.compile(r"\\(?P<accent>[`'^\"~=.cvuHk])\s*\{?\\?(?P<letter>[A-Za-z])\}?")
_COMBINING = {"`": "\u0300", "'": "\u0301", "^": "\u0302", '"': "\u0308", "~": "\u0303", "=": "\u0304", ".": "\u0307",
              "c": "\u0327",
              "v": "\u030c", "u": "\u0306", "H": "\u030b", "k": "\u0328"}  # fmt: skip
_MAX_ARGUMENT = 20_000
_MAX_BROKEN = 200
"""Commands without their arguments; a file with more of them is no glossary, and looking for each end takes long."""

_REFERENCES = frozenset(
    "gls Gls glspl Glspl GLS ac acs acl acf acp glslink hyperref glsdisp hyperlink acrshort acrlong".split()
)


def read(page: Page) -> list[Record]:
    """Return a record for each command that defines a term, [] when there are none."""
    text = _COMMENT.sub("", page.text)
    records: list[Record] = []
    broken = 0
    for found in _COMMAND.finditer(text):
        if record := _record(text, found):
            records.append(record)
        elif (broken := broken + 1) > _MAX_BROKEN:
            break
    return records


def _record(text: str, found: re.Match[str]) -> Record | None:
    """Return what one command defines; its line is counted without comments, which stay on their own lines."""
    given, name, line = list(_arguments(text, found.end())), found["name"], 1 + text.count("\n", 0, found.start())
    braces = [words for sign, words in given if sign == "{"]
    options = dict(pair for sign, words in given if sign == "[" for pair in _pairs(words))
    said: dict[str, str] = {}
    if name in {"newglossaryentry", "longnewglossaryentry", "newentry", "gnewentry", "newterm"} and braces:
        said = dict(_pairs(braces[1])) if len(braces) > 1 else options
        said.setdefault("name", braces[0])
        if name == "longnewglossaryentry" and len(braces) > 2:
            said["description"] = braces[2]
    elif name == "DeclareAcronym" and len(braces) > 1:
        said = dict(_pairs(braces[1]))
        said = {"name": said.get("short", braces[0]), "description": said.get("long", "")}
    elif name in {"acro", "acrodef"} and len(braces) > 1:
        short = next((words for sign, words in given if sign == "["), braces[0])
        said = {"name": short, "description": braces[1]}
    elif name == "nomenclature" and len(braces) > 1:
        said = {"name": braces[0], "description": braces[1]}
    elif name == "glsxtrnewsymbol" and len(braces) > 1:
        said = {**options, "name": braces[1]}
    elif name == "newdualentry" and len(braces) > 3:
        said = {"name": braces[1], "long": braces[2], "description": braces[3]}
    elif len(braces) > 2:
        said = {"name": braces[1], "description": options.get("description") or braces[2]}
        said |= {"long": braces[2]} if options.get("description") else {}
    return _as_record(said, line) if said.get("name") else None


def _as_record(said: dict[str, str], line: int) -> Record:
    values: dict[str, Node] = {
        "term": plain_words(said["name"]),
        "definition": plain_words(said.get("description", "")),
    }
    others = [
        said[key]
        for key in ("long", "first", "synonym", "plural", "symbol")
        if said.get(key) and said.get(key) != said["name"]
    ]
    see = [words for key in ("see", "seealso") for words in re.split(r",\s*", said.get(key, "")) if words]
    values["aliases"] = [plain_words(one) for one in others]
    values["related"] = [plain_words(re.sub(r"^\[[^\[\]]*\]", "", one)) for one in see]
    return Record(values, line)


def _arguments(text: str, at: int) -> Iterator[tuple[str, str]]:
    """Yield ("{" or "[", words) of each argument that follows without other text between."""
    while opening := re.compile(r"\s*([\[{])").match(text, at):
        end = _closing(text, opening.end() - 1)
        if end < 0:
            return
        yield opening[1], text[opening.end() : end]
        at = end + 1


def _closing(text: str, at: int) -> int:
    """Return where the bracket at a place is closed, -1 when it never is."""
    opening, closing = text[at], {"{": "}", "[": "]"}[text[at]]
    depth, braces = 0, 0
    for place in range(at, min(len(text), at + _MAX_ARGUMENT)):
        sign = text[place]
        if text[place - 1 : place] == "\\":
            continue
        if opening == "[" and sign in "{}":
            braces += 1 if sign == "{" else -1
        elif sign == opening and not braces:
            depth += 1
        elif sign == closing and not braces:
            depth -= 1
            if not depth:
                return place
    return -1


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    """Yield (key, value) of `key={value}, key=value`."""
    at = 0
    while found := re.compile(r"[\s,]*([A-Za-z][\w-]*)\s*(=)?\s*").match(text, at):
        at = found.end()
        if not found[2]:
            continue
        if text[at : at + 1] == "{" and (end := _closing(text, at)) > 0:
            yield found[1].casefold(), text[at + 1 : end]
            at = end + 1
        else:
            value = re.compile(r"(?:[^,{}]|\{[^{}]*\})*").match(text, at)
            yield found[1].casefold(), value[0].strip() if value else ""
            at = value.end() if value else at


def plain_words(text: str) -> str:
    """Return LaTeX as Markdown: formulas stay as they are, emphasis becomes Markdown's, other commands leave their words."""
    pieces: list[str] = []
    at = 0
    for found in _MATH.finditer(text):
        pieces += (_without_commands(text[at : found.start()]), _formula(found[0]))
        at = found.end()
    whole = "".join([*pieces, _without_commands(text[at:])])
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in re.split(r"\n[ \t]*\n", whole)).strip()


def _formula(text: str) -> str:
    return f"${text[2:-2]}$" if text.startswith("\\(") else f"$${text[2:-2]}$$" if text.startswith("\\[") else text


def _without_commands(text: str) -> str:
    import unicodedata

    text = _ACCENTS.sub(lambda one: unicodedata.normalize("NFC", one["letter"] + _COMBINING[one["accent"]]), text)
    for _ in range(6):  # the innermost braces first
        text, count = _WRAPPED.subn(_words, text)
        if not count:
            break
    for command, sign in _SPECIAL.items():
        is_word = command[-1].isalpha()
        text = re.sub(re.escape(command) + (r"(?![a-zA-Z])\s?" if is_word else ""), sign.replace("\\", r"\\"), text)
    return re.sub(r"[{}]", "", re.sub(r"\\[a-zA-Z]+\*?\s?", "", text))


def _words(found: re.Match[str]) -> str:
    name, words = found["name"], found["words"]
    if name in {"label", "index", "cite", "ref", "footnote", "vspace", "hspace", "includegraphics"}:
        return ""
    if name in _REFERENCES:
        return words.replace("_", " ")
    mark = _EMPHASIS.get(name, "")
    return f"{mark}{words.strip()}{mark}" if words.strip() else ""
