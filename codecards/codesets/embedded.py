"""The code set that every installation has: ICD-10-CM as the package ``simple-icd-10-cm`` carries it.

That package holds the official tabular list and a list of codes. Both are read as files, found through
the package's metadata and believed only with the right sha256; the package itself is never imported.
"""

from __future__ import annotations

from pathlib import Path

from codecards.codesets.cache import kept
from codecards.codesets.codeset import CodeSet
from codecards.codesets.model import Source, System
from codecards.codesets.releases import PUBLISHERS, effective_period
from codecards.errors import SourceFileError

__all__ = ["ALIASES", "RELEASE", "ROWS", "SHA256", "load_embedded", "read_embedded"]

# The April 2026 posting changed no code, so it answers for the whole fiscal year.
RELEASE = "2026"
ALIASES = ("2026-04",)

_DISTRIBUTION = "simple-icd-10-cm"
_VERSION = "1.5.0"
_TABULAR = ("icd10c-tabular-April-1-2026.xml", "f161f8182aff3ce3a2a78e202f8259c08eaee2c670a9e45b0072445c52302935")
_CODES = ("code-list-April-2026.txt", "df54d9743a3499f4a4fc12882edb7ce0d975b44ada5a2a25597aa56d0c2ac1c4")
# What the release is known by, without reading it; a test counts.
ROWS = 98_186
SHA256 = _TABULAR[1]


def load_embedded(cache: Path) -> CodeSet:
    """Return the ICD-10-CM release that comes with every installation.

    Args:
        cache: The folder where it is kept once it was read.

    Raises:
        SourceFileError: The files are missing, or not the ones this version was made for.
    """
    return kept(f"{System.ICD_10_CM}-{RELEASE}-embedded", (*_TABULAR, *_CODES), read_embedded, cache)


def read_embedded() -> CodeSet:
    """Read the ICD-10-CM release that comes with every installation from its official files.

    Raises:
        SourceFileError: The files are missing, or not the ones this version was made for.
    """
    import io

    from codecards.codesets.readers.icd10cm_tabular import compose_rows, read_tabular_list

    tabular = read_tabular_list(io.BytesIO(_read(*_TABULAR)), _TABULAR[0])
    publisher, url = PUBLISHERS[System.ICD_10_CM]
    return CodeSet(
        system=System.ICD_10_CM,
        release=RELEASE,
        aliases=ALIASES,
        effective=effective_period(System.ICD_10_CM, RELEASE),
        source=Source("ICD-10-CM Tabular List, FY2026, April 2026 posting", publisher, url, (_TABULAR, _CODES)),
        rows=compose_rows(tabular, _codes(_read(*_CODES).decode("ascii").split())),
        sections=tabular.sections,
        guidance=tabular.guidance,
    )


def _read(name: str, sha256: str) -> bytes:
    """Return a data file of the pinned package, once its checksum is right."""
    import hashlib
    from importlib import metadata

    remedy = f"install {_DISTRIBUTION}=={_VERSION} again"
    try:
        distribution = metadata.distribution(_DISTRIBUTION)
        content = Path(str(distribution.locate_file(f"simple_icd_10_cm/data/{name}"))).read_bytes()
    except (metadata.PackageNotFoundError, OSError) as error:
        msg = f"{name}, the ICD-10-CM data of {_DISTRIBUTION}, cannot be read ({error}); {remedy}"
        raise SourceFileError(msg) from None
    if hashlib.sha256(content).hexdigest() != sha256:
        msg = f"{name} of {_DISTRIBUTION} is not the file codecards was made for (sha256 differs); {remedy}"
        raise SourceFileError(msg)
    return content


def _codes(lines: list[str]) -> list[str]:
    """Leave out the chapters and sections that the code list also holds.

    Chapters are bare numbers, sections ranges; a section of one category repeats that category.
    """
    return list(dict.fromkeys(line for line in lines if "-" not in line and not line.isdigit()))
