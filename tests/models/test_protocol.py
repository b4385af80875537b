"""Messages between the bot and its model's process survive the pipe."""

import pytest

from bot.models.worker.protocol import Ask, Cancel, Done, Failed, Failure, Load, Piece, Refused, Report, decode, encode
from bot.tutor.errors import ModelFailed, ModelUnavailable, PromptTooLong
from bot.tutor.generator import Message, Speaker

MESSAGES = [
    Load("a/b", template_options={"enable_thinking": False}, memory_bytes=5),
    Ask("1", (Message(Speaker.USER, 'line one\nline "two" \u2028 \x00 😀'),), 30),
    Cancel("1"),
    Report("2"),
    Piece("1", "\n"),
    Done("1", 3),
    Failed("1", Failure.BUSY, "Wait."),
    Refused("No."),
]


@pytest.mark.parametrize("message", MESSAGES, ids=lambda each: type(each).__name__)
def test_a_message_is_one_line_and_comes_back_equal(message: Ask) -> None:
    line = encode([message])
    assert line.count(b"\n") == 1
    assert decode(line) == message


def test_many_messages_are_many_lines() -> None:
    assert [decode(line) for line in encode(MESSAGES).splitlines()] == MESSAGES


@pytest.mark.parametrize(
    "line", [b"", b"Loading weights: 100%\n", b"[]", b'["Piece",{"id":"1"}]', b'["Nothing",{}]', b"7"]
)
def test_anything_else_is_refused(line: bytes) -> None:
    with pytest.raises(ValueError, match="no message"):
        decode(line)


@pytest.mark.parametrize(
    ("failure", "error"),
    [(Failure.BUSY, ModelUnavailable), (Failure.FAILED, ModelFailed), (Failure.TOO_LONG, PromptTooLong)],
)
def test_a_failure_is_the_askers_error(failure: Failure, error: type[Exception]) -> None:
    assert type(Failed("1", failure, "Why.").error) is error
    assert str(Failed("1", failure, "Why.").error) == "Why."
