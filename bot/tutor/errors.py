"""What can go wrong while answering. Each is one calm sentence to show a person, never a stack of calls.

TutorError
└── UnusableQuestion   empty, far too long, or not made of words
"""


class TutorError(Exception):
    """A sentence for the person who asked; `str()` is that sentence."""


class UnusableQuestion(TutorError):
    """The input is no question that anybody could answer."""
