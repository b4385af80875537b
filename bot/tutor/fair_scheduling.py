"""Who is answered next: guilds take turns, in a guild its users, and each user's questions come in the order asked.

Pure: time comes in as `now_s`, what has to happen goes out as a Change. It knows no model, no text and no event loop;
schedule.py does what it says. Its whole state is the tickets that wait and the generations that run.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from heapq import heapify, heappop, heappush

from bot.tutor.errors import ModelBusy

NEWEST_SHARE = 0.2
"""How much the newest generation counts in the running estimate of what one takes."""


class SecondRequest(StrEnum):
    """What a person's second question does while the first is not answered yet."""

    REPLACE = "replace"
    QUEUE = "queue"


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, in opaque words. `user` is one person in whatever guild; "" is nobody in particular: a terminal."""

    guild: str = ""
    user: str = ""


@dataclass(frozen=True, slots=True)
class Capacity:
    """How much is taken on. Identical questions count once, in `at_once` generations as in `waiting` questions.

    `per_user` bounds the streams of one person, running, waiting or shared; `longest_wait_s` holds for the expected and
    for the real wait. Raises ValueError for a bound that lets nobody through.
    """

    at_once: int = 16
    waiting: int = 64
    longest_wait_s: float = 20.0
    second: SecondRequest = SecondRequest.REPLACE
    per_user: int = 3

    def __post_init__(self) -> None:
        if self.at_once < 1 or self.per_user < 1 or self.waiting < 0 or not self.longest_wait_s >= 0:
            raise ValueError("At least one question at once and one per user; waiting and longest_wait_s from 0 up.")


@dataclass(frozen=True, slots=True)
class Load:
    """How busy it is: generations that run, questions that wait, and how long a new one would wait."""

    running: int
    waiting: int
    expected_wait_s: float


@dataclass(frozen=True, slots=True, eq=False)
class Ticket:
    """One asker's claim to an answer; tickets with one `key` are answered by one generation."""

    asker: Asker
    key: str
    entered_s: float


@dataclass(frozen=True, slots=True)
class Change:
    """What follows from one step, to be done in this order.

    `abandoned` generations have nobody left and are to be cancelled; `replaced` tickets gave way to a newer question;
    `answered` pairs a ticket with its generation, which is to be begun when its number was never named before.
    """

    abandoned: tuple[int, ...] = ()
    replaced: tuple[Ticket, ...] = ()
    answered: tuple[tuple[Ticket, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """When a waiting ticket is answered if nothing else arrives: 1 is next; in `wait_s` seconds from now."""

    position: int
    wait_s: float


@dataclass(slots=True)
class _Run:
    generation: int
    started_s: float
    tickets: list[Ticket]


class _Lanes:
    """The tickets that wait. The order of the dictionaries is the order of turns; nothing empty is kept."""

    def __init__(self) -> None:
        self._guilds: dict[str, dict[str, list[Ticket]]] = {}
        self.by_key: dict[str, list[Ticket]] = {}

    def __iter__(self) -> Iterator[Ticket]:
        return (ticket for tickets in self.by_key.values() for ticket in tickets)

    def __contains__(self, ticket: Ticket) -> bool:
        return ticket in self.by_key.get(ticket.key, ())

    def copy(self) -> "_Lanes":
        other = _Lanes()
        other._guilds = {
            guild: {user: [*lane] for user, lane in users.items()} for guild, users in self._guilds.items()
        }
        other.by_key = {key: [*tickets] for key, tickets in self.by_key.items()}
        return other

    def heads(self) -> Iterator[Ticket]:
        """The first ticket of every user, the one whose turn it is first."""
        return (lane[0] for users in self._guilds.values() for lane in users.values())

    def is_head(self, ticket: Ticket) -> bool:
        return self._guilds[ticket.asker.guild][ticket.asker.user][0] is ticket

    def add(self, ticket: Ticket) -> None:
        self._guilds.setdefault(ticket.asker.guild, {}).setdefault(ticket.asker.user, []).append(ticket)
        self.by_key.setdefault(ticket.key, []).append(ticket)

    def remove(self, ticket: Ticket) -> None:
        guild, user = ticket.asker.guild, ticket.asker.user
        users = self._guilds[guild]
        _take(users, user, ticket)
        if not users:
            del self._guilds[guild]
        _take(self.by_key, ticket.key, ticket)

    def serve(self, ticket: Ticket) -> None:
        """Removes the ticket; its guild, and its user in the guild, come last from now on."""
        self.remove(ticket)
        if users := self._guilds.pop(ticket.asker.guild, None):
            self._guilds[ticket.asker.guild] = users
            if lane := users.pop(ticket.asker.user, None):
                users[ticket.asker.user] = lane


def _take(lists: dict[str, list[Ticket]], name: str, ticket: Ticket) -> None:
    lists[name].remove(ticket)
    if not lists[name]:
        del lists[name]


class FairQueue:
    """Gives out the places of a generator.

    A ticket is answered when it is the first of its user, the user has no other question running, and either its
    question runs already (it joins, which takes no place) or a place is free and the turn is its own. So a ticket that
    could be answered waits for at most one turn of every other guild, and in its guild of every other user.
    """

    def __init__(self, capacity: Capacity) -> None:
        self.capacity = capacity
        self._lanes = _Lanes()
        self._runs: dict[str, _Run] = {}  # by key, in the order in which they began
        self._busy: dict[str, str] = {}  # which key runs for a user
        self._last_generation = 0
        self._usual_s: float | None = None

    def enter(self, asker: Asker, key: str, now_s: float) -> tuple[Ticket, Change]:
        """A ticket for a question, waiting or answered already.

        Raises ModelBusy, and changes nothing, when the asker has too many streams, when too many questions wait or when
        the expected wait is too long.
        """
        ticket, tried = Ticket(asker, key, now_s), self._copy()
        live = self._live(asker.user)
        replaced = [t for t in live if t.key != key] if self.capacity.second is SecondRequest.REPLACE else []
        if len(live) - len(replaced) >= self.capacity.per_user:
            raise ModelBusy("You have as many questions open as one person may. Let one be answered, then ask again.")
        # The new ticket comes before the old ones go, so that whoever waits already keeps the turn.
        tried._lanes.add(ticket)
        abandoned = [number for old in replaced if (number := tried._drop(old, now_s)) is not None]
        answered = tried._settle(now_s)
        if ticket in tried._lanes:
            tried._refuse_long_wait(ticket, now_s)
        vars(self).update(vars(tried))
        return ticket, Change(tuple(abandoned), tuple(replaced), answered)

    def leave(self, ticket: Ticket, now_s: float) -> Change:
        """Gives up a ticket, waiting or running; nothing happens when it has gone already."""
        abandoned = self._drop(ticket, now_s)
        return Change(() if abandoned is None else (abandoned,), answered=self._settle(now_s))

    def finish(self, generation: int, now_s: float) -> Change:
        """A generation ended or failed: its tickets are done with; nothing happens when it was abandoned before."""
        for key in [key for key, run in self._runs.items() if run.generation == generation]:
            self._learn(now_s - self._end(key).started_s)
        return Change(answered=self._settle(now_s))

    def overdue(self, now_s: float) -> list[Ticket]:
        """The tickets that have waited for the longest wait; leaving is up to the caller."""
        return [ticket for ticket in self._lanes if now_s - ticket.entered_s >= self.capacity.longest_wait_s]

    def turns(self, now_s: float) -> dict[Ticket, Turn]:
        """The turn of every waiting ticket, if nothing else arrives and every generation takes the usual time.

        Positions are 1 to n without a gap; only tickets that will share a generation have the same one.
        """
        ahead, turns, position = self._copy(), dict[Ticket, Turn](), 0
        ends = [(self._expected_end(run, now_s), run.generation, key) for key, run in self._runs.items()]
        heapify(ends)
        while ahead._lanes.by_key:
            end_s, _, key = heappop(ends)
            ahead._end(key)
            known, begun = ahead._last_generation, dict[int, int]()
            for ticket, generation in ahead._settle(end_s):
                if generation not in begun:
                    begun[generation] = position = position + 1
                    if generation > known:
                        heappush(ends, (end_s + (self._usual_s or 0.0), generation, ticket.key))
                turns[ticket] = Turn(begun[generation], end_s - now_s)
        return turns

    def load(self, now_s: float) -> Load:
        """How busy it is for a newcomer without a guild."""
        wait_s = 0.0
        if len(self._runs) >= self.capacity.at_once:
            newcomer, ahead = Ticket(Asker(), "", now_s), self._copy()
            ahead._lanes.add(newcomer)
            wait_s = ahead.turns(now_s)[newcomer].wait_s
        return Load(len(self._runs), len(self._lanes.by_key), wait_s)

    def _copy(self) -> "FairQueue":
        other = FairQueue(self.capacity)
        other._last_generation, other._usual_s = self._last_generation, self._usual_s
        other._lanes, other._busy = self._lanes.copy(), self._busy.copy()
        other._runs = {key: _Run(run.generation, run.started_s, [*run.tickets]) for key, run in self._runs.items()}
        return other

    def _live(self, user: str) -> list[Ticket]:
        """The tickets of one person, none for nobody in particular."""
        running = [ticket for run in self._runs.values() for ticket in run.tickets]
        return [ticket for ticket in (*running, *self._lanes) if user and ticket.asker.user == user]

    def _drop(self, ticket: Ticket, now_s: float) -> int | None:
        """Removes a ticket; the number of its generation when that has lost its last one."""
        if ticket in self._lanes:
            self._lanes.remove(ticket)
            return None
        run = self._runs.get(ticket.key)
        if run is None or ticket not in run.tickets:
            return None
        run.tickets.remove(ticket)
        if all(other.asker.user != ticket.asker.user for other in run.tickets):
            self._busy.pop(ticket.asker.user, None)
        if run.tickets:
            return None
        took_s = now_s - self._end(ticket.key).started_s
        # Broken off early it says nothing about the usual time; broken off late it says "at least".
        if self._usual_s is not None and took_s > self._usual_s:
            self._learn(took_s)
        return run.generation

    def _end(self, key: str) -> _Run:
        run = self._runs.pop(key)
        for ticket in run.tickets:
            self._busy.pop(ticket.asker.user, None)
        return run

    def _learn(self, took_s: float) -> None:
        before = took_s if self._usual_s is None else self._usual_s
        self._usual_s = before + NEWEST_SHARE * (took_s - before)

    def _settle(self, now_s: float) -> tuple[tuple[Ticket, int], ...]:
        """Lets in whoever can be let in now."""
        answered: list[tuple[Ticket, int]] = []
        while self._lanes.by_key:
            while joining := self._joining():
                self._lanes.remove(joining)
                answered.append(self._answer(joining))
            chosen = next((head for head in self._lanes.heads() if head.asker.user not in self._busy), None)
            if chosen is None or len(self._runs) >= self.capacity.at_once:
                break
            self._lanes.serve(chosen)
            self._last_generation += 1
            self._runs[chosen.key] = _Run(self._last_generation, now_s, [])
            answered.append(self._answer(chosen))
        return tuple(answered)

    def _joining(self) -> Ticket | None:
        """A waiting ticket whose question runs and which may share it now."""
        shared = self._lanes.by_key
        if self._runs.keys().isdisjoint(shared):
            return None
        return next((ticket for key in self._runs for ticket in shared.get(key, ()) if self._may_join(ticket)), None)

    def _may_join(self, ticket: Ticket) -> bool:
        user = ticket.asker.user
        if not user or self._busy.get(user) == ticket.key:
            return True
        return user not in self._busy and self._lanes.is_head(ticket)

    def _answer(self, ticket: Ticket) -> tuple[Ticket, int]:
        run = self._runs[ticket.key]
        run.tickets.append(ticket)
        if ticket.asker.user:
            self._busy[ticket.asker.user] = ticket.key
        return ticket, run.generation

    def _expected_end(self, run: _Run, now_s: float) -> float:
        """When a generation is expected to end; before the first one has ended nothing but "now" is known.

        One that has overrun is expected to take as long again as it is late, so that a stuck model is noticed.
        """
        return now_s if self._usual_s is None else now_s + abs(run.started_s + self._usual_s - now_s)

    def _refuse_long_wait(self, ticket: Ticket, now_s: float) -> None:
        if len(self._lanes.by_key) > self.capacity.waiting:
            raise ModelBusy("Too many questions are waiting for the model. Ask again in a minute.")
        wait_s = self.turns(now_s)[ticket].wait_s
        if wait_s > self.capacity.longest_wait_s:
            raise ModelBusy(f"The model is busy and would begin in about {wait_s:.0f} s. Ask again in a minute.")
