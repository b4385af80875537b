"""Token buckets: the pure rule, and that the database follows it to the token."""

import asyncio
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from state_samples import ANN, BEN, GUILD, Clock

from bot.state.buckets import Bucket, Buckets, refilled, spent, wait_s
from bot.state.database import Database
from bot.state.values import Limits, Preferences, Rate, Verdict

RATE = Rate(capacity=5, per_s=0.5)


def test_a_bucket_starts_full_and_fills_up_evenly() -> None:
    bucket = None
    for _ in range(5):
        assert wait_s(bucket, RATE, 100) == 0
        bucket = spent(bucket, RATE, 100)
    assert bucket == Bucket(0, 100)
    assert wait_s(bucket, RATE, 100) == 2
    assert wait_s(bucket, RATE, 101) == 1
    assert wait_s(bucket, RATE, 102) == 0
    assert refilled(bucket, RATE, 10_000).tokens == 5


def test_a_day_brings_a_days_questions() -> None:
    rate = Rate.daily(48)
    bucket = Bucket(0, 0)
    assert refilled(bucket, rate, 1800).tokens == pytest.approx(1)
    assert refilled(bucket, rate, 86_400).tokens == pytest.approx(48)


def test_a_clock_that_goes_back_gives_nothing_and_takes_nothing() -> None:
    assert refilled(Bucket(2, 100), RATE, 50) == Bucket(2, 100)


@given(st.lists(st.floats(0, 20), max_size=60), st.integers(1, 8), st.floats(0.01, 2))
def test_nobody_gets_more_than_the_rate_allows(gaps: list[float], capacity: int, per_s: float) -> None:
    rate, now, bucket, given = Rate(capacity, per_s), 0.0, None, 0
    for gap in gaps:
        now += gap
        if wait_s(bucket, rate, now) == 0:
            bucket = spent(bucket, rate, now)
            given += 1
    assert given <= capacity + now * per_s + 1e-6


async def test_the_database_follows_the_rule(database: Database, clock: Clock) -> None:
    chance, here = random.Random(3), Buckets()
    limits = Limits(Rate(4, 0.4), Rate(5, 0.5))
    outcomes = set()
    for _ in range(150):
        now = clock.move(seconds=chance.choice([0, 0.3, 1, 4])).timestamp()
        user, guild = chance.choice([ANN, BEN]), chance.choice([GUILD, 0])
        found, expected = await database.allow(user, guild, limits), here.take(user, guild, limits, now)
        assert (found.allowed, found.everybody) == (expected.allowed, expected.everybody)
        assert found.wait_s == pytest.approx(expected.wait_s, abs=0.002)
        outcomes.add((found.allowed, found.everybody))
    assert outcomes == {(True, False), (False, False), (False, True)}


async def test_a_refused_question_costs_neither_the_person_nor_the_server(database: Database) -> None:
    limits = Limits(Rate(9, 1e-6), Rate(2, 1e-6))
    for _ in range(4):
        await database.allow(ANN, GUILD, limits)
    exported = await database.export(ANN)
    assert [one["tokens"] for one in exported["allowances"]] == [7]


async def test_two_processes_give_out_one_allowance(database: Database, clock: Clock) -> None:
    other = Database(database.store.url, clock=clock)
    limits = Limits(Rate(10, 1e-9), Rate(25, 1e-9))
    calls = [each.allow(user, GUILD, limits) for each in (database, other) for user in (1, 2, 3) for _ in range(8)]
    verdicts = await asyncio.gather(*calls)
    await other.close()
    assert sum(one.allowed for one in verdicts) == 25


async def test_it_says_when_to_come_back(database: Database, clock: Clock) -> None:
    limits = Limits(Rate.daily(24))
    for _ in range(24):
        assert (await database.allow(ANN, GUILD, limits)).allowed
    refused = await database.allow(ANN, GUILD, limits)
    assert refused == Verdict(False, pytest.approx(3600), False)
    clock.move(seconds=refused.wait_s)
    assert (await database.allow(ANN, GUILD, limits)).allowed


async def test_of_a_paused_person_nothing_is_counted_in_the_database(database: Database) -> None:
    limits = Limits(Rate(2, 1e-6))
    await database.allow(ANN, GUILD, limits)
    await database.prefer(ANN, Preferences(paused=True))
    assert [(await database.allow(ANN, GUILD, limits)).allowed for _ in range(3)] == [True, True, False]
    assert (await database.export(ANN))["allowances"] == []


def test_buckets_of_this_process_do_not_grow_for_ever() -> None:
    buckets = Buckets()
    for user in range(1, 10_500):
        buckets.take(user, GUILD, Limits(RATE), 0)
    assert len(buckets.stored) == 10_000
    buckets.forget(10_499)
    assert (GUILD, 10_499) not in buckets.stored
