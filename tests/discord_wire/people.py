"""People at Discord, for tests: they use commands, press, choose, fill in, write, and see what comes back.

Like the real client they cannot do what is not offered: an unknown command, a disabled button, a value beyond a select's
options is an AssertionError here. Knows no bot.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from discord_wire.handles import BUTTON, SELECTS, Said, Used, buttons, labels, menu_options, selects
from discord_wire.interactions import AUTOCOMPLETE, COMMAND, COMPONENT, MODAL_SUBMIT
from discord_wire.state import ADMINISTRATOR, FORUM, TEXT, Channel, Guild, Json, Message, User, walk

if TYPE_CHECKING:
    from discord_wire.server import Wire

INPUT, LINK = 4, 5
STRING, INTEGER, BOOLEAN, USER, NUMBER = 3, 4, 5, 6, 10


@dataclass(frozen=True, slots=True)
class Place:
    """A guild, as a test arranges it."""

    wire: Wire
    guild: Guild

    def channel(self, name: str, *, denied: int = 0, topic: str | None = None) -> Channel:
        """A text channel; `denied` are permissions that the bot lacks there."""
        return self._add(TEXT, name, denied, topic)

    def forum(self, name: str, *, denied: int = 0) -> Channel:
        """A forum channel."""
        return self._add(FORUM, name, denied, None)

    def _add(self, kind: int, name: str, denied: int, topic: str | None) -> Channel:
        made = Channel(self.wire.ids.new(), kind, name, self.guild, denied=denied, topic=topic)
        return self.wire.add_channel(made)


class Person:
    """Somebody with an account."""

    def __init__(self, wire: Wire, user: User) -> None:
        self.wire, self.user = wire, user

    @property
    def mention(self) -> str:
        return f"<@{self.user.id}>"

    @property
    def direct(self) -> Channel:
        """The person's direct messages with the bot."""
        return self.wire.dm_with(self.user)

    @property
    def here(self) -> Channel:
        """Where the person acts unless told otherwise: the first text channel of the first guild."""
        return next(one for one in self.wire.channels.values() if one.type == TEXT)

    def slash(self, command: str, *, where: Channel | None = None, **options: Any) -> Used:
        """Uses a slash command; "setup channel" names a subcommand."""
        where = where or self.here
        found, data, listed = self._chosen(command, where)
        given = [self._option(one, options.pop(one["name"])) for one in found if one["name"] in options]
        assert not options, f"/{command} has no option {sorted(options)}"
        missing = [
            one["name"] for one in found if one.get("required") and one["name"] not in {g["name"] for g in given}
        ]
        assert not missing, f"/{command} needs {missing}"
        listed.extend(given)
        people = [one for one in given if one["type"] == USER]
        if people:
            users = {one["value"]: self.wire.users[int(one["value"])] for one in people}
            members = {k: where.guild.member(one, with_user=False) for k, one in users.items()} if where.guild else {}
            members = {k: one | {"permissions": "0"} for k, one in members.items()}
            data["resolved"] = {"users": {k: one.payload() for k, one in users.items()}, "members": members}
        return self._use(COMMAND, where, data)

    def autocomplete(
        self, command: str, focused: str, typed: str, *, where: Channel | None = None, **options: Any
    ) -> Used:
        """Types into an option of a command."""
        where = where or self.here
        found, data, listed = self._chosen(command, where)
        for one in found:
            if one["name"] == focused:
                assert one.get("autocomplete"), f"{focused} of /{command} offers no choices while typing"
                listed.append({"name": focused, "type": one["type"], "value": typed, "focused": True})
            elif one["name"] in options:
                listed.append({"name": one["name"], "type": one["type"], "value": options[one["name"]]})
        return self._use(AUTOCOMPLETE, where, data)

    def message_command(self, command: str, message: Message) -> Used:
        """Uses a command from a message's menu, such as "Explain this"."""
        found = self._command(command, 3, message.channel)
        target = {str(message.id): message.payload(self.wire.me)}
        data = {"id": found["id"], "name": found["name"], "type": 3, "target_id": str(message.id)}
        return self._use(COMMAND, message.channel, data | {"resolved": {"messages": target}})

    def press(self, message: Message, label: str | None = None, *, custom_id: str | None = None) -> Used:
        """Presses a button, named by its label (or emoji) or by its custom_id."""
        self._sees(message)
        for one in buttons(message):
            named = one.get("label") or (one.get("emoji") or {}).get("name")
            if (custom_id is None or one.get("custom_id") == custom_id) and label in (None, named):
                assert not one.get("disabled"), f"{named!r} is disabled"
                assert one["style"] != LINK, f"{named!r} is a link"
                data = {"custom_id": one["custom_id"], "component_type": BUTTON, "id": one["id"]}
                return self._use(COMPONENT, message.channel, data, message)
        if label in (offered := menu_options(message)):
            return self.choose(message, offered[label]["custom_id"], label)
        raise AssertionError(f"no button {label or custom_id!r} among {labels(message)}")

    def choose(self, message: Message, custom_id: str | None, *values: str) -> Used:
        """Chooses in a select (the only one where `custom_id` is None), by the options' values or labels."""
        self._sees(message)
        found = [one for one in selects(message) if custom_id in (None, one["custom_id"])]
        assert len(found) == 1, f"{len(found)} selects {custom_id!r}"
        known = {one["label"]: one["value"] for one in found[0]["options"]}
        chosen = [known.get(one, one) for one in values]
        assert set(chosen) <= set(known.values()), f"{values} are not among {known}"
        data = {"custom_id": found[0]["custom_id"], "component_type": 3, "id": found[0]["id"], "values": chosen}
        return self._use(COMPONENT, message.channel, data, message)

    def submit_modal(self, opened: Used, *values: str, **named: str) -> Used:
        """Fills in the modal that `opened` brought (in order, or by custom_id) and sends it."""
        modal = opened.interaction.modal
        assert modal is not None, "no modal is open"
        inputs = [one for one in walk(modal["components"]) if one["type"] == INPUT]
        texts = dict(zip([one["custom_id"] for one in inputs], values, strict=False)) | named
        filled = [_filled(one, texts, str(number)) for number, one in enumerate(modal["components"], 1)]
        data = {"custom_id": modal["custom_id"], "components": filled}
        return self._use(MODAL_SUBMIT, opened.channel, data, opened.interaction.source)

    def say(
        self,
        channel: Channel | None,
        text: str,
        *,
        mention_bot: bool = False,
        reply_to: Message | None = None,
        ping: bool = True,
    ) -> Said:
        """Writes into a channel (None: the usual one); a reply pings its author unless told otherwise."""
        text = f"<@{self.wire.me.id}> {text}" if mention_bot else text
        assert len(text) <= 2000, "Discord's client makes a file of more than 2,000 characters"
        where = channel or self.here
        return self._write(
            Message(self.wire.ids.new(), where, self.user, time.monotonic(), text, reply_to=reply_to), ping
        )

    def _write(self, made: Message, ping: bool = True) -> Said:
        made.mentions = [one for one in self.wire.users.values() if f"<@{one.id}>" in made.content]
        if made.reply_to is not None:
            made.type = 19
            made.mentions += [made.reply_to.author] if ping and made.reply_to.author not in made.mentions else []
        return Said(self.wire, self.wire.post(made))

    def dm(self, text: str, *, reply_to: Message | None = None) -> Said:
        """Writes to the bot directly."""
        return self.say(self.direct, text, reply_to=reply_to)

    def forum_post(self, forum: Channel, title: str, text: str) -> Said:
        """Opens a post in a forum channel."""
        thread = self.wire.start_thread(forum, title, self.user, None)
        return self._write(Message(thread.id, thread, self.user, time.monotonic(), text))

    def thread(self, channel: Channel, name: str) -> Channel:
        """Opens a thread of one's own."""
        return self.wire.start_thread(channel, name, self.user, None)

    def react(self, message: Message, emoji: str) -> None:
        """Reacts to a message."""
        self.wire.react(message, emoji, self.user)

    def _use(self, kind: int, where: Channel, data: Json, source: Message | None = None) -> Used:
        return Used(self.wire, self.wire.interact(kind, self.user, where, data, source))

    def _sees(self, message: Message) -> None:
        assert not message.ended, "the message is deleted"
        assert not message.ephemeral or message.seen_by is self.user, f"{self.user.name} does not see this message"

    def _chosen(self, command: str, where: Channel) -> tuple[list[Json], Json, list[Json]]:
        """The options of a (sub)command, the interaction's data, and the list in it that takes the values."""
        name, *deeper = command.split(" ")
        found = self._command(name, 1, where)
        listed: list[Json] = []
        data: Json = {"id": found["id"], "name": name, "type": 1, "options": listed}
        options: list[Json] = found.get("options") or []
        for step in deeper:
            below = next((one for one in options if one["name"] == step and one["type"] in (1, 2)), None)
            assert below is not None, f"/{command} is not registered"
            inner: list[Json] = []
            listed.append({"name": step, "type": below["type"], "options": inner})
            options, listed = below.get("options") or [], inner
        return options, data, listed

    def _command(self, name: str, kind: int, where: Channel) -> Json:
        wire, guild = self.wire, where.guild
        known = wire.commands.get(0, []) + (wire.commands.get(guild.id, []) if guild else [])
        found = next((one for one in known if one["name"] == name and one["type"] == kind), None)
        assert found is not None, f"no command {name!r} among {[one['name'] for one in known]}"
        context = 0 if guild else 1
        assert context in (found.get("contexts") or [0, 1, 2]), (
            f"{name} is not offered in {'a guild' if guild else 'DMs'}"
        )
        if guild is not None:
            assert guild.bot_in or 1 in found["integration_types"], f"{name} cannot be installed by users"
            needed = int(found.get("default_member_permissions") or 0)
            allowed = guild.permissions(self.user)
            assert allowed & ADMINISTRATOR or allowed & needed == needed, f"{name} is not offered to {self.user.name}"
        return found

    def _option(self, known: Json, value: Any) -> Json:
        kinds: dict[int, type | tuple[type, ...]] = {STRING: str, INTEGER: int, BOOLEAN: bool, NUMBER: (int, float)}
        kind, name = known["type"], known["name"]
        if isinstance(value, Person):
            value = str(value.user.id)
        assert isinstance(value, kinds.get(kind, str)), f"{name} is of type {kind}"
        offered = {one["name"]: one["value"] for one in known.get("choices") or []}
        value = offered.get(value, value)
        assert not offered or value in offered.values(), f"{name}: {value!r} is not among {list(offered)}"
        if kind == STRING:
            assert known.get("min_length", 0) <= len(value) <= known.get("max_length", 6000), (
                f"{name} is too long or short"
            )
        return {"name": name, "type": kind, "value": value}


def _filled(one: Json, texts: dict[str, str], number: str) -> Json:
    made: Json = {"type": one["type"], "id": one.get("id") or int(number)}
    if one["type"] == INPUT:
        value = texts.get(one["custom_id"], one.get("value") or "")
        assert value or not one.get("required", True), f"{one['custom_id']} must be filled in"
        assert len(value) <= one.get("max_length", 4000), f"{one['custom_id']} takes {one.get('max_length')} characters"
        return made | {"custom_id": one["custom_id"], "value": value}
    if one["type"] in SELECTS:
        return made | {"custom_id": one["custom_id"], "values": [texts[one["custom_id"]]]}
    if "component" in one:
        return made | {"component": _filled(one["component"], texts, number + "1")}
    if "components" in one:
        return made | {
            "components": [_filled(each, texts, f"{number}{at}") for at, each in enumerate(one["components"])]
        }
    return made
