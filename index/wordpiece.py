"""BERT's tokenizer (WordPiece, lower case): text -> token ids, the same as the `tokenizers` library gives.

That library brings a hub's client and 30 MB with it. A word's pieces are kept, since a glossary repeats its words: it is as fast.
"""

import json
import re
import unicodedata
from functools import lru_cache
from pathlib import Path

MAX_WORD = 100
"""Characters of a word; a longer one is unknown to the model."""


class OtherTokenizer(ValueError):
    """A file holds another kind of tokenizer, or none."""


class WordPiece:
    """Knows a vocabulary, piece -> id, and the special tokens, which are taken as they stand wherever a text has them."""

    def __init__(self, vocabulary: dict[str, int], special: dict[str, int]) -> None:
        self._vocabulary = vocabulary
        self._special = special
        self._first, self._last, self._unknown = special["[CLS]"], special["[SEP]"], special["[UNK]"]
        self._marks = re.compile("(" + "|".join(map(re.escape, sorted(special, key=len, reverse=True))) + ")")
        self._pieces = lru_cache(maxsize=50_000)(self._cut)

    @classmethod
    def open(cls, path: Path) -> "WordPiece":
        """Reads a `tokenizer.json`. Raises OtherTokenizer."""
        try:
            made = json.loads(path.read_text("utf-8"))
            model, normalizer, before = made["model"], made["normalizer"], made["pre_tokenizer"]
            kinds = (model["type"], normalizer["type"], before["type"], model["continuing_subword_prefix"])
            if kinds != ("WordPiece", "BertNormalizer", "BertPreTokenizer", "##") or not normalizer["lowercase"]:
                raise OtherTokenizer(f"{path} is no lower-case WordPiece tokenizer")
            return cls(model["vocab"], {one["content"]: one["id"] for one in made["added_tokens"]})
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise OtherTokenizer(f"{path} is no lower-case WordPiece tokenizer") from error

    def ids(self, text: str, limit: int = 0) -> list[int]:
        """The text's ids between [CLS] and [SEP]; with a limit at most so many, these two included."""
        found = [self._first]
        for part in self._marks.split(text) if "[" in text else (text,):
            if part in self._special:
                found.append(self._special[part])
            elif part:
                for word in split(part):
                    found += self._pieces(word)
        if limit:
            del found[limit - 1 :]
        found.append(self._last)
        return found

    def _cut(self, word: str) -> tuple[int, ...]:
        """The longest pieces from the left; one unknown for a word that cannot be put together."""
        if len(word) > MAX_WORD:
            return (self._unknown,)
        found: list[int] = []
        start = 0
        while start < len(word):
            mark = "##" if start else ""
            for end in range(len(word), start, -1):
                if (piece := self._vocabulary.get(mark + word[start:end])) is not None:
                    found.append(piece)
                    start = end
                    break
            else:
                return (self._unknown,)
        return tuple(found)


def split(text: str) -> list[str]:
    """Words and single signs of a text, without accents, in lower case."""
    if text.isascii():
        return _ASCII.findall(_CONTROL.sub("", text).lower())
    spaced = "".join(map(_cleaned, text))
    bare = "".join(one for one in unicodedata.normalize("NFD", spaced) if unicodedata.category(one) != "Mn")
    # Letter by letter: Python's own lower() looks at a whole word for the Greek sigma, the published tokenizer does not.
    return "".join(map(_set_apart, bare)).split()


_ASCII = re.compile(r"[a-z0-9]+|[^a-z0-9\s]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@lru_cache(maxsize=10_000)
def _cleaned(one: str) -> str:
    """Nothing for a control sign, spaces around a CJK ideograph, a space for any white space."""
    if one in "\t\n\r":
        return " "
    if one == "\ufffd" or unicodedata.category(one)[0] == "C":
        return ""
    if one.isspace():
        return " "
    return f" {one} " if _is_ideograph(ord(one)) else one


@lru_cache(maxsize=10_000)
def _set_apart(one: str) -> str:
    small = one.lower()
    return f" {small} " if _is_punctuation(one) else small


def _is_punctuation(one: str) -> bool:
    code = ord(one)
    if code < 128:
        return 33 <= code <= 47 or 58 <= code <= 64 or 91 <= code <= 96 or 123 <= code <= 126
    return unicodedata.category(one)[0] == "P"


_IDEOGRAPHS = (
    (0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0x20000, 0x2A6DF), (0x2A700, 0x2B73F), (0x2B740, 0x2B81F), (0x2B920, 0x2CEAF),
    (0xF900, 0xFAFF), (0x2F800, 0x2FA1F),
)  # fmt: skip


def _is_ideograph(code: int) -> bool:
    return code >= _IDEOGRAPHS[1][0] and any(first <= code <= last for first, last in _IDEOGRAPHS)
