"""The link that invites the bot, with the least permissions that what it does needs. Pure."""

import base64
import binascii
from urllib.parse import urlencode

PERMISSIONS = {
    "View Channels": 1 << 10,
    "Send Messages": 1 << 11,
    "Embed Links": 1 << 14,
    "Attach Files": 1 << 15,
    "Read Message History": 1 << 16,
    "Create Public Threads": 1 << 35,
    "Send Messages in Threads": 1 << 38,
}
"""Name as Discord shows it -> its bit. Attach Files is for formulas, Embed Links for their pictures in cards."""


def invite_link(application: int) -> str:
    """Return the address at which an admin adds the bot to a server."""
    asked = {"client_id": application, "scope": "bot applications.commands", "permissions": sum(PERMISSIONS.values())}
    return f"https://discord.com/oauth2/authorize?{urlencode(asked)}"


def application_of(token: str) -> int | None:
    """Return the application's id, which is the first part of its token in base64; None for what is no token.

    >>> application_of("MTIzNDU2Nzg5MDEyMzQ1Njc4.x.y")
    123456789012345678
    """
    first, *rest = token.strip().split(".")
    if len(rest) != 2:
        return None
    try:
        text = base64.urlsafe_b64decode(first + "=" * (-len(first) % 4)).decode("ascii")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None
    return int(text) if text.isdigit() and 15 <= len(text) <= 20 else None
