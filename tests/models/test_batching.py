"""The engine over a real batch of a tiny model: every trap of the library provoked, and survived."""

import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.models.worker.batching import Engine
from bot.models.worker.protocol import Ask, Done, Failed, Failure, Load, Piece, Received
from bot.tutor.generator import Message, Speaker

LOAD: dict[str, Any] = {"at_once": 4, "context": 512, "dtype": "float32"}  # greedy texts are equal in float32 only


class Heard:
    """What the engine said, and the text of each ask."""

    def __init__(self) -> None:
        self.messages: list[Received] = []

    def __call__(self, messages: Iterable[Received]) -> None:
        self.messages.extend(messages)

    def text(self, name: str) -> str:
        return "".join(each.text for each in self.messages if isinstance(each, Piece) and each.id == name)

    def ends(self, name: str) -> list[Received]:
        return [each for each in self.messages if isinstance(each, Done | Failed) and each.id == name]


@pytest.fixture(scope="module")
def loaded(tiny_model: Path) -> Any:
    from bot.models.worker.main import load

    return load(Load(str(tiny_model), **LOAD))


@pytest.fixture
def made(loaded: Any) -> Iterator[Callable[..., tuple[Engine, Heard]]]:
    engines = []

    def make(**options: int) -> tuple[Engine, Heard]:
        heard = Heard()
        engines.append(Engine(loaded, heard, **{"at_once": 4, "waiting": 8, **options}))
        return engines[-1], heard

    yield make
    loaded.model.__dict__.pop("forward", None)
    for engine in engines:
        engine.close()


def asked(name: str, new_tokens: int = 12, text: str = "What is overfitting?") -> Ask:
    return Ask(name, (Message(Speaker.USER, text),), new_tokens)


def pump(engine: Engine, until: Callable[[], object], seconds: float = 30) -> None:
    """Lets the engine work until something holds; a watchdog says when it never does."""
    end = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < end, "the engine hangs"
        engine.pump(0.05)


def spy_on_cancelling(engine: Engine) -> list[int]:
    """Fills with the number of decode steps done when a cancelled text left the batch."""
    scheduler, left_at = engine.manager.batch_processor.scheduler, []
    clear = scheduler.clear_cancelled_requests

    def clear_and_note() -> Any:
        left = clear()
        left_at.extend(engine.manager.current_batch for _ in left)
        return left

    scheduler.clear_cancelled_requests = clear_and_note
    return left_at


def generated(loaded: Any, ask: Ask) -> str:
    """The text that the library's plain generate writes."""
    import torch

    prompt = torch.tensor([loaded.template.tokens(ask.messages)])
    whole = loaded.model.generate(
        prompt, attention_mask=torch.ones_like(prompt), max_new_tokens=ask.new_tokens, do_sample=False
    )
    return str(loaded.tokenizer.decode(whole[0, prompt.shape[1] :], skip_special_tokens=True)).rstrip("\ufffd")


def test_side_by_side_each_text_is_what_generate_writes_alone(made: Any, loaded: Any) -> None:
    asks = [asked(str(n), 5 + 6 * n, "word " * (1 + 9 * n) + f"{n}?") for n in range(7)]
    expected = {each.id: generated(loaded, each) for each in asks}
    engine, heard = made()
    for each in asks:
        engine.ask(each)
    pump(engine, lambda: all(heard.ends(each.id) for each in asks))
    assert {each.id: heard.text(each.id).rstrip("\ufffd") for each in asks} == expected
    assert [heard.ends(each.id) for each in asks] == [[Done(each.id, each.new_tokens)] for each in asks]
    state = engine.state("")
    assert (state.running, state.waiting, state.free_blocks) == (0, 0, state.blocks)


def test_a_text_ends_at_the_end_mark(tmp_path: Path, made: Any) -> None:
    import tiny_model

    from bot.models.worker.main import load

    heard = Heard()
    engine = Engine(load(Load(str(tiny_model.build(tmp_path, stops=True)))), heard)
    engine.ask(asked("1", 200))
    pump(engine, lambda: heard.ends("1"))
    engine.close()
    (end,) = heard.ends("1")
    assert isinstance(end, Done)
    assert end.tokens < 200
    assert "<|im_end|>" not in heard.text("1")


def test_a_prompt_longer_than_the_context_is_refused_and_the_next_is_written(made: Any) -> None:
    engine, heard = made()
    engine.ask(asked("long", 20, "overfitting " * 2000))
    (end,) = heard.ends("long")
    assert isinstance(end, Failed)
    assert end.failure is Failure.TOO_LONG
    assert "can read 492" in end.reason
    engine.ask(asked("next"))
    pump(engine, lambda: heard.ends("next"))
    assert heard.ends("next") == [Done("next", 12)]


def test_an_answer_gets_at_most_half_of_the_context(made: Any) -> None:
    engine, heard = made()
    engine.ask(asked("much", 10_000))
    pump(engine, lambda: heard.ends("much"))
    assert heard.ends("much") == [Done("much", 256)]


def test_the_trap_itself_a_prompt_larger_than_the_cache_kills_the_batch_and_the_engine_makes_another(made: Any) -> None:
    engine, heard = made()
    engine.ask(asked("in flight", 200))
    pump(engine, lambda: heard.text("in flight"))
    engine.manager.add_request([5] * 5000, request_id="behind the engine's back", max_new_tokens=5)
    pump(engine, lambda: engine.state("").rebuilt)
    (end,) = heard.ends("in flight")
    assert isinstance(end, Done | Failed)
    engine.ask(asked("next"))
    pump(engine, lambda: heard.ends("next"))
    assert heard.ends("next") == [Done("next", 12)]
    assert not engine.gone


def test_a_cancelled_text_is_out_of_the_batch_within_two_steps_and_its_blocks_are_free(made: Any) -> None:
    engine, heard = made()
    engine.ask(asked("stays", 220))
    engine.ask(asked("goes", 220, "Another question?"))
    pump(engine, lambda: len(heard.text("stays")) > 20 and len(heard.text("goes")) > 20)
    held = engine.state("").blocks - engine.state("").free_blocks
    left_at = spy_on_cancelling(engine)
    engine.cancel("goes")
    cancelled_at = engine.state("").steps
    pump(engine, lambda: left_at)
    assert left_at[0] - cancelled_at <= 2
    after = engine.state("")
    assert after.blocks - after.free_blocks < held
    assert after.running == 1
    said = len(heard.text("goes"))
    pump(engine, lambda: heard.ends("stays"))
    assert heard.ends("goes") == []
    assert len(heard.text("goes")) == said
    assert engine.manager.output_router.result_handlers == {}


def test_a_waiting_text_can_be_cancelled(made: Any) -> None:
    engine, heard = made(at_once=1)
    for name in ("first", "second", "third"):
        engine.ask(asked(name, 60))
    engine.cancel("second")
    pump(engine, lambda: heard.ends("third"))
    assert heard.ends("first")
    assert heard.text("second") == ""


def test_a_full_queue_says_so_at_once(made: Any) -> None:
    engine, heard = made(at_once=1, waiting=2)
    begun = time.monotonic()
    for n in range(6):
        engine.ask(asked(str(n), 100))
    assert time.monotonic() - begun < 5, "the library's own full queue blocks for ten seconds"
    assert [each.failure for n in range(6) for each in heard.ends(str(n)) if isinstance(each, Failed)] == ["busy"] * 3
    pump(engine, lambda: all(heard.ends(str(n)) for n in range(6)))
    assert [bool(heard.text(str(n))) for n in range(6)] == [True, True, True, False, False, False]


@pytest.mark.slow
def test_texts_wait_while_the_cache_has_no_room_for_the_whole_of_them(tiny_model: Path) -> None:
    from bot.models.worker.main import load, token_bytes

    probe = load(Load(str(tiny_model), dtype="float32"))
    bytes_of_block = 32 * token_bytes(probe.model.config, 4)
    small = load(Load(str(tiny_model), context=512, memory_bytes=9 * bytes_of_block, dtype="float32"))
    assert small.blocks == 9
    heard = Heard()
    engine = Engine(small, heard, at_once=4)
    for n in range(4):
        engine.ask(asked(str(n), 120, f"{n} why?"))  # five blocks each
    assert (engine.state("").running, engine.state("").waiting) == (1, 3)
    pump(engine, lambda: all(heard.ends(str(n)) for n in range(4)))
    engine.close()
    assert [heard.ends(str(n)) for n in range(4)] == [[Done(str(n), 120)] for n in range(4)]


def test_the_same_beginning_is_read_once(made: Any) -> None:
    engine, heard = made()
    text = "the same passage " * 30
    engine.ask(asked("1", 80, text))
    pump(engine, lambda: len(heard.text("1")) > 30)
    alone = engine.state("").blocks - engine.state("").free_blocks
    engine.ask(asked("2", 80, text))
    pump(engine, lambda: heard.text("2"))
    both = engine.state("").blocks - engine.state("").free_blocks
    assert alone > 3
    assert both - alone < alone - 2, "the second text holds few blocks of its own"
    pump(engine, lambda: heard.ends("1") and heard.ends("2"))
    assert heard.text("1") == heard.text("2")


def test_the_cache_keeps_its_bound(made: Any, tiny_model: Path) -> None:
    from bot.models.worker.main import load

    bounded = load(Load(str(tiny_model), memory_bytes=2_000_000))
    engine = Engine(bounded, Heard())
    cache = engine.manager.batch_processor.cache
    tensors = [cache.cache_tensor, *engine.manager.batch_processor.inputs_and_outputs.attention_mask.values()]
    engine.close()
    assert bounded.cache_bytes <= 2_000_000
    assert sum(each.nbytes for each in tensors) < 2_000_000 + 512 * 512 * 4 + 2 * cache.bytes_per_sector


def broken(loaded: Any, error: Exception) -> None:
    def forward(*args: object, **options: object) -> None:
        raise error

    loaded.model.forward = forward


def test_out_of_memory_fails_the_text_with_a_sentence_and_the_next_is_written(made: Any, loaded: Any) -> None:
    import torch

    engine, heard = made(at_once=1)
    broken(loaded, torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB"))
    engine.ask(asked("1"))
    pump(engine, lambda: heard.ends("1"))
    loaded.model.__dict__.pop("forward")
    engine.ask(asked("2"))
    pump(engine, lambda: heard.ends("2"))
    (end,) = heard.ends("1")
    assert isinstance(end, Failed)
    assert "memory" in end.reason
    assert "GiB" not in end.reason
    assert heard.ends("2") == [Done("2", 12)]
    assert engine.state("").rebuilt == 1


def test_after_a_cuda_error_the_process_is_given_up(made: Any, loaded: Any) -> None:
    engine, heard = made()
    broken(loaded, RuntimeError("CUDA error: an illegal memory access was encountered"))
    engine.ask(asked("1"))
    pump(engine, lambda: engine.gone)
    assert "illegal memory access" in engine.gone
    (end,) = heard.ends("1")
    assert isinstance(end, Failed)
    assert "CUDA" not in end.reason


@pytest.mark.slow
def test_a_batch_that_breaks_again_and_again_is_given_up(made: Any, loaded: Any) -> None:
    engine, heard = made(at_once=1)
    broken(loaded, RuntimeError("shapes do not fit"))
    for n in range(6):
        engine.ask(asked(str(n)))
    pump(engine, lambda: engine.gone)
    assert "4 times in a row" in engine.gone
    assert heard.ends("0") != []
