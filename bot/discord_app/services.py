"""Everything that commands, buttons and messages need, in one frozen value that every cog is given.

No cog reaches a part through another cog. bot/compose.py makes the parts.
"""

from dataclasses import dataclass
from pathlib import Path

from bot.discord_app.answers.conversation import ConversationService
from bot.discord_app.answers.glossary_search import GlossarySearch
from bot.discord_app.answers.responder import Responder
from bot.state.entries import GuildEntries
from bot.state.memory import Memory
from index.per_server import Shelves


@dataclass(frozen=True, slots=True)
class Options:
    """How the bot runs.

    `data`: the folder for its files. `message_content`: it reads messages that do not mention it. `shard`: its number
    and how many there are. `keep_days`: days after which answers are deleted. `in_place`: a press by the asker changes
    the card instead of sending a new one.
    """

    data: Path
    message_content: bool = False
    shard: tuple[int, int] | None = None
    keep_days: int = 30
    in_place: bool = True


@dataclass(frozen=True, slots=True)
class Services:
    """The parts of a running bot. `storage`: the servers' own entries; None where servers cannot add any."""

    options: Options
    memory: Memory
    conversation: ConversationService
    answers: Responder
    search: GlossarySearch
    indexes: Shelves
    storage: GuildEntries | None = None
