"""What must survive a restart: preferences, conversations, settings of servers, feedback and gaps."""
