"""The native format: what is written is read again, byte for byte, and what is wrong is said with its line."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.entry import Entry, Facet, Faq, Figure, Level, Sense, Source
from corpus.errors import MalformedEntry
from corpus.native_format.read import entry
from corpus.native_format.write import native

PROJECT = Path(__file__).parents[2]
EXAMPLE = PROJECT.parent / "shared" / "example-entry.md"

# Names are one line; YAML's own line ends and unprintable characters cannot stand in a name.
_names = st.text(st.characters(exclude_categories=["C", "Z"]) | st.just(" "), min_size=1).map(str.strip).filter(bool)
_prose = st.text("abc XYZ.,:;!?'\"$\\{}[]()*_`-ü—…\n", max_size=200).map(
    lambda text: "\n".join(line.strip() for line in text.split("\n"))
)


def _no_structure(text: str) -> str:
    """Prose that Markdown does not read as headings, fences or lists: those have their own tests."""
    kept = (line.lstrip("-`=~*_+ ") for line in text.split("\n"))
    return "\n".join(line for line in kept if line).strip()


_texts = _prose.map(_no_structure)
_words = _names.filter(lambda name: name.isalnum())
_addresses = st.sampled_from(["", "https://arxiv.org/abs/1706.04599"])
_entries = st.builds(
    Entry,
    term=_names,
    aliases=st.lists(_names, max_size=4).map(tuple),
    category=_names,
    senses=st.dictionaries(_names, _names, max_size=2).map(lambda found: tuple(Sense(*pair) for pair in found.items())),
    summary=_texts,
    eli5=_texts,
    plain=_texts,
    student=_texts,
    practitioner=_texts,
    expert=_texts,
    example=_texts,
    why_it_matters=_texts,
    everyday_example=_texts,
    facets=st.lists(st.builds(Facet, _words, _texts), max_size=2).map(tuple),
    faq=st.lists(st.builds(Faq, _words, _texts, st.none() | st.sampled_from(Level)), max_size=2).map(tuple),
    follow_ups=st.lists(_names.filter(lambda name: name.isalnum()), max_size=3).map(tuple),
    related=st.lists(_names, max_size=3).map(tuple),
    prerequisites=st.lists(_names, max_size=3).map(tuple),
    sources=st.lists(st.builds(Source, _names, _addresses, st.sampled_from(["", "10.1000/182"])), max_size=2).map(
        tuple
    ),
    reviewed=st.sampled_from(["", "2026-11"]),
    figure=st.none() | st.builds(Figure, _words, _names | st.just("")),
    checks=st.lists(_names, max_size=2).map(tuple),
)


@given(_entries)
def test_an_entry_survives_writing_and_reading(made: Entry) -> None:
    assert entry(native(made)) == made


@given(_entries)
def test_a_written_file_is_written_the_same_again(made: Entry) -> None:
    text = native(made)
    assert native(entry(text)) == text


@pytest.mark.parametrize("path", sorted((PROJECT / "corpus" / "entries").glob("*.md")), ids=lambda path: path.stem)
def test_every_entry_of_the_glossary_is_canonical(path: Path) -> None:
    text = path.read_text("utf-8")
    assert native(entry(text, path.name)) == text
    assert entry(text).slug == path.stem


@pytest.mark.skipif(not EXAMPLE.exists(), reason="the example entry lies beside the project only where it is developed")
def test_the_example_entry_round_trips() -> None:
    text = EXAMPLE.read_text("utf-8")
    assert native(entry(text)) == text


def _file(front: str = "term: dropout\n", body: str = "## Summary\nText.\n") -> str:
    return f"---\n{front}---\n\n{body}"


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        (_file(front="term: [unclosed\n"), 2, "not valid YAML"),
        (_file(front="term: 3\n"), 2, '"term" has to be text'),
        (_file(front="aliases: [a]\n"), 1, "has no term"),
        (_file(front="term: dropout\naliases: drop-out\n"), 3, '"aliases" has to be a list'),
        (_file(front="term: dropout\nalias: [a]\n"), 3, '"alias" is not a key'),
        (_file(front="term: dropout\ndisambiguation: [a]\n"), 3, "map names to phrases"),
        (_file(body="## Sumary\nText.\n"), 5, '"Sumary" is not a section'),
        (_file(body="## Summary\nText.\n\n## Summary\nAgain.\n"), 8, "stands twice"),
        (_file(body="Loose text.\n\n## Summary\nText.\n"), 5, "before the first heading"),
        (_file(body="## FAQ\nNo question.\n"), 5, "before a question"),
        (_file(body="## Follow-ups\nNo list.\n"), 5, "not a list"),
        ("---\n- a\n- b\n---\n\n## Summary\nText.\n", 1, "YAML"),
        ("no front matter", 1, "before the first heading"),
    ],
)  # fmt: skip
def test_a_malformed_file_says_its_line_and_the_repair(text: str, line: int, says: str) -> None:
    with pytest.raises(MalformedEntry) as caught:
        entry(text, "dropout.md")
    assert str(caught.value).startswith(f"dropout.md:{line}: ")
    assert says in str(caught.value)
    assert caught.value.repair


def test_a_heading_inside_a_code_fence_is_text() -> None:
    made = entry(_file(body="## Summary\n```\n## Plain\n```\n\n## Plain\nReal.\n"))
    assert made.summary == "```\n## Plain\n```"
    assert made.plain == "Real."


def test_lines_point_at_sections_and_keys() -> None:
    made = entry(_file(front="term: dropout\naliases: [a]\n", body="## Summary\nOne.\n\n## Plain\nTwo.\n"), "x.md")
    assert [made.origin.line(one) for one in ("aliases", "summary", "plain", "expert")] == [3, 6, 9, 1]


SECOND = PROJECT.parent / "shared" / "example-entry-2.md"


def _tried(front: str = "", body: str = "") -> Entry:
    return entry(f"---\nterm: calm\n{front}---\n\n{body}")


def test_a_question_carries_its_level_and_a_facet_its_name() -> None:
    body = "## Facets\n### quiet\nA small calm.\n\n## FAQ\n### Is it loud? {level: plain}\nNo.\n\n### Why?\nSo.\n"
    made = _tried(body=body)
    assert made.facets == (Facet("quiet", "A small calm."),)
    assert made.faq == (Faq("Is it loud?", "No.", Level.PLAIN), Faq("Why?", "So."))
    assert made.owned_names == ("calm", "quiet")


def test_a_source_has_an_address() -> None:
    made = _tried(
        'sources:\n  - "Old book."\n  - text: Paper\n    doi: 10.1000/182\n  - {text: Page, url: "https://a.b"}\n'
    )
    assert [source.link for source in made.sources] == ["", "https://doi.org/10.1000/182", "https://a.b"]


@pytest.mark.parametrize(
    ("front", "body", "says"),
    [
        ("reviewed: soon\n", "", "has to be a month"),
        ("sources: [{url: x}]\n", "", "mapping with a text"),
        ("figure: [a.svg]\n", "", "file name"),
        ("", "## FAQ\n### Why? {level: wizard}\nSo.\n", '"wizard" is not a level'),
        ("", "## Facets\nloose\n", "stands before a name"),
    ],
)
def test_what_is_wrong_in_the_second_edition_is_said(front: str, body: str, says: str) -> None:
    with pytest.raises(MalformedEntry, match=says):
        _tried(front, body)


@pytest.mark.skipif(not SECOND.exists(), reason="the shared example is not here")
def test_the_example_of_the_second_edition_is_read_whole() -> None:
    text = SECOND.read_text("utf-8").split("```")[1].strip()
    made = entry(text)
    assert (len(made.faq), len(made.facets), made.reviewed) == (8, 4, "2026-11")
    assert entry(native(made)) == made
