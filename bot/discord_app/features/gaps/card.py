"""What /gaps shows the admins of a server: what the glossary could not answer, by meaning. Pure; nobody knows who asked."""

from collections.abc import Sequence
from hashlib import blake2b

from bot.discord_app.cards.answer_card import PAGE_BYTES, PAGE_CHARACTERS, Card, Option, Select, label
from bot.discord_app.discord_text import sanitize
from bot.discord_app.discord_text.render import TextBlock
from bot.discord_app.discord_text.split import clip
from bot.discord_app.limits import MAX_OPTION_LABEL, MAX_SELECT_OPTIONS, byte_size, size
from bot.state.gaps import Group, likely_term
from corpus.entry import slug_of

DRAFT = "g1:draft"
SHOWN = min(15, MAX_SELECT_OPTIONS)
QUESTION, NEAR = 120, 80
FILE_NAME = 60
"""Characters of a question, of the terms near it, and of a file's name."""

NONE = "Everything that was asked here was answered."
DRAFTED = "An entry to begin with: write what is missing, then add it with `/glossary upload`."
GONE = (
    "This gap is no longer kept: its time was over, or whoever asked has deleted their data. `/gaps` shows the others."
)
AWAY = "My memory cannot be reached just now, so I do not know the gaps. Please try again in a minute."
NOT_SENT = "Discord did not take the file. Please choose the gap again in a minute."
NO_ADMIN = "Only people who may manage this server can see what was not answered here."


def listed(groups: Sequence[Group]) -> Card:
    """Return the gaps, the most asked first, as many as fit, with a select that drafts an entry for one."""
    if not groups:
        return Card("### Gaps", (TextBlock(NONE),))
    lines: list[str] = []
    for group in groups[:SHOWN]:
        text = "\n".join([*lines, line := _line(group)])
        if size(text) > PAGE_CHARACTERS or byte_size(text) > PAGE_BYTES:
            break
        lines.append(line)
    options = tuple(Option(_label(gap), named(gap.question)) for gap in groups[: len(lines)])
    more = f"-# and {len(groups) - len(lines)} more" if len(groups) > len(lines) else ""
    head = "### Gaps\n-# what was asked here and not answered well, grouped by meaning"
    return Card(head, (TextBlock("\n".join(lines)),), more, (Select(DRAFT, "Draft an entry for …", options),))


def chosen(groups: Sequence[Group], name: str) -> Group | None:
    """Return the gap that an option stands for, also when others have come before it since; None when it is gone."""
    by_wording = {named(question): group for group in reversed(groups) for question in group.questions}
    return {**by_wording, **{named(group.question): group for group in groups}}.get(name)


def named(question: str) -> str:
    """Return the name of a gap in an option: of its question, whatever its place in the list."""
    return blake2b(question.encode("utf-8", "replace"), digest_size=12).hexdigest()


def file_name(group: Group) -> str:
    """Return what the file of a draft is called."""
    return f"{slug_of(likely_term(group.question))[:FILE_NAME].strip('-') or 'entry'}.md"


def _line(group: Group) -> str:
    near = f"\n-# near: {sanitize.plain(clip(', '.join(group.nearest[:3]), NEAR))}" if group.nearest else ""
    return f"**{group.count} ×** {sanitize.plain(clip(group.question, QUESTION))}{near}"


def _label(group: Group) -> str:
    return label(group.question, MAX_OPTION_LABEL) or "(no words)"
