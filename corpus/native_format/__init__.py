"""Reads and writes the project's own entry format."""
