"""What a validation answers."""

from __future__ import annotations

from enum import StrEnum

import attrs

from codecards.codesets.model import Code
from codecards.codesets.system import System

__all__ = ["Verdict", "VerdictKind"]


class VerdictKind(StrEnum):
    """What is wrong with a code."""

    VALID = "valid"
    IMPOSSIBLE_FORMAT = "impossible-format"
    UNKNOWN = "unknown"
    HEADER = "header"
    MISSING_SEVENTH_CHARACTER = "missing-seventh-character"
    IMPOSSIBLE_SEVENTH_CHARACTER = "impossible-seventh-character"
    MISSING_PLACEHOLDER = "missing-placeholder"
    TOO_LONG = "too-long"
    RETIRED = "retired"
    NOT_YET_EFFECTIVE = "not-yet-effective"
    OTHER_SYSTEM = "other-system"


@attrs.frozen
class Verdict:
    """Whether a code may stand on a claim, and what is wrong if not.

    Args:
        code: The code as its system publishes it; as it was given where it has an impossible format.
        system: The system it was held against.
        release: The release it was held against.
        kind: What is wrong with it.
        message: The same in one line, with the way out.
        suggestions: Codes that may be meant, in tabular order; the code itself where it is valid.
    """

    code: str
    system: System
    release: str
    kind: VerdictKind
    message: str
    suggestions: tuple[Code, ...] = ()

    @property
    def is_valid(self) -> bool:
        """True where the code is billable in that release."""
        return self.kind is VerdictKind.VALID
