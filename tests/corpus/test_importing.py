"""Importing: what is kept, what is left out and why, and that writing never loses or half-writes anything."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus import importing
from corpus.errors import CorpusError, NoEntries
from corpus.importing import MARKER, ImportPlan, plan_import, write_import
from corpus.load import load
from corpus.native_format import read as native
from corpus.native_format import write

SAMPLES = Path(__file__).parent / "samples"
SHARED = Path(__file__).resolve().parents[3] / "shared"


def folder(path: Path, **files: str | bytes) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        file = path / name.replace("__", "/").replace("_", ".")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def terms(plan: ImportPlan) -> list[str]:
    return [entry.term for entry in plan.entries]


def kinds(plan: ImportPlan) -> list[tuple[str, int, str]]:
    return [(one.file, one.line, one.kind) for one in plan.report.skips]


def contents(path: Path) -> dict[str, bytes]:
    return {one.name: one.read_bytes() for one in path.iterdir()}


def test_all_samples_together_make_a_glossary(tmp_path: Path) -> None:
    plan = plan_import(SAMPLES)
    report = write_import(plan, tmp_path / "out")
    assert len(load(tmp_path / "out")) == report.written == len(plan.entries) > 30
    assert report.read == report.written + report.skipped
    assert list(report.skips) == sorted(report.skips)
    assert all(one.file and one.line >= 1 and ": " in one.reason for one in (*report.skips, *report.notes))


def test_every_reason_to_skip_has_its_line(tmp_path: Path) -> None:
    plan = plan_import(SAMPLES / "lifecycle")
    assert terms(plan) == ["Load Shedding", "Server"]
    assert kinds(plan) == [
        ("content/de/server.md", 1, "translation"),
        ("content/en/_TEMPLATE.md", 1, "list page"),
        ("content/en/_index.md", 1, "list page"),
        ("content/en/old-cluster.md", 1, "draft"),
    ]
    assert kinds(plan_import(SAMPLES / "jekyll")) == [
        ("sample-term.md", 2, "template"),
        ("terms/ce-loss.md", 1, "alias"),
        ("terms/perplexity.md", 2, "stub"),
    ]


def test_a_redirect_becomes_an_alias_of_what_it_points_to() -> None:
    plan = plan_import(SAMPLES / "jekyll")
    assert plan.entries[0].aliases == ("CE", "CE loss")
    assert plan.report.kinds == {"alias": 1, "stub": 1, "template": 1}


def test_redirects_are_followed_and_dangling_ones_said(tmp_path: Path) -> None:
    text = "term,definition\na,See b.\nb,Synonym for c.\nc,The third letter of them all.\nd,See e.\n"
    plan = plan_import(folder(tmp_path / "in", x_csv=text))
    assert [(one.term, one.aliases) for one in plan.entries] == [("c", ("a", "b"))]
    assert [one.reason for one in plan.report.skips][-1] == 'alias: "d" only points to "e", which has no entry here'


def test_an_abbreviation_that_only_names_its_long_form_becomes_an_alias(tmp_path: Path) -> None:
    text = "AP: {type: acronym, term: Plan of action}\nPlan of action: {type: term, description: What is to be done}\n"
    plan = plan_import(
        folder(tmp_path / "in", glossary_yml=f"{text}Bundle: {{type: term, description: Things together}}\n")
    )
    assert [(one.term, one.aliases) for one in plan.entries] == [("Bundle", ()), ("Plan of action", ("AP",))]


def test_of_two_entries_with_one_slug_the_richer_is_kept(tmp_path: Path) -> None:
    short, long = "Dropout is a trick.\n", "Dropout is a trick that switches off units at random.\n"
    plan = plan_import(folder(tmp_path / "in", a_txt=short, b_txt=long))
    assert [one.origin.file for one in plan.entries] == ["b.txt"]
    assert kinds(plan) == [("a.txt", 1, "duplicate")]


def test_one_text_under_two_names_is_two_entries() -> None:
    plan = plan_import(SAMPLES / "tables" / "spoken.json")
    assert [(one.term, one.aliases) for one in plan.entries] == [
        ("hash map", ()),
        ("hash table", ()),
        ("heap", ("pile",)),
    ]


def test_an_alias_that_two_entries_claim_names_neither(tmp_path: Path) -> None:
    text = "term;definition;aliases\nA one;The first of the lot;LDA\nB two;The second of the lot;LDA, A one, bee\n"
    plan = plan_import(folder(tmp_path / "in", x_csv=text))
    assert [one.aliases for one in plan.entries] == [(), ("bee",)]
    assert [one.reason.split('"')[1] for one in plan.report.notes] == ["LDA", "A one", "LDA"]


def test_relations_become_the_terms_they_mean_or_stay_as_written(tmp_path: Path) -> None:
    first = "---\ntitle: Neural Network\nrelated: [loss-function, epochs, unknown-thing]\n---\nA neural network is a model.\n"
    second = "---\ntitle: Loss\n---\nA loss is a number that tells how wrong a model is.\n"
    third = "---\ntitle: Epoch\n---\nAn epoch is a pass over the data.\n"
    path = folder(tmp_path / "in", nn_md=first, epoch_md=third)
    (path / "loss-function.md").write_text(second)
    network = next(one for one in plan_import(path).entries if one.term == "Neural Network")
    assert network.related == ("Loss", "Epoch", "unknown-thing")


def test_what_cannot_be_read_is_a_line_of_the_report(tmp_path: Path) -> None:
    path = folder(
        tmp_path / "in",
        a_md="Atom is a thing that cannot be cut.",
        big_md=b"x" * 9_000_000,
        nul_md=b"a\0b",
        empty_md="",
        bad_md="---\ntitle: [\n---\nx",
        bomb_md="---\na: &a [1, 1]\nterm: *a\n---\nx",
        deep_json="[" * 99_999,
        deep_html="<html>" + "<div>" * 99_999,
        code_py="Python is a language that is read here.",
    )
    (path / "out.md").symlink_to("/etc/hostname")
    (path / "loop.md").symlink_to(path / "loop.md")
    plan = plan_import(path)
    assert terms(plan) == ["Atom"]
    assert {(one.file, one.kind) for one in plan.report.skips} == {
        ("bad.md", "unreadable"),
        ("big.md", "unreadable"),
        ("bomb.md", "unreadable"),
        ("code.py", "unknown format"),
        ("deep.html", "unreadable"),
        ("deep.json", "unreadable"),
        ("empty.md", "stub"),
        ("loop.md", "unreadable"),
        ("nul.md", "unreadable"),
        ("out.md", "unreadable"),
    }


def test_a_format_and_columns_can_be_asked_for(tmp_path: Path) -> None:
    path = folder(tmp_path / "in", x_dat="left;right\nA text of some words;Atom\nAnd more of the words;Bit\n")
    plan = plan_import(path, "table", {"term": "right", "definition": "left"})
    assert terms(plan) == ["Atom", "Bit"]
    with pytest.raises(CorpusError, match="no format"):
        plan_import(path, "wort")
    with pytest.raises(NoEntries, match="no folder"):
        plan_import(tmp_path / "nowhere")


def test_importing_twice_gives_the_same_bytes_and_loses_nothing(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    write_import(plan_import(SAMPLES), out)
    first = contents(out)
    write_import(plan_import(SAMPLES), out)
    assert contents(out) == first
    write_import(plan_import(SAMPLES / "tables"), out)
    assert "grounding.md" in contents(out)
    assert "data-leakage.md" not in contents(out)
    assert [one.name for one in out.parent.iterdir()] == ["out"]


def test_what_an_import_wrote_is_not_imported_again(tmp_path: Path) -> None:
    path = folder(tmp_path / "in", a_md="Atom is a thing that cannot be cut.")
    write_import(plan_import(path), path / "out")
    plan = plan_import(path)
    assert terms(plan) == ["Atom"]
    assert kinds(plan) == [("out/atom.md", 1, "duplicate")]
    assert terms(plan_import(path / "out")) == ["Atom"]


def test_a_folder_of_other_files_or_of_edited_ones_is_refused(tmp_path: Path) -> None:
    plan = plan_import(SAMPLES / "tables")
    mine = folder(tmp_path / "mine", notes_md="mine")
    with pytest.raises(CorpusError, match=r"holds files that no import wrote\. Choose"):
        write_import(plan, mine)
    assert contents(mine) == {"notes.md": b"mine"}
    out = tmp_path / "out"
    write_import(plan, out)
    (out / "heap.md").write_text("edited")
    with pytest.raises(CorpusError, match=r"heap\.md was edited"):
        write_import(plan, out)
    file = tmp_path / "file"
    file.write_text("x")
    with pytest.raises(CorpusError, match="is a file"):
        write_import(plan, file)


def test_an_empty_folder_is_filled_and_an_empty_plan_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    assert write_import(plan_import(SAMPLES / "tables"), tmp_path / "out").written == 13
    before = contents(tmp_path / "out")
    nothing = plan_import(SAMPLES / "essay" / "minutes.txt")
    assert write_import(nothing, tmp_path / "out").written == 0
    assert contents(tmp_path / "out") == before


@pytest.mark.parametrize("dies_at", [1, 2])
def test_a_process_that_dies_between_the_renames_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dies_at: int
) -> None:
    out = tmp_path / "out"
    write_import(plan_import(SAMPLES / "tables"), out)
    before = contents(out)
    renames = 0
    rename = Path.rename

    def dying(path: Path, target: Path) -> Path:
        nonlocal renames
        renames += 1
        if renames == dies_at:
            raise KeyboardInterrupt
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", dying)
    with pytest.raises(KeyboardInterrupt):
        write_import(plan_import(SAMPLES / "hugo"), out)
    monkeypatch.undo()
    importing.recover(out)
    assert contents(out) == before
    write_import(plan_import(SAMPLES / "hugo"), out)
    assert set(contents(out)) == {"curse-of-dimensionality.md", MARKER}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(CorpusError, match="cannot be written"):
        write_import(plan_import(SAMPLES / "tables"), tmp_path / "out")


NAMES = st.sampled_from(
    ["a.md", "b.txt", "c.csv", "d.json", "e.html", "f.yaml", "g.rst", "en/a.md", "de/a.md", "_x.md"]
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(st.dictionaries(NAMES, st.one_of(st.binary(max_size=120), st.text(max_size=120).map(str.encode)), max_size=4))
def test_no_folder_crashes_the_plan(tmp_path_factory: pytest.TempPathFactory, files: dict[str, bytes]) -> None:
    path = tmp_path_factory.mktemp("in")
    for name, raw in files.items():
        (path / name).parent.mkdir(exist_ok=True)
        (path / name).write_bytes(raw)
    plan = plan_import(path)
    assert plan == plan_import(path)
    assert all(native.entry(write.native(entry)) == entry for entry in plan.entries)


@pytest.mark.skipif(not (SHARED / "import-samples").is_dir(), reason="the import samples do not lie at hand")
@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("ai_alexa_json", 226),
        ("ai_concept_explainer_md", 14),
        ("ai_genai_json", 10),
        ("ai_google_ml_csv", 373),
        ("ai_ml_cheatsheet_rst", 59),
        ("ai_ml_glossary_jekyll", 11),
        ("nonai_cncf_hugo", 22),
        ("nonai_devops_astro", 19),
    ],
)
def test_real_glossaries(tmp_path: Path, name: str, written: int) -> None:
    report = write_import(plan_import(SHARED / "import-samples" / name), tmp_path / "out")
    assert report.written == written
    assert len(load(tmp_path / "out")) == written
