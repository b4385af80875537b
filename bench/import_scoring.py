"""Scores `corpus import` against what is known to stand in foreign glossaries: headwords found, texts whole, silent faults.

    python bench/import_scoring.py FOLDER TRUTH.json      a truth of your own: {file or folder: {headword: text or ""}}
    python bench/import_scoring.py --samples FOLDER       the samples, whose truth is read from their own fields

A headword counts when it is a term or an alias. A text is whole when 95 % of its words, in their order, stand in the entry.
A set is silently wrong when it misses a target and the report expresses no doubt about it.
"""

import argparse
import csv
import html
import json
import re
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

PROJECT = Path(__file__).parent.parent
sys.path.insert(0, str(PROJECT))

from corpus.entry import PROSE, Entry
from corpus.glossary import folded
from corpus.importing import ImportPlan, plan_import

PRECISION, RECALL, WHOLE = 0.97, 0.93, 0.95
POINTER = 14
"""Words; a shorter text may do no more than name another term."""

Truth = dict[str, str]


@dataclass(frozen=True)
class Score:
    """How one set came out. `precision` and `recall` are of headwords, `whole` of texts, each from 0 to 1."""

    name: str
    precision: float
    recall: float
    whole: float
    is_doubted: bool
    seconds: float
    missing: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()

    @property
    def is_right(self) -> bool:
        """Return whether the set meets the targets."""
        return self.precision >= PRECISION and self.recall >= RECALL and self.whole >= WHOLE

    @property
    def is_silently_wrong(self) -> bool:
        """Return whether a person would not learn from the report that something is wrong."""
        return not self.is_right and not self.is_doubted


def bare(name: str) -> str:
    """Return a headword without what sites decorate it with: parentheses, quotes, the glossary's own name."""
    name = re.sub(r"^(?:concept(?: of|:)|the) ", "", name.strip(), flags=re.IGNORECASE)
    return folded(re.sub(r"\s*\([^()]*\)|<[^<>]*>", "", html.unescape(name)).strip(" \"'“”‘’:.")) or folded(name)


def words(text: str) -> list[str]:
    """Return the words of a text without markup and addresses."""
    text = re.sub(r"<[^<>]*>|\]\([^()\s]*\)|:[\w:.-]+:(?=`)|\s<[^<>`]*>(?=`)|\{\{[^{}]*\}\}", " ", html.unescape(text))
    return re.findall(r"[^\W_]+", text.casefold())


def is_whole(text: str, entry: Entry) -> bool:
    """Return whether a text stands in an entry."""
    wanted = words(text)
    there = words("\n".join(entry.text(section) for section in PROSE))
    if not wanted:
        return True
    matches = SequenceMatcher(None, wanted, there, autojunk=False).get_matching_blocks()
    return sum(one.size for one in matches) >= WHOLE * len(wanted)


def score(name: str, plan: ImportPlan, truth: Truth, seconds: float) -> Score:
    """Return how well a plan fits what is known."""
    wanted = {bare(term): text for term, text in truth.items()}
    owners = {bare(one): entry for entry in plan.entries for one in entry.names}
    found = [term for term in wanted if term in owners]
    extra = tuple(entry.term for entry in plan.entries if not {bare(one) for one in entry.names} & set(wanted))
    # What only points to another term ("Synonym for X.") became its alias, and has no text of its own.
    own = [
        term
        for term in found
        if wanted[term] and (bare(owners[term].term) == term or len(words(wanted[term])) > POINTER)
    ]
    whole = [is_whole(wanted[term], owners[term]) for term in own]
    count = len(plan.entries)
    doubted = bool(plan.report.doubts) or any("no part of" in note.reason for note in plan.report.notes)
    return Score(
        name, (count - len(extra)) / count if count else 0.0, len(found) / max(len(wanted), 1),
        sum(whole) / len(whole) if whole else 1.0, doubted or not count, seconds,
        tuple(term for term in truth if bare(term) not in owners), extra,
    )  # fmt: skip


def _alexa(folder: Path) -> Truth:
    raw = json.loads((folder / "data/glossary.json").read_text("utf-8"))
    return {term: one["B"] for term, one in raw.items()}


def _genai(folder: Path) -> Truth:
    return {one["term"]: one["definition"] for one in json.loads((folder / "data/terms.json").read_text("utf-8"))}


def _google(folder: Path) -> Truth:
    with next(folder.glob("*.csv")).open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.reader(file, delimiter="|") if len(row) > 1]
    return {row[0].replace("(Google Machine Learning Glossary)", ""): row[1] for row in rows[1:]}


def _rst(folder: Path) -> Truth:
    text = (folder / "docs/glossary.rst").read_text("utf-8")
    found = re.findall(r"^(?!\.\.|=)(\S[^\n]*)\n((?:(?:  [^\n]*)?\n)+)", text, re.MULTILINE)
    return {term: body for term, body in found if body.strip()}


def _titles(pattern: str) -> Callable[[Path], Truth]:
    def read(folder: Path) -> Truth:
        truth: Truth = {}
        for path in sorted(folder.glob(pattern)):
            text = path.read_text("utf-8")
            head, _, body = text.removeprefix("---\n").partition("\n---")
            title = re.search(r"^(?:title|term): *[\"']?(.+?)[\"']?$", head, re.MULTILINE)
            is_draft = re.search(
                r"^(?:draft: true|status: draft|redirect_to|destination:.*\w)", head, re.MULTILINE | re.IGNORECASE
            )
            if title and not path.name.startswith("_") and not is_draft and len(body.split()) > 3:
                truth[title[1]] = ""
        return truth

    return read


def _openings(pattern: str) -> Callable[[Path], Truth]:
    """Return a reader of pages that begin with their term: as a heading, a bold word, or in plain text as the file is called."""

    def read(folder: Path) -> Truth:
        truth: Truth = {}
        for path in sorted(folder.glob(pattern)):
            head = path.read_text("utf-8").lstrip()[:200]
            found = re.match(r"#+ *(?:Concept of )?(.+)|\*\*(?:Concept of )?([^*]+?):?\*\*", head)
            said = (found[1] or found[2]) if found else ""
            truth[said if 0 < len(said.split()) < 6 else path.stem.replace("_", " ")] = ""
        return truth

    return read


SAMPLES: dict[str, Callable[[Path], Truth]] = {
    "ai_alexa_json": _alexa,
    "ai_genai_json": _genai,
    "ai_google_ml_csv": _google,
    "ai_ml_cheatsheet_rst": _rst,
    "ai_ml_glossary_jekyll": _titles("terms/*.md"),
    "nonai_cncf_hugo": _titles("content/en/*.md"),
    "nonai_devops_astro": _titles("src/data/terms/*.md"),
    "ai_concept_explainer_md": _openings("saved_concepts/*.md"),
}


def scored(name: str, path: Path, truth: Truth) -> Score:
    """Return the score of one file or folder, imported now."""
    started = time.monotonic()
    plan = plan_import(path)
    return score(name, plan, truth, time.monotonic() - started)


def shown(scores: list[Score]) -> None:
    """Print a line for each set, what is missing or too much, and the mean."""
    for one in scores:
        state = "right" if one.is_right else "SILENTLY WRONG" if one.is_silently_wrong else "wrong, doubted"
        print(
            f"{one.name:40} P {one.precision:.3f}  R {one.recall:.3f}  text {one.whole:.3f}  {one.seconds:5.1f} s  {state}"
        )
        for title, terms in (("missing", one.missing), ("too much", one.extra)):
            if terms:
                print(f"    {title}: {', '.join(terms[:12])}{' …' if len(terms) > 12 else ''}")
    count = max(len(scores), 1)
    means = [sum(getattr(one, name) for one in scores) / count for name in ("precision", "recall", "whole")]
    silent = sum(one.is_silently_wrong for one in scores)
    print(f"{len(scores)} sets: P {means[0]:.3f}, R {means[1]:.3f}, text {means[2]:.3f}; silently wrong {silent}")


def main() -> None:
    """Score the folder that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("truth", type=Path, nargs="?")
    parser.add_argument("--samples", action="store_true")
    asked = parser.parse_args()
    if asked.samples:
        truths = {name: read(asked.folder / name) for name, read in SAMPLES.items() if (asked.folder / name).is_dir()}
    elif asked.truth:
        truths = json.loads(asked.truth.read_text("utf-8"))
    else:
        parser.error("name a file with the truth, or --samples")
    shown([scored(name, asked.folder / name, truth) for name, truth in truths.items()])


if __name__ == "__main__":
    main()
