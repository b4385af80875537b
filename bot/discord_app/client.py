"""The bot as Discord's library sees it: intents, commands, events, and the last line of defence against errors."""

import logging
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.discord_app.answers import crash_recovery
from bot.discord_app.cards import answer_card, texts
from bot.discord_app.feature_cog import FeatureCog, apologise
from bot.discord_app.features.gaps.commands import Gaps
from bot.discord_app.features.my_data.commands import MyData
from bot.discord_app.features.server_glossary.commands import ServerGlossary
from bot.discord_app.features.server_settings.commands import Setup
from bot.discord_app.http.global_limit import GlobalRateLimiter
from bot.discord_app.http.rate_limits import trace
from bot.discord_app.incoming.answer_buttons import AnswerButtons
from bot.discord_app.incoming.ask import Asking
from bot.discord_app.incoming.browse import Browsing
from bot.discord_app.incoming.command_sync import sync
from bot.discord_app.incoming.context_menus import Menus
from bot.discord_app.incoming.level import Levels
from bot.discord_app.incoming.messages import Messages
from bot.discord_app.services import Services

log = logging.getLogger(__name__)

COGS: tuple[type[FeatureCog], ...] = (Asking, AnswerButtons, Levels, Browsing, Menus, Messages, Setup, MyData, Gaps)


class Tree(app_commands.CommandTree[commands.Bot]):
    """The commands, with an answer for whatever goes wrong in one."""

    async def on_error(self, interaction: discord.Interaction[Any], error: app_commands.AppCommandError, /) -> None:
        """Say so in one sentence and note the error."""
        log.error("a command failed", exc_info=error)
        await apologise(interaction)


class StudyBot(commands.Bot):
    """The study group's tutor on Discord."""

    def __init__(self, services: Services) -> None:
        discord.VoiceClient.warn_nacl = False  # nobody is spoken to
        options = services.options
        intents = discord.Intents(guilds=True, guild_messages=True, dm_messages=True)
        intents.message_content = options.message_content
        shard: Any = {"shard_id": options.shard[0], "shard_count": options.shard[1]} if options.shard else {}
        super().__init__(
            commands.when_mentioned,
            help_command=None,
            tree_cls=Tree,
            intents=intents,
            allowed_mentions=discord.AllowedMentions.none(),
            http_trace=trace(GlobalRateLimiter.shared_by(options.shard[1] if options.shard else 1)),
            max_messages=None,
            **shard,
        )
        self.services = services

    async def setup_hook(self) -> None:
        """Add the features with their commands and controls, and end what an earlier run left unfinished."""
        features: tuple[type[FeatureCog], ...] = (*COGS, ServerGlossary) if self.services.storage else COGS
        for feature in features:
            await self.add_cog(feature(self, self.services))
        await self.services.search.lists()  # so that nobody's first keystroke waits for it
        answers, options = self.services.answers, self.services.options
        await crash_recovery.end(self, answers.pending, answers.formulas, self.services.memory)
        if not options.shard or options.shard[0] == 0:
            await sync(self.tree, options.data / "commands.sha256", self.application_id or 0)

    async def on_ready(self) -> None:
        """Note that the bot can be asked."""
        log.info("ready on %s servers", len(self.guilds))

    async def on_message(self, message: discord.Message, /) -> None:
        """Do nothing: there are no commands in messages, and messages.py listens by itself."""

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Answer what no cog knows: controls and forms that another version of us has made."""
        data: Any = interaction.data or {}
        custom_id = str(data.get("custom_id", ""))
        features = [cog for cog in self.cogs.values() if isinstance(cog, FeatureCog)]
        if interaction.type in _CONTROLS and not any(feature.knows(custom_id) for feature in features):
            await self.services.answers.show(interaction, answer_card.notice(texts.OUTDATED))

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        """Note what failed, and tell the person where somebody waits for an answer."""
        log.exception("an event failed: %s", event_method)
        for argument in args:
            if isinstance(argument, discord.Interaction):
                await apologise(argument)


_CONTROLS = {discord.InteractionType.component, discord.InteractionType.modal_submit}
