"""What can go wrong with what is kept. Each is one calm sentence with the repair, fit to be shown to a person.

StateError
├── StorageOff          the database cannot be used just now; answers go on without a memory
│   └── StorageTooNew   it was made by a newer version of this program
├── Unkeepable          this one value cannot be kept; the others can
├── Conflict            somebody changed the same thing in the meantime
├── UnusableAddress     the address of the database cannot be used
└── UnusableBackup      a backup is damaged, too new, or has nowhere to go
"""

from bot.tutor.errors import TutorError


class StateError(TutorError):
    """A sentence about what is kept; `str()` is that sentence."""


class StorageOff(StateError):
    """The database does not answer, is locked, full or damaged. `damaged`: its file cannot be read any more."""

    def __init__(self, sentence: str, *, damaged: bool = False) -> None:
        super().__init__(sentence)
        self.damaged = damaged


class StorageTooNew(StorageOff):
    """The database has tables that this version does not know."""


class Unkeepable(StateError):
    """The database refused one value."""


class Conflict(StateError):
    """What was to be changed is no longer what it was."""


class UnusableAddress(StateError):
    """DATABASE_URL names no database that can be used here."""


class UnusableBackup(StateError):
    """A backup cannot be written or restored."""
