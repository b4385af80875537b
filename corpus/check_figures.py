"""Editorial rules about an entry's picture: it is there, it is an SVG that can be read, small, and said in words too."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

from corpus.entry import Entry
from corpus.finding import Finding, at

MAX_BYTES = 40_000


def figure_findings(entry: Entry, folder: Path | None) -> Iterator[Finding]:
    """Return the findings about one entry's picture in a folder of pictures; without a folder only about its words."""
    if entry.figure is None:
        return
    if not entry.figure.alt:
        yield at(entry, "figure", f"The picture {entry.figure.file} has no alt text: say what it shows.")
    if folder is not None and (problem := _problem(entry.figure.file, folder)):
        yield at(entry, "figure", f"The picture {entry.figure.file} {problem}")


def _problem(file: str, folder: Path) -> str:
    """Return what is wrong with a picture as the end of a sentence, "" for a good one."""
    path = folder / file
    if Path(file).name != file or path.suffix != ".svg":
        return "has to be the name of an .svg file, without a folder."
    if not path.is_file():
        return "is not in figures/: `python -m corpus figures` draws ours."
    if (size := path.stat().st_size) > MAX_BYTES:
        return f"has {size:,} bytes, more than {MAX_BYTES:,}."
    content = path.read_bytes()
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        return "declares a document type: take it out."
    try:
        root = ET.fromstring(content)  # noqa: S314 - small, and without entities, so it cannot grow
    except ET.ParseError as error:
        return f"is no XML ({error})."
    return "" if root.tag == "{http://www.w3.org/2000/svg}svg" else "is no SVG."
