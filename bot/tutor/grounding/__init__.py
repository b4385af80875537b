"""Whether a sentence stands on a passage: reading claims, comparing them, and what the comparison weighs. Pure."""
