"""The Discord application itself: its token and the link that invites the bot."""
