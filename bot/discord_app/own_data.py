"""What /mydata says and offers. Pure: what is kept comes in, cards go out."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from bot.discord_app.card import Button, Card, Tone
from bot.discord_app.markdown import TextBlock

EXPORT, FORGET, SURE, PAUSE, RESUME = "y1:export", "y1:forget", "y1:sure", "y1:pause", "y1:resume"
FILE = "my-data.json"

KEPT = (
    "I keep the level and audience you chose, and your questions with my answers for {days} days, so that a conversation "
    "can go on. Nobody else sees them. Nothing of it leaves the machine I run on."
)
PAUSED = "Memory is **paused**: I keep nothing of what you ask, and I do not remember what we spoke of before."
ASK_AGAIN = (
    "This deletes everything I keep about you: preferences, conversations, judgements. It cannot be brought back, and the "
    "buttons under my earlier answers to you will no longer know them."
)
FORGOTTEN = "Everything I kept about you is gone."
NOT_NOW = "My memory cannot be reached just now, so nothing was deleted. Please try again in a minute."
NO_EXPORT = "My memory cannot be reached just now. Please try again in a minute."
EXPORTED = "Here is everything I keep about you."


def overview(data: Mapping[str, Any] | None, *, paused: bool, keep_days: int) -> Card:
    """What is kept, and what can be done with it."""
    lines = [PAUSED if paused else KEPT.format(days=keep_days)]
    if data is not None:
        counted = ", ".join(f"{_count(rows)} {name.replace('_', ' ')}" for name, rows in data.items() if _count(rows))
        lines.append(f"Kept now: {counted or 'nothing'}.")
    pause = Button("Go on remembering", RESUME) if paused else Button("Pause memory", PAUSE)
    row = (Button("Export", EXPORT), pause, Button("Forget all of it", FORGET, Tone.DANGER))
    return Card("### Your data", (TextBlock("\n\n".join(lines)),), "", (row,))


def confirmation() -> Card:
    """The question before everything is deleted."""
    return Card("### Forget all of it?", (TextBlock(ASK_AGAIN),), "", ((Button("Yes, forget", SURE, Tone.DANGER),),))


def as_file(data: Mapping[str, Any]) -> bytes:
    """Everything about a person as a JSON file."""
    return json.dumps(data, ensure_ascii=False, indent=2, default=str).encode()


def _count(rows: object) -> int:
    return len(rows) if isinstance(rows, Sequence) and not isinstance(rows, str) else 0
