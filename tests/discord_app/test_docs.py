"""docs/discord.md held against the code: commands, settings, messages, permissions and pictures that it names exist."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.main import get_command

from bot.__main__ import app
from bot.discord_app.application.invite import PERMISSIONS
from bot.discord_app.run import FINISH_S
from bot.settings import Settings, environment_name

PROJECT = Path(__file__).parent.parent.parent
DOCUMENT = (PROJECT / "docs" / "discord.md").read_text("utf-8")
ONE_LINE = " ".join(DOCUMENT.split())
HEAVIEST_BYTES = 150_000
COG_FILES = sorted((PROJECT / "bot" / "discord_app").rglob("*.py"))


def registered() -> set[str]:
    """The names of the slash commands, from their decorators; of a group, its own name."""
    return {name for path in COG_FILES for name in _named(path.read_text("utf-8"))}


def _named(source: str) -> set[str]:
    group = re.search(r"group_name=\"(\w+)\"", source)
    return {group[1]} if group else set(_commands(ast.parse(source)))


def _commands(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.AsyncFunctionDef):
            continue
        for one in node.decorator_list:
            if isinstance(one, ast.Call) and ast.unparse(one.func).endswith(".command"):
                named = [ast.literal_eval(word.value) for word in one.keywords if word.arg == "name"]
                yield named[0] if named else node.name


def said_in_code() -> str:
    """Every text in the code of the bot and the index; pieces of f-strings where they belong."""
    found = []
    for path in [*(PROJECT / "bot").rglob("*.py"), *(PROJECT / "index").rglob("*.py")]:
        nodes = ast.walk(ast.parse(path.read_text("utf-8")))
        found += [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return "\n".join(found)


def test_the_commands_of_the_bot_are_found_in_their_decorators() -> None:
    assert {"ask", "explain", "compare", "level", "browse", "random", "help", "setup"} <= registered()


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`/(\w+)[^`/]*`", DOCUMENT))))
def test_every_slash_command_that_is_named_is_registered(name: str) -> None:
    assert name in registered()


def test_every_registered_command_is_named() -> None:
    assert registered() <= set(re.findall(r"`/(\w+)", DOCUMENT))


@pytest.mark.parametrize("line", sorted(set(re.findall(r"python -m bot ([a-z]+(?: pull)?)", DOCUMENT))))
def test_every_command_of_the_bot_exists(line: str) -> None:
    command = get_command(app)
    for word in line.split():
        command = command.commands[word]  # type: ignore[attr-defined]


@pytest.mark.parametrize("line", sorted(set(re.findall(r"python -m ((?:index|corpus) [a-z]+)", DOCUMENT))))
def test_every_command_of_the_other_rooms_exists(line: str) -> None:
    room, word = line.split()
    source = (PROJECT / room / "__main__.py").read_text("utf-8")
    assert re.search(rf"def {word}\(|command\(\"{word}\"\)", source)


def test_every_setting_that_is_named_exists_and_can_have_the_value_that_is_given() -> None:
    names = {environment_name(name): name for name in Settings.model_fields}
    named = set(re.findall(r"\b((?:DISCORD|BOT)_[A-Z_]+)", DOCUMENT))
    assert {"DISCORD_TOKEN", "DISCORD_MESSAGE_CONTENT"} <= named <= set(names)
    for setting, value in re.findall(r"`((?:DISCORD|BOT)_[A-Z_]+)=([^`]+)`", DOCUMENT):
        Settings(_env_file=None, **{names[setting]: value})


def test_every_message_of_the_table_is_in_the_code() -> None:
    table = DOCUMENT.split("## When something is wrong")[1]
    messages = [
        piece for row in re.findall(r"^\| “(.*)”(?: \([^|]*\))? \|", table, re.MULTILINE) for piece in row.split("…")
    ]
    said = said_in_code()
    assert len(messages) > 10
    assert [one for one in messages if one.strip() not in said] == []


def test_the_permissions_are_those_that_the_link_asks_for() -> None:
    asked = ONE_LINE.split("nothing more: ")[1].split(". ")[0].removesuffix(".")
    assert tuple(re.sub(r" \(.*?\)", "", asked).split(", ")) == tuple(PERMISSIONS)


def test_the_seconds_for_running_answers_are_those_of_the_code() -> None:
    assert f"running answers get {FINISH_S:g} seconds" in ONE_LINE


@pytest.mark.parametrize("name", sorted(set(re.findall(r"\]\(((?!https?:)[^)#]+)\)", DOCUMENT))))
def test_every_link_leads_somewhere(name: str) -> None:
    assert (PROJECT / "docs" / name).is_file()


def test_every_picture_is_shown_is_light_and_says_what_is_on_it() -> None:
    shown = dict(re.findall(r"!\[(.*?)\]\((cards/.*?)\)", DOCUMENT, re.DOTALL))
    pictures = {f"cards/{path.name}": path for path in (PROJECT / "docs" / "cards").iterdir()}
    assert set(shown.values()) == set(pictures)
    assert all(len(text) > 20 for text in shown)
    assert [name for name, path in pictures.items() if path.stat().st_size >= HEAVIEST_BYTES] == []


def test_it_is_said_that_the_pictures_are_no_screenshots() -> None:
    assert "renderings, not screenshots" in ONE_LINE
    assert (PROJECT / "docs" / "render_cards.py").is_file()
