"""What /gaps shows the admins of a server: what the glossary could not answer, by meaning. Pure; nobody knows who asked."""

from collections.abc import Sequence

from bot.discord_app import inert
from bot.discord_app.card import Card, Option, Select
from bot.discord_app.limits import OPTION_LABEL, SELECT_OPTIONS
from bot.discord_app.markdown import TextBlock
from bot.discord_app.split import clip
from bot.state.gaps import Group

DRAFT = "g1:draft"
SHOWN = 15
NONE = "Everything that was asked here was answered."
DRAFTED = "An entry to begin with: write what is missing, then add it with `/glossary upload`."
ALL_ANSWERED = "This gap is gone: it was answered or has expired."


def listed(groups: Sequence[Group]) -> Card:
    """The gaps, the most asked first, with a select that drafts an entry for one."""
    if not groups:
        return Card("### Gaps", (TextBlock(NONE),))
    lines = []
    for group in groups[:SHOWN]:
        near = f"\n-# near: {inert.plain(', '.join(group.nearest[:3]))}" if group.nearest else ""
        lines.append(f"**{group.count} ×** {inert.plain(clip(group.question, 120))}{near}")
    options = tuple(Option(clip(inert.one_line(one.question), OPTION_LABEL), str(n)) for n, one in _offered(groups))
    head = "### Gaps\n-# what was asked here and not answered well, grouped by meaning"
    return Card(head, (TextBlock("\n".join(lines)),), "", (Select(DRAFT, "Draft an entry for …", options),))


def _offered(groups: Sequence[Group]) -> list[tuple[int, Group]]:
    return list(enumerate(groups[: min(SHOWN, SELECT_OPTIONS)]))
