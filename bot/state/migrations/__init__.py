"""How a database comes to the tables of bot/state/tables.py, step by step; run by bot/state/schema.py."""
