"""The answering engine: knows no Discord, no environment, no database."""
