"""Releases: which one answers to a name or a day, and when each is in force."""

from __future__ import annotations

from datetime import date

import pytest

from codecards import installed_releases, load_codeset
from codecards.codesets.model import System
from codecards.codesets.releases import effective_period, parse_release
from codecards.errors import UnknownReleaseError


def test_the_embedded_release_is_always_there() -> None:
    """Offline, without an account."""
    (only,) = installed_releases()

    assert (only.system, only.release, only.aliases, only.origin) == ("icd-10-cm", "2026", ("2026-04",), "embedded")


@pytest.mark.parametrize("release", ["2026", "2026-04"])
def test_a_release_answers_to_its_year_and_its_posting(release: str) -> None:
    """The April posting changed no code."""
    assert load_codeset("icd-10-cm", release).release == "2026"


def test_a_day_finds_the_release_in_force() -> None:
    """Both ends of a fiscal year belong to it."""
    assert load_codeset("ICD-10-CM", on=date(2026, 9, 30)).release == "2026"


@pytest.mark.parametrize(
    ("system", "release", "on", "reason"),
    [
        ("icd-10-cm", "2024", None, "ICD-10-CM 2024 is not on this machine; its releases here: 2026"),
        ("icd-10-cm", None, date(2026, 10, 1), "ICD-10-CM 2027, in force on 2026-10-01, is not on this machine"),
        ("hcpcs", None, None, "HCPCS Level II is not on this machine; its releases here: none"),
        ("icd-10-cm", "latest", None, "'latest' is not a release"),
    ],
)
def test_a_missing_release_is_named(system: str, release: str | None, on: date | None, reason: str) -> None:
    """With those that are there."""
    with pytest.raises(UnknownReleaseError) as caught:
        load_codeset(system, release, on=on)

    assert reason in str(caught.value)


def test_a_release_and_a_day_are_one_too_many() -> None:
    """They could contradict each other."""
    with pytest.raises(TypeError, match="not both"):
        load_codeset("icd-10-cm", "2026", on=date(2026, 1, 1))


@pytest.mark.parametrize(
    ("system", "release", "days"),
    [
        (System.ICD_10_PCS, "2025", "2024-10-01 to 2025-09-30"),
        (System.ICD_10_CM, "2026-04", "2026-04-01 to 2026-09-30"),
        (System.HCPCS, "2026-07", "2026-07-01 to 2026-09-30"),
        (System.CPT, "2026", "2026-01-01 to 2026-12-31"),
    ],
)
def test_releases_are_in_force_by_their_system_s_calendar(system: System, release: str, days: str) -> None:
    """Fiscal years for ICD-10, calendar years and quarters for the others."""
    assert str(effective_period(system, release)) == days


def test_a_release_is_a_year_or_a_year_and_a_month() -> None:
    """Nothing else."""
    assert parse_release("2027") == (2027, None)
    with pytest.raises(UnknownReleaseError):
        parse_release("2026-13")
