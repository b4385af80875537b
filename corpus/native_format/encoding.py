"""Bytes of unknown encoding -> text. Pure; knows no file and no format.

Strict encodings first, since only they can be wrong loudly; then the two families that short glossary pages come in:
Western single bytes, where high bytes stand alone between letters, and everything else, which charset_normalizer guesses.
"""

import re

_BOMS = ((b"\xff\xfe\0\0", "utf-32"), (b"\0\0\xfe\xff", "utf-32"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_RUN_OF_HIGH_BYTES = re.compile(rb"[\x80-\xff]{3}")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
# A sign inside a word: what a Polish or Czech letter looks like when its byte is read as cp1252.
_SIGN_IN_WORD = re.compile(r"[^\W\d_][¡-§©«¬®-±³´¶¸¹»-¿×÷€‚„†‡‰‹•™›][^\W\d_]")


def decoded(raw: bytes) -> str:
    """Bytes of unknown encoding as text with "\\n" line ends and no BOM. Raises ValueError for what is no text."""
    text = _unicode(raw)
    if text is None:
        text = _mostly_utf8(raw) or _western(raw) or _guessed(raw)
    if "\0" in text:
        raise ValueError("The file holds NUL bytes")
    if len(_CONTROL.findall(text)) > len(text) / 50:
        raise ValueError("This is no text")
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _unicode(raw: bytes) -> str | None:
    """The text when a BOM, the place of the NUL bytes or strict UTF-8 says which encoding it is."""
    encoding = next((name for mark, name in _BOMS if raw.startswith(mark)), "") or _utf16_without_mark(raw) or "utf-8"
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding != "utf-8":
            raise ValueError(f"The file says that it is {encoding}, but is not") from error
        return None


def _utf16_without_mark(raw: bytes) -> str:
    even, odd = raw[:2000:2].count(0), raw[1:2000:2].count(0)
    most = len(raw[:2000]) // 4
    if not len(raw) % 2 and max(even, odd) > max(most, 1) and not min(even, odd):
        return "utf-16-le" if odd > even else "utf-16-be"
    return ""


def _mostly_utf8(raw: bytes) -> str:
    """UTF-8 with a few damaged bytes, such as a file that was cut in the middle of a letter."""
    text = raw.decode("utf-8", errors="replace")
    damaged = text.count("\ufffd")
    letters = sum(not one.isascii() for one in text) - damaged
    return text if letters >= 2 * damaged else ""


def _western(raw: bytes) -> str:
    """cp1252, cp1250 or latin-1, where it reads like one: letters that stand alone, no sign inside a word."""
    if _RUN_OF_HIGH_BYTES.search(raw) or b"\0" in raw:
        return ""
    for encoding in ("cp1252", "cp1250", "latin-1"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _SIGN_IN_WORD.search(text) and sum(not one.isascii() for one in text) <= len(text) / 4:
            return text
    return ""


def _guessed(raw: bytes) -> str:
    from charset_normalizer import from_bytes  # rarely needed, and slow to import

    best = from_bytes(raw).best() if b"\0" not in raw else None
    if best is None:
        raise ValueError("This is no text")
    return str(best)
