"""A generator behind any OpenAI-compatible server: vLLM, Ray Serve, transformers serve, llama.cpp. Only door to openai.

One request is one streamed chat completion on one connection; closing the iterator closes that connection, by which the
server learns to stop. Knows no queue (schedule.py bounds how many run at once), no prompt and no environment.
"""

import asyncio
import itertools
import re
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import suppress
from email.utils import parsedate_to_datetime
from time import time
from typing import Any, cast
from urllib.parse import urlsplit

import openai
from openai import AsyncOpenAI, Omit
from openai.types.chat import ChatCompletionChunk, ChatCompletionMessageParam

from bot.models.reasoning_tags import Thoughts
from bot.tutor.errors import GenerationError, ModelFailed, ModelUnavailable, PromptTooLong, TutorError, UnusableModel
from bot.tutor.generator import Limits, Message

ATTEMPTS = 3
"""How often a request is sent in all, as long as no piece of it has come."""

FIRST_PAUSE_S = 0.4
"""The pause before the second attempt; it doubles."""

LONGEST_PAUSE_S = 5.0
"""A server that asks for a longer pause than this is not asked again: the person gets an authored answer sooner."""

READY_S = 15.0
DRAIN_S = 1.0
CHARACTERS_A_TOKEN = 20
"""A text longer than this for each allowed token comes from a server that does not keep to the limit; it is cut."""

_BUSY = frozenset({429, 502, 503, 504})
_FOREIGN = (openai.OpenAIError, ValueError, TimeoutError)
"""What openai and its stream raise; ValueError is for bytes that are no UTF-8 and events that are no JSON."""

_TOO_LONG = re.compile(
    r"context[ _-]?(?:length|size|window)|max(?:imum)?[_ ]model[_ ]len|(?:prompt|input) is too long|too many tokens",
    re.IGNORECASE,
)


class Refused(UnusableModel, ModelUnavailable):
    """The server will refuse this setting for good: unusable to who starts the bot, unavailable to who asks meanwhile."""


class ServedModel:
    """Writes through the server at `url`, the address of its API, such as http://host:8000/v1.

    `model` is its name there (empty: the first that the server lists, or whatever it answers with), `context` how many
    tokens it reads at once, `template_options` go to its chat template, `connect_s` is the patience for a connection in
    seconds, and `temperature` None leaves the sampling to the server. Raises UnusableModel for an address or a key that
    can be none.
    """

    def __init__(
        self,
        url: str,
        *,
        model: str = "",
        api_key: str = "",
        context: int = 4096,
        template_options: Mapping[str, bool | str] | None = None,
        connect_s: float = 5.0,
        temperature: float | None = 0.0,
    ) -> None:
        self.model = model
        self.context = context
        self._where = _address(url)
        if not (api_key.isascii() and api_key.isprintable()):
            raise UnusableModel("BOT_MODEL_KEY holds characters that no key has: copy it again, without line breaks.")
        self._extra = {"chat_template_kwargs": dict(template_options)} if template_options else None
        self._connect_s = connect_s
        self._temperature = temperature
        self._name: str | None = model or None  # None: not asked yet; empty: the server knows without a name
        self._client = AsyncOpenAI(
            base_url=url,
            # Never None: openai would then send the owner's OPENAI_API_KEY to this server, and so with the headers.
            api_key=api_key or "none",
            default_headers=cast(Any, {"OpenAI-Organization": Omit(), "OpenAI-Project": Omit()}),
            max_retries=0,
            # Silence is measured between pieces of text, not between bytes: a server's keep-alive is no sign of progress.
            timeout=openai.Timeout(None, connect=connect_s),
        )

    async def ready(self) -> None:
        """Asks the server what it serves. Raises UnusableModel or ModelUnavailable with what to do."""
        try:
            async with asyncio.timeout(READY_S):
                names = await self._listed()
        except TimeoutError as error:
            raise ModelUnavailable(
                f"The model's server at {self._where} was reached but did not answer within {READY_S:g} seconds."
            ) from error
        except _FOREIGN as error:
            raise self._translated(error) from error
        if self.model and names and self.model not in names:
            raise UnusableModel(f"The model's server at {self._where} has no “{self.model}”, but {_some(names)}.")

    async def close(self) -> None:
        """Closes all connections; the model can write no more."""
        await self._client.close()

    async def stream(self, messages: Sequence[Message], limits: Limits) -> AsyncGenerator[str, None]:
        """The text as it comes, without the model's thoughts. Raises GenerationError.

        Asks again only while nothing has been yielded. After `limits.silence_s` without a piece to show it gives up.
        """
        pieces, first = await self._begun(messages, limits)
        piece: str | None = first
        try:
            while piece is not None:
                yield piece
                try:
                    piece = await _next(pieces, limits)
                except openai.APIConnectionError as error:
                    raise ModelFailed(
                        "The connection to the model's server broke in the middle of the answer."
                    ) from error
                except _FOREIGN as error:
                    raise self._translated(error, limits) from error
        finally:
            await pieces.aclose()

    async def _begun(self, messages: Sequence[Message], limits: Limits) -> tuple[AsyncGenerator[str, None], str]:
        """The running stream and its first piece, after as many attempts as are allowed."""
        for attempt in itertools.count(1):
            pieces = self._pieces(messages, limits)
            try:
                first = await _next(pieces, limits)
            except _FOREIGN as error:
                pause = 0.0 if self._goes_on_without_name(error) else _pause_s(error, attempt)
                if pause is None:
                    raise self._translated(error, limits) from error
                await asyncio.sleep(pause)
                continue
            if first is None:
                raise ModelFailed("The model wrote no answer: it spent everything on thinking, or had nothing to say.")
            return pieces, first
        raise AssertionError  # itertools.count has no end

    async def _pieces(self, messages: Sequence[Message], limits: Limits) -> AsyncGenerator[str, None]:
        """One attempt: the shown text of one request."""
        name = await self._known_name()
        stream = await self._client.chat.completions.create(
            model=cast(str, name or openai.omit),
            messages=[cast(ChatCompletionMessageParam, {"role": m.speaker.value, "content": m.text}) for m in messages],
            stream=True,
            max_tokens=limits.new_tokens,
            temperature=openai.omit if self._temperature is None else self._temperature,
            extra_body=self._extra,
        )
        thoughts, room, heard = Thoughts(), limits.new_tokens * CHARACTERS_A_TOKEN, False
        try:
            async for chunk in stream:
                text, ends = _delta(chunk)
                heard, room = True, room - len(text)
                if shown := thoughts.without(text):
                    yield shown
                if ends or room <= 0:
                    break
            else:
                raise self._ended_early(heard)
            if rest := thoughts.rest():
                yield rest
            if ends:
                await _drain(stream)
        finally:
            await stream.close()

    async def _known_name(self) -> str:
        """The model's name for requests, asked from the server once where the owner gave none; "" to name none."""
        if self._name is None:
            self._name = next(iter(await self._listed()), "")
        return self._name

    async def _listed(self) -> tuple[str, ...]:
        """The names that the server lists, and none from one that can make no list; `context` follows what it says."""
        try:
            # Not `models.list()`, which trips over a page of HTML.
            timeout = openai.Timeout(READY_S, connect=self._connect_s)
            answer = await self._client.get("/models", cast_to=object, options={"timeout": timeout})
        except openai.InternalServerError as error:
            if error.status_code != 500:
                raise
            return ()  # transformers serve fails here until a folder exists, and writes all the same
        models = answer.get("data") if isinstance(answer, dict) else None
        if not isinstance(models, list):
            raise Refused(self._no_api())
        longest = {one["id"]: one.get("max_model_len") for one in models if isinstance(one, dict) and "id" in one}
        chosen = longest.get(self.model) if self.model else next(iter(longest.values()), None)
        if isinstance(chosen, int):
            self.context = min(self.context, chosen)
        return tuple(map(str, longest))

    def _goes_on_without_name(self, error: Exception) -> bool:
        """Whether a listed name was refused, so that the request goes out again without one.

        A server pinned to one model may list others; one that was restarted with another model no longer knows ours.
        """
        if self.model or not isinstance(error, openai.APIStatusError) or error.status_code not in {400, 404, 422}:
            return False
        if self._name and self._name in error.message:
            self._name = ""
            return True
        if not self._name:
            self._name = None
        return False

    def _ended_early(self, heard: bool) -> GenerationError:
        if heard:
            return ModelFailed("The model's server broke off in the middle of the answer.")
        return ModelFailed(
            f"What {self._where} sent is no stream of text: check that BOT_MODEL is the address of an OpenAI-compatible "
            "server, with /v1 at its end."
        )

    def _no_api(self) -> str:
        return (
            f"There is no OpenAI-compatible server at {self._where}: BOT_MODEL must be the address of its API, which "
            "usually ends in /v1."
        )

    def _translated(self, error: Exception, limits: Limits | None = None) -> TutorError:
        """The sentence for what openai raised."""
        match error:
            case openai.APIStatusError():
                return self._refusal(error)
            case openai.APIConnectionError():
                late = f" within {self._connect_s:g} seconds" if isinstance(error, openai.APITimeoutError) else ""
                return ModelUnavailable(
                    f"The model's server at {self._where} cannot be reached{late}: start it, or change BOT_MODEL."
                )
            case TimeoutError() if limits:
                return ModelFailed(f"The model's server was silent for {limits.silence_s:g} seconds.")
            case openai.APIError() if _TOO_LONG.search(error.message):
                return _too_long()
            case openai.APIError():
                return ModelFailed("The model's server reported an error while it was writing.")
        return ModelFailed("The model's server sent something that is no stream of text, so the answer broke off.")

    def _refusal(self, error: openai.APIStatusError) -> TutorError:
        """The sentence for an answer with an error status."""
        status = error.status_code
        if status in {401, 403}:
            key = "another key" if self._client.api_key != "none" else "a key"
            return Refused(f"The model's server at {self._where} wants {key}: set BOT_MODEL_KEY to one that it knows.")
        if status in {400, 413, 422} and (
            status == 413 or _TOO_LONG.search(f"{error.code} {error.type} {error.message}")
        ):
            return _too_long()
        if status == 404:
            unknown = f"The model's server at {self._where} has no model “{self._name}”: choose one that it serves."
            return Refused(unknown if self._name and self._name in error.message else self._no_api())
        if status in _BUSY:
            return ModelUnavailable(f"The model's server is busy or still starting (it said {status}): ask again soon.")
        return ModelFailed(f"The model's server could not work on the request (it said {status}); its log says why.")


async def _next(pieces: AsyncGenerator[str, None], limits: Limits) -> str | None:
    """The next piece, None at the end. Raises TimeoutError after `limits.silence_s`."""
    async with asyncio.timeout(limits.silence_s):
        return await anext(pieces, None)


async def _drain(stream: openai.AsyncStream[ChatCompletionChunk]) -> None:
    """Reads the few bytes after the last piece, so that the connection can serve the next request."""
    with suppress(*_FOREIGN):
        async with asyncio.timeout(DRAIN_S):
            async for _ in stream:
                pass


def _delta(chunk: object) -> tuple[str, bool]:
    """The text that an event adds and whether it is the last; events without text, roles and thoughts add none."""
    choices = getattr(chunk, "choices", None)
    if not isinstance(choices, list) or not choices:
        return "", False
    text = getattr(getattr(choices[0], "delta", None), "content", None)
    return text if isinstance(text, str) else "", bool(getattr(choices[0], "finish_reason", None))


def _pause_s(error: Exception, attempt: int) -> float | None:
    """How long to wait before the next attempt; None when there shall be none."""
    if attempt >= ATTEMPTS or isinstance(error, openai.APITimeoutError):
        return None
    usual = FIRST_PAUSE_S * 2.0 ** (attempt - 1)
    if isinstance(error, openai.APIConnectionError):
        return usual
    if not isinstance(error, openai.APIStatusError) or error.status_code not in _BUSY:
        return None
    asked = _retry_after_s(error.response.headers.get("retry-after", ""))
    pause = usual if asked is None else max(asked, 0.0)
    return pause if pause <= LONGEST_PAUSE_S else None


def _retry_after_s(value: str) -> float | None:
    """The seconds in a Retry-After header, which may also hold a date (RFC 9110, 10.2.3); None when it holds neither."""
    if re.fullmatch(r"\d+(\.\d+)?", value.strip()):
        return float(value)
    with suppress(ValueError):
        return parsedate_to_datetime(value).timestamp() - time()
    return None


def _address(url: str) -> str:
    """The address as it may be shown, without a password. Raises UnusableModel when it can be none."""
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        parts, port = urlsplit(""), ""
    if parts.scheme not in {"http", "https"} or not parts.hostname or not url.isprintable() or " " in url:
        raise UnusableModel(
            "BOT_MODEL is no address of a server: it looks like http://host:8000/v1, with http:// or https:// in front."
        )
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}{port}{parts.path.rstrip('/')}"


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return ", ".join(f"“{name}”" for name in names[:5]) + more


def _too_long() -> PromptTooLong:
    return PromptTooLong("The question with its passages is longer than the model can read at once.")
