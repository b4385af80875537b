"""From a question to an authored answer, or to what a model is to write: read it, search, decide, say.

Runs in a worker thread and touches nothing but the index it is given. Each step is a pure module: intent, wishes,
several and comparison read the question, answer_selection ranks texts, routing decides, glossary_answer says.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.tutor import about, glossary_answer, routing
from bot.tutor.about import Commands, Facts
from bot.tutor.answer_selection import MAX_ENTRIES, Candidate, Scored, choose
from bot.tutor.comparison import Side, sides_of
from bot.tutor.dialogue import Answer, Origin, Question, Turn
from bot.tutor.intent import Kind, asks_why_it_matters, kind_of, level_of, only_names
from bot.tutor.languages import language_of
from bot.tutor.prompt import Task
from bot.tutor.several import questions_in
from bot.tutor.wishes import AboutBot, Wish, about_bot, letter_in, topic_in, wish_in, wish_of
from corpus.entry import Entry, Level, Section, slug_of
from corpus.glossary import folded
from index.followup_rewrite import in_context, leans, may_lean, pointed_at, with_subject
from index.search import SearchIndex, SearchResult
from index.stemming import stems
from index.term_matching import Match, Named, words

if TYPE_CHECKING:
    from index.embed import Vectors

MAX_SEE_ALSO = 8
MIN_WEAK_LEAN = 0.3
"""Probability from which a text of the last subject's entry answers a question that shows no sign of leaning on it."""

GLOSSARY_LANGUAGE = "English"
ALREADY = "That is what stands above; this is another part of the same entry."
NEAR = 0.02
"""Confidence from which a refused question's best entries are near enough to be named."""

_JOINED = re.compile(r"\s*(?:,|;|/|&|\band\b|\bplus\b|\n)\s*(?:and\s+)?", re.IGNORECASE)
_ASKS_DIFFERENCE = re.compile(
    r"\bdiff(?:er\w*|s)?\b|\bcompare\w*|\bvs\b|\bbetter\b|\bsame\b|\bin common\b|\brelat\w+|\bwhich (?:one|of)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Work:
    """What the model is to write, and what is answered otherwise."""

    task: Task
    fallback: Answer


@dataclass(frozen=True, slots=True)
class _Meant:
    """A question as it is meant, the names in it, and what was found for it; None where nothing was sought.

    `subject`: the entry that a leaning question goes on about, "" for one that stands alone or sets several side by side.
    """

    question: Question
    named: tuple[Named, ...]
    result: SearchResult | None = None
    subject: str = ""


class Planner:
    """Plans and says authored answers from one version of the index. `model`: what writes, "" for nothing."""

    def __init__(self, index: SearchIndex, default_level: Level, model: str, commands: Commands) -> None:
        self._index, self._default_level, self._model, self._commands = index, default_level, model, commands

    def prepare(self, question: Question, *, writes: bool) -> Answer | Work:
        """Return the authored answer, or what a model is to write in its place."""
        question = replace(question, history=tuple(_known(self._index, turn) for turn in question.history))
        asked = questions_in(question.text)
        level = level_of(question, question.usual or self._default_level)
        if len(asked) == 1 and len(names := self._listed_names(question.text)) > 1:
            asked = names
        if len(asked) > 1:
            return self._several(question, asked, level)
        meant, decided = self._plan(question, level)
        answer = self._fresh(question, decided, self._say(meant.question, decided, level), level)
        wanted = routing.generated(meant.question, decided, meant.result) if writes else None
        return Work(self._task(question, wanted, meant.result), answer) if wanted else answer

    def _several(self, question: Question, asked: Sequence[str], level: Level) -> Answer:
        """Answer each question of a message, the later ones after the earlier ones."""
        answers: list[Answer] = []
        history = question.history
        for text in asked:
            one = replace(question, text=text, history=history)
            meant, decided = self._plan(one, level)
            answer = replace(self._say(meant.question, decided, level), question=text)
            answers.append(answer)
            history = (*history, replace(answer.turn, question=text))
        if all(answer.origin is Origin.DECLINED for answer in answers):
            return self._say(question, self._plan(question, level)[1], level)
        return glossary_answer.together(question, answers, level)

    def _listed_names(self, text: str) -> list[str]:
        """Return the names of a message that is a list of names and no more: "precision and recall and f1"."""
        named = self._index.terms.named(text)
        if len(named) < 2 or sides_of(text, named):
            return []
        pieces = [piece.strip(" ?!.") for piece in _JOINED.split(text)]
        owned = [piece for piece in pieces if only_names(piece, self._index.terms.named(piece))]
        return owned if len(owned) == len(pieces) > 1 else []

    def _plan(self, question: Question, level: Level) -> tuple[_Meant, routing.Plan]:
        """Return the question as it is meant, and how it is answered."""
        text = question.text
        named = tuple(self._index.terms.named(text))
        meant = _Meant(question, named)
        if decided := self._without_search(question, named, level):
            return meant, decided
        sides = sides_of(text, named, self._name)
        meant = self._search(question, named, level)
        if not sides and meant.question.text != text:
            sides = sides_of(meant.question.text, meant.named, self._name)
            sides = sides or self._sides_pointed_at(question, named)
        if meant.result is None:
            return meant, routing.Declined(())
        decided = self._select(meant, meant.result, level)
        if sides and not self._answers_pair(decided, sides):
            compared = routing.by_sides(sides, meant.result.slugs, level)
            if compared and (len(set(compared.slugs)) > 1 or compared.unknown or self._facets_named(compared)):
                return meant, compared
        return meant, decided

    def _answers_pair(self, decided: routing.Plan, sides: Sequence[Side]) -> bool:
        """Return whether an author answered just this comparison: word for word, or for a side without an entry of its own."""
        if not isinstance(decided, routing.Selected):
            return False
        best = decided.candidates[0]
        unknown = {stem for side in sides if side.named is None for stem in stems(side.text)}
        return best.same_question or (bool(unknown) and bool(best.heading) and unknown <= set(stems(best.heading)))

    def _facets_named(self, compared: routing.Compare) -> bool:
        """Return whether the sides are facets of one entry, and not just names of the same thing."""
        entry = self._index.entry(compared.slugs[0])
        return any(folded(facet.name) in compared.names for facet in entry.facets)

    def _without_search(  # noqa: PLR0911  one line a plan
        self, question: Question, named: Sequence[Named], level: Level
    ) -> routing.Plan | None:
        """Return the plan for what needs no search: talk, wishes, a name alone; None for all others."""
        text = question.text
        kind = kind_of(text, named)
        if kind is Kind.SMALL_TALK:
            return routing.SmallTalk()
        if (topic := about_bot(text)) and not _is_about_a_term(topic, named):
            return routing.About(topic)
        sure = any(not name.name.everyday for name in named)
        if not sure and (wish := wish_of(text)) and (decided := routing.by_wish(question, wish, level)):
            return decided
        if kind is Kind.LEVEL_CHANGE:
            return routing.at_another_level(question, level)
        if question.terms and leans(text, named):
            return None
        if decided := routing.by_name(question, named, level):
            return self._as_wished(text, decided, level)
        return None

    def _as_wished(self, text: str, decided: routing.Plan, level: Level) -> routing.Plan:
        """Return the plan for a name alone with the form that is wished for: in one sentence it is the summary."""
        if isinstance(decided, routing.Explained) and (wish := wish_in(text)):
            if wish is Wish.SHORTER:
                return routing.Shown(decided.slug, level, Section.SUMMARY)
            return replace(decided, note=about.cannot(wish, text, GLOSSARY_LANGUAGE))
        return decided

    def _search(self, question: Question, named: tuple[Named, ...], level: Level) -> _Meant:
        """Return the question with its subject named, where it leans on the conversation, and what was found for it."""
        text, terms = question.text, question.terms
        before = tuple(turn.terms[0] for turn in reversed(question.history) if turn.terms)
        resolved = in_context(text, terms, named, before)
        result = self._index.search(resolved, k=12, level=level)
        pointed = pointed_at(text, terms, before) if resolved != text else []
        subject = slug_of(pointed[0]) if len(pointed) == 1 else ""
        meant = _Meant(replace(question, text=resolved), result.named, result, subject)
        if resolved != text or not terms or not may_lean(text, named) or leans(text, named):
            return meant
        return self._weakly_leaning(question, meant, level)

    def _weakly_leaning(self, question: Question, alone: _Meant, level: Level) -> _Meant:
        """Return the question about the last subject, where a text of that subject's entry answers it better."""
        resolved = with_subject(question.text, question.terms[:1])
        vector = alone.result.vector if alone.result else None
        slug = slug_of(question.terms[0])
        if vector is None or (alone.result and alone.result.answerable and alone.result.slugs[:1] == (slug,)):
            return alone
        kind = kind_of(question.text, alone.named)
        if kind is Kind.DEFINITION and alone.result and alone.result.answerable:
            return alone
        best = self._candidates(question.text, kind, ((slug, 0.0),), vector, ())[:1]
        if not best or best[0].sure < MIN_WEAK_LEAN:
            return alone
        if alone.result and alone.result.answerable:
            own = self._candidates(question.text, kind, alone.result.scores[:1], vector, alone.named)[:1]
            if own and own[0].sure >= best[0].sure:
                return alone
        result = self._index.search(resolved, k=12, level=level)
        return _Meant(replace(question, text=resolved), result.named, result, slug)

    def _name(self, text: str) -> Named | None:
        """Return the name that a text is, as it is written; None when it is none or more than a name."""
        named = self._index.terms.named(text)
        whole = (
            len(named) == 1 and named[0].match is not Match.TYPO and named[0].end - named[0].start == len(words(text))
        )
        return named[0] if whole else None

    def _sides_pointed_at(self, question: Question, named: Sequence[Named]) -> list[Side]:
        """Return the earlier terms that "the difference between them" sets side by side."""
        before = tuple(turn.terms[0] for turn in reversed(question.history) if turn.terms)
        terms = pointed_at(question.text, question.terms, before)
        if len(terms) < 2 or not _ASKS_DIFFERENCE.search(question.text):
            return []
        sides = [Side(term, name) for term in terms for name in self._index.terms.named(term)[:1]]
        return sides if len(sides) > 1 else []

    def _select(self, meant: _Meant, result: SearchResult, level: Level) -> routing.Plan:
        """Return the plan whose texts answer the question, or a refusal."""
        text = meant.question.text
        exact = [name for name in meant.named if name.match is not Match.TYPO and not name.name.everyday]
        if not result.answerable:
            near = result.slugs[:3] if result.confidence >= NEAR else ()
            return routing.Declined(near)
        kind = kind_of(text, meant.named)
        if not result.slugs or result.vector is None:
            return routing.Declined(())
        if kind is Kind.WHY and asks_why_it_matters(text, meant.named):
            return routing.Shown(meant.named[0].slugs[0], level, Section.WHY_IT_MATTERS, defines=True)
        scores = self._scores(meant, result)
        best = scores[0][0]
        candidates = self._candidates(text, kind, scores, result.vector, meant.named)
        told = meant.question.history[-1].answer if meant.question.history else ""
        if kind is Kind.EXAMPLE and len(meant.named) == 1:
            example = Section.EVERYDAY_EXAMPLE if level in glossary_answer.SIMPLE else Section.EXAMPLE
            return routing.Shown(meant.named[0].slugs[0] if exact else best, level, example, defines=True)
        return routing.by_candidates(candidates, level, told) or routing.Explained(best, level)

    def _scores(self, meant: _Meant, result: SearchResult) -> list[tuple[str, float]]:
        """Return the entries whose texts are looked at, with their scores: those found, and before them the subject that a
        leaning question goes on about.
        """
        scores = list(result.scores[:MAX_ENTRIES])
        if meant.subject:
            kept = {meant.subject, *(slug for name in meant.named for slug in name.slugs)}
            scores = [(slug, score) for slug, score in scores if slug in kept]
        if meant.subject and meant.subject != (scores[0][0] if scores else ""):
            top = scores[0][1] if scores else 0.0
            scores = [(meant.subject, top), *((slug, score) for slug, score in scores if slug != meant.subject)]
        return scores[:MAX_ENTRIES]

    def _scored(
        self, scores: Sequence[tuple[str, float]], vector: "Vectors", named: Sequence[Named]
    ) -> list[Scored]:  # fmt: skip
        """Return every passage of these entries with what speaks for it."""
        slugs_named = {slug for name in named for slug in name.slugs}
        sure = {
            slug for name in named if not name.name.everyday and name.match is not Match.TYPO for slug in name.slugs
        }
        top = scores[0][1] if scores else 0.0
        return [
            Scored(passage, place, top - score, slug in slugs_named, bool(sure) and slug not in sure, cosine)
            for place, (slug, score) in enumerate(scores)
            for passage, cosine in self._index.compared(slug, vector)
        ]

    def _candidates(
        self, text: str, kind: Kind, scores: Sequence[tuple[str, float]], vector: "Vectors", named: Sequence[Named]
    ) -> list[Candidate]:  # fmt: skip
        """Return the texts of these entries that may answer, best first."""
        scored = self._scored(scores, vector, named)
        return choose(text, kind, scored, {slug: self._index.entry(slug) for slug, _ in scores})

    def _task(self, question: Question, wanted: routing.Generated, result: SearchResult | None) -> Task:
        from bot.tutor.context_selection import select_context

        own = [self._index.passages(slug) for slug in wanted.slugs]
        hits = [hit.passage for hit in result.hits] if result else []
        passages = wanted.passages or select_context(own, hits, wanted.level)
        history = question.history[:-1] if wanted.kind is Kind.LEVEL_CHANGE else question.history
        return Task(wanted.about, wanted.kind, wanted.level, passages, question.role, question.audience, history)

    def _say(self, question: Question, decided: routing.Plan, level: Level) -> Answer:  # noqa: PLR0911  one line a plan
        index = self._index
        match decided:
            case routing.Explained(slug=slug, level=chosen, name=name, note=note):
                entry = index.entry(slug)
                answer = glossary_answer.explanation(question, entry, chosen, self._see_also([entry]), name)
                return replace(answer, note=note) if note else answer
            case routing.Selected(candidates=candidates, level=chosen, answers=answers):
                entries = {one.slug: index.entry(one.slug) for one in candidates}
                see_also = self._see_also([entries[decided.slug]])
                return glossary_answer.selected(question, entries, candidates, chosen, see_also, answers=answers)
            case routing.Shown(slug=slug, level=chosen, section=section, defines=defines):
                entry = index.entry(slug)
                see_also = self._see_also([entry])
                return glossary_answer.section_shown(question, entry, chosen, section, see_also, defines=defines)
            case routing.Compare(slugs=slugs, level=chosen, unknown=unknown, names=names):
                compared = [index.entry(slug) for slug in slugs]
                see_also = self._see_also(compared)
                return glossary_answer.comparison(question, compared, names, chosen, see_also, unknown)
            case routing.Senses(name=name, slugs=slugs):
                senses = index.senses(name)
                return glossary_answer.choice(question, [(index.entry(one), senses.get(one)) for one in slugs], level)
            case routing.SmallTalk():
                return glossary_answer.said(question, level, self._talk(question.text))
            case routing.About(topic=topic):
                return glossary_answer.said(
                    question, level, about.about(topic, self._facts(topic, question.text), self._commands)
                )
            case routing.CannotDo(wish=wish):
                return self._cannot(question, wish, level)
            case routing.Declined(nearest=nearest):
                offered = list(nearest) or index.terms.closest(question.text)
                language = GLOSSARY_LANGUAGE if language_of(question.text) not in {"", GLOSSARY_LANGUAGE} else ""
                return glossary_answer.declined(question, level, [index.term(slug) for slug in offered], language)

    def _fresh(self, question: Question, decided: routing.Plan, answer: Answer, level: Level) -> Answer:
        """Return the answer, or another part of its entry where the last card already said just this."""
        if isinstance(decided, routing.Explained) and decided.name:
            return answer  # whoever names the term wants its definition
        before = question.history[-1] if question.history else Turn("", ())
        last = before.answer
        if (
            not last
            or answer.text != last
            or len(answer.terms) != 1
            or folded(before.question) == folded(question.text)
        ):
            return answer  # whoever asks the same once more gets the same
        entry = self._index.entry(slug_of(answer.terms[0]))
        for section in (Section.EVERYDAY_EXAMPLE, Section.EXAMPLE, Section.WHY_IT_MATTERS, Section.SUMMARY):
            if entry.text(section) and entry.text(section)[:80] not in last:
                other = glossary_answer.section_shown(question, entry, level, section, self._see_also([entry]))
                return replace(other, note=ALREADY)
        return replace(answer, note="This is all that the glossary says about it.")

    def _talk(self, text: str) -> str:
        if about.is_parting(text):
            return about.PARTING
        return about.greeting(self._facts(None, text), self._commands)

    def _facts(self, topic: AboutBot | None, text: str) -> Facts:
        some = tuple(self._index.term(slug) for slug in self._index.some())
        listed: tuple[str, ...] = ()
        letter = letter_in(text)
        subject = topic_in(text) if not letter else ""
        if topic is AboutBot.LIST:
            heads = self._index.headwords()
            if letter:
                listed = tuple(head.term for head in heads if folded(head.term)[:1] == folded(letter))
            elif subject:
                listed = tuple(head.term for head in heads if folded(subject) in folded(head.category))
        return Facts(self._index.size, some, self._model, listed, letter or subject)

    def _cannot(self, question: Question, wish: Wish, level: Level) -> Answer:
        answer = glossary_answer.said(question, level, about.cannot(wish, question.text, GLOSSARY_LANGUAGE))
        # What was talked about goes on being the subject: "in German please" and then "why?".
        return replace(answer, terms=question.terms)

    def _see_also(self, entries: Sequence[Entry]) -> list[str]:
        """Return the related terms that have an entry, by the entry's own name, without those already told."""
        told = {entry.slug for entry in entries}
        slugs = [slug for entry in entries for name in entry.related for slug in self._index.slugs_named(name)[:1]]
        return [self._index.term(slug) for slug in dict.fromkeys(slugs) if slug not in told][:MAX_SEE_ALSO]


def _known(index: SearchIndex, turn: Turn) -> Turn:
    """Return the turn without terms that the glossary has lost since."""
    return replace(turn, terms=tuple(term for term in turn.terms if slug_of(term) in index.slugs_named(term)))


def _is_about_a_term(topic: AboutBot, named: Sequence[Named]) -> bool:
    """Return whether what looks like a question about the bot names a term: "how does a chatbot work"."""
    return topic in {AboutBot.COUNT, AboutBot.HELP} and any(not name.name.everyday for name in named)
