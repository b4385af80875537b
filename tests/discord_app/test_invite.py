"""The invite link: the permissions that are used, and no other."""

from base64 import b64encode
from urllib.parse import parse_qs, urlsplit

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.discord_app.application.invite import PERMISSIONS, application_of, invite_link

NAMES = {
    "View Channels": "view_channel",
    "Send Messages": "send_messages",
    "Embed Links": "embed_links",
    "Attach Files": "attach_files",
    "Read Message History": "read_message_history",
    "Create Public Threads": "create_public_threads",
    "Send Messages in Threads": "send_messages_in_threads",
}


def test_every_bit_is_the_permission_that_its_name_says() -> None:
    assert {name: getattr(discord.Permissions, NAMES[name]).flag for name in PERMISSIONS} == PERMISSIONS


def test_the_link_asks_for_these_and_nothing_more() -> None:
    link = urlsplit(invite_link(123456789012345678))
    asked = {name: value[0] for name, value in parse_qs(link.query).items()}
    assert (link.scheme, link.netloc, link.path) == ("https", "discord.com", "/oauth2/authorize")
    assert asked["client_id"] == "123456789012345678"
    assert set(asked["scope"].split()) == {"bot", "applications.commands"}
    used = discord.Permissions(**dict.fromkeys(NAMES.values(), True))
    assert int(asked["permissions"]) == used.value


@given(st.integers(10**16, 2**63 - 1))
def test_a_tokens_application_is_read_off_it(application: int) -> None:
    first = b64encode(str(application).encode()).decode()
    assert application_of(f" {first}.Gabcde.secret \n") == application
    assert application_of(f"{first.rstrip('=')}.Gabcde.secret") == application


@pytest.mark.parametrize(
    "token",
    ["", "..", "abc", "MTIzNDU2Nzg5MDEyMzQ1Njc4", "MTIzNDU2Nzg5MDEyMzQ1Njc4.x", "MTIzNDU2Nzg5MDEyMzQ1Njc4.x.y.z",
     "!!!.x.y", "é.x.y", "aGVsbG8gd29ybGQgaGVsbG8.x.y", "MTIz.x.y", "A.x.y", "your-token-here",
     f"{b64encode(b'9' * 40).decode()}.x.y"],
)  # fmt: skip
def test_what_is_no_token_names_no_application(token: str) -> None:
    assert application_of(token) is None
