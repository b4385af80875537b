"""What can go wrong with a glossary's files, as sentences to show a person.

Each error names the file, the line where one is known, and the repair. It does not know who reads it:
a terminal, a report or a Discord message prints `str(error)`.

    CorpusError
    ├── UnreadableFile     cannot be opened or decoded, or is no text
    ├── MalformedEntry     opened, but is not an entry
    ├── NameClash          two entries own the same term or alias
    └── NoEntries          a folder that holds no entry, or is not there
"""


class CorpusError(Exception):
    """Something about the corpus that a person can repair.

    `problem` says what is wrong and `repair` what to do, one sentence each; `line` counts from 1, 0 = unknown.
    """

    def __init__(self, problem: str, *, file: str = "", line: int = 0, repair: str = "") -> None:
        self.problem, self.file, self.line, self.repair = problem, file, line, repair
        super().__init__(str(self))

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}: " if self.line else f"{self.file}: " if self.file else ""
        return f"{place}{self.problem}" + (f" {self.repair}" if self.repair else "")


class UnreadableFile(CorpusError):
    """A file cannot be opened or decoded, or does not hold text."""


class MalformedEntry(CorpusError):
    """A file was read, but its content is not an entry."""


class NameClash(CorpusError):
    """Two entries own the same term or alias."""


class NoEntries(CorpusError):
    """A folder holds no entry, or there is no such folder."""
