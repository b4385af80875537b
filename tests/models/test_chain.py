"""The whole chain with real parts: the real glossary, MiniLM, faiss, and a real instruct model through transformers."""

from pathlib import Path

import pytest

from bot.cli.chat import finished
from bot.models.local import LocalModel
from bot.tutor import tutor as engine
from bot.tutor.dialogue import Origin, Question
from bot.tutor.events import Found, Text
from bot.tutor.generated_answer import Writer
from bot.tutor.prompt import style_of
from bot.tutor.request_queue import RequestQueue
from bot.tutor.tutor import Tutor
from index.hot_reload import LiveIndex
from index.search import SearchIndex

WHY = "How did dropout change the history of chess?"


@pytest.mark.slow
async def test_a_real_model_writes_or_the_glossary_answers(real_index: Path, smollm2: Path) -> None:
    model = LocalModel(str(smollm2), context=2048, at_once=2, patience_s=300)
    writer = Writer(RequestQueue(model), "smollm2-135m", style_of("short", 2048))
    tutor = Tutor(LiveIndex(SearchIndex(real_index)), writer=writer)
    try:
        seen = [event async for event in tutor.ask(Question(WHY))]
        defined = await finished(tutor.ask(Question("what is dropout?")))
    finally:
        await model.close()
    assert seen[0] == Found(("dropout",), to_write=True)
    written = "".join(event.text for event in seen if isinstance(event, Text))
    assert len(written.split()) > 5, "the model wrote hardly anything"
    answer = seen[-1].answer  # type: ignore[union-attr]  # Finished is always the last
    if answer.origin is Origin.WRITTEN:
        assert answer.citations
        assert answer.model == "smollm2-135m"
    else:
        assert answer.note in {engine.UNFOUNDED, engine.UNANSWERED.format(terms="dropout")}
    assert "dropout" in answer.text.casefold()
    assert defined.origin is Origin.AUTHORED
