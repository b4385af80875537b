"""What the bot says about itself: short and true. Pure text; it is told what there is."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.tutor.wishes import AboutBot, Wish, language_in

MAX_LISTED = 25


@dataclass(frozen=True, slots=True)
class Commands:
    """How this surface calls its help and its list of terms."""

    help: str = "`/help`"
    browse: str = "`/browse`"


@dataclass(frozen=True, slots=True)
class Facts:
    """What there is to tell: number of terms, some of them, the model that writes ("" for none), those asked for by
    letter or topic.
    """

    count: int
    some: tuple[str, ...]
    model: str = ""
    listed: tuple[str, ...] = ()
    asked: str = ""


def greeting(facts: Facts, commands: Commands) -> str:
    """Answer a hello."""
    examples = f" Ask me, for example, about {_joined(facts.some)}." if facts.some else ""
    return (
        f"Hello! I explain the {facts.count} terms of this glossary at the level you like.{examples} After an answer you "
        f"can say “simpler please”, “for an expert”, “why?” or “give me an example”. {commands.help} tells the rest."
    )


_PARTING = re.compile(
    r"\b(?:thanks?|thank|thx|ty|tysm|cheers|bye|goodbye|see you|got it|makes sense|helps?|helped|helpful|great|perfect|understood|"
    r"appreciate it|amazing|awesome|love it|i (?:get|understand) it now)\b",
    re.IGNORECASE,
)

PARTING = "You're welcome. Ask again whenever you like."


def is_parting(text: str) -> bool:
    """Return whether small talk is a thanks or a goodbye, which need no list of terms."""
    return bool(_PARTING.search(text))


def about(topic: AboutBot, facts: Facts, commands: Commands) -> str:
    """Answer a question about the bot."""
    match topic:
        case AboutBot.HELP:
            example = f" For example: {facts.some[0]}." if facts.some else ""
            return (
                f"Ask me about a term of this glossary, in your own words.{example} I answer at five levels (eli5, plain, "
                "student, practitioner, expert), compare terms, and say where each text comes from. Then say “simpler”, "
                f"“more detail”, “why?” or “an example”. {commands.help} shows all commands, {commands.browse} all terms."
            )
        case AboutBot.WHO:
            return (
                "I am a bot, not a person: a study-group tutor that answers from a glossary written by people. "
                f"{_model(facts)} {commands.help} shows what I can do."
            )
        case AboutBot.MODEL:
            return f"{_model(facts)} {commands.help} shows what I can do."
        case AboutBot.COUNT:
            return f"This glossary has {facts.count} entries. {commands.browse} lists them."
        case AboutBot.LIST:
            return _list(facts, commands)


def cannot(wish: Wish, text: str, glossary_language: str) -> str:
    """Say in one line what no author's text can do, and what can be done instead."""
    if wish is Wish.LANGUAGE:
        asked = language_in(text)
        other = f" and not {asked}" if asked and asked.casefold() != glossary_language.casefold() else ""
        return f"I can only speak {glossary_language}{other}: the glossary is written in it. Its terms I find in any sentence."
    return (
        "I cannot make a table of it: these are the author's own words. I can say it shorter, simpler or in more detail, "
        "give an example, or compare two terms (“A vs B”)."
    )


def _model(facts: Facts) -> str:
    if facts.model:
        return f"Most answers are the glossary's own words; where none fit, the language model {facts.model} writes, and it says so."
    return "No language model writes here: every answer is the glossary's own words."


def _list(facts: Facts, commands: Commands) -> str:
    if not facts.listed:
        none = f"There is no term for “{facts.asked}”. " if facts.asked else ""
        return f"{none}The glossary has {facts.count} entries; {commands.browse} lists them by letter and category."
    more = len(facts.listed) - MAX_LISTED
    rest = f" and {more} more" if more > 0 else ""
    return f"{', '.join(facts.listed[:MAX_LISTED])}{rest}. {commands.browse} lists all {facts.count}."


def _joined(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
