"""The fair queue under a virtual clock: bounds, turns, sharing, positions, and nothing left behind."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, precondition, rule

from bot.tutor.errors import ModelBusy
from bot.tutor.fair_scheduling import Asker, Capacity, Change, FairQueue, Load, SecondRequest, Ticket

ANN, BEN, CAT = Asker("red", "ann"), Asker("red", "ben"), Asker("blue", "cat")
NOBODY = Asker()
QUEUE, REPLACE = SecondRequest.QUEUE, SecondRequest.REPLACE
ENDLESS = float("inf")

askers = st.builds(Asker, st.sampled_from(["", "red", "blue", "green"]), st.sampled_from(["", "ann", "ben", "cat"]))


def one_at_once(**changes) -> FairQueue:
    return FairQueue(Capacity(**{"at_once": 1, "longest_wait_s": ENDLESS} | changes))


def served(queue: FairQueue, now_s: float = 0.0) -> list[tuple[Asker, str]]:
    """Ends one generation after the other, the oldest first; who was answered, in that order."""
    order = []
    while queue._runs:
        change = queue.finish(next(iter(queue._runs.values())).generation, now_s)
        order += [(ticket.asker, ticket.key) for ticket, _ in change.answered]
    return order


def test_guilds_take_turns_then_users_then_questions():
    queue = one_at_once(second=QUEUE)
    for asker, key in [(ANN, "1"), (ANN, "2"), (ANN, "3"), (BEN, "4"), (BEN, "5"), (CAT, "6")]:
        queue.enter(asker, key, 0.0)
    assert served(queue) == [(ANN, "2"), (CAT, "6"), (BEN, "4"), (ANN, "3"), (BEN, "5")]


def test_a_person_who_waits_for_himself_holds_up_nobody():
    queue = FairQueue(Capacity(at_once=2, second=QUEUE))
    queue.enter(ANN, "1", 0.0)
    second, change = queue.enter(ANN, "2", 0.0)
    assert change == Change()
    assert queue.enter(BEN, "3", 0.0)[1].answered
    assert queue.finish(1, 1.0).answered == ((second, 3),)


def test_a_newer_question_replaces_the_earlier_one_everywhere():
    queue = FairQueue(Capacity())
    first, _ = queue.enter(ANN, "1", 0.0)
    second, change = queue.enter(Asker("blue", "ann"), "2", 0.0)
    assert change == Change(abandoned=(1,), replaced=(first,), answered=((second, 2),))


def test_who_replaces_a_waiting_question_keeps_the_turn():
    queue = one_at_once()
    queue.enter(NOBODY, "0", 0.0)
    for asker in (ANN, BEN, CAT):
        queue.enter(asker, asker.user, 0.0)
    queue.enter(ANN, "better", 0.0)
    assert served(queue) == [(ANN, "better"), (CAT, "cat"), (BEN, "ben")]


def test_a_refused_question_replaces_nothing():
    queue = one_at_once(waiting=1)
    first, _ = queue.enter(ANN, "1", 0.0)
    queue.enter(BEN, "2", 0.0)
    queue.enter(CAT, "2", 0.0)
    with pytest.raises(ModelBusy, match="Too many"):
        queue.enter(Asker("blue", "dan"), "3", 0.0)
    # Ann may change her mind: the place that she frees is one place more.
    _, change = queue.enter(ANN, "4", 0.0)
    assert change.replaced == (first,)
    with pytest.raises(ModelBusy, match="Too many"):
        queue.enter(BEN, "5", 0.0)
    assert queue.load(0.0).waiting == 1


def test_nobody_in_particular_may_run_many():
    queue = FairQueue(Capacity())
    assert all(queue.enter(NOBODY, str(n), 0.0)[1].answered for n in range(16))


def test_the_same_question_is_joined_also_by_the_same_person():
    queue = one_at_once(waiting=0, per_user=2)
    tickets = [queue.enter(asker, "same", 0.0)[0] for asker in (ANN, ANN, BEN, CAT)]
    assert queue.load(0.0) == Load(1, 0, 0.0)
    with pytest.raises(ModelBusy, match="as many questions open"):
        queue.enter(ANN, "same", 0.0)
    assert [queue.leave(ticket, 0.0).abandoned for ticket in tickets] == [(), (), (), (1,)]


def test_a_waiting_question_is_shared_and_comes_at_the_earliest_turn():
    queue = one_at_once()
    queue.enter(NOBODY, "0", 0.0)
    tickets = [queue.enter(Asker("red", user), key, 0.0)[0] for user, key in [("a", "x"), ("b", "y"), ("c", "x")]]
    assert [queue.turns(0.0)[ticket].position for ticket in tickets] == [1, 2, 1]
    assert served(queue) == [(Asker("red", "a"), "x"), (Asker("red", "c"), "x"), (Asker("red", "b"), "y")]


def test_joining_others_gives_nobody_a_second_place():
    queue = FairQueue(Capacity(at_once=2, second=QUEUE))
    queue.enter(BEN, "2", 0.0)
    queue.enter(ANN, "1", 0.0)
    joins_later, change = queue.enter(ANN, "2", 0.0)
    assert not change.answered
    assert queue.finish(2, 1.0).answered == ((joins_later, 1),)


def test_sharing_does_not_turn_the_order_of_a_persons_questions():
    queue = FairQueue(Capacity(at_once=2, second=QUEUE))
    queue.enter(ANN, "1", 0.0)
    queue.enter(BEN, "2", 0.0)
    third, _ = queue.enter(CAT, "3", 0.0)
    fourth, change = queue.enter(CAT, "2", 0.0)
    assert not change.answered, "it could share what runs for Ben, but the third question was asked before it"
    assert [queue.turns(0.0)[ticket].position for ticket in (third, fourth)] == [1, 2]
    assert queue.leave(third, 0.0).answered == ((fourth, 2),)


def test_who_asked_the_same_twice_is_busy_until_both_have_left():
    queue = FairQueue(Capacity(second=QUEUE))
    tickets = [queue.enter(ANN, "same", 0.0)[0] for _ in range(2)]
    queue.leave(tickets[0], 0.0)
    other, change = queue.enter(ANN, "other", 0.0)
    assert not change.answered
    assert queue.leave(tickets[1], 0.0).answered == ((other, 2),)


def test_the_expected_wait_is_estimated_from_what_ended():
    queue = one_at_once(longest_wait_s=20)
    queue.enter(ANN, "1", 0.0)
    queue.enter(BEN, "2", 0.0)
    assert queue.load(0.0).expected_wait_s == 0.0, "nothing is known yet"
    queue.finish(1, 8.0)
    assert queue.load(10.0) == Load(1, 0, 6.0)
    queue.enter(CAT, "3", 10.0)
    assert queue.load(10.0).expected_wait_s == 14.0
    queue.enter(Asker("green", "dan"), "4", 10.0)
    with pytest.raises(ModelBusy, match="about 22 s"):
        queue.enter(Asker("white", "eve"), "5", 10.0)


def test_a_stuck_model_makes_the_expected_wait_grow():
    queue = one_at_once(longest_wait_s=20)
    queue.enter(ANN, "1", 0.0)
    queue.finish(1, 2.0)
    queue.enter(ANN, "2", 2.0)
    assert [queue.load(at).expected_wait_s for at in (3.0, 4.0, 10.0, 24.0)] == [1.0, 0.0, 6.0, 20.0]
    with pytest.raises(ModelBusy):
        queue.enter(BEN, "3", 24.1)


def test_what_is_broken_off_early_teaches_nothing_and_late_it_does():
    queue = one_at_once()
    for n, (took_s, usual_s) in enumerate([(10.0, 10.0), (1.0, 10.0), (20.0, 12.0)]):
        ticket, change = queue.enter(ANN, str(n), 0.0)
        queue.finish(change.answered[0][1], took_s) if n == 0 else queue.leave(ticket, took_s)
        queue.enter(BEN, "running", 0.0)
        assert queue.load(0.0).expected_wait_s == pytest.approx(usual_s)
        queue.leave(queue._live("ben")[0], 0.0)


def test_overdue_is_who_waited_for_the_longest_wait():
    queue = one_at_once(longest_wait_s=20)
    queue.enter(ANN, "1", 0.0)
    ticket, _ = queue.enter(BEN, "2", 1.0)
    assert [queue.overdue(at) for at in (20.9, 21.0)] == [[], [ticket]]


@pytest.mark.parametrize("wrong", [{"at_once": 0}, {"waiting": -1}, {"per_user": 0}, {"longest_wait_s": float("nan")}])
def test_a_capacity_that_lets_nobody_through_is_refused(wrong):
    with pytest.raises(ValueError, match="At least one"):
        Capacity(**wrong)


@given(st.lists(st.tuples(askers, st.sampled_from("abcdefgh")), max_size=24), st.integers(1, 3), st.data())
def test_positions_are_the_order_of_service_whoever_ends_first(entries, at_once, data):
    queue = FairQueue(Capacity(at_once, longest_wait_s=ENDLESS, per_user=9))
    for asker, key in entries:
        queue.enter(asker, key, 0.0)
    turns = queue.turns(0.0)
    assert sorted({turn.position for turn in turns.values()}) == list(range(1, 1 + len({t.key for t in turns})))
    order = []
    while queue._runs:
        ended = data.draw(st.sampled_from([run.generation for run in queue._runs.values()]))
        order += [turns[ticket].position for ticket, _ in queue.finish(ended, 0.0).answered]
    assert order == sorted(order)
    assert len(order) == len(turns)


@given(st.lists(st.tuples(askers, st.sampled_from("abcdefgh")), max_size=24), st.integers(1, 3), st.integers(1, 9))
def test_turns_come_true_when_every_answer_takes_the_usual_time(entries, at_once, usual_s):
    queue = FairQueue(Capacity(at_once, longest_wait_s=ENDLESS, second=QUEUE, per_user=99))
    queue.enter(NOBODY, "first", 0.0)
    queue.finish(1, usual_s)
    for asker, key in entries:
        queue.enter(asker, key, usual_s)
    turns, last = queue.turns(usual_s), 0
    while queue._runs:
        run = next(iter(queue._runs.values()))
        now_s = run.started_s + usual_s
        for ticket, _ in queue.finish(run.generation, now_s).answered:
            turn = turns.pop(ticket)
            assert turn.wait_s == pytest.approx(now_s - usual_s)
            assert last <= turn.position <= last + 1
            last = turn.position
    assert not turns


class Life(RuleBasedStateMachine):
    """Anything in any order. What is known of each ticket is kept beside the queue and compared after every step."""

    second = REPLACE
    tickets = Bundle("tickets")

    def __init__(self) -> None:
        super().__init__()
        self.capacity = Capacity(at_once=2, waiting=5, longest_wait_s=30, second=self.second, per_user=3)
        self.queue = FairQueue(self.capacity)
        self.now_s = 0.0
        self.waits: list[Ticket] = []
        self.runs: dict[int, list[Ticket]] = {}
        self.begun = 0
        self.passed_by: dict[Ticket, list[Asker]] = {}

    def take(self, change: Change) -> None:
        ready = {ticket for ticket in self.waits if self.could_be_answered(ticket)}
        for number in change.abandoned:
            assert not self.runs.pop(number)
        for ticket, number in change.answered:
            in_turn = next(t for t in self.waits if t.asker == ticket.asker) is ticket
            shares = any(t.asker.user == ticket.asker.user for t in self.runs.get(number, ()))
            assert in_turn or shares or not ticket.asker.user, "a person's questions come in the order asked"
            self.waits.remove(ticket)
            self.passed_by.pop(ticket, None)
            if number not in self.runs:
                assert number == self.begun + 1, "a generation that ended is never named again"
                self.begun = number
                for other in ready & set(self.waits):
                    self.passed_by.setdefault(other, []).append(ticket.asker)
            self.runs.setdefault(number, []).append(ticket)
        self.passed_by = {ticket: by for ticket, by in self.passed_by.items() if self.could_be_answered(ticket)}

    def could_be_answered(self, ticket: Ticket) -> bool:
        user = ticket.asker.user
        first = next(t for t in self.waits if t.asker == ticket.asker) is ticket
        return first and (not user or all(t.asker.user != user for run in self.runs.values() for t in run))

    def forget(self, ticket: Ticket) -> None:
        for place in (self.waits, *self.runs.values()):
            if ticket in place:
                place.remove(ticket)
        self.passed_by.pop(ticket, None)

    @rule(target=tickets, asker=askers, key=st.sampled_from("abcdefgh"))
    def enter(self, asker: Asker, key: str) -> Ticket | None:
        before = repr(vars(self.queue)["_runs"]), self.queue.turns(self.now_s)
        try:
            ticket, change = self.queue.enter(asker, key, self.now_s)
        except ModelBusy:
            assert before == (repr(vars(self.queue)["_runs"]), self.queue.turns(self.now_s))
            return None
        for old in change.replaced:
            assert self.second is REPLACE
            assert old.asker.user == asker.user
            assert old.key != key
            self.forget(old)
        self.waits.append(ticket)
        self.take(change)
        assert ticket not in self.waits or self.queue.turns(self.now_s)[ticket].wait_s <= 30
        return ticket

    @rule(ticket=consumes(tickets))
    def leave(self, ticket: Ticket | None) -> None:
        if ticket:
            self.forget(ticket)
            self.take(self.queue.leave(ticket, self.now_s))

    @precondition(lambda self: self.runs)
    @rule(data=st.data())
    def finish(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(sorted(self.runs)))
        del self.runs[number]
        self.take(self.queue.finish(number, self.now_s))
        assert self.queue.finish(number, self.now_s) == Change()

    @rule(passed_s=st.floats(0.1, 20))
    def advance(self, passed_s: float) -> None:
        self.now_s += passed_s
        for ticket in self.queue.overdue(self.now_s):
            if ticket in self.waits:
                self.forget(ticket)
                self.take(self.queue.leave(ticket, self.now_s))
        assert all(self.now_s - ticket.entered_s < 30 for ticket in self.waits)

    @invariant()
    def bounds_are_kept(self) -> None:
        running = [ticket for run in self.runs.values() for ticket in run]
        load = self.queue.load(self.now_s)
        assert (load.running, load.waiting) == (len(self.runs), len({ticket.key for ticket in self.waits}))
        assert load.running <= self.capacity.at_once
        assert load.waiting <= self.capacity.waiting
        for user in {ticket.asker.user for ticket in (*running, *self.waits)} - {""}:
            assert len({ticket.key for ticket in running if ticket.asker.user == user}) <= 1
            assert sum(ticket.asker.user == user for ticket in (*running, *self.waits)) <= self.capacity.per_user

    @invariant()
    def one_generation_answers_one_question(self) -> None:
        assert all(len({ticket.key for ticket in run}) == 1 for run in self.runs.values())
        assert len({run[0].key for run in self.runs.values()}) == len(self.runs)

    @invariant()
    def no_place_stays_free_while_somebody_could_take_it(self) -> None:
        shared = {run[0].key for run in self.runs.values()}
        for ticket in filter(self.could_be_answered, self.waits):
            assert len(self.runs) == self.capacity.at_once
            assert ticket.key not in shared

    @invariant()
    def nobody_starves(self) -> None:
        for ticket, before in self.passed_by.items():
            guilds = [asker.guild for asker in before if asker.guild != ticket.asker.guild]
            users = [asker.user for asker in before if asker.guild == ticket.asker.guild]
            assert ticket.asker.user not in users
            assert len(users) == len(set(users)), "each other user of the guild at most once"
            for guild in set(guilds):
                assert guilds.count(guild) <= len(users) + 1, "each other guild at most once for each turn of its own"

    @invariant()
    def everybody_who_waits_has_a_position(self) -> None:
        turns = self.queue.turns(self.now_s)
        assert set(turns) == set(self.waits)
        positions = {turn.position for turn in turns.values()}
        assert positions == set(range(1, len(positions) + 1))

    @invariant()
    def nothing_is_left_behind(self) -> None:
        inside = vars(self.queue)
        running = {ticket for run in self.runs.values() for ticket in run}
        assert {t for run in inside["_runs"].values() for t in run.tickets} == running
        assert set(inside["_lanes"]) == set(self.waits)
        assert inside["_busy"] == {t.asker.user: t.key for t in running if t.asker.user}
        lanes = inside["_lanes"]._guilds
        assert sum(len(lane) for users in lanes.values() for lane in users.values()) == len(self.waits)
        assert all(users and all(users.values()) for users in lanes.values())

    def teardown(self) -> None:
        for ticket in [*self.waits, *(ticket for run in self.runs.values() for ticket in run)]:
            self.forget(ticket)
            self.take(self.queue.leave(ticket, self.now_s))
        self.nothing_is_left_behind()
        assert self.queue.load(self.now_s) == Load(0, 0, 0.0)


class LifeInLine(Life):
    second = QUEUE


TestReplacing = Life.TestCase
TestInLine = LifeInLine.TestCase
TestReplacing.settings = TestInLine.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
