"""The errors codecards raises on purpose.

Each is a `CodecardsError` and also the builtin a caller would expect, so both
``except CodecardsError`` and ``except LookupError`` work.
"""


class CodecardsError(Exception):
    """Base class of every error that codecards raises on purpose.

    The message is one line: what is wrong, where, and what to do about it.
    """


class InvalidCodeError(CodecardsError, ValueError):
    """A string that cannot be a code of the system in question."""


class UnknownCodeError(CodecardsError, LookupError):
    """A well-formed code that the release in question does not hold."""

    def __str__(self) -> str:
        # LookupError itself shows its argument as it is; KeyError would quote it.
        return str(self.args[0]) if self.args else ""


class UnknownReleaseError(CodecardsError, LookupError):
    """A release of a code set that is not on this machine."""


class SourceFileError(CodecardsError, ValueError):
    """An official file that is damaged, or is not the file it should be."""


class LicenceError(SourceFileError):
    """A licensed file, used without the statement that its user holds a licence."""


class RecipeError(CodecardsError, ValueError):
    """A recipe that is unreadable, contradictory or selects nothing."""


class DeckFileError(CodecardsError, ValueError):
    """A deck file that cannot be read back, or a format that cannot be written."""


class MissingExtraError(CodecardsError, ImportError):
    """A part of codecards whose extra requirements are not installed; the message says how to install them."""


class SchedulingError(CodecardsError, ValueError):
    """A grade, a time or a state that the scheduler refuses."""


class StoreError(CodecardsError, OSError):
    """A store of reviews that cannot be opened, read or written; what was acknowledged before is safe."""


class UnknownReviewError(StoreError, LookupError):
    """A review that the store does not hold, or that was taken back."""


class ConflictingReviewError(StoreError, ValueError):
    """The id of a review that the store holds already, with something else in it."""


class AnkiFileError(CodecardsError, ValueError):
    """A file of Anki's that cannot be read."""
