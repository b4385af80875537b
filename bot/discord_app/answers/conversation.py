"""What a surface does around an answer: who asks, what was said before, what is kept. Knows the tutor and the memory,
and no Discord.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil

from bot.state.memory import Memory
from bot.state.values import Limits, Place, Preferences, Rate, ServerSettings, StoredAnswer, Verdict
from bot.tutor.dialogue import Answer, Origin, Question, Turn, readable
from bot.tutor.errors import TutorError
from bot.tutor.fair_scheduling import Asker
from bot.tutor.follow_ups import asking_for
from bot.tutor.intent import Kind, kind_of
from bot.tutor.tutor import Tutor
from corpus.entry import Level, slug_of

MAX_TURNS_BEFORE = 4
"""Turns kept with a question, so that it can be asked again as it was meant."""


@dataclass(frozen=True, slots=True)
class Request:
    """A question as it reached us: from whom, where, and with what was chosen beside it.

    `shared`: a thread or a direct message, where everybody talks about the same terms. `after`: the answer that a
    button on its card goes on from; else the conversation of the place goes on. `about`: somebody's message that is
    asked about, in the place of all that was said before. `exempt`: it is not counted, as an
    admin's, or what nobody asked the bot.
    """

    user: int
    place: Place
    text: str
    level: Level | None = None
    audience: str = ""
    shared: bool = False
    after: StoredAnswer | None = None
    about: Turn | None = None
    exempt: bool = False


@dataclass(frozen=True, slots=True)
class Allowances:
    """Questions in a day: of a person in direct messages, and of a whole server; 0 for no limit.

    What a person may ask in a server is for its admins to say.
    """

    direct: int = 0
    server: int = 0


class ConversationService:
    """Turns requests into questions with their history, and keeps what was answered."""

    def __init__(self, tutor: Tutor, memory: Memory, allowances: Allowances = Allowances()) -> None:
        self.tutor = tutor
        self.memory = memory
        self._allowances = allowances

    async def question(self, request: Request) -> Question:
        """Return the question with the asker's preferences and the conversation so far.

        Raises UnusableQuestion, and TooMany when the day's questions are used up.
        """
        text = readable(request.text)
        known = await self.memory.preferences(request.user)
        server = await self._server(request)
        await self._take(request, server)
        # A card that was carried to another server stays silent there: its passages may be that server's own.
        after = request.after if request.after and request.after.place.guild == request.place.guild else None
        before = [after] if after else await self.memory.recent(request.place)
        if known.paused:  # what was kept before the pause is not spoken of
            before = [turn for turn in before if turn is after or turn.user != request.user]
        # Whoever presses a button on a card talks about what stands on it.
        shared = request.shared or after is not None
        return Question(
            text,
            request.level,
            known.role,
            request.audience or known.audience,
            (request.about,) if request.about else tuple(turns(before, request.user, shared)),
            usual=known.level or (server.level if server else None),
            asker=Asker(str(request.place.guild or ""), str(request.user)),
            may_write=server.model if server else True,
        )

    async def admit(self, request: Request) -> Request:
        """Counts a question before anything is made for it; it is not counted again. Raises TooMany."""
        await self._take(request, await self._server(request))
        return replace(request, exempt=True)

    async def _server(self, request: Request) -> ServerSettings | None:
        return await self.memory.server(request.place.guild) if request.place.guild else None

    async def _take(self, request: Request, server: ServerSettings | None) -> None:
        """Counts a question. Raises TooMany."""
        if request.exempt:
            return
        asked = server.allowance if server else self._allowances.direct
        limits = Limits(_daily(asked), _daily(self._allowances.server) if server else None)
        if limits == Limits():
            return
        verdict = await self.memory.allow(request.user, request.place.guild, limits)
        if not verdict.allowed:
            raise TooMany(too_many(verdict))

    def again(self, stored: StoredAnswer, user: int, level: Level | None = None) -> Question:
        """Return the question of a kept answer once more, as it was or at another level: a written one from the passages it had.

        For another person it is asked without the role and the audience that the first one chose.
        """
        asker = Asker(str(stored.place.guild or ""), str(user))
        asked = stored.question
        if user != stored.user:
            asked = replace(asked, role="", audience="", usual=None)
        if level is None:
            return replace(asked, passages=stored.answer.passages, asker=asker)
        text = _subject(stored)
        return replace(asked, text=text, level=level, passages=stored.answer.passages, asker=asker)

    async def stored(self, answer_id: str, guild: int) -> StoredAnswer | None:
        """Return the answer with this id, for somebody in the server where it was given; None for everybody else."""
        found = await self.memory.answer(answer_id)
        return found if found and found.place.guild == guild else None

    async def save(self, stored: StoredAnswer) -> None:
        """Keeps an answer. The memory drops it, and its beginning, when its asker paused."""
        await self.memory.save(stored)

    async def set_level(self, user: int, level: Level) -> None:
        """Remembers the level that a person chose; nothing is remembered while the memory is off."""
        known = await self.memory.preferences(user)
        if self.memory.working:  # else these are not this person's preferences, and would be written over them
            await self.memory.prefer(user, replace(known, level=level))

    async def preferences(self, user: int) -> Preferences:
        """Return how a person likes to be answered."""
        return await self.memory.preferences(user)


class TooMany(TutorError):
    """The questions of the day are used up; the sentence says when the next one may come."""


def too_many(verdict: Verdict) -> str:
    """Says kindly when the next question may come; rounded up, so that whoever comes back then is answered."""
    minutes = max(1, ceil(verdict.wait_s / 60))
    soon = f"in {minutes} minute{'s' if minutes > 1 else ''}" if minutes < 90 else f"in {ceil(minutes / 60)} hours"
    who = "This server has asked all its questions" if verdict.everybody else "You have asked all your questions"
    return f"{who} for now. The next one is possible {soon}; buttons under answers go on working."


def _daily(questions: int) -> Rate | None:
    return Rate.daily(questions) if questions else None


def turns(before: Sequence[StoredAnswer], user: int, shared: bool) -> list[Turn]:
    """Return what a person's next question goes on from: their own turns; where the talk is shared, the terms of the others'.

    Nobody inherits another person's level, words or passages.
    """
    found = []
    for earlier in before:
        own, turn = earlier.user == user, earlier.answer.turn
        if own and earlier.answer.parts:
            found.append(turn)
        elif turn.terms and (own or shared):
            found.append(Turn("", turn.terms))
    return found


def unanswered(question: Question, terms: tuple[str, ...] = ()) -> Answer:
    """Return what is kept of a question whose answer is not there yet or never came: enough to ask it again."""
    level = question.level or question.usual or Level.PLAIN
    return Answer(question=question.text, level=level, origin=Origin.DECLINED, parts=(), terms=terms)


def to_stored(question: Question) -> Question:
    """Return the question with what it goes on from, the last terms and levels, and without texts that are kept by themselves."""
    before = tuple(Turn(turn.question, turn.terms, turn.level) for turn in question.history[-MAX_TURNS_BEFORE:])
    return replace(question, history=before, passages=())


def _subject(stored: StoredAnswer) -> str:
    """Return what was asked, or what "simpler please" was said of: a chosen level takes the place of such a wish."""
    asked = [stored.question.text, *(turn.question for turn in reversed(stored.question.history) if turn.question)]
    terms = stored.answer.terms
    named = asking_for(terms[0]) if len(terms) == 1 else " vs ".join(terms)
    return next((text for text in asked if kind_of(text, ()) is not Kind.LEVEL_CHANGE), named or asked[0])


def new_id() -> str:
    """Return a name for an answer that nobody guesses: 72 random bits in 12 characters."""
    return secrets.token_urlsafe(9)


def slug_shown(answer: Answer) -> str:
    """Return the entry that a card is about; "" for none or several."""
    return slug_of(answer.terms[0]) if len(answer.terms) == 1 else ""
