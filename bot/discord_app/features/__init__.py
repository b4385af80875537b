"""One folder for each feature: its commands, its service and its cards."""
