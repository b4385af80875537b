"""The readers on pages of the shapes that exist in the world: which reader takes a page, and what it makes of it.

The samples are newly written in the shapes of real glossaries; the real ones are tried, too, where they lie at hand.
"""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.entry import Entry
from corpus.errors import CorpusError, MalformedEntry
from corpus.importing import plan_import, reading, write_import
from corpus.importing.draft import ParseResult
from corpus.importing.formats import html_markdown
from corpus.importing.meaning import clean, questions
from corpus.importing.meaning.language import translations
from corpus.importing.meaning.names import abbreviates, from_stem, named, shared_suffix
from corpus.importing.meaning.sentences import opening, subject
from corpus.importing.meaning.vocabulary import Field, field_of
from corpus.load import load, pages
from corpus.native_format import read as native
from corpus.native_format import tree, write
from corpus.native_format.encoding import decoded
from corpus.native_format.page import Page

SAMPLES = Path(__file__).parent / "samples"
SHARED = Path(__file__).resolve().parents[3] / "shared"


def page(path: str) -> Page:
    (found,) = pages(SAMPLES / path)
    assert isinstance(found, Page)
    return found


def read_page(one: Page, name: str = "") -> ParseResult:
    found = reading.read(one, name)
    assert found is not None
    return found


def reading_of(text: str, path: str = "page.md") -> ParseResult:
    return read_page(Page(path, text))


def entry_of(text: str, path: str = "page.md") -> Entry:
    (entry,) = reading_of(text, path).entries
    return entry


@pytest.mark.parametrize(
    ("path", "shape", "terms"),
    [
        ("explainer/Data_leakage.md", "an entry per page", ["Data Leakage"]),
        ("explainer/Beam_search.md", "an entry per page", ["Beam Search"]),
        ("hugo/curse-of-dimensionality.md", "an entry per page", ["Curse of Dimensionality"]),
        ("lifecycle/content/en/load-shedding.md", "an entry per page", ["Load Shedding"]),
        ("essay/017_3fa9c1d2e4b5a697.txt", "an entry per page", ["Active learning"]),
        ("essay/minutes.txt", "an entry per page", []),
        ("astro/stemming.md", "an entry per page", ["Stemming"]),
        ("astro/lisbon.md", "an entry per page", []),
        ("devops/canary-token.md", "an entry per page", ["Canary Token"]),
        ("term_page/page.txt", "a copied page", ["Label Smoothing"]),
        ("jekyll/terms/cross-entropy-ce.md", "an entry per page", ["Cross-entropy"]),
        ("jekyll/terms/ce-loss.md", "an entry per page", []),
        ("jekyll/terms/perplexity.md", "an entry per page", []),
        ("obsidian/Gradient Descent.md", "an entry per page", ["Gradient Descent"]),
        ("obsidian/Epoch.md", "an entry per page", ["Epoch"]),
        ("html/words.html", "a definition list", ["Bagging", "Boosting"]),
        ("html/perplexity.html", "an entry per page", ["Perplexity"]),
        ("html/units.html", "a bold word per paragraph", ["bit", "nibble"]),
        ("tables/cards.csv", "a table", ["mean", "median", "L1 norm", "mean absolute error"]),
        ("tables/spoken.json", "records", ["hash map", "heap", "hash table"]),
        ("tables/terms.json", "records", ["Grounding", "Jailbreak"]),
        ("tables/traps.yaml", "records", ["No", "42"]),
        ("tables/begriffe.csv", "a table", ["Stapel", "Übertrag"]),
        ("rst/words.rst", "a definition list", ["Recall", "Precision", "batch"]),
        ("listing/glossary.md", "a heading per term", ["Accuracy", "ROC"]),
        ("listing/key-terms.md", "a bold word per list item", ["Token", "Corpus", "Stem"]),
        ("listing/table.md", "a table", ["Lemma", "Gloss", "Idiom"]),
    ],
)
def test_each_sample_is_recognised_and_read(path: str, shape: str, terms: list[str]) -> None:
    result = read_page(page(path))
    assert [entry.term for entry in result.entries] == terms
    assert [one.shape for one in result.recognitions] == ([shape] if terms else [])


def test_an_explainer_gives_definition_summary_answers_and_relations() -> None:
    (entry,) = read_page(page("explainer/Data_leakage.md")).entries
    assert entry.summary.startswith("Data leakage lets a model peek")
    assert entry.plain.startswith("Data leakage is a mistake")
    assert "#### Etymology and History" in entry.plain
    assert [one.question for one in entry.faq] == ["How is leakage noticed?", "Can a date leak?"]
    assert entry.faq[0].answer.startswith("By results that are too good.")
    assert entry.follow_ups == ("What about duplicates?",)
    assert entry.related == ("Overfitting", "Test set")
    assert "steel token" in entry.example


def test_questions_find_their_answers_in_a_list_of_their_own() -> None:
    (entry,) = read_page(page("explainer/Beam_search.md")).entries
    assert [one.answer.split()[0] for one in entry.faq] == ["As", "No."]


def test_hugo_headings_are_levels() -> None:
    (entry,) = read_page(page("hugo/curse-of-dimensionality.md")).entries
    assert entry.eli5.startswith("Finding a marble")
    assert entry.student.startswith("In $d$ dimensions")
    assert entry.related == ("Nearest Neighbours", "Dimensionality Reduction", "Feature Selection")
    assert entry.origin.line("term") == 2


def test_problem_and_help_say_why_it_matters_and_shortcodes_go() -> None:
    result = read_page(page("lifecycle/content/en/load-shedding.md"))
    (entry,) = result.entries
    assert entry.why_it_matters.startswith("A server that accepts everything")
    assert entry.why_it_matters.endswith("elsewhere.")
    assert (entry.category, [link.words for link in result.links]) == ("technique", ["server"])
    assert "](" not in entry.summary


def test_a_description_that_was_cut_short_is_dropped() -> None:
    (entry,) = read_page(page("astro/stemming.md")).entries
    assert entry.summary.startswith("Stemming is the cutting")
    assert "common..." not in write.native(entry)


def test_a_whole_description_is_the_summary_and_a_bold_label_a_heading() -> None:
    (entry,) = read_page(page("devops/canary-token.md")).entries
    assert entry.summary == "A worthless secret that raises an alarm when somebody uses it."
    assert entry.why_it_matters.startswith("Break-ins are found")
    assert (entry.aliases, entry.category, entry.related) == (("CT",), "practice", ("honey-pot",))


def test_a_copied_page_finds_the_names_that_its_related_terms_have_lost() -> None:
    result = read_page(page("term_page/page.txt"))
    (entry,) = result.entries
    assert entry.aliases == ("soft targets", "LS")
    assert entry.related == ("confidence score", "Cross Entropy")
    assert entry.example.startswith("For ten classes")
    assert entry.why_it_matters.startswith("Translation systems")
    assert [(one.line, one.kind) for one in result.notes] == [(10, "note")]


def test_formulas_make_a_student_text_and_references_become_sources() -> None:
    (entry,) = read_page(page("jekyll/terms/cross-entropy-ce.md")).entries
    assert entry.aliases == ("CE",)
    assert entry.sources[0].text == "A note on surprise, https://example.org/surprise"
    assert "[note](https://example.org/note)" in entry.student
    assert "agreement" not in entry.student


def test_redirects_and_stubs_are_no_entries() -> None:
    (redirect,) = read_page(page("jekyll/terms/ce-loss.md")).redirects
    assert (redirect.name, redirect.targets) == ("CE loss", ("cross-entropy-ce",))
    (skip,) = read_page(page("jekyll/terms/perplexity.md")).skips
    assert (skip.kind, skip.line) == ("stub", 2)


def test_html_lists_give_terms_aliases_and_markdown() -> None:
    bagging, _ = read_page(page("html/words.html")).entries
    assert bagging.aliases == ("bootstrap aggregating",)
    assert bagging.plain.endswith("See boosting and [this page](https://example.org/b).")
    assert "**vote**" in bagging.summary
    assert bagging.origin.line("term") == 6


def test_an_html_article_keeps_code_and_loses_the_furniture() -> None:
    (entry,) = read_page(page("html/perplexity.html")).entries
    text = write.native(entry)
    assert "  def perplexity(h):\n      return 2 ** h" in entry.example
    assert entry.related == ("Entropy",)
    assert not {"Advertising", "Word Garden", "<"} & set(text.split())


def test_cards_lose_their_common_suffix_and_links_to_each_other() -> None:
    result = read_page(page("tables/cards.csv"))
    by_term = {entry.term: entry for entry in result.entries}
    assert ("mean", "how many") in {(link.owner, link.words) for link in result.links}
    assert "cards.example.org" not in write.native(by_term["median"])
    assert "$$\\sum |x_i|$$" in by_term["L1 norm"].student
    assert by_term["mean absolute error"].aliases == ("MAE",)
    assert by_term["median"].student.endswith("```\nsorted(x)[n // 2]\n   # odd n\n```")
    (redirect,) = result.redirects
    assert (redirect.name, redirect.targets, redirect.line) == ("average", ("mean",), 12)


def test_yaml_scalars_stay_what_the_author_wrote() -> None:
    no, answer = read_page(page("tables/traps.yaml")).entries
    assert (no.term, answer.term, answer.aliases) == ("No", "42", ("the answer", "forty-two"))
    assert answer.origin.line("term") == 3


def test_rst_roles_formulas_and_headwords() -> None:
    recall, precision, batch = read_page(page("rst/words.rst")).entries
    assert "See precision." in recall.summary
    assert "$$\nR = \\frac{found}{there}\n$$" in recall.student
    assert precision.plain.endswith("- **High** means few false alarms.")
    assert batch.aliases == ("mini-batch",)


@pytest.mark.parametrize(
    ("text", "path", "terms"),
    [
        ("w,d\nKernel,A function that measures how alike two points are\n", "x.csv", ["Kernel"]),
        ('{"A": {"Atom": "What cannot be cut, they said"}, "B": {"Bit": "A small piece of news"}}', "x.json", ["Atom", "Bit"]),
        ('[["Atom", "What cannot be cut, they said"], ["Bit", "The smallest piece of news"]]', "x.json", ["Atom", "Bit"]),
        ('{"term": "Atom", "text": "What cannot be cut"}\n{"term": "Bit", "text": "A bit of news"}', "x.jsonl", ["Atom", "Bit"]),
        ('{"name": "pkg", "version": "1.0", "scripts": {"test": "run all of the tests"}}', "package.json", []),
        ("Atom: what cannot be cut\nBit: a piece of news\nCell: a small room\n", "glossary.txt", ["Atom", "Bit", "Cell"]),
        ("Atom\n: What cannot be cut.\n\nBit\n: A piece of news.\n\nCell\n: A small room.\n", "x.md", ["Atom", "Bit", "Cell"]),
        ("+++\ntitle = \"Atom\"\n+++\nAn atom is a thing that cannot be cut.\n", "x.md", ["Atom"]),
        ("# my-tool\n\nmy-tool is a program for words.\n\n## Installation\n\nrun it\n", "README.md", []),
        ("---\ntitle: Ten tips\ndate: 2024-01-01\n---\nI have ten tips for you.\n", "x.md", []),
        ("---\ntitle: Words\n---\n- [a](/a)\n- [b](/b)\n- [c](/c)\n- [d](/d)\n- [e](/e)\n", "x.md", []),
    ],
)  # fmt: skip
def test_other_shapes_of_the_same_kinds(text: str, path: str, terms: list[str]) -> None:
    assert [entry.term for entry in reading_of(text, path).entries] == terms


def test_columns_can_be_asked_for_by_name_and_by_number() -> None:
    text = "left;right\nA text of several words stands here;Atom\nAnd another text of words;Bit\n"
    for columns in ({"term": "right", "definition": "left"}, {"term": "2", "definition": "1"}):
        one = Page("x.csv", text, columns)
        assert {entry.term for entry in read_page(one).entries} >= {"Atom", "Bit"}
    with pytest.raises(MalformedEntry, match=r'x\.csv:1: There is no column "middle"\. Columns: left, right'):
        read_page(Page("x.csv", text, {"term": "middle"}))


def test_a_format_that_is_none_is_refused_with_the_names_of_those_that_are() -> None:
    with pytest.raises(CorpusError, match=r'There is no format "word"\. Use one of: native, json'):
        reading.check_format("word")


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("---\ntitle: [a\n---\ntext", 3, "not valid YAML"),
        ("---\ntitle: a\ntext", 1, "never closed"),
        ("---\na: &a [1]\nb: [*a]\n---\ntext", 3, "Aliases"),
        ("---\ntitle: " + "[" * 99 + "]" * 99 + "\n---\ntext", 2, "deeper than"),
        ("+++\ntitle = \n+++\ntext", 2, "not valid TOML"),
    ],
)
def test_front_matter_that_cannot_be_read_says_its_line(text: str, line: int, says: str) -> None:
    with pytest.raises(MalformedEntry, match=says) as caught:
        reading_of(text)
    assert caught.value.line == line


def test_a_key_that_stands_twice_is_noted() -> None:
    (note,) = reading_of("---\ntitle: Atom\ntitle: Bit\n---\nAn atom is a small thing.\n").notes
    assert (note.line, note.reason) == (3, 'note: "title" stands twice; the first is kept')


@pytest.mark.parametrize(
    ("title", "term", "aliases"),
    [
        ("What is Deep Learning?", "Deep Learning", ()),
        ("**Concept of Adam Optimizer:**", "Adam Optimizer", ()),
        ("Principal Component Analysis (PCA)", "Principal Component Analysis", ("PCA",)),
        ("depthwise separable CNN (sepCNN)", "depthwise separable CNN", ("sepCNN",)),
        ("AUC (Area under the Curve)", "AUC", ("Area under the Curve",)),
        ("ROC (receiver operating characteristic) Curve", "ROC Curve", ("receiver operating characteristic Curve",)),
        ("independently and identically distributed (i.i.d)", "independently and identically distributed", ("i.i.d",)),
        ("rank (Tensor)", "rank (Tensor)", ()),
        ("data set or dataset", "data set", ("dataset",)),
        ("true or false", "true or false", ()),
        ("L<sub>2</sub> loss", "L2 loss", ()),
        ("experimenter&#39;s bias", "experimenter's bias", ()),
    ],
)
def test_titles_are_terms_and_aliases(title: str, term: str, aliases: tuple[str, ...]) -> None:
    assert named(title) == (term, aliases)


def test_a_file_name_settles_whether_an_article_belongs_to_the_term() -> None:
    assert named("The Arrow of Time", "Arrow_of_time")[0] == "Arrow of Time"
    assert named("The Pile", "the-pile")[0] == "The Pile"


def test_names_from_files_and_suffixes() -> None:
    assert from_stem("017_gradient-descent") == "gradient descent"
    assert from_stem("002_ab3dc2913cc3311a") == ""
    assert shared_suffix(["a (Set)", "b (Set)", "c (d) (Set)"]) == " (Set)"
    assert shared_suffix(["a (Set)", "b (Set)", "c"]) == ""
    assert not abbreviates("Tensor", "rank")


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("A Foo Bar (FB) is a kind of bar.", ("Foo Bar", ("FB",))),
        ("In computing, an abstraction is a representation.", ("abstraction", ())),
        ("A neural net, or artificial net (AN), is a model.", ("neural net", ("artificial net", "AN"))),
        ("Autoskalierung ist die Fähigkeit eines Systems.", ("Autoskalierung", ())),
        ("This is a test.", None),
        ("The content of this page is licensed under a licence.", None),
        ("We had a good time.", None),
    ],
)  # fmt: skip
def test_the_subject_of_a_defining_sentence(sentence: str, found: object) -> None:
    assert subject(sentence) == found


def test_a_summary_is_whole_sentences() -> None:
    assert opening("One e.g. two. " + "Word " * 38 + "end. Three.") == "One e.g. two."
    assert opening("- a list\n\nSome “quoted.” Then more.", 2) == "Some “quoted.”"


@pytest.mark.parametrize(
    ("label", "field"),
    [
        ("**Related_Terms:**", Field.RELATED),
        ("relatedTerms", Field.RELATED),
        ("Example 2", Field.EXAMPLE),
        ("ELI5", Field.ELI5),
        ("Why does overfitting matter?", Field.WHY_IT_MATTERS),
        ("In-depth explanation", Field.STUDENT),
        ("Manager's follow-up questions:", Field.FOLLOW_UPS),
        ("Banana", None),
    ],
)
def test_the_vocabulary(label: str, field: Field | None) -> None:
    assert field_of(label) is field


@pytest.mark.parametrize(
    "text",
    [
        "1. Why so?\n   - Because.\n",
        "**Q1: Why so?**\n\nBecause.\n",
        "**Q:** Why so?  \n**A:** Because.\n",
        "#### Why so?\n\nBecause.\n",
        "Why so?\nBecause.\n",
        "Q: Why so?\nA: Because.\n",
    ],
)
def test_questions_in_the_ways_they_are_written(text: str) -> None:
    (one,) = questions.asked(text)
    assert (one.question, one.answer) == ("Why so?", "Because.")


def test_prose_loses_what_belongs_to_another_site_and_keeps_code() -> None:
    text = "## A\n{{< x >}} ![i](a.png) [b](/b) [c](https://c.d) `{{< y >}}` <b>e</b> <!-- f -->\n\n```\n# [g](/g)\n"
    assert clean.prose(text) == "#### A\n  b [c](https://c.d) `{{< y >}}` e\n\n```\n# [g](/g)\n```"


def test_deep_html_and_yaml_are_refused() -> None:
    with pytest.raises(MalformedEntry, match="deeper"):
        html_markdown.parsed("<div>" * 100_000)
    with pytest.raises(MalformedEntry, match="deeper"):
        tree.from_json("[" * 100_000)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Naïve Bayes is a classifier.", "cp1252"),
        ("Ein “Übergang” – größer als null.", "cp1252"),
        ("Sieć neuronowa to model złożony z warstw, które łączą wagi", "cp1250"),
        ("Градиентный спуск — это метод оптимизации", "cp1251"),
        ("Dropout is a method.", "utf-16"),
        ("Dropout is a method.", "utf-16-le"),
        ("Dropout is a mèthod.", "utf-8-sig"),
        ("深層学習とは多層のニューラルネットワークである", "shift-jis"),
    ],
)
def test_encodings(text: str, encoding: str) -> None:
    assert decoded(text.encode(encoding)) == text


def test_damaged_utf8_keeps_its_letters_and_nul_is_refused() -> None:
    assert decoded("Café – größer".encode() + b"\xc3") == "Café – größer\ufffd"
    with pytest.raises(ValueError, match="NUL"):
        decoded(b"a text with a\0 in it")
    with pytest.raises(ValueError, match="no text"):
        decoded(bytes(range(1, 32)) * 9)


def test_languages_by_folder_ending_and_front_matter() -> None:
    def other(*paths: str) -> dict[str, str]:
        return translations([Page(path, "") for path in paths])[1]

    assert other("en/a.md", "de/a.md", "de/b.md") == {"de/a.md": "de", "de/b.md": "de"}
    assert other("it/a.md", "is/b.md") == {}
    assert other("a.md", "a.de.md", "b.md") == {"a.de.md": "de"}
    said = [Page("a.md", "---\nlang: en\n---\n"), Page("b.md", "---\nlang: fr\n---\n")]
    assert translations(said) == ("en", {"b.md": "fr"})


BITS = st.sampled_from(
    [
        "---\n", "+++\n", "title: ", "term: X\n", "aliases: [a, b]\n", "# ", "## ", "### Summary\n", "\n\n", "\n", "**",
        "*", "_", "`", "```\n", "~~~\n", "- ", "1. ", "?", " is a ", "Dropout", "deep learning (DL)", "[", "]", "(", ")",
        "[[", "]]", "{{<", ">}}", "<div>", "</div>", "<pre>", "<!--", "-->", "<dl><dt>a<dd>", "<p>", "|",
        "| a | b |\n|---|---|\n", ":", "\t", ",", ";", '"', "'", "{", "}", "null", "What is X?\n", "Also known as: Y\n",
        "Example\n", "Related terms\n", "FAQ\n", "Q: ", "A: ", "See also: ", "\\", "$", "$$", "===\n", "---",
        "term\n  def", "..", "::", ".. math::\n", "&amp;", "\x85", "\u2028", "é", "深度", "http://x.y", "\x0c", "  ",
        "    ", "#", "TODO", "\x1f", "\ufeff", "\u202e", "Follow-up questions:\n", "see X.", "{: .x}", "%%", "<br>",
        "&a", "*a", "!tag", "? ", "> ",
    ]
)  # fmt: skip
TEXTS = st.lists(st.one_of(BITS, st.text(max_size=8)), max_size=40).map("".join)
ENDINGS = st.sampled_from([".md", ".txt", ".html", ".json", ".csv", ".yaml", ".rst", ".mdx", "", ".tsv"])


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    TEXTS,
    ENDINGS,
    st.sampled_from([None, *(name for name in reading.FORMATS if name not in {"pandoc", "latex", "xml"})]),
)
def test_no_text_crashes_a_reader_and_every_entry_can_be_written(text: str, ending: str, name: str | None) -> None:
    one = Page(f"a{ending}", text.replace("\r", "\n").replace("\0", ""))
    try:
        result = reading.read(one, name or "") or ParseResult()
    except CorpusError:
        return
    for entry in result.entries:
        assert native.entry(write.native(entry)) == entry


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_crash_the_decoder(raw: bytes) -> None:
    try:
        text = decoded(raw)
    except ValueError:
        return
    assert "\r" not in text
    assert "\0" not in text


@pytest.mark.skipif(not (SHARED / "seeds").is_dir(), reason="the seeds do not lie at hand")
def test_the_seeds() -> None:
    found = [one for one in pages(SHARED / "seeds") if isinstance(one, Page) and one.suffix == ".txt"]
    entries = [entry for one in found for entry in read_page(one).entries]
    assert len(entries) == len(found) > 4
    assert {entry.slug for entry in entries} == {"deep-learning"}
    assert all(entry.summary for entry in entries)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("==", "="),
        (".NET", "net"),
        ("Masse", "Maße"),
        ("año", "ano"),
        ("R", "r"),
        ("权力", "权利"),
        ("Operator", "operator"),
    ],
)
def test_terms_that_differ_by_a_sign_are_two_entries(tmp_path: Path, first: str, second: str) -> None:
    (tmp_path / "words.csv").write_text(
        f"term,definition\n{first},The first of the two.\n{second},The second of them.\n"
    )
    plan = plan_import(tmp_path)
    assert {entry.term for entry in plan.entries} == {first, second}
    assert len({entry.slug for entry in plan.entries}) == 2
    write_import(plan, tmp_path / "out")
    assert {entry.term for entry in load(tmp_path / "out")} == {first, second}


def test_one_name_with_two_texts_keeps_both(tmp_path: Path) -> None:
    (tmp_path / "words.csv").write_text("term,definition\nBank,Land beside a river.\nBank,A house for money.\n")
    (entry,) = plan_import(tmp_path).entries
    assert "Land beside a river." in entry.plain
    assert "A house for money." in entry.plain


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("de.json", '{"save": "Save all of your changes", "quit": "Leave this program now"}'),
        ("README.md", "# x\n\n## Installation\n\nrun it\n\n## Features\n\n- **Fast**: it is\n"
         "- **Safe**: it is\n- **Neat**: it is\n"),
        ("LICENSE.md", "# Terms\n\n- **Share**: you may copy it\n- **Adapt**: you may change it\n"
         "- **Credit**: you must name us\n"),
        ("ci.yaml", "jobs:\n  steps:\n    - name: Build all\n      run: make all of it now\n"
         "    - name: Test all\n      run: make test of it\n"),
        ("minutes.md", "# Monday\n\n- Ann: will write to them\n- Bob: is away until May\n- Cy: calls the bank\n"),
        ("faq.md", "# Questions\n\n## How do I pay?\n\nBy card.\n\n## Where are you?\n\nHere.\n\n## Who asks?\n\nYou.\n"),
    ],
)  # fmt: skip
def test_what_only_looks_like_a_glossary_is_left_out(path: str, text: str) -> None:
    result = reading_of(text, path)
    assert not result.entries
    assert [skip.kind for skip in result.skips] == ["off-topic"]


@pytest.mark.parametrize(
    ("path", "text", "terms"),
    [
        ("x.yml", "- slug: a\n  en: {term: Atom, def: What cannot be cut}\n- slug: b\n"
         "  en: {term: Bit, def: A piece of news}\n", ["Atom", "Bit"]),
        ("x.yml", "nodes:\n- name: Small\n  description: Small things\n  terms:\n"
         "  - {name: Atom, description: What cannot be cut}\n"
         "- name: Big\n  description: Big things\n  terms:\n"
        "  - {name: Sun, description: A star that is near}\n", ["Atom", "Sun"]),
        ("x.md", "# Notes\n\nWe met and we talked.\n\n## Glossary\n\n- **Atom**: what cannot be cut\n"
         "- **Bit**: a piece\n\n## End\n\nBye all.\n", ["Atom", "Bit"]),
        ("x.md", "# Glossary\n\n## 1. Atom\nA.\n\n## 2. Bit\nB.\n\n## 3. Cell\nC.\n", ["Atom", "Bit", "Cell"]),
        ("x.md", "# Glossary\n\n## Small\n\n**Atom:** it cannot be cut\n\n**Bit**. The bit is a piece\n\n"
         "## Big\n\n**Sun:** a star\n",
         ["Atom", "Bit", "Sun"]),
        ("x.md", "# Glossary\n\n**`.atom`** —\nA file.\n\n**DDL / DML** —\nTwo kinds:\n- **DDL** (a) — x\n"
         "- **DML** (b) — y\n\n**Bit** —\nA bit.\n",
         [".atom", "DDL / DML", "Bit"]),
        ("x.csv", '"term,definition"\n"Atom,What cannot be cut, they said"\n"Bit,A piece, of news"\n', ["Atom", "Bit"]),
        ("glossary.yml", "terms:\n- {term: Atom, variants: [atome], note: It cannot be cut}\n"
         "- {term: Bit, note: A piece of news}\n", ["Atom", "Bit"]),
        ("x.csv", "Deutsch;Englisch;Bedeutung\nAtom;atom;was man nicht teilen kann\nBit;bit;ein kleines Stück\n"
         "", ["Atom", "Bit"]),
        ("x.md", "# Words\n\n*Atom*: what cannot be cut\n\n*Bit*: a piece\n\n*Cell*: a room\n", ["Atom", "Bit", "Cell"]),
    ],
)  # fmt: skip
def test_more_shapes(path: str, text: str, terms: list[str]) -> None:
    assert [entry.term for entry in reading_of(text, path).entries] == terms


def test_two_shapes_on_one_page_are_both_read() -> None:
    listed = "## Terms\n\n- **Atom**: what cannot be cut\n- **Bit**: a piece of news\n- **Cell**: a small room\n"
    rows = "| DNA | A long molecule |\n| RNA | A shorter one |\n| ATP | Fuel |\n"
    table = f"## Acronyms\n\n| Acronym | Meaning |\n|---|---|\n{rows}"
    result = reading_of(f"# Glossary\n\n{listed}\n{table}", "x.md")
    assert {entry.term for entry in result.entries} == {"Atom", "Bit", "Cell", "DNA", "RNA", "ATP"}
