"""One release of a code set against another: what came, what went, what is told differently."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import attrs

from codecards.codesets.codeset import CodeSet
from codecards.codesets.guidance_changes import guidance_beyond, guidance_by_place, renamed_sections
from codecards.codesets.model import Code, Guidance
from codecards.codesets.outline import Outline, folded
from codecards.codesets.successors import Successors, find_successors
from codecards.codesets.syntax import undotted
from codecards.codesets.system import System
from codecards.errors import CodecardsError

__all__ = ["CodePair", "CodeSetChanges", "IncomparableError", "compare_codesets"]

CodePair = tuple[Code, Code]
"""A code as the old release holds it, and as the new one does."""


class IncomparableError(CodecardsError, ValueError):
    """Two code sets that are not releases of one system."""


@attrs.frozen
class CodeSetChanges:
    """What changed from one release to another; all in tabular order.

    `added`, `removed`, `became_header`, `became_billable`, `terminated` and
    `revised` are about billable codes; headers have fields of their own, which
    are empty where one of the releases was read from a list of billable codes.

    Args:
        system: The coding system.
        old_release: The earlier release.
        new_release: The later release.
        is_complete: False where one side holds billable codes only, no headers.
        compares_guidance: False where one side holds no guidance, so that none is compared.
        added: New billable codes.
        removed: Codes that were billable and are gone, with nothing below them.
        became_header: Codes that were billable and now need more characters, as they were.
        became_billable: Headers that are now billable, and codes that were
            reactivated, as they are now.
        terminated: Codes that were billable and are still listed, but ended, as
            they are now. HCPCS keeps such codes with their last day.
        revised: Billable codes whose official title changed; see `word_diff`.
        short_revised: Billable codes whose abbreviated title changed, where both sides have one.
        headers_added: New headers, but for codes that became one.
        headers_removed: Headers that are gone.
        headers_revised: Headers whose official title changed.
        moved: Codes that stand under another parent, in another section or chapter.
        guidance_added: New instructions; each holds only what is new at its place.
        guidance_removed: Instructions that are gone; each holds only what is gone.
        successors: For every code that can no longer be used, by code as
            published: the codes to use now, and how that is known.
    """

    system: System
    old_release: str
    new_release: str
    is_complete: bool
    compares_guidance: bool
    added: tuple[Code, ...]
    removed: tuple[Code, ...]
    became_header: tuple[Code, ...]
    became_billable: tuple[Code, ...]
    terminated: tuple[Code, ...]
    revised: tuple[CodePair, ...]
    short_revised: tuple[CodePair, ...]
    headers_added: tuple[Code, ...]
    headers_removed: tuple[Code, ...]
    headers_revised: tuple[CodePair, ...]
    moved: tuple[CodePair, ...]
    guidance_added: tuple[Guidance, ...]
    guidance_removed: tuple[Guidance, ...]
    successors: Mapping[str, Successors]


def compare_codesets(
    old: CodeSet, new: CodeSet, *, conversions: Mapping[str, tuple[str, ...]] | None = None
) -> CodeSetChanges:
    """Return what changed from one release of a system to another.

    The lists of codes are compared, not the agencies' addenda: those of a
    mid-year posting tell of the posting before, and "deleted" there also means
    "became a header". Titles that differ only in diacritics are the same title.

    Args:
        old: The earlier release.
        new: The later release, of the same system.
        conversions: Old code to the codes that replaced it, from the official
            conversion table, where there is one.

    Raises:
        IncomparableError: The two are not releases of one system.
    """
    if old.system is not new.system:
        msg = f"{old.system.label} and {new.system.label} cannot be compared; give two releases of one system"
        raise IncomparableError(msg)
    before, after = Outline.of(old), Outline.of(new)
    kept = [(before.codes[key], code) for key, code in after.codes.items() if key in before.codes]
    ended = [(key, code) for key, code in before.codes.items() if code.is_billable and not after.is_billable(key)]
    removed = tuple(code for key, code in ended if not after.is_header(key) and key not in after.codes)
    became_header = tuple(code for key, code in ended if after.is_header(key))
    terminated = tuple(after.codes[key] for key, _ in ended if not after.is_header(key) and key in after.codes)
    come = [(key, code) for key, code in after.codes.items() if code.is_billable and not before.is_billable(key)]
    is_complete = old.is_complete and new.is_complete
    old_guidance, new_guidance = guidance_by_place(before), guidance_by_place(after)
    compares_guidance = bool(old_guidance and new_guidance)
    to_old = renamed_sections(before, after) if compares_guidance else {}
    to_new = {id_: renamed for renamed, id_ in to_old.items()}
    return CodeSetChanges(
        system=new.system,
        old_release=old.release,
        new_release=new.release,
        is_complete=is_complete,
        compares_guidance=compares_guidance,
        added=tuple(code for key, code in come if key not in before.codes and not before.is_header(key)),
        removed=removed,
        became_header=became_header,
        became_billable=tuple(code for key, code in come if key in before.codes or before.is_header(key)),
        terminated=terminated,
        revised=_retitled(pair for pair in kept if _is_billable(pair)),
        short_revised=tuple(pair for pair in kept if _is_billable(pair) and _short_differs(*pair)),
        headers_added=_headers_beyond(after, before) if is_complete else (),
        headers_removed=_headers_beyond(before, after) if is_complete else (),
        headers_revised=_retitled(pair for pair in kept if not pair[0].is_billable and after.is_header(_key(pair[1]))),
        moved=tuple(pair for pair in kept if _has_moved(pair, before, after, is_complete=is_complete)),
        guidance_added=guidance_beyond(new_guidance, old_guidance, to_old) if compares_guidance else (),
        guidance_removed=guidance_beyond(old_guidance, new_guidance, to_new) if compares_guidance else (),
        successors=find_successors((code for _, code in ended), before, after, conversions),
    )


def _is_billable(pair: CodePair) -> bool:
    return pair[0].is_billable and pair[1].is_billable


def _retitled(pairs: Iterable[CodePair]) -> tuple[CodePair, ...]:
    return tuple(pair for pair in pairs if folded(pair[0].description) != folded(pair[1].description))


def _short_differs(old: Code, new: Code) -> bool:
    return None not in (old.short_description, new.short_description) and old.short_description != new.short_description


def _headers_beyond(outline: Outline, other: Outline) -> tuple[Code, ...]:
    return tuple(code for key, code in outline.codes.items() if outline.is_header(key) and key not in other.codes)


def _has_moved(pair: CodePair, before: Outline, after: Outline, *, is_complete: bool) -> bool:
    """Return whether a code stands elsewhere; a section whose range or name alone changed is the same section."""
    old, new = pair
    if is_complete and before.parent_key(_key(old)) != after.parent_key(_key(new)):
        return True
    was, now = old.section, new.section
    if was is None or now is None:
        return False
    return was.chapter.number != now.chapter.number or (was.id != now.id and was.name != now.name)


def _key(code: Code) -> str:
    return undotted(code.code)
