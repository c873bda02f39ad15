"""Why a code is wrong, and what would be right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import product

from codecards.codesets.codeset import CodeSet
from codecards.codesets.completion import codes_below, seventh_characters, shared_length, with_placeholders
from codecards.codesets.model import Code
from codecards.codesets.outline import Outline
from codecards.codesets.successors import find_successors
from codecards.codesets.syntax import CATEGORY_LENGTH, FULL_LENGTH, normalize_code, undotted
from codecards.codesets.system import System
from codecards.codesets.verdict import Verdict, VerdictKind
from codecards.errors import InvalidCodeError

__all__ = ["judge_code", "validate_code"]

_HIERARCHICAL = (System.ICD_10_CM, System.ICD_10_PCS)
_NAMED = 8
_ORDINALS = {4: "4th", 5: "5th", 6: "6th", 7: "7th"}
# What fingers and eyes take for one another.
_LOOKALIKES = {"O": "0", "0": "O", "I": "1", "1": "I"}


def validate_code(code: str, system: System | str, *, on: date | None = None, release: str | None = None) -> Verdict:
    """Tell whether a code is valid on a claim, from the releases on this machine.

    Args:
        code: The code in any spelling.
        system: The coding system, or its name.
        on: The day of service, or of discharge; the release in force on it decides.
        release: The release that decides; not together with `on`. Without both it is the newest.

    Raises:
        UnknownReleaseError: The release that would decide is not on this machine.
        UnknownSystemError: No coding system is called that.

    >>> verdict = validate_code("T36.01A", "icd-10-cm")
    >>> verdict.message
    'T36.01A lacks the placeholder X; meant may be T36.0X1A'
    """
    from codecards.codesets.beside_here import replacements_here
    from codecards.codesets.library import installed_releases, load_codeset

    codeset = load_codeset(system, release, on=on)
    verdict = judge_code(code, codeset)
    this = (codeset.system, codeset.release)
    installed = [item for item in installed_releases() if (item.system, item.release) != this]
    if verdict.is_valid or not installed:
        return verdict
    history = [load_codeset(item.system, item.release) for item in installed if item.system is codeset.system]
    elsewhere = [
        item for item in installed if item.system is not codeset.system and (on is None or on in item.effective)
    ]
    others = [load_codeset(*newest) for newest in {item.system: item.release for item in elsewhere}.items()]
    first = min((item.effective.first for item in history), default=codeset.effective.first)
    conversions = replacements_here(first, codeset) if history else None
    return judge_code(code, codeset, history=history, others=others, conversions=conversions)


def judge_code(
    code: str,
    codeset: CodeSet,
    *,
    history: Sequence[CodeSet] = (),
    others: Sequence[CodeSet] = (),
    conversions: Mapping[str, tuple[str, ...]] | None = None,
) -> Verdict:
    """Tell whether a code is valid in a release, and what is wrong if not.

    What is certain comes first: the code is a header, was valid or will be, is
    a code of another system. Then come guesses: a placeholder or a 7th character.

    Args:
        code: The code in any spelling.
        codeset: The release that decides.
        history: Earlier and later releases of the same system, in any order.
        others: Releases of other systems.
        conversions: Old code to the codes that replaced it, from the official conversion table.
    """
    try:
        spelt = normalize_code(code, codeset.system)
    except InvalidCodeError as error:
        return _malformed(code, codeset, others, str(error))
    found = codeset.get(spelt)
    if found is not None and found.is_billable:
        where = f"{codeset.system.label} {codeset.release}"
        return _verdict(codeset, spelt, VerdictKind.VALID, f"{found} is billable in {where}", (found,))
    return next(_faults(code, spelt, codeset, history, others, conversions))


def _faults(  # noqa: PLR0913, PLR0917 -- what `judge_code` was given
    code: str,
    spelt: str,
    codeset: CodeSet,
    history: Sequence[CodeSet],
    others: Sequence[CodeSet],
    conversions: Mapping[str, tuple[str, ...]] | None,
) -> Iterator[Verdict]:
    """Yield what may be wrong with a well-formed code that is not billable, most certain first."""
    key = undotted(spelt)
    releases = sorted((*history, codeset), key=lambda item: item.effective.first)
    before = [item for item in releases[: releases.index(codeset)] if _is_billable(item, spelt)]
    after = [item for item in releases[releases.index(codeset) :] if _is_billable(item, spelt)]
    if _is_header(codeset, spelt):
        yield _header(spelt, codeset, before)
    if before:
        yield _retired(spelt, codeset, before[-1], releases, conversions)
    if after:
        yield _not_yet(spelt, codeset, after[0], releases)
    if codeset.get(spelt) is not None:
        message = f"{spelt} is listed in {codeset.system.label} {codeset.release}, but has ended"
        yield _verdict(codeset, spelt, VerdictKind.RETIRED, message)
    yield from _in_other_system(code, codeset, others)
    if meant := with_placeholders(codeset, key):
        yield _missing_placeholder(spelt, codeset, meant)
    yield _wrong_ending(spelt, codeset) or _unknown(spelt, codeset)


def _header(spelt: str, codeset: CodeSet, before: Sequence[CodeSet]) -> Verdict:
    key = undotted(spelt)
    was = f"; it was billable itself until {before[-1].effective.last}" if before else ""
    if endings := seventh_characters(codeset, key):
        placed = f", with placeholders as in {endings[0].code.code}" if len(key) < FULL_LENGTH - 1 else ""
        message = f"{spelt} needs a 7th character{placed}: {', '.join(map(str, endings))}{was}"
        kind = VerdictKind.MISSING_SEVENTH_CHARACTER
        return _verdict(codeset, spelt, kind, message, tuple(ending.code for ending in endings))
    below = codes_below(codeset, key)
    if codeset.system is System.ICD_10_PCS:
        message = f"{spelt} is a table: it needs four more characters; choose from {_named(below)}{was}"
    else:
        deepest = max(len(undotted(code.code)) for code in (*below, *codeset.descendants_of(spelt)))
        first, last = _ORDINALS[len(key) + 1], _ORDINALS[deepest]
        needed = first if first == last else f"{first} to {last}"
        message = f"{spelt} is a header: it needs a {needed} character; choose from {_named(below)}{was}"
    return _verdict(codeset, spelt, VerdictKind.HEADER, message, below)


def _retired(
    spelt: str,
    codeset: CodeSet,
    last: CodeSet,
    releases: Sequence[CodeSet],
    conversions: Mapping[str, tuple[str, ...]] | None,
) -> Verdict:
    old = last[spelt]
    found = find_successors([old], Outline.of(last), Outline.of(codeset), conversions)[old.code]
    following = releases[releases.index(last) + 1]
    since = f"since {following.effective.first}"
    if not _is_next(last, following):
        since += " at the latest"
    instead = f"use now: {found}" if found.codes else "no successor is known"
    message = f"{spelt} is retired {since} (last in {codeset.system.label} {last.release}); {instead}"
    return _verdict(codeset, spelt, VerdictKind.RETIRED, message, found.codes)


def _not_yet(spelt: str, codeset: CodeSet, first: CodeSet, releases: Sequence[CodeSet]) -> Verdict:
    since = f"from {first.effective.first} on"
    if not _is_next(releases[releases.index(first) - 1], first):
        since += " at the latest"
    where = f"{codeset.system.label} {codeset.release}"
    message = f"{spelt} is not yet in {where}: it is valid {since} (release {first.release})"
    return _verdict(codeset, spelt, VerdictKind.NOT_YET_EFFECTIVE, message, (first[spelt],))


def _is_next(earlier: CodeSet, later: CodeSet) -> bool:
    """Return whether no day lies between two releases; otherwise one is missing, and dates are only bounds."""
    return earlier.effective.last is None or later.effective.first <= earlier.effective.last + timedelta(days=1)


def _in_other_system(code: str, codeset: CodeSet, others: Sequence[CodeSet]) -> Iterator[Verdict]:
    """Yield one verdict where other systems hold the code, whatever is wrong with it in this one."""
    found = [item for other in others if (item := other.get(code)) is not None]
    if found:
        named = "; ".join(f"{item.system.label} {item.release}: {item}" for item in found)
        message = f"{code.strip().upper()} is no code of {codeset.system.label} {codeset.release}, but of {named}"
        yield _verdict(codeset, found[0].code, VerdictKind.OTHER_SYSTEM, message, tuple(found))


def _missing_placeholder(spelt: str, codeset: CodeSet, meant: tuple[Code, ...]) -> Verdict:
    is_full = len(undotted(spelt)) == FULL_LENGTH
    lacks = "has other characters where placeholders X belong" if is_full else "lacks the placeholder X"
    message = f"{spelt} {lacks}; meant may be {_named(meant)}"
    if not meant[0].is_billable:
        message += ", which needs more characters itself"
    return _verdict(codeset, spelt, VerdictKind.MISSING_PLACEHOLDER, message, meant)


def _wrong_ending(spelt: str, codeset: CodeSet) -> Verdict | None:
    """Return what the last characters of an ICD-10-CM code do wrong, where what stands before them exists."""
    key = undotted(spelt)
    if codeset.system is not System.ICD_10_CM:
        return None
    for length in range(len(key) - 1, CATEGORY_LENGTH - 1, -1):
        above = codeset.get(key[:length])
        if above is not None and above.is_billable:
            message = f"{spelt} is too long: {above} is complete as it is"
            return _verdict(codeset, spelt, VerdictKind.TOO_LONG, message, (above,))
        if len(key) == FULL_LENGTH and (endings := seventh_characters(codeset, key[:length])):
            stem = endings[0].code.code[:-1]
            message = f"{key[-1]} is no 7th character of {stem}; choose from {', '.join(map(str, endings))}"
            codes = tuple(ending.code for ending in endings)
            return _verdict(codeset, spelt, VerdictKind.IMPOSSIBLE_SEVENTH_CHARACTER, message, codes)
        if above is not None:
            return None
    return None


def _unknown(spelt: str, codeset: CodeSet) -> Verdict:
    message = f"{spelt} is not a code of {codeset.system.label} {codeset.release}"
    meant = _lookalikes(spelt, codeset)
    if meant:
        message += f"; meant may be {_named(meant)}"
    elif codeset.system in _HIERARCHICAL:
        meant = _nearest(spelt, codeset)
        category = spelt[:CATEGORY_LENGTH]
        message += f"; nearest are {_named(meant)}" if meant else f", nor is there a category {category}"
    return _verdict(codeset, spelt, VerdictKind.UNKNOWN, message, meant)


def _nearest(spelt: str, codeset: CodeSet) -> tuple[Code, ...]:
    """Return the codes below the nearest header that have most of their first characters in common with `spelt`."""
    key = undotted(spelt)
    for length in range(len(key) - 1, CATEGORY_LENGTH - 1, -1):
        if below := codes_below(codeset, key[:length]):
            alike = [shared_length(key, undotted(code.code)) for code in below]
            return tuple(code for code, score in zip(below, alike, strict=True) if score == max(alike))
    return ()


def _malformed(code: str, codeset: CodeSet, others: Sequence[CodeSet], reason: str) -> Verdict:
    for verdict in _in_other_system(code, codeset, others):
        return verdict
    meant = _lookalikes(code, codeset)
    shaped = [system.label for system in System if system is not codeset.system and _has_shape(code, system)]
    message = reason
    if meant:
        message += f"; meant may be {_named(meant)}"
    elif shaped:
        message += f"; it has the shape of {' and of '.join(shaped)}"
    return _verdict(codeset, code.strip(), VerdictKind.IMPOSSIBLE_FORMAT, message, meant)


def _lookalikes(code: str, codeset: CodeSet) -> tuple[Code, ...]:
    """Return the billable codes that `code` becomes when some O, 0, I or 1 are read as their doubles."""
    text = code.strip().upper()
    if len(text) > FULL_LENGTH + 1:
        return ()
    spelt = map("".join, product(*((sign, _LOOKALIKES.get(sign, sign)) for sign in text)))
    found = (codeset.get(other) for other in dict.fromkeys(spelt))
    return tuple(item for item in found if item is not None and item.is_billable)


def _has_shape(code: str, system: System) -> bool:
    try:
        normalize_code(code, system)
    except InvalidCodeError:
        return False
    return True


def _is_billable(codeset: CodeSet, spelt: str) -> bool:
    found = codeset.get(spelt)
    return found is not None and found.is_billable


def _is_header(codeset: CodeSet, spelt: str) -> bool:
    return codeset.system in _HIERARCHICAL and bool(codes_below(codeset, undotted(spelt)))


def _named(codes: Sequence[Code]) -> str:
    more = f" and {len(codes) - _NAMED:,} more" if len(codes) > _NAMED else ""
    return f"{', '.join(code.code for code in codes[:_NAMED])}{more}"


def _verdict(
    codeset: CodeSet, code: str, kind: VerdictKind, message: str, suggestions: tuple[Code, ...] = ()
) -> Verdict:
    return Verdict(code, codeset.system, codeset.release, kind, message, suggestions)
