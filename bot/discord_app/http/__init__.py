"""Requests to Discord: rate limits, the global limit, the pace of edits."""
