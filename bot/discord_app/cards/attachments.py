"""Texts and files in the place of an acknowledged response, such that nobody waits for what Discord did not take."""

import io
import logging

import discord

log = logging.getLogger(__name__)

Interaction = discord.Interaction


def as_file(name: str, data: bytes) -> discord.File:
    """Return the content as a file to attach."""
    return discord.File(io.BytesIO(data), name)


async def send_text(interaction: Interaction, text: str, *files: discord.File, fallback: str = "") -> None:
    """Ends the response with a text and its files. `fallback` is said where Discord takes no files; else the text alone."""
    try:
        await interaction.edit_original_response(content=text, attachments=list(files))
    except discord.HTTPException as error:
        log.warning("a response could not be delivered: status %s, code %s", error.status, error.code)
        await _say(interaction, fallback or text)


async def _say(interaction: Interaction, sentence: str) -> None:
    try:
        await interaction.edit_original_response(content=sentence, attachments=[])
    except discord.HTTPException as error:
        log.info("nor could that be said: status %s, code %s", error.status, error.code)
