"""Shapes: a document -> the entries that it may hold, each proposal scored. Know no format."""
