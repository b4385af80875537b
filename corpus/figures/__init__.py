"""The glossary's pictures: `python -m corpus figures` draws each from a few lines of ours into entries/figures/."""
