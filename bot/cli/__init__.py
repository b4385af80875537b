"""The terminal: ask, chat, data and models commands, and how an answer is shown there."""
