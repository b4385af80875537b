"""Two hundred people ask the product at once: everybody is answered in time, and Discord has nothing to complain about."""

from pathlib import Path

import pytest
import tiny_model
from discord_app.wired import FROM_GLOSSARY, product, settings
from discord_app.wired_load import Crowd, family, loaded, resident_mb

from bot.tutor import tutor as engine

PEOPLE = 200
CONTEXT = 4096
"""Tokens that the random model reads at once: real prompts are longer than its usual 512."""

GROWTH_MB = 100
"""What the bot's own process may grow from one crowd to the next."""

pytestmark = pytest.mark.slow


async def test_two_hundred_people_at_once_are_all_answered(real_index: Path, tmp_path: Path) -> None:
    model = tiny_model.build(tmp_path / "model", max_position_embeddings=CONTEXT)
    async with product(settings(real_index, tmp_path / "data", str(model))) as tutor:
        await loaded(tutor)
        crowd, memory_mb = Crowd(tutor, PEOPLE), []
        for _ in range(2):
            seen = await crowd.ask()
            memory_mb.append(resident_mb(tutor.bot.pid))
            assert len(seen) == PEOPLE
            assert not [one for one in seen if engine.FAILED in one.text], "the model failed somebody"
            assert all(FROM_GLOSSARY in one.text for one in seen), "a random model's text has been let through"
            assert all((one.acknowledged_s or 0) < 3 for one in seen)
            assert sum(one.note == engine.UNFOUNDED for one in seen) > PEOPLE / 10, "the model has hardly written"
        assert memory_mb[1] - memory_mb[0] < GROWTH_MB
        assert len(list(family(tutor.bot.pid))) <= 4, "processes are left behind"
        await tutor.assert_over()
