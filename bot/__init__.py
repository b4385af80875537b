"""Answering, and the places where people talk."""
