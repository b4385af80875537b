"""What Discord sees of the bot: commands, context menus and listeners, a file for each feature."""
