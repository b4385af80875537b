"""Between text and tokens: a prompt whose texts cannot change roles, and text that comes out token by token.

Knows no model: it takes any tokenizer that behaves like those of transformers, and imports none.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from jinja2.exceptions import TemplateError

from bot.tutor.generator import Message, Speaker

PLAIN = "text"
"""Stands for every message when only the template's own marks are wanted."""
BRACKETED = re.compile(r"</?[^\s<>]+>|<<[^\s<>]+>>|\[/?[A-Z_]+\]")
"""Marks of templates whose tokenizer does not hold them as tokens, such as [INST]."""


class Tokenizer(Protocol):
    """What is used of a tokenizer; those of transformers have it."""

    @property
    def added_tokens_decoder(self) -> Mapping[int, Any]:
        """The tokens that are found in a text before it is cut into words, by id."""
        ...

    def apply_chat_template(self, conversation: list[dict[str, str]], **options: Any) -> Any:
        """Messages as the model was taught to read them."""
        ...

    def decode(self, token_ids: Sequence[int], **options: Any) -> Any:
        """Tokens as text."""
        ...


class Template:
    """The chat template of a tokenizer. Marks inside a message's text are broken by a space, so they stay text."""

    def __init__(self, tokenizer: Tokenizer, options: Mapping[str, bool | str]) -> None:
        self._tokenizer = tokenizer
        self._options = dict(options)
        added = {number: str(token) for number, token in tokenizer.added_tokens_decoder.items()}
        # Runs of spaces are tokens of their own in some vocabularies and harmless.
        self._special = {number for number, text in added.items() if len(text.strip()) > 1}
        skeleton = str(self._render(_plain(_EVERYBODY), tokenize=False))
        marks = {added[number].strip() for number in self._special} | set(BRACKETED.findall(skeleton))
        longest_first = sorted(marks, key=len, reverse=True)
        self._marks = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")

    def tokens(self, messages: Sequence[Message]) -> list[int]:
        """The prompt's token ids, ending where the assistant begins to speak.

        Raises ValueError when a text would still become one of the template's marks.
        """
        ids = self._ids([Message(each.speaker, self.harmless(each.text)) for each in messages])
        if self._count(ids) != self._count(self._ids(_plain(messages))):
            raise ValueError("a text of this prompt cannot be told apart from the marks of the model's chat template")
        return ids

    def harmless(self, text: str) -> str:
        """The text with a space after the first character of every mark in it."""
        while (broken := self._marks.sub(lambda mark: f"{mark[0][0]} {mark[0][1:]}", text)) != text:
            text = broken
        return text

    def _count(self, ids: Sequence[int]) -> int:
        return sum(number in self._special for number in ids)

    def _ids(self, messages: Sequence[Message]) -> list[int]:
        return list(self._render(messages, tokenize=True, return_dict=True)["input_ids"])

    def _render(self, messages: Sequence[Message], **how: bool) -> Any:
        try:
            return self._apply(messages, how)
        except TemplateError:  # some templates know no system and say so with an error
            return self._apply(_without_system(messages), how)

    def _apply(self, messages: Sequence[Message], how: dict[str, bool]) -> Any:
        turns = [{"role": str(each.speaker), "content": each.text} for each in messages]
        return self._tokenizer.apply_chat_template(turns, add_generation_prompt=True, **how, **self._options)


_EVERYBODY = tuple(Message(each, "") for each in (Speaker.SYSTEM, Speaker.USER, Speaker.ASSISTANT, Speaker.USER))


def _plain(messages: Sequence[Message]) -> list[Message]:
    return [Message(each.speaker, PLAIN) for each in messages]


def _without_system(messages: Sequence[Message]) -> list[Message]:
    """The system's words put before the first thing that the user says."""
    system = [each.text for each in messages if each.speaker is Speaker.SYSTEM]
    others = [each for each in messages if each.speaker is not Speaker.SYSTEM]
    if system and others:
        others[0] = Message(others[0].speaker, "\n\n".join([*system, others[0].text]))
    return others


class TextOut:
    """Tokens in one by one, pieces of text out: never half a character, and no space lost between pieces."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._ids: list[int] = []
        self._start = 0  # tokens before it have no influence on what is still to come
        self._said = 0  # tokens whose text has been given out

    @property
    def count(self) -> int:
        """The number of tokens that came in."""
        return len(self._ids)

    def add(self, ids: Sequence[int]) -> str:
        """The text that these tokens complete, "" when the last one ends in the midst of a character."""
        self._ids.extend(ids)
        whole = self._decode(self._ids[self._start :])
        if whole.endswith("\ufffd"):
            return ""
        piece = whole[len(self._decode(self._ids[self._start : self._said])) :]
        self._start, self._said = self._said, len(self._ids)
        return piece

    def _decode(self, ids: Sequence[int]) -> str:
        return str(self._tokenizer.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False))
