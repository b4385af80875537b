"""The generator behind a server: against a small real HTTP server that plays each case, and against transformers serve."""

import asyncio
import json
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

import pytest
import tiny_model
from aiohttp import ClientSession, web

from bot.models.reasoning_tags import ReasoningFilter
from bot.models.server import ServedModel
from bot.tutor.errors import (
    GenerationError,
    ModelFailed,
    ModelUnavailable,
    PromptTooLong,
    TutorError,
    UnusableModel,
)
from bot.tutor.generator import Limits, Message, Speaker

ASKED = (Message(Speaker.SYSTEM, "Be brief."), Message(Speaker.USER, "What is dropout?"))
SOON = Limits(new_tokens=50, silence_s=20)
Answering = Callable[[web.Request], Awaitable[web.StreamResponse]]


def event(text: str | None = None, *, ends: str | None = None, **delta: str) -> bytes:
    """One chunk as OpenAI-compatible servers send it."""
    content = {} if text is None else {"content": text}
    choice = {"index": 0, "delta": {**content, **delta}, "finish_reason": ends}
    return (
        b"data: " + json.dumps({"id": "1", "object": "chat.completion.chunk", "choices": [choice]}).encode() + b"\n\n"
    )


DONE = event(ends="stop") + b"data: [DONE]\n\n"


def streaming(*events: bytes, pause_s: float = 0.0) -> Answering:
    """Answers with these events, waiting before each."""

    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        for one in events:
            await asyncio.sleep(pause_s)
            await response.write(one)
        return response

    return answer


def refusing(status: int, message: str = "no", *, headers: dict[str, str] | None = None, **error: str) -> Answering:
    async def answer(request: web.Request) -> web.StreamResponse:
        return web.json_response({"error": {"message": message, **error}}, status=status, headers=headers)

    return answer


async def breaking(request: web.Request) -> web.StreamResponse:
    """Says two words and cuts the connection in the middle of the answer."""
    response = await _prepared(request)
    await response.write(event("Two ") + event("words "))
    request.transport.close()  # type: ignore[union-attr]
    return response


async def resetting(request: web.Request) -> web.StreamResponse:
    """Cuts the connection before a word is said."""
    request.transport.abort()  # type: ignore[union-attr]
    return web.Response()


async def page(request: web.Request) -> web.StreamResponse:
    return web.Response(text="<html><body>Welcome!</body></html>", content_type="text/html")


async def _prepared(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    return response


@dataclass
class Endless:
    """Writes until whoever asked has gone, and notes that."""

    gone: asyncio.Event = field(default_factory=asyncio.Event)
    silent: bool = False

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        try:
            response = await _prepared(request)
            while True:
                if not self.silent:
                    await response.write(event("word "))
                await asyncio.sleep(0.01)
        finally:  # the handler is cancelled, or its write fails
            self.gone.set()


@dataclass
class Played:
    """A server that plays one answer after another, the last one for ever, and keeps what it was asked."""

    url: str = ""
    answers: list[Answering] = field(default_factory=lambda: [streaming(event("Hello."), DONE)])
    models: Answering | None = None
    asked: list[dict[str, object]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    connections: set[object] = field(default_factory=set)
    times: list[float] = field(default_factory=list)

    def plays(self, *answers: Answering) -> None:
        self.answers = list(answers)

    async def chat(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(await request.json())
        self.headers.append(dict(request.headers))
        self.connections.add(request.transport)
        self.times.append(monotonic())
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return await answer(request)

    async def listing(self, request: web.Request) -> web.StreamResponse:
        if self.models:
            return await self.models(request)
        return web.json_response({"object": "list", "data": [{"id": "tiny", "object": "model"}]})


def listing(*models: dict[str, object]) -> Answering:
    async def answer(request: web.Request) -> web.StreamResponse:
        return web.json_response({"object": "list", "data": list(models)})

    return answer


@pytest.fixture
async def server() -> AsyncIterator[Played]:
    played = Played()
    app = web.Application()
    app.router.add_post("/v1/chat/completions", played.chat)
    app.router.add_get("/v1/models", played.listing)
    runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    played.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    yield played
    await runner.cleanup()


@pytest.fixture
async def model(server: Played) -> AsyncIterator[ServedModel]:
    served = ServedModel(server.url, model="tiny")
    yield served
    await served.close()


async def said(model: ServedModel, limits: Limits = SOON, heard: list[str] | None = None) -> list[str]:
    """The pieces; `heard` has them too, also those before a failure."""
    heard = [] if heard is None else heard
    async for piece in model.stream(ASKED, limits):
        heard.append(piece)
    return heard


async def failure(model: ServedModel, limits: Limits = SOON) -> TutorError:
    """What a stream raises, which must be one calm sentence."""
    with pytest.raises(GenerationError) as raised:
        await said(model, limits)
    return calm(raised.value)


def calm(error: TutorError) -> TutorError:
    text = str(error)
    assert text.endswith(".")
    assert "\n" not in text
    assert "Error" not in text
    assert len(text) < 220
    return error


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


# --- writing ---


async def test_text_comes_piece_by_piece_and_the_request_says_what_was_meant(server: Played) -> None:
    server.plays(streaming(event(role="assistant"), event(""), event("Drop"), event("out."), DONE, pause_s=0.01))
    model = ServedModel(server.url, model="tiny", api_key="secret", template_options={"enable_thinking": False})
    assert await said(model) == ["Drop", "out."]
    await model.close()
    assert server.asked == [
        {
            "model": "tiny",
            "messages": [
                {"role": "system", "content": "Be brief."},
                {"role": "user", "content": "What is dropout?"},
            ],
            "stream": True,
            "max_tokens": 50,
            "temperature": 0.0,
            "chat_template_kwargs": {"enable_thinking": False},
        }
    ]
    assert server.headers[0]["Authorization"] == "Bearer secret"


async def test_keys_of_the_openai_library_stay_at_home(server: Played, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID"):
        monkeypatch.setenv(name, "private-thing")
    model = ServedModel(server.url)
    await said(model)
    await model.close()
    assert "private-thing" not in str(server.headers)


async def test_whole_answers_share_one_connection(server: Played, model: ServedModel) -> None:
    for _ in range(3):
        assert await said(model) == ["Hello."]
    assert len(server.connections) == 1


async def test_an_end_by_length_is_an_end(server: Played, model: ServedModel) -> None:
    server.plays(streaming(event("Half a"), event(ends="length"), b"data: [DONE]\n\n"))
    assert await said(model) == ["Half a"]


async def test_an_answer_is_whole_when_its_last_event_is_the_last_thing_heard(
    server: Played, model: ServedModel
) -> None:
    server.plays(streaming(event("All", ends="stop")))
    assert await said(model) == ["All"]


async def test_a_server_that_does_not_keep_to_the_limit_is_cut(server: Played, model: ServedModel) -> None:
    server.plays(endless := Endless())
    assert 0 < len("".join(await said(model, Limits(new_tokens=2)))) < 60
    await asyncio.wait_for(endless.gone.wait(), 300)


@pytest.mark.parametrize(
    ("pieces", "shown"),
    [
        (["<think>", "hm", "</think>", "\n\nYes", "."], "Yes."),
        (["<thi", "nk>hm</thi", "nk>\n", "\nYes."], "Yes."),
        (["\n<think>\n\n</think>\n\n", "Yes."], "Yes."),
        (["<", "b>", "Yes."], "<b>Yes."),
        (["A <think>b</think>"], "A <think>b</think>"),
        (["<thi"], "<thi"),
        (["<think>for ever", " and ever"], ""),
        ([" ", "\n", "Yes."], "Yes."),
        (["<think>a</think>x<think>"], "x<think>"),
    ],
)
def test_thoughts_are_not_shown(pieces: list[str], shown: str) -> None:
    reasoning = ReasoningFilter()
    assert "".join(reasoning.feed(piece) for piece in pieces) + reasoning.finish() == shown


async def test_thoughts_are_not_shown_however_a_server_sends_them(server: Played, model: ServedModel) -> None:
    server.plays(
        streaming(event(reasoning_content="Let me see."), event("<think>hm"), event("</think>"), event("Yes."), DONE)
    )
    assert await said(model) == ["Yes."]


async def test_only_thoughts_are_no_answer(server: Played, model: ServedModel) -> None:
    server.plays(streaming(event("<think>I wonder"), DONE))
    assert "no answer" in str(await failure(model))
    assert len(server.asked) == 1


async def test_many_are_answered_at_once(server: Played, model: ServedModel) -> None:
    server.plays(streaming(*[event("word ")] * 5, DONE, pause_s=0.02))
    texts = await asyncio.gather(*(said(model) for _ in range(16)))
    assert {"".join(text) for text in texts} == {"word " * 5}


# --- stopping ---


async def test_closing_the_iterator_ends_the_work_at_the_server(server: Played, model: ServedModel) -> None:
    server.plays(endless := Endless())
    stream = model.stream(ASKED, SOON)
    assert await anext(stream) == "word "
    assert not endless.gone.is_set()
    await stream.aclose()
    await asyncio.wait_for(endless.gone.wait(), 300)


@pytest.mark.parametrize("silent", [True, False])
async def test_cancelling_the_asker_ends_the_work_at_the_server(
    server: Played, model: ServedModel, silent: bool
) -> None:
    server.plays(endless := Endless(silent=silent))
    asker = asyncio.create_task(said(model, Limits(new_tokens=10_000)))
    while not server.asked:
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.05)
    asker.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asker
    await asyncio.wait_for(endless.gone.wait(), 300)


async def test_silence_ends_the_wait_and_the_work_at_the_server(server: Played, model: ServedModel) -> None:
    server.plays(endless := Endless(silent=True))
    error = await failure(model, Limits(silence_s=0.1))
    assert isinstance(error, ModelFailed)
    assert "silent for 0.1 seconds" in str(error)
    await asyncio.wait_for(endless.gone.wait(), 300)
    assert len(server.asked) == 1


async def test_silence_in_the_middle_keeps_what_was_said(server: Played, model: ServedModel) -> None:
    async def stops_talking(request: web.Request) -> web.StreamResponse:
        response = await _prepared(request)
        await response.write(event("Well "))
        for _ in range(500):  # signs of life are no text
            await response.write(b": ping\n\n")
            await asyncio.sleep(0.02)
        return response

    server.plays(stops_talking)
    pieces: list[str] = []
    with pytest.raises(ModelFailed, match="silent"):
        await said(model, Limits(silence_s=0.3), pieces)
    assert pieces == ["Well "]


# --- asking again ---


@pytest.mark.parametrize("first", [refusing(429), refusing(502), refusing(503), refusing(504), resetting])
async def test_a_passing_trouble_is_asked_again(server: Played, model: ServedModel, first: Answering) -> None:
    server.plays(first, streaming(event("Now."), DONE))
    assert await said(model) == ["Now."]
    assert len(server.asked) == 2


async def test_a_server_is_given_the_time_that_it_asks_for(server: Played, model: ServedModel) -> None:
    server.plays(refusing(429, headers={"Retry-After": "1"}), streaming(event("Now."), DONE))
    assert await said(model) == ["Now."]
    assert server.times[1] - server.times[0] >= 1


@pytest.mark.parametrize("pause", ["3600", "Wed, 21 Oct 2099 07:28:00 GMT"])
async def test_a_server_that_wants_a_long_pause_is_left_alone(server: Played, model: ServedModel, pause: str) -> None:
    server.plays(refusing(429, headers={"Retry-After": pause}))
    assert isinstance(await failure(model), ModelUnavailable)
    assert len(server.asked) == 1


async def test_asking_again_has_an_end(server: Played, model: ServedModel) -> None:
    server.plays(refusing(503, headers={"Retry-After": "soon"}))
    assert isinstance(await failure(model), ModelUnavailable)
    assert len(server.asked) == 3


async def test_nothing_is_asked_again_once_something_was_said(server: Played, model: ServedModel) -> None:
    server.plays(breaking, streaming(event("Again."), DONE))
    pieces: list[str] = []
    with pytest.raises(ModelFailed, match="broke") as raised:
        await said(model, SOON, pieces)
    calm(raised.value)
    assert pieces == ["Two ", "words "]
    assert len(server.asked) == 1


async def test_a_stream_that_only_stops_has_broken_off(server: Played, model: ServedModel) -> None:
    server.plays(streaming(event("Half an ans")))
    assert "broke off" in str(await failure(model))


# --- failing in words ---


@pytest.mark.parametrize(
    ("answer", "kind", "says"),
    [
        (refusing(401, "Incorrect key: secret"), UnusableModel, "BOT_MODEL_KEY"),
        (refusing(403), UnusableModel, "BOT_MODEL_KEY"),
        (refusing(404, "The model `tiny` does not exist."), UnusableModel, "no model “tiny”"),
        (refusing(404, "Not Found"), UnusableModel, "/v1"),
        (refusing(400, "This model's maximum context length is 512 tokens."), PromptTooLong, "longer than"),
        (refusing(400, "Nope", code="context_length_exceeded"), PromptTooLong, "longer than"),
        (refusing(400, "exceeds the available context size", type="invalid"), PromptTooLong, "longer than"),
        (refusing(413, "Payload Too Large"), PromptTooLong, "longer than"),
        (refusing(400, "temperature is odd"), ModelFailed, "it said 400"),
        (refusing(500, "Traceback: boom"), ModelFailed, "it said 500"),
        (page, ModelFailed, "BOT_MODEL"),
        (streaming(b"data: {not json\n\n"), ModelFailed, "no stream of text"),
        (streaming(b"data: \xff\xfe\n\n"), ModelFailed, "no stream of text"),
        (streaming(b'data: {"error": "CUDA out of memory"}\n\n'), ModelFailed, "reported an error"),
        (streaming(b'data: {"error": {"message": "maximum context length"}}\n\n'), PromptTooLong, "longer than"),
        (
            streaming(b"data: 5\n\n", b'data: {"choices": 7}\n\n', b'data: {"choices": []}\n\n'),
            ModelFailed,
            "broke off",
        ),
        (streaming(), ModelFailed, "BOT_MODEL"),
    ],
)
async def test_each_trouble_has_its_sentence(
    server: Played, model: ServedModel, answer: Answering, kind: type[TutorError], says: str
) -> None:
    server.plays(answer)
    error = await failure(model)
    assert isinstance(error, kind)
    assert says in str(error)
    assert "secret" not in str(error)
    assert len(server.asked) == (3 if "said 500" in says else 1)


async def test_a_server_that_is_down_is_named_without_its_password() -> None:
    model = ServedModel(f"http://me:hidden@127.0.0.1:{free_port()}/v1")
    error = await failure(model)
    with pytest.raises(ModelUnavailable, match="start it"):
        await model.ready()
    await model.close()
    assert isinstance(error, ModelUnavailable)
    assert "127.0.0.1" in str(error)
    assert "hidden" not in str(error)


@pytest.mark.parametrize(
    "url", ["", "localhost:8000/v1", "ftp://host/v1", "http://", "http://host:port", "http://a b/"]
)
def test_what_can_be_no_address_is_refused_at_once(url: str) -> None:
    with pytest.raises(UnusableModel, match="http://host:8000/v1") as raised:
        ServedModel(url)
    calm(raised.value)


@pytest.mark.parametrize("key", ["käse", "one\ntwo"])
def test_what_can_be_no_key_is_refused_at_once(key: str) -> None:
    with pytest.raises(UnusableModel, match="BOT_MODEL_KEY"):
        ServedModel("http://host/v1", api_key=key)


# --- which model ---


async def test_without_a_name_the_first_that_the_server_lists_writes(server: Played) -> None:
    server.models = listing({"id": "first", "max_model_len": 1000}, {"id": "second"})
    model = ServedModel(server.url)
    await model.ready()
    await said(model)
    await model.close()
    assert server.asked[0]["model"] == "first"
    assert model.context == 1000


@pytest.mark.parametrize("models", [listing(), refusing(500)])
async def test_a_server_that_lists_nothing_is_asked_without_a_name(server: Played, models: Answering) -> None:
    server.models = models
    model = ServedModel(server.url)
    await model.ready()
    assert await said(model) == ["Hello."]
    await model.close()
    assert "model" not in server.asked[0]


async def test_a_server_pinned_to_a_model_it_does_not_list_is_asked_without_a_name(server: Played) -> None:
    server.plays(refusing(400, "Server is pinned to 'mine'; requested 'tiny'."), streaming(event("Mine."), DONE))
    model = ServedModel(server.url)
    assert await said(model) == ["Mine."]
    assert await said(model) == ["Mine."]
    await model.close()
    assert ["model" in body for body in server.asked] == [True, False, False]


@pytest.mark.parametrize(
    ("models", "kind", "says"),
    [
        (listing({"id": "other"}), UnusableModel, "“other”"),
        (refusing(401), UnusableModel, "BOT_MODEL_KEY"),
        (refusing(404), UnusableModel, "/v1"),
        (page, UnusableModel, "/v1"),
        (refusing(503), ModelUnavailable, "starting"),
    ],
)
async def test_readiness_is_checked_in_one_sentence(
    server: Played, model: ServedModel, models: Answering, kind: type[TutorError], says: str
) -> None:
    server.models = models
    with pytest.raises(kind, match=says) as raised:
        await model.ready()
    calm(raised.value)


# --- the real thing ---


@dataclass(frozen=True)
class Real:
    url: str
    process: subprocess.Popen[bytes]
    log: Path


@pytest.fixture
def real(tmp_path: Path) -> Iterator[Real]:
    """`transformers serve --continuous-batching` with a tiny random model, in its own process, without a network."""
    folder, weights = tmp_path, tiny_model.build(tmp_path / "model")
    (folder / "home" / "hub").mkdir(parents=True)  # /v1/models fails without it
    port, log = free_port(), folder / "log"
    command = [
        *(sys.executable, "-c", "from transformers.cli.transformers import main; main()", "serve", str(weights)),
        *("--continuous-batching", "--cb-block-size", "16", "--cb-num-blocks", "256", "--cb-max-batch-tokens", "256"),
        *("--host", "127.0.0.1", "--port", str(port), "--device", "cpu"),
    ]
    environment = {**os.environ, "HF_HOME": str(folder / "home"), "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
    with log.open("wb") as out, subprocess.Popen(command, stdout=out, stderr=out, env=environment) as process:
        try:
            yield Real(f"http://127.0.0.1:{port}/v1", process, log)
        finally:
            process.kill()


async def up(real: Real, limit_s: float = 120) -> ServedModel:
    """The model behind the server as soon as it answers."""
    model, until = ServedModel(real.url, template_options={"enable_thinking": False}), monotonic() + limit_s
    while True:
        try:
            await model.ready()
        except ModelUnavailable as error:
            if real.process.poll() is None and monotonic() < until:
                await asyncio.sleep(0.3)
                continue
            await model.close()
            pytest.fail(f"{error}\n{real.log.read_text()}")
        else:
            return model


@pytest.mark.slow
async def test_transformers_serve_writes_for_several_and_goes_on_after_a_cancel(real: Real) -> None:
    model = await up(real)
    limits = Limits(new_tokens=24, silence_s=120)
    alone = "".join(await said(model, limits))
    assert alone
    assert "What is dropout" not in alone
    assert "assistant" not in alone

    leaving = model.stream(ASKED, Limits(new_tokens=400, silence_s=120))
    assert await anext(leaving)
    others = [asyncio.create_task(said(model, limits)) for _ in range(4)]
    await leaving.aclose()
    assert {"".join(text) for text in await asyncio.gather(*others)} == {alone}

    assert "".join(await said(model, limits)) == alone
    async with ClientSession() as session, session.get(real.url.removesuffix("/v1") + "/health") as health:
        assert health.status == 200, real.log.read_text()
    await model.close()


@pytest.mark.slow
async def test_transformers_serve_killed_by_one_prompt_fails_in_words(real: Real) -> None:
    """A prompt larger than its whole cache ends the server's writing for good: it says 503 until it is restarted."""
    model = await up(real)
    with pytest.raises(ModelFailed):
        async for _ in model.stream([Message(Speaker.USER, "word " * 3000)], Limits(new_tokens=8, silence_s=60)):
            pass
    assert isinstance(await failure(model), ModelUnavailable)
    await model.close()
