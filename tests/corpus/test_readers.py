"""The readers on pages of the shapes that exist in the world: which reader takes a page, and what it makes of it.

The samples are newly written in the shapes of real glossaries; the real ones are tried, too, where they lie at hand.
"""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus import readers
from corpus.entry import Entry
from corpus.errors import CorpusError, MalformedEntry
from corpus.load import pages
from corpus.native_format import read as native
from corpus.native_format import write
from corpus.readers import clean, markup, questions, tree
from corpus.readers.encoding import decoded
from corpus.readers.language import translations
from corpus.readers.names import abbreviates, from_stem, named, shared_suffix
from corpus.readers.page import Page, Reading
from corpus.readers.sentences import opening, subject
from corpus.readers.vocabulary import Slot, slot_of

SAMPLES = Path(__file__).parent / "samples"
SHARED = Path(__file__).resolve().parents[3] / "shared"


def page(path: str) -> Page:
    (found,) = pages(SAMPLES / path)
    assert isinstance(found, Page)
    return found


def reading_of(text: str, path: str = "page.md") -> Reading:
    one = Page(path, text)
    chosen = readers.reader_for(one)
    assert chosen is not None
    return chosen.read(one)


def entry_of(text: str, path: str = "page.md") -> Entry:
    (entry,) = reading_of(text, path).entries
    return entry


@pytest.mark.parametrize(
    ("path", "name", "terms"),
    [
        ("explainer/Data_leakage.md", "explainer", ["Data Leakage"]),
        ("explainer/Beam_search.md", "explainer", ["Beam Search"]),
        ("hugo/curse-of-dimensionality.md", "hugo", ["Curse of Dimensionality"]),
        ("lifecycle/content/en/load-shedding.md", "hugo", ["Load Shedding"]),
        ("essay/017_3fa9c1d2e4b5a697.txt", "essay", ["Active learning"]),
        ("essay/minutes.txt", "essay", []),
        ("astro/stemming.md", "astro", ["Stemming"]),
        ("astro/lisbon.md", "astro", []),
        ("devops/canary-token.md", "front_matter", ["Canary Token"]),
        ("term_page/page.txt", "term_page", ["Label Smoothing"]),
        ("jekyll/terms/cross-entropy-ce.md", "front_matter", ["Cross-entropy"]),
        ("jekyll/terms/ce-loss.md", "front_matter", []),
        ("jekyll/terms/perplexity.md", "front_matter", []),
        ("obsidian/Gradient Descent.md", "hugo", ["Gradient Descent"]),
        ("obsidian/Epoch.md", "front_matter", ["Epoch"]),
        ("html/words.html", "html", ["Bagging", "Boosting"]),
        ("html/perplexity.html", "html", ["Perplexity"]),
        ("html/units.html", "html", ["bit", "nibble"]),
        ("tables/cards.csv", "table", ["mean", "median", "L1 norm", "mean absolute error"]),
        ("tables/spoken.json", "table", ["hash map", "heap", "hash table"]),
        ("tables/terms.json", "table", ["Grounding", "Jailbreak"]),
        ("tables/traps.yaml", "table", ["No", "42"]),
        ("tables/begriffe.csv", "table", ["Stapel", "Übertrag"]),
        ("rst/words.rst", "rst", ["Recall", "Precision", "batch"]),
        ("listing/glossary.md", "listing", ["Accuracy", "ROC"]),
        ("listing/key-terms.md", "listing", ["Token", "Corpus", "Stem"]),
        ("listing/table.md", "table", ["Lemma", "Gloss", "Idiom"]),
    ],
)
def test_each_sample_is_recognised_and_read(path: str, name: str, terms: list[str]) -> None:
    one = page(path)
    chosen = readers.reader_for(one)
    assert chosen is readers.reader(name)
    assert [entry.term for entry in chosen.read(one).entries] == terms


def test_an_explainer_gives_definition_summary_answers_and_relations() -> None:
    (entry,) = readers.reader("explainer").read(page("explainer/Data_leakage.md")).entries
    assert entry.summary.startswith("Data leakage lets a model peek")
    assert entry.plain.startswith("Data leakage is a mistake")
    assert "#### Etymology and History" in entry.plain
    assert [one.question for one in entry.faq] == ["How is leakage noticed?", "Can a date leak?"]
    assert entry.faq[0].answer.startswith("By results that are too good.")
    assert entry.follow_ups == ("What about duplicates?",)
    assert entry.related == ("Overfitting", "Test set")
    assert "steel token" in entry.example


def test_questions_find_their_answers_in_a_list_of_their_own() -> None:
    (entry,) = readers.reader("explainer").read(page("explainer/Beam_search.md")).entries
    assert [one.answer.split()[0] for one in entry.faq] == ["As", "No."]


def test_hugo_headings_are_levels() -> None:
    (entry,) = readers.reader("hugo").read(page("hugo/curse-of-dimensionality.md")).entries
    assert entry.eli5.startswith("Finding a marble")
    assert entry.student.startswith("In $d$ dimensions")
    assert entry.related == ("Nearest Neighbours", "Dimensionality Reduction", "Feature Selection")
    assert entry.origin.line("term") == 2


def test_problem_and_help_say_why_it_matters_and_shortcodes_go() -> None:
    (entry,) = readers.reader("hugo").read(page("lifecycle/content/en/load-shedding.md")).entries
    assert entry.why_it_matters.startswith("A server that accepts everything")
    assert entry.why_it_matters.endswith("elsewhere.")
    assert (entry.category, entry.related) == ("technique", ("server",))
    assert "](" not in entry.summary


def test_a_description_that_was_cut_short_is_dropped() -> None:
    (entry,) = readers.reader("astro").read(page("astro/stemming.md")).entries
    assert entry.summary.startswith("Stemming is the cutting")
    assert "common..." not in write.native(entry)


def test_a_whole_description_is_the_summary_and_a_bold_label_a_heading() -> None:
    (entry,) = readers.reader("front_matter").read(page("devops/canary-token.md")).entries
    assert entry.summary == "A worthless secret that raises an alarm when somebody uses it."
    assert entry.why_it_matters.startswith("Break-ins are found")
    assert (entry.aliases, entry.category, entry.related) == (("CT",), "practice", ("honey-pot",))


def test_a_copied_page_finds_the_names_that_its_related_terms_have_lost() -> None:
    reading = readers.reader("term_page").read(page("term_page/page.txt"))
    (entry,) = reading.entries
    assert entry.aliases == ("soft targets", "LS")
    assert entry.related == ("confidence score", "Cross Entropy")
    assert entry.example.startswith("For ten classes")
    assert entry.why_it_matters.startswith("Translation systems")
    assert [(one.line, one.kind) for one in reading.notes] == [(10, "note")]


def test_formulas_make_a_student_text_and_references_become_sources() -> None:
    (entry,) = readers.reader("front_matter").read(page("jekyll/terms/cross-entropy-ce.md")).entries
    assert entry.aliases == ("CE",)
    assert entry.sources[0].text == "A note on surprise, https://example.org/surprise"
    assert "[note](https://example.org/note)" in entry.student
    assert "agreement" not in entry.student


def test_redirects_and_stubs_are_no_entries() -> None:
    (redirect,) = readers.reader("front_matter").read(page("jekyll/terms/ce-loss.md")).redirects
    assert (redirect.name, redirect.targets) == ("CE loss", ("cross-entropy-ce",))
    (skip,) = readers.reader("front_matter").read(page("jekyll/terms/perplexity.md")).skips
    assert (skip.kind, skip.line) == ("stub", 2)


def test_html_lists_give_terms_aliases_and_markdown() -> None:
    bagging, _ = readers.reader("html").read(page("html/words.html")).entries
    assert bagging.aliases == ("bootstrap aggregating",)
    assert bagging.plain.endswith("See boosting and [this page](https://example.org/b).")
    assert "**vote**" in bagging.summary
    assert bagging.origin.line("term") == 6


def test_an_html_article_keeps_code_and_loses_the_furniture() -> None:
    (entry,) = readers.reader("html").read(page("html/perplexity.html")).entries
    text = write.native(entry)
    assert "  def perplexity(h):\n      return 2 ** h" in entry.example
    assert entry.related == ("Entropy",)
    assert not {"Advertising", "Word Garden", "<"} & set(text.split())


def test_cards_lose_their_common_suffix_and_links_to_each_other() -> None:
    reading = readers.reader("table").read(page("tables/cards.csv"))
    by_term = {entry.term: entry for entry in reading.entries}
    assert by_term["mean"].related == ("how many",)
    assert "cards.example.org" not in write.native(by_term["median"])
    assert "$$\\sum |x_i|$$" in by_term["L1 norm"].student
    assert by_term["mean absolute error"].aliases == ("MAE",)
    assert by_term["median"].student.endswith("```\nsorted(x)[n // 2]\n   # odd n\n```")
    (redirect,) = reading.redirects
    assert (redirect.name, redirect.targets, redirect.line) == ("average", ("mean",), 12)


def test_yaml_scalars_stay_what_the_author_wrote() -> None:
    no, answer = readers.reader("table").read(page("tables/traps.yaml")).entries
    assert (no.term, answer.term, answer.aliases) == ("No", "42", ("the answer", "forty-two"))
    assert answer.origin.line("term") == 3


def test_rst_roles_formulas_and_headwords() -> None:
    recall, precision, batch = readers.reader("rst").read(page("rst/words.rst")).entries
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
        assert {entry.term for entry in readers.reader("table").read(one).entries} >= {"Atom", "Bit"}
    with pytest.raises(MalformedEntry, match=r'x\.csv:1: There is no column "middle"\. Columns: left, right'):
        readers.reader("table").read(Page("x.csv", text, {"term": "middle"}))


def test_a_format_that_is_none_is_refused_with_the_names_of_those_that_are() -> None:
    with pytest.raises(CorpusError, match=r'There is no format "word"\. Use one of: native, table'):
        readers.reader("word")


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
    ("label", "slot"),
    [
        ("**Related_Terms:**", Slot.RELATED),
        ("relatedTerms", Slot.RELATED),
        ("Example 2", Slot.EXAMPLE),
        ("ELI5", Slot.ELI5),
        ("Why does overfitting matter?", Slot.WHY_IT_MATTERS),
        ("In-depth explanation", Slot.STUDENT),
        ("Manager's follow-up questions:", Slot.FOLLOW_UPS),
        ("Banana", None),
    ],
)
def test_the_vocabulary(label: str, slot: Slot | None) -> None:
    assert slot_of(label) is slot


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
        markup.parsed("<div>" * 100_000)
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
@given(TEXTS, ENDINGS, st.sampled_from([None, *readers.NAMES]))
def test_no_text_crashes_a_reader_and_every_entry_can_be_written(text: str, ending: str, name: str | None) -> None:
    one = Page(f"a{ending}", text.replace("\r", "\n").replace("\0", ""))
    chosen = readers.reader(name) if name else readers.reader_for(one)
    try:
        reading = chosen.read(one) if chosen else Reading()
    except CorpusError:
        return
    for entry in reading.entries:
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
@pytest.mark.parametrize("name", ["explainer", "hugo", "essay", "astro", "term_page"])
def test_the_seeds(name: str) -> None:
    found = [one for one in pages(SHARED / "seeds") if isinstance(one, Page) and one.suffix == ".txt"]
    (one,) = [each for each in found if readers.reader_for(each) is readers.reader(name)]
    (entry,) = readers.reader(name).read(one).entries
    assert entry.slug == "deep-learning"
    assert entry.summary
