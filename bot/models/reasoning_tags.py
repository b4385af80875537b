"""Takes a model's thinking off the start of its text while the text comes. Pure; knows no model and no server."""


class Thoughts:
    """Takes `<think>…</think>` off the start of a text that comes in pieces cut anywhere, and space before the answer."""

    _OPEN, _CLOSE = "<think>", "</think>"

    def __init__(self) -> None:
        self._held = ""
        self._thinking = False
        self._answering = False

    def without(self, text: str) -> str:
        """What of this piece, and of what was held back before it, may be shown now."""
        if self._answering:
            return text
        self._held = (self._held + text).lstrip()
        if not self._thinking and self._held.startswith(self._OPEN):
            self._thinking = True
        if self._thinking:
            _, closed, after = self._held.partition(self._CLOSE)
            self._held = after.lstrip() if closed else self._held[-len(self._CLOSE) :]
            self._thinking = not closed
            return self.without("") if closed and self._held else ""
        if self._OPEN.startswith(self._held):  # nothing yet, or what may still become the mark
            return ""
        self._answering = True
        return self.rest()

    def rest(self) -> str:
        """What was held back and, at the text's end, turns out to be the answer."""
        held, self._held = self._held, ""
        return "" if self._thinking else held
