"""The native format: what is written is read again, byte for byte, and what is wrong is said with its line."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.entry import Entry, Faq, Sense, Source
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
    faq=st.lists(st.builds(Faq, _names.filter(lambda name: name.isalnum()), _texts), max_size=2).map(tuple),
    follow_ups=st.lists(_names.filter(lambda name: name.isalnum()), max_size=3).map(tuple),
    related=st.lists(_names, max_size=3).map(tuple),
    prerequisites=st.lists(_names, max_size=3).map(tuple),
    sources=st.lists(st.builds(Source, _names), max_size=2).map(tuple),
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
