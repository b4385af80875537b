"""Every number that Discord sets, in one place, and how Discord counts.

The API counts code points and some clients UTF-16 code units; `size` gives the larger, so a text that fits here fits
both. Knows nothing of what is sent.
"""

# Messages
CONTENT = 2_000
"""Characters of an ordinary message's content."""
LAYOUT_CHARACTERS = 4_000
"""Characters of all text displays of a LayoutView together."""
LAYOUT_BYTES = 10_170
"""UTF-8 bytes of all text displays of a LayoutView together, each counted with TEXT_DISPLAY_BYTES more."""
TEXT_DISPLAY_BYTES = 12
"""Bytes that Discord adds for each text display; beyond LAYOUT_BYTES it answers 500 and says nothing."""
COMPONENTS = 40
"""Components of a LayoutView, nested ones and accessories included."""
FILES = 10
"""Attachments of a message."""
FILE_BYTES = 10 * 1024 * 1024
"""Bytes of one attachment where nobody has boosted the guild."""
FILE_NAME = 1_024
"""Characters of an attachment's name."""
ALT_TEXT = 1_024
"""Characters of the description of an attachment or a media component."""
GALLERY_ITEMS = 10
"""Pictures in one media gallery."""
SECTION_TEXTS = 3
"""Text displays in one section."""
NONCE = 25
"""Characters of a message's nonce."""

# Embeds
EMBED_TITLE = 256
EMBED_DESCRIPTION = 4_096
EMBED_FIELDS = 25
EMBED_FIELD_NAME = 256
EMBED_FIELD_VALUE = 1_024
EMBED_FOOTER = 2_048
EMBED_TOTAL = 6_000
"""Characters of all embeds of a message together."""

# Controls
CUSTOM_ID = 100
BUTTON_LABEL = 80
ROW_BUTTONS = 5
ROWS = 5
"""Action rows of a message without a LayoutView."""
SELECT_OPTIONS = 25
SELECT_PLACEHOLDER = 150
OPTION_LABEL = 100
OPTION_VALUE = 100
OPTION_DESCRIPTION = 100
URL = 512
"""Characters of a link button's address."""

# Modals
MODAL_TITLE = 45
MODAL_COMPONENTS = 5
"""Labels of a modal; at least one."""
LABEL_TEXT = 45
LABEL_DESCRIPTION = 100
TEXT_INPUT = 4_000
TEXT_INPUT_PLACEHOLDER = 100

# Commands
CHOICES = 25
"""Choices that autocomplete offers."""
CHOICE_NAME = 100
COMMAND_NAME = 32
COMMAND_DESCRIPTION = 100
STRING_OPTION = 6_000
"""Characters that a person may type into a command's option."""
CONTEXT_COMMANDS = 15
"""Commands of each kind of context menu."""

# Threads
THREAD_NAME = 100

# Time, in seconds
RESPONSE_S = 3
"""Until the first response to an interaction, and until autocomplete."""
TOKEN_S = 15 * 60
"""How long an interaction's token lives."""
TYPING_S = 10
"""How long one "is typing" lasts."""
USER_INSTALL_FOLLOW_UPS = 5
"""Follow-up messages of an interaction where only the user has installed the bot."""


def size(text: str) -> int:
    """The length of a text in UTF-16 code units, never less than its length in code points."""
    return len(text) + sum(c > "\uffff" for c in text)


def byte_size(text: str) -> int:
    """The length of a text in UTF-8 bytes; a lone surrogate counts as three."""
    return len(text.encode("utf-8", "surrogatepass"))


def layout_bytes(texts: list[str]) -> int:
    """What a LayoutView with these text displays counts towards LAYOUT_BYTES."""
    return sum(byte_size(text) + TEXT_DISPLAY_BYTES for text in texts)
