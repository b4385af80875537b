"""Gaps: grouped by meaning, and drafts that the glossary's own reader takes."""

import random
from datetime import timedelta

from hashing_embedder import HashingEmbedder
from state_samples import START

from bot.state.gaps import TO_WRITE, draft, grouped, likely_term
from bot.state.values import Gap
from corpus.entry import Faq
from corpus.native_format.read import entry as read

EMBED = HashingEmbedder(2048).embed


def gaps(*questions: str, nearest: tuple[str, ...] = ()) -> list[Gap]:
    return [Gap(one, nearest, at=START + timedelta(minutes=number)) for number, one in enumerate(questions)]


def test_the_same_words_and_similar_ones_are_one_group() -> None:
    asked = gaps(
        "What is RAFT?", "what is raft", "What exactly is RAFT?", "How does a Paxos quorum work?", "What is RAFT?"
    )
    first, second = grouped(asked, EMBED)
    assert (first.question, first.count) == ("What is RAFT?", 4)
    assert first.questions == ("What is RAFT?", "what is raft", "What exactly is RAFT?")
    assert first.latest == asked[-1].at
    assert (second.question, second.count) == ("How does a Paxos quorum work?", 1)


def test_the_order_of_the_gaps_does_not_matter() -> None:
    asked = gaps(*(f"What is {word} in {other}?" for word in "abcde" for other in ("maths", "music", "maths")))
    shuffled = asked[:]
    random.Random(5).shuffle(shuffled)
    assert grouped(asked, EMBED) == grouped(shuffled, EMBED)
    assert sum(group.count for group in grouped(asked, EMBED)) == len(asked)


def test_what_is_not_alike_stays_apart_and_nothing_is_nothing() -> None:
    assert len(grouped(gaps("one two three", "four five six", "seven eight nine"), EMBED)) == 3
    assert grouped([], EMBED) == []
    assert grouped(gaps("???", "???", "!"), EMBED)[0].count >= 2


def test_the_nearest_terms_are_the_most_frequent() -> None:
    asked = [
        *gaps("What is RAFT?", nearest=("consensus", "cluster")),
        *gaps("What is RAFT?", nearest=("cluster", "graph")),
    ]
    (group,) = grouped(asked, EMBED)
    assert group.nearest[0] == "cluster"
    assert set(group.nearest) == {"cluster", "consensus", "graph"}


def test_likely_terms() -> None:
    for question, term in {
        "What is RAFT?": "RAFT",
        "What's a Fourier transform?": "Fourier transform",
        "can you please explain the lottery ticket hypothesis": "lottery ticket hypothesis",
        "what does perplexity mean": "perplexity",
        "How do diffusion models work?": "diffusion models",
        "define “entropy”!": "entropy",
        "flash attention": "flash attention",
        "what is": "what is",
        "???": "???",
    }.items():
        assert likely_term(question) == term, question


def test_a_draft_is_a_native_file_with_what_is_known() -> None:
    asked = gaps("What is RAFT?", "What is RAFT: a *tree*?\n# or a boat?", nearest=("consensus", 'odd: "name", [x]'))
    text = draft(grouped(asked, EMBED, same=-1.0)[0])
    entry = read(text, "draft.md")
    assert entry.term == "RAFT"
    assert entry.related == ("consensus", 'odd: "name", [x]')
    assert entry.expert == TO_WRITE
    assert entry.faq[0] == Faq("What is RAFT?", TO_WRITE)
    assert len(entry.faq) == 2
    assert "\n# or" not in text
