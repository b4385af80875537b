"""What another message says, and what a message that calls the bot asks about it. Reads messages, decides by words alone."""

import re
from collections.abc import Sequence

import discord

from bot.tutor.dialogue import Turn
from bot.tutor.intent import Kind, kind_of

POINTING = re.compile(r"[\^👆☝👉⬆🔝]")
"""Signs by which people point at a message above."""

_POINTING_WORDS = frozenset(
    """this that it these those above the a one message question post answer explain define describe clarify elaborate
    solve please pls plz can could would will you u me us him her them help out with what what's whats is does do mean
    meaning about on of to any idea ideas thoughts think know right true correct so hey hi ok okay and for i we how come
    ^ tell""".split()
)
"""Words that say nothing but "have a look at that message". "why this" is not among them: it asks for a reason."""


def text_of(message: discord.Message) -> str:
    """Return what stands in a message: its content, else its components, a forwarded message, or its embeds."""
    parts = [message.content]
    for component in message.components:
        children = getattr(component, "children", [component])
        parts += [child.content for child in children if isinstance(child, discord.TextDisplay)]
    parts += [snapshot.content for snapshot in message.message_snapshots]
    for embed in message.embeds:
        parts += [embed.title or "", embed.description or ""]
    return "\n".join(part for part in parts if part)


def only_points(text: str) -> bool:
    """Return whether a text asks nothing of its own, such as "", "^", "this?" and "explain this please"."""
    return all(word in _POINTING_WORDS for word in re.findall(r"[\w'’^]+", text.casefold().replace("’", "'")))


def question_about(
    text: str, other: str, own_terms: Sequence[str], other_terms: Sequence[str]
) -> tuple[str, Turn | None]:
    """Return the question of a message about another one, and what it goes on from.

    One that only points asks what the other says. One that names no term itself ("why?", "simpler please", "is that
    right for small data?") is asked about the other's terms, as if the other had been said before it. Any other stands
    for itself.
    """
    if only_points(text):
        return other, None
    if own_terms or kind_of(text, ()) is Kind.SMALL_TALK:
        return text, None
    if other_terms:
        return text, Turn(other, tuple(other_terms))
    return f"{other}\n{text}", None
