"""What an admin is told after a change of the server's own glossary, about its state and its history. Pure text."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from bot.discord_app.discord_text import sanitize
from bot.discord_app.discord_text.split import clip
from bot.state.values import GuildEntry

LONGEST = 1_800
"""Characters of a report in a message; what is longer goes along as a file."""

SHOWN_ADVICE = 5
SHOWN_CHANGES = 10


@dataclass(frozen=True, slots=True)
class Report:
    """A sentence that says what happened, and a line for each entry that was added, changed, refused or noted.

    `change` is the number to undo it by, 0 where nothing changed.
    """

    headline: str
    lines: tuple[str, ...] = ()
    change: int = 0

    @property
    def text(self) -> str:
        """Return the report as far as a message holds it, as Markdown that pings nobody."""
        text = self.headline
        for shown, line in enumerate(self.lines):
            rest = f"\n-# {len(self.lines) - shown} more lines are in the file."
            if len(text) + len(line) + len(rest) + 3 > LONGEST:
                return text + rest
            text += f"\n- {line}"
        return text

    @property
    def whole(self) -> str:
        """Return the whole report as a file; "" where the message says it all."""
        lines = [self.headline, *(f"- {line}" for line in self.lines)]
        return "" if self.text == "\n".join(lines) else "\n".join(lines) + "\n"


@dataclass(frozen=True, slots=True)
class Line:
    """One entry's line: what became of it, and why or what else there is to say."""

    kind: str
    name: str
    reason: str = ""

    def __str__(self) -> str:
        named = f"{self.kind} **{sanitize.plain(clip(self.name, 80))}**" if self.name else self.kind
        return f"{named}: {sanitize.answer(clip(self.reason, 300))}" if self.reason else named


def headline(lines: Sequence[Line], change: int) -> str:
    """ "2 entries added, 1 refused. `/glossary undo 7` takes this back." """
    counts = {kind: sum(line.kind == kind for line in lines) for kind in ("added", "changed", "removed", "refused")}
    said = [f"{count} {kind}" for kind, count in counts.items() if count]
    if not change:
        refused = f" {counts['refused']} refused; the lines say why." if counts["refused"] else ""
        return f"Nothing has changed.{refused}"
    return f"{_listed(said)}. It is live now; `/glossary undo {change}` takes it back."


def _listed(parts: Sequence[str]) -> str:
    first = parts[0].split(" ", 1)
    noun = "entry" if first[0] == "1" else "entries"
    return ", ".join([f"{first[0]} {noun} {first[1]}", *parts[1:]])


def status(entries: Sequence[GuildEntry], most: int, loaded: bool) -> str:
    """Return how many entries there are, how large, the last change, and whether they are ready to be searched."""
    if not entries:
        return "This server has no entries of its own yet. `/glossary add` writes one, `/glossary upload` takes a file."
    size = sum(len(entry.text.encode()) for entry in entries)
    last = max(entries, key=lambda one: one.change)
    count = f"{len(entries)} {'entry' if len(entries) == 1 else 'entries'} of {most}"
    ready = "They are loaded." if loaded else "They are loaded with the next question."
    return f"{count}, {size / 1000:.1f} kB. Last change: {_when(last.at)} by {_who(last.by)} (number {last.change}). {ready}"


def history(versions: Sequence[GuildEntry]) -> str:
    """Return the changes, newest first, each with its number, its time, who made it and what it did."""
    if not versions:
        return "Nothing has been changed in this server's glossary yet."
    lines = []
    for change, found in groupby(versions, key=lambda one: one.change):
        made = list(found)
        what = "; ".join(f"{verb} {_slugs(slugs)}" for verb, slugs in _by_kind(made))
        lines.append(f"`{change}` · {_when(made[0].at)} · {_who(made[0].by)} · {what}")
    shown = lines[:SHOWN_CHANGES]
    return "\n".join([*shown, "-# `/glossary undo NUMBER` takes a change back."])


def _by_kind(versions: Sequence[GuildEntry]) -> Iterable[tuple[str, list[str]]]:
    kinds = {"removed": [version.slug for version in versions if not version.text]}
    kinds["added"] = [version.slug for version in versions if version.text and version.version == 1]
    kinds["changed"] = [version.slug for version in versions if version.text and version.version > 1]
    return ((kind, slugs) for kind, slugs in kinds.items() if slugs)


def _slugs(slugs: Sequence[str]) -> str:
    return ", ".join(slugs) if len(slugs) <= 4 else f"{len(slugs)} entries"


def _who(user: int) -> str:
    return f"<@{user}>" if user else "somebody whose data was deleted"


def _when(at: datetime) -> str:
    return f"<t:{int(at.timestamp())}:R>"
