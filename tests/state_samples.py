"""Values to keep in tests: answers with everything in them, and a clock that a test moves."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.state.values import Place, StoredAnswer
from bot.tutor.dialogue import Answer, Asker, Citation, Origin, Part, Question, Turn
from corpus.entry import Level, Section
from index.passage import Passage

ANN, BEN = 81_384_788_765_712_384, 9_223_372_036_854_775_807
GUILD = 1_100_000_000_000_000_001
ROOM = Place(1_100_000_000_000_000_100, GUILD)
LETTERBOX = Place(1_100_000_000_000_000_200)
START = datetime(2026, 5, 1, 12, 0, 0, 123456, UTC)


class Clock:
    """Stands still until it is moved."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def move(self, **span: float) -> datetime:
        self.now += timedelta(**span)
        return self.now


def whole_answer(text: str = "What is dropout?") -> Answer:
    """An answer in which no field is empty."""
    passage = Passage("dropout", "dropout", Section.PLAIN, "It silences units: $p=0.5$.", "Why?", "dropout.md")
    return Answer(
        question=text,
        level=Level.PLAIN,
        origin=Origin.WRITTEN,
        parts=(Part("Silences units. “Quoted” — naïve 🎲", "", 1), Part("An example.", "Example")),
        level_given=Level.STUDENT,
        terms=("dropout",),
        citations=(Citation(1, "dropout", Section.PLAIN, "dropout.md"),),
        follow_ups=("Why does it help?",),
        see_also=("overfitting",),
        also_known_as=("drop-out",),
        sources=("Somebody: Something. 2020.",),
        model="a model",
        passages=(passage,),
        note="A note.",
        timings_ms={"search": 1.5, "total": 20.25},
    )


def stored(
    name: str, user: int = ANN, place: Place = ROOM, at: datetime = START, text: str = "What is dropout?",
    origin: Origin = Origin.WRITTEN, finished: bool = True,
) -> StoredAnswer:  # fmt: skip
    """An answer to keep, its question with a conversation before it."""
    question = Question(text, Level.PLAIN, "ML engineer", "a manager", asker=Asker(str(place.guild), str(user)))
    answer = replace(whole_answer(text), origin=origin)
    return StoredAnswer(name, place, user, question, answer, finished, at)


def with_history(one: StoredAnswer, *turns: Turn) -> StoredAnswer:
    return replace(one, question=replace(one.question, history=turns))
