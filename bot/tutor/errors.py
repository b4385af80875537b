"""What can go wrong while answering. Each is one calm sentence to show a person, never a stack of calls.

TutorError
├── UnusableQuestion       empty, far too long, or not made of words
├── UnusableModel          the chosen model cannot be used on this machine; says what to do
└── GenerationError        the model did not write this answer; the authored path answers instead
    ├── ModelUnavailable   not there now: still loading, restarting, its server cannot be reached
    │   └── ModelBusy      too many are waiting
    ├── Replaced           a newer question of the same person took its place
    ├── ModelFailed        broke off: out of memory, a lost connection, silent for too long
    └── PromptTooLong      the prompt does not fit what the model can read at once
"""


class TutorError(Exception):
    """A sentence for the person who asked; `str()` is that sentence."""


class UnusableQuestion(TutorError):
    """The input is no question that anybody could answer."""


class UnusableModel(TutorError):
    """The model that was chosen cannot be used here; the sentence says what to do."""


class GenerationError(TutorError):
    """A model did not write the answer."""


class ModelUnavailable(GenerationError):
    """The model takes no request at present."""


class ModelBusy(ModelUnavailable):
    """Others are being answered, and the wait would be too long."""


class Replaced(GenerationError):
    """A newer question of the same person took this one's place."""


class ModelFailed(GenerationError):
    """The model broke off."""


class PromptTooLong(GenerationError):
    """The prompt is longer than the model can read."""
