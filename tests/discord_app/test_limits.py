"""The limits agree with Discord's own description, where that lies beside the project, and the counting is Discord's."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.discord_app import limits

OPENAPI = Path(__file__).resolve().parents[3] / "shared" / "discord" / "openapi.json"

SAID = [
    (limits.LAYOUT_CHARACTERS, "TextDisplayComponentForMessageRequest", "content", "maxLength"),
    (limits.COMPONENTS, "MessageCreateRequest", "components", "maxItems"),
    (limits.COMPONENTS, "ContainerComponentForMessageRequest", "components", "maxItems"),
    (limits.FILES, "MessageCreateRequest", "attachments", "maxItems"),
    (limits.FILE_NAME, "MessageAttachmentRequest", "filename", "maxLength"),
    (limits.ALT_TEXT, "MediaGalleryItemRequest", "description", "maxLength"),
    (limits.ALT_TEXT, "MessageAttachmentRequest", "description", "maxLength"),
    (limits.GALLERY_ITEMS, "MediaGalleryComponentForMessageRequest", "items", "maxItems"),
    (limits.SECTION_TEXTS, "SectionComponentForMessageRequest", "components", "maxItems"),
    (limits.EMBED_TITLE, "RichEmbed", "title", "maxLength"),
    (limits.EMBED_DESCRIPTION, "RichEmbed", "description", "maxLength"),
    (limits.EMBED_FIELDS, "RichEmbed", "fields", "maxItems"),
    (limits.EMBED_FIELD_NAME, "RichEmbedField", "name", "maxLength"),
    (limits.EMBED_FIELD_VALUE, "RichEmbedField", "value", "maxLength"),
    (limits.EMBED_FOOTER, "RichEmbedFooter", "text", "maxLength"),
    (limits.CUSTOM_ID, "ButtonComponentForMessageRequest", "custom_id", "maxLength"),
    (limits.BUTTON_LABEL, "ButtonComponentForMessageRequest", "label", "maxLength"),
    (limits.URL, "ButtonComponentForMessageRequest", "url", "maxLength"),
    (limits.ROW_BUTTONS, "ActionRowComponentForMessageRequest", "components", "maxItems"),
    (limits.SELECT_OPTIONS, "StringSelectComponentForMessageRequest", "options", "maxItems"),
    (limits.SELECT_PLACEHOLDER, "StringSelectComponentForMessageRequest", "placeholder", "maxLength"),
    (limits.OPTION_LABEL, "StringSelectOptionForRequest", "label", "maxLength"),
    (limits.OPTION_VALUE, "StringSelectOptionForRequest", "value", "maxLength"),
    (limits.OPTION_DESCRIPTION, "StringSelectOptionForRequest", "description", "maxLength"),
    (limits.MODAL_TITLE, "ModalInteractionCallbackRequestData", "title", "maxLength"),
    (limits.LABEL_TEXT, "LabelComponentForModalRequest", "label", "maxLength"),
    (limits.LABEL_DESCRIPTION, "LabelComponentForModalRequest", "description", "maxLength"),
    (limits.TEXT_INPUT, "TextInputComponentForModalRequest", "value", "maxLength"),
    (limits.TEXT_INPUT_PLACEHOLDER, "TextInputComponentForModalRequest", "placeholder", "maxLength"),
    (limits.CHOICES, "InteractionApplicationCommandAutocompleteCallbackStringData", "choices", "maxItems"),
    (limits.CHOICE_NAME, "ApplicationCommandOptionStringChoice", "name", "maxLength"),
    (limits.STRING_OPTION, "ApplicationCommandOptionStringChoice", "value", "maxLength"),
    (limits.COMMAND_NAME, "ApplicationCommandAttachmentOption", "name", "maxLength"),
    (limits.COMMAND_DESCRIPTION, "ApplicationCommandAttachmentOption", "description", "maxLength"),
    (limits.THREAD_NAME, "CreateTextThreadWithMessageRequest", "name", "maxLength"),
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
    assert limits.layout_bytes(["ä", "b"]) == 2 + 12 + 1 + 12
    assert limits.layout_bytes(["x" * 10_158]) == limits.LAYOUT_BYTES
