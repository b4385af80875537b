"""/glossary: a server's own entries. What each command does is in glossary_desk.py; here it is asked for and reported."""

import io
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.discord_app import card, words
from bot.discord_app.answering import Acknowledged
from bot.discord_app.form import written_in
from bot.discord_app.glossary_desk import Edited, GlossaryDesk
from bot.discord_app.glossary_form import FIELD, Form
from bot.discord_app.glossary_report import Report
from bot.discord_app.glossary_upload import UPLOAD_BYTES
from bot.discord_app.limits import CUSTOM_ID
from bot.state.values import Adders, ServerSettings
from bot.tutor.errors import TutorError

if TYPE_CHECKING:
    from bot.discord_app.client import StudyBot

log = logging.getLogger(__name__)
Interaction = discord.Interaction

FORM = "e1:"
"""What the custom_id of the form begins with: `e1:add`, or `e1:edit:VERSION:SLUG`."""

FIELDS = (
    ("term", "Term", "", 100, discord.TextStyle.short),
    ("summary", "What it is, in one sentence", "", 300, discord.TextStyle.paragraph),
    ("explanation", "Explanation", "One text, or several after “ELI5:”, “Example:” …", FIELD, discord.TextStyle.paragraph),
    ("aliases", "Also known as", "Names, with commas between", 500, discord.TextStyle.short),
    ("related", "Related terms", "Names, with commas between", 500, discord.TextStyle.short),
)  # fmt: skip


class Glossary(commands.GroupCog, group_name="glossary", group_description="This server’s own entries"):
    """The entries that a server adds."""

    def __init__(self, bot: "StudyBot") -> None:
        self._bot = bot

    @app_commands.command()
    @app_commands.guild_only()
    async def add(self, interaction: Interaction) -> None:
        """Write an entry of this server's own."""
        if await self._may_add(interaction):
            await self._bot.answering.show_form(interaction, entry_form(f"{FORM}add", Form("")))

    @app_commands.command()
    @app_commands.guild_only()
    @app_commands.describe(term="An entry of this server's own")
    async def edit(self, interaction: Interaction, term: app_commands.Range[str, 1, 100]) -> None:
        """Change an entry of this server's own."""
        if not await self._may_add(interaction):
            return
        try:
            edited = await self._desk.form(interaction.guild_id or 0, term)
        except TutorError as problem:
            await self._bot.answering.show(interaction, card.notice(str(problem)))
            return
        custom_id = f"{FORM}edit:{edited.version}:{edited.slug}"
        if len(custom_id) > CUSTOM_ID:
            await self._bot.answering.show(interaction, card.notice(words.TOO_LONG_TO_EDIT))
        else:
            await self._bot.answering.show_form(interaction, entry_form(custom_id, edited.form))

    @app_commands.command()
    @app_commands.guild_only()
    @app_commands.describe(term="An entry of this server's own")
    async def remove(self, interaction: Interaction, term: app_commands.Range[str, 1, 100]) -> None:
        """Take an entry of this server's own out."""
        if await self._may_add(interaction):
            who = interaction.guild_id or 0, interaction.user.id
            await self._report(interaction, lambda: self._desk.remove(*who, term))

    @app_commands.command()
    @app_commands.guild_only()
    @app_commands.describe(file="Markdown, CSV, JSON, YAML, HTML, or a .zip of such files")
    async def upload(self, interaction: Interaction, file: discord.Attachment) -> None:
        """Add the entries of a file."""
        if not await self._may_add(interaction):
            return
        if file.size > UPLOAD_BYTES:
            megabytes = UPLOAD_BYTES // 1_000_000
            await self._bot.answering.show(interaction, card.notice(words.TOO_LARGE.format(megabytes=megabytes)))
            return

        async def work() -> Report:
            data = await file.read()
            return await self._desk.upload(interaction.guild_id or 0, interaction.user.id, file.filename, data)

        await self._report(interaction, work)

    @app_commands.command()
    @app_commands.guild_only()
    async def export(self, interaction: Interaction) -> None:
        """Take this server's own entries along as files."""
        if not await self._may_add(interaction):
            return
        if await self._bot.answering.acknowledge(interaction, private=True) is not Acknowledged.YES:
            return
        try:
            name, data = await self._desk.export(interaction.guild_id or 0)
        except TutorError as problem:
            await _tell(interaction, str(problem))
        else:
            await _tell(interaction, words.EXPORTED, discord.File(io.BytesIO(data), name))

    @app_commands.command()
    @app_commands.guild_only()
    async def status(self, interaction: Interaction) -> None:
        """How many entries this server has of its own."""
        await self._say(interaction, lambda: self._desk.status(interaction.guild_id or 0))

    @app_commands.command()
    @app_commands.guild_only()
    @app_commands.describe(term="Only the changes of one entry")
    async def history(self, interaction: Interaction, term: app_commands.Range[str, 0, 100] = "") -> None:
        """Who changed what, and the numbers to undo it by."""
        if await self._may_add(interaction):
            await self._say(interaction, lambda: self._desk.history(interaction.guild_id or 0, term))

    @app_commands.command()
    @app_commands.guild_only()
    @app_commands.describe(change="The number of the change; without it, the last one")
    async def undo(self, interaction: Interaction, change: app_commands.Range[int, 0] = 0) -> None:
        """Take a change back."""
        if await self._may_add(interaction):
            who = interaction.guild_id or 0, interaction.user.id
            await self._report(interaction, lambda: self._desk.undo(*who, change))

    async def submitted(self, interaction: Interaction, custom_id: str, components: Sequence[dict[str, Any]]) -> None:
        """The form, filled in."""
        if not await self._may_add(interaction):
            return
        form = Form(**{name: written_in(components, name) for name, *_ in FIELDS})
        who = interaction.guild_id or 0, interaction.user.id
        _, kind, *rest = custom_id.split(":", 3)
        if kind == "edit" and len(rest) == 2 and rest[0].isdigit():
            edited = Edited(form, rest[1], int(rest[0]))
            await self._report(interaction, lambda: self._desk.edit(*who, edited))
        else:
            await self._report(interaction, lambda: self._desk.add(*who, form))

    @property
    def _desk(self) -> GlossaryDesk:
        if self._bot.glossary is None:
            raise TypeError("the bot was started without a place for servers' entries")
        return self._bot.glossary

    async def _may_add(self, interaction: Interaction) -> bool:
        """Whether this person may change the server's entries; if not, they are told who may."""
        settings = await self._bot.answering.desk.memory.server(interaction.guild_id or 0)
        roles = {role.id for role in getattr(interaction.user, "roles", ())}
        if may_add(settings, admin=interaction.permissions.manage_guild, roles=roles):
            return True
        await self._bot.answering.show(interaction, card.notice(words.MAY_NOT_ADD))
        return False

    async def _report(self, interaction: Interaction, work: Callable[[], Awaitable[Report]]) -> None:
        """Carries a change out and tells, privately, what became of it."""
        if await self._bot.answering.acknowledge(interaction, private=True) is not Acknowledged.YES:
            return
        try:
            report = await work()
        except TutorError as problem:
            await _tell(interaction, str(problem))
            return
        whole = report.whole.encode()
        await _tell(interaction, report.text, *([discord.File(io.BytesIO(whole), "report.md")] if whole else []))

    async def _say(self, interaction: Interaction, work: Callable[[], Awaitable[str]]) -> None:
        if await self._bot.answering.acknowledge(interaction, private=True) is not Acknowledged.YES:
            return
        try:
            await _tell(interaction, await work())
        except TutorError as problem:
            await _tell(interaction, str(problem))


def may_add(settings: ServerSettings, *, admin: bool, roles: set[int]) -> bool:
    """Whether somebody may change a server's entries."""
    with_role = settings.adders is Adders.ROLE and settings.adder_role in roles
    return admin or with_role or settings.adders is Adders.EVERYONE


def entry_form(custom_id: str, form: Form) -> ui.Modal:
    """The form of an entry."""
    made = ui.Modal(title=words.ENTRY_FORM, custom_id=custom_id, timeout=None)
    for name, label, hint, longest, style in FIELDS:
        field: ui.TextInput[ui.Modal] = ui.TextInput(
            custom_id=name,
            style=style,
            default=getattr(form, name)[:longest] or None,
            placeholder=hint or None,
            max_length=longest,
            required=name in {"term", "summary"},
        )
        made.add_item(ui.Label(text=label, component=field))
    made.stop()  # what is submitted is found by the form's custom_id, after a restart too
    return made


async def _tell(interaction: Interaction, text: str, *files: discord.File) -> None:
    try:
        await interaction.edit_original_response(content=text[:2000], attachments=list(files))
    except discord.HTTPException as error:
        log.warning("a report could not be delivered: status %s, code %s", error.status, error.code)
