"""What is known: glossary entries, their formats and the rules they keep."""
