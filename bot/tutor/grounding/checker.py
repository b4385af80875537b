"""A written text and its passages -> which sentence stands on which passage, and which on none. Pure but for `embed`.

Knows no model, no prompt and no surface. How a sentence is judged is in scoring.py; here a text is taken apart, while
it is still being written, and put together again without what nothing supports.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bot.tutor.grounding.claims import Claim, read
from bot.tutor.grounding.scoring import MIN_SAID, Evidence, Support, evidence, support
from bot.tutor.grounding.segmentation import Kind, breaks_off, finished, kind_of, parts
from corpus.text import sentences, unlinked, words
from index.passage import Passage

Embed = Callable[[Sequence[str]], NDArray[np.float32]]
"""Texts -> unit vectors, float32 [len(texts), dim]."""

MIN_SHARE = 0.5
"""When less than this share of a text's claiming words is supported, the text does not stand."""

_VERDICT_RANK = 2
_CLOSE = 0.1
"""A passage that speaks of a claim nearly as much as the best one may support it where the best one does not."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A sentence without the model's own marks, and the 1-based number of the passage it stands on, 0 for none.

    `support` is 0 to 1, 1 for what claims nothing; `reason` says why a claim stands on nothing; `layout` is what stood
    before it: spaces, line ends, a list mark.
    """

    text: str
    passage: int
    support: float
    reason: str = ""
    kind: Kind = Kind.CLAIM
    layout: str = ""

    @property
    def supported(self) -> bool:
        """Whether it claims something and a passage says so."""
        return self.passage > 0


@dataclass(frozen=True, slots=True)
class Grounded:
    """A judged text."""

    sentences: tuple[Judged, ...]

    @property
    def supported(self) -> tuple[Judged, ...]:
        """The sentences that stand on a passage."""
        return tuple(one for one in self.sentences if one.supported)

    @property
    def share(self) -> float:
        """The share of words, among those of the sentences that claim something, whose sentence is supported."""
        total = sum(len(words(one.text)) for one in self.sentences if one.kind is Kind.CLAIM)
        return sum(len(words(one.text)) for one in self.supported) / total if total else 0.0

    @property
    def refusal(self) -> bool:
        """Whether the text says that it cannot answer, before it claims anything that stands."""
        first = next((one for one in self.sentences if one.kind is Kind.REFUSAL or one.supported), None)
        return first is not None and first.kind is Kind.REFUSAL

    @property
    def stands(self) -> bool:
        """Whether it can be shown: it is no refusal, something remains, and enough of it."""
        return not self.refusal and bool(self.supported) and self.share >= MIN_SHARE

    @property
    def kept(self) -> tuple[Judged, ...]:
        """What remains: supported sentences, talk, and a lead that something kept follows; a refusal alone."""
        if self.refusal:
            return tuple(one for one in self.sentences if one.kind is Kind.REFUSAL)
        return tuple(_without_loose_leads(self.sentences))

    @property
    def used(self) -> tuple[int, ...]:
        """The numbers of the passages that what remains stands on, in the order in which they are first cited."""
        return () if self.refusal else tuple(dict.fromkeys(one.passage for one in self.kept if one.supported))

    @property
    def text(self) -> str:
        """What remains, laid out as it was, with [n] after each run of sentences on the same passage of a paragraph."""
        out = ""
        for place, one in enumerate(self.kept):
            following = self.kept[place + 1] if place + 1 < len(self.kept) else None
            run_on = following is not None and following.passage == one.passage and "\n" not in following.layout
            out += (one.layout if out else one.layout.lstrip()) + one.text
            out += f" [{one.passage}]" if one.supported and not run_on else ""
        return out.strip()


def _without_loose_leads(found: Sequence[Judged]) -> Iterator[Judged]:
    """Drops unsupported claims, refusals after an answer, and leads ("For example:") that lead to nothing kept."""
    waiting: list[Judged] = []
    broken = ""
    for one in found:
        if one.kind is Kind.LEAD:
            waiting = [*(lead for lead in waiting if _rank(lead) < _rank(one)), _after(broken, one)]
        elif one.supported or _idle(one):
            if one.supported:
                yield from waiting
                waiting = []
            yield _after(broken, one)
        else:
            waiting = [lead for lead in waiting if _rank(lead) < _VERDICT_RANK]
        broken = "" if one.supported or _idle(one) else _longest(broken, one.layout)


def _idle(one: Judged) -> bool:
    return one.kind is Kind.TALK and not one.reason


def _rank(lead: Judged) -> int:
    """Headings rank above "Here is a list:", which ranks above "No.", which leads to the next sentence only."""
    return 0 if lead.text.startswith("#") else 1 if lead.text.endswith((":", "**")) else _VERDICT_RANK


def _after(broken: str, one: Judged) -> Judged:
    """A sentence that takes over the paragraph break of a dropped one before it."""
    if broken.count("\n") <= one.layout.count("\n"):
        return one
    return replace(one, layout=broken)


def _longest(one: str, other: str) -> str:
    return max(one, other, key=lambda layout: layout.count("\n"))


_YES_OR_NO = re.compile(r"(?:yes|no)\b", re.IGNORECASE)
_META = re.compile(
    r"\b(?:the|this|these|those|provided|given|above) (?:passages?|context|excerpts?)\b|\bpassages? \[?\d",
    re.IGNORECASE,
)


class Grounding:
    """Judges a text while it is written: feed it pieces, and it gives each sentence as soon as that is finished.

    The passages, at most a handful of 200 tokens, are embedded once, sentence by sentence, when it is made.
    """

    def __init__(self, passages: Sequence[Passage], embed: Embed, question: str = "") -> None:
        self._embed = embed
        self._evidence = evidence_of(passages, embed, question)
        self._speaks_of_passages = any(_META.search(one.text) for one in passages)
        self._pending = ""
        self._judged: list[Judged] = []

    def feed(self, piece: str) -> list[Judged]:
        """The sentences that this piece finished, judged."""
        self._pending += piece
        done, self._pending = finished(self._pending)
        return self._judge(done)

    def finish(self) -> list[Judged]:
        """The rest of the text, judged; of several sentences a last one that breaks off stands on nothing."""
        done, self._pending = self._pending, ""
        found = self._judge(done)
        if found and len(self._judged) > 1 and _unfinished(found[-1]):
            found[-1] = self._judged[-1] = replace(found[-1], passage=0, support=0.0, reason="it breaks off")
        return found

    @property
    def pending(self) -> str:
        """The sentence that is being written."""
        return self._pending

    @property
    def grounded(self) -> Grounded:
        """Everything judged so far."""
        return Grounded(tuple(self._judged))

    def _judge(self, text: str) -> list[Judged]:
        found_parts = [part for part in parts(text) if part[1]]
        claiming = [sentence for _, sentence in found_parts if kind_of(sentence) is Kind.CLAIM]
        vectors = iter(self._embed([unlinked(one) for one in claiming])) if claiming else iter(())
        found = []
        for layout, sentence in found_parts:
            kind = kind_of(sentence)
            if kind is Kind.CLAIM:
                found.append(self._claim(layout, sentence, next(vectors)))
            else:
                found.append(Judged(sentence, 0, 1.0, kind=kind, layout=layout))
        self._judged += found
        return found

    def _claim(self, layout: str, sentence: str, vector: NDArray[np.float32]) -> Judged:
        if _META.search(sentence) and not self._speaks_of_passages:
            return Judged(sentence, 0, 0.0, "it speaks of the passages, not of the subject", layout=layout)
        claim = read(sentence)
        found = {n: support(claim, vector, one) for n, one in self._evidence.items()}
        number = _best(found)
        if number and found[number].enough:
            return Judged(sentence, number, found[number].value, layout=layout)
        return Judged(sentence, 0, found[number].value if number else 0.0, _reason(claim, found, number), layout=layout)


def ground(text: str, passages: Sequence[Passage], embed: Embed, question: str = "") -> Grounded:
    """Judges a whole text. A claim may use the names that the question uses, though no passage does."""
    grounding = Grounding(passages, embed, question)
    grounding.feed(text)
    grounding.finish()
    return grounding.grounded


def _unfinished(one: Judged) -> bool:
    return one.kind in {Kind.CLAIM, Kind.TALK} and breaks_off(one.layout, one.text)


def evidence_of(passages: Sequence[Passage], embed: Embed, question: str = "") -> dict[int, Evidence]:
    """Passage number, from 1 -> what claims are compared with; a passage without text has none."""
    texts = [_sentences_of(passage) for passage in passages]
    flat = [one for each in texts for one in each]
    vectors = embed(flat) if flat else np.zeros((0, 1), dtype=np.float32)
    found, start = {}, 0
    for number, (passage, each) in enumerate(zip(passages, texts, strict=True), 1):
        if each:
            rows = vectors[start : start + len(each)]
            found[number] = evidence(each, rows, f"{passage.term}\n{passage.heading}", question, _answers_no(passage))
        start += len(each)
    return found


def _sentences_of(passage: Passage) -> list[str]:
    """Its sentences as a reader sees them; the question first where a FAQ's answer is yes or no."""
    found = [clean for one in sentences(passage.text) if (clean := unlinked(one).strip())]
    return [passage.heading, *found] if passage.heading and _YES_OR_NO.match(passage.text) else found


def _answers_no(passage: Passage) -> bool:
    return bool(passage.heading) and bool(re.match(r"no\b", passage.text, re.IGNORECASE))


def _best(found: dict[int, Support]) -> int:
    """The passage to cite: of those that speak of the claim about as much as any, the one that supports it best."""
    most = max((one.said for one in found.values()), default=0.0)
    near = [n for n, one in found.items() if one.said >= most - _CLOSE]
    return max(near, key=lambda n: (found[n].enough, found[n].value, found[n].said), default=0)


def _reason(claim: Claim, found: dict[int, Support], best: int) -> str:
    if not found:
        return "there is no passage"
    held = set(claim_numbers := [one.text for one in claim.numbers]).intersection(
        *(set(one.lost_numbers) for one in found.values())
    )
    if held:
        return f"number {next(one for one in claim_numbers if one in held)} is in no passage"
    nearest = found[best]
    if nearest.lost_numbers:
        return f"number {nearest.lost_numbers[0]} is not in [{best}]"
    if all(one.lost_names for one in found.values()):
        return f"{nearest.lost_names[0]} is in no passage"
    if nearest.said >= MIN_SAID:
        return f"says something else than [{best}]"
    return "no passage says this"
