"""A server's own entries: added, uploaded, listed, removed."""
