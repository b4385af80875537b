"""The limits written by hand: bad bodies are named, good ones pass; and Discord's own description agrees."""

from collections.abc import Callable
from typing import Any

import pytest
from discord_wire import check, schema
from discord_wire.gateway import packer
from discord_wire.state import V2, Ids, Json, snowflake_s, walk

QUIET: Json = {"allowed_mentions": {"parse": []}}


def button(number: int = 0, **extra: Any) -> Json:
    return {"type": 2, "style": 1, "label": "Go", "custom_id": f"b{number}"} | extra


def row(*inside: Json) -> Json:
    return {"type": 1, "components": list(inside)}


def select(count: int, **extra: Any) -> Json:
    made = [{"label": f"label {one}", "value": str(one)} for one in range(count)]
    return {"type": 3, "custom_id": "s", "options": made} | extra


def text(words: str) -> Json:
    return {"type": 10, "content": words}


def v2(*inside: Json, **extra: Any) -> Json:
    return QUIET | {"flags": V2, "components": list(inside)} | extra


def plain(*inside: Json, **extra: Any) -> Json:
    return QUIET | {"content": "x", "components": list(inside)} | extra


GOOD: list[Json] = [
    QUIET | {"content": "x" * 2000},
    plain(row(*(button(one) for one in range(5))), row(select(25))),
    v2({"type": 17, "components": [text("x" * 4000), row(button())]}),
    v2({"type": 9, "components": [text("a")], "accessory": button()}),
    QUIET | {"embeds": [{"description": "x" * 4096}]},
]
BAD: list[tuple[str, Json]] = [
    ("content of 2001 characters", QUIET | {"content": "x" * 2001}),
    ("an empty message", QUIET),
    ("allowed_mentions is absent", {"content": "x"}),
    ("lets parse ping", {"content": "x", "allowed_mentions": {"parse": ["everyone"]}}),
    ("lets replied_user ping", {"content": "x", "allowed_mentions": {"parse": [], "replied_user": True}}),
    ("nonce longer", QUIET | {"content": "x", "nonce": "1" * 26}),
    ("content beside IS_COMPONENTS_V2", v2(text("a"), content="x")),
    ("embeds beside IS_COMPONENTS_V2", v2(text("a"), embeds=[{"title": "x"}])),
    ("needs IS_COMPONENTS_V2", plain(text("a"))),
    ("without components", v2()),
    ("LOADING", plain(flags=128)),
    ("41 components", v2(*(text("a") for _ in range(41)))),
    ("4001 characters in text displays", v2(text("x" * 2000), text("x" * 2001))),
    ("10200 bytes", v2(text("€" * 3400))),
    ("an empty text display", v2(text(" "))),
    ("6 buttons in a row", plain(row(*(button(one) for one in range(6))))),
    ("6 action rows", plain(*(row(button(one)) for one in range(6)))),
    ("an empty action row", plain(row())),
    ("shares its row", plain(row(button(), select(2)))),
    ("outside an action row", plain(button())),
    ("custom_id 'b0' twice", plain(row(button(), button()))),
    ("custom_id of 101", plain(row(button(custom_id="x" * 101)))),
    ("custom_id of 0", plain(row({"type": 2, "style": 1, "label": "Go"}))),
    ("button label of 81", plain(row(button(label="x" * 81)))),
    ("without label and emoji", plain(row(button(label=None)))),
    ("a link button", plain(row(button(style=5, url="https://example.org")))),
    ("select of 26 options", plain(row(select(26)))),
    ("select of 0 options", plain(row(select(0)))),
    ("option label of 101", plain(row(select(0, options=[{"label": "x" * 101, "value": "1"}])))),
    (
        "two options of one value",
        plain(row(select(0, options=[{"label": "a", "value": "1"}, {"label": "b", "value": "1"}]))),
    ),
    ("placeholder of 151", plain(row(select(1, placeholder="x" * 151)))),
    ("more defaults", plain(row(select(0, options=[{"label": one, "value": one, "default": True} for one in "ab"])))),
    ("section of 4 texts", v2({"type": 9, "components": [text("a")] * 4, "accessory": button()})),
    ("without its accessory", v2({"type": 9, "components": [text("a")]})),
    ("an empty container", v2({"type": 17, "components": []})),
    ("alt text of 1025", v2({"type": 12, "items": [{"media": {"url": "https://e.org/a"}, "description": "x" * 1025}]})),
    ("a.png is not attached", v2({"type": 12, "items": [{"media": {"url": "attachment://a.png"}}]})),
    ("description of 4097", QUIET | {"embeds": [{"description": "x" * 4097}]}),
    ("6001 characters in embeds", QUIET | {"embeds": [{"description": "x" * 3000}, {"description": "x" * 3001}]}),
    ("field 0 value of 1025", QUIET | {"embeds": [{"fields": [{"name": "a", "value": "x" * 1025}]}]}),
]
INPUT: Json = {"type": 18, "label": "Question", "component": {"type": 4, "style": 1, "custom_id": "q"}}
MODAL: Json = {"title": "Ask", "custom_id": "ask", "components": [INPUT]}
COMMAND: Json = {"name": "ask", "description": "Asks.", "options": []}
BAD_OTHERS: list[tuple[str, Callable[[Any], list[str]], Any]] = [
    ("modal title of 46", check.modal, MODAL | {"title": "x" * 46}),
    ("a modal has 6 parts", check.modal, MODAL | {"components": [INPUT] * 6}),
    ("a modal has 0 parts", check.modal, MODAL | {"components": []}),
    ("label of 46", check.modal, MODAL | {"components": [INPUT | {"label": "x" * 46}]}),
    ("label description of 101", check.modal, MODAL | {"components": [INPUT | {"description": "x" * 101}]}),
    ("custom_id of 0", check.modal, MODAL | {"custom_id": ""}),
    ("26 choices", check.autocomplete, {"choices": [{"name": "a", "value": "a"}] * 26}),
    ("choice name of 101", check.autocomplete, {"choices": [{"name": "x" * 101, "value": "a"}]}),
    ("command or option name 'Ask'", check.commands, [COMMAND | {"name": "Ask"}]),
    ("command or option name 'a b'", check.commands, [COMMAND | {"name": "a b"}]),
    ("description of 101", check.commands, [COMMAND | {"description": "x" * 101}]),
    ("command ask twice", check.commands, [COMMAND, COMMAND]),
    ("16 commands of type 3", check.commands, [{"name": f"m{one}", "type": 3} for one in range(16)]),
    (
        "required options come first",
        check.commands,
        [COMMAND | {"options": [COMMAND | {"name": "a"}, COMMAND | {"name": "b", "required": True}]}],
    ),
    ("thread name of 101", check.thread, {"name": "x" * 101}),
]
SENT = "POST /channels/{channel_id}/messages"


@pytest.mark.parametrize("body", GOOD)
def test_a_good_body_passes(body: Json) -> None:
    assert check.message(body) == []


@pytest.mark.parametrize(("wrong", "body"), BAD, ids=[wrong for wrong, _ in BAD])
def test_a_bad_body_is_named(wrong: str, body: Json) -> None:
    assert any(wrong in one for one in check.message(body)), check.message(body)


@pytest.mark.parametrize(("wrong", "checked", "body"), BAD_OTHERS, ids=[one[0] for one in BAD_OTHERS])
def test_a_bad_modal_command_or_choice_is_named(wrong: str, checked: Callable[[Any], list[str]], body: Any) -> None:
    assert any(wrong in one for one in checked(body)), checked(body)


def test_good_modals_commands_and_choices_pass() -> None:
    assert check.modal(MODAL) == []
    assert check.commands([COMMAND, {"name": "Explain this", "type": 3}]) == []
    assert check.autocomplete({"choices": [{"name": "a", "value": "a"}] * 25}) == []


def test_an_edit_keeps_the_rules_of_what_it_edits() -> None:
    assert check.message({"content": "x"}, was_v2=True, new=False) == ["content beside IS_COMPONENTS_V2"]
    assert check.message({"components": [text("a")]}, was_v2=True, new=False) == []
    assert check.message({"content": "x"}, new=False) == []


@pytest.mark.skipif(not schema.DESCRIPTION.exists(), reason="Discord's description is not beside the project")
@pytest.mark.slow
def test_discords_description_agrees() -> None:
    for body in GOOD:
        assert list(schema.request(SENT, body)) == []
    for wrong in ("81", "select of 26", "option label of 101", "placeholder", "alt text", "description of 4097"):
        body = next(body for name, body in BAD if wrong in name)
        assert list(schema.request(SENT, body)), wrong
    assert list(schema.request(SENT, {"message_reference": {"message_id": 7}})) == []


def test_ids_rise_and_tell_their_time() -> None:
    ids = Ids()
    made = [ids.new() for _ in range(2000)]
    assert made == sorted(set(made))
    assert abs(snowflake_s(made[0]) - snowflake_s(made[-1])) < 60


def test_walk_reaches_accessories_and_labels() -> None:
    tree = [{"type": 9, "components": [text("a")], "accessory": button()}, INPUT]
    assert [one["type"] for one in walk(tree)] == [9, 10, 2, 18, 4]


def test_one_compressor_serves_a_whole_connection() -> None:
    import zlib

    pack, stream = packer("zlib-stream"), zlib.decompressobj()
    assert pack is not None
    for words in ("one", "two" * 100):
        packed = pack(words)
        assert packed.endswith(b"\x00\x00\xff\xff")
        assert stream.decompress(packed).decode() == words
    assert packer(None) is None
