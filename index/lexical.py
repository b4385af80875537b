"""BM25 over the passages' words: SQLite FTS5, in the file that also holds the passages (store.py).

It finds what an embedder blurs: rare words, abbreviations, names of functions.
"""

import sqlite3

from index.terms import words

_STOP = frozenset(
    """a an and are as at be but by can could do does dont explain for from give had has have how i if im in is it its
    just like me mean means my n not of on or our please should so some tell than that the their them then there these
    they this to u us was we were what whats when where which while who why will with would you your""".split()
)
"""Words that say nothing about which passage is meant. Few, because BM25 already weighs frequent words lightly."""


def match_expression(question: str) -> str:
    """The question as an FTS5 expression: any of its telling words, each quoted, so that no sign is an operator."""
    telling = [word for word in words(question) if word not in _STOP] or words(question)
    return " OR ".join(f'"{word}"' for word in dict.fromkeys(telling[:64]))


def best(db: sqlite3.Connection, question: str, k: int) -> list[tuple[int, float]]:
    """(passage number, BM25) of the k best passages, best first; higher is better, and 0 is no agreement."""
    expression = match_expression(question)
    if not expression:
        return []
    rows = db.execute("SELECT rowid, -rank FROM words WHERE words MATCH ? ORDER BY rank LIMIT ?", (expression, k))
    return [(int(number), float(score)) for number, score in rows]
