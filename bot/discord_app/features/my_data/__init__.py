"""What the bot has stored about a person: shown, exported, forgotten, paused."""
