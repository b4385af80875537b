"""A long paste that Discord split into several messages, put together again. Pure; time comes in as seconds."""

from dataclasses import dataclass, field

from bot.discord_app.limits import MAX_CONTENT

NEARLY_FULL = MAX_CONTENT - 300
"""Characters from which a message may be the beginning of a longer paste: clients cut at a line's end."""

PAUSE_S = 2.0
"""How long the next piece of a paste may take to come."""

EARLY_S = 0.05
"""How much too early a timer of PAUSE_S may ring."""

FORGOTTEN_S = 60.0
"""After which a paste that nobody came for is dropped."""

MAX_PIECES = 5


@dataclass(slots=True)
class _Paste:
    pieces: list[str]
    last_s: float


@dataclass(slots=True)
class SplitPastes:
    """The pastes that may go on, by who writes where."""

    _open: dict[tuple[int, int], _Paste] = field(default_factory=dict)

    def take(self, channel: int, user: int, text: str, now_s: float) -> str | None:
        """Return the whole paste with this message as its end; None when more may come within PAUSE_S."""
        self._forget(now_s)
        # A timer may be late: a paste that is still here has not been taken, and nothing of it may be lost.
        paste = self._open.pop((channel, user), None) or _Paste([], now_s)
        paste.pieces.append(text)
        paste.last_s = now_s
        if len(text) >= NEARLY_FULL and len(paste.pieces) < MAX_PIECES:
            self._open[channel, user] = paste
            return None
        return "\n".join(paste.pieces)

    def goes_on(self, channel: int, user: int, now_s: float) -> bool:
        """Return whether a message of this person here belongs to a paste that is still open."""
        paste = self._open.get((channel, user))
        return paste is not None and now_s - paste.last_s <= PAUSE_S

    def ended(self, channel: int, user: int, now_s: float) -> str | None:
        """Return the paste that nobody went on with; None when it has been taken or goes on still."""
        paste = self._open.get((channel, user))
        if paste is None or now_s - paste.last_s < PAUSE_S - EARLY_S:
            return None
        del self._open[channel, user]
        return "\n".join(paste.pieces)

    def _forget(self, now_s: float) -> None:
        for key in [key for key, paste in self._open.items() if now_s - paste.last_s > FORGOTTEN_S]:
            del self._open[key]
