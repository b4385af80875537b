"""Takes a model's reasoning off the start of its text while the text comes. Pure; knows no model and no server."""


class ReasoningFilter:
    """Removes `<think>…</think>` from the start of a text that comes in pieces cut anywhere, and space before the answer."""

    _OPEN, _CLOSE = "<think>", "</think>"

    def __init__(self) -> None:
        self._pending = ""
        self._reasoning = False
        self._answering = False

    def feed(self, text: str) -> str:
        """Return what of this piece, and of what was held back before it, may be shown now."""
        if self._answering:
            return text
        self._pending = (self._pending + text).lstrip()
        if not self._reasoning and self._pending.startswith(self._OPEN):
            self._reasoning = True
        if self._reasoning:
            _, closed, after = self._pending.partition(self._CLOSE)
            self._pending = after.lstrip() if closed else self._pending[-len(self._CLOSE) :]
            self._reasoning = not closed
            return self.feed("") if closed and self._pending else ""
        if self._OPEN.startswith(self._pending):  # nothing yet, or what may still become the tag
            return ""
        self._answering = True
        return self.finish()

    def finish(self) -> str:
        """Return what was held back and, at the text's end, turns out to be the answer."""
        pending, self._pending = self._pending, ""
        return "" if self._reasoning else pending
