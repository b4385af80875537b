"""A small real bot for the stand-in's own tests: what it does is little, and it does it with discord.py.

SMALL_BOT_INTENT=0 leaves the message-content intent out, SMALL_BOT_SHARDED=1 asks for as many shards as it is told.
Prints what a test wants to see on standard output.
"""

import asyncio
import io
import os
import signal

import discord
from discord import app_commands, ui

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f64540"
    "0000000049454e44ae426082"
)


class Question(ui.Modal, title="Ask your own"):
    words: ui.Label[ui.Modal] = ui.Label(
        text="Your question", component=ui.TextInput(custom_id="words", max_length=200)
    )

    async def on_submit(self, interaction: discord.Interaction) -> None:
        assert isinstance(self.words.component, ui.TextInput)
        await interaction.response.send_message(f"You asked: {self.words.component.value}", ephemeral=True)


class Card(ui.LayoutView):
    """A card whose buttons live on after a restart."""

    def __init__(self, text: str) -> None:
        super().__init__(timeout=None)
        choice: ui.Select[Card] = ui.Select(
            custom_id="level", options=[discord.SelectOption(label=one) for one in ("plain", "expert")]
        )
        choice.callback = self.choose  # type: ignore[method-assign]
        row = ui.ActionRow[Card]()
        for label, custom_id, action in (
            ("More", "more", self.more),
            ("Ask", "own", self.own),
            ("Mine", "mine", self.mine),
        ):
            button = ui.Button[Card](label=label, custom_id=custom_id)
            button.callback = action  # type: ignore[method-assign]
            row.add_item(button)
        self.add_item(ui.Container(ui.TextDisplay(text), row, ui.ActionRow(choice)))

    async def more(self, interaction: discord.Interaction) -> None:
        await interaction.response.edit_message(view=Card("There is more."))

    async def own(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(Question())

    async def mine(self, interaction: discord.Interaction) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        await interaction.followup.send("For you alone.")

    async def choose(self, interaction: discord.Interaction) -> None:
        assert interaction.data
        await interaction.response.defer()
        await interaction.edit_original_response(view=Card(f"Level {interaction.data['values'][0]}"))  # type: ignore[typeddict-item]


SHARDED = os.environ.get("SMALL_BOT_SHARDED") == "1"


class SmallBot(discord.AutoShardedClient if SHARDED else discord.Client):  # type: ignore[misc]
    def __init__(self) -> None:
        intents = discord.Intents.default()
        intents.message_content = os.environ.get("SMALL_BOT_INTENT", "1") == "1"
        super().__init__(intents=intents, allowed_mentions=discord.AllowedMentions.none())
        self.tree = app_commands.CommandTree(self)

    async def setup_hook(self) -> None:
        add_commands(self.tree)
        self.add_view(Card("any"))
        await self.tree.sync()

    async def on_message(self, message: discord.Message) -> None:
        if message.author == self.user:
            return
        print(f"heard {message.content!r}", flush=True)
        if message.content.startswith("thread"):
            thread = await message.create_thread(name="A thread")
            await thread.send("In the thread.")
        elif isinstance(message.channel, discord.DMChannel):
            await message.channel.send(f"Directly: {message.content}")
        elif self.user in message.mentions:
            await message.reply("You called.", mention_author=False)

    async def on_resumed(self) -> None:
        print("resumed", flush=True)


def add_commands(tree: app_commands.CommandTree[SmallBot]) -> None:
    @tree.command(description="Answers late.")
    @app_commands.allowed_installs(guilds=True, users=True)
    async def ask(interaction: discord.Interaction, question: str, wait: float = 0.0) -> None:
        await interaction.response.defer()
        await asyncio.sleep(wait)
        try:
            await interaction.edit_original_response(view=Card(f"Answer to {question}"))
        except discord.HTTPException as error:
            assert isinstance(interaction.channel, discord.TextChannel)
            await interaction.channel.send(f"Afterwards ({error.code}): {question}")

    @tree.command(description="A term.")
    async def explain(interaction: discord.Interaction, term: str) -> None:
        await interaction.response.send_message(f"{term} explained", ephemeral=True)

    @explain.autocomplete("term")
    async def terms(interaction: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=one, value=one) for one in ("dropout", "overfitting") if typed in one]

    @tree.command(description="A picture.")
    async def picture(interaction: discord.Interaction) -> None:
        view = ui.LayoutView()
        view.add_item(ui.MediaGallery(discord.MediaGalleryItem("attachment://pixel.png", description="a pixel")))
        await interaction.response.send_message(view=view, file=discord.File(io.BytesIO(PIXEL), "pixel.png"))

    @tree.command(description="Many messages at once.")
    async def many(interaction: discord.Interaction, times: int) -> None:
        await interaction.response.defer()
        assert isinstance(interaction.channel, discord.TextChannel)
        await asyncio.gather(*(interaction.channel.send(f"number {one}") for one in range(times)))
        await interaction.edit_original_response(content="sent")

    @tree.command(description="Says too much.")
    async def wrong(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("x" * 2001)

    @tree.context_menu(name="Explain this")
    async def this(interaction: discord.Interaction, message: discord.Message) -> None:
        await interaction.response.send_message(f"About: {message.content}", ephemeral=True)


async def main() -> None:
    async with SmallBot() as bot:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, lambda: asyncio.ensure_future(bot.close()))
        discord.utils.setup_logging()
        await bot.start(os.environ["DISCORD_TOKEN"])


if __name__ == "__main__":
    asyncio.run(main())
