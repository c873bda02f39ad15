"""The codes of a release by key, and which of them are headers, whether or not its files list headers."""

from __future__ import annotations

import unicodedata

import attrs

from codecards.codesets.codeset import CodeSet
from codecards.codesets.model import Code
from codecards.codesets.syntax import CATEGORY_LENGTH, undotted
from codecards.codesets.system import System

__all__ = ["Outline", "folded"]

# Only ICD codes stand below one another; five characters of HCPCS or CPT say nothing of their neighbours.
_HIERARCHICAL = (System.ICD_10_CM, System.ICD_10_PCS)


@attrs.frozen
class Outline:
    """A code set by undotted code.

    A release of which only the billable codes were read has headers all the
    same: what its longer codes begin with.

    Args:
        codes: Every code that was read, in tabular order.
        prefixes: What stands above a billable code, listed or not.
    """

    codes: dict[str, Code]
    prefixes: frozenset[str]

    @classmethod
    def of(cls, codeset: CodeSet) -> Outline:
        """Return the outline of `codeset`."""
        codes = {undotted(code.code): code for code in codeset}
        if codeset.system not in _HIERARCHICAL:
            return cls(codes, frozenset())
        prefixes: set[str] = set()
        layer = {key for key, code in codes.items() if code.is_billable}
        while layer := {key[:-1] for key in layer if len(key) > CATEGORY_LENGTH}:
            prefixes |= layer
        return cls(codes, frozenset(prefixes))

    def is_billable(self, key: str) -> bool:
        """Return whether `key` is valid on a claim."""
        code = self.codes.get(key)
        return code is not None and code.is_billable

    def is_header(self, key: str) -> bool:
        """Return whether `key` is no billable code but longer codes begin with it."""
        return key in self.prefixes and not self.is_billable(key)

    def billable_below(self, key: str) -> tuple[Code, ...]:
        """Return the billable codes that begin with `key`, in tabular order."""
        return tuple(
            code for other, code in self.codes.items() if code.is_billable and other != key and other.startswith(key)
        )

    def parent_key(self, key: str) -> str | None:
        """Return the key of the listed header directly above `key`, or None for a category."""
        for length in range(len(key) - 1, CATEGORY_LENGTH - 1, -1):
            if key[:length] in self.codes:
                return key[:length]
        return None


def folded(text: str) -> str:
    """Return `text` without diacritics, which the tabular list prints and the order files do not.

    >>> folded("Sézary disease")
    'Sezary disease'
    """
    if text.isascii():
        return text
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
