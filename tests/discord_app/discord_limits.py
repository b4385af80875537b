"""Numbers that Discord sets and that only tests compare with; those that the bot needs are in bot/discord_app/limits.py."""

from bot.discord_app.limits import byte_size

MAX_LAYOUT_CHARACTERS = 4_000
"""Characters of all text displays of a LayoutView together."""
MAX_LAYOUT_BYTES = 10_170
"""UTF-8 bytes of all text displays of a LayoutView together, each counted with TEXT_DISPLAY_BYTES more."""
TEXT_DISPLAY_BYTES = 12
"""Bytes that Discord adds for each text display; beyond MAX_LAYOUT_BYTES it answers 500 and says nothing."""
MAX_COMPONENTS = 40
"""Components of a LayoutView, nested ones and accessories included."""
MAX_FILE_NAME = 1_024
"""Characters of an attachment's name."""
MAX_GALLERY_ITEMS = 10
"""Pictures in one media gallery."""
MAX_SECTION_TEXTS = 3
"""Text displays in one section."""
MAX_EMBED_TITLE = 256
MAX_EMBED_DESCRIPTION = 4_096
MAX_EMBED_FIELDS = 25
MAX_EMBED_FIELD_NAME = 256
MAX_EMBED_FIELD_VALUE = 1_024
MAX_EMBED_FOOTER = 2_048
MAX_ROW_BUTTONS = 5
MAX_OPTION_VALUE = 100
MAX_OPTION_DESCRIPTION = 100
MAX_URL = 512
"""Characters of a link button's address."""
MAX_LABEL_TEXT = 45
MAX_LABEL_DESCRIPTION = 100
MAX_TEXT_INPUT_PLACEHOLDER = 100
MAX_COMMAND_NAME = 32
MAX_COMMAND_DESCRIPTION = 100
MAX_STRING_OPTION = 6_000
"""Characters that a person may type into a command's option."""
TOKEN_S = 15 * 60
"""How long an interaction's token lives."""


def layout_bytes(texts: list[str]) -> int:
    """Return what a LayoutView with these text displays counts towards MAX_LAYOUT_BYTES."""
    return sum(byte_size(text) + TEXT_DISPLAY_BYTES for text in texts)
