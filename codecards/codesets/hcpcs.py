"""What CMS records about an HCPCS Level II code beside its titles: coverage, pricing, dates, the last change.

Source: CMS, HCPCS record layout (the text file in the archive of each quarterly release).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from codecards.codesets.model import Code

__all__ = ["HcpcsAction", "HcpcsCoverage", "HcpcsDetails", "hcpcs_actions"]


class HcpcsAction(StrEnum):
    """What the release in question did to a code; the value is the letter in the file."""

    ADDED = "A"
    ADMINISTRATIVE_AND_LONG_TITLE = "B"
    LONG_TITLE = "C"
    DISCONTINUED = "D"
    ADMINISTRATIVE = "F"
    NONE = "N"
    PAYMENT = "P"
    REACTIVATED = "R"
    SHORT_TITLE = "S"
    MISCELLANEOUS = "T"

    @property
    def label(self) -> str:
        """The action in words."""
        return _ACTIONS[self]


_ACTIONS = {
    HcpcsAction.ADDED: "code or modifier added",
    HcpcsAction.ADMINISTRATIVE_AND_LONG_TITLE: "administrative data and long title changed",
    HcpcsAction.LONG_TITLE: "long title changed",
    HcpcsAction.DISCONTINUED: "code or modifier discontinued",
    HcpcsAction.ADMINISTRATIVE: "administrative data changed",
    HcpcsAction.NONE: "unchanged",
    HcpcsAction.PAYMENT: "payment data changed",
    HcpcsAction.REACTIVATED: "discontinued code or modifier made active again",
    HcpcsAction.SHORT_TITLE: "short title changed",
    HcpcsAction.MISCELLANEOUS: "changed otherwise",
}


class HcpcsCoverage(StrEnum):
    """How Medicare covers what a code names; the value is the letter in the file."""

    CARRIER_JUDGMENT = "C"
    SPECIAL_INSTRUCTIONS = "D"
    NOT_PAYABLE = "I"
    NON_COVERED = "M"
    NON_COVERED_BY_STATUTE = "S"

    @property
    def label(self) -> str:
        """The coverage in words."""
        return _COVERAGE[self]


_COVERAGE = {
    HcpcsCoverage.CARRIER_JUDGMENT: "left to the judgment of the Medicare contractor",
    HcpcsCoverage.SPECIAL_INSTRUCTIONS: "special coverage instructions apply",
    HcpcsCoverage.NOT_PAYABLE: "not payable by Medicare",
    HcpcsCoverage.NON_COVERED: "not covered by Medicare",
    HcpcsCoverage.NON_COVERED_BY_STATUTE: "not covered by Medicare: excluded by statute",
}


@attrs.frozen
class HcpcsDetails:
    """What the quarterly file records about one code or modifier.

    CPT numbers, which the file's cross-references also hold, are left out: they are licensed.

    Args:
        added: The first day the code was valid, or None where the file does not say.
        last_day: The last day it is valid, that day included; None while it goes on.
        action: What this release did to it.
        action_date: The day of the last action; not the day the code began.
        coverage: How Medicare covers it.
        pricing: The pricing indicators, such as ``("00",)``, in the file's order.
        multiple_pricing: The multiple pricing indicator, such as ``"A"``; empty where there is none.
        manual_references: Sections of Medicare's manuals that the file points to.
        statute: The section of the Social Security Act it points to; empty where there is none.
        lab_certifications: The laboratory certifications it asks for, such as ``("340",)``.
        cross_references: Other HCPCS Level II codes and modifiers to see.
        asc_group: The payment group in ambulatory surgical centers; ``"YY"`` is approved, empty is not.
        processing_note: The number of its processing note; empty where there is none.
        betos: Its Berenson-Eggers type of service.
        types_of_service: Its types of service, such as ``("9", "P")``.
        anesthesia_base_units: The base units; None where the file gives none, as for modifiers.
    """

    added: date | None
    last_day: date | None
    action: HcpcsAction | None
    action_date: date | None
    coverage: HcpcsCoverage | None
    pricing: tuple[str, ...] = ()
    multiple_pricing: str = ""
    manual_references: tuple[str, ...] = ()
    statute: str = ""
    lab_certifications: tuple[str, ...] = ()
    cross_references: tuple[str, ...] = ()
    asc_group: str = ""
    processing_note: str = ""
    betos: str = ""
    types_of_service: tuple[str, ...] = ()
    anesthesia_base_units: int | None = None

    def is_active(self, on: date) -> bool:
        """Return whether the code is valid on a day.

        >>> ended = HcpcsDetails(date(2020, 1, 1), date(2026, 6, 30), None, None, None)
        >>> ended.is_active(date(2026, 6, 30)), ended.is_active(date(2026, 7, 1))
        (True, False)
        """
        return (self.added is None or self.added <= on) and (self.last_day is None or on <= self.last_day)


def hcpcs_actions(codes: Iterable[Code]) -> dict[HcpcsAction, tuple[Code, ...]]:
    """Return what a quarterly file itself says was done in its quarter, by action; unchanged codes are left out.

    This is the agency's word about one release; `compare_codesets` finds out what differs between two.

    Args:
        codes: The codes of one HCPCS release, modifiers included.
    """
    found: dict[HcpcsAction, list[Code]] = {action: [] for action in HcpcsAction if action is not HcpcsAction.NONE}
    for code in codes:
        if code.hcpcs is not None and code.hcpcs.action in found:
            found[code.hcpcs.action].append(code)
    return {action: tuple(done) for action, done in found.items() if done}
