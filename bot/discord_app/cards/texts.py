"""Every sentence of the Discord surface that is not an answer. Pure text; no logic."""

from corpus.entry import Level

LEVELS = {
    Level.ELI5: "ELI5",
    Level.PLAIN: "Plain",
    Level.STUDENT: "Student",
    Level.PRACTITIONER: "Practitioner",
    Level.EXPERT: "Expert",
}
"""The levels as they stand on buttons."""

DESCRIBED = {
    Level.ELI5: "Everyday words, as for a child",
    Level.PLAIN: "For anybody, without formulas",
    Level.STUDENT: "With the formula, for a first course",
    Level.PRACTITIONER: "For people who use it at work",
    Level.EXPERT: "For researchers: exact, with limits",
}

MAY_NOT_ADD = "On this server only those may change the glossary whom its admins allow it: `/setup` says who."
TOO_LARGE = "That file is too large: at most {megabytes} MB can be read at once. Split it, then upload the parts."
TOO_LONG_TO_EDIT = (
    "This entry's name is too long for the form. `/glossary export` it, change the file, and upload that."
)
EXPORTED = "Here are this server's own entries, in the format that `/glossary upload` reads."
ENTRY_FORM = "An entry of this server"
PAUSED = "From now on I keep nothing of what you ask."
RESUMED = "From now on I remember our conversations again."
JUDGED_PAUSED = "Your memory is paused, so I keep no judgement either. `/mydata` switches it on again."
FORGOTTEN = "I no longer have this answer. Ask again with `/ask`."
OUTDATED = "This control is from an earlier version of me. Ask again with `/ask`."
NOT_YOURS = "Only the person who asked can do that."
REPLACED = "You asked something newer, so I stopped here."
STOPPED = "Stopped, as you wished."
INTERRUPTED = "I was interrupted while answering. Nothing is lost: press Retry, or ask again."
BROKEN = "Something went wrong on my side. It has been noted; press Retry, or ask again in a moment."
BROKEN_OFF = "Something went wrong on my side. It has been noted; please try again in a moment."
LEAVING = "I am being restarted and had to stop here. Press Retry in a moment."
SORRY = "Thank you for telling me. The keepers of the glossary will see that this needs a better answer."
WHICH_TERM = "That message names several terms. Which one shall I explain?"
WHICH_LEVEL = "At which level? `/level` remembers one for you."
OVER = "This answer has ended already."
ASK_ON = "Ask on"
YOUR_QUESTION = "Your question"
THANKS = "Thank you, that helps."
NOTHING_FOUND = "I found no term of this glossary in that message."
NO_SOURCES = "This answer names no sources."
LEVEL_SET = "From now on I explain at the level **{level}**. You can still choose another one for a single question."
CHOOSE_LEVEL = "Choose the level at which I explain to you. The same entry, **{term}**, at two of them:"
CALLED = (
    "Ask me about a term, for example “what is overfitting?”. Or reply to somebody’s message and mention me: "
    "then I explain that."
)
UNREADABLE = "I cannot read that message, only those that mention me. Copy what you want to know into your own message."
NOT_HERE = "I may not write there. Ask an admin to give me “Send Messages” and “View Channels” for it, or write to me directly."
NO_PICTURES = "-# I may not show pictures here, so formulas are text. An admin can give me “Attach Files”."
LISTENING = "-# I overheard a question that the glossary answers. Press Dismiss if I should not have."
LOOKING = "Looking it up …"
QUEUED = "{ahead} before you in the queue. I write as soon as it is your turn."
NEXT_IN_QUEUE = "You are next."


def waiting(position: int) -> str:
    """Return where somebody stands in the queue; position 1 is next."""
    if position <= 1:
        return NEXT_IN_QUEUE
    ahead = position - 1
    return QUEUED.format(ahead="One person is" if ahead == 1 else f"{ahead} people are")
