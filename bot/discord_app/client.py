"""The bot as Discord's library sees it: intents, commands, events, and the last line of defence against errors."""

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.discord_app.answers import crash_recovery as leftovers
from bot.discord_app.answers.responder import Answering
from bot.discord_app.cards import answer_card as card
from bot.discord_app.cards import texts as words
from bot.discord_app.features.gaps.commands import Gaps
from bot.discord_app.features.my_data.commands import MyData
from bot.discord_app.features.server_glossary import commands as glossary_cog
from bot.discord_app.features.server_glossary.commands import Glossary
from bot.discord_app.features.server_glossary.service import GlossaryDesk
from bot.discord_app.features.server_settings.commands import Setup
from bot.discord_app.http.global_limit import Gate
from bot.discord_app.http.rate_limits import trace
from bot.discord_app.incoming.answer_buttons import Presses
from bot.discord_app.incoming.ask import Asking
from bot.discord_app.incoming.browse import Browsing
from bot.discord_app.incoming.buttons import OURS, ChosenChannels, ChosenRole, MadeChoice, PressedButton, apologise
from bot.discord_app.incoming.command_sync import sync
from bot.discord_app.incoming.context_menus import Menus
from bot.discord_app.incoming.level import Levels
from bot.discord_app.incoming.messages import Messages
from bot.discord_app.incoming.question_modal import FORM, QUESTION_FIELD, written_in

log = logging.getLogger(__name__)

COGS = (Asking, Levels, Browsing, Menus, Messages, Setup, MyData, Gaps)


@dataclass(frozen=True, slots=True)
class Options:
    """How the bot runs: where it keeps its notes, whether it reads messages that do not mention it, which shard it is,
    and for how many days it keeps conversations.
    """

    data: Path
    message_content: bool = False
    shard: tuple[int, int] | None = None
    keep_days: int = 30


class Tree(app_commands.CommandTree[commands.Bot]):
    """The commands, with an answer for whatever goes wrong in one."""

    async def on_error(self, interaction: discord.Interaction[Any], error: app_commands.AppCommandError, /) -> None:
        """Says so in one sentence and notes the error."""
        log.error("a command failed", exc_info=error)
        await apologise(interaction)


class StudyBot(commands.Bot):
    """The study group's tutor on Discord."""

    def __init__(
        self, answering: Answering, presses: Presses, options: Options, glossary: GlossaryDesk | None = None
    ) -> None:
        """Without `glossary` servers cannot add entries of their own."""
        discord.VoiceClient.warn_nacl = False  # nobody is spoken to
        intents = discord.Intents(guilds=True, guild_messages=True, dm_messages=True)
        intents.message_content = options.message_content
        shard: Any = {"shard_id": options.shard[0], "shard_count": options.shard[1]} if options.shard else {}
        super().__init__(
            commands.when_mentioned,
            help_command=None,
            tree_cls=Tree,
            intents=intents,
            allowed_mentions=discord.AllowedMentions.none(),
            http_trace=trace(Gate.shared_by(options.shard[1] if options.shard else 1)),
            max_messages=None,
            **shard,
        )
        self.answering, self.presses, self.options, self.glossary = answering, presses, options, glossary

    async def setup_hook(self) -> None:
        """Adds the commands, finds the buttons of earlier runs, and ends what an earlier run left unfinished."""
        for cog in COGS:
            await self.add_cog(cog(self))
        if self.glossary:
            await self.add_cog(Glossary(self))
        self.add_dynamic_items(PressedButton, MadeChoice, ChosenChannels, ChosenRole)
        await self.presses.listing.lists()  # so that nobody's first keystroke waits for it
        await leftovers.end(self, self.answering.journal, self.answering.formulas)
        if not self.options.shard or self.options.shard[0] == 0:
            await sync(self.tree, self.options.data / "commands.sha256", self.application_id or 0)

    async def on_ready(self) -> None:
        """Notes that the bot can be asked."""
        log.info("ready on %s servers", len(self.guilds))

    async def on_message(self, message: discord.Message, /) -> None:
        """Nothing: there are no commands in messages, and messages.py listens by itself."""

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """What no handler knows: forms of ours, and controls that an unknown version of us has made."""
        data: Any = interaction.data or {}
        custom_id = str(data.get("custom_id", ""))
        if interaction.type is discord.InteractionType.modal_submit and custom_id.startswith(FORM):
            text = written_in(data.get("components", ()), QUESTION_FIELD)
            await self.presses.submitted(interaction, custom_id, text)
        elif interaction.type is discord.InteractionType.modal_submit and custom_id.startswith(glossary_cog.FORM):
            await self._entry_submitted(interaction, custom_id, data)
        elif interaction.type in _CONTROLS and not OURS.fullmatch(custom_id):
            await self.answering.show(interaction, card.notice(words.OUTDATED))

    async def _entry_submitted(self, interaction: discord.Interaction, custom_id: str, data: dict[str, Any]) -> None:
        cog = self.get_cog(Glossary.__cog_name__)
        if isinstance(cog, Glossary):
            await cog.submitted(interaction, custom_id, data.get("components", ()))
        else:
            await self.answering.show(interaction, card.notice(words.OUTDATED))

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        """Notes what failed, and tells the person where somebody waits for an answer."""
        log.exception("an event failed: %s", event_method)
        for one in args:
            if isinstance(one, discord.Interaction):
                await apologise(one)


_CONTROLS = {discord.InteractionType.component, discord.InteractionType.modal_submit}
