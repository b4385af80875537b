"""What /mydata says and offers. Pure: what is kept comes in, cards and a file go out."""

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.discord_app.cards import texts
from bot.discord_app.cards.answer_card import Button, Card, Tone, notice
from bot.discord_app.discord_text.render import TextBlock
from bot.discord_app.limits import MAX_FILE_BYTES

EXPORT, FORGET, SURE, PAUSE, RESUME = "y1:export", "y1:forget", "y1:sure", "y1:pause", "y1:resume"
BACK = "y1:back"
TEMPLATE = r"y1:(?P<action>export|forget|sure|pause|resume|back)"
"""The custom_ids of the buttons."""
FILE = "my-data.json"

KEPT = (
    "I keep the level, role and audience you chose, your questions with my answers for {days} days, so that a "
    "conversation can go on, your 👍 and 👎, and how many questions you may still ask. Nobody else here can read them. A "
    "question that I answered badly is also shown to the keepers of the glossary, without your name. Whoever runs me "
    "has the database."
)
PAUSED = (
    "Memory is **paused**: I keep nothing of what you ask, and do not go on from what we spoke of before. What I kept "
    "until then stays until it is {days} days old or you delete it."
)
ASK_AGAIN = (
    "This deletes everything I keep about you: preferences, conversations, judgements. It cannot be brought back, and the "
    "buttons under my earlier answers to you will no longer know them."
)
FORGOTTEN = "Everything I kept about you is gone."
NOTHING_DELETED = "Nothing was deleted."
NOT_NOW = "My memory cannot be reached just now, so nothing was deleted. Please try again in a minute."
NOT_CHANGED = "My memory cannot be reached just now, so nothing was changed. Please try again in a minute."
NO_EXPORT = "My memory cannot be reached just now. Please try again in a minute."
EXPORTED = "Here is everything I keep about you."
TOO_LARGE = (
    "What I keep about you is too large for Discord, even packed. Please ask whoever runs me for it: "
    "`python -m bot data export` writes the same file."
)
NOT_SENT = "Discord did not take the file. Please try again in a minute."

_ONE = {"preferences": "preference", "answers": "answer", "feedback": "judgement", "allowances": "allowance"}
_MANY = {"preferences": "preferences", "answers": "answers", "feedback": "judgements", "allowances": "allowances"}


@dataclass(frozen=True, slots=True)
class File:
    """A file to hand out."""

    name: str
    data: bytes


def overview(data: Mapping[str, Any] | None, *, paused: bool, keep_days: int) -> Card:
    """Return what is kept, and what can be done with it; `data` is None while the memory cannot be reached."""
    if data is None:
        return Card(
            "### Your data", (TextBlock(f"{KEPT.format(days=keep_days)}\n\n{NO_EXPORT}"),), "", (_choices(False),)
        )
    lines = [(PAUSED if paused else KEPT).format(days=keep_days), f"Kept now: {_counted(data) or 'nothing'}."]
    return Card("### Your data", (TextBlock("\n\n".join(lines)),), "", (_choices(paused),))


def confirmation() -> Card:
    """Return the question before everything is deleted."""
    row = (Button("Yes, forget", SURE, Tone.DANGER), Button("No, keep it", BACK))
    return Card("### Forget all of it?", (TextBlock(ASK_AGAIN),), "", (row,))


def forgotten(done: bool) -> Card:
    """Return what became of forgetting; where it could not be done, it can be tried again."""
    return notice(FORGOTTEN) if done else notice(NOT_NOW, (Button("Try again", SURE, Tone.DANGER),))


def left_alone(*, paused: bool) -> Card:
    """After a confirmation that was not given."""
    return notice(NOTHING_DELETED, _choices(paused))


def switched(*, paused: bool, done: bool) -> Card:
    """Return what became of pausing or resuming, with the way back."""
    if done:
        return notice(texts.PAUSED if paused else texts.RESUMED, _choices(paused))
    again = Button("Try again", PAUSE if paused else RESUME)
    return notice(NOT_CHANGED, (again,))


def as_file(data: Mapping[str, Any], most: int = MAX_FILE_BYTES) -> File | None:
    """Return everything about a person as a JSON file; packed where it would have more than `most` bytes, None if even so."""
    text = json.dumps(data, ensure_ascii=False, indent=2, default=str).encode("utf-8", "replace")
    if len(text) <= most:
        return File(FILE, text)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(FILE, text)
    return File(f"{FILE}.zip", packed.getvalue()) if len(packed.getvalue()) <= most else None


def _choices(paused: bool) -> tuple[Button, ...]:
    pause = Button("Go on remembering", RESUME) if paused else Button("Pause memory", PAUSE)
    return Button("Export", EXPORT), pause, Button("Forget all of it", FORGET, Tone.DANGER)


def _counted(data: Mapping[str, Any]) -> str:
    """Return how much of each kind: "1 preference, 3 answers"."""
    found = [
        (name, len(rows)) for name, rows in data.items() if isinstance(rows, Sequence) and not isinstance(rows, str)
    ]
    return ", ".join(f"{n} {(_ONE if n == 1 else _MANY).get(name, name)}" for name, n in found if n)
