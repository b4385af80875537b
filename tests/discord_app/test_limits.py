"""The limits agree with Discord's own description, where that lies beside the project, and the counting is Discord's."""

import json
from pathlib import Path
from typing import Any

import pytest
from discord_app import discord_limits
from hypothesis import given
from hypothesis import strategies as st

from bot.discord_app import limits

OPENAPI = Path(__file__).resolve().parents[3] / "shared" / "discord" / "openapi.json"

SAID = [
    (discord_limits.MAX_LAYOUT_CHARACTERS, "TextDisplayComponentForMessageRequest", "content", "maxLength"),
    (discord_limits.MAX_COMPONENTS, "MessageCreateRequest", "components", "maxItems"),
    (discord_limits.MAX_COMPONENTS, "ContainerComponentForMessageRequest", "components", "maxItems"),
    (limits.MAX_FILES, "MessageCreateRequest", "attachments", "maxItems"),
    (discord_limits.MAX_FILE_NAME, "MessageAttachmentRequest", "filename", "maxLength"),
    (limits.MAX_ALT_TEXT, "MediaGalleryItemRequest", "description", "maxLength"),
    (limits.MAX_ALT_TEXT, "MessageAttachmentRequest", "description", "maxLength"),
    (discord_limits.MAX_GALLERY_ITEMS, "MediaGalleryComponentForMessageRequest", "items", "maxItems"),
    (discord_limits.MAX_SECTION_TEXTS, "SectionComponentForMessageRequest", "components", "maxItems"),
    (discord_limits.MAX_EMBED_TITLE, "RichEmbed", "title", "maxLength"),
    (discord_limits.MAX_EMBED_DESCRIPTION, "RichEmbed", "description", "maxLength"),
    (discord_limits.MAX_EMBED_FIELDS, "RichEmbed", "fields", "maxItems"),
    (discord_limits.MAX_EMBED_FIELD_NAME, "RichEmbedField", "name", "maxLength"),
    (discord_limits.MAX_EMBED_FIELD_VALUE, "RichEmbedField", "value", "maxLength"),
    (discord_limits.MAX_EMBED_FOOTER, "RichEmbedFooter", "text", "maxLength"),
    (limits.MAX_CUSTOM_ID, "ButtonComponentForMessageRequest", "custom_id", "maxLength"),
    (limits.MAX_BUTTON_LABEL, "ButtonComponentForMessageRequest", "label", "maxLength"),
    (discord_limits.MAX_URL, "ButtonComponentForMessageRequest", "url", "maxLength"),
    (discord_limits.MAX_ROW_BUTTONS, "ActionRowComponentForMessageRequest", "components", "maxItems"),
    (limits.MAX_SELECT_OPTIONS, "StringSelectComponentForMessageRequest", "options", "maxItems"),
    (limits.MAX_SELECT_PLACEHOLDER, "StringSelectComponentForMessageRequest", "placeholder", "maxLength"),
    (limits.MAX_OPTION_LABEL, "StringSelectOptionForRequest", "label", "maxLength"),
    (discord_limits.MAX_OPTION_VALUE, "StringSelectOptionForRequest", "value", "maxLength"),
    (discord_limits.MAX_OPTION_DESCRIPTION, "StringSelectOptionForRequest", "description", "maxLength"),
    (limits.MAX_MODAL_TITLE, "ModalInteractionCallbackRequestData", "title", "maxLength"),
    (discord_limits.MAX_LABEL_TEXT, "LabelComponentForModalRequest", "label", "maxLength"),
    (discord_limits.MAX_LABEL_DESCRIPTION, "LabelComponentForModalRequest", "description", "maxLength"),
    (limits.MAX_TEXT_INPUT, "TextInputComponentForModalRequest", "value", "maxLength"),
    (discord_limits.MAX_TEXT_INPUT_PLACEHOLDER, "TextInputComponentForModalRequest", "placeholder", "maxLength"),
    (limits.MAX_CHOICES, "InteractionApplicationCommandAutocompleteCallbackStringData", "choices", "maxItems"),
    (limits.MAX_CHOICE_NAME, "ApplicationCommandOptionStringChoice", "name", "maxLength"),
    (discord_limits.MAX_STRING_OPTION, "ApplicationCommandOptionStringChoice", "value", "maxLength"),
    (discord_limits.MAX_COMMAND_NAME, "ApplicationCommandAttachmentOption", "name", "maxLength"),
    (discord_limits.MAX_COMMAND_DESCRIPTION, "ApplicationCommandAttachmentOption", "description", "maxLength"),
    (limits.MAX_THREAD_NAME, "CreateTextThreadWithMessageRequest", "name", "maxLength"),
]


@pytest.fixture(scope="module")
def schemas() -> dict[str, Any]:
    if not OPENAPI.is_file():
        pytest.skip("Discord's description lies beside the project only where it is developed")
    described: dict[str, Any] = json.loads(OPENAPI.read_text("utf-8"))["components"]["schemas"]
    return described


@pytest.mark.parametrize(("limit", "schema", "field", "kind"), SAID, ids=str)
def test_a_limit_is_the_one_that_discord_describes(
    schemas: dict[str, Any], limit: int, schema: str, field: str, kind: str
) -> None:
    assert schemas[schema]["properties"][field][kind] == limit


@given(st.text())
def test_no_way_of_counting_gives_more(text: str) -> None:
    in_utf16 = len(text.encode("utf-16-le", "surrogatepass")) // 2
    assert limits.size(text) == max(len(text), in_utf16)


def test_an_emoji_counts_twice_in_a_text_and_four_times_in_bytes() -> None:
    assert (limits.size("a😀"), limits.byte_size("a😀")) == (3, 5)
    assert limits.byte_size("\ud800") == 3


def test_each_text_display_costs_twelve_bytes_more() -> None:
    assert discord_limits.layout_bytes(["ä", "b"]) == 2 + 12 + 1 + 12
    assert discord_limits.layout_bytes(["x" * 10_158]) == discord_limits.MAX_LAYOUT_BYTES
