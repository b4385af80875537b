"""LocalModel against real worker processes: streams, cancelling, death and restart, and what is refused."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from bot.models.local import LocalModel
from bot.models.worker.protocol import Load, Ready, decode, encode
from bot.tutor.errors import ModelFailed, ModelUnavailable, PromptTooLong, UnusableModel
from bot.tutor.generator import Limits, Message, Speaker

PROJECT = Path(__file__).parent.parent.parent
WATCHDOG_S = 120

# One loop for the module, since one worker serves most of its tests.
pytestmark = pytest.mark.asyncio(loop_scope="module")


def prompt(text: str = "What is overfitting?") -> list[Message]:
    return [Message(Speaker.SYSTEM, "Explain."), Message(Speaker.USER, text)]


async def whole(model: LocalModel, text: str = "What is overfitting?", tokens: int = 20) -> str:
    async with asyncio.timeout(WATCHDOG_S):
        return "".join([piece async for piece in model.stream(prompt(text), Limits(tokens))])


async def rest(stream: AsyncIterator[str]) -> str:
    return "".join([piece async for piece in stream])


def alive(pid: int) -> bool:
    """Whether a process runs; one that ended and was not collected yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


async def until(holds: Callable[[], object], seconds: float = WATCHDOG_S) -> None:
    async with asyncio.timeout(seconds):
        while not holds():
            await asyncio.sleep(0.02)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def model(tiny_model: Path) -> AsyncIterator[LocalModel]:
    made = LocalModel(str(tiny_model), at_once=4, waiting=2, dtype="float32", patience_s=WATCHDOG_S, pauses_s=[0.1])
    yield made
    await made.close()


async def test_neither_torch_nor_transformers_comes_into_the_bots_process() -> None:
    code = "import sys, bot.models.local; print({'torch', 'transformers', 'jinja2'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


@pytest.mark.slow
async def test_the_first_stream_starts_the_worker_and_the_same_prompt_gives_the_same_text(model: LocalModel) -> None:
    assert model.pid is None
    first = await whole(model)
    assert first
    assert model.pid
    assert await whole(model) == first
    ready = await model.ready()
    assert (ready.context, ready.dtype) == (512, "float32")


@pytest.mark.slow
async def test_side_by_side_each_asker_gets_his_own_text(model: LocalModel) -> None:
    questions = [f"Question {n}?" for n in range(4)]
    alone = [await whole(model, each) for each in questions]
    assert await asyncio.gather(*(whole(model, each) for each in questions)) == alone
    assert len(set(alone)) == 4


@pytest.mark.slow
async def test_closing_a_stream_takes_it_out_of_the_batch_while_the_other_goes_on(model: LocalModel) -> None:
    other = asyncio.create_task(whole(model, "Another?", 250))
    stream = model.stream(prompt(), Limits(250))
    async for _ in stream:
        break
    held = await model.state()
    await stream.aclose()
    after = await model.state()
    assert (held.running, after.running) == (2, 1)
    async with asyncio.timeout(WATCHDOG_S):
        while (await model.state()).free_blocks <= held.free_blocks:
            pass
    assert await other
    end = await model.state()
    assert (end.running, end.free_blocks) == (0, end.blocks)


@pytest.mark.slow
async def test_a_cancelled_task_leaves_nothing_behind(model: LocalModel) -> None:
    tasks = [asyncio.create_task(whole(model, f"{n}?", 250)) for n in range(5)]
    await asyncio.sleep(0.2)
    for each in tasks:
        each.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    state = await model.state()
    assert (state.running, state.waiting) == (0, 0)


@pytest.mark.slow
async def test_a_prompt_that_is_too_long_is_refused_and_the_next_one_is_written(model: LocalModel) -> None:
    with pytest.raises(PromptTooLong, match="Ask something shorter"):
        await whole(model, "overfitting " * 3000)
    assert await whole(model)


@pytest.mark.slow
async def test_when_too_many_wait_the_last_is_told_at_once(model: LocalModel) -> None:
    tasks = [asyncio.create_task(whole(model, f"{n}?", 300)) for n in range(8)]
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(each) for each in results] == [str] * 6 + [ModelUnavailable] * 2


@pytest.mark.slow
async def test_silence_ends_a_stream_and_frees_its_place(model: LocalModel) -> None:
    await model.ready()
    with pytest.raises(ModelFailed, match="silent"):
        await anext(model.stream(prompt(), Limits(250, silence_s=0.0001)))
    assert (await model.state()).running == 0


@pytest.mark.slow
async def test_ctrl_c_in_the_terminal_does_not_reach_the_worker(model: LocalModel) -> None:
    await model.ready()
    assert model.pid
    assert os.getsid(model.pid) == model.pid != os.getsid(0)
    stream = model.stream(prompt(), Limits(60))
    pieces = [await anext(stream)]
    os.kill(model.pid, signal.SIGINT)
    pieces += [piece async for piece in stream]
    assert "".join(pieces) == await whole(model, tokens=60)


@pytest.mark.slow
async def test_when_the_worker_dies_its_texts_fail_at_once_and_another_worker_writes_the_next(
    model: LocalModel,
) -> None:
    await model.ready()
    stream = model.stream(prompt(), Limits(250))
    await anext(stream)
    before = model.pid
    assert before
    os.kill(before, signal.SIGKILL)
    with pytest.raises(ModelFailed, match="process ended"):
        await asyncio.wait_for(rest(stream), 10)
    with pytest.raises(ModelUnavailable, match="started again"):
        await whole(model)
    await until(lambda: model.pid not in {None, before})
    assert await whole(model)


@pytest.mark.slow
async def test_a_closed_model_ends_its_texts_and_starts_again_when_asked(model: LocalModel) -> None:
    await model.ready()
    pid = model.pid
    assert pid
    stream = model.stream(prompt(), Limits(250))
    await anext(stream)
    await model.close()
    assert not alive(pid)
    assert model.pid is None
    with pytest.raises(ModelFailed):
        await rest(stream)
    assert await whole(model)


@pytest.mark.slow
async def test_who_is_impatient_gets_the_authored_answer_while_the_model_loads(tiny_model: Path) -> None:
    model = LocalModel(str(tiny_model), patience_s=0.01)
    with pytest.raises(ModelUnavailable, match="being loaded"):
        await whole(model)
    await model.ready()
    assert await whole(model)
    await model.close()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"source": "./no/such/folder"}, "There is no model at"),
        ({"source": "folder without a model"}, "cannot be loaded"),
        ({"memory_bytes": 10_000}, "MB of memory"),
        ({"dtype": "float3"}, "cannot be loaded"),
    ],
)
async def test_a_model_that_cannot_be_used_says_what_to_do(
    tiny_model: Path, tmp_path: Path, change: dict[str, object], sentence: str
) -> None:
    options: dict[str, object] = {"source": str(tiny_model), **change}
    if options["source"] == "folder without a model":
        options["source"] = str(tmp_path)
    model = LocalModel(**options)  # type: ignore[arg-type]
    with pytest.raises(UnusableModel, match=sentence) as refused:
        async with asyncio.timeout(WATCHDOG_S):
            await model.ready()
    assert "\n" not in str(refused.value)
    with pytest.raises(ModelUnavailable, match=sentence):
        await whole(model)
    await until(lambda: model.pid is None)
    await model.close()


@pytest.mark.slow
@pytest.mark.parametrize("moment", ["loading", "writing"])
async def test_no_worker_outlives_its_bot(tiny_model: Path, moment: str) -> None:
    code = """
import asyncio, os, sys
from bot.tutor.generator import Limits, Message, Speaker
from bot.models.local import LocalModel

async def main():
    model = LocalModel(sys.argv[1])
    if sys.argv[2] == "loading":
        asyncio.create_task(model.ready())
        while not model.pid:
            await asyncio.sleep(0.01)
    else:
        await model.ready()
        await anext(model.stream([Message(Speaker.USER, "Why?")], Limits(250)))
    print(model.pid, flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""
    command = [sys.executable, "-c", code, str(tiny_model), moment]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        worker = int(await asyncio.to_thread(parent.stdout.readline))
        assert alive(worker)
        parent.kill()
    await until(lambda: not alive(worker), 60)


@pytest.mark.slow
async def test_what_libraries_print_stays_out_of_the_pipe(tiny_model: Path) -> None:
    code = """
import os
import bot.models.worker.main as worker

real = worker.load
def load(wanted):
    print("a library prints")
    os.system("echo and a program that it starts")
    return real(wanted)

worker.load = load
worker.main()
"""
    worker = subprocess.Popen(
        [sys.executable, "-c", code], cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert worker.stdin
    assert worker.stdout
    worker.stdin.write(encode([Load(str(tiny_model))]))
    worker.stdin.flush()
    line = await asyncio.to_thread(worker.stdout.readline)
    _, errors = await asyncio.to_thread(worker.communicate)
    assert isinstance(decode(line), Ready)
    assert b"a library prints" in errors
    assert worker.returncode == 0


@pytest.mark.slow
async def test_a_real_model_from_a_gguf_file_explains_from_a_passage(smollm2: Path) -> None:
    model = LocalModel(str(smollm2), context=1024)
    begun = time.monotonic()
    ready = await model.ready()
    assert time.monotonic() - begun < 300
    assert ready.parameters == 134_515_008
    text = "Dropout silences random units during training, so that no unit relies on another.\n\nWhat does dropout do?"
    answer = await whole(model, text, 60)
    await model.close()
    assert "training" in answer
    assert len(answer.split()) > 20
    assert "<|im_end|>" not in answer
