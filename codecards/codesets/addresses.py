"""Where the agencies publish their files: one table, and the pages to look at when it is out of date.

The addresses were made by hand by the agencies and move; whatever comes from one is verified before it is believed.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from codecards.codesets.model import System
from codecards.codesets.releases import PUBLISHERS, parse_release

__all__ = ["ADDRESSES", "Address", "addresses_of", "landing_page"]

_CMS = "https://www.cms.gov/files/zip"
_CDC = "https://ftp.cdc.gov/pub/Health_Statistics/NCHS/Publications/ICD10CM"
# How the agencies name the file of a release that is not in the table.
_USUAL_NAMES = {
    System.ICD_10_CM: "Code Descriptions in Tabular Order (ZIP)",
    System.ICD_10_PCS: "ICD-10-PCS Order File (Long and Abbreviated Titles) (ZIP)",
    System.HCPCS: "Alpha-Numeric HCPCS File (ZIP)",
}


@attrs.frozen
class Address:
    """An official file on the agency's own server.

    Args:
        system: The coding system it holds.
        release: The release it holds.
        url: Its address; the last part is the name to save it under.
        sha256: Of its bytes, where an official copy was at hand to compute it; None elsewhere.
    """

    system: System
    release: str
    url: str
    sha256: str | None = None


ADDRESSES = (
    Address(
        System.ICD_10_CM,
        "2026",
        f"{_CMS}/2026-code-descriptions-tabular-order.zip",
        "55a9124a27ca78a4a5c41e1101eda064ec2e08d105ff9e78d1fbd1a83298ef11",
    ),
    Address(System.ICD_10_CM, "2026", f"{_CDC}/2026/icd10cm-Code%20Descriptions-2026.zip"),
    Address(System.ICD_10_CM, "2026-04", f"{_CMS}/april-1-2026-code-descriptions-tabular-order.zip"),
    Address(System.ICD_10_CM, "2027", f"{_CMS}/2027-code-descriptions-tabular-order.zip"),
    Address(System.ICD_10_CM, "2027", f"{_CDC}/2027/icd10cm-code-descriptions-2027.zip"),
    Address(
        System.ICD_10_PCS,
        "2026",
        f"{_CMS}/2026-icd-10-pcs-order-file-long-and-abbreviated-titles.zip",
        "64e37e6060bfd9eca74d9973be28fdf570b40f87a3a855bd078eb343dd0e594e",
    ),
    Address(System.ICD_10_PCS, "2026-04", f"{_CMS}/april-1-2026-icd-10-pcs-order-file-long-abbreviated-titles.zip"),
    Address(System.ICD_10_PCS, "2027", f"{_CMS}/2027-icd-10-pcs-order-file-long-abbreviated-titles.zip"),
    Address(System.HCPCS, "2026-01", f"{_CMS}/january-2026-alpha-numeric-hcpcs-file.zip"),
    Address(System.HCPCS, "2026-04", f"{_CMS}/april-2026-alpha-numeric-hcpcs-file.zip"),
    Address(System.HCPCS, "2026-07", f"{_CMS}/july-2026-alpha-numeric-hcpcs-file.zip"),
    Address(System.HCPCS, "2026-10", f"{_CMS}/october-2026-alpha-numeric-hcpcs-file.zip"),
)
"""By system, oldest first; several of one release in the order in which to try them."""


def addresses_of(system: System, release: str | None, table: Sequence[Address] = ADDRESSES) -> tuple[Address, ...]:
    """Return the addresses of a release; empty where the table has none.

    Args:
        system: The coding system.
        release: The release, or None for the newest in the table. A year without
            an address of its own stands for the first posting within it, as the
            January quarter is the HCPCS of a year.
        table: The table to look in.
    """
    of_system = [item for item in table if item.system is system]
    if release is None:
        release = of_system[-1].release if of_system else None
    elif all(item.release != release for item in of_system):
        year, month = parse_release(release)
        within = [item.release for item in of_system if parse_release(item.release)[0] == year]
        release = within[0] if within and month is None else release
    return tuple(item for item in of_system if item.release == release)


def landing_page(system: System, release: str | None) -> str:
    """Return, in words, which page to open and which file to save where an address does not serve."""
    _, page = PUBLISHERS[system]
    return f"open {page} and save the {release or 'newest'} {_USUAL_NAMES[system]}"
