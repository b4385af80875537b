"""What the bot shows: answer cards, browse cards, their components, texts and attachments."""
