"""Which language a page is in, where its place says so: `content/de/x.md`, `x.de.md`, `lang: de`. Pure.

Only structure counts: two folders are translations of each other when both are named by a language and hold pages of
the same name. A folder `it` alone is Italian to nobody.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import PurePosixPath

from corpus.native_format.page import Page

_CODES = frozenset(
    """ar bg bn bs ca cs da de el en es et eu fa fi fr ga gl gu he hi hr hu hy id is it ja ka kk km kn ko lt lv mk ml mn mr ms
    my nb ne nl nn no pa pl pt ro ru sk sl sq sr sv sw ta te th tl tr uk ur uz vi zh""".split()
)
_SAID = re.compile(
    r"^(?:lang|language|locale)[ \t]*[:=][ \t]*[\"']?([A-Za-z]{2})(?:[-_][A-Za-z]{2,4})?[\"']?[ \t]*$", re.MULTILINE
)
_TAGGED = re.compile(r"(?P<bare>.+)[._](?P<code>[a-z]{2}(?:[-_][A-Za-z]{2,4})?)$")
PREFERRED = "en"


def translations(pages: Iterable[Page]) -> tuple[str, dict[str, str]]:
    """(the language that is kept, path -> language of every page that is in another one). English is kept if it is there."""
    pages = list(pages)
    spoken = {**_by_folder([one.path for one in pages]), **_by_ending([one.path for one in pages])}
    for page in pages:
        if (
            (said := _SAID.search(page.text[:2000]))
            and page.text.lstrip().startswith(("---", "+++"))
            and said[1].lower() in _CODES
        ):
            spoken.setdefault(page.path, said[1].lower())
    counts: dict[str, int] = defaultdict(int)
    for code in spoken.values():
        counts[code] += 1
    if len(spoken) < len(pages) and PREFERRED not in counts and not _by_folder([one.path for one in pages]):
        # Pages without a mark are in the site's own language, of which the marked ones are translations.
        return "", spoken if len(counts) > 1 or _by_ending([one.path for one in pages]) else {}
    kept = PREFERRED if PREFERRED in counts else max(sorted(counts), key=lambda code: counts[code], default="")
    return kept, {path: code for path, code in spoken.items() if code != kept}


def _code(name: str) -> str:
    """The language a folder's or file's tag names: "de", "pt-br", "zh_CN"; "" when it names none."""
    found = re.fullmatch(r"([A-Za-z]{2})(?:[-_][A-Za-z]{2,4})?", name)
    return found[1].lower() if found and found[1].lower() in _CODES else ""


def _by_folder(paths: list[str]) -> dict[str, str]:
    """Languages by folder: a level of the tree where every folder names one and two of them hold the same page."""
    levels: dict[tuple[str, ...], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for path in paths:
        parts = PurePosixPath(path).parts
        for depth in range(len(parts) - 1):
            levels[parts[:depth]][parts[depth]].add("/".join(parts[depth + 1 :]))
    found: dict[str, str] = {}
    for above, folders in levels.items():
        spoken = {name: pages for name, pages in folders.items() if _code(name)}
        pages = [page for held in spoken.values() for page in held]
        if len(spoken) > 1 and len(set(pages)) < len(pages):
            found |= {"/".join([*above, name, page]): _code(name) for name, held in spoken.items() for page in held}
    return found


def _by_ending(paths: list[str]) -> dict[str, str]:
    """Languages by the tag before a file's ending: `x.de.md` beside `x.md` or `x.en.md`."""
    bare = {str(PurePosixPath(path).with_suffix("")) for path in paths}
    tagged = {
        path: found
        for path in paths
        if (found := _TAGGED.fullmatch(str(PurePosixPath(path).with_suffix("")))) and _code(found["code"])
    }
    stems = [found["bare"] for found in tagged.values()]
    return {
        path: _code(found["code"])
        for path, found in tagged.items()
        if found["bare"] in bare or stems.count(found["bare"]) > 1
    }
