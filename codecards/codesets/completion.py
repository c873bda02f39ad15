"""What an incomplete code still needs: characters below it, a 7th character, a placeholder X."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import attrs

from codecards.codesets.codeset import CodeSet
from codecards.codesets.model import Code
from codecards.codesets.syntax import CATEGORY_LENGTH, FULL_LENGTH, undotted
from codecards.codesets.system import System

__all__ = ["Ending", "codes_below", "seventh_characters", "shared_length", "with_placeholders"]

_PLACEHOLDER = "X"
# ICD-10-CM Guidelines FY2026, I.A.4-5: X keeps places 4 to 6, so that the 7th character is the 7th.
_PLACEHOLDER_PLACES = range(CATEGORY_LENGTH, FULL_LENGTH - 1)


@attrs.frozen
class Ending:
    """A 7th character that a code can take.

    Args:
        character: The character itself.
        meaning: What it says, in the words of the official title.
        code: The complete code, placeholders included.
    """

    character: str
    meaning: str
    code: Code

    def __str__(self) -> str:
        return f"{self.character} ({self.meaning})"


def codes_below(codeset: CodeSet, key: str) -> tuple[Code, ...]:
    """Return the codes directly below `key`; all that begin with it where the release does not list it."""
    return codeset.children_of(key) if codeset.get(key) is not None else codeset.matching(f"{key}?*")


def seventh_characters(codeset: CodeSet, key: str) -> tuple[Ending, ...]:
    """Return the 7th characters that would complete `key`, or nothing where it needs something else.

    Args:
        codeset: An ICD-10-CM release.
        key: An undotted header, to be completed by placeholders and one character.
    """
    below = codes_below(codeset, key) if codeset.system is System.ICD_10_CM else ()
    keys = [undotted(code.code) for code in below]
    if not keys or not all(_completes(key, other) for other in keys):
        return ()
    # The titles of all endings begin alike, with the title of what they complete.
    titles = sorted(code.description for code in below)
    stem = titles[0][: shared_length(titles[0], titles[-1])].rfind(", ")
    return tuple(
        Ending(other[-1], code.description[stem + 1 :].strip(), code) for other, code in zip(keys, below, strict=True)
    )


def with_placeholders(codeset: CodeSet, key: str) -> tuple[Code, ...]:
    """Return the codes that `key` becomes once placeholders stand where they are missing, or are wrongly filled.

    Complete codes where there are such; otherwise what still needs a 7th character, or, in a release
    that lists no headers, the codes below it.

    >>> from codecards import load_codeset
    >>> [code.code for code in with_placeholders(load_codeset("icd-10-cm"), "T3601A")]
    ['T36.0X1A']
    """
    if codeset.system is not System.ICD_10_CM or len(key) <= CATEGORY_LENGTH:
        return ()
    for length in (FULL_LENGTH, FULL_LENGTH - 1):
        spelt = tuple(_placed(key, length))
        if found := tuple(code for other in spelt if (code := codeset.get(other)) is not None):
            return found
    return () if codeset.is_complete else tuple(code for other in spelt for code in codes_below(codeset, other))


def shared_length(first: str, second: str) -> int:
    """Return how many characters two texts have in common from their beginning.

    >>> shared_length("E11.21", "E11.9")
    4
    """
    pairs = enumerate(zip(first, second, strict=False))
    return next((at for at, (one, other) in pairs if one != other), min(len(first), len(second)))


def _placed(key: str, length: int) -> Iterator[str]:
    """Yield `key` with placeholders set in to make it `length` long; of full length, with places overwritten."""
    if len(key) == length == FULL_LENGTH:
        for count in range(1, len(_PLACEHOLDER_PLACES) + 1):
            # Left to right the later places fill up first, as placeholders do.
            kept = len(_PLACEHOLDER_PLACES) - count
            yield key[: CATEGORY_LENGTH + kept] + _PLACEHOLDER * count + key[-1]
        return
    missing = length - len(key)
    for places in combinations(_PLACEHOLDER_PLACES, missing) if missing > 0 else ():
        signs = iter(key)
        yield "".join(_PLACEHOLDER if place in places else next(signs) for place in range(length))


def _completes(key: str, other: str) -> bool:
    """Return whether only placeholders and a 7th character stand between a header and a code below it."""
    return len(other) == FULL_LENGTH and not other[len(key) : FULL_LENGTH - 1].strip(_PLACEHOLDER)
