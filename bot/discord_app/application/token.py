"""Whether a token can be one, before Discord is asked. Pure."""

from bot.discord_app.application.invite import application_of

PORTAL = "https://discord.com/developers/applications"


class CannotStart(Exception):
    """What keeps the bot from starting; `str()` is one sentence with the repair."""


def checked(token: str) -> str:
    """Return a token that may be one, without what people copy along with it. Raises CannotStart."""
    token = token.strip().strip("\"'").strip()
    if not token:
        raise CannotStart(
            f"There is no DISCORD_TOKEN. Make one under Bot › Reset Token at {PORTAL} and put it in .env."
        )
    if token.casefold().startswith("bot "):
        token = token[4:].strip()
    if application_of(token) is None:
        raise CannotStart(f"DISCORD_TOKEN is no bot token. Copy it again from Bot › Reset Token at {PORTAL}.")
    return token
