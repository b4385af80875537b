"""/glossary: a server's own entries. What each command does is in glossary_desk.py; here it is asked for and reported."""

import re
from collections.abc import Awaitable, Callable
from pathlib import PurePath

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.discord_app.answers.responder import Acknowledged
from bot.discord_app.answers.term_completion import TermCompleter
from bot.discord_app.cards import answer_card, texts
from bot.discord_app.cards.attachments import as_file, send_text
from bot.discord_app.cards.modals import field_text
from bot.discord_app.discord_text import sanitize
from bot.discord_app.discord_text.split import split
from bot.discord_app.feature_cog import Components, FeatureCog, Interaction
from bot.discord_app.features.server_glossary.entry_form import FIELD, Form, Refused
from bot.discord_app.features.server_glossary.report import Report
from bot.discord_app.features.server_glossary.service import Edited, ServerGlossaryService
from bot.discord_app.features.server_glossary.upload import UPLOAD_BYTES
from bot.discord_app.limits import MAX_CONTENT, MAX_CUSTOM_ID, MAX_TEXT_INPUT, size
from bot.discord_app.services import Services
from bot.state.values import Adders, ServerSettings
from bot.tutor.errors import TutorError

ADD_FORM = "e1:add"
EDIT_FORM = "e1:edit:{version}:{slug}"
FORM_TEMPLATE = r"e1:(?:add|edit:(?P<version>\d+):(?P<slug>[^:]+))"
"""The custom_ids of the form."""

FIELDS = (
    ("term", "Term", "", 100, discord.TextStyle.short),
    ("summary", "What it is, in one sentence", "", 300, discord.TextStyle.paragraph),
    ("explanation", "Explanation", "One text, or several after “ELI5:”, “Example:” …", FIELD, discord.TextStyle.paragraph),
    ("aliases", "Also known as", "Names, with commas between", 500, discord.TextStyle.short),
    ("related", "Related terms", "Names, with commas between", 500, discord.TextStyle.short),
)  # fmt: skip


READABLE = frozenset(
    """.md .markdown .mdown .mkd .mdx .qmd .rmd .txt .text .csv .tsv .psv .tab .json .jsonl .ndjson .json5 .yaml .yml .html
    .htm .xhtml .rst .zip""".split()
)
"""Endings of files that are worth fetching; one without an ending is looked at, too."""

WRONG_TYPE = "I cannot read {ending} files: upload Markdown, CSV, JSON, YAML or HTML, or a .zip of such files."
TOO_LONG = "This entry is too long for the form. Use `/glossary export`, change the file, and upload that."
NOT_FETCHED = "Discord did not hand me the file. Upload it again in a minute."
NOT_SENT = "Discord did not take the file. Try again in a minute."
TYPED_IS_KEPT = "\n-# What you wrote is in the file, so that you can send it again."


@app_commands.guild_only()
@app_commands.guild_install()
class ServerGlossary(
    FeatureCog, commands.GroupCog, group_name="glossary", group_description="This server’s own entries"
):
    """The entries that a server adds."""

    form = re.compile(FORM_TEMPLATE)

    def __init__(self, bot: commands.Bot, services: Services) -> None:
        super().__init__(bot, services)
        if services.storage is None:
            raise TypeError("these services have no storage for servers' entries")
        self._service = ServerGlossaryService(services.storage, services.indexes)

    @app_commands.command()
    async def add(self, interaction: Interaction) -> None:
        """Write an entry of this server's own."""
        if await self._may_add(interaction):
            await self.services.answers.show_form(interaction, entry_form(ADD_FORM, Form("")))

    @app_commands.command()
    @app_commands.describe(term="An entry of this server's own")
    async def edit(self, interaction: Interaction, term: app_commands.Range[str, 1, 100]) -> None:
        """Change an entry of this server's own."""
        if not await self._may_add(interaction):
            return
        try:
            edited = await self._service.form(interaction.guild_id or 0, term)
        except TutorError as problem:
            await self.services.answers.show(interaction, answer_card.notice(sanitize.answer(str(problem))))
            return
        custom_id = EDIT_FORM.format(version=edited.version, slug=edited.slug)
        if max(size(getattr(edited.form, name)) for name, *_ in FIELDS) > MAX_TEXT_INPUT:
            await self.services.answers.show(interaction, answer_card.notice(TOO_LONG))
        elif size(custom_id) > MAX_CUSTOM_ID:
            await self.services.answers.show(interaction, answer_card.notice(texts.TOO_LONG_TO_EDIT))
        else:
            await self.services.answers.show_form(interaction, entry_form(custom_id, edited.form))

    @app_commands.command()
    @app_commands.describe(term="An entry of this server's own")
    async def remove(self, interaction: Interaction, term: app_commands.Range[str, 1, 100]) -> None:
        """Take an entry of this server's own out."""
        if await self._may_add(interaction):
            who = interaction.guild_id or 0, interaction.user.id
            await self._report(interaction, lambda: self._service.remove(*who, term))

    @app_commands.command()
    @app_commands.describe(file="Markdown, CSV, JSON, YAML, HTML, or a .zip of such files")
    async def upload(self, interaction: Interaction, file: discord.Attachment) -> None:
        """Add the entries of a file."""
        if not await self._may_add(interaction):
            return
        if wrong := _unusable(file):
            await self.services.answers.show(interaction, answer_card.notice(wrong))
            return

        async def work() -> Report:
            try:
                data = await file.read()
            except discord.HTTPException as error:
                raise Refused(NOT_FETCHED) from error
            return await self._service.upload(interaction.guild_id or 0, interaction.user.id, file.filename, data)

        await self._report(interaction, work)

    @app_commands.command()
    async def export(self, interaction: Interaction) -> None:
        """Take this server's own entries along as files."""
        if not await self._may_add(interaction):
            return
        if await self.services.answers.acknowledge(interaction, private=True) is not Acknowledged.YES:
            return
        try:
            name, data = await self._service.export(interaction.guild_id or 0)
        except TutorError as problem:
            await _tell(interaction, sanitize.answer(str(problem)))
        else:
            file = as_file(name, data)
            await _tell(interaction, texts.EXPORTED, file, fallback=NOT_SENT)

    @app_commands.command()
    async def status(self, interaction: Interaction) -> None:
        """How many entries this server has of its own."""
        await self._say(interaction, lambda: self._service.status(interaction.guild_id or 0))

    @app_commands.command()
    @app_commands.describe(term="Only the changes of one entry")
    async def history(self, interaction: Interaction, term: app_commands.Range[str, 0, 100] = "") -> None:
        """Who changed what, and the numbers to undo it by."""
        if await self._may_add(interaction):
            await self._say(interaction, lambda: self._service.history(interaction.guild_id or 0, term))

    @app_commands.command()
    @app_commands.describe(change="The number of the change; without it, the last one")
    async def undo(self, interaction: Interaction, change: app_commands.Range[int, 0] = 0) -> None:
        """Take a change back."""
        if await self._may_add(interaction):
            who = interaction.guild_id or 0, interaction.user.id
            await self._report(interaction, lambda: self._service.undo(*who, change))

    async def submitted(self, interaction: Interaction, match: re.Match[str], components: Components) -> None:
        """Add or change the entry in the form, which says itself what it is for: it works after a restart, too."""
        if not await self._may_add(interaction):
            return
        form = Form(**{name: field_text(components, name) for name, *_ in FIELDS})
        who = interaction.guild_id or 0, interaction.user.id
        if match["slug"]:
            edited = Edited(form, match["slug"], int(match["version"]))
            await self._report(interaction, lambda: self._service.edit(*who, edited), form)
        else:
            await self._report(interaction, lambda: self._service.add(*who, form), form)

    @edit.autocomplete("term")
    @remove.autocomplete("term")
    @history.autocomplete("term")
    async def _terms(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        names: TermCompleter = await self.services.search.own(interaction.guild_id)
        return [app_commands.Choice(name=choice.name, value=choice.term) for choice in names.matching(typed)]

    async def _may_add(self, interaction: Interaction) -> bool:
        """Return whether this person may change the server's entries; if not, they are told who may."""
        if interaction.guild_id is None:
            await self.services.answers.show(interaction, answer_card.notice(texts.MAY_NOT_ADD))
            return False
        settings = await self.services.memory.server(interaction.guild_id)
        roles = {role.id for role in getattr(interaction.user, "roles", ())}
        if may_add(settings, admin=interaction.permissions.manage_guild, roles=roles):
            return True
        await self.services.answers.show(interaction, answer_card.notice(texts.MAY_NOT_ADD))
        return False

    async def _report(
        self, interaction: Interaction, work: Callable[[], Awaitable[Report]], typed: Form | None = None
    ) -> None:
        """Carries a change out and tells, privately, what became of it; what was `typed` in vain is given back."""
        if await self.services.answers.acknowledge(interaction, private=True) is not Acknowledged.YES:
            return
        try:
            report = await work()
        except TutorError as problem:
            stored = [_file("what-you-wrote.txt", _as_text(typed))] if typed else []
            await _tell(interaction, sanitize.answer(str(problem)) + TYPED_IS_KEPT * len(stored), *stored)
            return
        await _tell(interaction, report.text, *([_file("report.md", report.whole)] if report.whole else []))

    async def _say(self, interaction: Interaction, work: Callable[[], Awaitable[str]]) -> None:
        if await self.services.answers.acknowledge(interaction, private=True) is not Acknowledged.YES:
            return
        try:
            await _tell(interaction, await work())
        except TutorError as problem:
            await _tell(interaction, sanitize.answer(str(problem)))


def may_add(settings: ServerSettings, *, admin: bool, roles: set[int]) -> bool:
    """Return whether somebody may change a server's entries."""
    with_role = settings.adders is Adders.ROLE and settings.adder_role in roles
    return admin or with_role or settings.adders is Adders.EVERYONE


def entry_form(custom_id: str, form: Form) -> ui.Modal:
    """Return the form of an entry."""
    made = ui.Modal(title=texts.ENTRY_FORM, custom_id=custom_id, timeout=None)
    for name, label, hint, longest, style in FIELDS:
        present = getattr(form, name)
        field: ui.TextInput[ui.Modal] = ui.TextInput(
            custom_id=name,
            style=style,
            default=present or None,
            placeholder=hint or None,
            max_length=max(longest, size(present)),  # an uploaded entry may be longer: nothing of it is cut off
            required=name in {"term", "summary"},
        )
        made.add_item(ui.Label(text=label, component=field))
    made.stop()  # what is submitted is found by the form's custom_id, after a restart too
    return made


def _unusable(file: discord.Attachment) -> str:
    """Return why a file is not worth fetching; "" for one that is."""
    ending = PurePath(file.filename).suffix
    if ending and ending.lower() not in READABLE:
        return WRONG_TYPE.format(ending=sanitize.plain(ending[:20]))
    return texts.TOO_LARGE.format(megabytes=UPLOAD_BYTES // 1_000_000) if file.size > UPLOAD_BYTES else ""


def _as_text(form: Form) -> str:
    """Return the fields of a form one below the other, to be copied from."""
    return "\n\n".join(f"{label}:\n{text}" for name, label, *_ in FIELDS if (text := getattr(form, name)))


def _file(name: str, text: str) -> discord.File:
    return as_file(name, text.encode("utf-8", "replace"))


async def _tell(interaction: Interaction, text: str, *files: discord.File, fallback: str = "") -> None:
    """Ends the answer with a text; one that is too long for a message also goes along as a file.

    `fallback` is said where Discord takes no files; without it, the text alone.
    """
    if size(text) > MAX_CONTENT:
        files = (*files, _file("whole.md", text))
        text = split(text, MAX_CONTENT)[0]
    await send_text(interaction, text, *files, fallback=fallback)
