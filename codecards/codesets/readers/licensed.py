"""Tell what is licensed: CPT and CDT codes have no place in a file of another system."""

from __future__ import annotations

import re

from codecards.codesets.system import System

__all__ = ["why_licensed"]

_CPT = re.compile(r"[0-9]{4}[0-9FTUMA]")
_CPT_MODIFIER = re.compile(r"[0-9]{2}")
_CDT = re.compile(r"D[0-9]{4}")


def why_licensed(code: str, system: System) -> str | None:
    """Return why a row must be refused, or None where it need not be.

    CMS leaves CPT (American Medical Association) and CDT (American Dental
    Association) out of the files it publishes; a file that holds them was
    made by someone else. Source: README of the CMS quarterly HCPCS file.

    Args:
        code: The code of a row, undotted.
        system: The system that the file is of.

    >>> why_licensed("E0100", System.HCPCS) is None
    True
    """
    if system is not System.CPT and (_CPT.fullmatch(code) or _CPT_MODIFIER.fullmatch(code)):
        return f"{code} has the shape of a CPT code, which is licensed and in no public {system.label} file"
    if system in (System.HCPCS, System.CPT) and _CDT.fullmatch(code):
        return f"{code} is a CDT code, which is licensed and in no public {System.HCPCS.label} file"
    return None
