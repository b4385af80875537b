"""Every follow-up that an author wrote leads somewhere: its best hit is an entry that it names or that belongs to its own."""

from pathlib import Path

import pytest

from corpus.load import ENTRIES, load
from index.followup_rewrite import in_context
from index.search import SearchIndex


@pytest.mark.slow
def test_every_follow_up_finds_a_term_it_is_about(real_index: Path) -> None:
    index, glossary = SearchIndex(real_index), load(ENTRIES)
    lost = []
    for entry in glossary:
        own = {entry.slug, *(one.slug for one in [*glossary.related(entry), *glossary.prerequisites(entry)])}
        for question in entry.follow_ups:
            asked = in_context(question, (entry.term,), index.terms.named(question))
            found = index.search(asked)
            about = own | {slug for one in found.named for slug in one.slugs}
            if not found.answerable or found.hits[0].passage.slug not in about:
                lost.append(f"{entry.origin.file}: {question} -> {found.slugs[:1]} at {found.confidence:.2f}")
    assert len(lost) <= 0.005 * 3 * len(glossary), lost  # a term may be found beside what it belongs to
