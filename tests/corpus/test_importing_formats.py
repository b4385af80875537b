"""Files that are no text, and texts of other programs: each format gives the terms and texts that its owner wrote."""

import io
import json
import sqlite3
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.entry import Entry
from corpus.errors import CorpusError
from corpus.importing import plan_import, reading
from corpus.importing.draft import ParseResult
from corpus.importing.formats import pandoc
from corpus.native_format.page import Page

WORDS = [("Andante", "At a walking pace."), ("Largo", "Very slow and broad."), ("Vivace", "Lively and quick.")]


def result_of(path: str, content: str | bytes) -> ParseResult:
    is_text = isinstance(content, str)
    page = Page(path, content if isinstance(content, str) else "", raw=b"" if is_text else bytes(content))
    found = reading.read(page)
    assert found is not None
    return found


def entries_of(path: str, content: str | bytes) -> dict[str, Entry]:
    return {entry.term: entry for entry in result_of(path, content).entries}


def summaries(path: str, content: str | bytes) -> list[tuple[str, str]]:
    return [(entry.term, entry.summary) for entry in entries_of(path, content).values()]


def workbook() -> bytes:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    sheet = book.active
    for row in [["Words of our choir"], [], [None, "Term", "Meaning"], *([None, *pair] for pair in WORDS[:2])]:
        sheet.append(row)
    second = book.create_sheet("more")
    for row in [["Term", "Meaning"], WORDS[2]]:
        second.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def deck(name: str = "collection.anki2") -> bytes:
    path = Path(":memory:")
    db = sqlite3.connect(path)
    models = {"1": {"flds": [{"name": "Front"}, {"name": "Back"}]}}
    db.execute("CREATE TABLE col (models TEXT)")
    db.execute("INSERT INTO col VALUES (?)", (json.dumps(models),))
    db.execute("CREATE TABLE notes (id INTEGER, mid INTEGER, flds TEXT)")
    for number, (term, text) in enumerate(WORDS):
        db.execute("INSERT INTO notes VALUES (?, 1, ?)", (number, f"<b>{term}</b>\x1f{text}<br>"))
    db.commit()
    raw = db.serialize()
    if name.endswith("b"):
        raw = pytest.importorskip("zstandard").ZstdCompressor().compress(raw)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, raw)
        archive.writestr("media", "{}")
    return out.getvalue()


def slides() -> bytes:
    drawing = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    shown = 'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number, (term, text) in enumerate(WORDS, start=1):
            title = f'<p:sp><p:nvPr><p:ph type="title"/></p:nvPr><a:p><a:r><a:t>{term}</a:t></a:r></a:p></p:sp>'
            archive.writestr(f"ppt/slides/slide{number}.xml", f"<p:sld {drawing} {shown}>{title}</p:sld>")
            notes = f"<p:notes {drawing} {shown}><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:notes>"
            archive.writestr(f"ppt/notesSlides/notesSlide{number}.xml", notes)
    return out.getvalue()


def pdf() -> bytes:
    """Return a page of which each line begins with a bold word."""
    lines = []
    for number, (term, text) in enumerate(WORDS):
        y = 700 - 30 * number
        lines.append(f"BT /B 11 Tf 60 {y} Td ({term}) Tj /R 11 Tf 80 0 Td ({text}) Tj ET")
    stream = "\n".join(lines)
    font = "/Type /Font /Subtype /Type1 /BaseFont /Helvetica"
    fonts = f"/B << {font}-Bold >> /R << {font} >>"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources << /Font << {fonts} >> >> >>",
        f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{one}\nendobj\n".encode()
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    end = f"xref\n0 5\n0000000000 65535 f \n{table}trailer << /Size 5 /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF"
    return out + end.encode()


def by_pandoc(to: str) -> bytes:
    if not pandoc.is_installed():
        pytest.skip("pandoc is not installed")
    import pypandoc

    text = "# Words\n\n" + "\n\n".join(f"**{term}**: {said}" for term, said in WORDS)
    command = [pypandoc.get_pandoc_path(), "--from", "markdown", "--to", to, "--output", "-"]
    return subprocess.run(command, input=text.encode(), capture_output=True, check=True).stdout


@pytest.mark.parametrize(
    ("path", "make"),
    [
        ("choir.xlsx", workbook),
        ("choir.apkg", deck),
        ("choir.apkg", lambda: deck("collection.anki21b")),
        ("glossary.pptx", slides),
        ("glossary.pdf", pdf),
        ("glossary.docx", lambda: by_pandoc("docx")),
        ("glossary.odt", lambda: by_pandoc("odt")),
        ("glossary.epub", lambda: by_pandoc("epub")),
        ("glossary.rtf", lambda: by_pandoc("rtf").decode()),
    ],
)
def test_files_of_other_programs(path: str, make: Callable[[], str | bytes]) -> None:
    assert summaries(path, make()) == WORDS


ORG = "#+title: Words\n* Tempo\n- Andante :: At a walking pace.\n- Largo :: Very slow\n  and broad.\n"
ADOC = "= Words\n\n[glossary]\nAndante:: At a walking pace.\n[[largo]]Largo::\nVery slow and <<Andante,andante>>.\n"
WIKI = (
    "== Words ==\n; Andante : At a walking pace.\n; Largo\n: Very slow and [[Andante|andante]]. {{citation needed}}\n"
)
ADOC_TABLE = '= Words\n\n[cols="1,1"]\n|===\n| Term | Meaning\n\n| Andante\n| At a walking\npace.\n\n| Largo | Very slow.\n|===\n'
RST = (
    "Words\n=====\n\n.. glossary::\n   :sorted:\n\n   Andante\n      At a walking pace.\n\n"
    "   Largo\n      Very slow and\n      :term:`andante`.\n"
)
MYST = "# Words\n\n```{glossary}\nAndante\n  At a walking pace.\n\nLargo\n  Very slow and {term}`andante`.\n```\n"
TBX = (
    '<tbx><text><body><conceptEntry id="1"><langSec xml:lang="en"><descrip type="definition">Very slow.</descrip>'
    "<termSec><term>largo</term></termSec></langSec></conceptEntry></body></text></tbx>"
)
DITA = "<glossentry id='l'><glossterm>largo</glossterm><glossdef>Very slow.</glossdef></glossentry>"
SKOS = (
    "@prefix s: <http://www.w3.org/2004/02/skos/core#> .\n<x:l> a s:Concept ; s:prefLabel 'largo'@en ; s:definition"
    " 'Very slow.'@en ;"
    " s:broader <x:t> .\n<x:t> a s:Concept ; s:prefLabel 'tempo'@en ; s:definition 'How fast it goes.'@en .\n"
)
LATEX = (
    "\\newglossaryentry{l}{name={largo}, description={Very \\emph{slow}, see \\gls{a} and $a^2$}}\n% \\newacronym{x}{X}{gone}\n"
    "\\newacronym{bpm}{BPM}{beats per minute}\n"
)


@pytest.mark.parametrize(
    ("path", "text", "wanted"),
    [
        ("words.org", ORG, [("Andante", "At a walking pace."), ("Largo", "Very slow and broad.")]),
        ("words.adoc", ADOC, [("Andante", "At a walking pace."), ("Largo", "Very slow and andante.")]),
        ("table.adoc", ADOC_TABLE, [("Andante", "At a walking pace."), ("Largo", "Very slow.")]),
        ("words.mediawiki", WIKI, [("Andante", "At a walking pace."), ("Largo", "Very slow and andante.")]),
        ("words.rst", RST, [("Andante", "At a walking pace."), ("Largo", "Very slow and andante.")]),
        ("words.md", MYST, [("Andante", "At a walking pace."), ("Largo", "Very slow and andante.")]),
        ("words.tbx", TBX, [("largo", "Very slow.")]),
        ("words.dita", DITA, [("largo", "Very slow.")]),
        ("words.ttl", SKOS, [("largo", "Very slow."), ("tempo", "How fast it goes.")]),
        ("words.tex", LATEX, [("largo", "Very *slow*, see a and $a^2$"), ("BPM", "beats per minute")]),
    ],
)
def test_texts_in_other_markup(path: str, text: str, wanted: list[tuple[str, str]]) -> None:
    assert summaries(path, text) == wanted


@pytest.mark.parametrize(("path", "text"), [("w.rst", RST), ("w.md", MYST), ("w.adoc", ADOC), ("w.ttl", SKOS)])
def test_links_between_entries_become_relations(tmp_path: Path, path: str, text: str) -> None:
    (tmp_path / path).write_text(text)
    entries = {entry.slug: entry for entry in plan_import(tmp_path).entries}
    assert entries["largo"].related in {("Andante",), ("tempo",)}


@pytest.mark.parametrize("path", ["x.xlsx", "x.apkg", "x.pdf", "x.pptx", "x.docx", "x.ttl", "x.tbx"])
def test_broken_files_say_so_in_a_sentence(path: str) -> None:
    with pytest.raises(CorpusError, match=r"^x\.\w+(:\d+)?: [A-Z]"):
        result_of(path, "no such thing <" if path[-3:] in {"ttl", "tbx"} else b"no such thing")


def test_xml_with_entities_of_its_own_is_refused() -> None:
    with pytest.raises(CorpusError, match="entities"):
        result_of("x.tbx", '<!DOCTYPE t [<!ENTITY a "b">]><tbx><termEntry/></tbx>')
