"""Glossary Markdown as Discord can show it: rendering, splitting, sanitizing, formulas as pictures."""
