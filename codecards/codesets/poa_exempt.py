"""The ICD-10-CM codes that are exempt from reporting whether a condition was present on admission."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

__all__ = ["PoaExemptList"]


@attrs.frozen
class PoaExemptList:
    """The exempt codes of one fiscal year; ``"Z00.00" in exempt`` asks for a dotted code.

    Args:
        release: The fiscal year, or None where the file does not tell it.
        codes: The long title of each exempt code, by dotted code, in tabular order.
    """

    release: str | None
    codes: Mapping[str, str]

    def __len__(self) -> int:
        return len(self.codes)

    def __contains__(self, code: object) -> bool:
        return code in self.codes
