"""Every number that Discord sets, in one place, and how Discord counts.

The API counts code points and some clients UTF-16 code units; `size` gives the larger, so a text that fits here fits
both. Knows nothing of what is sent.
"""

# Messages
MAX_CONTENT = 2_000
"""Characters of an ordinary message's content."""
MAX_FILES = 10
"""Attachments of a message."""
MAX_FILE_BYTES = 10 * 1024 * 1024
"""Bytes of one attachment where nobody has boosted the guild."""
MAX_ALT_TEXT = 1_024
"""Characters of the description of an attachment or a media component."""

# Controls
MAX_CUSTOM_ID = 100
MAX_BUTTON_LABEL = 80
MAX_SELECT_OPTIONS = 25
MAX_SELECT_PLACEHOLDER = 150
MAX_OPTION_LABEL = 100

# Modals
MAX_MODAL_TITLE = 45
MAX_TEXT_INPUT = 4_000

# Commands
MAX_CHOICES = 25
"""Choices that autocomplete offers."""
MAX_CHOICE_NAME = 100

# Threads
MAX_THREAD_NAME = 100


def size(text: str) -> int:
    """Return the length of a text in UTF-16 code units, never less than its length in code points."""
    return len(text) + sum(c > "\uffff" for c in text)


def byte_size(text: str) -> int:
    """Return the length of a text in UTF-8 bytes; a lone surrogate counts as three."""
    return len(text.encode("utf-8", "surrogatepass"))
