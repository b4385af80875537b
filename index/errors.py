"""What can go wrong with an index, as sentences that end with what to run.

IndexingError
├── NoIndex              nothing was built here yet
├── StaleIndex           the corpus has changed since
├── ForeignIndex         built by another version or for another embedder
├── DamagedIndex         a file is missing, cut off or altered
├── CannotWrite          the disk is full, or the folder is not ours to write
├── UnusableQuestions    a file of questions cannot be read
└── EmbedderUnavailable  the embedding model is not here, is not the published one, or cannot be read
"""

REBUILD = "Run: python -m index build"


class IndexingError(Exception):
    """Something about the index that a person can repair; `str()` says what and how."""


class NoIndex(IndexingError):
    """Nothing was built in this folder yet."""


class StaleIndex(IndexingError):
    """The corpus is not the one that the index was built from."""


class ForeignIndex(IndexingError):
    """The index was built by another version of this program."""


class DamagedIndex(IndexingError):
    """A file of the index is missing, cut off or altered."""


class CannotWrite(IndexingError):
    """The index cannot be written where it should be."""


class UnusableQuestions(IndexingError):
    """A file of questions for an evaluation cannot be read."""


class EmbedderUnavailable(IndexingError):
    """The embedding model is not here, is not the published one, or cannot be read."""
