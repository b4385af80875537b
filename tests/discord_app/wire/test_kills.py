"""The product's process is killed at random moments of a conversation, fifty times: each time everything works again."""

import asyncio
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from discord_app.wired import (
    AUTHORED,
    FROM_GLOSSARY,
    WRITTEN,
    Product,
    cards,
    product,
    quoting,
    settings,
    unfinished,
)
from discord_wire.handles import Used, buttons, labels
from discord_wire.state import Message

from bot.discord_app.cards import texts

SEND = "POST /channels/{channel_id}/messages"
KILLS = 50
WORLDS = 2
"""Bots that are killed side by side: a start keeps one core busy for a second or two."""

LONGEST_S = 3.0
"""The last moment of a kill: by then the embedder is loaded, the question looked up, and a written answer about half there."""

pytestmark = pytest.mark.slow


async def test_it_is_killed_fifty_times_and_works_again_each_time(real_index: Path, tmp_path: Path) -> None:
    async with quoting(pause_s=0.02) as model:
        model.go.set()
        worlds = [
            asyncio.create_task(_killed(settings(real_index, tmp_path / str(seed), model.url), seed, KILLS // WORLDS))
            for seed in range(WORLDS)
        ]
        interrupted = await asyncio.gather(*worlds)
        assert model.left > 0, "no answer was being written when the process was killed"
        assert sum(interrupted) > 0, "no card had to be ended by the next start"


@pytest.mark.parametrize("arrived", [True, False])
async def test_killed_before_it_knew_the_id_of_its_message(real_index: Path, tmp_path: Path, arrived: bool) -> None:
    async with quoting() as model, product(settings(real_index, tmp_path, model.url)) as tutor:
        unheard = tutor.discord.faults.slow(SEND, 3.0)
        unheard.after = arrived
        called = tutor.ada.say(None, WRITTEN[0], mention_bot=True)
        if arrived:
            await called.says(texts.LOOKING)
        else:
            await tutor.discord.until(lambda: unheard.hits == 1, 30, "a message on its way")
        await tutor.bot.kill()
        await tutor.start()
        assert texts.INTERRUPTED in (await called.says(texts.INTERRUPTED)).text
        model.go.set()
        await tutor.ada.press(called.message, "Retry").until(lambda _: "written by" in called.text, "the answer")
        assert len(called.shown) == 1
        await tutor.assert_over()


async def _killed(env: dict[str, str], seed: int, times: int) -> int:
    """One bot, killed again and again; how many cards its next starts had to end."""
    chance, interrupted = random.Random(seed), 0
    async with product(env) as tutor:
        await _talk(tutor, chance, tutor.ada.slash("ask", question=AUTHORED[0]))
        for number in range(times):
            await tutor.bot.kill()
            before = set(map(id, _interrupted(tutor)))
            await tutor.start()
            assert not tutor.discord.thinking(), f"seed {seed}, kill {number}: a card still thinks"
            assert not unfinished(tutor.discord), f"seed {seed}, kill {number}: a card has no ending"
            interrupted += len([one for one in _interrupted(tutor) if id(one) not in before])
            await _talk(tutor, chance, await _works(tutor, chance))
        await tutor.bot.kill()
        assert not tutor.discord.violations
        assert not tutor.discord.late
    return interrupted


async def _works(tutor: Product, chance: random.Random) -> Used:
    """Presses a level on an old card, and Retry on one that was interrupted."""
    card = chance.choice(_whole(tutor))
    level = chance.choice([one for one in _levels(card) if f"{one} ·" not in card.text])
    pressed = tutor.ada.press(card, level)
    await pressed.until(lambda _: f"{level} ·" in card.text, f"a card at the level {level}")
    if stopped := _interrupted(tutor):
        again = tutor.ada.press(stopped[-1], "Retry")
        await again.until(lambda one: bool(one.edits_s) or bool(one.shown), "something after Retry")
    return pressed


async def _talk(tutor: Product, chance: random.Random, first: Used) -> None:
    """Says several things, one soon after the other, until the moment of the kill."""
    if not _whole(tutor):
        await first.says(FROM_GLOSSARY)
    ada, left_s = tutor.ada, chance.uniform(0, LONGEST_S)
    card = chance.choice(_whole(tutor))
    follow_up = labels(card)[len(texts.LEVELS)]
    steps: list[Callable[[], object]] = [
        lambda: ada.slash("ask", question=chance.choice(AUTHORED)),
        lambda: ada.slash("ask", question=chance.choice(WRITTEN)),
        lambda: ada.press(card, chance.choice(_levels(card))),
        lambda: ada.press(card, follow_up) if follow_up in labels(card) else None,
        lambda: ada.dm(chance.choice([*AUTHORED, *WRITTEN])),
        lambda: ada.say(None, chance.choice([*AUTHORED, *WRITTEN]), mention_bot=True),
    ]
    chance.shuffle(steps)
    for step in steps:
        step()
        pause_s = min(left_s, chance.uniform(0, LONGEST_S / 4))
        left_s -= pause_s
        await asyncio.sleep(pause_s)
        if left_s <= 0:
            return
    await asyncio.sleep(left_s)


def _levels(card: Message) -> list[str]:
    """The level buttons that can be pressed; of a card that is being drawn anew, its Stop button."""
    offered = [one["label"] for one in buttons(card) if one.get("label") and not one.get("disabled")]
    return [one for one in offered if one in texts.LEVELS.values()] or offered[:1]


def _whole(tutor: Product) -> list[Message]:
    """Ada's finished cards in the channel."""
    here = [one for one in cards(tutor.discord) if not one.channel.is_dm and FROM_GLOSSARY in one.text]
    return [one for one in here if "Expert" in labels(one)]


def _interrupted(tutor: Product) -> list[Message]:
    return [one for one in cards(tutor.discord) if texts.INTERRUPTED in one.text]
