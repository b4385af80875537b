"""Is this message for the bot? A table of what people write, and what is made of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.discord_app.incoming.message_rules import (
    MAX_UNSOLICITED,
    IncomingMessage,
    Listening,
    Reaction,
    is_question,
    take,
    without_mention,
)

IGNORE, ANSWER, THREAD, ANSWER_IF_SURE = Reaction.IGNORE, Reaction.ANSWER, Reaction.OPEN_THREAD, Reaction.ANSWER_IF_SURE
OFF, ON = Listening(), Listening(on=True)

STUDY = {"study_channel": True}
US = {"to_us": True}
OTHERS = {"to_others": True}
THREAD_OF_OURS = {"own_thread": True}
COMPANY = {"own_thread": True, "company": True}
NOW_S = 10_000.0

TABLE: list[tuple[str, dict[str, bool], Listening, Reaction]] = [
    # direct messages: everything that has words
    ("what is dropout?", {"direct": True}, OFF, ANSWER),
    ("simpler please", {"direct": True}, OFF, ANSWER),
    ("hello", {"direct": True}, OFF, ANSWER),
    ("", {"direct": True}, OFF, ANSWER),  # a picture alone is told what to do
    ("👍", {"direct": True}, OFF, IGNORE),
    ("what is dropout?", {"direct": True, "by_bot": True}, OFF, IGNORE),
    ("what is dropout?", {"direct": True, "system": True}, OFF, IGNORE),
    # mentions and replies to the bot, anywhere
    ("what is dropout?", US, OFF, ANSWER),
    ("dropout", US, OFF, ANSWER),
    ("thanks!", US, OFF, ANSWER),
    ("", US, OFF, ANSWER),
    ("<@99>", US, OFF, ANSWER),
    ("<@99> ??", US, OFF, ANSWER),
    ("👍", US, OFF, IGNORE),
    ("<:thumbs:123456>", US, OFF, IGNORE),
    ("<a:party:123456> 🎉", US, OFF, IGNORE),
    ("can you explain to <@5> what dropout is?", {**US, **OTHERS}, OFF, ANSWER),
    ("what is dropout?", {**US, "by_bot": True}, OFF, IGNORE),
    ("what is dropout?", {**US, "by_bot": True}, ON, IGNORE),
    # study channels: a question opens a thread
    ("what is dropout?", STUDY, OFF, THREAD),
    ("what is dropout", STUDY, OFF, THREAD),
    ("what is dropout?", STUDY, ON, THREAD),
    ("explain backpropagation", STUDY, OFF, THREAD),
    ("can anyone explain L1 vs L2", STUDY, OFF, THREAD),
    ("what is dropout?", {**STUDY, "can_open_thread": False}, OFF, ANSWER),
    ("what is dropout?", {**STUDY, **US}, OFF, THREAD),
    ("dropout", {**STUDY, **US}, OFF, THREAD),
    ("thanks!", {**STUDY, **US}, OFF, ANSWER),
    ("<@99> hi there", {**STUDY, **US}, OFF, ANSWER),
    ("", {**STUDY, **US}, OFF, ANSWER),
    ("what is dropout?", {**STUDY, "by_bot": True}, OFF, IGNORE),
    ("ann pinned a message.", {**STUDY, "system": True}, OFF, IGNORE),
    # talk between people
    ("what is dropout?", {}, OFF, IGNORE),
    ("what is dropout?", {}, ON, IGNORE),
    ("I agree with you", STUDY, OFF, IGNORE),
    ("lol what?", STUDY, OFF, IGNORE),
    ("really?", STUDY, OFF, IGNORE),
    ("how are you?", STUDY, OFF, IGNORE),
    ("are you coming tonight?", STUDY, OFF, IGNORE),
    ("anyone up for lunch?", STUDY, OFF, IGNORE),
    ("is anybody here?", STUDY, OFF, IGNORE),
    ("when you train it that long it overfits", STUDY, OFF, IGNORE),
    ("do it", STUDY, OFF, IGNORE),
    ("can confirm", STUDY, OFF, IGNORE),
    ("https://example.org/?q=what", STUDY, OFF, IGNORE),
    ("<:what:123456>", STUDY, OFF, IGNORE),
    ("👍", STUDY, ON, IGNORE),
    ("<@5> what is dropout?", {**STUDY, **OTHERS}, OFF, IGNORE),
    ("did you see what <@5> wrote?", {**STUDY, **OTHERS}, OFF, IGNORE),
    # listen mode: questions between people are weighed
    ("<@5> what is dropout?", {**STUDY, **OTHERS}, ON, ANSWER_IF_SURE),
    ("<@5> what is dropout?", OTHERS, ON, IGNORE),
    ("<@5> I think so too", {**STUDY, **OTHERS}, ON, IGNORE),
    ("<@5> are you coming?", {**STUDY, **OTHERS}, ON, IGNORE),
    ("<@5> what is " + "very " * 70 + "long?", {**STUDY, **OTHERS}, ON, IGNORE),
    ("<@5> what is dropout?", {**STUDY, **OTHERS}, Listening(True, 600, NOW_S - 599), IGNORE),
    ("<@5> what is dropout?", {**STUDY, **OTHERS}, Listening(True, 600, NOW_S - 600), ANSWER_IF_SURE),
    # threads of ours: no mention is needed, and people may still talk to each other
    ("and for images?", THREAD_OF_OURS, OFF, ANSWER),
    ("simpler please", THREAD_OF_OURS, OFF, ANSWER),
    ("dropout", THREAD_OF_OURS, OFF, ANSWER),
    ("and for images?", {**THREAD_OF_OURS, **STUDY, **US}, OFF, ANSWER),  # no thread in a thread
    ("<@5> look at this", {**THREAD_OF_OURS, **OTHERS}, OFF, IGNORE),
    ("😂😂", THREAD_OF_OURS, OFF, IGNORE),
    ("and for images?", COMPANY, OFF, ANSWER),
    ("why?", COMPANY, OFF, ANSWER),
    ("simpler please", COMPANY, OFF, ANSWER),
    ("give me an example", COMPANY, OFF, ANSWER),
    ("that is what I thought too", COMPANY, OFF, IGNORE),
    ("see you tomorrow then", COMPANY, OFF, IGNORE),
    ("are you coming?", COMPANY, OFF, IGNORE),
    ("see you tomorrow then", {**COMPANY, **US}, OFF, ANSWER),
    # the first post of a forum thread
    ("My model does well in training and badly after.", {"opening": True}, OFF, ANSWER),
    ("Welcome <@5>!", {"opening": True, **OTHERS}, OFF, IGNORE),
]


@pytest.mark.parametrize(("text", "signs", "listening", "taken"), TABLE)
def test_how_a_message_is_taken(text: str, signs: dict[str, bool], listening: Listening, taken: Reaction) -> None:
    assert take(IncomingMessage(text, **signs), listening, NOW_S) is taken


flags = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(
        ("direct", "to_us", "to_others", "own_thread", "company", "study_channel", "opening", "can_open_thread"),
        st.booleans(),
    ),
)


@given(st.text(max_size=400), flags, st.booleans())
def test_what_is_not_for_the_bot_is_never_answered(text: str, signs: dict[str, bool], on: bool) -> None:
    incoming = IncomingMessage(text, **signs)
    taken = take(incoming, Listening(on), NOW_S)
    if not (incoming.direct or incoming.to_us or incoming.own_thread or incoming.study_channel or incoming.opening):
        assert taken is IGNORE
    if taken is ANSWER_IF_SURE:
        assert on
        assert incoming.to_others
        assert len(text) <= MAX_UNSOLICITED
    if taken is THREAD:
        assert incoming.can_open_thread
        assert incoming.study_channel
        assert not incoming.own_thread
    for silent in ({"by_bot": True}, {"system": True}):
        assert take(IncomingMessage(text, **{**signs, **silent}), Listening(on), NOW_S) is IGNORE


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("I read about dropout. What is it good for? Thanks!", True),
        ("quick question: what's adam", True),
        ("Hey guys, how do I choose k", True),
        ("is dropout a regularizer", True),
        ("do you know what dropout is?", True),
        ("“what is dropout?”", True),
        ("什么是过拟合？", True),
        ("difference between l1 and l2", True),
        ("how come adam works", True),
        ("which optimizer should I use", True),
        ("what a day", False),
        ("which reminds me of tuesday", False),
        ("how nice", False),
        ("see https://example.org/a?b=c for more", False),
        ("", False),
        ("?", True),
    ],
)
def test_what_counts_as_a_question(text: str, asks: bool) -> None:
    assert is_question(text) is asks


def test_only_the_bots_own_mention_is_taken_out() -> None:
    assert without_mention(" <@42> what is\n <@!42> dropout, <@43>?", 42) == "what is dropout, <@43>?"
    assert without_mention("<@42>", 42) == ""
