"""The process of its own in which a local model runs."""
